"""What the axes of charts share: their unit and scale, and the peak months they show as bands."""

from __future__ import annotations

from portal.formats import currency_sign, money_scale
from portal.pages.evidence import currency_of
from portal.pages.page import PageRequest
from warehouse.question import Answer


def unit_of(answer: Answer, *amounts: list[float | None]) -> str:
    """Name what a chart's axis counts in: ``US$ million``."""
    _, word = money_scale([amount for each in amounts for amount in each])
    sign = currency_sign(currency_of(answer)) or "own currency"
    return f"{sign} {word}".strip()


def scaled(amounts: list[float | None], divisor: int) -> list[float | None]:
    """Divide amounts for a chart's axis."""
    return [None if amount is None else amount / divisor for amount in amounts]


def peaks_of(request: PageRequest, months: list[str]) -> frozenset[str]:
    """Give those of these months that are peak months by the government's calendar."""
    if not months:
        return frozenset()
    calendar = request.gateway.rows("dim_date", request.scope, limit=1000)
    peaks = {str(row["month"]) for row in calendar.rows if row["peak_period_flag"]}
    return frozenset(peaks & set(months))

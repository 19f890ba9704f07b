"""What the axes of charts share: their unit and scale, and the peak months they show as bands."""

from __future__ import annotations

from portal.formats import currency_sign, money_scale
from portal.pages.evidence import currency_of
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.question import Answer, Period

_RECORDS = "row_count"


def unit_of(answer: Answer, *amounts: list[float | None]) -> str:
    """Name what a chart's axis counts in: ``US$ million``."""
    _, word = money_scale([amount for each in amounts for amount in each])
    sign = currency_sign(currency_of(answer)) or say("own currency")
    return say("{currency} {scale}", currency=sign, scale=word) if word else sign


def scaled(amounts: list[float | None], divisor: int) -> list[float | None]:
    """Divide amounts for a chart's axis."""
    return [None if amount is None else amount / divisor for amount in amounts]


def peaks_of(request: PageRequest, months: list[str]) -> frozenset[str]:
    """Give those of these months that are peak months for everyone in view.

    Each country has its own calendar; a month that is a peak for some only is no band. Without
    dates of its own the question is the same for all charts of a page, and is answered once.
    """
    allowed = request.scope.measures
    if not months or (allowed is not None and _RECORDS not in allowed):
        return frozenset()
    answer = request.ask(_RECORDS, by=("month", "peak"), period=Period())
    seasons: dict[str, set[str]] = {}
    for row in answer.rows:
        seasons.setdefault(str(row["month"]), set()).add(str(row["peak"]))
    return frozenset(month for month in months if seasons.get(month) == {"peak"})

"""The anomalies that a page lists: their figures from the gateway, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from portal.formats import days_range, decimal, money, months_range, percent
from portal.pages.page import PageRequest
from portal.service_types import is_type, type_name
from portal.texts import later, say, say_known
from warehouse.forecasting.event_kinds import DROP, LEVEL, RETURN, RISE, SPIKE
from warehouse.months import months_from
from warehouse.question import Answer, Period, Value
from warehouse.schema.anomalies import ACCOUNT, BY_DAY, COST, ERRORS, LATENCY, WHOLE

PATH: Final = "/finops/anomalies"
SERVICES_PATH: Final = "/reliability/anomalies"

FIGURES: Final = (
    "anomaly_difference", "anomaly_difference_pct", "anomaly_actual", "anomaly_expected",
    "anomaly_lower", "anomaly_upper",
)  # fmt: skip
_MOST_READ: Final = 50_000
_KINDS: Final[Mapping[str, str]] = {
    SPIKE: later("since over"),
    RISE: later("still going on"),
    LEVEL: later("a new level since"),
    DROP: later("a drop"),
    RETURN: later("back after a drop"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One anomaly: the row of the answer with its figures, and the row of the star behind it."""

    figures: Mapping[str, Value]
    row: Mapping[str, Value]

    @property
    def anomaly_id(self) -> str:
        """By which a build knows it."""
        return str(self.row["anomaly_id"])

    @property
    def agency_id(self) -> int:
        """Whose it is."""
        return int(str(self.row["agency_id"]))

    @property
    def is_alert(self) -> bool:
        """Whether it is above what was usual, and beyond the limits."""
        return bool(self.row["is_alert"])

    @property
    def is_daily(self) -> bool:
        """Whether days stand out, not months."""
        return self.row["period"] == BY_DAY


def ask_told(request: PageRequest, period: Period | None = None) -> tuple[Answer, list[Told]]:
    """Ask for the anomalies in view that are told under themselves, the latest first."""
    answer = request.ask(*FIGURES, by=("anomaly",), period=period or request.year_period())
    found = [row for row in answer.rows if row["anomaly_actual"] is not None]
    told = told_of(request, answer.question.period, found)
    told.sort(key=lambda one: abs(float(one.figures["anomaly_difference"] or 0)), reverse=True)
    told.sort(key=lambda one: str(one.row["last_day"]), reverse=True)
    return answer, told


def told_of(
    request: PageRequest, period: Period, found: Sequence[Mapping[str, Value]]
) -> list[Told]:
    """Give to rows of figures of a period, an anomaly each, what the star tells of them."""
    if not found:
        return []
    where: dict[str, Sequence[Value]] = {}
    if request.agency_ids is not None:
        where["agency_id"] = list(request.agency_ids)
    if period.start and period.end:
        where["month"] = months_from(period.start, period.end)
    page = request.gateway.rows("fact_anomaly", request.scope, where=where, limit=_MOST_READ)
    known = {str(row["anomaly_id"]): row for row in page.rows}
    return [
        Told(figures, known[str(figures["anomaly"])])
        for figures in found
        if str(figures["anomaly"]) in known
    ]


def path_of(subject: str) -> str:
    """Give the page that tells of what stands out in cost, or in how services run."""
    return PATH if subject == COST else SERVICES_PATH


def also_seen(request: PageRequest, told: Sequence[Told]) -> dict[str, list[Mapping[str, Value]]]:
    """Give the other events that are told under each of these."""
    names = [one.anomaly_id for one in told]
    if not names:
        return {}
    page = request.gateway.rows(
        "fact_anomaly", request.scope, where={"told_under": names}, limit=_MOST_READ
    )
    found: dict[str, list[Mapping[str, Value]]] = {}
    for row in page.rows:
        if row["anomaly_id"] != row["told_under"]:
            found.setdefault(str(row["told_under"]), []).append(row)
    return found


def kind_of(row: Mapping[str, Value]) -> str:
    """Say what became of it."""
    return say_known(_KINDS[str(row["kind"])])


def part_of(row: Mapping[str, Value]) -> str:
    """Say of what it is: the whole, a service, or an account of a provider."""
    part = str(row["part"])
    if row["level"] == WHOLE:
        return say("all of its cost")
    if row["level"] == ACCOUNT:
        provider, _, account = part.partition("/")
        return say("account {account} at {provider}", account=account, provider=provider)
    return type_name(part) if is_type(part) else part


def in_its_unit(subject: str, value: float | None) -> str:
    """Write a figure of an anomaly in the unit of what stands out."""
    if subject == COST:
        return money(value)
    if subject == ERRORS:
        return percent(value, 2)
    if subject == LATENCY:
        return say("{number} ms", number=decimal(value, 1))
    return say("{number} times", number=decimal(value, 2))


def when_of(row: Mapping[str, Value]) -> str:
    """Say when: a month or months, a day or days."""
    first, last = str(row["first_day"]), str(row["last_day"])
    if row["period"] == BY_DAY:
        return days_range(first, last)
    return months_range(first[:7], last[:7])


def behind(row: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Give the services behind it, each with its change in US dollars as it is kept."""
    parts = [part.rpartition(" ") for part in str(row["contributors"]).split("; ") if part]
    return [(type_name(name) if is_type(name) else name, change) for name, _, change in parts]

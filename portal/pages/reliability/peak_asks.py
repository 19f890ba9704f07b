"""What the page on peaks asks: both seasons, their difference, and what is known of services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portal.pages.page import PageRequest
from portal.pages.reliability.sla_services import Row, is_measured
from portal.pages.series import Rows, number
from warehouse.question import Answer, Value

PATH: Final = "/reliability/peak"
DELTAS: Final = (
    "stability_peak_delta", "latency_peak_delta_ms", "error_rate_peak_delta",
    "sla_breach_rate_peak_delta",
)  # fmt: skip
SIDES: Final = ("stability_score", "latency_ms", "sla_breach_rate", "sla_breaches")
NOTABLE: Final = 1.0
"""Points of stability below which a drop is taken for the ordinary difference between months."""

_BY: Final = ("agency", "digital_service")
_MOST_SERVICES: Final = 10_000

ServiceKey = tuple[Value, Value]


@dataclass(frozen=True, slots=True)
class Described:
    """What services.csv says of a digital service."""

    criticality: str
    peak_months: tuple[int, ...]


def ask_seasons(request: PageRequest) -> Answer:
    """Ask for peak months and other months: at most two rows."""
    return request.ask(*SIDES, "request_count", by=("peak",), period=request.year_period())


def ask_difference(request: PageRequest) -> Answer:
    """Ask for the difference of the pooled months of services that have both seasons."""
    return request.ask(*DELTAS, period=request.year_period())


def ask_services(request: PageRequest) -> Answer:
    """Ask for the difference of each service."""
    return request.ask(*DELTAS, "request_count", by=_BY, period=request.year_period())


def ask_service_seasons(request: PageRequest) -> Answer:
    """Ask for each service's peak months and other months."""
    return request.ask("stability_score", "sla_breaches", "request_count", by=(*_BY, "peak"),
                       period=request.year_period())  # fmt: skip


def measured_at_peak(answer: Answer) -> Rows:
    """Keep the seasons' rows of services measured in peak months, in other months or not."""
    return answer.once(
        "measured at peak",
        lambda: tuple(row for row in answer.rows if row["peak"] == "peak" and is_measured(row)),
    )


def compared(answer: Answer) -> Rows:
    """Keep the measured services that have both seasons, the deepest drop first."""

    def make() -> Rows:
        found = [row for row in answer.rows
                 if is_measured(row) and row["stability_peak_delta"] is not None]  # fmt: skip
        return tuple(sorted(found, key=lambda row: number(row["stability_peak_delta"]) or 0.0))

    return answer.once("compared", make)


def dropped(rows: Rows) -> Rows:
    """Keep the services that were notably less stable at peak."""
    return [row for row in rows if (number(row["stability_peak_delta"]) or 0.0) <= -NOTABLE]


def key_of(row: Row) -> ServiceKey:
    """Name a service by its MDA and its identifier."""
    return row["agency"], row["digital_service"]


def season_rows(answer: Answer) -> Mapping[tuple[Value, Value, Value], Row]:
    """Find a row by MDA, service and season."""
    return answer.once(
        "by season",
        lambda: {(row["agency"], row["digital_service"], row["peak"]): row for row in answer.rows},
    )


def broke_at_peak(request: PageRequest, row: Row) -> bool:
    """Tell whether a service broke a limit in a measured peak month."""
    found = season_rows(ask_service_seasons(request)).get((*key_of(row), "peak"))
    return found is not None and is_measured(found) and bool(number(found["sla_breaches"]))


def described(request: PageRequest) -> Mapping[ServiceKey, Described]:
    """Say of each named digital service how critical it is and when it peaks by its own word."""
    page = request.gateway.rows("dim_digital_service", request.scope, limit=_MOST_SERVICES)
    return {
        (row["agency_id"], row["digital_service_id"]): Described(
            str(row["criticality"] or ""), _months(str(row["peak_months"] or ""))
        )
        for row in page.rows
    }


def criticality(about: Mapping[ServiceKey, Described], row: Row) -> str:
    """Say how critical a service is; empty where it isn't named in services.csv."""
    said = about.get(key_of(row))
    return said.criticality if said else ""


def _months(text: str) -> tuple[int, ...]:
    found = (part.strip() for part in text.split(";"))
    return tuple(int(part) for part in found if part.isdigit() and 1 <= int(part) <= 12)

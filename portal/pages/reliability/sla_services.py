"""Services one by one, as the pages on SLA and on peaks look at them: asked once, named alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.pages.evidence import dimension_text
from portal.pages.frame import drill_to
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Limits, Observed, likely_cause
from portal.pages.series import Rows, number
from warehouse.question import Answer, Value

Row = Mapping[str, Value]

PATH: Final = "/reliability/sla"
BREACHES: Final = (
    "sla_breaches", "latency_breach_count", "error_breach_count", "capacity_breach_count",
)  # fmt: skip
_SERVICE: Final = (
    *BREACHES, "latency_ms", "error_rate", "service_utilisation", "engineering_risk",
    "latency_warnings", "error_warnings", "over_capacity_count", "request_count",
)  # fmt: skip
_BY: Final = ("agency", "digital_service")


def ask_services(request: PageRequest) -> Answer:
    """Ask what each service did in the months in view: a row an MDA and digital service."""
    return request.ask(*_SERVICE, by=_BY, period=request.year_period())


def is_measured(row: Row) -> bool:
    """Tell whether a row comes from telemetry; a modelled one counts no requests."""
    return bool(number(row["request_count"]))


def measured(answer: Answer) -> Rows:
    """Keep the services that were measured: most limits broken first, then by risk."""

    def make() -> Rows:
        found = [row for row in answer.rows if is_measured(row)]
        return tuple(
            sorted(
                found,
                key=lambda row: (
                    -(number(row["sla_breaches"]) or 0),
                    -(number(row["engineering_risk"]) or 0),
                ),
            )
        )

    return answer.once("measured services", make)


def unmeasured(answer: Answer) -> Rows:
    """Keep the services that weren't measured, by utilisation, which is reported."""

    def make() -> Rows:
        found = [row for row in answer.rows if not is_measured(row)]
        return tuple(sorted(found, key=lambda row: -(number(row["service_utilisation"]) or 0)))

    return answer.once("unmeasured services", make)


def service_name(row: Row) -> str:
    """Name a service; where none is named its type stands for it."""
    return dimension_text(row, "digital_service")


def service_and_owner(request: PageRequest, row: Row) -> str:
    """Name a service, and whose it is where several MDAs are in view."""
    name = service_name(row)
    return f"{name}, {dimension_text(row, 'agency')}" if request.sees_many else name


def drill_service(request: PageRequest, row: Row, path: str = PATH) -> str:
    """Give the address of one service of one MDA, with the filters of this page."""
    return drill_to(
        path, request, agency=(str(row["agency"]),), service=(str(row["digital_service"]),)
    )


def limits_of(request: PageRequest) -> Limits:
    """Give the limits in force in the last month in view."""
    return Limits.of(limits_in_force(request, request.year_period().end or request.build.data_to))


def cause_of(request: PageRequest, row: Row) -> str:
    """Say the likely cause of a measured service's breaches in words."""
    at_peak = peak_breaches(request)
    peak = None if at_peak is None else at_peak.get((row["agency"], row["digital_service"]), 0)
    return likely_cause(Observed.of(row, peak), limits_of(request))


def peak_breaches(request: PageRequest) -> Mapping[tuple[Value, Value], int] | None:
    """Count each service's breaches in peak months, if both seasons are in view."""
    if request.filters.peak:
        return None
    period = request.year_period()
    seasons = request.ask("sla_breaches", by=("peak",), period=period).rows
    if len(seasons) < 2:
        return None
    answer = request.ask("sla_breaches", by=_BY, where=(("peak", ("peak",)),), period=period)
    return answer.once(
        "breaches by service",
        lambda: {
            (row["agency"], row["digital_service"]): int(number(row["sla_breaches"]) or 0)
            for row in answer.rows
        },
    )

"""The questions that several parts of the migration page ask."""

from __future__ import annotations

from typing import Final

from portal.pages.page import PageRequest
from warehouse.question import Answer, Period

PATH: Final = "/reliability/migration"

MIGRATED = (("migrated", ("Yes",)),)
"""MDAs that report to have migrated."""


def history(request: PageRequest) -> Period:
    """Give the whole history: a year may lie wholly on one side of a migration."""
    return Period(request.filters.start, request.filters.end or request.build.data_to)


def ask_moves(request: PageRequest) -> Answer:
    """Ask what the months before and after the migrations cost, of the same MDAs."""
    return request.ask(
        "monthly_cost_pre", "monthly_cost_post", "observed_cost_change", "moved_agency_count",
        period=history(request),
    )  # fmt: skip


def ask_others(request: PageRequest) -> Answer | None:
    """Ask what cost did at MDAs that stayed; none where MDAs are not compared."""
    if not request.sees_many or request.filters.agency:
        return None
    return request.ask("unmoved_cost_change", period=history(request))


def ask_services(request: PageRequest) -> Answer:
    """Ask how services ran on both sides, of the same MDAs."""
    return request.ask(
        "stability_score_pre", "stability_score_post", "stability_delta", "latency_pre_ms",
        "latency_post_ms", "latency_delta_ms", "sla_breach_rate_pre", "sla_breach_rate_post",
        period=history(request),
    )  # fmt: skip


def ask_records(request: PageRequest) -> Answer:
    """Ask what was reported of the migrations; of several MDAs, of those that migrated."""
    return request.ask(
        "sla_breaches_pre", "sla_breaches_post", "realised_savings_reported_mean",
        "expected_savings_mean", "savings_gap", where=MIGRATED if request.sees_many else (),
        period=history(request),
    )  # fmt: skip


def measured_agencies(request: PageRequest) -> frozenset[str]:
    """Find the MDAs with telemetry on both sides of their migration: only they are judged."""
    answer = request.ask("measured_move_count", by=("agency",), period=history(request))
    return answer.once(
        "measured on both sides",
        lambda: frozenset(str(row["agency"]) for row in answer.rows if row["measured_move_count"]),
    )

"""The sentence that answers whether critical services hold: limits broken at peak, then drops."""

from __future__ import annotations

from typing import Final

from portal.components.parts import Text, strong
from portal.formats import signed_number
from portal.pages.evidence import evidence_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import (
    ask_service_seasons,
    ask_services,
    broke_at_peak,
    compared,
    criticality,
    described,
    dropped,
    key_of,
    measured_at_peak,
)
from portal.pages.reliability.sla_services import Row, service_and_owner
from portal.pages.series import Rows, number
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer

_CRITICAL: Final = "High"


def answer_at_peak(request: PageRequest, seasons: Answer, difference: Answer) -> list[Text]:
    """Say whether the critical services broke limits at peak, and which lost most."""
    about = described(request)
    at_peak = measured_at_peak(ask_service_seasons(request))
    critical = [row for row in at_peak if criticality(about, row) == _CRITICAL]
    broken = [row for row in critical if broke_at_peak(request, row)]
    said = verdict(request, critical, broken) if critical else overall(request, seasons)
    answer = ask_services(request)
    rows = compared(answer)
    if not rows:
        return [*said, say(" Against other months it can't be said: {why}.",
                           why=why_not_compared(difference))]  # fmt: skip
    fallen = dropped(rows)
    if not fallen:
        return [*said, say(" No service that was measured in both seasons lost a point at peak.")]
    is_named = [key_of(row) for row in broken] == [key_of(fallen[0])]
    return [*said, *_lost_most(request, answer, fallen[0], is_named=is_named)]


def verdict(request: PageRequest, critical: Rows, broken: Rows) -> list[Text]:
    """Say how many of the critical services that were measured broke limits in peak months."""
    if not broken:
        return [
            say_number(
                len(critical),
                "Yes: the critical service of {whose} that was measured broke no limit in peak "
                "months.",
                "Yes: none of the {number} critical services of {whose} that were measured broke a "
                "limit in peak months.",
                whose=whose(request),
            )
        ]
    names = [service_and_owner(request, row) for row in broken]
    if len(critical) == 1:
        return say_parts(
            "No: {service}, the one critical service that was measured, broke limits in peak "
            "months.",
            service=strong(names[0]),
        )
    if len(names) == 1:
        return say_parts(
            "Not all: {service} broke limits in peak months, one of {all}.",
            service=strong(names[0]),
            all=say("{number} critical services that were measured", number=len(critical)),
        )
    return [
        say(
            "No: {some} of {all} critical services of {whose} that were measured broke limits in "
            "peak months.",
            some=len(broken),
            all=len(critical),
            whose=whose(request),
        )
    ]


def overall(request: PageRequest, seasons: Answer) -> list[Text]:
    """Say how often limits broke at peak, where no service known as critical was measured."""
    at_peak = next(row for row in seasons.rows if row["peak"] == "peak")
    broken = int(number(at_peak["sla_breaches"]) or 0)
    if not broken:
        return [
            say(
                "Yes, as far as measured: no service of {whose} broke a limit in peak months, but "
                "none of those measured is named as critical.",
                whose=whose(request),
            )
        ]
    return say_parts(
        "Limits broke in {figure} of {whose} in peak months; no service that was measured is named "
        "as critical.",
        whose=whose(request),
        figure=strong(
            say_number(broken, "{number} service-month", "{number} service-months"),
            evidence_of(seasons, "sla_breaches", at_peak),
        ),
    )


def _lost_most(request: PageRequest, answer: Answer, row: Row, *, is_named: bool) -> list[Text]:
    """Say what the service with the deepest drop lost; ``is_named`` if the sentence before did."""
    points = strong(
        signed_number(number(row["stability_peak_delta"])),
        evidence_of(answer, "stability_peak_delta", row),
    )
    latency = strong(
        signed_number(number(row["latency_peak_delta_ms"]), 0),
        evidence_of(answer, "latency_peak_delta_ms", row),
    )
    if is_named:
        return say_parts(
            " Against its other months its stability changed by {points} points and its latency "
            "by {latency} ms, the deepest drop of all.",
            points=points,
            latency=latency,
        )
    return say_parts(
        " {service} lost most at peak: its stability changed by {points} points and its latency "
        "by {latency} ms against its other months.",
        service=strong(service_and_owner(request, row)),
        points=points,
        latency=latency,
    )


def why_not_compared(difference: Answer) -> str:
    """Say why peak months can't be set against others."""
    return difference.reasons.get("stability_peak_delta", say("one season is in view only"))

"""Peak against other months: whether critical services hold when everybody comes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.formats import decimal, percent, signed_number
from portal.pages.evidence import evidence_of
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import (
    NOTABLE,
    ask_difference,
    ask_seasons,
    ask_services,
    broke_at_peak,
    compared,
    criticality,
    described,
    dropped,
    is_known,
)
from portal.pages.reliability.peak_calendar import draw_calendar
from portal.pages.reliability.peak_sections import (
    draw_collapses,
    draw_own_peaks,
    draw_peak_course,
    draw_services,
)
from portal.pages.reliability.sla_services import Row, is_measured, service_and_owner
from portal.pages.reliability.sla_tables import draw_months
from portal.pages.series import Rows, number
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer

QUESTION = "Do critical services hold at tax time?"

_CRITICAL = "High"
_BODY: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_peak_course, 7), (draw_collapses, 5)),
    ((draw_services, 12),),
    ((draw_calendar, 6), (draw_own_peaks, 6)),
)


@report_page(QUESTION)
def draw_peak(request: PageRequest) -> Component:
    """Draw the page; a filter on the season would leave nothing to compare, so it is dropped."""
    asked = replace(request, filters=replace(request.filters, peak=None))
    seasons, difference = ask_seasons(asked), ask_difference(asked)
    known = is_known(difference)
    trail = [("Summary", "/")] if asked.reader.may(Permission.VIEW_SUMMARY) else []
    return report(
        asked,
        path="/reliability/peak",
        here=say("Peak and non-peak"),
        question=say("Do critical services hold at tax time?"),
        answer=_answer(asked, difference) if known else _unknown(asked, seasons, difference),
        trail=[*trail, (say("Reliability"), f"/reliability{asked.filters.to_query()}")],
        controls=("agency", "service", "region"),
        more=("status", "year"),
        kpis=_cards(seasons, difference),
        body=[sections(asked, each) for each in _body(asked)],
        definitions=_definitions(),
        source="telemetry where it was handed in, else utilisation from the usage records; peak "
        "months as recorded for each country",
        modelled=bool(seasons.modelled or difference.modelled),
        notices=_notices(difference),
    )


def _body(request: PageRequest) -> Sequence[Sequence[tuple[Section, int]]]:
    chosen = request.filters
    if len(chosen.agency) == 1 and len(chosen.service) == 1:
        return (*_BODY[:2], ((draw_months, 12),), _BODY[2])
    return _BODY


def _answer(request: PageRequest, difference: Answer) -> list[Text]:
    """Say whether the critical services broke limits at peak, and which lost most."""
    answer = ask_services(request)
    rows = compared(answer)
    about = described(request)
    critical = [row for row in rows if criticality(about, row) == _CRITICAL]
    broken = [row for row in critical if broke_at_peak(request, row)]
    said = _verdict(request, critical, broken) if critical else _overall(request, difference)
    fallen = dropped(rows)
    if not fallen:
        return [*said, say(" No service that was measured in both seasons lost a point at peak.")]
    return [*said, *_lost_most(request, answer, fallen[0], is_named=broken == [fallen[0]])]


def _verdict(request: PageRequest, critical: Rows, broken: Rows) -> list[Text]:
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


def _overall(request: PageRequest, difference: Answer) -> list[Text]:
    change = difference.value("stability_peak_delta") or 0.0
    figure = strong(
        decimal(abs(change)) if change >= 0 else signed_number(change),
        evidence_of(difference, "stability_peak_delta"),
    )
    if change >= 0:
        return say_parts(
            "Yes, as far as measured: stability of {whose} was {figure} points higher at peak.",
            whose=whose(request),
            figure=figure,
        )
    return say_parts(
        "The same services of {whose} changed by {figure} points of stability at peak.",
        whose=whose(request),
        figure=figure,
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


def _unknown(request: PageRequest, seasons: Answer, difference: Answer) -> list[Text]:
    if not seasons.rows:
        return [
            say(
                "No reliability records were handed in for {whose} in this period.",
                whose=whose(request),
            )
        ]
    if difference.modelled:
        return [
            say(
                "It can't be said for {whose}: nothing was measured. The values below are modelled "
                "from utilisation, so a difference between them is one of utilisation.",
                whose=whose(request),
            )
        ]
    return [
        say(
            "It can't be said for {whose}: {why}.",
            whose=whose(request),
            why=difference.reasons.get("stability_peak_delta", say("one season is in view only")),
        )
    ]


def _notices(difference: Answer) -> list[Component]:
    if not difference.modelled:
        return []
    text = say(
        "Latency and error rate are modelled from utilisation, not measured. Both seasons are "
        "shown without ranking or conclusion. Hand in telemetry to see whether services hold."
    )
    return [banner(text, kind="warn", links=[html.A(say("What is handed in"), href="/data")])]


def _cards(seasons: Answer, difference: Answer) -> Component:
    rows = {str(row["peak"]): row for row in seasons.rows}
    return kpi_row(
        [
            _side(seasons, rows, "stability_score", say("Stability at peak")),
            _difference(difference, "stability_peak_delta", say("Change of stability"),
                        say("stability points")),
            _side(seasons, rows, "latency_ms", say("Latency at peak"), "ms"),
            _difference(difference, "latency_peak_delta_ms", say("Change of latency"), "ms"),
            _side(seasons, rows, "sla_breach_rate", say("SLA breach rate at peak"), "%"),
            _difference(difference, "sla_breach_rate_peak_delta", say("Change of breach rate"),
                        say("points")),
        ]
    )  # fmt: skip


def _side(
    seasons: Answer, rows: dict[str, Row], name: str, label: str, unit: str = ""
) -> Component:
    row, other = rows.get("peak"), rows.get("non-peak")
    if row is None or row[name] is None:
        return kpi_card(label=label, value=None, note=say("no peak month with records in view"))
    written = say("{figure} in other months", figure=_written(name, other))
    basis = say("measured") if is_measured(row) else say("modelled")
    return kpi_card(
        label=label,
        value=_written(name, row).removesuffix(" %"),
        unit=unit,
        note=f"{written}; {basis}",
        evidence=evidence_of(seasons, name, row),
    )


def _written(name: str, row: Row | None) -> str:
    value = None if row is None else number(row[name])
    if name == "sla_breach_rate":
        return percent(value)
    return decimal(value, 0 if name == "latency_ms" else 1)


def _difference(difference: Answer, name: str, label: str, unit: str) -> Component:
    value = difference.value(name)
    if value is None:
        return kpi_card(label=label, value=None, note=difference.reasons.get(name, ""))
    return kpi_card(
        label=label,
        value=signed_number(value),
        unit=unit,
        note=say("modelled, concludes nothing")
        if name in difference.modelled
        else say("peak minus other months, same services"),
        evidence=evidence_of(difference, name),
    )


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            say("Peak months"),
            say("months that the calendar of the MDA's country names as peaks; see the calendar"),
        ),
        (
            say("Difference"),
            say(
                "peak months minus other months, over the services that have both; a measured "
                "season is never set against a modelled one"
            ),
        ),
        (
            say("Stability"),
            say("response time 40 %, failed requests 30 %, utilisation near 60 % 30 %"),
        ),
        (
            say("Drop"),
            say("a loss of {least} point of stability or more at peak", least=f"{NOTABLE:g}"),
        ),
    )

"""Cost trends: where spend is heading, as far as the months that are over can tell."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.kpi import Trace, kpi_card, kpi_row, signed_change
from portal.components.parts import Text, strong
from portal.formats import (
    money,
    money_exact,
    money_parts,
    month_short,
    percent,
    points_figure,
    signed_percent,
)
from portal.pages.anomalies.latest import draw_latest
from portal.pages.bridge.sections import draw_bridge
from portal.pages.evidence import currency_of, dimension_text, evidence_of
from portal.pages.frame import Section, report, report_page, sections, whose_services
from portal.pages.limits import limits_in_view
from portal.pages.money.accepted import draw_accepted
from portal.pages.money.forecast import draw_ahead, draw_honesty, is_split_further
from portal.pages.money.forecast_services import draw_ahead_by_service
from portal.pages.money.spend_events import draw_events
from portal.pages.money.trends_course import draw_course, draw_growth, draw_season, draw_services
from portal.pages.money.trends_growth import (
    ask_drivers,
    draw_drivers,
    draw_growth_table,
    draw_jumps,
    draw_signals,
    left_out,
    ranks_by,
)
from portal.pages.money.trends_source import note_source
from portal.pages.money.what_if import draw_what_if
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, number
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import ACCEPTED, Answer

QUESTION = later("Where is spend heading?")

_STEADY = 0.005
"""Change of three months, either way, below which nothing is said to rise or fall."""


@report_page(QUESTION)
def draw_trends(request: PageRequest) -> Component:
    """Draw the page; an MDA sees its services where the treasury sees MDAs."""
    period = request.year_period()
    # A service of last year that another source told is not set against this year's.
    is_comparable = not (note_source(request) and request.filters.service)
    now = request.ask(
        "rolling_3m_spend", "three_month_growth", "three_month_change", "yoy_growth",
        "growth_acceleration", "run_rate", period=period,
    )  # fmt: skip
    return report(
        request,
        path="/finops/trends",
        here=say("Trends"),
        question=say_known(QUESTION),
        answer=_answer(request, now, is_comparable=is_comparable),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency", "service"),
        more=("year", "currency"),
        kpis=_cards(request, now, is_comparable=is_comparable),
        body=[
            # The few services of one MDA stand in the table below, and leave a list half empty.
            sections(request, [(draw_course, 8), (draw_drivers, 4)] if request.sees_many
                     else [(draw_course, 12)]),
            sections(request, [(draw_ahead, 8), (draw_honesty, 4)]),
            sections(request, [(draw_what_if, 12),
                               *([(draw_accepted, 12)] if request.filters.whatif == ACCEPTED
                                 else []),
                               (draw_events, 12),
                               *([] if is_split_further(request)
                                 else [(draw_ahead_by_service, 12)])]),
            sections(request, [(draw_bridge, 12)]),
            sections(request, [(draw_growth, 6), (draw_services, 6)]),
            sections(request, [(draw_season, 8), (draw_signals, 4)]),
            sections(request, [(draw_latest, 12)]),
            sections(request, _below(request)),
        ],
        definitions=_definitions(request),
        source=say("usage records, month by month, as handed in"),
    )  # fmt: skip


def _below(request: PageRequest) -> Sequence[tuple[Section, int]]:
    """Put jumps beside the table only where both are short."""
    if ranks_by(request) is None:
        return [(draw_jumps, 12)]
    if request.sees_many:
        return [(draw_jumps, 12), (draw_growth_table, 12)]
    return [(draw_jumps, 5), (draw_growth_table, 7)]


def _answer(request: PageRequest, now: Answer, *, is_comparable: bool) -> list[Text]:
    growth = now.value("three_month_growth")
    if growth is None:
        why = now.reasons.get("three_month_growth", say("no records in this period"))
        return [say("It is too early to say where spend of {whose} is heading: {why}.",
                    whose=whose_services(request), why=why)]  # fmt: skip
    left = left_out(request)
    said = (
        _mixed_direction(request, now, growth, left) if left else _direction(request, now, growth)
    )
    return [*said, *_driver(request, growth), *(_last_year(now) if is_comparable else [])]


def _direction(request: PageRequest, now: Answer, growth: float) -> list[Text]:
    """Say where spend is heading when all who spent in these months are compared."""
    mean, size, who = _mean(now), _size(now, growth), whose_services(request)
    if abs(growth) < _STEADY:
        return say_parts("Spend of {whose} is steady: a month cost {mean} on average of the last "
                         "three, within {size} of the three before.",
                         whose=who, mean=mean, size=size)  # fmt: skip
    if growth > 0:
        return say_parts("Spend of {whose} is rising: a month cost {mean} on average of the last "
                         "three, {size} more than in the three before.",
                         whose=who, mean=mean, size=size)  # fmt: skip
    return say_parts("Spend of {whose} is falling: a month cost {mean} on average of the last "
                     "three, {size} less than in the three before.",
                     whose=who, mean=mean, size=size)  # fmt: skip


def _mixed_direction(request: PageRequest, now: Answer, growth: float, left: int) -> list[Text]:
    """Say of whom the growth is when the mean counts more MDAs than could be compared."""
    gaps = {
        "whose": whose_services(request),
        "mean": _mean(now),
        "size": _size(now, growth),
        "left": say_number(left, "{number} MDA is left out", "{number} MDAs are left out"),
    }
    if abs(growth) < _STEADY:
        return say_parts("Spend of {whose} is steady where it can be compared: MDAs that reported "
                         "all six months spent within {size} of the three before in the last "
                         "three; {left}. A month of all that reported cost {mean} on average of "
                         "the last three.", **gaps)  # fmt: skip
    if growth > 0:
        return say_parts("Spend of {whose} is rising where it can be compared: MDAs that reported "
                         "all six months spent {size} more in the last three than in the three "
                         "before; {left}. A month of all that reported cost {mean} on average of "
                         "the last three.", **gaps)  # fmt: skip
    return say_parts("Spend of {whose} is falling where it can be compared: MDAs that reported all "
                     "six months spent {size} less in the last three than in the three before; "
                     "{left}. A month of all that reported cost {mean} on average of the last "
                     "three.", **gaps)  # fmt: skip


def _mean(now: Answer) -> Text:
    amount = money(now.value("rolling_3m_spend"), currency_of(now))
    return strong(amount, evidence_of(now, "rolling_3m_spend"))


def _size(now: Answer, growth: float) -> Text:
    return strong(percent(abs(growth)), evidence_of(now, "three_month_growth"))


def _driver(request: PageRequest, growth: float) -> list[Text]:
    """Name what moved most in the direction in which the whole moved."""
    found = ask_drivers(request)
    if found is None or abs(growth) < _STEADY:
        return []
    ranked = largest(found.rows, "three_month_change")
    if len(ranked) < 2:
        return []
    top = ranked[0] if growth > 0 else ranked[-1]
    change = number(top["three_month_change"]) or 0.0
    if change * growth <= 0:
        return []
    name = dimension_text(top, found.question.by[0])
    amount = strong(
        money(abs(change), currency_of(found)), evidence_of(found, "three_month_change", top)
    )
    if growth > 0:
        return say_parts(" {name} adds most, {amount} a month.", name=name, amount=amount)
    return say_parts(" {name} saves most, {amount} a month.", name=name, amount=amount)


def _last_year(now: Answer) -> list[Text]:
    growth = now.value("yoy_growth")
    if growth is None:
        return []
    size = strong(percent(abs(growth)), evidence_of(now, "yoy_growth"))
    if growth >= 0:
        return say_parts(" Where both years were reported, the period is {size} above the same "
                         "months of last year.", size=size)  # fmt: skip
    return say_parts(" Where both years were reported, the period is {size} below the same months "
                     "of last year.", size=size)  # fmt: skip


def _cards(request: PageRequest, now: Answer, *, is_comparable: bool) -> Component:
    period = request.year_period()
    monthly = request.ask(
        "actual_spend", "mom_growth", "three_month_growth", "yoy_growth", "growth_acceleration",
        by=("month",), period=period,
    )  # fmt: skip
    jumps = request.ask("spend_spikes", "spend_growth_count", period=period)
    by_month = request.ask("spend_spikes", by=("month",), period=period)
    return kpi_row(
        [
            _latest_card(request, monthly),
            _growth_card(request, now, monthly, "three_month_growth", say("Three-month growth"),
                         say("on the three months before")),
            _growth_card(request, now, monthly, "yoy_growth", say("On last year"),
                         say("on its same months") if is_comparable
                         else say("on its same months, which another source told")),
            _acceleration_card(request, now, monthly),
            _run_rate_card(request, now),
            _jumps_card(request, jumps, by_month),
        ]
    )  # fmt: skip


def _latest_card(request: PageRequest, monthly: Answer) -> Component:
    label = say("Spend of the latest month")
    reported = [row for row in monthly.rows if row["actual_spend"] is not None]
    if not reported:
        why = monthly.reasons.get("actual_spend", say("no records in this period"))
        return kpi_card(label=label, value=None, note=why, theme=request.theme)
    row = reported[-1]
    amount, growth = number(row["actual_spend"]) or 0.0, number(row["mom_growth"])
    currency = currency_of(monthly)
    figure, scale = money_parts(amount, currency)
    return kpi_card(
        label=say("Spend, {month}", month=month_short(str(row["month"]))),
        value=figure,
        unit=scale,
        exact=money_exact(amount, currency),
        change=None
        if growth is None
        else signed_change(
            signed_percent(growth),
            say("on the month before"),
            good=None,
            evidence=evidence_of(monthly, "mom_growth", row),
        ),
        note=say("no month before to compare with") if growth is None else "",
        trace=Trace(column(monthly.rows, "actual_spend"), say("Monthly spend of the period.")),
        theme=request.theme,
        evidence=evidence_of(monthly, "actual_spend", row),
    )


def _growth_card(
    request: PageRequest, now: Answer, monthly: Answer, measure: str, label: str, since: str
) -> Component:
    growth = now.value(measure)
    return kpi_card(
        label=label,
        value=None if growth is None else signed_percent(growth).removesuffix(" %"),
        unit="%",
        note=now.reasons.get(measure, "") if growth is None else since,
        trace=Trace(column(monthly.rows, measure), say("{label}, month by month.", label=label)),
        theme=request.theme,
        evidence=evidence_of(now, measure),
    )


def _acceleration_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    change = now.value("growth_acceleration")
    note = now.reasons.get("growth_acceleration", "")
    if change is not None:
        note = say("growth quickened") if change > 0 else say("growth slowed or held")
    return kpi_card(
        label=say("Acceleration"),
        value=None if change is None else points_figure(change),
        unit=say("points"),
        note=note,
        trace=Trace(column(monthly.rows, "growth_acceleration"),
                    say("Change of monthly growth, month by month.")),
        theme=request.theme,
        evidence=evidence_of(now, "growth_acceleration"),
    )  # fmt: skip


def _run_rate_card(request: PageRequest, now: Answer) -> Component:
    amount, currency = now.value("run_rate"), currency_of(now)
    figure, scale = ("", "") if amount is None else money_parts(amount, currency)
    return kpi_card(
        label=say("The year at this pace"),
        value=None if amount is None else figure,
        unit=scale,
        exact=money_exact(amount, currency),
        note=now.reasons.get("run_rate", "") if amount is None else say("not a forecast"),
        theme=request.theme,
        evidence=evidence_of(now, "run_rate"),
    )


def _jumps_card(request: PageRequest, jumps: Answer, by_month: Answer) -> Component:
    found, of = jumps.value("spend_spikes"), jumps.value("spend_growth_count")
    limit = percent(limits_in_view(request)["spend_spike_ratio"])
    note = (
        jumps.reasons.get("spend_spikes", "")
        if found is None
        else say_number(
            int(of or 0),
            "of {number} month, up more than {limit}",
            "of {number} months, up more than {limit}",
            limit=limit,
        )
    )
    return kpi_card(
        label=say("Jumps in spend"),
        value=None if found is None else f"{found:,.0f}",
        href="#jumps" if found else "",
        note=". ".join([note, *jumps.notes]),
        trace=Trace(column(by_month.rows, "spend_spikes"), say("Jumps in spend, month by month.")),
        theme=request.theme,
        evidence=evidence_of(jumps, "spend_spikes"),
    )


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_view(request)
    return (
        (
            say("Three-month growth"),
            say("the last three months against the three before, of MDAs that reported all six, so "
                "that one that joins or is late moves nothing"),
        ),
        (
            say("On last year"),
            say("the period's months against the same months a year before, where an MDA reported "
                "both"),
        ),
        (
            say("Acceleration"),
            say("growth on the month before, minus that of the month before it, in percentage "
                "points"),
        ),
        (
            say("The year at this pace"),
            say("spend so far, by the months gone, times twelve (run rate)"),
        ),
        (
            say("Forecast"),
            say("made at each build from whole months alone; its bands are as wide as forecasts "
                "from past months were off"),
        ),
        (
            say("Seasonal pressure"),
            say("a month against the mean of the six months that end with it (seasonality index); "
                "above {limit} is high", limit=f"{limits['high_season_index']:g}"),
        ),
        (
            say("Jumps and fast growth"),
            say("an MDA's month that rose by more than {jump}; a service's month of an MDA that "
                "rose by more than {fast}", jump=percent(limits["spend_spike_ratio"]),
                fast=percent(limits["fast_growth_ratio"])),
        ),
    )  # fmt: skip

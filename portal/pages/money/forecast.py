"""What is ahead: months with their bounds, the year's end, and how wrong forecasts have been."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from portal.components.cards import card, chart_card, nothing_card
from portal.components.parts import Text, strong, words_of
from portal.figures.lines import Line, draw_lines
from portal.formats import money, money_scale, month_name, percent
from portal.pages.axes import scaled, unit_of
from portal.pages.evidence import currency_of, downloads_of, evidence_of, figure, table_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import column, months_of, present
from portal.texts import say, say_parts
from warehouse.months import shifted
from warehouse.question import Answer, Period

_MONTHS_AHEAD = 12
_BOUNDS = ("forecast_low_80", "forecast_high_80", "forecast_low_95", "forecast_high_95")
_YEAR = ("forecast_year_end", "forecast_year_end_low_80", "forecast_year_end_high_80", "run_rate")
_PAST = ("forecast_error_1", "forecast_error_3", "forecast_error_6", "forecast_skill",
         "forecast_months_held", "forecast_months_compared")  # fmt: skip


def draw_ahead(request: PageRequest) -> Component:
    """Draw the months ahead with the band that 80 of a hundred held."""
    title, last = say("What is ahead"), request.build.data_to
    if _is_split_further(request):
        why = say("MDAs are forecast as a whole: take the other filters away to see it.")
        return nothing_card(title, why, 8)
    ahead = request.ask("forecast_spend", *_BOUNDS, by=("month",),
                        period=Period(shifted(last, 1), shifted(last, _MONTHS_AHEAD)))  # fmt: skip
    middles = column(ahead.rows, "forecast_spend")
    if not present(middles):
        return nothing_card(title, ahead.reasons.get("forecast_spend", ""), 8)
    divisor, _ = money_scale(middles)
    lines = []
    named = (("forecast_spend", say("Forecast")), ("forecast_high_80", say("80 %, upper")),
             ("forecast_low_80", say("80 %, lower")))  # fmt: skip
    for measure, name in named:
        values = column(ahead.rows, measure)
        if present(values):
            lines.append(Line(name, name, scaled(values, divisor)))
    months = months_of(ahead)
    first = money(middles[0], currency_of(ahead))
    headline = say_parts(
        "{month} is forecast at {amount}",
        month=month_name(months[0]),
        amount=figure(ahead, "forecast_spend", first, ahead.rows[0]),
    )
    return chart_card(
        headline=headline,
        subtitle=say(
            "Monthly spend ahead with its 80 % band, {whose}, {unit}",
            whose=whose(request), unit=unit_of(ahead, middles),
        ),
        figure=draw_lines(months=months, lines=lines, theme=request.theme),
        sentence=say(
            "{headline}, and {last_month} at {last}.",
            headline=words_of(headline),
            last_month=month_name(months[-1]),
            last=money(middles[-1], currency_of(ahead)),
        ),
        table=table_of(ahead, say("Forecast spend by month, with its 80 and 95 % bands")),
        downloads=downloads_of(request, ahead, say("forecast spend by month")),
        notes=ahead.notes,
        span=8,
        tall=True,
    )  # fmt: skip


def draw_honesty(request: PageRequest) -> Component:
    """Say what the year comes to, and how far forecasts of the past were off."""
    title = say("How far it can be trusted")
    if _is_split_further(request):
        why = say("MDAs are forecast as a whole: take the other filters away to see it.")
        return nothing_card(title, why, 4)
    year, past = request.ask(*_YEAR), request.ask(*_PAST)
    said = [*_year_said(year), *_past_said(past)]
    if not said:
        why = past.reasons.get("forecast_error_1", "") or year.reasons.get("forecast_year_end", "")
        return nothing_card(title, why, 4)
    return card(headline=title, children=[html.P(list(part)) for part in said], span=4)


def _is_split_further(request: PageRequest) -> bool:
    return any(name not in _KNOWN for name, _ in request.filters.to_where())


_KNOWN = frozenset({"agency", "parent", "country", "sector", "org_size", "region_group",
                    "migrated", "currency"})  # fmt: skip


def _year_said(year: Answer) -> list[list[Text]]:
    if year.value("forecast_year_end") is None:
        return []
    gaps = {name: _amount(year, name) for name in _YEAR if year.value(name) is not None}
    said = say_parts("The year is forecast at {amount}.", amount=gaps["forecast_year_end"])
    if len(gaps) == len(_YEAR):
        said += say_parts(
            " Its 80 % band runs from {low} to {high}. At the pace of the year so far it would be "
            "{pace}.",
            low=gaps["forecast_year_end_low_80"],
            high=gaps["forecast_year_end_high_80"],
            pace=gaps["run_rate"],
        )
    return [said]


def _past_said(past: Answer) -> list[list[Text]]:
    """Say past errors; that forecasts were worse than repeating the last month, plainly."""
    if past.value("forecast_error_1") is None:
        why = past.reasons.get("forecast_error_1", "")
        return [[say("How far forecasts were off can't be said yet: {why}.", why=why)]]
    said: list[list[Text]] = []
    known = [(1, "forecast_error_1"), (3, "forecast_error_3"), (6, "forecast_error_6")]
    found = {step: _share(past, name) for step, name in known if past.value(name) is not None}
    if len(found) == len(known):
        said.append(
            say_parts(
                "Forecasts of the past year missed by {one} a month ahead, {three} three months "
                "ahead and {six} six months ahead.",
                one=found[1], three=found[3], six=found[6],
            )
        )  # fmt: skip
    else:
        said.append(say_parts("Forecasts of the past missed by {one} a month ahead.", one=found[1]))
    skill = past.value("forecast_skill")
    if skill is not None:
        size = strong(percent(abs(skill)), evidence_of(past, "forecast_skill"))
        if skill < 0:
            said.append(say_parts("They were worse than repeating the last month, by {size}.",
                                  size=size))  # fmt: skip
        else:
            said.append(say_parts("They missed {size} less than repeating the last month would "
                                  "have.", size=size))  # fmt: skip
    held, compared = past.value("forecast_months_held"), past.value("forecast_months_compared")
    said.append(
        say_parts(
            "The 80 % band held {held} of {compared} times.",
            held=strong(f"{held or 0:,.0f}", evidence_of(past, "forecast_months_held")),
            compared=strong(f"{compared or 0:,.0f}", evidence_of(past, "forecast_months_compared")),
        )
    )
    return said


def _amount(answer: Answer, measure: str) -> Component:
    amount = money(answer.value(measure), currency_of(answer))
    return strong(amount, evidence_of(answer, measure))


def _share(answer: Answer, measure: str) -> Component:
    return strong(percent(answer.value(measure) or 0.0), evidence_of(answer, measure))

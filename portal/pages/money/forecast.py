"""What is ahead: months with their bounds, the year's end, and how wrong forecasts have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from portal.components.cards import card, chart_card, nothing_card
from portal.components.parts import Text, strong, words_of
from portal.figures.lines import Line
from portal.figures.outlook import Band, draw_outlook
from portal.figures.theme import Figure
from portal.formats import figure_short, money, money_scale, month_name, percent, signed_percent
from portal.pages.axes import peaks_of, scaled, unit_of
from portal.pages.evidence import currency_of, downloads_of, evidence_of, figure, table_of
from portal.pages.frame import whose_services
from portal.pages.money.spend_events import Seen, events_seen
from portal.pages.page import PageRequest
from portal.pages.series import column, last, months_of, number, present
from portal.texts import say, say_parts
from warehouse.months import shifted
from warehouse.question import ACCEPTED, Answer, Period, Value

_MONTHS_BACK = 18
_MONTHS_AHEAD = 12
_MOST_MARKS = 6
_YEAR = ("forecast_year_end", "forecast_year_end_low_80", "forecast_year_end_high_80", "run_rate")
_PAST = ("forecast_error_1", "forecast_error_3", "forecast_error_6", "forecast_skill",
         "forecast_months_held", "forecast_months_compared")  # fmt: skip

_PUBLISHED = ("published_error_1", "published_error_3", "published_error_6",
              "published_months_held", "published_months_compared")  # fmt: skip


def draw_ahead(request: PageRequest, span: int = 8) -> Component:
    """Draw the last months and those ahead, within the bands that 80 and 95 of a hundred held."""
    title, newest = say("What is ahead"), request.build.data_to
    if _is_unforeseen(request):
        why = say("MDAs are forecast as a whole and by service type: take the other filters away "
                  "to see it.")  # fmt: skip
        return nothing_card(title, why, span)
    names = _names(request)
    answer = request.ask(
        "actual_spend", names.middle, *names.bounds, by=("month",),
        period=Period(shifted(newest, 1 - _MONTHS_BACK), shifted(newest, _MONTHS_AHEAD)),
    )  # fmt: skip
    spends, middles = column(answer.rows, "actual_spend"), column(answer.rows, names.middle)
    foreseen = [row for row in answer.rows if row[names.middle] is not None]
    if not foreseen:
        return nothing_card(title, answer.reasons.get(names.middle, ""), span)
    unit, marked = unit_of(answer, spends, middles), _marked(request, months_of(answer))
    headline = _ahead_headline(answer, names, foreseen[0])
    return chart_card(
        headline=headline,
        subtitle=say(
            "Monthly spend, and what is ahead with its 80 and 95 % bands, {whose}, {unit}",
            whose=whose_services(request), unit=unit,
        ),
        figure=_ahead_figure(request, answer, names, unit, marked),
        sentence=say(
            "{headline}, and {last_month} at {last}. {marks}",
            headline=words_of(headline),
            last_month=month_name(str(foreseen[-1]["month"])),
            last=money(number(foreseen[-1][names.middle]), currency_of(answer)),
            marks=_marks_said(marked),
        ).strip(),
        table=table_of(answer, say("Spend by month, and its forecast with 80 and 95 % bands")),
        downloads=downloads_of(request, answer, say("spend and forecast by month")),
        notes=[
            *answer.notes,
            *([_marks_said(marked)] if marked else []),
            *([_moved_said(request)] if names.is_moved else []),
            *([_parts_said()] if is_split_further(request) else []),
            *_bands_said(request, foreseen[0][names.bound("low", 80)] is not None),
        ],
        span=span,
        tall=True,
        anchor="ahead",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Names:
    """The measures that are drawn: those of the forecast, or of what if it were moved."""

    prefix: str

    @property
    def is_moved(self) -> bool:
        return self.prefix == "whatif"

    @property
    def middle(self) -> str:
        return f"{self.prefix}_spend"

    @property
    def bounds(self) -> tuple[str, ...]:
        return tuple(self.bound(side, band) for band in (80, 95) for side in ("low", "high"))

    def bound(self, side: str, band: int) -> str:
        return f"{self.prefix}_{side}_{band}"


def _names(request: PageRequest) -> _Names:
    is_moved = request.filters.whatif and not is_split_further(request)
    return _Names("whatif" if is_moved else "forecast")


def _parts_said() -> str:
    """Say how parts of MDAs are forecast."""
    return say("Each service type is forecast from its own months and drawn to its MDA's forecast, "
               "so that all add up to it.")  # fmt: skip


def _bands_said(request: PageRequest, has_band: bool) -> list[str]:
    """Say whose band is shown where several MDAs are, and why there is none."""
    if not has_band:
        if is_split_further(request):
            return [
                say(
                    "No band is shown: bands of several MDAs or service types don't add up. It "
                    "is told of one service type, of one MDA or of the whole government."
                )
            ]
        return [
            say(
                "No band is shown: bands of several MDAs don't add up. It is told of one MDA, "
                "or of the whole government."
            )
        ]
    if request.sees_many:
        return [
            say(
                "The bands are of the sum over the whole government, by how far such sums were "
                "off: they are not MDAs' bands added up."
            )
        ]
    return []  # fmt: skip


def _moved_said(request: PageRequest) -> str:
    if request.filters.whatif == ACCEPTED:
        return say("What is ahead is moved by what accepted recommendations are estimated to save, "
                   "and its bands with it: they are modelled.")  # fmt: skip
    return say("What is ahead is moved by {share}, and its bands with it: they are modelled.",
               share=signed_percent(float(request.filters.whatif)))  # fmt: skip


def _ahead_headline(answer: Answer, names: _Names, first: Mapping[str, Value]) -> list[Text]:
    amounts = {
        name: figure(answer, measure, money(number(first[measure]), currency_of(answer)), first)
        for name, measure in (("amount", names.middle), ("low", names.bound("low", 80)),
                              ("high", names.bound("high", 80)))
        if first[measure] is not None
    }  # fmt: skip
    month = month_name(str(first["month"]))
    if names.is_moved:
        return say_parts("What if: {month} would come to {amount}", month=month,
                         amount=amounts["amount"])  # fmt: skip
    if len(amounts) == 3:
        return say_parts(
            "{month} is forecast at {amount}, likely between {low} and {high}",
            month=month, **amounts,
        )  # fmt: skip
    return say_parts("{month} is forecast at {amount}", month=month, amount=amounts["amount"])


def _marked(request: PageRequest, months: list[str]) -> list[Seen]:
    """Give the events that begin in these months, the first few of them."""
    return [one for one in events_seen(request) if one.row.month_from in months][:_MOST_MARKS]


def _marks_said(marked: list[Seen]) -> str:
    if not marked:
        return ""
    return say("Marked is what MDAs say is known: {events}.",
               events="; ".join(one.said for one in marked))  # fmt: skip


def _ahead_figure(
    request: PageRequest, answer: Answer, names: _Names, unit: str, marked: list[Seen]
) -> Figure:
    months, columns = months_of(answer), ("actual_spend", names.middle, *names.bounds)
    by_name = {name: column(answer.rows, name) for name in columns}
    divisor, _ = money_scale([*by_name["actual_spend"], *by_name[names.middle]])
    drawn = {name: scaled(values, divisor) for name, values in by_name.items()}
    bands = [
        Band(say("{band} % band", band=band), drawn[names.bound("low", band)],
             drawn[names.bound("high", band)])
        for band in (95, 80)
        if present(drawn[names.bound("low", band)])
    ]  # fmt: skip
    at_end = say("Forecast {amount}", amount=figure_short(last(drawn[names.middle])))
    return draw_outlook(
        months=months,
        known=Line(say("Spend"), "", drawn["actual_spend"]),
        ahead=Line(say("Forecast"), at_end, drawn[names.middle]),
        bands=bands,
        peaks=peaks_of(request, months),
        marks=[
            (month, ", ".join(one.mark for one in marked if one.row.month_from == month))
            for month in dict.fromkeys(one.row.month_from for one in marked)
        ],
        theme=request.theme,
        unit=unit,
    )


def draw_honesty(request: PageRequest) -> Component:
    """Say what the year comes to, and how far forecasts were off, those of a service too.

    Those that were made anew for months past, and, apart from them, those really published.
    """
    title = say("How far it can be trusted")
    if _is_unforeseen(request):
        why = say("Past forecasts are told of MDAs as a whole and by service type: take the other "
                  "filters away to see them.")  # fmt: skip
        return nothing_card(title, why, 4)
    # The year's end is told of MDAs as a whole alone.
    year = [] if is_split_further(request) else _year_said(request.ask(*_YEAR))
    # Whatever months are in view: what was published is judged as a whole.
    published = request.ask(*_PUBLISHED, period=Period())
    parts = [*year, *_past_said(request.ask(*_PAST)), *_published_said(published)]
    return card(
        headline=title,
        children=[html.P(list(part), className="card-said") for part in parts],
        span=4,
    )


def year_end_in_words(request: PageRequest) -> list[Text]:
    """Say what the year comes to, and how that stands to its budget; nothing of a chosen period."""
    if is_split_further(request) or request.filters.start or request.filters.end:
        return []
    year = request.ask("forecast_year_end", "forecast_over_budget")
    if year.value("forecast_year_end") is None:
        return []
    amount, over = _amount(year, "forecast_year_end"), year.value("forecast_over_budget")
    if not over:
        return say_parts(" The year is forecast at {amount}.", amount=amount)
    gap = strong(money(abs(over), currency_of(year)), evidence_of(year, "forecast_over_budget"))
    gaps = {"amount": amount, "gap": gap}
    if not request.sees_many:
        if over > 0:
            return say_parts(" The year is forecast at {amount}, {gap} above its budget.", **gaps)
        return say_parts(" The year is forecast at {amount}, {gap} below its budget.", **gaps)
    if over > 0:
        return say_parts(" The year is forecast at {amount}; MDAs with a budget for the whole "
                         "year end {gap} above it.", **gaps)  # fmt: skip
    return say_parts(" The year is forecast at {amount}; MDAs with a budget for the whole year "
                     "end {gap} below it.", **gaps)  # fmt: skip


def is_split_further(request: PageRequest) -> bool:
    """Tell whether the filters ask for parts of an MDA, whose year isn't told."""
    return any(name not in _KNOWN for name, _ in request.filters.to_where())


def _is_unforeseen(request: PageRequest) -> bool:
    """Tell whether the filters ask for parts of an MDA that aren't forecast at all."""
    parts = {*_KNOWN, "service_type"}
    return any(name not in parts for name, _ in request.filters.to_where())


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
                "Back-tested: made anew of what was known then, forecasts of the past year missed "
                "by {one} a month ahead, {three} three months ahead and {six} six months ahead.",
                one=found[1], three=found[3], six=found[6],
            )
        )  # fmt: skip
    else:
        said.append(
            say_parts(
                "Back-tested: made anew of what was known then, forecasts missed by {one} a month "
                "ahead.",
                one=found[1],
            )
        )
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


def _published_said(published: Answer) -> list[list[Text]]:
    """Say how forecasts turned out that readers had before their months came."""
    held, compared = (published.value(name) for name in _PUBLISHED[-2:])
    if not compared:
        return [[say("Published: every forecast shown here is kept and compared when its months "
                     "come. None has come yet.")]]  # fmt: skip
    known = [(1, _PUBLISHED[0]), (3, _PUBLISHED[1]), (6, _PUBLISHED[2])]
    found = [(step, _share(published, name)) for step, name in known
             if published.value(name) is not None]  # fmt: skip
    said: list[list[Text]] = [
        say_parts("Published: forecasts that were shown here before their months came missed the "
                  "next month by {share}.", share=share)
        if step == 1
        else say_parts("Published: those for {step} months ahead missed by {share}.",
                       step=str(step), share=share)
        for step, share in found
    ]  # fmt: skip
    said.append(
        say_parts(
            "The band published with them held {held} of {compared} times.",
            held=strong(f"{held or 0:,.0f}", evidence_of(published, _PUBLISHED[-2])),
            compared=strong(f"{compared:,.0f}", evidence_of(published, _PUBLISHED[-1])),
        )
    )
    return said


def _amount(answer: Answer, measure: str) -> Component:
    amount = money(answer.value(measure), currency_of(answer))
    return strong(amount, evidence_of(answer, measure))


def _share(answer: Answer, measure: str) -> Component:
    return strong(percent(answer.value(measure) or 0.0), evidence_of(answer, measure))

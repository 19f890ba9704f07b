"""Why did it change? The bridge between two periods, and from the budget to spend."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.parts import Text, strong
from portal.components.waterfall import Total, waterfall
from portal.formats import money, money_exact, months_range, signed_money
from portal.pages.bridge.periods import ANCHOR, choice_of_periods, periods_of, written
from portal.pages.bridge.words import (
    CHANGES,
    FROM_BUDGET,
    Row,
    Term,
    details_of,
    main_cause,
    steps_of,
)
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.frame import drill_to, whose, whose_services
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.received_texts import (
    COMPARED,
    DIFFERENT_LENGTH,
    LATE_AGENCIES,
    LATE_MONTHS,
    is_said,
)
from portal.texts import say, say_parts
from warehouse.question import Answer, Period

_MOST = 6
"""Contributors listed beside the waterfall."""
_CHANGE = ("bridge_change", *(term.measure for term in CHANGES))
_TOTALS = ("bridge_before", "bridge_now", "bridge_commitments", "bridge_restatement")
_ENDS = ("budget_bridge_budget", "budget_bridge_spend")
_BUDGET = ("budget_variance", *(term.measure for term in FROM_BUDGET))


def draw_bridge(request: PageRequest, *, span: int = 12, path: str = "/finops/trends") -> Component:
    """Draw why spend changed between two periods, and which MDAs or services did it."""
    title = say("Why spend changed")
    periods = periods_of(request)
    if periods is None:
        why = say("It takes two months of records to compare; there are not two yet.")
        return nothing_card(title, why, span)
    now, before = periods
    whole = _ask_whole(request, now, before)
    change, row = _value(whole, "bridge_change"), _row(whole)
    chosen = choice_of_periods(request, path, now, before)
    subtitle = say("Spend of {whose}: {now} against {before}, and what made the difference",
                   whose=whose_services(request), now=written(now),
                   before=written(before))  # fmt: skip
    if change is None:
        why = say("{now} can't be set against {before}: {why}.", now=written(now),
                  before=written(before), why=_why(whole, "bridge_change"))  # fmt: skip
        return card(headline=title, children=[html.P(why, className="muted"), chosen], span=span,
                    anchor=ANCHOR)  # fmt: skip
    currency = currency_of(whole)
    steps = waterfall(
        Total(written(before), money_exact(_value(whole, "bridge_before"), currency),
              evidence=evidence_of(whole, "bridge_before", row)),
        steps_of(whole, row, CHANGES),
        Total(written(now), money_exact(_value(whole, "bridge_now"), currency),
              _in_all(whole, "bridge_change", row), evidence_of(whole, "bridge_now", row)),
    )  # fmt: skip
    split = _ask_split(request, now, before)
    return card(
        headline=_told(request, whole, change, now, before),
        subtitle=subtitle,
        children=[
            _side_by_side(steps, split, "bridge_change", CHANGES, request, path),
            chosen,
        ],
        footer=[
            table_of(whole, say("Why spend changed")),
            *downloads_of(request, split, say("the change of spend and its causes")),
            *footer_notes([*_what_is_missing(whole), *_worth_saying(whole)]),
        ],
        span=span,
        anchor=ANCHOR,
    )


def draw_budget_bridge(
    request: PageRequest, *, span: int = 12, path: str = "/finops/budget"
) -> Component:
    """Draw why spend differs from the budget, by way of the same months of last year."""
    title = say("Why spend differs from the budget")
    period = request.year_period()
    whole = request.ask(*_BUDGET, *_ENDS, by=_currencies(request), period=period)
    variance, row = _value(whole, "budget_variance"), _row(whole)
    if variance is None:
        why = say("It can't be said for {whose}: {why}.", whose=whose(request),
                  why=_why(whole, "budget_variance"))  # fmt: skip
        return nothing_card(title, why, span)
    if _value(whole, "budget_bridge_planned") is None:
        why = say("It can't be said for {whose}: there are no records of the same months a year "
                  "before, by way of which budget and spend are compared.",
                  whose=whose(request))  # fmt: skip
        return nothing_card(title, why, span)
    currency = currency_of(whole)
    steps = waterfall(
        Total(say("Budget"), money_exact(_value(whole, "budget_bridge_budget"), currency),
              evidence=evidence_of(whole, "budget_bridge_budget", row)),
        steps_of(whole, row, FROM_BUDGET),
        Total(say("Spend"), money_exact(_value(whole, "budget_bridge_spend"), currency),
              _in_all(whole, "budget_variance", row),
              evidence_of(whole, "budget_bridge_spend", row)),
    )  # fmt: skip
    split = None
    if request.sees_many:
        by = ("agency", *_currencies(request))
        split = request.ask(*_BUDGET, by=by, period=period)
    return card(
        headline=_budget_headline(whole, variance),
        subtitle=say(
            "Budget and spend of {whose}, {period}, months with both; the change is reckoned "
            "from the same months a year before",
            whose=whose(request), period=_period_of(request, period),
        ),
        children=[_side_by_side(steps, split, "budget_variance", FROM_BUDGET, request, path)],
        footer=[
            table_of(whole, title),
            *downloads_of(request, split or whole, say("the difference from the budget")),
            *footer_notes(whole.notes),
        ],
        span=span,
    )  # fmt: skip


def change_in_words(request: PageRequest) -> list[Text]:
    """Answer in a sentence why spend changed, and what it leaves out; nothing if untold."""
    periods = periods_of(request)
    if periods is None:
        return []
    now, before = periods
    whole = _ask_whole(request, now, before)
    change = _value(whole, "bridge_change")
    if not change:
        return []
    said = [*_told(request, whole, change, now, before), ". "]
    for note in whole.notes:
        if is_said(note, LATE_AGENCIES) or is_said(note, LATE_MONTHS):
            said += [note, " "]
    return said


def _told(
    request: PageRequest, whole: Answer, change: float, now: Period, before: Period
) -> list[Text]:
    """Say what changed and why; of periods that differ in length what each came to, no more."""
    if any(is_said(note, DIFFERENT_LENGTH) for note in whole.notes):
        return _both_totals(whole, now, before)
    return _headline(whole, _by_service(request, now, before), change, now)


def _both_totals(whole: Answer, now: Period, before: Period) -> list[Text]:
    currency, row = currency_of(whole), _row(whole)
    spent, was = (
        strong(money(_value(whole, measure), currency), evidence_of(whole, measure, row))
        for measure in ("bridge_now", "bridge_before")
    )
    return say_parts(
        "Spend was {amount} in {period} and {earlier} in {before}; the two periods differ in "
        "length, so this shows no rise or fall",
        amount=spent, period=written(now), earlier=was, before=written(before),
    )  # fmt: skip


def _headline(whole: Answer, services: Answer, change: float, now: Period) -> list[Text]:
    amount = strong(
        money(abs(change), currency_of(whole)), evidence_of(whole, "bridge_change", _row(whole))
    )
    cause = main_cause(services, CHANGES, change)
    if not change:
        return [say("Spend is the same in {period}", period=written(now))]
    if change > 0:
        return say_parts("Spend rose by {amount} in {period}, above all through {cause}",
                         amount=amount, period=written(now), cause=cause)  # fmt: skip
    return say_parts("Spend fell by {amount} in {period}, above all through {cause}",
                     amount=amount, period=written(now), cause=cause)  # fmt: skip


def _budget_headline(whole: Answer, variance: float) -> list[Text]:
    amount = strong(
        money(abs(variance), currency_of(whole)), evidence_of(whole, "budget_variance", _row(whole))
    )
    cause = main_cause(whole, FROM_BUDGET, variance)
    if not variance:
        return [say("Spend is what the budget granted")]
    if variance > 0:
        return say_parts("Spend is {amount} over the budget, above all through {cause}",
                         amount=amount, cause=cause)  # fmt: skip
    return say_parts("Spend is {amount} under the budget, above all through {cause}",
                     amount=amount, cause=cause)  # fmt: skip


def _ask_whole(request: PageRequest, now: Period, before: Period) -> Answer:
    by = _currencies(request)
    return request.ask(*_CHANGE, *_TOTALS, by=by, period=now, against=before)


def _by_service(request: PageRequest, now: Period, before: Period) -> Answer:
    by = ("service_type", *_currencies(request))
    return request.ask(*_CHANGE, by=by, period=now, against=before)


def _currencies(request: PageRequest) -> tuple[str, ...]:
    """Split by currency where amounts are not in dollars, so that the currency can be named."""
    return ("currency",) if request.filters.currency == "own" else ()


def _row(whole: Answer) -> Row:
    """Give the one row of a whole; of several currencies there is none."""
    return whole.rows[0] if len(whole.rows) == 1 else {}


def _value(whole: Answer, measure: str) -> float | None:
    return number(_row(whole).get(measure))


def _why(whole: Answer, measure: str) -> str:
    if len(whole.rows) > 1:
        return say("amounts are in more than one currency, which are never added; choose one MDA")
    return whole.reasons.get(measure, say("nothing was reported"))


def _in_all(whole: Answer, measure: str, row: Row) -> list[Text]:
    text = signed_money(number(row[measure]), currency_of(whole))
    return say_parts("{change} in all", change=figure(whole, measure, text, row))


def _ask_split(request: PageRequest, now: Period, before: Period) -> Answer:
    if not request.sees_many:
        return _by_service(request, now, before)
    by = ("agency", *_currencies(request))
    return request.ask(*_CHANGE, by=by, period=now, against=before)


def _side_by_side(
    steps: Component,
    split: Answer | None,
    measure: str,
    terms: Sequence[Term],
    request: PageRequest,
    path: str,
) -> Component:
    """Put who contributed beside the waterfall; one contributor alone says nothing more."""
    if split is None:
        return steps
    moved = [row for row in split.rows if number(row[measure])]
    if len(moved) < 2:
        return steps
    ranked = sorted(moved, key=lambda row: -abs(number(row[measure]) or 0.0))[:_MOST]
    dimension = split.question.by[0]
    title = (
        say("By MDA, {shown} of {all} that moved most", shown=len(ranked), all=len(moved))
        if dimension == "agency"
        else say("By service")
    )
    items = [
        Difference(
            name=dimension_text(row, dimension),
            value=number(row[measure]) or 0.0,
            figure=signed_money(number(row[measure]), currency_of(split)),
            detail=details_of(split, row, terms),
            href=_down(request, path, dimension, row),
            evidence=evidence_of(split, measure, row),
        )
        for row in ranked
    ]
    contributors = html.Div([html.H3(title, className="bridge-part"), differences_list(items)])
    return html.Div([html.Div(steps), contributors], className="bridge")


def _down(request: PageRequest, path: str, dimension: str, row: Row) -> str:
    if dimension == "agency":
        return drill_to(path, request, agency=(str(row["agency"]),))
    return drill_to(path, request, service=(str(row["service_type"]),))


def _what_is_missing(whole: Answer) -> list[str]:
    if "bridge_commitments" not in whole.reasons:
        return []
    return [say("Commitments, credits and corrections of earlier months are within these parts, "
                "not shown apart.")]  # fmt: skip


def _worth_saying(whole: Answer) -> list[str]:
    """Leave out the note that names the periods: the subtitle does."""
    return [note for note in whole.notes if not is_said(note, COMPARED)]


def _period_of(request: PageRequest, period: Period) -> str:
    return months_range(
        period.start or request.build.data_from, period.end or request.build.data_to
    )

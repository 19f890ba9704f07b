"""The sections of the migration page that speak of money: what months cost, and what is claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.tables import ROW, Column, data_table
from portal.exports.links import question_query
from portal.figures.lines import Line, draw_lines
from portal.formats import (
    NOT_AVAILABLE,
    count,
    currency_sign,
    figure_short,
    money_scale,
    money_short,
    month_name,
    months_range,
    percent,
    signed_number,
    signed_percent,
)
from portal.pages.axes import scaled, unit_of
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    row_key,
    table_of,
)
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import MIGRATED, history
from portal.pages.series import Rows, by_month, last, months_of, number, present
from portal.texts import say, say_number
from warehouse.question import Answer, Value

PATH = "/reliability/migration"

_MOST_BARS = 10
_MOST_ROWS = 25
_MANY = (("Yes", "Migrated"), ("No", "Not migrated"))
_ONE = (("Pre", "Before"), ("Post", "After"))


def draw_monthly_cost(request: PageRequest) -> Component:
    """Draw monthly cost of those that migrated beside the others; of one MDA, before and after."""
    split, sides = ("migrated", _MANY) if request.sees_many else ("migration_status", _ONE)
    answer = request.ask("actual_spend", by=("month", split), period=history(request))
    months = months_of(answer)
    courses = [
        (name, by_month([row for row in answer.rows if row[split] == value], months,
                        "actual_spend"))
        for value, name in sides
    ]  # fmt: skip
    courses = [(name, values) for name, values in courses if present(values)]
    if not courses:
        return nothing_card(say("Monthly cost"), say("No cost was reported in this period."), 7)
    currency = currency_of(answer)
    divisor, _ = money_scale([value for _, values in courses for value in values])
    unit = unit_of(answer, *(values for _, values in courses))
    lines = [
        Line(name, f"{name} {figure_short(last(scaled(values, divisor)))}",
             scaled(values, divisor))
        for name, values in courses
    ]  # fmt: skip
    ends = ", ".join(f"{name.lower()} {money_short(last(v), currency)}" for name, v in courses)
    return chart_card(
        headline=_cost_headline(request),
        subtitle=say(
            "Cost a month, {whose}, {months}, {unit}. {moves}",
            whose=whose(request), months=months_range(months[0], months[-1]), unit=unit,
            moves=_moves(request),
        ),
        figure=draw_lines(
            months=months,
            lines=lines,
            theme=request.theme,
            prefix=currency_sign(currency) if len(unit) <= 3 else "",
        ),
        sentence=say(
            "Lines of monthly cost, {months}; at their last months: {ends}.",
            months=months_range(months[0], months[-1]), ends=ends,
        ),
        table=table_of(answer, say("Monthly cost before and after migration")),
        downloads=downloads_of(request, answer, say("monthly cost by migration")),
        notes=answer.notes,
        span=7,
        tall=True,
    )  # fmt: skip


def draw_cost_changes(request: PageRequest) -> Component:
    """List how monthly cost changed, an MDA a line; of one MDA, a service a line."""
    key = "agency" if request.sees_many else "service_type"
    answer = request.ask("observed_cost_change", "monthly_cost_pre", "monthly_cost_post",
                         by=(key,), period=history(request))  # fmt: skip
    known = answer.once("changed", lambda: _least_first(answer.rows, "observed_cost_change"))
    if not known:
        why = answer.reasons.get("observed_cost_change", "")
        return nothing_card(say("Change of monthly cost"), say("Not available: {why}.", why=why), 5)
    fell = sum((number(row["observed_cost_change"]) or 0) < 0 for row in known)
    shown = known[:_MOST_BARS]
    currency = currency_of(answer)
    items = [
        Difference(
            name=dimension_text(row, key),
            value=number(row["observed_cost_change"]) or 0.0,
            figure=signed_percent(number(row["observed_cost_change"])),
            detail=say(
                "{before} to {after} a month",
                before=money_short(number(row["monthly_cost_pre"]), currency),
                after=money_short(number(row["monthly_cost_post"]), currency),
            ),
            href=drill_to(PATH, request, agency=(str(row["agency"]),)) if key == "agency" else "",
            evidence=evidence_of(answer, "observed_cost_change", row),
        )
        for row in shown
    ]
    which = (
        say("all of them")
        if len(shown) == len(known)
        else say("{shown} of {all} shown", shown=len(shown), all=len(known))
    )
    if key == "agency":
        headline = say_number(
            len(known),
            "{fell} of {number} MDA costs less a month than before",
            "{fell} of {number} MDAs cost less a month than before",
            fell=fell,
        )
    else:
        headline = say_number(
            len(known),
            "{fell} of {number} service costs less a month than before",
            "{fell} of {number} services cost less a month than before",
            fell=fell,
        )
    return card(
        headline=headline,
        subtitle=say(
            "Mean month after migration against mean month before, %; the largest saving first, "
            "{which}",
            which=which,
        ),
        children=[differences_list(items)],
        footer=[
            *downloads_of(request, answer, say("change of monthly cost")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )


def draw_claims(request: PageRequest) -> Component:
    """Set what MDAs expected and claim to have saved beside what their months show."""
    answer = request.ask(
        "expected_savings_mean", "realised_savings_reported_mean", "realised_savings",
        "observed_savings", "savings_gap", "cost_delta", "sla_breaches_pre", "sla_breaches_post",
        "moved_agency_count", "migrated_agency_count", by=("agency",), period=history(request),
    )  # fmt: skip
    rows = answer.once("moved", lambda: _moved(answer))
    if not request.sees_many:
        rows = answer.rows
    if not rows or all(row["cost_delta"] is None for row in rows):
        return nothing_card(
            say("Claimed and observed savings"), say("No migration summary was handed in."), 12
        )
    shown = rows[:_MOST_ROWS]
    return card(
        headline=_claims_headline(request, rows),
        subtitle=say(
            "Savings, % of cost: expected and claimed as the MDAs report them, in the yearly costs "
            "they recorded (cost delta: after minus before), and observed in their monthly cost; "
            "gap is claimed minus observed. A gap is no proof that a claim is false: the two may "
            "count different costs and months. {shown} of {all} shown, the largest gap first",
            shown=len(shown), all=len(rows),
        )
        if request.sees_many
        else say(
            "Savings, % of cost: expected and claimed as reported, in the yearly costs recorded "
            "(cost delta: after minus before), and observed in the monthly cost; gap is claimed "
            "minus observed. A gap is no proof that a claim is false: the two may count different "
            "costs and months"
        ),
        children=[_claims_table(request, answer, shown)],
        footer=[
            *downloads_of(request, answer, say("claimed and observed savings")),
            *footer_notes(_reasons(answer, shown)),
        ],
    )  # fmt: skip


def _claims_table(request: PageRequest, answer: Answer, shown: Rows) -> Component:
    currency = currency_of(answer)
    columns = (
        Column("agency", say("MDA")),
        Column("cost_delta", say("Cost delta"), True, False, "cost_delta"),
        Column("expected", say("Expected"), True, False, "expected_savings_mean"),
        Column("claimed", say("Claimed"), True, True, "realised_savings_reported_mean"),
        Column("recorded", say("In records"), True, False, "realised_savings"),
        Column("observed", say("Observed"), True, True, "observed_savings"),
        Column("gap", say("Gap"), True, True, "savings_gap"),
        Column("before", say("Breaches before"), True, False, "sla_breaches_pre"),
        Column("after", say("Breaches after"), True, False, "sla_breaches_post"),
    )
    rows = [
        {
            ROW: row_key(answer, row),
            "agency": _agency(request, row),
            "cost_delta": _signed_money(number(row["cost_delta"]), currency),
            "expected": percent(number(row["expected_savings_mean"]), 1),
            "claimed": percent(number(row["realised_savings_reported_mean"]), 1),
            "recorded": percent(number(row["realised_savings"]), 1),
            "observed": percent(number(row["observed_savings"]), 1),
            "gap": _points(number(row["savings_gap"])),
            "before": count(number(row["sla_breaches_pre"])),
            "after": count(number(row["sla_breaches_post"])),
        }
        for row in shown
    ]
    return data_table(
        caption=say("Claimed and observed savings by MDA"),
        columns=columns,
        rows=rows,
        evidence={"data-question": question_query(answer.question)},
    )


def _agency(request: PageRequest, row: Mapping[str, Value]) -> Component | str:
    name = dimension_text(row, "agency")
    if not request.sees_many:
        return name
    return html.A(name, href=drill_to(PATH, request, agency=(str(row["agency"]),)))


def _signed_money(amount: float | None, currency: str) -> str:
    sign = "+" if amount is not None and amount > 0 else ""
    return f"{sign}{money_short(amount, currency)}"


def _points(gap: float | None) -> str:
    if gap is None:
        return NOT_AVAILABLE
    return say("{gap} points", gap=signed_number(gap))


def _claims_headline(request: PageRequest, rows: Rows) -> str:
    gaps = present([number(row["savings_gap"]) for row in rows])
    if not gaps:
        return say("What was claimed can't be compared with the monthly cost")
    above = sum(gap > 0 for gap in gaps)
    if not request.sees_many:
        return (
            say("More was claimed than the monthly cost shows")
            if above
            else say("The monthly cost shows what was claimed, or more")
        )
    return say_number(
        len(gaps),
        "{above} of {number} MDA claims more than its monthly cost shows",
        "{above} of {number} MDAs claim more than their monthly cost shows",
        above=above,
    )


def _cost_headline(request: PageRequest) -> str:
    change = request.ask("observed_cost_change", period=history(request)).value(
        "observed_cost_change"
    )
    if change is None:
        return say("No month after a migration can be compared with one before")
    if round(change, 4) == 0:
        return say("A month costs as much as before migration")
    share = percent(abs(change))
    if change > 0:
        return say("A month costs {share} more than before migration", share=share)
    return say("A month costs {share} less than before migration", share=share)


def _moves(request: PageRequest) -> str:
    """Say from when on usage is marked as after a migration."""
    after = request.ask(
        "agency_count", by=("month",), period=history(request),
        where=(("migration_status", ("Post",)), *(MIGRATED if request.sees_many else ())),
    )  # fmt: skip
    months = [str(row["month"]) for row in after.rows if row["agency_count"]]
    if not months:
        return say("No usage is marked as after a migration")
    first_month = month_name(months[0])
    return (
        say("The first usage after a migration is of {month}", month=first_month)
        if request.sees_many
        else say("Usage is marked as after migration from {month} on", month=first_month)
    )


def _moved(answer: Answer) -> Rows:
    """Keep the MDAs that moved by their report or by their usage; the largest gap first."""
    moved = [
        row for row in answer.rows if row["moved_agency_count"] or row["migrated_agency_count"]
    ]
    return sorted(
        moved,
        key=lambda row: (row["savings_gap"] is None, -(number(row["savings_gap"]) or 0.0)),
    )


def _least_first(rows: Rows, measure: str) -> Rows:
    known = [row for row in rows if row[measure] is not None]
    return sorted(known, key=lambda row: number(row[measure]) or 0.0)


def _reasons(answer: Answer, shown: Rows) -> Sequence[str]:
    is_missing = any(row["savings_gap"] is None for row in shown)
    why = answer.reasons.get("savings_gap") if is_missing else ""
    said = [say("Where no gap is given: {why}", why=why)] if why else []
    return [*said, *answer.notes]

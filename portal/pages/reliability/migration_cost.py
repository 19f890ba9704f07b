"""What months cost before and after migration, as usage records show it."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.parts import Text
from portal.figures.lines import Line, draw_lines
from portal.formats import (
    currency_sign,
    figure_short,
    money_scale,
    money_short,
    month_name,
    months_range,
    percent,
    signed_percent,
)
from portal.pages.axes import scaled, unit_of
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import MIGRATED, PATH, history
from portal.pages.series import Rows, at_most, by_month, last, months_of, number, present
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer, Value

_MOST_BARS = 10
_MANY = (("Yes", later("Migrated")), ("No", later("Not migrated")))
_ONE = (("Pre", later("Before")), ("Post", later("After")))


def draw_monthly_cost(request: PageRequest) -> Component:
    """Draw monthly cost of those that migrated beside the others; of one MDA, before and after."""
    split, sides = ("migrated", _MANY) if request.sees_many else ("migration_status", _ONE)
    answer = request.ask("actual_spend", by=("month", split), period=history(request))
    months = months_of(answer)
    courses = [
        (say_known(name), by_month([row for row in answer.rows if row[split] == value], months,
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
    shown = at_most(known, _MOST_BARS)
    items = [
        Difference(
            name=dimension_text(row, key),
            value=number(row["observed_cost_change"]) or 0.0,
            figure=signed_percent(number(row["observed_cost_change"])),
            detail=cost_a_month(answer, row),
            href=drill_to(PATH, request, agency=(str(row["agency"]),)) if key == "agency" else "",
            evidence=evidence_of(answer, "observed_cost_change", row),
        )
        for row in shown
    ]
    return card(
        headline=_changes_headline(known, key),
        subtitle=say(
            "Mean month after migration against mean month before, %; the largest saving first, "
            "{which}",
            which=say("all of them")
            if len(shown) == len(known)
            else say("{shown} of {all} shown", shown=len(shown), all=len(known)),
        ),
        children=[differences_list(items)],
        footer=[
            *downloads_of(request, answer, say("change of monthly cost")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )


def _changes_headline(known: Rows, key: str) -> str:
    """Say how many became cheaper."""
    fell = sum((number(row["observed_cost_change"]) or 0) < 0 for row in known)
    if key == "agency":
        return say_number(
            len(known),
            "{fell} of {number} MDA costs less a month than before",
            "{fell} of {number} MDAs cost less a month than before",
            fell=fell,
        )
    return say_number(
        len(known),
        "{fell} of {number} service costs less a month than before",
        "{fell} of {number} services cost less a month than before",
        fell=fell,
    )


def cost_a_month(answer: Answer, row: Mapping[str, Value] | None = None) -> list[Text]:
    """Say what a month cost before and after, in all or in one row."""
    found = row or (answer.rows[0] if answer.rows else {})
    before, after = (
        figure(answer, name, money_short(number(found.get(name)), currency_of(answer, found)), row)
        for name in ("monthly_cost_pre", "monthly_cost_post")
    )
    return say_parts("{before} to {after} a month", before=before, after=after)


def _cost_headline(request: PageRequest) -> str | list[Text]:
    answer = request.ask("observed_cost_change", period=history(request))
    change = answer.value("observed_cost_change")
    if change is None:
        return say("No month after a migration can be compared with one before")
    if round(change, 4) == 0:
        return say("A month costs as much as before migration")
    share = figure(answer, "observed_cost_change", percent(abs(change)))
    if change > 0:
        return say_parts("A month costs {share} more than before migration", share=share)
    return say_parts("A month costs {share} less than before migration", share=share)


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


def _least_first(rows: Rows, measure: str) -> Rows:
    known = [row for row in rows if row[measure] is not None]
    return sorted(known, key=lambda row: number(row[measure]) or 0.0)

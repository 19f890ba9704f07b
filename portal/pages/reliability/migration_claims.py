"""What MDAs claim to have saved, beside what their months show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table
from portal.formats import (
    count,
    not_available,
    percent,
    signed_money,
    signed_number,
)
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    row_key,
)
from portal.pages.frame import drill_to
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import PATH, history
from portal.pages.series import Rows, at_most, number, present
from portal.texts import say, say_number
from warehouse.question import Answer, Value

_MOST_ROWS = 25


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
    shown = at_most(rows, _MOST_ROWS)
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
            "cost_delta": signed_money(number(row["cost_delta"]), currency_of(answer, row)),
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


def _points(gap: float | None) -> str:
    if gap is None:
        return not_available()
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


def _moved(answer: Answer) -> Rows:
    """Keep the MDAs that moved by their report or by their usage; the largest gap first."""
    moved = [
        row for row in answer.rows if row["moved_agency_count"] or row["migrated_agency_count"]
    ]
    return sorted(
        moved,
        key=lambda row: (row["savings_gap"] is None, -(number(row["savings_gap"]) or 0.0)),
    )


def _reasons(answer: Answer, shown: Rows) -> Sequence[str]:
    is_missing = any(row["savings_gap"] is None for row in shown)
    why = answer.reasons.get("savings_gap") if is_missing else ""
    said = [say("Where no gap is given: {why}", why=why)] if why else []
    return [*said, *answer.notes]

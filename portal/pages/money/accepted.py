"""What accepted recommendations would make of the forecast: which count, and which can't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table
from portal.formats import day_name, money_exact, money_short, signed_money
from portal.pages.evidence import currency_of, dimension_text, downloads_of, row_key
from portal.pages.frame import agency_names, drill_to
from portal.pages.insights.courses import COURSES_BY_NAME
from portal.pages.insights.summary import PATH
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.pages.series import Rows, at_most, largest, number
from portal.pages.tagging.times import agencies_in_view
from portal.service_types import is_type, type_name
from portal.texts import say, say_known, say_number
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import (
    ACCEPTED,
    OF_ACCOUNT,
    OF_RESOURCE,
    Key,
    counted_savings,
    decided,
    monthly_saving,
)
from warehouse.question import Answer

_MOST_ROWS: Final = 12
_AMOUNTS: Final = ("forecast_year_end", "whatif_year_end", "whatif_year_end_low_80",
                   "whatif_year_end_high_80")  # fmt: skip
_CHANGE: Final = "whatif_year_change"
_OVER: Final = "whatif_over_budget"


def draw_accepted(request: PageRequest) -> Component:
    """List what was counted in the forecast, what couldn't be, and what it makes by MDA."""
    asked = in_dollars(request)
    answer = asked.ask(*_AMOUNTS, _CHANGE, _OVER, by=("agency",))
    rows, counts = _accepted_of(asked, {int(row["agency"] or 0) for row in answer.rows})
    title = say("No recommendation is accepted yet")
    if not rows:
        why = say("The forecast stays as it is. Recommendations are accepted under “What should we "
                  "do next?”.")  # fmt: skip
        return nothing_card(title, why, 12)
    counted = [row for row in rows if _key(row) in counts]
    left = [row for row in rows if _key(row) not in counts]
    names = agency_names(asked)
    return card(
        headline=_headline(len(counted), len(left)),
        subtitle=say(
            "What each was estimated to save when it was decided on, spread over its months, from "
            "the next month on; an account's without its resources that are done or dismissed. "
            "Modelled: nobody has scored such savings, two of different kinds may be about the "
            "same resource, and what was carried out already would count twice"
        ),
        children=[
            *([_counted_table(asked, counted, counts, names)] if counted else []),
            *([_left_table(asked, left, names)] if left else []),
            *([_by_agency(asked, answer)] if asked.sees_many and counted else []),
        ],
        footer=[
            html.A(say("Recommendations and their state"),
                   href=f"{PATH}{_plain_query(request)}#recommendations"),
            *downloads_of(asked, answer, say("forecast with accepted recommendations by MDA")),
            *footer_notes(answer.notes),
        ],
        anchor="accepted",
    )  # fmt: skip


def _plain_query(request: PageRequest) -> str:
    return request.filters.to_query(whatif=0.0)


def _accepted_of(
    request: PageRequest, agencies: set[int]
) -> tuple[list[Recommendation], Mapping[Key, Decimal]]:
    """Read what is accepted of MDAs in view, the largest saving first, and what each counts."""
    with request.database.reading_records(request.scope) as session:
        known = decided(session, agencies_in_view(request))
        counts = counted_savings(known)
        found = [row for row in known.values()
                 if row.state == ACCEPTED and row.agency_id in agencies]  # fmt: skip
        session.expunge_all()
    found.sort(key=lambda row: (-counts.get(_key(row), 0), row.agency_id, row.kind, row.target))
    return found, counts


def _key(row: Recommendation) -> Key:
    return row.agency_id, row.kind, row.target


def _headline(counted: int, left: int) -> str:
    if not counted:
        return say_number(left, "The {number} accepted recommendation can't be counted",
                          "None of {number} accepted recommendations can be counted")  # fmt: skip
    said = say_number(counted, "{number} accepted recommendation is counted in",
                      "{number} accepted recommendations are counted in")  # fmt: skip
    if not left:
        return said
    return say("{counted}; {left}", counted=said,
               left=say_number(left, "{number} more isn't, and it is said why",
                               "{number} more aren't, and it is said why"))  # fmt: skip


def _counted_table(
    request: PageRequest,
    rows: Sequence[Recommendation],
    counts: Mapping[Key, Decimal],
    names: Mapping[str, str],
) -> Component:
    shown = at_most(rows, _MOST_ROWS)
    return data_table(
        caption=say("Counted: what each is estimated to save a month; {shown} of {all} shown",
                    shown=len(shown), all=len(rows)),
        show_caption=True,
        columns=(
            *_named(request),
            Column("month", say("Saves a month"), numeric=True),
            Column("estimate", say("Estimated"), numeric=True, is_key=False),
            Column("months", say("Of months"), numeric=True, is_key=False),
            Column("due", say("Due by"), is_key=False),
        ),
        rows=[
            {
                **_name(row, names),
                "month": money_exact(float(counts[_key(row)])),
                "estimate": money_exact(float(row.estimate_usd or 0)),
                "months": str(row.estimate_months),
                "due": day_name(row.due_on.isoformat()) if row.due_on else say("not said"),
            }
            for row in shown
        ],
        evidence={"data-recorded": "recommendation"},
    )  # fmt: skip


def _left_table(
    request: PageRequest, rows: Sequence[Recommendation], names: Mapping[str, str]
) -> Component:
    shown = at_most(rows, _MOST_ROWS)
    return data_table(
        caption=say("Not counted, and why; {shown} of {all} shown",
                    shown=len(shown), all=len(rows)),
        show_caption=True,
        columns=(*_named(request), Column("why", say("Why not"), is_key=False)),
        rows=[{**_name(row, names), "why": _why(row)} for row in shown],
        evidence={"data-recorded": "recommendation"},
    )  # fmt: skip


def _why(row: Recommendation) -> str:
    if row.estimate_usd is None:
        return say("no saving is estimated for it")
    if not row.estimate_months:
        return say("of how many months its estimate is wasn't kept; keep its state once more")
    if monthly_saving(row) and row.kind == OF_RESOURCE:
        return say("it is in what is counted for its account")
    if monthly_saving(row) and row.kind == OF_ACCOUNT:
        return say("what is left of it is no more than its resources save that are accepted")
    return say("its estimate is nothing")


def _named(request: PageRequest) -> tuple[Column, ...]:
    what = Column("what", say("Recommendation"))
    return (what, Column("agency", say("MDA"))) if request.sees_many else (what,)


def _name(row: Recommendation, names: Mapping[str, str]) -> dict[str, Any]:
    course = COURSES_BY_NAME.get(row.kind)
    what = say_known(course.what) if course is not None else row.kind
    target = type_name(row.target) if is_type(row.target) else row.target
    said = f"{what}: {target}" if target else what
    return {
        "what": html.Span(said, className="long-name") if row.kind == OF_RESOURCE else said,
        "agency": names.get(str(row.agency_id), str(row.agency_id)),
    }


def _by_agency(request: PageRequest, answer: Answer) -> Component:
    moved = [row for row in reversed(largest(answer.rows, _CHANGE)) if number(row[_CHANGE])]
    shown = at_most(moved, _MOST_ROWS)
    return data_table(
        caption=say("The year by MDA, with what it accepted; {shown} of {all} shown, the most "
                    "saved first", shown=len(shown), all=len(moved)),
        show_caption=True,
        columns=(
            Column("agency", say("MDA")),
            Column("forecast_year_end", say("As forecast"), numeric=True, is_key=False,
                   figure="forecast_year_end"),
            Column("whatif_year_end", say("With what was accepted"), numeric=True,
                   figure="whatif_year_end"),
            Column("whatif_year_end_low_80", say("80 % band, lower"), numeric=True, is_key=False,
                   figure="whatif_year_end_low_80"),
            Column("whatif_year_end_high_80", say("80 % band, upper"), numeric=True, is_key=False,
                   figure="whatif_year_end_high_80"),
            Column(_CHANGE, say("Change"), numeric=True, figure=_CHANGE),
            Column(_OVER, say("Above the year's budget then"), numeric=True, is_key=False,
                   figure=_OVER),
        ),
        rows=_agency_rows(request, answer, shown),
        evidence={"data-question": question_query(answer.question)},
    )  # fmt: skip


def _agency_rows(request: PageRequest, answer: Answer, rows: Rows) -> list[dict[str, Any]]:
    return [
        {
            ROW: row_key(answer, row),
            "agency": html.A(
                dimension_text(row, "agency"),
                href=drill_to("/finops/trends", request, agency=(str(row["agency"]),)),
            ),
            **{name: money_short(number(row[name]), currency_of(answer, row))
               for name in _AMOUNTS},
            _CHANGE: signed_money(number(row[_CHANGE]), currency_of(answer, row)),
            _OVER: signed_money(number(row[_OVER]), currency_of(answer, row)),
        }
        for row in rows
    ]  # fmt: skip

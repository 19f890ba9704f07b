"""What accepted recommendations would make of the forecast: which count, and which can't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table
from portal.formats import day_name, money_exact, money_short, signed_money
from portal.pages.evidence import currency_of, dimension_text, downloads_of, row_key
from portal.pages.frame import agency_names, drill_to
from portal.pages.insights.courses import COURSES
from portal.pages.insights.summary import PATH
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.pages.series import Rows, at_most, largest, number
from portal.pages.tagging.times import agencies_in_view
from portal.service_types import is_type, type_name
from portal.texts import say, say_known, say_number
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import ACCEPTED, decided, monthly_saving
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
    rows = _accepted_of(asked, {int(row["agency"] or 0) for row in answer.rows})
    title = say("No recommendation is accepted yet")
    if not rows:
        why = say("The forecast stays as it is. Recommendations are accepted under “What should we "
                  "do next?”.")  # fmt: skip
        return nothing_card(title, why, 12)
    counted = [row for row in rows if monthly_saving(row)]
    left = [row for row in rows if not monthly_saving(row)]
    names = agency_names(asked)
    return card(
        headline=_headline(len(counted), len(left)),
        subtitle=say(
            "What each was estimated to save when it was decided on, spread over its months, from "
            "the next month on. Modelled: nobody has scored such savings, two of them may be about "
            "the same resource, and what was carried out already would count twice"
        ),
        children=[
            *([_counted_table(asked, counted, names)] if counted else []),
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


def _accepted_of(request: PageRequest, agencies: set[int]) -> list[Recommendation]:
    """Read what is accepted of MDAs in view, the largest saving first."""
    with request.database.reading_records(request.scope) as session:
        known = decided(session, agencies_in_view(request), ACCEPTED)
        found = [row for row in known.values() if row.agency_id in agencies]
        session.expunge_all()
    return sorted(found, key=lambda row: (-(monthly_saving(row) or 0), row.agency_id, row.kind,
                                          row.target))  # fmt: skip


def _headline(counted: int, left: int) -> str:
    if not counted:
        return say_number(
            left,
            "Of the {number} accepted recommendation it isn't known what it saves",
            "Of the {number} accepted recommendations it isn't known what they save",
        )
    said = say_number(counted, "{number} accepted recommendation is counted in",
                      "{number} accepted recommendations are counted in")  # fmt: skip
    if not left:
        return said
    return say("{counted}; {left}", counted=said,
               left=say_number(left, "of {number} more it isn't known what it saves",
                               "of {number} more it isn't known what they save"))  # fmt: skip


def _counted_table(
    request: PageRequest, rows: Sequence[Recommendation], names: Mapping[str, str]
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
                "month": money_exact(float(monthly_saving(row) or 0)),
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
        caption=say("Not counted, though not nothing: what they save isn't known; {shown} of {all} "
                    "shown", shown=len(shown), all=len(rows)),
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
    return say("its estimate is nothing")


def _named(request: PageRequest) -> tuple[Column, ...]:
    what = Column("what", say("Recommendation"))
    return (what, Column("agency", say("MDA"))) if request.sees_many else (what,)


def _name(row: Recommendation, names: Mapping[str, str]) -> dict[str, Any]:
    course = next((one for one in COURSES if one.name == row.kind), None)
    what = say_known(course.what) if course is not None else row.kind
    target = type_name(row.target) if is_type(row.target) else row.target
    return {
        "what": f"{what}: {target}" if target else what,
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

"""A pivot as a workbook: the same address as its page, within the same scope."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.access import require_reader
from portal.asking import BadParameterError
from portal.exports.pivot_content import Workbook
from portal.exports.pivot_workbook import write_workbook
from portal.exports.routes import IN_MEMORY, require_known, send_written
from portal.exports.writers import XLSX_MOST_ROWS
from portal.filters import FIELDS, Filters, read_filters
from portal.pivot.answers import Pivot, ask_pivot
from portal.pivot.plan import Plan, plan_pivot
from portal.pivot.ratios import parts_of
from portal.question_errors import answer_question_errors
from portal.scoping import scope_for_measures
from portal.services import services
from portal.texts import SOURCE_LANGUAGE, speak
from warehouse.errors import NotInScopeError, UnknownMeasureError
from warehouse.measures import REGISTRY
from warehouse.question import Answer
from warehouse.scope import Scope

routes = Blueprint("pivot_exports", __name__, url_prefix="/export")
answer_question_errors(routes)

MOST_CELLS: Final = 150_000
"""Cells of the sheet "Pivot"; what is larger is better taken as rows."""


@routes.get("/pivot.xlsx")
def workbook() -> ResponseReturnValue:
    """Download the pivot of an address with live formulas over its rows."""
    # Files are in English, names of sheets and words within formulas included.
    speak(SOURCE_LANGUAGE)
    require_known(FIELDS)
    filters = read_filters(request.query_string.decode("utf-8", "replace"))
    if filters.problems:
        raise BadParameterError("pivot", filters.problems[0])
    reader = require_reader()
    scope = scope_for_measures(reader.principal, filters.measures)
    plan = _require_plan(filters, scope)
    our = services()
    pivot = ask_pivot(plan, lambda question: our.gateway.ask(question, scope))
    rows = _rows(pivot, scope)
    _require_small(pivot, rows)
    made = Workbook(
        pivot=pivot,
        answer=rows,
        whose=_whose(scope, filters),
        marking=our.settings.marking,
        address=request.host_url.rstrip("/") + "/explore" + filters.to_query(),
    )
    # Closed by the server once the answer is sent.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    count = write_workbook(made, file)
    return send_written(file, name="pivot", form="xlsx", count=count)


def _require_plan(filters: Filters, scope: Scope) -> Plan:
    """Plan the pivot; a measure that can't be asked is an error, as it is everywhere else."""
    for name in filters.measures:
        if name not in REGISTRY:
            raise UnknownMeasureError(name)
        if scope.measures is not None and name not in scope.measures:
            raise NotInScopeError(name)
    plan = plan_pivot(filters, scope.measures)
    if plan is None:
        raise BadParameterError("measure", "Name at least one measure.")
    return plan


def _rows(pivot: Pivot, scope: Scope) -> Answer:
    """Ask for the finest rows, with both sides of each ratio that can be made anew."""
    plan = pivot.plan
    dimensions = (*plan.dimensions, *(name for name, _ in plan.where))
    sides = parts_of(plan.measures, dimensions, scope.measures)
    if not sides:
        return pivot.finest
    asked = pivot.finest.question
    return services().gateway.ask(replace(asked, measures=(*asked.measures, *sides)), scope)


def _require_small(pivot: Pivot, rows: Answer) -> None:
    cells = (len(pivot.lines) + 1) * (len(pivot.all_columns) + 1) * len(pivot.plan.measures)
    if cells > MOST_CELLS or len(rows.rows) > XLSX_MOST_ROWS:
        raise BadParameterError(
            "by",
            f"This pivot has {cells:,} cells, and a workbook is made of at most {MOST_CELLS:,}. "
            "Narrow it, split it less, or download its rows as CSV.",
        )


def _whose(scope: Scope, filters: Filters) -> str:
    if filters.agency:
        return f"MDAs {', '.join(filters.agency)}"
    if scope.agencies is None:
        return "all MDAs"
    return f"MDAs {', '.join(str(one) for one in sorted(scope.agencies))}"

"""Data: what arrived, what was kept out and why, and how each figure is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from dash.development.base_component import Component

from portal.components import html
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import breadcrumb, heading, strong
from portal.components.states import banner
from portal.formats import count, moment, month_name, percent, plural
from portal.pages.data.builds import draw_builds
from portal.pages.data.dictionary import draw_catalogue, draw_measures
from portal.pages.data.feeds import draw_feeds, draw_findings, draw_quality
from portal.pages.data.rows import ROW_TABLES, draw_rows
from portal.pages.data.waiting import draw_held, draw_quarantine
from portal.pages.frame import report_page, section
from portal.pages.page import PageRequest

QUESTION = "Can I trust these figures?"
_PATH = "/data"
_DEFAULT = "feeds"


@dataclass(frozen=True, slots=True)
class _View:
    label: str
    draw: Callable[[PageRequest], Component]
    holds_cost: bool = False
    """Rows as handed in: not for a reader who is limited to some measures."""
    is_of_government: bool = False
    is_listed: bool = True
    """Whether it has a tab of its own; the others are opened from where they are needed."""


_ROWS = "usage-rows"

_VIEWS: Mapping[str, _View] = {
    "feeds": _View("Feeds", draw_feeds),
    "quality": _View("Quality rules", draw_quality),
    "quarantine": _View("Quarantine", draw_quarantine, holds_cost=True),
    "held": _View("Held", draw_held, holds_cost=True),
    "findings": _View("Findings", draw_findings, holds_cost=True),
    **{
        name: _View("Rows", partial(draw_rows, name=name), holds_cost=True, is_listed=name == _ROWS)
        for name in ROW_TABLES
    },
    "builds": _View("Builds", draw_builds, is_of_government=True),
    "catalogue": _View("Tables and columns", draw_catalogue),
    "measures": _View("Measures", draw_measures),
}


@report_page(QUESTION)
def draw_data(request: PageRequest) -> Component:
    """Draw the part that the address names, under counts of the reader's own rows."""
    views = {name: view for name, view in _VIEWS.items() if _is_open(view, request)}
    wanted = request.filters.view
    name = wanted if wanted is not None and wanted in views else _DEFAULT
    read, passed, failed, held = _row_counts(request)
    return html.Div(
        [
            breadcrumb((("Summary", "/"),), "Data"),
            *(banner(problem, kind="warn") for problem in request.filters.problems),
            heading(QUESTION, _answer(request, read, failed, held)),
            kpi_row(
                [
                    kpi_card(label="Rows read", value=count(read), note="from the files handed in"),
                    kpi_card(
                        label="Rows passed",
                        value=count(passed),
                        note=_share_passed(read, passed),
                    ),
                    kpi_card(label="In quarantine", value=count(failed), note="kept out, not lost",
                             href=f"{_PATH}?view=quarantine"),
                    kpi_card(label="Held", value=count(held), note="wait for approval",
                             href=f"{_PATH}?view=held"),
                ]
            ),
            _tabs(views, name),
            section(request, views[name].draw, 12),
        ]
    )  # fmt: skip


def _is_open(view: _View, request: PageRequest) -> bool:
    if view.holds_cost and request.scope.measures is not None:
        return False
    return request.scope.is_government or not view.is_of_government


def _row_counts(request: PageRequest) -> tuple[int, int, int, int]:
    # By file there are a few rows, by file and agency thousands; both add up to the same.
    table = "source_file" if request.scope.is_government else "source_count"
    page = request.gateway.rows(table, request.scope, limit=50_000)
    read, passed, failed, held = (
        sum(int(row[name] or 0) for row in page.rows)
        for name in ("rows_read", "rows_passed", "rows_failed", "rows_held")
    )
    return read, passed, failed, held


def _share_passed(read: int, passed: int) -> str:
    if not read:
        return ""
    return "all of them" if passed == read else f"{percent(passed / read, 2)} of those read"


def _answer(request: PageRequest, read: int, failed: int, held: int) -> list[str | Component]:
    build = request.build
    said: list[str | Component] = [
        f"Figures are of {moment(build.published_at)} and reach to {month_name(build.data_to)}. "
    ]
    if not read:
        return [*said, "No rows of yours were handed in."]
    kept_out = failed + held
    if not kept_out:
        return [*said, strong(f"All {plural(read, 'row')}"), " read are counted."]
    said.append("Of ")
    said += [strong(plural(read, "row")), " read, ", strong(f"{kept_out:,} were kept out")]
    said.append(f": {failed:,} in quarantine with their reasons, {held:,} held for approval.")
    return said


def _tabs(views: Mapping[str, _View], chosen: str) -> Component:
    links = []
    listed = {name: view for name, view in views.items() if view.is_listed or name == chosen}
    for name, view in listed.items():
        here = {"aria-current": "page"} if name == chosen else {}
        address = _PATH if name == _DEFAULT else f"{_PATH}?view={name}"
        links.append(html.Li(html.A(view.label, href=address, **here)))
    return html.Nav(html.Ul(links, className="tabs"), **{"aria-label": "Parts of this page"})

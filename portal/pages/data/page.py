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
from portal.formats import count, moment, month_name, percent
from portal.pages.data.builds import draw_builds
from portal.pages.data.conformance import draw_conformance
from portal.pages.data.dictionary import draw_catalogue, draw_measures
from portal.pages.data.feeds import draw_feeds, draw_findings, draw_quality
from portal.pages.data.rows import ROW_TABLES, controls_of, draw_rows
from portal.pages.data.waiting import draw_held, draw_quarantine
from portal.pages.frame import filters_of, report_page, section
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number, say_parts

QUESTION = later("Can I trust these figures?")
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
    "feeds": _View(later("Feeds"), draw_feeds),
    "quality": _View(later("Quality rules"), draw_quality),
    "quarantine": _View(later("Quarantine"), draw_quarantine, holds_cost=True),
    "held": _View(later("Held"), draw_held, holds_cost=True),
    "conformance": _View(later("Bills"), draw_conformance, holds_cost=True, is_of_government=True),
    "findings": _View(later("Findings"), draw_findings, holds_cost=True),
    **{
        name: _View(
            later("Rows"), partial(draw_rows, name=name), holds_cost=True, is_listed=name == _ROWS
        )
        for name in ROW_TABLES
    },
    "builds": _View(later("Builds"), draw_builds, is_of_government=True),
    "catalogue": _View(later("Tables and columns"), draw_catalogue),
    "measures": _View(later("Measures"), draw_measures),
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
            breadcrumb(((say("Summary"), "/"),), say("Data")),
            *(banner(problem, kind="warn") for problem in request.filters.problems),
            heading(say_known(QUESTION), _answer(request, read, failed, held)),
            kpi_row(
                [
                    kpi_card(
                        label=say("Rows read"),
                        value=count(read),
                        note=say("from the files handed in"),
                    ),
                    kpi_card(
                        label=say("Rows passed"),
                        value=count(passed),
                        note=_share_passed(read, passed),
                    ),
                    kpi_card(
                        label=say("In quarantine"),
                        value=count(failed),
                        note=say("kept out, not lost"),
                        href=f"{_PATH}?view=quarantine",
                    ),
                    kpi_card(
                        label=say("Held"),
                        value=count(held),
                        note=say("wait for approval"),
                        href=f"{_PATH}?view=held",
                    ),
                ]
            ),
            _tabs(views, name),
            *([filters_of(request, _PATH, controls_of(name), ())] if name in ROW_TABLES else []),
            section(request, views[name].draw, 12),
        ]
    )


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
    if passed == read:
        return say("all of them")
    if round(passed / read, 4) == 1:
        return say_number(read - passed, "all but {number}", "all but {number}")
    return say("{share} of those read", share=percent(passed / read, 2))


def _answer(request: PageRequest, read: int, failed: int, held: int) -> list[str | Component]:
    build = request.build
    said = say(
        "Figures are of {moment} and reach to {month}.",
        moment=moment(build.published_at),
        month=month_name(build.data_to),
    )
    if not read:
        return [said, " ", say("No rows of yours were handed in.")]
    kept_out = failed + held
    if not kept_out:
        every = strong(say_number(read, "All {number} row", "All {number} rows"))
        return [said, " ", *say_parts("{rows} read are counted.", rows=every)]
    parts = say_parts(
        "Of {rows} read, {kept_out}: {failed} in quarantine with their reasons, {held} held for "
        "approval.",
        rows=strong(say_number(read, "{number} row", "{number} rows")),
        kept_out=strong(say_number(kept_out, "{number} was kept out", "{number} were kept out")),
        failed=f"{failed:,}",
        held=f"{held:,}",
    )
    return [said, " ", *parts]


def _tabs(views: Mapping[str, _View], chosen: str) -> Component:
    links = []
    listed = {name: view for name, view in views.items() if view.is_listed or name == chosen}
    for name, view in listed.items():
        here = {"aria-current": "page"} if name == chosen else {}
        address = _PATH if name == _DEFAULT else f"{_PATH}?view={name}"
        links.append(html.Li(html.A(say_known(view.label), href=address, **here)))
    return html.Nav(html.Ul(links, className="tabs"), **{"aria-label": say("Parts of this page")})

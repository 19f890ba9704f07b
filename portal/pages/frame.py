"""What report pages have in common: the frame, and what happens when there is no answer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, grid
from portal.components.filter_bar import Further, filter_bar
from portal.components.parts import Text, breadcrumb, footnote, heading
from portal.components.states import banner, empty_state, error_state
from portal.dimension_names import dimension_name
from portal.formats import month_name
from portal.pages.actions import page_actions
from portal.pages.billed import billed_said
from portal.pages.page import PageRequest
from portal.pages.rows_behind import rows_address
from portal.pages.services_offered import service_label, services_offered
from portal.received_texts import say_received
from portal.service_types import is_type, type_name, within_sentence
from portal.texts import say, say_known, say_number
from warehouse.errors import NothingPublishedError, QuestionError
from warehouse.question import BuildInfo

_LOG = logging.getLogger(__name__)
_STALE_MONTHS = 3
_LEFT_BEHIND: Final = {"view": None, "page": 1, "anomaly": None}
"""What of an address is about the page that it opens, not about whose figures it shows."""

Section = Callable[[PageRequest], Component]
Definitions = Sequence[tuple[str, str]]


def report_page(
    title: str, own: str = ""
) -> Callable[[Callable[[PageRequest], Component]], Callable[[PageRequest], Component]]:
    """Turn what a page can't answer into a page that says so: no figures yet, or a bad filter.

    ``own`` is the question as readers of single MDAs are asked it, where it differs.
    """

    def decorate(build: Callable[[PageRequest], Component]) -> Callable[[PageRequest], Component]:
        @wraps(build)
        def built(request: PageRequest) -> Component:
            asked = title if request.scope.is_government else own or title
            try:
                return build(request)
            except NothingPublishedError:
                return _without_figures(asked)
            except QuestionError as error:
                return _without_answer(asked, say_received(str(error)))

        return built

    return decorate


def section(request: PageRequest, draw: Section, span: int) -> Component:
    """Draw one section; if it fails, say so in its place while the rest of the page lives."""
    try:
        return draw(request)
    except NothingPublishedError:
        raise
    except QuestionError as error:
        failed = empty_state(
            title=say("Not available with these filters"), why=say_received(str(error))
        )
    except Exception:
        reference = secrets.token_hex(4)
        _LOG.exception("section %s failed, reference %s", draw.__name__, reference)
        failed = error_state(
            sentence=say("This part could not be drawn. The rest of the page is complete."),
            reference=reference,
        )
    return card(headline=say("Not available"), children=[failed], span=span)


def sections(request: PageRequest, draws: Sequence[tuple[Section, int]]) -> Component:
    """Draw sections into a grid; pairs of the function and the columns it spans."""
    return grid([section(request, draw, span) for draw, span in draws])


def report(
    request: PageRequest,
    *,
    path: str,
    here: str = "",
    question: str,
    answer: Sequence[Text],
    trail: Sequence[tuple[str, str]] = (),
    controls: Sequence[str] = ("agency", "service"),
    more: Sequence[str] = ("year",),
    further: Sequence[str] = (),
    kpis: Component,
    body: Sequence[Component],
    definitions: Definitions,
    source: str,
    modelled: bool = False,
    notices: Sequence[Component] = (),
) -> Component:
    """Put a report page together in the order that every report page has."""
    build = request.build
    return html.Div(
        [
            _print_head(request, build),
            *_breadcrumb(request, path, here, trail),
            filters_of(request, path, controls, more, further, actions=page_actions(request, path)),
            *(banner(problem, kind="warn") for problem in request.filters.problems),
            *_stale(request, build),
            heading(question, answer),
            *_said_once(request),
            *notices,
            kpis,
            *body,
            footnote(
                definitions=definitions,
                source=source,
                build=build,
                modelled=modelled,
                marking=request.marking,
                rows_href=rows_address(request, path),
                more=billed_said(request, path),
            ),
        ]
    )


def agency_names(request: PageRequest) -> dict[str, str]:
    """Name the MDAs that this reader may see, by identifier."""
    return dict(request.gateway.options("agency", request.scope))


def whose(request: PageRequest) -> str:
    """Say whose figures the page shows: all MDAs, one by name, or how many."""
    identifiers = request.agency_ids
    if identifiers is None:
        return say("all MDAs")
    if len(identifiers) == 1:
        return agency_names(request).get(str(identifiers[0]), say("one MDA"))
    return say_number(len(identifiers), "{number} MDA", "{number} MDAs")


def whose_at_start(request: PageRequest) -> str:
    """Say whose figures the page shows, as a sentence begins."""
    said = whose(request)
    return said[:1].upper() + said[1:]


def whose_services(request: PageRequest) -> str:
    """Say whose figures they are, and of which services where the filters leave some."""
    if not (chosen := request.filters.service):
        return whose(request)
    named = [within_sentence(type_name(one)) if is_type(one) else service_label(request, one)
             for one in chosen]  # fmt: skip
    return say("{whose} on {services}", whose=whose(request), services=", ".join(named))


def drill_to(path: str, request: PageRequest, **narrower: Any) -> str:
    """Write the address of a page that is narrowed further, with the filters of this one.

    ``drill_to("/reliability/sla", request, agency=("1000",))``. What is open here, and the table's
    page number, stay behind.
    """
    return path + request.filters.to_query(**{**_LEFT_BEHIND, **narrower})


def _breadcrumb(
    request: PageRequest, path: str, here: str, trail: Sequence[tuple[str, str]]
) -> list[Component]:
    """Show the way down: pages, then the one MDA and the one service that filters leave."""
    steps, at = list(trail), here
    chosen = request.filters
    if len(chosen.agency) == 1:
        steps.append((at, drill_to(path, request, agency=(), service=())))
        at = agency_names(request).get(chosen.agency[0], chosen.agency[0])
    if len(chosen.service) == 1:
        steps.append((at, drill_to(path, request, service=())))
        at = service_label(request, chosen.service[0])
    return [breadcrumb([step for step in steps if step[0]], at)] if steps else []


def filters_of(
    request: PageRequest,
    path: str,
    controls: Sequence[str],
    more: Sequence[str],
    further: Sequence[str] = (),
    *,
    actions: Sequence[Component] = (),
) -> Component:
    """Draw the filter bar with those of the controls that this reader has a choice in."""

    def options(name: str, dimension: str) -> tuple[tuple[str, str], ...]:
        return request.gateway.options(dimension, request.scope) if name in controls else ()

    agencies = options("agency", "agency")
    return filter_bar(
        path=path,
        filters=request.filters,
        months=[
            month
            for month, _ in request.gateway.options("month", request.scope)
            if month <= request.furthest_month
        ],
        agencies=agencies if len(agencies) > 1 else (),
        services=services_offered(request, by_name="digital_service" in controls)
        if "service" in controls
        else (),
        providers=options("provider", "provider"),
        regions=options("region", "region"),
        further=[
            Further(name, dimension_name(name), request.gateway.options(name, request.scope))
            for name in further
        ],
        more=more,
        actions=actions,
    )


def _said_once(request: PageRequest) -> list[Component]:
    """Say for the whole page what holds for many of its figures."""
    return [banner(text) for text in request.said_once]


def _stale(request: PageRequest, build: BuildInfo) -> list[Component]:
    year, month = (int(part) for part in build.data_to.split("-"))
    age = (request.today.year - year) * 12 + request.today.month - month
    if age < _STALE_MONTHS:
        return []
    text = say_number(
        age,
        "The latest records are of {month}, {number} month ago. “This year” on this page means "
        "the year of those records.",
        "The latest records are of {month}, {number} months ago. “This year” on this page means "
        "the year of those records.",
        month=month_name(build.data_to),
    )
    may_look = request.reader.may(Permission.VIEW_DATA)
    return [banner(text, links=[html.A(say("See what arrived"), href="/data")] if may_look else [])]


def _print_head(request: PageRequest, build: BuildInfo) -> Component:
    return html.P(
        say(
            "Exchequer. {whose}. Records to {month}. {marking}",
            whose=whose_at_start(request),
            month=month_name(build.data_to),
            marking=request.marking,
        ),
        className="print-only",
    )


def _without_figures(title: str) -> Component:
    return html.Div(
        [
            html.H1(say_known(title), id="page-title", tabIndex="-1"),
            empty_state(
                title=say("No figures are published yet."),
                why=say(
                    "The first build has not finished. This page fills itself when it has; if it "
                    "stays empty, an operator finds the reason with “exchequer check”."
                ),
            ),
        ]
    )


def _without_answer(title: str, why: str) -> Component:
    return html.Div(
        [
            html.H1(say_known(title), id="page-title", tabIndex="-1"),
            empty_state(
                title=say("This view can't be shown."),
                why=why,
                action=html.A(say("Show it without filters"), href="?", className="button"),
            ),
        ]
    )

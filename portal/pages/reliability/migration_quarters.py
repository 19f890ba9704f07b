"""Cost against stability: the quarter in which each MDA that migrated stands."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, nothing_card
from portal.figures.points import Point
from portal.figures.quadrants import Quadrants, draw_quadrants
from portal.formats import signed_money, signed_number
from portal.pages.evidence import dimension_text, downloads_of, figure, table_of
from portal.pages.frame import drill_to
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import (
    MIGRATED,
    PATH,
    history,
    measured_agencies,
)
from portal.pages.series import number
from portal.texts import say, say_number
from warehouse.question import Answer

_MOST_NAMED = 8


def draw_quarters(request: PageRequest) -> Component:
    """Set the recorded change of cost against that of stability, a mark an MDA that migrated."""
    answer, points = _points(request)
    if not points:
        return nothing_card(
            say("Cost against stability"),
            say("No MDA in view has both a recorded cost change and records on both sides."),
            7,
        )
    judged = [point for point in points if not point.is_modelled]
    names = _quadrants()
    paid = sum(names.name_of(p.x, p.y) == names.upper_left for p in judged)
    headline = (
        say_number(
            len(judged),
            "{paid} of {number} MDA measured became cheaper and steadier",
            "{paid} of {number} MDAs measured became cheaper and steadier",
            paid=paid,
        )
        if judged
        else say("No MDA was measured on both sides of its migration, so none is judged")
    )
    return chart_card(
        headline=headline,
        subtitle=say(
            "Change of yearly cost as recorded (US$) and of stability (points of 100), one mark an "
            "MDA that migrated. Filled: measured on both sides. Hollow: modelled from "
            "utilisation, from which nothing follows"
        ),
        figure=draw_quadrants(
            points=points,
            names=names,
            x_title=say("Change of yearly cost, US$"),
            y_title=say("Change of stability"),
            keys=(say("Measured"), say("Modelled")),
            theme=request.theme,
        ),
        sentence=say_number(
            len(points),
            "{number} mark of cost change against stability change; {judged} measured. {headline}.",
            "{number} marks of cost change against stability change; {judged} measured. "
            "{headline}.",
            judged=len(judged), headline=headline,
        ),
        table=table_of(answer, say("Change of cost and stability by MDA")),
        downloads=downloads_of(request, answer, say("change of cost and stability")),
        notes=answer.notes,
        span=7,
        tall=True,
    )  # fmt: skip


def draw_quarter_list(request: PageRequest) -> Component:
    """Name the MDAs of each quarter; those that are modelled stand apart."""
    answer, points = _points(request)
    if not points:
        return nothing_card(say("Where each MDA stands"), say("No MDA in view can be placed."), 5)
    names = _quadrants()
    quarters = (names.upper_left, names.upper_right, names.lower_left, names.lower_right)
    groups = [
        (name, [p for p in points if not p.is_modelled and names.name_of(p.x, p.y) == name])
        for name in quarters
    ]
    modelled = [point for point in points if point.is_modelled]
    lists = [_named(request, answer, name, members) for name, members in groups if members]
    if modelled:
        lists.append(
            _named(request, answer, say("Not judged: stability is modelled"), modelled,
                   is_judged=False)
        )  # fmt: skip
    return card(
        headline=say("Where each MDA stands"),
        subtitle=say("Change of yearly cost as recorded, and of stability where it was measured"),
        children=lists,
        span=5,
    )


def _points(request: PageRequest) -> tuple[Answer, Sequence[Point]]:
    answer = request.ask("cost_delta", "stability_delta", by=("agency",), where=MIGRATED,
                         period=history(request))  # fmt: skip
    measured = measured_agencies(request)
    points = [
        Point(
            name=dimension_text(row, "agency"),
            group=str(row["agency"]),
            x=number(row["cost_delta"]) or 0.0,
            y=number(row["stability_delta"]) or 0.0,
            is_modelled=str(row["agency"]) not in measured,
        )
        for row in answer.rows
        if row["cost_delta"] is not None and row["stability_delta"] is not None
    ]
    return answer, points


def _quadrants() -> Quadrants:
    return Quadrants(
        upper_left=say("Cheaper and steadier"),
        upper_right=say("Dearer but steadier"),
        lower_left=say("Cheaper but less steady"),
        lower_right=say("Dearer and less steady"),
    )


def _named(
    request: PageRequest,
    answer: Answer,
    name: str,
    members: Sequence[Point],
    *,
    is_judged: bool = True,
) -> Component:
    """Name a quarter's MDAs, the largest saving first."""
    rows = {str(row["agency"]): row for row in answer.rows}
    ordered = sorted(members, key=lambda point: point.x)
    shown = ordered[:_MOST_NAMED]
    lines = []
    for point in shown:
        row = rows[point.group]
        figures = [figure(answer, "cost_delta", signed_money(point.x), row)]
        if is_judged:
            stability = say("{change} stability", change=signed_number(point.y))
            figures += [", ", figure(answer, "stability_delta", stability, row)]
        lines.append(
            html.Li(
                [
                    html.A(point.name, href=drill_to(PATH, request, agency=(point.group,))),
                    html.Span(figures, className="quarter-figures"),
                ]
            )
        )
    more = len(ordered) - len(shown)
    if more:
        lines.append(html.Li(say_number(more, "and {number} more", "and {number} more")))
    return html.Div(
        [html.H3(name, className="quarter-name"), html.Ul(lines, className="quarter-list")],
        className="quarter" if is_judged else "quarter quarter-modelled",
    )

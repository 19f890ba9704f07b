"""The sections of the migration page that speak of service: who changed how, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import MODELLED_MARK, card, chart_card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table
from portal.exports.links import question_query
from portal.figures.points import Point
from portal.figures.quadrants import Quadrants, draw_quadrants
from portal.formats import NOT_AVAILABLE, count, decimal, figure_of, money_short, signed_number
from portal.pages.evidence import dimension_text, downloads_of, figure, row_key, table_of
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import (
    MIGRATED,
    ask_services,
    history,
    measured_agencies,
)
from portal.pages.series import number
from portal.texts import say, say_number
from warehouse.question import Answer, Value

PATH = "/reliability/migration"

_MOST_ROWS = 25
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


def draw_sides(request: PageRequest) -> Component:
    """Compare the same MDAs before and after; beside them the whole of all records."""
    same = ask_services(request)
    whole = request.ask("stability_score", "latency_ms", "sla_breach_rate",
                        by=("migration_status",), period=history(request))  # fmt: skip
    recorded = ("sla_breaches_pre", "sla_breaches_post")
    migrated = request.ask(*recorded, where=MIGRATED if request.sees_many else ())
    everyone = request.ask(*recorded)
    sides = {str(row["migration_status"]): row for row in whole.rows}
    lines: list[dict[str, object]] = []
    for label, unit, before, after, overall in (
        (say("Stability, of 100"), "score", "stability_score_pre", "stability_score_post",
         "stability_score"),
        (say("Average latency"), "ms", "latency_pre_ms", "latency_post_ms", "latency_ms"),
        (say("Service-months beyond a limit"), "ratio", "sla_breach_rate_pre",
         "sla_breach_rate_post", "sla_breach_rate"),
    ):  # fmt: skip
        mark = say("modelled") if before in same.modelled else say("measured")
        if same.value(before) is None:
            mark = NOT_AVAILABLE
        overall_mark = say("modelled") if overall in whole.modelled else say("measured")
        lines.append(
            {
                "what": label,
                "basis": mark,
                "before": figure(same, before, figure_of(same.value(before), unit)),
                "after": figure(same, after, figure_of(same.value(after), unit)),
                "all_before": _side(whole, sides.get("Pre"), overall, unit),
                "all_after": _side(whole, sides.get("Post"), overall, unit),
                "all_basis": overall_mark,
            }
        )
    lines.append(
        {
            "what": say("Breaches recorded by MDAs"),
            "basis": say("recorded"),
            "before": figure(migrated, recorded[0], count(migrated.value(recorded[0]))),
            "after": figure(migrated, recorded[1], count(migrated.value(recorded[1]))),
            "all_before": figure(everyone, recorded[0], count(everyone.value(recorded[0]))),
            "all_after": figure(everyone, recorded[1], count(everyone.value(recorded[1]))),
            "all_basis": say("recorded"),
        }
    )
    many = request.sees_many
    columns = [
        Column("what", say("Measure")),
        Column("basis", say("Basis"), is_key=False),
        Column("before", say("Same MDAs before") if many else say("Before"), numeric=True),
        Column("after", say("Same MDAs after") if many else say("After"), numeric=True),
    ]
    if many:
        columns += [
            Column("all_before", say("All records before"), numeric=True, is_key=False),
            Column("all_after", say("All records after"), numeric=True, is_key=False),
            Column("all_basis", say("Basis of all"), is_key=False),
        ]
    return card(
        headline=_sides_headline(same),
        subtitle=say(
            "The same MDAs before and after, {whose}. “All records before” includes MDAs that "
            "never migrated, so its difference is not the effect of migration",
            whose=whose(request),
        )
        if request.sees_many
        else say("{whose}, before and after migration", whose=whose(request)),
        children=[
            data_table(caption=say("Services before and after"), columns=columns, rows=lines)
        ],
        footer=[
            *downloads_of(request, same, say("services before and after")),
            *footer_notes(_notes(same, everyone)),
        ],
    )


def draw_services(request: PageRequest) -> Component:
    """List an MDA's services before and after; measured and modelled ones told apart."""
    answer = request.ask(
        "stability_score_pre", "stability_score_post", "latency_pre_ms", "latency_post_ms",
        by=("digital_service",), period=history(request),
    )  # fmt: skip
    requests = request.ask("request_count", by=("digital_service", "migration_status"),
                           period=history(request))  # fmt: skip
    measured = {str(row["digital_service"]) for row in requests.rows if row["request_count"]}
    known = [row for row in answer.rows if row["stability_score_pre"] is not None][:_MOST_ROWS]
    if not known:
        return nothing_card(
            say("Services before and after"),
            say("No service has records on both sides of a migration."),
            12,
        )
    columns = (
        Column("service", say("Service")),
        Column("basis", say("Basis")),
        Column("stability_pre", say("Stability before"), True, True, "stability_score_pre"),
        Column("stability_post", say("Stability after"), True, True, "stability_score_post"),
        Column("latency_pre", say("Latency before"), True, False, "latency_pre_ms"),
        Column("latency_post", say("Latency after"), True, False, "latency_post_ms"),
    )
    rows = [
        {
            ROW: row_key(answer, row),
            "service": dimension_text(row, "digital_service"),
            "basis": say("measured")
            if str(row["digital_service"]) in measured
            else say("modelled, nothing follows from it"),
            "stability_pre": decimal(number(row["stability_score_pre"])),
            "stability_post": decimal(number(row["stability_score_post"])),
            "latency_pre": figure_of(number(row["latency_pre_ms"]), "ms"),
            "latency_post": figure_of(number(row["latency_post_ms"]), "ms"),
        }
        for row in known
    ]
    return card(
        headline=say("Services before and after"),
        subtitle=say("Services with records on both sides, {whose}", whose=whose(request)),
        children=[
            data_table(
                caption=say("Services before and after"),
                columns=columns,
                rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("services before and after")),
            *footer_notes(answer.notes),
        ],
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
        cost = money_short(point.x)
        sign = "+" if point.x > 0 else ""
        figures = [figure(answer, "cost_delta", f"{sign}{cost}", row)]
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


def _side(
    answer: Answer, row: Mapping[str, Value] | None, measure: str, unit: str
) -> Component | str:
    if row is None:
        return NOT_AVAILABLE
    return figure(answer, measure, figure_of(number(row[measure]), unit), row)


def _sides_headline(same: Answer) -> str:
    change = same.value("stability_delta")
    if change is None:
        return say("Service before and after can't be compared")
    if "stability_delta" in same.modelled:
        return say("Service before and after is modelled, so it shows utilisation")
    if round(change, 1) == 0:
        return say("Where it was measured, stability stayed as it was")
    if change > 0:
        return say("Where it was measured, stability rose with migration")
    return say("Where it was measured, stability fell with migration")


def _notes(same: Answer, everyone: Answer) -> Sequence[str]:
    why = same.reasons.get("stability_delta")
    said = [say("Not available for the same MDAs: {why}", why=why)] if why else []
    if same.modelled:
        said.append(MODELLED_MARK)
    said.append(say("Recorded breaches are those that MDAs reported, not computed from telemetry"))
    return [*said, *everyone.notes]

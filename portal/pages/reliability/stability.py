"""Stability over the whole history: before and after migration, measured and modelled apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dash.development.base_component import Component

from portal.components.cards import card, chart_card, nothing_card
from portal.figures.lines import Line, draw_lines
from portal.formats import decimal, month_name
from portal.pages.axes import peaks_of
from portal.pages.evidence import answer_table, downloads_of, table_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import MIGRATED, history, measured_agencies
from portal.pages.reliability.sla_services import is_measured
from portal.pages.series import Rows, by_month, column, last, months_of, present
from portal.texts import later, say, say_known, say_number
from warehouse.question import Answer

_SPAN: Final = 7
_SIDES: Final = (("Pre", later("Before")), ("Post", later("After")))
_MOST_NAMED: Final = 200
"""MDAs that one question can be narrowed to by name; a country has hardly more."""


def draw_stability(request: PageRequest) -> Component:
    """Draw stability by month before and after migration, from the first month on record.

    Where MDAs were measured on both sides, both lines are of those alone: a line of others would
    differ for other reasons than the migration. The year in view may lie wholly on one side, so
    only an asked-for start shortens the history.
    """
    changes = _changes(request)
    same = tuple(str(row["agency"]) for row in changes[:_MOST_NAMED])
    asked = replace(request, filters=replace(request.filters, agency=same)) if same else request
    answer = asked.ask("stability_score", "request_count", by=("month", "migration_status"),
                       where=MIGRATED, period=history(request))  # fmt: skip
    months = months_of(answer)
    lines = [
        line
        for at, (status, name) in enumerate(_SIDES)
        for line in _by_basis(
            [row for row in answer.rows if row["migration_status"] == status],
            months,
            say_known(name),
            at,
        )
    ]
    if not lines:
        return _of_all(request)
    return _card(
        request,
        answer,
        lines,
        headline=_headline(request, lines, present(column(changes, "stability_delta"))),
        subtitle=_of_same(request, len(same)) if same else _of_migrated(request, lines),
    )


def _of_all(request: PageRequest) -> Component:
    """Draw the history where no MDA in view migrated."""
    answer = request.ask("stability_score", "request_count", by=("month",),
                         period=history(request))  # fmt: skip
    lines = _by_basis(answer.rows, months_of(answer), say("Stability"), 0)
    if not lines:
        return nothing_card(
            say("Stability over time"), say("No reliability records in this period."), _SPAN
        )
    return _card(
        request,
        answer,
        lines,
        headline=say("Stability stands at {score} of 100", score=decimal(last(lines[0].values)))
        if not lines[0].is_modelled
        else say("Stability is modelled, so it shows utilisation"),
        subtitle=say("Stability, {whose}, of 100; no migration in this view", whose=whose(request)),
    )


def _card(
    request: PageRequest, answer: Answer, lines: Sequence[Line], *, headline: str, subtitle: str
) -> Component:
    months = months_of(answer)
    title = say("Stability by month")
    downloads = downloads_of(request, answer, say("stability by month"))
    if len(months) == 1:
        return card(
            headline=headline,
            subtitle=subtitle,
            children=[answer_table(answer, title)],
            footer=downloads,
            span=_SPAN,
        )
    low = _lowest(lines)
    said = [subtitle, _key(lines)]
    if low:
        said.append(say("The axis starts at {number}", number=low))
    ends = ", ".join(f"{line.name.lower()} {decimal(last(line.values))}" for line in lines)
    return chart_card(
        headline=headline,
        subtitle=". ".join(said),
        figure=draw_lines(
            months=months,
            lines=lines,
            peaks=peaks_of(request, months),
            theme=request.theme,
            bounds=(low, 100),
        ),
        sentence=say(
            "Stability by month, {start} to {end}; at their last months: {ends}.",
            start=month_name(months[0]),
            end=month_name(months[-1]),
            ends=ends,
        ),
        table=table_of(answer, title),
        downloads=downloads,
        modelled=all(line.is_modelled for line in lines),
        span=_SPAN,
        tall=True,
    )


def _changes(request: PageRequest) -> Rows:
    """Give the changes of the migrated MDAs that were measured before and after."""
    both = measured_agencies(request)
    answer = request.ask("stability_delta", by=("agency",), where=MIGRATED,
                         period=history(request))  # fmt: skip
    return [row for row in answer.rows if str(row["agency"]) in both]


def _by_basis(rows: Rows, months: Sequence[str], name: str, group: int) -> list[Line]:
    """Split a course into its measured and its modelled months; neither runs into the other."""
    lines = []
    for is_modelled, basis in (
        (False, say("{name}, measured", name=name)),
        (True, say("{name}, modelled", name=name)),
    ):
        known = [row for row in rows if is_measured(row) != is_modelled]
        values = by_month(known, months, "stability_score")
        if present(values):
            label = f"{basis} {decimal(last(values))}"
            lines.append(Line(basis, label, values, group, is_modelled))
    return lines


def _headline(request: PageRequest, lines: Sequence[Line], changes: Sequence[float]) -> str:
    """Conclude only from MDAs that were measured on both sides of their migration."""
    if all(line.is_modelled for line in lines):
        return say("Stability before and after migration is modelled, so it shows utilisation")
    if request.filters.status == "Pre":
        return say("Only months before migration are in view")
    if request.filters.status == "Post":
        return say("Only months after migration are in view")
    if not changes:
        return say("No MDA was measured on both sides of its migration")
    risen = sum(change > 0 for change in changes)
    if len(changes) == 1:
        return (
            say("Stability rose with migration")
            if risen
            else say("Stability did not rise with migration")
        )
    return say(
        "Stability rose with migration in {some} of {all} MDAs measured on both sides",
        some=risen,
        all=len(changes),
    )


def _of_same(request: PageRequest, number: int) -> str:
    if not request.sees_many:
        return say("Stability of {whose} before and after migration, of 100", whose=whose(request))
    return say_number(
        number,
        "Stability of the {number} MDA measured on both sides of its migration, of 100",
        "Stability of the same {number} MDAs, those measured on both sides of their migration, of "
        "100",
    )


def _of_migrated(request: PageRequest, lines: Sequence[Line]) -> str:
    """Say that lines aren't of the same MDAs where measured ones are on one side only."""
    said = say("Stability of the MDAs that migrated, {whose}, of 100", whose=whose(request))
    if all(line.is_modelled for line in lines) or not request.sees_many:
        return said
    return say(
        "{said}. MDAs measured before migration are others than those measured after it", said=said
    )


def _lowest(lines: Sequence[Line]) -> int:
    """Choose where the axis starts: lines don't need its zero, and differ by a few points."""
    least = min(value for line in lines for value in present(line.values))
    return max(0, int((least - 5) // 10 * 10))


def _key(lines: Sequence[Line]) -> str:
    bases = {line.is_modelled for line in lines}
    if bases == {True}:
        return say("Modelled from utilisation, not measured")
    if bases == {False}:
        return say("Measured by telemetry")
    return say(
        "Solid: measured by telemetry. Dotted: modelled from utilisation, not to be compared"
    )

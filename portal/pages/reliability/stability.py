"""Stability over the whole history: before and after migration, measured and modelled apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components.cards import chart_card, nothing_card
from portal.figures.lines import Line, draw_lines
from portal.formats import decimal, month_name
from portal.pages.axes import peaks_of
from portal.pages.evidence import downloads_of, table_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import Rows, by_month, column, last, months_of, number, present
from warehouse.question import Answer, Period, Value

_SPAN = 7
_SIDES = (("Pre", "Before"), ("Post", "After"))


def draw_stability(request: PageRequest) -> Component:
    """Draw stability by month of the MDAs that migrated, from the first month on record.

    The year in view may lie wholly on one side of the migration, so only an asked-for start
    shortens the history.
    """
    answer = request.ask(
        "stability_score", "request_count", by=("month", "migration_status"),
        where=(("migrated", ("Yes",)),), period=_history(request),
    )  # fmt: skip
    months = months_of(answer)
    lines = [
        line
        for at, (status, name) in enumerate(_SIDES)
        for line in _by_basis(
            [row for row in answer.rows if row["migration_status"] == status], months, name, at
        )
    ]
    if not lines:
        return _of_all(request)
    return _card(
        request,
        answer,
        lines,
        headline=_headline(request, lines),
        subtitle="Stability of the same MDAs before and after their migration, "
        f"{whose(request)}, of 100",
    )


def _of_all(request: PageRequest) -> Component:
    """Draw the history where no MDA in view migrated."""
    answer = request.ask(
        "stability_score", "request_count", by=("month",), period=_history(request)
    )
    lines = _by_basis(answer.rows, months_of(answer), "Stability", 0)
    if not lines:
        return nothing_card("Stability over time", "No reliability records in this period.", _SPAN)
    return _card(
        request,
        answer,
        lines,
        headline=f"Stability stands at {decimal(last(lines[0].values))} of 100",
        subtitle=f"Stability, {whose(request)}, of 100; no migration in this view",
    )


def _card(
    request: PageRequest, answer: Answer, lines: Sequence[Line], *, headline: str, subtitle: str
) -> Component:
    months = months_of(answer)
    ends = ", ".join(f"{line.name.lower()} {decimal(last(line.values))}" for line in lines)
    return chart_card(
        headline=headline,
        subtitle=f"{subtitle}. {_key(lines)}{_cut(lines)}",
        figure=draw_lines(
            months=months,
            lines=lines,
            peaks=peaks_of(request, months),
            theme=request.theme,
            bounds=(_lowest(lines), 100),
        ),
        sentence=f"Stability by month, {month_name(months[0])} to {month_name(months[-1])}; at "
        f"their last months: {ends}.",
        table=table_of(answer, "Stability by month"),
        downloads=downloads_of(request, answer, "stability by month"),
        modelled=all(line.is_modelled for line in lines),
        span=_SPAN,
        tall=True,
    )


def _history(request: PageRequest) -> Period:
    end = request.filters.end or request.build.data_to
    return Period(request.filters.start, end)


def _by_basis(rows: Rows, months: Sequence[str], name: str, group: int) -> list[Line]:
    """Split a course into its measured and its modelled months; neither runs into the other."""
    lines = []
    for is_modelled, basis in ((False, "measured"), (True, "modelled")):
        known = [row for row in rows if _is_measured(row["request_count"]) != is_modelled]
        values = by_month(known, months, "stability_score")
        if present(values):
            label = f"{name}, {basis} {decimal(last(values))}"
            lines.append(Line(f"{name}, {basis}", label, values, group, is_modelled))
    return lines


def _is_measured(requests: Value) -> bool:
    return bool(number(requests))


def _headline(request: PageRequest, lines: Sequence[Line]) -> str:
    """Conclude only from MDAs that were measured on both sides of their migration."""
    if all(line.is_modelled for line in lines):
        return "Stability before and after migration is modelled, so it shows utilisation"
    if request.filters.status:
        side = "before" if request.filters.status == "Pre" else "after"
        return f"Only months {side} migration are in view"
    changes = _measured_changes(request)
    if not changes:
        return "No MDA was measured on both sides of its migration"
    risen = sum(change > 0 for change in changes)
    if len(changes) == 1:
        return f"Stability {'rose' if risen else 'did not rise'} with migration"
    return f"Stability rose with migration in {risen} of {len(changes)} MDAs measured on both sides"


def _measured_changes(request: PageRequest) -> list[float]:
    migrated = (("migrated", ("Yes",)),)
    requests = request.ask("request_count", by=("agency", "migration_status"), where=migrated,
                           period=_history(request))  # fmt: skip
    sides = Counter(row["agency"] for row in requests.rows if _is_measured(row["request_count"]))
    changes = request.ask("stability_delta", by=("agency",), where=migrated,
                          period=_history(request))  # fmt: skip
    both = [row for row in changes.rows if sides[row["agency"]] == len(_SIDES)]
    return present(column(both, "stability_delta"))


def _lowest(lines: Sequence[Line]) -> int:
    """Choose where the axis starts: lines don't need its zero, and differ by a few points."""
    least = min(value for line in lines for value in present(line.values))
    return max(0, int((least - 5) // 10 * 10))


def _cut(lines: Sequence[Line]) -> str:
    low = _lowest(lines)
    return f". The axis starts at {low}" if low else ""


def _key(lines: Sequence[Line]) -> str:
    bases = {line.is_modelled for line in lines}
    if bases == {True}:
        return "Modelled from utilisation, not measured"
    if bases == {False}:
        return "Measured by telemetry, MDAs with telemetry only"
    return "Solid: measured by telemetry. Dotted: modelled from utilisation, not to be compared"

"""Before and after a migration, of the same agencies: what one is and what the other became.

An agency counts with the months that are wholly before its move and those wholly after it; months
in which one of its services had moved and another had not belong to neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reasons,
    stored_name,
)
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.planner import Need
from warehouse.measures import Kind, Measure
from warehouse.measures.measure import Floats
from warehouse.schema.types import SCALE

_UNIT: int = 10**SCALE
_CLAIMS = "fact_migration_summary"
_CLAIMED = "realised_savings_pct"
_ONE_SIDE = "measured on one side of the migration only, modelled on the other"
_CURRENCIES = "amounts in more than one currency, which are never added: split by currency"


def _by_agency(context: Context, *hidden: str) -> tuple[str, ...]:
    return hidden if "agency" in context.by else ("agency", *hidden)


def _agencies_of(frame: Frame) -> list[int]:
    if "agency" in frame.need.hidden:
        return frame.hidden("agency")
    place = frame.need.keys.index("agency")
    return [key[place] for key in frame.keys]


def same_agencies_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read both sides of agencies that have both, an agency and a side a row."""
    need = basic_need(measure, context)
    hidden = _by_agency(context, "migration_status", *need.hidden)
    return (replace(need, hidden=hidden, same_agencies=True),)


def same_agencies_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Give a side or the change; a measured figure is never set against a modelled one.

    Where some agencies were measured on both sides, they alone count.
    """
    frame = frames[0]
    figures = Figures()
    for key, rows in frame.rows_by_group().items():
        chosen, is_modelled = _comparable(frame, rows)
        if chosen is None:
            figures.put(key, np.nan, measure, _ONE_SIDE)
            continue
        figures.used_modelled = figures.used_modelled or (is_modelled and bool(chosen["Pre"]))
        before, after = (_made_of(frame, measure, chosen[side]) for side in ("Pre", "Post"))
        figures.put(key, _side_or_change(measure.kind, before, after), measure)
    return figures


def _side_or_change(kind: Kind, before: float, after: float) -> float:
    if kind is Kind.RELATIVE_CHANGE:
        return (after - before) / before if before else np.nan
    return {Kind.BEFORE: before, Kind.AFTER: after}.get(kind, after - before)


def measured_moves_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Count the agencies whose services were measured before and after: only they are judged."""
    frame = frames[0]
    groups = frame.rows_by_group()
    counts = [len(_paired(frame, rows)[False]) for rows in groups.values()]
    values = measure.compute({"agencies": np.array(counts, dtype=float)})
    figures = Figures()
    for key, value in zip(groups, values.tolist(), strict=True):
        figures.put(key, value, measure)
    return figures


def _comparable(frame: Frame, rows: Iterable[int]) -> tuple[dict[str, list[int]] | None, bool]:
    """Choose the rows of each side: the measured agencies', else the modelled ones'; or none."""
    both = _paired(frame, rows)
    modelled = frame.hidden("is_modelled")
    if not both[False] and not all(modelled[row] for row in rows):
        return None, False
    is_modelled = not both[False]
    chosen = both[is_modelled]
    return {side: [found[side] for found in chosen] for side in ("Pre", "Post")}, is_modelled


def _paired(frame: Frame, rows: Iterable[int]) -> dict[bool, list[dict[str, int]]]:
    """Find, measured and modelled apart, the agencies with a row on either side."""
    status, modelled = frame.hidden("migration_status"), frame.hidden("is_modelled")
    agencies = _agencies_of(frame)
    sides: dict[bool, dict[int, dict[str, int]]] = {False: {}, True: {}}
    for row in rows:
        sides[bool(modelled[row])].setdefault(agencies[row], {})[status[row]] = row
    return {
        basis: [found for _, found in sorted(of.items()) if len(found) == 2]
        for basis, of in sides.items()
    }


def _made_of(frame: Frame, measure: Measure, rows: Sequence[int]) -> float:
    if not rows:
        return np.nan
    sums = {
        name: to_floats(
            [_sum([frame.columns[name][row] for row in rows])], is_exact=frame.is_exact(name)
        )
        for name in measure.components
    }
    return float(measure.compute(sums)[0])


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@dataclass(slots=True)
class _Course:
    """One agency's cost by month, in millionths, and the sides that its usage was on then."""

    costs: dict[str, int] = field(default_factory=dict)
    sides: dict[str, set[str]] = field(default_factory=dict)

    def add(self, month: str, side: str, cost: int | None) -> None:
        # Usage without cost of its own, where bills have it, tells the side all the same.
        self.sides.setdefault(month, set()).add(side)
        if cost is not None:
            self.costs[month] = self.costs.get(month, 0) + cost

    def wholly(self, side: str) -> list[str]:
        return [month for month in self.costs if self.sides[month] == {side}]

    @property
    def has_moved(self) -> bool:
        return bool(self.wholly("Pre") and self.wholly("Post"))

    def mean(self, months: Sequence[str]) -> float:
        cost = sum(self.costs[month] for month in months)
        return cost / (len(months) * _UNIT)


def moved_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the cost of each agency, month and side."""
    hidden = _by_agency(context, "month", "migration_status")
    return (replace(basic_need(measure, context), hidden=hidden),)


def moved_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up each moved agency's mean month before its move, and its mean month after."""
    return _each_group(measure, frames[0], _means_of_moved)


def unmoved_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Do the same for agencies that never moved, split where the others moved."""
    return _each_group(measure, frames[0], _means_of_unmoved)


def _each_group(
    measure: Measure,
    frame: Frame,
    means: Callable[[Mapping[int, _Course]], list[tuple[float, float]]],
) -> Figures:
    figures = Figures()
    courses, reasons = _courses(measure, frame)
    for key, group in courses.items():
        found = means(group)
        before, after = (np.array([sum(pair[at] for pair in found)]) for at in (0, 1))
        sums = {"before": before, "after": after, "agencies": np.array([float(len(found))])}
        value = np.nan if reasons[key] or not found else float(measure.compute(sums)[0])
        if measure.unit == "count" and not found:
            value = 0.0
        figures.put(key, value, measure, reasons[key])
    return figures


def _courses(
    measure: Measure, frame: Frame
) -> tuple[dict[Key, dict[int, _Course]], dict[Key, str]]:
    """Sort the rows into courses by group and agency; say why a group's can't be added."""
    courses: dict[Key, dict[int, _Course]] = {}
    reasons: dict[Key, str] = {}
    currencies: dict[Key, set[str]] = {}
    costs = frame.columns[stored_name(frame, measure.components[0])]
    months, sides = frame.hidden("month"), frame.hidden("migration_status")
    lows = frame.columns.get("currency_low") if "currency_low" in frame.need.components else None
    why, agencies = currency_reasons(frame), _agencies_of(frame)
    for row, key in enumerate(frame.groups()):
        course = courses.setdefault(key, {}).setdefault(agencies[row], _Course())
        course.add(months[row], sides[row], costs[row])
        reasons[key] = reasons.get(key) or why[row]
        if lows is not None:
            currencies.setdefault(key, set()).add(lows[row])
    mixed = {key: _CURRENCIES for key, found in currencies.items() if len(found) > 1}
    return courses, {**reasons, **mixed}


def _means_of_moved(group: Mapping[int, _Course]) -> list[tuple[float, float]]:
    return [
        (course.mean(course.wholly("Pre")), course.mean(course.wholly("Post")))
        for _, course in sorted(group.items())
        if course.has_moved
    ]


def _means_of_unmoved(group: Mapping[int, _Course]) -> list[tuple[float, float]]:
    """Split at the first and the last move of the others; what lies between is neither."""
    moves = [min(c.wholly("Post")) for c in group.values() if c.has_moved]
    if not moves:
        return []
    found = []
    for _, course in sorted(group.items()):
        if any("Post" in sides for sides in course.sides.values()):
            continue
        before = [month for month in course.costs if month < min(moves)]
        after = [month for month in course.costs if month >= max(moves)]
        if before and after:
            found.append((course.mean(before), course.mean(after)))
    return found


def gap_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the monthly costs, and what each agency claims to have saved."""
    claims = Need(
        family=_CLAIMS,
        components=frozenset({_CLAIMED}),
        keys=context.by,
        filters=context.filters,
        hidden=_by_agency(context),
        year=context.question.year,
    )
    return (*moved_needs(measure, context), claims)


def gap_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Take the mean, over agencies that have both, of the savings claimed minus those observed."""
    monthly, claims = frames
    claimed: dict[Key, dict[int, float]] = {}
    percentages = claims.floats(_CLAIMED).tolist()
    for key, agency, value in zip(claims.groups(), _agencies_of(claims), percentages, strict=True):
        claimed.setdefault(key, {})[agency] = value
    courses, reasons = _courses(measure, monthly)
    figures = Figures()
    for key, group in courses.items():
        gaps = [
            gap
            for agency, course in sorted(group.items())
            if (gap := _gap(claimed.get(key, {}).get(agency), course)) is not None
        ]
        mean: Floats = np.array([np.nan if reasons[key] or not gaps else sum(gaps) / len(gaps)])
        figures.put(key, float(measure.compute({"gap": mean})[0]), measure, reasons[key])
    return figures


def _gap(claimed: float | None, course: _Course) -> float | None:
    if claimed is None or not course.has_moved:
        return None
    before = course.mean(course.wholly("Pre"))
    after = course.mean(course.wholly("Post"))
    return claimed - 100 * (1 - after / before) if before else None

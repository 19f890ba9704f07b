"""The way down: the same pivot, narrowed to one of its rows and split one dimension further."""

from __future__ import annotations

from dataclasses import replace

from portal.filters import FURTHER, SERVICE_TYPES, Filters
from portal.pivot.answers import Line
from portal.pivot.order import DOWNWARD
from portal.pivot.plan import Plan, dimensions_of
from warehouse.question import Value


def drill(filters: Filters, plan: Plan, line: Line) -> Filters | None:
    """Give the filters of the pivot below a row; None where there is nothing below it."""
    narrowed = filters
    for dimension, value in zip(plan.by, line.key, strict=False):
        found = _narrowed(narrowed, dimension, value)
        if found is None:
            return None
        narrowed = found
    rest = plan.by[line.depth :]
    if not rest:
        following = _following(narrowed, plan, plan.by[line.depth - 1])
        if following is None:
            return None
        rest = (following,)
    across = None if plan.across in (*rest, *plan.by[: line.depth]) else plan.across
    order = (narrowed.sort or "").removeprefix("-")
    kept = narrowed.sort if order in (*plan.measures, *rest) else None
    return replace(narrowed, by=rest, across=across, sort=kept, page=1)


def _following(filters: Filters, plan: Plan, last: str) -> str | None:
    """Find the next dimension on the way down that isn't narrowed to one value already."""
    has = dimensions_of(plan.measures)
    fixed = {name for name, values in filters.to_where() if len(values) == 1}
    if filters.start and filters.start == filters.end:
        fixed.add("month")
    start = DOWNWARD.index(last) + 1 if last in DOWNWARD else 0
    ways = (*DOWNWARD[start:], *DOWNWARD[:start])
    return next((name for name in ways if name in has and name not in {*fixed, last}), None)


def _narrowed(filters: Filters, dimension: str, value: Value) -> Filters | None:
    """Narrow to one value of a dimension; None where the address has no way to say it."""
    if value is None or value == "":
        return None
    text = str(value)
    if dimension == "month":
        return replace(filters, start=text, end=text)
    if dimension in ("agency", "provider", "region"):
        return replace(filters, **{dimension: (text,)})  # type: ignore[arg-type]  # names of fields
    if dimension == "service_type":
        return replace(filters, service=(text,))
    if dimension == "digital_service":
        # A service that nobody named goes by its type, which the address reads as the type.
        return None if text in SERVICE_TYPES else replace(filters, service=(text,))
    if dimension == "migration_status":
        return replace(filters, status=text)
    if dimension == "peak":
        return replace(filters, peak=text)
    if dimension not in FURTHER or "," in text:
        return None
    others = tuple(pair for pair in filters.where if pair[0] != dimension)
    return replace(filters, where=(*others, (dimension, (text,))))

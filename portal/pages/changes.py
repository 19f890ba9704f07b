"""How figures moved, as the cards of several pages say it: each change a figure of the registry."""

from __future__ import annotations

from portal.components.kpi import Change, signed_change
from portal.formats import month_word, points, signed_number, signed_percent
from portal.pages.evidence import evidence_of
from portal.pages.page import PageRequest
from portal.pages.series import change_span
from portal.texts import say
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Period


def ask_changes(request: PageRequest, *names: str, period: Period) -> Answer:
    """Ask how far these measures moved from the first to the last month of a period."""
    return request.ask(*(f"{name}_change" for name in names), period=period)


def change_of(changes: Answer, name: str, monthly: Answer) -> Change | None:
    """Describe how a measure moved over the months; a modelled course is neither good nor bad."""
    measure = REGISTRY[f"{name}_change"]
    moved = changes.value(measure.name)
    if moved is None:
        return None
    return signed_change(
        _written(moved, measure.unit),
        change_span([str(row["month"]) for row in monthly.rows if row[name] is not None]),
        good=measure.good,
        judged=measure.name not in changes.modelled,
        evidence=evidence_of(changes, measure.name),
    )


def growth_of(monthly: Answer) -> Change | None:
    """Describe the latest growth on the month before, and say which month it is of."""
    known = [row for row in monthly.rows if row["mom_growth"] is not None]
    if not known:
        return None
    last = known[-1]
    return signed_change(
        signed_percent(float(last["mom_growth"] or 0)),
        say("in {month}", month=month_word(str(last["month"]))),
        good=None,
        evidence=evidence_of(monthly, "mom_growth", last),
    )


def _written(moved: float, unit: str) -> str:
    if unit == "pct_points":
        return points(moved / 100)
    text = signed_number(moved)
    return say("{number} ms", number=text) if unit == "ms" else text

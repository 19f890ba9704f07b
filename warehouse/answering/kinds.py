"""One evaluation for each kind of measure: the needs it has, and its figures from what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from warehouse.answering.alike import alike_figures, alike_needs
from warehouse.answering.bridges import bridge_figures, bridge_needs
from warehouse.answering.budget_bridges import budget_bridge_figures, budget_bridge_needs
from warehouse.answering.courses import course_figures, course_needs
from warehouse.answering.days import (
    full_month_figures,
    full_month_needs,
    per_day_figures,
    per_day_needs,
)
from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reasons,
    plain_figures,
    stored_name,
    sums_of,
    without_filter,
)
from warehouse.answering.frames import Frame, Key
from warehouse.answering.moves import (
    gap_figures,
    gap_needs,
    measured_moves_figures,
    moved_figures,
    moved_needs,
    same_agencies_figures,
    same_agencies_needs,
    unmoved_figures,
)
from warehouse.answering.planner import Need, Span
from warehouse.answering.resource_changes import (
    resource_change_figures,
    resource_change_needs,
)
from warehouse.answering.services import (
    season_figures,
    season_needs,
    service_figures,
    service_needs,
)
from warehouse.answering.what_if import (
    moved_month_figures,
    moved_month_needs,
    moved_year_figures,
    moved_year_needs,
    year_end_need,
)
from warehouse.answering.windows import (
    NO_MONTH,
    last_month_needs,
    trailing_figures,
    trailing_needs,
    year_to_date_figures,
    year_to_date_needs,
)
from warehouse.measures import Kind, Measure
from warehouse.months import shifted

_SIZEABLE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a kind of measure is read and reckoned."""

    needs: Callable[[Measure, Context], tuple[Need, ...]]
    figures: Callable[[Measure, Context, Sequence[Frame]], Figures]


def _sum_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    return (basic_need(measure, context),)


def _plain_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    return plain_figures(frames[0], measure)


def _pace_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each start of year apart: the year so far, and the whole year for its budget."""
    need = without_filter(basic_need(measure, context), "month")
    years = context.years or (NO_MONTH,)
    so_far = tuple(replace(need, spans=(span,)) for span in years)
    return (*so_far, *(replace(need, spans=(_whole(span),)) for span in years))


def _whole(span: Span) -> Span:
    return replace(span, end=span.start and shifted(span.start, 11))


def _pace_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up, over the starts of year, what was spent and what the pace of the year makes of it.

    ``pace``: spent / months gone x 12. ``budget``: of the whole year. ``expected``: that budget x
    months gone / 12.
    """
    spent: dict[Key, float] = {}
    expected: dict[Key, float] = {}
    granted: dict[Key, float] = {}
    pace: dict[Key, float] = {}
    reasons: dict[Key, str] = {}
    starts = len(frames) // 2
    for so_far, whole in zip(frames[:starts], frames[starts:], strict=True):
        sums = sums_of(so_far, measure)
        gone = sums[measure.components[1]]
        first = sums[measure.components[0]]
        budgets = dict(zip(whole.groups(), sums_of(whole, measure)[measure.components[-1]],
                           strict=True))  # fmt: skip
        unknown = dict(zip(whole.groups(), currency_reasons(whole), strict=True))
        for row, key in enumerate(so_far.groups()):
            reasons[key] = reasons.get(key) or unknown.get(key, "")
            if not gone[row] > 0:
                continue
            spent[key] = spent.get(key, 0.0) + first[row]
            pace[key] = pace.get(key, 0.0) + first[row] / gone[row] * 12
            budget = budgets.get(key, np.nan)
            granted[key] = granted.get(key, 0.0) + budget
            expected[key] = expected.get(key, 0.0) + budget * gone[row] / 12
    keys = list(reasons)
    values = measure.compute(
        {
            name: np.array([found.get(key, np.nan) for key in keys], dtype=float)
            for name, found in (
                ("spent", spent), ("expected", expected), ("budget", granted), ("pace", pace),
            )
        }
    )  # fmt: skip
    figures = Figures()
    for key, value in zip(keys, values.tolist(), strict=True):
        figures.put(key, np.nan if reasons[key] else value, measure, reasons[key])
    return figures


def _year_end_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    return (year_end_need(measure, context),)


def _share_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    need = basic_need(measure, context)
    keys = tuple(name for name in context.by if name != measure.share_of)
    return (need, replace(without_filter(need, measure.share_of), keys=keys))


def _share_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    part, whole = frames
    name = measure.components[0]
    stored = stored_name(part, name)
    totals = dict(zip(whole.keys, whole.floats(stored).tolist(), strict=True))
    mixed = dict(zip(whole.keys, currency_reasons(whole), strict=True))
    is_split = measure.share_of in context.by
    place = context.by.index(measure.share_of) if is_split else len(context.by)
    groups = [key[:place] + key[place + 1 :] for key in part.keys]
    sums = {
        name: part.floats(stored),
        f"all_{name}": np.array([totals.get(group, np.nan) for group in groups], dtype=float),
    }
    figures = Figures()
    for key, group, value in zip(part.keys, groups, measure.compute(sums).tolist(), strict=True):
        reason = mixed.get(group, "")
        figures.put(key, np.nan if reason else value, measure, reason)
    return figures


def _spread_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    return (replace(basic_need(measure, context), hidden=("provider",)),)


def _spread_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    frame = frames[0]
    by_group: dict[Key, list[int]] = {}
    for key, spend in zip(frame.groups(), frame.columns[measure.components[0]], strict=True):
        by_group.setdefault(key, []).append(spend or 0)
    totals = {key: sum(spends) for key, spends in by_group.items()}
    shares = {
        key: [spend / totals[key] for spend in spends] if totals[key] > 0 else []
        for key, spends in by_group.items()
    }
    nothing = np.nan
    sums = {
        "top": [max(found, default=nothing) for found in shares.values()],
        "squares": [
            sum(share * share for share in found) if found else nothing for found in shares.values()
        ],
        "sizeable": [
            float(sum(share >= _SIZEABLE_SHARE for share in found)) if found else nothing
            for found in shares.values()
        ],
        "available": [float(context.provider_count)] * len(shares),
    }
    values = measure.compute({name: np.array(v, dtype=float) for name, v in sums.items()})
    figures = Figures()
    for key, value in zip(shares, values.tolist(), strict=True):
        figures.put(key, value, measure)
    return figures


EVALUATIONS: Mapping[Kind, Evaluation] = {
    Kind.SUM: Evaluation(_sum_needs, _plain_figures),
    Kind.LAST_MONTH: Evaluation(last_month_needs, _plain_figures),
    Kind.YEAR_TO_DATE: Evaluation(year_to_date_needs, year_to_date_figures),
    Kind.TRAILING: Evaluation(trailing_needs, trailing_figures),
    Kind.YEAR_PACE: Evaluation(_pace_needs, _pace_figures),
    Kind.SHARE: Evaluation(_share_needs, _share_figures),
    Kind.SPREAD: Evaluation(_spread_needs, _spread_figures),
    Kind.BRIDGE: Evaluation(bridge_needs, bridge_figures),
    Kind.BUDGET_BRIDGE: Evaluation(budget_bridge_needs, budget_bridge_figures),
    Kind.CHANGE: Evaluation(same_agencies_needs, same_agencies_figures),
    Kind.RELATIVE_CHANGE: Evaluation(same_agencies_needs, same_agencies_figures),
    Kind.BEFORE: Evaluation(same_agencies_needs, same_agencies_figures),
    Kind.AFTER: Evaluation(same_agencies_needs, same_agencies_figures),
    Kind.MOVED: Evaluation(moved_needs, moved_figures),
    Kind.UNMOVED: Evaluation(moved_needs, unmoved_figures),
    Kind.SAVINGS_GAP: Evaluation(gap_needs, gap_figures),
    Kind.SEASON: Evaluation(season_needs, season_figures),
    Kind.SERVICES: Evaluation(service_needs, service_figures),
    Kind.MEASURED_MOVES: Evaluation(same_agencies_needs, measured_moves_figures),
    Kind.RESOURCE_CHANGE: Evaluation(resource_change_needs, resource_change_figures),
    Kind.YEAR_END: Evaluation(_year_end_needs, _plain_figures),
    Kind.WHAT_IF: Evaluation(moved_year_needs, moved_year_figures),
    Kind.WHAT_IF_MONTHS: Evaluation(moved_month_needs, moved_month_figures),
    Kind.COURSE: Evaluation(course_needs, course_figures),
    Kind.LIKE_ON_LIKE: Evaluation(alike_needs, alike_figures),
    Kind.YEAR_ON_YEAR: Evaluation(alike_needs, alike_figures),
    Kind.PER_DAY: Evaluation(per_day_needs, per_day_figures),
    Kind.FULL_MONTHS: Evaluation(full_month_needs, full_month_figures),
}

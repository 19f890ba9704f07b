"""Before and after a migration, of the same agencies: monthly cost, and how services ran.

What the agencies report of their migration stands in ``warehouse.measures.migration``; here is
what their usage and performance show.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from warehouse.measures import formulas, reliability
from warehouse.measures.dimensions import AGENCY, PERFORMANCE_CHANGE
from warehouse.measures.measure import Floats, Kind, Measure, Sums

_ANEW = "not additive: made anew from sums at every level"
_WITHIN = ("service_type", "region")
_GROUPS = tuple(name for name in AGENCY if name not in {"agency", "migrated"})

_moved = partial(
    Measure,
    group="Migration",
    source="fact_cost_monthly",
    family="cost",
    dimensions=(*AGENCY, *_WITHIN),
    components=("cost_usd",),
    additivity=_ANEW,
    kind=Kind.MOVED,
    undefined="no agency with months both before and after a migration",
)
_unmoved = partial(
    _moved,
    dimensions=(*_GROUPS, *_WITHIN),
    kind=Kind.UNMOVED,
    undefined="no agency stayed while others migrated",
)
_money = partial(_moved, unit="usd", decimals=2, additivity="additive over agencies")
_money_unmoved = partial(_unmoved, unit="usd", decimals=2, additivity="additive over agencies")


def _change(sums: Sums) -> Floats:
    return formulas.ratio(sums["after"] - sums["before"], sums["before"])


def _savings(sums: Sums) -> Floats:
    return -_change(sums)


_MONTHLY = (
    _money(
        name="monthly_cost_pre",
        label="Monthly cost before migration",
        term="mean monthly cost before, agencies that migrated",
        description=(
            "Mean cost of a month before migration, added up over the agencies with months wholly "
            "before and wholly after it."
        ),
        formula="sum over agencies(cost of months before / number of them)",
        good=None,
        compute=formulas.total("before"),
    ),
    _money(
        name="monthly_cost_post",
        label="Monthly cost after migration",
        term="mean monthly cost after, agencies that migrated",
        description="The same agencies' mean cost of a month after migration, added up.",
        formula="sum over agencies(cost of months after / number of them)",
        good="low",
        compute=formulas.total("after"),
    ),
    _moved(
        name="observed_cost_change",
        label="Change of monthly cost by migration",
        term="observed cost change",
        description="Monthly cost after migration against before, of the same agencies.",
        formula="monthly_cost_post / monthly_cost_pre - 1",
        unit="ratio",
        decimals=2,
        good="low",
        compute=_change,
    ),
    _moved(
        name="observed_savings",
        label="Savings in the monthly cost",
        term="observed savings",
        description="What the same agencies' months cost less after migration than before.",
        formula="1 - monthly_cost_post / monthly_cost_pre",
        unit="ratio",
        decimals=2,
        good="high",
        compute=_savings,
    ),
    _moved(
        name="moved_agency_count",
        label="Agencies with months before and after",
        term="agencies compared",
        description="Agencies whose usage has months wholly before and wholly after migration.",
        formula="count(agencies)",
        unit="count",
        decimals=0,
        good=None,
        additivity="additive over agencies",
        compute=formulas.count("agencies"),
    ),
    _moved(
        name="savings_gap",
        label="Savings claimed but not in the monthly cost",
        term="savings gap",
        description=(
            "Savings that an agency reports minus those in its monthly cost, in percentage points; "
            "the plain mean over agencies that have both."
        ),
        formula="mean(realised savings reported - (1 - cost after / cost before))",
        unit="pct_points",
        decimals=1,
        good="low",
        dimensions=AGENCY,
        kind=Kind.SAVINGS_GAP,
        compute=formulas.total("gap"),
        undefined="no agency with both a reported saving and months before and after migration",
    ),
    _money_unmoved(
        name="unmoved_monthly_cost_pre",
        label="Monthly cost of the others before",
        term="mean monthly cost before, agencies that did not migrate",
        description="Mean cost of a month before the first migration, of agencies that stayed.",
        formula="sum over agencies(cost of months before the first migration / number of them)",
        good=None,
        compute=formulas.total("before"),
    ),
    _money_unmoved(
        name="unmoved_monthly_cost_post",
        label="Monthly cost of the others after",
        term="mean monthly cost after, agencies that did not migrate",
        description=(
            "Mean cost of a month from the last migration of the others on, of agencies that "
            "stayed."
        ),
        formula="sum over agencies(cost of months from the last migration on / number of them)",
        good=None,
        compute=formulas.total("after"),
    ),
    _unmoved(
        name="unmoved_cost_change",
        label="Change of monthly cost of the others",
        term="cost change without migration",
        description=(
            "Monthly cost after the others' migrations against before, of agencies that stayed: "
            "what cost did anyway."
        ),
        formula="unmoved_monthly_cost_post / unmoved_monthly_cost_pre - 1",
        unit="ratio",
        decimals=2,
        good=None,
        compute=_change,
    ),
)


def _sides(name: str, stem: str, unit: str = "") -> tuple[Measure, Measure]:
    """Define one reliability measure before and after, as it is defined overall."""
    whole = next(measure for measure in reliability.MEASURES if measure.name == name)
    return (_side(whole, f"{stem}_pre{unit}", "before", Kind.BEFORE),
            _side(whole, f"{stem}_post{unit}", "after", Kind.AFTER))  # fmt: skip


def _side(whole: Measure, name: str, side: str, kind: Kind) -> Measure:
    status = {"before": "Pre", "after": "Post"}[side]
    return replace(
        whole,
        name=name,
        label=f"{whole.label} {side} migration",
        term=f"{whole.term} {side}, same agencies",
        description=f"{whole.label} {side} migration, of agencies that have both sides.",
        formula=f"{whole.name}({status}), same agencies",
        dimensions=PERFORMANCE_CHANGE,
        kind=kind,
        undefined="no agency with records both before and after migration",
    )


_MEASURED = Measure(
    name="measured_move_count",
    label="Agencies measured before and after",
    term="agencies with telemetry on both sides",
    description=(
        "Agencies with telemetry both before and after their migration: only of them is anything "
        "concluded about services."
    ),
    formula="count(agencies with measured rows before and after)",
    unit="count",
    group="Migration",
    source="fact_performance",
    family="performance",
    dimensions=PERFORMANCE_CHANGE,
    additivity="additive over agencies",
    kind=Kind.MEASURED_MOVES,
    decimals=0,
    good=None,
    components=("row_count",),
    compute=formulas.count("agencies"),
)


MEASURES = (
    *_MONTHLY,
    _MEASURED,
    *_sides("stability_score", "stability_score"),
    *_sides("latency_ms", "latency", "_ms"),
    *_sides("sla_breach_rate", "sla_breach_rate"),
)

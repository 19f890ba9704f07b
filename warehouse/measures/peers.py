"""Peers: what the others of an agency's group come to, from agg_peer_agency_month.

A group is fixed at build and no filter slices it. Each figure stands beside the measure of the
same name without ``peer_``, of one agency and one month.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from warehouse.measures import formulas
from warehouse.measures.measure import Kind, Measure
from warehouse.measures.sources import PeerFigure

_GROUP = (
    "of the other MDAs of its group together: at least five, none of them more than half. The "
    "group is fixed at build, and the figure rounded, so that no MDA can be taken out of it."
)

_measure = partial(
    Measure,
    group="Peers",
    dimensions=("agency", "month"),
    family="peers",
    kind=Kind.LAST_MONTH,
    unit="ratio",
    decimals=1,
    additivity="not additive; over several agencies the plain mean of what each is shown",
    undefined="fewer than five comparable MDAs, or one weighs more than half",
)


def _of(name: PeerFigure, *, what: str, **said: Any) -> Measure:
    """Define a figure of the peers, whose name also names the sums it is made of."""
    parts = (f"peer_{name}_sum", f"peer_{name}_count")
    return _measure(
        name=f"peer_{name}",
        description=f"{what}, {_GROUP}",
        components=parts,
        compute=formulas.mean(*parts),
        **said,
    )


MEASURES = (
    _of(
        "tagged_pct",
        label="Tagged, peers",
        term="tag coverage of peers",
        what="Share tagged in a month",
        formula="sum(tagged % x cost) / sum(cost) / 100 of the peers",
        good="high",
        source="fact_finance_governance",
    ),
    _of(
        "waste_pct",
        label="Idle share of spend, peers",
        term="waste share of peers",
        what="Idle cost in relation to spend in a month",
        formula="sum(idle cost) / sum(cost) of the peers",
        good="low",
        source="fact_cost_monthly",
    ),
    _of(
        "cost_per_unit",
        label="Cost per unit of work, peers",
        term="unit cost of peers",
        what="Spend per unit of workload in a month",
        formula="sum(cost) / sum(units of work) of the peers",
        good="low",
        source="fact_cost_monthly",
        unit="usd",
        decimals=4,
    ),
    _of(
        "budget_variance_pct",
        label="Spend above budget, peers",
        term="budget variance of peers, relative",
        what="Spend minus budget in relation to the budget of a month",
        formula="(sum(cost) - sum(budget)) / sum(budget) of the peers with both",
        good="low",
        source="fact_finance_governance",
    ),
    _of(
        "mom_growth",
        label="Growth on last month, peers",
        term="month-over-month growth of peers",
        what="Growth on the month before",
        formula="(this month - last month) / last month of the peers with both",
        good=None,
        source="fact_cost_monthly",
    ),
    _of(
        "error_rate",
        label="Failed requests, peers",
        term="error rate of peers, measured",
        what="Share of requests that failed in a month, measured by telemetry",
        formula="sum(errors) / sum(requests) of the peers with telemetry",
        good="low",
        source="fact_performance",
        decimals=2,
    ),
)

"""What an agency is told of its peers: ratios of groups from which nobody can be subtracted.

Groups don't overlap. An agency is in one of them and sees the others of it; so two agencies of
one group see the same sums less their own, and no two groups differ by one member. What a reader
who holds several agencies could still subtract is bounded by ``reader_agencies_most``.

A group holds its bounds whichever agency looks at it: written for weights w1 ≥ w2 ≥ … that add
up to W, whoever takes k members out leaves at least five, of which none weighs more than half,
where n - k ≥ 5 and 2 w1 + w2 + … + w(k+1) ≤ W: the worst is to lose the heaviest but one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import as_decimal, number, total

MOST_OF_ONE_READER = 1
"""Agencies that a reader may hold and still be given the figures of their group. Two ratios over
one group, less two known members, would be two equations in its total: who holds two could reckon
the amounts behind them."""

FEWEST_OTHERS = 5
"""Peers that an agency's figures are set against, at the least."""

BASES: Mapping[str, tuple[str, ...]] = {
    "sector and size": ("sector_type", "org_size"),
    "sector": ("sector_type",),
    "size": ("org_size",),
    "country": ("country_code",),
    "remaining": (),
}
"""What the members of a group have in common, the closest first."""

EVERYONE = "government"
"""The group of all agencies, for those that none of the others had room for."""

RATIO_PLACES = 3
ERROR_PLACES = 4
SIGNIFICANT_DIGITS = 3
_PRICE, _ERRORS = "cost_per_unit", "error_rate"
Step = Callable[[str, ir.Table], ir.Table]
_GROUPED = ("agency_id", "peer_group", "basis", "reader_agencies_most")
_FIGURE = ("agency_id", "month", "figure", "above", "below", "spend")


@dataclass(frozen=True, slots=True)
class PeerGroups:
    """Who counts in which group, and which one each agency looks at."""

    members: ir.Table
    viewers: ir.Table


def build_peer_groups(agencies: ir.Table, monthly_cost: ir.Table, step: Step) -> PeerGroups:
    """Settle the groups from the closest to the widest; ``step`` keeps what is used again.

    An agency weighs what it spent over all months; who spent nothing is nobody's peer.
    """
    spent = monthly_cost.group_by("agency_id").aggregate(weight=total(monthly_cost.cost_usd))
    common = agencies.select("agency_id", "sector_type", "org_size", "country_code")
    weights = step("step_peer_weight", spent.filter(spent.weight > 0).join(common, "agency_id"))
    rest, groups = weights, []
    for basis in BASES:
        groups.append(step(f"step_peer_{basis.replace(' ', '_')}", _group_on(basis, rest)))
        rest = rest.anti_join(groups[-1], "agency_id")
    settled = step("step_peer_settled", ibis.union(*groups))
    everyone = step("step_peer_everyone", _group_of_all(weights))
    # It overlaps all others: who looks at the group of everyone may hold one agency alone.
    left = everyone.anti_join(settled, "agency_id")
    left = left.mutate(reader_agencies_most=ibis.literal(1, type="int32")).select(*_GROUPED)
    return PeerGroups(members=settled.union(everyone), viewers=settled.union(left))


def build_peer_figures(governance: ir.Table, usage: ir.Table, performance: ir.Table) -> ir.Table:
    """Give each agency's share in every figure of a month: what stands above and below the line.

    ``spend`` is the second weight that the bounds are tried on. ``performance`` may hold modelled
    rows; they take no part.
    """
    tagged = governance.select(
        "agency_id", "month", figure=ibis.literal("tagged_pct"),
        above=governance.tagged_weighted,
        below=as_decimal(governance.untagged_base_usd * number("100")),
        spend=governance.cost_usd,
    )  # fmt: skip
    waste = usage.group_by("agency_id", "month").aggregate(
        figure=ibis.literal("waste_pct"), above=total(usage.idle_cost_usd),
        below=total(usage.usage_cost_usd), spend=total(usage.usage_cost_usd),
    )  # fmt: skip
    kept = governance.filter(governance.budget_reported_usd.notnull())
    budget = kept.select(
        "agency_id", "month", figure=ibis.literal("budget_variance_pct"),
        above=as_decimal(kept.actual_budgeted_usd - kept.budget_reported_usd),
        below=kept.budget_reported_usd, spend=kept.actual_budgeted_usd,
    )  # fmt: skip
    growth = governance.select(
        "agency_id", "month", figure=ibis.literal("mom_growth"),
        above=as_decimal(governance.cost_usd - governance.previous_cost_usd),
        below=governance.previous_cost_usd, spend=governance.cost_usd,
    )  # fmt: skip
    price = usage.group_by("agency_id", "month").aggregate(
        figure=ibis.literal(_PRICE), above=total(usage.unit_cost_usd),
        below=total(usage.costed_units), spend=total(usage.unit_cost_usd),
    )  # fmt: skip
    found = (tagged, waste, budget, growth, price, _failures(performance))
    rows = ibis.union(*(part.select(*_FIGURE) for part in found))
    return rows.filter(rows.above.notnull(), rows.below > 0, rows.spend >= 0)


def build_agg_peer_agency_month(groups: PeerGroups, figures: ir.Table) -> ir.Table:
    """Build agg_peer_agency_month: what the others of an agency's group come to.

    Only where the agency has the figure itself: it learns of no month before it reports it.
    """
    keys = ("peer_group", "month", "figure")
    sums = _summed(figures.join(groups.members.select("agency_id", "peer_group"), "agency_id"))
    own = figures.select("agency_id", "month", "figure", own_above="above", own_below="below")
    rows = groups.viewers.join(own, "agency_id").join(sums, keys)
    above, below = rows.above - rows.own_above, rows.below - rows.own_below
    rows = rows.mutate(
        ratio=above.cast("float64") / below.cast("float64"),
        reader_agencies_most=ibis.least(
            rows.reader_agencies_most, rows.month_most, MOST_OF_ONE_READER
        ),
    )
    rows = rows.filter(rows.reader_agencies_most > 0)
    return rows.mutate(value=_blurred(rows.ratio, rows.figure))


def _group_on(basis: str, rest: ir.Table) -> ir.Table:
    """Settle the groups on one basis among the agencies that have none yet.

    Where the heaviest weigh too much for the others they are left out, and wait for a wider group.
    """
    words = [ibis.literal(basis), *(rest[name] for name in BASES[basis])]
    rows = rest.mutate(peer_group=ibis.literal("|").join(words), basis=ibis.literal(basis))
    rows = _placed(rows, "weight", "peer_group")
    lighter = rows.whole - rows.so_far
    holds = (rows.members - rows.place > FEWEST_OTHERS) & (rows.weight + rows.after <= lighter)
    rows = rows.mutate(settled=ibis.ifelse(holds, rows.place, ibis.null("int64")))
    first = rows.settled.min().over(ibis.window(group_by=rows.peer_group))
    rows = rows.mutate(first_place=first)
    return _bounded(rows.filter(rows.place >= rows.first_place))


def _group_of_all(weights: ir.Table) -> ir.Table:
    """Put all agencies into one group, which is empty where its bounds don't hold."""
    name = ibis.literal(EVERYONE)
    rows = _bounded(weights.mutate(peer_group=name, basis=name))
    return rows.filter(rows.reader_agencies_most > 0)


def _failures(performance: ir.Table) -> ir.Table:
    measured = performance.filter(~performance.is_modelled)
    return measured.group_by("agency_id", "month").aggregate(
        figure=ibis.literal(_ERRORS), above=total(measured.error_count),
        below=total(measured.request_count), spend=total(measured.request_count),
    )  # fmt: skip


def _summed(rows: ir.Table) -> ir.Table:
    """Add the figures up by group and month, with the agencies that a reader may hold at most."""
    keys = ("peer_group", "month", "figure")
    rows = _with_most(_with_most(rows, "below", *keys), "spend", *keys)
    return rows.group_by(*keys).aggregate(
        above=total(rows.above),
        below=total(rows.below),
        month_most=ibis.least(rows.below_most.min(), rows.spend_most.min()),
    )


def _bounded(rows: ir.Table) -> ir.Table:
    rows = _with_most(rows, "weight", "peer_group")
    return rows.mutate(reader_agencies_most=rows.weight_most).select(*_GROUPED)


def _with_most(rows: ir.Table, weight: str, *keys: str) -> ir.Table:
    """Add how many members can be taken out before the bounds on the others might break."""
    kept = rows.columns
    rows = _placed(rows, weight, *keys)
    holds = (
        (rows.place > 0)
        & (rows.members - rows.place >= FEWEST_OTHERS)
        & (rows.heaviest + rows.so_far <= rows.whole)
    )
    # Each member taken out makes both bounds harder to hold, so those that hold are the first.
    most = holds.cast("int32").sum().over(ibis.window(group_by=[rows[key] for key in keys]))
    return rows.mutate(**{f"{weight}_most": most.cast("int32")}).select(*kept, f"{weight}_most")


def _placed(rows: ir.Table, weight: str, *keys: str) -> ir.Table:
    """Put the members of each group in order, the heaviest first, from place 0."""
    members = [rows[key] for key in keys]
    order = [rows[weight].desc(), rows.agency_id]
    by_weight = ibis.window(group_by=members, order_by=order)
    so_far = ibis.cumulative_window(group_by=members, order_by=order)
    whole = ibis.window(group_by=members)
    none = as_decimal(number("0"))
    return rows.mutate(
        place=ibis.row_number().over(by_weight),
        members=rows.count().over(whole),
        heaviest=rows[weight].max().over(whole),
        after=rows[weight].lead().over(by_weight).fill_null(none),
        so_far=as_decimal(rows[weight].sum().over(so_far)),
        whole=as_decimal(rows[weight].sum().over(whole)),
    )


def _blurred(ratio: ir.FloatingValue, figure: ir.StringValue) -> ir.DecimalValue:
    """Round away what two builds, or two months, could be told apart by."""
    size = ratio.abs().nullif(0).log10().floor().fill_null(0)
    unit = ibis.literal(10.0) ** (size - (SIGNIFICANT_DIGITS - 1))
    return as_decimal(
        ibis.cases(
            (figure == _PRICE, (ratio / unit).round(0) * unit),
            (figure == _ERRORS, ratio.round(ERROR_PLACES)),
            else_=ratio.round(RATIO_PLACES),
        )
    )

"""The steps from charges to who bears them: accounts, then tags, then rules for shared cost."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.schema.charges import NOBODY
from warehouse.transforms import attribution, charges, resources, shared_by
from warehouse.transforms.plan_writer import PlanWriter


def write_bearers(
    plan: PlanWriter,
    billed: ir.Table,
    agencies: ir.Table,
    recorded: ir.Table,
    billed_resources: ir.Table | None,
    *,
    with_tags: bool,
) -> ir.Table:
    """Give each charge to who bears it, whole or in parts; what nobody bears is agency 0.

    ``billed`` has the columns of build_charge_lines, the rules stand in the records. ``recorded``
    and ``billed_resources`` are what shared cost is split by beside charges: see build_recorded and
    build_resources; no resources are given where no rule counts them.
    """
    borne = _write_direct(plan, billed, agencies, with_tags=with_tags)
    if billed_resources is not None:
        bearers = plan.table("step_bearer"), plan.table("step_tag_bearer")
        owned = resources.with_bearers(billed_resources, *bearers, with_tags=with_tags)
        recorded = recorded.union(shared_by.build_resource_counts(owned).select(*recorded.columns))
    return _write_shared(plan, borne, plan.step("step_shared_by", recorded), agencies)


def _write_direct(
    plan: PlanWriter, billed: ir.Table, agencies: ir.Table, *, with_tags: bool
) -> ir.Table:
    owners = plan.inputs["rec_account_owner"]
    bearers = charges.build_account_bearers(billed, owners, agencies)
    owned = charges.build_owned(billed, plan.step("step_bearer", bearers))
    unowned = owned.filter(owned.bearer.isnull())
    tagged = attribution.build_tag_bearers(unowned, plan.inputs["rec_tag_rule"], agencies)
    tagged = plan.step("step_tag_bearer", tagged)
    return plan.step("step_direct", charges.build_direct(owned, tagged, with_tags=with_tags))


def _write_shared(
    plan: PlanWriter, borne: ir.Table, recorded: ir.Table, agencies: ir.Table
) -> ir.Table:
    """Split what nobody bears by the rules for shared cost."""
    rules = plan.inputs["rec_allocation_rule"]
    is_borne = borne.agency_id != NOBODY
    shared, direct = borne.filter(~is_borne), borne.filter(is_borne)
    matched = plan.step("step_shared_rule", attribution.build_shared_rules(shared, rules))
    shared = attribution.with_rules(shared, matched)
    shares = attribution.build_shares(shared, direct, recorded, rules, agencies)
    shares = plan.step("step_share", shares)
    cuts = plan.step("step_cut", attribution.build_cuts(shared, shares))
    parts = plan.step("step_part", attribution.build_parts(cuts, charges.AMOUNTS))
    return plan.step("step_borne", direct.union(parts.select(*direct.columns)))

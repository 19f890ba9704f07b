"""The steps from charges to who bears them: accounts, then tags, then rules for shared cost."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.schema.charges import NOBODY
from warehouse.transforms import attribution, charges
from warehouse.transforms.plan_writer import PlanWriter


def write_bearers(
    plan: PlanWriter, billed: ir.Table, agencies: ir.Table, *, with_tags: bool
) -> ir.Table:
    """Give each charge to who bears it, whole or in parts; what nobody bears is agency 0.

    ``billed`` has the columns of build_charge_lines, the rules stand in the records.
    """
    return _write_shared(plan, _write_direct(plan, billed, agencies, with_tags=with_tags), agencies)


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


def _write_shared(plan: PlanWriter, borne: ir.Table, agencies: ir.Table) -> ir.Table:
    """Split what nobody bears by the rules for shared cost."""
    rules = plan.inputs["rec_allocation_rule"]
    is_borne = borne.agency_id != NOBODY
    shared, direct = borne.filter(~is_borne), borne.filter(is_borne)
    matched = plan.step("step_shared_rule", attribution.build_shared_rules(shared, rules))
    shared = attribution.with_rules(shared, matched)
    shares = attribution.build_shares(shared, direct, rules, agencies)
    shares = plan.step("step_share", shares)
    cuts = plan.step("step_cut", attribution.build_cuts(shared, shares))
    parts = plan.step("step_part", attribution.build_parts(cuts, charges.AMOUNTS))
    return plan.step("step_borne", direct.union(parts.select(*direct.columns)))

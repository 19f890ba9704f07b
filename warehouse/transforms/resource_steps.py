"""The steps from lines of bills to resources that are judged by tagging policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ibis.expr import types as ir

from warehouse.transforms import inventories, resources, tag_findings
from warehouse.transforms.attribution import build_tag_bearers
from warehouse.transforms.charges import build_account_bearers
from warehouse.transforms.plan_writer import PlanWriter
from warehouse.transforms.policy_drift import DRIFT
from warehouse.transforms.tag_findings import RuleTables
from warehouse.transforms.tag_rules import LOOKED_AT, NAMES, SETS, SUBJECTS

BILLED_RESOURCES: Final = "step_billed_resource"
RESOURCES: Final = "step_resource"
REHEARSED: Final = "step_rehearsed"
REHEARSED_TAGS: Final = "step_rehearsed_tag"

_KEYS = tag_findings.RESOURCE
_COSTS = ("effective_cost_usd", "weight_usd")


@dataclass(frozen=True, slots=True)
class Judgements:
    """Resources with their cases, what became of each tag of a case, and the worst of each."""

    cases: ir.Table
    findings: ir.Table
    outcomes: ir.Table
    found: ir.Table
    verdicts: ir.Table


def write_resources(plan: PlanWriter, *, with_tags: bool) -> None:
    """Build fact_resource_monthly, fact_tag_finding and their summaries."""
    billed = plan.table(BILLED_RESOURCES)
    owned = resources.with_bearers(
        billed, plan.table("step_bearer"), plan.table("step_tag_bearer"), with_tags=with_tags
    )
    owned = resources.in_dollars(owned, plan.inputs["rec_exchange_rate"])
    every = plan.step("step_every_resource", _with_inventories(plan, owned, with_tags=with_tags))
    entries = plan.step("step_tag_entry", resources.build_tag_entries(every))
    plan.derive("looked_at")
    entries = resources.build_named_entries(entries, plan.table(NAMES))
    entries = plan.step("step_tag_named", entries)
    found = plan.step(RESOURCES, resources.with_environments(every, entries))
    judged = write_judgements(plan, found, entries, plan.table("dim_agency"))
    fact = tag_findings.build_fact_resource_monthly(judged.cases, judged.outcomes)
    fact = plan.star("fact_resource_monthly", fact, like=RESOURCES)
    broken = tag_findings.build_fact_tag_finding(
        judged.cases, judged.findings, judged.found, judged.verdicts
    )
    plan.star("fact_tag_finding", broken)
    plan.star("agg_resource_month", tag_findings.build_resource_summary(fact))
    plan.star("agg_tag_month", tag_findings.build_tag_summary(judged.cases, judged.findings))


def _with_inventories(plan: PlanWriter, owned: ir.Table, *, with_tags: bool) -> ir.Table:
    """Give what bills and inventories name, each resource of a month once."""
    listed = inventories.build_inventory(plan.inputs["stg_inventories"])
    listed = plan.step("step_inventory", listed)
    matches = plan.step("step_inventory_match", inventories.build_matches(owned, listed))
    billed = inventories.with_inventory(owned, matches, listed)
    unbilled = inventories.build_unbilled(listed, matches, owned)
    unbilled = plan.step("step_unbilled_resource", unbilled)
    agencies = plan.table("dim_agency")
    bearers = build_account_bearers(unbilled, plan.inputs["rec_account_owner"], agencies)
    unowned = unbilled.anti_join(bearers, ["provider", "account_id", "month"])
    tagged = build_tag_bearers(unowned, plan.inputs["rec_tag_rule"], agencies)
    borne = resources.with_bearers(unbilled, bearers, tagged, with_tags=with_tags)
    every = billed.union(borne.select(*billed.columns))
    return inventories.with_account_tags(every, inventories.build_account_tags(listed))


def write_drift(plan: PlanWriter) -> None:
    """Build fact_policy_drift."""
    plan.derive("drift")
    plan.star("fact_policy_drift", plan.table(DRIFT))


def write_rehearsal(plan: PlanWriter, found: ir.Table, agencies: ir.Table) -> None:
    """Judge resources of an earlier build again, by the policies that stand in the records now.

    What comes of it are REHEARSED, the resources, and REHEARSED_TAGS, tag by tag.
    """
    plan.derive("looked_at")
    entries = resources.build_named_entries(resources.build_tag_entries(found), plan.table(NAMES))
    judged = write_judgements(plan, found, plan.step("step_tag_named", entries), agencies)
    whole = tag_findings.build_fact_resource_monthly(judged.cases, judged.outcomes)
    plan.step(REHEARSED, whole.select(*_KEYS, "outcome", "faults", *_COSTS))
    plan.step(REHEARSED_TAGS, tag_findings.build_tags_of_resources(judged.cases, judged.findings))


def write_judgements(
    plan: PlanWriter, found: ir.Table, entries: ir.Table, agencies: ir.Table
) -> Judgements:
    """Judge resources by the policies that stand in the records."""
    ruled = _write_rules(plan, found, agencies)
    asked_of = RuleTables(
        rules=plan.table("step_tag_rule"),
        names=plan.table("step_tag_name"),
        literals=plan.table("step_tag_literal"),
        patterns=plan.table("step_tag_pattern"),
        kinds=plan.table("step_tag_kind"),
    )
    verdicts = plan.step("step_tag_verdict", tag_findings.build_verdicts(entries, asked_of))
    tagged = tag_findings.build_tags_found(ruled, entries, verdicts, asked_of)
    tagged = plan.step("step_tags_found", tagged)
    profiles = tag_findings.build_profiles(tagged, verdicts)
    cases = tag_findings.with_cases(ruled, profiles, plan.inputs["rec_tag_exemption"])
    cases = plan.step("step_tag_case", cases)
    visible = plan.step("step_visible_key", tag_findings.build_visible_keys(ruled, entries))
    findings = tag_findings.build_case_findings(cases, visible, asked_of)
    findings = plan.step("step_tag_finding", findings)
    outcomes = tag_findings.build_case_outcomes(findings)
    return Judgements(cases, findings, outcomes, tagged, verdicts)


def _write_rules(plan: PlanWriter, found: ir.Table, agencies: ir.Table) -> ir.Table:
    """Give each resource its set of rules: one for each kind that policies tell apart."""
    subjects = tag_findings.build_subjects(found, agencies, plan.table(LOOKED_AT))
    plan.step(SUBJECTS, tag_findings.build_subject_list(subjects))
    plan.derive("rules")
    return plan.step("step_ruled", tag_findings.with_rule_sets(subjects, plan.table(SETS)))

"""The steps from lines of bills to resources that are judged by tagging policies."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.transforms import resources, tag_findings
from warehouse.transforms.plan_writer import PlanWriter
from warehouse.transforms.tag_findings import RuleTables
from warehouse.transforms.tag_rules import LOOKED_AT, SETS, SUBJECTS


def write_resources(plan: PlanWriter, *, with_tags: bool) -> None:
    """Build fact_resource_monthly, fact_tag_finding and their summaries."""
    billed = plan.step("step_billed_resource", resources.build_resources(plan.inputs["stg_charge"]))
    entries = plan.step("step_tag_entry", resources.build_tag_entries(billed))
    visible = plan.step("step_visible_key", tag_findings.build_visible_keys(billed, entries))
    owned = resources.with_bearers(
        billed, plan.table("step_bearer"), plan.table("step_tag_bearer"), with_tags=with_tags
    )
    owned = resources.in_dollars(owned, plan.inputs["rec_exchange_rate"])
    found = plan.step("step_resource", resources.with_environments(owned, entries))
    ruled, asked_of = _write_rules(plan, found)
    tagged = tag_findings.build_tags_found(ruled, entries, asked_of)
    required = tag_findings.build_required(ruled, asked_of)
    findings = tag_findings.build_findings(
        ruled,
        plan.step("step_tags_found", tagged),
        plan.step("step_tag_required", required),
        visible,
        plan.inputs["rec_tag_exemption"],
        asked_of,
    )
    findings = plan.step("step_tag_finding", findings)
    fact = tag_findings.build_fact_resource_monthly(ruled, findings)
    fact = plan.star("fact_resource_monthly", fact, like="step_resource")
    plan.star("fact_tag_finding", tag_findings.build_fact_tag_finding(findings))
    plan.star("agg_resource_month", tag_findings.build_resource_summary(fact))
    plan.star("agg_tag_month", tag_findings.build_tag_summary(findings))


def _write_rules(plan: PlanWriter, found: ir.Table) -> tuple[ir.Table, RuleTables]:
    """Give each resource its set of rules: one for each kind that policies tell apart."""
    plan.derive("looked_at")
    agencies = plan.table("dim_agency")
    subjects = tag_findings.build_subjects(found, agencies, plan.table(LOOKED_AT))
    subjects = plan.step("step_tag_subject_of", subjects)
    plan.step(SUBJECTS, tag_findings.build_subject_list(subjects))
    plan.derive("rules")
    ruled = tag_findings.with_rule_sets(subjects, plan.table(SETS))
    return plan.step("step_ruled", ruled), RuleTables(
        rules=plan.table("step_tag_rule"),
        names=plan.table("step_tag_name"),
        literals=plan.table("step_tag_literal"),
        patterns=plan.table("step_tag_pattern"),
        kinds=plan.table("step_tag_kind"),
    )

"""The steps from lines of bills to resources that are judged by tagging policies."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.transforms import resources, tag_findings
from warehouse.transforms.plan_writer import PlanWriter
from warehouse.transforms.tag_findings import RuleTables
from warehouse.transforms.tag_rules import LOOKED_AT, NAMES, SETS, SUBJECTS


def write_resources(plan: PlanWriter, *, with_tags: bool) -> None:
    """Build fact_resource_monthly, fact_tag_finding and their summaries."""
    plan.derive("looked_at")
    billed = plan.step("step_billed_resource", resources.build_resources(plan.inputs["stg_charge"]))
    entries = plan.step("step_tag_entry", resources.build_tag_entries(billed))
    entries = resources.build_named_entries(entries, plan.table(NAMES))
    entries = plan.step("step_tag_named", entries)
    owned = resources.with_bearers(
        billed, plan.table("step_bearer"), plan.table("step_tag_bearer"), with_tags=with_tags
    )
    owned = resources.in_dollars(owned, plan.inputs["rec_exchange_rate"])
    found = plan.step("step_resource", resources.with_environments(owned, entries))
    _write_judgements(plan, _write_rules(plan, found), entries)


def _write_rules(plan: PlanWriter, found: ir.Table) -> ir.Table:
    """Give each resource its set of rules: one for each kind that policies tell apart."""
    agencies = plan.table("dim_agency")
    subjects = tag_findings.build_subjects(found, agencies, plan.table(LOOKED_AT))
    plan.step(SUBJECTS, tag_findings.build_subject_list(subjects))
    plan.derive("rules")
    return plan.step("step_ruled", tag_findings.with_rule_sets(subjects, plan.table(SETS)))


def _write_judgements(plan: PlanWriter, ruled: ir.Table, entries: ir.Table) -> None:
    asked_of = RuleTables(
        rules=plan.table("step_tag_rule"),
        names=plan.table("step_tag_name"),
        literals=plan.table("step_tag_literal"),
        patterns=plan.table("step_tag_pattern"),
        kinds=plan.table("step_tag_kind"),
    )
    verdicts = plan.step("step_tag_verdict", tag_findings.build_verdicts(entries, asked_of))
    tagged = tag_findings.build_tags_found(ruled, entries, verdicts)
    tagged = plan.step("step_tags_found", tagged)
    profiles = tag_findings.build_profiles(tagged, verdicts)
    cases = tag_findings.with_cases(ruled, profiles, plan.inputs["rec_tag_exemption"])
    cases = plan.step("step_tag_case", cases)
    visible = plan.step("step_visible_key", tag_findings.build_visible_keys(ruled, entries))
    findings = tag_findings.build_case_findings(cases, visible, asked_of)
    findings = plan.step("step_tag_finding", findings)
    outcomes = tag_findings.build_case_outcomes(findings)
    fact = tag_findings.build_fact_resource_monthly(cases, outcomes)
    fact = plan.star("fact_resource_monthly", fact, like="step_resource")
    plan.star(
        "fact_tag_finding",
        tag_findings.build_fact_tag_finding(cases, findings, tagged, verdicts),
    )
    plan.star("agg_resource_month", tag_findings.build_resource_summary(fact))
    plan.star("agg_tag_month", tag_findings.build_tag_summary(cases, findings))

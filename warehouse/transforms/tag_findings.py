"""Resources judged by tagging policies: what is missing, misspelt or wrong, and what it costs.

What a set of tags comes to under a set of rules is found once, however many resources carry it.
Nothing is said of what can't be known: a key that a bill doesn't show may be on the resource.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import total
from warehouse.transforms.joining import add_columns

COMPLIANT = "compliant"
MISSING = "missing"
WRONG_CASE = "wrong_case"
WRONG_SPELLING = "wrong_spelling"
WRONG_VALUE = "wrong_value"
NOT_VISIBLE = "not_visible"
EXEMPT = "exempt"
NOT_TAGGABLE = "not_taggable"
NO_POLICY = "no_policy"

FAULTS = (MISSING, WRONG_VALUE, WRONG_SPELLING, WRONG_CASE)
"""What breaks a rule, the worst first."""

SUBJECT = ("month", "agency_id", "country", "sector", "provider", "account_id", "service",
           "resource_type", "environment")  # fmt: skip
"""What rules may depend on; see Subject in warehouse.policies.rule_sets."""

_CARRIED = ("rule_set", "tag", "tags")
_RESOURCE = ("agency_id", "month", "provider", "account_id", "resource_id", "currency")
_ORDER = {COMPLIANT: 0, WRONG_CASE: 1, WRONG_SPELLING: 2, WRONG_VALUE: 3}
_WORST = (*FAULTS, NOT_VISIBLE, EXEMPT)
_EVERY = "*"


@dataclass(frozen=True, slots=True)
class RuleTables:
    """Rules by set and tag, and their lists: spellings, allowed values, kinds that must have it."""

    rules: ir.Table
    names: ir.Table
    literals: ir.Table
    patterns: ir.Table
    kinds: ir.Table


def build_subjects(resources: ir.Table, agencies: ir.Table, looked_at: ir.Table) -> ir.Table:
    """Add to resources what rules may depend on: empty where no policy looks at it.

    ``looked_at`` has one row with a yes or no for each attribute.
    """
    owners = agencies.select("agency_id", country="country_code", sector="sector_type")
    rows = add_columns(resources, owners, "agency_id").cross_join(looked_at)
    said = {
        "country": rows.country,
        "sector": rows.sector,
        "provider": rows.provider,
        "account_id": rows.account_id,
        "service": rows.service_name,
        "resource_type": rows.resource_type,
        "environment": rows.environment,
    }
    masked: dict[str, ir.Value] = {
        name: ibis.ifelse(rows[f"by_{name}"], value.fill_null(""), "")
        for name, value in said.items()
    }
    nobody = ibis.literal(0, type="int32")
    masked["agency_id"] = ibis.ifelse(rows.by_agency_id, rows.agency_id, nobody)
    kept = rows.select(
        *resources.columns, **{f"of_{name}": value for name, value in masked.items()}
    )
    return kept.mutate(of_month=kept.month)


def build_subject_list(subjects: ir.Table) -> ir.Table:
    """Build the different subjects, for which sets of rules are made."""
    return subjects.select(**{name: subjects[f"of_{name}"] for name in SUBJECT}).distinct()


def with_rule_sets(subjects: ir.Table, sets: ir.Table) -> ir.Table:
    """Add the number of the set of rules that holds for each resource."""
    keys = sets.rename(**{f"of_{name}": name for name in SUBJECT})
    joined = add_columns(subjects, keys, *(f"of_{name}" for name in SUBJECT))
    joined = joined.mutate(kind=joined.of_resource_type)
    return joined.drop(*(f"of_{name}" for name in SUBJECT))


def build_tags_found(ruled: ir.Table, entries: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build what each set of tags has for each tag of each set of rules: the best of its keys.

    ``outcome`` is by the letter; ``outcome_by_sense`` forgives how the key is spelt, and capitals
    and spaces around the value.
    """
    met = ruled.filter(ruled.tags.notnull()).select("rule_set", "tags").distinct()
    asked = met.join(asked_of.names, "rule_set")
    found = asked.join(entries, [asked.tags == entries.tags, asked.name == entries.name])
    found = found.select("rule_set", "tag", "tags", "key", "value")
    found = add_columns(
        found,
        asked_of.rules.select("rule_set", "tag", "spelling", "ignores_case", "takes_any_value"),
        "rule_set",
        "tag",
    )
    fits = _fitting(found.select("rule_set", "tag", "value").distinct(), asked_of)
    found = add_columns(found, fits, "rule_set", "tag", "value")
    fits_exactly = found.takes_any_value | found.fits.fill_null(False)
    fits_by_sense = found.takes_any_value | found.fits_by_sense.fill_null(False)
    same_letters = found.key.lower() == found.spelling.lower()
    is_spelt = (found.key == found.spelling) | (same_letters & found.ignores_case)
    outcome = ibis.cases(
        (~fits_by_sense, WRONG_VALUE),
        (is_spelt & fits_exactly, COMPLIANT),
        (same_letters, WRONG_CASE),
        else_=WRONG_SPELLING,
    )
    by_sense = ibis.ifelse(fits_by_sense, COMPLIANT, WRONG_VALUE)
    found = found.mutate(outcome=outcome, outcome_by_sense=by_sense)
    rank = ibis.row_number().over(
        group_by=[found[name] for name in _CARRIED],
        order_by=[found.outcome.cases(*_ORDER.items(), else_=9), found.key],
    )
    best = found.mutate(rank=rank).filter(lambda t: t["rank"] == 0)
    return best.select(*_CARRIED, "key", "value", "outcome", "outcome_by_sense")


def _fitting(values: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build which values are allowed, exactly and by their sense."""
    literals, patterns = asked_of.literals, asked_of.patterns
    meant = values.mutate(sense=values.value.strip().lower())
    alike = meant.join(
        literals, [meant.rule_set == literals.rule_set, meant.tag == literals.tag,
                   meant.sense == literals.literal.lower()]
    )  # fmt: skip
    alike = alike.select(
        "rule_set", "tag", "value", fits=alike.value == alike.literal, fits_by_sense=True
    )
    tried = meant.join(patterns, ["rule_set", "tag"])
    fits = tried.value.re_search(tried.pattern)
    by_sense = tried.value.strip().re_search(ibis.literal("(?i)") + tried.pattern)
    tried = tried.select("rule_set", "tag", "value", fits=fits, fits_by_sense=by_sense | fits)
    return (
        alike.union(tried)
        .group_by("rule_set", "tag", "value")
        .aggregate(fits=lambda t: t.fits.any(), fits_by_sense=lambda t: t.fits_by_sense.any())
    )


def build_visible_keys(resources: ir.Table, entries: ir.Table) -> ir.Table:
    """Build which keys the bills of each account show at a month's end, in plain form."""
    bill = ["provider", "billing_account_id", "month"]
    shown = resources.filter(resources.tags.notnull()).select(*bill, "tags").distinct()
    return shown.join(entries, "tags").select(*bill, "name").distinct()


def build_required(ruled: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build which tags each set of rules requires of each kind of resource."""
    forms = asked_of.kinds.rename(form="kind")
    met = ruled.select("rule_set", "kind").distinct().join(forms, "rule_set")
    required = met.filter(met.kind.re_search(met.form))
    return required.select("rule_set", "kind", "tag", is_required=True).distinct()


def build_findings(
    ruled: ir.Table,
    found: ir.Table,
    required: ir.Table,
    visible: ir.Table,
    exempt: ir.Table,
    asked_of: RuleTables,
) -> ir.Table:
    """Build one row for each taggable resource and each tag that its rules say something of.

    An optional tag that is absent gives no row.
    """
    judged = ruled.filter(ruled.is_taggable)
    rules = asked_of.rules.select("rule_set", "tag", "policy", "spelling")
    rows = judged.join(rules, "rule_set")
    rows = add_columns(rows, found, *_CARRIED)
    rows = add_columns(rows, required, "rule_set", "kind", "tag")
    rows = rows.filter(rows.is_required.fill_null(False) | rows.outcome.notnull())
    shown = visible.join(asked_of.names, "name").select(
        "provider", "billing_account_id", "month", "rule_set", "tag", is_shown=True
    )
    bill = ["provider", "billing_account_id", "month", "rule_set", "tag"]
    rows = add_columns(rows, shown.distinct(), *bill)
    is_hidden = rows.outcome.isnull() & (rows.tag_source == "bill") & rows.is_shown.isnull()
    absent = ibis.ifelse(is_hidden, NOT_VISIBLE, MISSING)
    rows = rows.mutate(
        outcome=rows.outcome.fill_null(absent),
        outcome_by_sense=rows.outcome_by_sense.fill_null(absent),
    )
    rows = _exempted(rows, exempt)
    return rows.select(
        *_RESOURCE,
        "service_name",
        "policy",
        "tag",
        "spelling",
        "outcome",
        "outcome_by_sense",
        "effective_cost_usd",
        key_found="key",
        value_found="value",
    )


def _exempted(rows: ir.Table, exempt: ir.Table) -> ir.Table:
    """Excuse what an exemption in force names: a resource or its account, a tag or all."""
    asked = exempt.select(
        "agency_id",
        "provider",
        "account_id",
        excused_resource="resource_id",
        excused_tag="tag",
        last_month=exempt.expires_on.left(7),
    )
    broken = rows.filter(rows.outcome.isin(FAULTS))
    keys = ["agency_id", "provider", "account_id"]
    excused = broken.join(asked, keys).filter(
        lambda t: (
            (t.excused_resource.isin([""]) | (t.excused_resource == t.resource_id))
            & (t.excused_tag.isin([_EVERY]) | (t.excused_tag == t.tag))
            & (t.last_month >= t.month)
        )
    )
    excused = excused.select(*_RESOURCE, "tag", is_excused=True).distinct()
    rows = add_columns(rows, excused, *_RESOURCE, "tag")
    return rows.mutate(
        outcome=ibis.ifelse(rows.is_excused.notnull(), EXEMPT, rows.outcome),
        outcome_by_sense=ibis.ifelse(rows.is_excused.notnull(), EXEMPT, rows.outcome_by_sense),
    )


def build_fact_resource_monthly(ruled: ir.Table, findings: ir.Table) -> ir.Table:
    """Build fact_resource_monthly: each resource with the worst that its tags come to.

    ``faults`` lists what to mend, each as tag:outcome, in order of tags.
    """
    outcomes = findings.group_by(*_RESOURCE).aggregate(
        **{f"n_{name}": (findings.outcome == name).sum() for name in _WORST},
        **{f"s_{name}": (findings.outcome_by_sense == name).sum() for name in _WORST},
        tag_count=findings.count(),
        faults=(findings.tag + ":" + findings.outcome).collect(where=findings.outcome.isin(FAULTS)),
    )
    rows = add_columns(ruled, outcomes, *_RESOURCE)
    return rows.mutate(
        outcome=_worst(rows, "n"),
        outcome_by_sense=_worst(rows, "s"),
        faults=ibis.literal(" ").join(rows.faults.sort()).fill_null(""),
    )


def _worst(rows: ir.Table, of: str) -> ir.StringValue:
    return ibis.cases(
        (~rows.is_taggable, NOT_TAGGABLE),
        (rows.tag_count.isnull(), NO_POLICY),
        *((rows[f"{of}_{name}"] > 0, name) for name in _WORST),
        else_=COMPLIANT,
    )


def build_fact_tag_finding(findings: ir.Table) -> ir.Table:
    """Build fact_tag_finding: what is to be mended, as of each agency's last month."""
    last = findings.month.max().over(group_by=findings.agency_id)
    rows = findings.mutate(last_month=last)
    return rows.filter(rows.outcome.isin(FAULTS) & (rows.month == rows.last_month))


def build_resource_summary(resources: ir.Table) -> ir.Table:
    """Build agg_resource_month: resources and their cost, by what their tags come to."""
    keys = ("agency_id", "month", "provider", "account_id", "service_name", "outcome",
            "outcome_by_sense")  # fmt: skip
    return resources.group_by(*keys).aggregate(
        resource_count=resources.count(), cost_usd=total(resources.effective_cost_usd)
    )


def build_tag_summary(findings: ir.Table) -> ir.Table:
    """Build agg_tag_month: resources and their cost, by tag and what became of it."""
    keys = ("agency_id", "month", "provider", "account_id", "service_name", "policy", "tag",
            "outcome", "outcome_by_sense")  # fmt: skip
    return findings.group_by(*keys).aggregate(
        resource_count=findings.count(), cost_usd=total(findings.effective_cost_usd)
    )

"""Resources judged by tagging policies: what is missing, misspelt or wrong, and what it costs.

What a pair of key and value is worth under a set of rules is found once, however many resources
carry it; and resources whose tags come to the same are judged together, as one case. Nothing is
said of what can't be known: a key that a bill doesn't show may be on the resource.
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

RESOURCE = ("agency_id", "month", "provider", "account_id", "resource_id", "currency")

_CASE = ("rule_set", "profile", "kind", "bill", "excused")
"""What decides the outcome of a resource; few cases, however many resources there are."""

_SETS = ("rule_set", "tag_set", "account_set")
"""What decides which tags a resource has: its own set, and its account's. Empty text for none."""

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
    """Add the number of the set of rules that holds for each resource, and its ``kind``."""
    keys = sets.rename(**{f"of_{name}": name for name in SUBJECT})
    joined = add_columns(subjects, keys, *(f"of_{name}" for name in SUBJECT))
    joined = joined.mutate(
        kind=joined.of_resource_type,
        bill=joined.provider + " " + joined.billing_account_id + " " + joined.month,
        tag_set=joined.tag_set.fill_null(""),
        account_set=joined.account_tags.hexdigest("md5").fill_null(""),
    )
    return joined.drop(*(f"of_{name}" for name in SUBJECT))


def build_verdicts(entries: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build what each pair of key and value is worth for each tag of each set of rules.

    ``outcome`` is by the letter; ``outcome_by_sense`` forgives how the key is spelt, and capitals
    and spaces around the value. The lowest ``rank`` is the best.
    """
    pairs = entries.select("name", "key", "value").distinct()
    found = pairs.join(asked_of.names, "name").select("rule_set", "rule", "key", "value")
    rules = asked_of.rules.select("rule", "spelling", "ignores_case", "takes_any_value")
    found = add_columns(found, rules, "rule")
    fits = _fitting(found.select("rule", "value").distinct(), asked_of)
    found = add_columns(found, fits, "rule", "value")
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
        group_by=[found.rule],
        order_by=[found.outcome.cases(*_ORDER.items(), else_=9), found.key, found.value],
    )
    return found.select(
        "rule_set", "rule", "key", "value", "outcome", "outcome_by_sense", rank=rank.cast("int64")
    )


def _fitting(values: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build which values are allowed, exactly and by their sense."""
    literals = asked_of.literals.select("rule", "literal", sense=asked_of.literals.literal.lower())
    meant = values.mutate(sense=values.value.strip().lower())
    alike = meant.join(literals, ["rule", "sense"])
    alike = alike.select("rule", "value", fits=alike.value == alike.literal, fits_by_sense=True)
    tried = meant.join(asked_of.patterns.select("rule", "pattern"), "rule")
    fits = tried.value.re_search(tried.pattern)
    by_sense = tried.value.strip().re_search(ibis.literal("(?i)") + tried.pattern)
    tried = tried.select("rule", "value", fits=fits, fits_by_sense=by_sense | fits)
    either = alike.union(tried)
    return either.group_by("rule", "value").aggregate(
        fits=either.fits.any(), fits_by_sense=either.fits_by_sense.any()
    )


def build_tags_found(
    ruled: ir.Table, entries: ir.Table, verdicts: ir.Table, asked_of: RuleTables
) -> ir.Table:
    """Build the best of its keys that each set of tags has for each tag of its rules.

    Where a rule lets the account's tag count, that stands in for one that a resource hasn't.
    """
    met = ruled.select("rule_set", "tag_set", "account_set").distinct()
    sets = met.select("rule_set", "tag_set")
    sets = sets.union(met.select("rule_set", tag_set="account_set")).distinct()
    carried = sets.join(entries.select("tag_set", "key", "value"), "tag_set")
    worth = carried.join(
        verdicts.select("rule_set", "rule", "key", "value", "rank"), ["rule_set", "key", "value"]
    )
    best = worth.group_by("rule_set", "tag_set", "rule").aggregate(rank=worth["rank"].min())
    found = (*_SETS, "rule", "rank")
    own = met.join(best, ["rule_set", "tag_set"]).select(*found)
    handed_down = asked_of.rules.filter(asked_of.rules.from_account)
    of_account = best.semi_join(handed_down, "rule").rename(account_set="tag_set")
    inherited = met.join(of_account, ["rule_set", "account_set"]).select(*found)
    return own.union(inherited.anti_join(own, [*_SETS, "rule"]))


def build_profiles(found: ir.Table, verdicts: ir.Table) -> ir.Table:
    """Build what each set of tags comes to under its rules, as one text: rule=outcome=by sense."""
    number = verdicts.rule.cast("string")
    said = number + "=" + verdicts.outcome + "=" + verdicts.outcome_by_sense
    rows = found.join(verdicts.select("rule", "rank", said=said), ["rule", "rank"])
    profiles = rows.group_by(*_SETS).aggregate(said=rows.said.collect())
    return profiles.select(*_SETS, profile=ibis.literal(";").join(profiles.said.sort()))


def with_cases(ruled: ir.Table, profiles: ir.Table, exempt: ir.Table) -> ir.Table:
    """Add to each resource what decides its outcome; see _CASE."""
    rows = add_columns(ruled, profiles, *_SETS)
    rows = add_columns(rows, _excuses(ruled, exempt), *RESOURCE)
    return rows.mutate(
        profile=rows.profile.fill_null(""),
        excused=rows.excused.fill_null(""),
        # Only of a bill is it asked which keys it shows.
        bill=ibis.ifelse(rows.tag_source == "bill", rows.bill, ""),
    )


def _excuses(ruled: ir.Table, exempt: ir.Table) -> ir.Table:
    """Build the tags that an exemption in force excuses of a resource, or of its account."""
    asked = exempt.select(
        "agency_id",
        "provider",
        "account_id",
        of_resource="resource_id",
        excused_tag="tag",
        last_month=exempt.expires_on.left(7),
    )
    met = ruled.select(*RESOURCE).join(asked, ["agency_id", "provider", "account_id"])
    met = met.filter(
        (met.of_resource.isin([""]) | (met.of_resource == met.resource_id))
        & (met.last_month >= met.month)
    )
    tags = met.select(*RESOURCE, "excused_tag").distinct()
    tags = tags.group_by(*RESOURCE).aggregate(tags=tags.excused_tag.collect())
    return tags.select(
        *RESOURCE, excused=ibis.literal(" ") + ibis.literal(" ").join(tags.tags.sort()) + " "
    )


def build_visible_keys(resources: ir.Table, entries: ir.Table) -> ir.Table:
    """Build which keys each bill shows at a month's end, in plain form."""
    on_bill = ibis.ifelse(
        resources.tag_source == "bill", resources.tag_set, resources.billed_tags.hexdigest("md5")
    )
    shown = resources.select("bill", tag_set=on_bill)
    shown = shown.filter(shown.tag_set.notnull() & (shown.tag_set != "")).distinct()
    return (
        shown.join(entries.select("tag_set", "name"), "tag_set").select("bill", "name").distinct()
    )


def build_case_findings(cases: ir.Table, visible: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build one row for each case and each tag that its rules say something of.

    An optional tag that is absent gives no row.
    """
    different = cases.filter(cases.is_taggable).select(*_CASE).distinct()
    rules = asked_of.rules.select("rule_set", "rule", "tag", "policy", "spelling")
    rows = different.join(rules, "rule_set")
    said = ibis.literal(";") + rows.profile + ";"
    form = ibis.literal(";") + rows.rule.cast("string") + "=([a-z_]+)=([a-z_]+);"
    told, sense = (said.re_extract(form, group).nullif("") for group in (1, 2))
    rows = rows.mutate(told=told, sense=sense)
    rows = add_columns(rows, _required(different, asked_of), "rule", "kind")
    rows = rows.filter(rows.is_required.fill_null(False) | rows.told.notnull())
    shown = visible.join(asked_of.names, "name").select("bill", "rule", is_shown=True)
    rows = add_columns(rows, shown.distinct(), "bill", "rule")
    absent = ibis.ifelse((rows.bill != "") & rows.is_shown.isnull(), NOT_VISIBLE, MISSING)
    rows = rows.mutate(told=rows.told.fill_null(absent), sense=rows.sense.fill_null(absent))
    is_excused = rows.excused.contains(ibis.literal(" ") + rows.tag + " ") | rows.excused.contains(
        f" {_EVERY} "
    )
    is_excused = is_excused & rows.told.isin(FAULTS)
    return rows.select(
        *_CASE,
        "rule",
        "tag",
        "policy",
        "spelling",
        outcome=ibis.ifelse(is_excused, EXEMPT, rows.told),
        outcome_by_sense=ibis.ifelse(is_excused, EXEMPT, rows.sense),
    )


def _required(cases: ir.Table, asked_of: RuleTables) -> ir.Table:
    """Build which tags each set of rules requires of each kind of resource."""
    forms = asked_of.kinds.rename(form="kind")
    met = cases.select("rule_set", "kind").distinct().join(forms, "rule_set")
    required = met.filter(met.kind.re_search(met.form))
    return required.select("rule", "kind", is_required=True).distinct()


def build_case_outcomes(findings: ir.Table) -> ir.Table:
    """Build the worst that each case comes to, and ``faults``: what to mend, as tag:outcome."""
    outcomes = findings.group_by(*_CASE).aggregate(
        **{f"n_{name}": (findings.outcome == name).sum() for name in _WORST},
        **{f"s_{name}": (findings.outcome_by_sense == name).sum() for name in _WORST},
        faults=(findings.tag + ":" + findings.outcome).collect(where=findings.outcome.isin(FAULTS)),
    )
    return outcomes.select(
        *_CASE,
        outcome=_worst(outcomes, "n"),
        outcome_by_sense=_worst(outcomes, "s"),
        faults=ibis.literal(" ").join(outcomes.faults.sort()).fill_null(""),
    )


def _worst(rows: ir.Table, of: str) -> ir.StringValue:
    return ibis.cases(*((rows[f"{of}_{name}"] > 0, name) for name in _WORST), else_=COMPLIANT)


def build_fact_resource_monthly(cases: ir.Table, outcomes: ir.Table) -> ir.Table:
    """Build fact_resource_monthly: each resource with the worst that its tags come to."""
    rows = add_columns(cases, outcomes, *_CASE)
    unjudged = ibis.ifelse(rows.is_taggable, NO_POLICY, NOT_TAGGABLE)
    is_judged = rows.is_taggable & rows.outcome.notnull()
    return rows.mutate(
        outcome=ibis.ifelse(is_judged, rows.outcome, unjudged),
        outcome_by_sense=ibis.ifelse(is_judged, rows.outcome_by_sense, unjudged),
        faults=ibis.ifelse(is_judged, rows.faults, ""),
    )


def build_fact_tag_finding(
    cases: ir.Table, findings: ir.Table, found: ir.Table, verdicts: ir.Table
) -> ir.Table:
    """Build fact_tag_finding: what is to be mended, as of each agency's last month."""
    last = cases.month.max().over(group_by=cases.agency_id)
    rows = cases.mutate(last_month=last)
    rows = rows.filter(rows.is_taggable & (rows.month == rows.last_month))
    broken = findings.filter(findings.outcome.isin(FAULTS))
    rows = rows.join(broken, list(_CASE))
    rows = add_columns(rows, found, *_SETS, "rule")
    pairs = verdicts.select("rule", "rank", key_found=verdicts.key, value_found=verdicts.value)
    return add_columns(rows, pairs, "rule", "rank")


def build_tags_of_resources(cases: ir.Table, findings: ir.Table) -> ir.Table:
    """Build one row for each taggable resource and each tag that its rules say something of."""
    judged = cases.filter(cases.is_taggable)
    rows = judged.join(findings, list(_CASE))
    return rows.select(*RESOURCE, "tag", "spelling", "outcome", "effective_cost_usd")


def build_resource_summary(resources: ir.Table) -> ir.Table:
    """Build agg_resource_month: resources and their cost, by what their tags come to."""
    keys = ("agency_id", "month", "provider", "account_id", "service_name", "is_billed",
            "outcome", "outcome_by_sense")  # fmt: skip
    resources = resources.mutate(is_billed=resources.line_count > 0)
    return resources.group_by(*keys).aggregate(
        resource_count=resources.count(),
        cost_usd=_known_total(resources.effective_cost_usd),
        weight_usd=_known_total(resources.weight_usd),
    )


def build_tag_summary(cases: ir.Table, findings: ir.Table) -> ir.Table:
    """Build agg_tag_month: resources and their cost, by tag and what became of it."""
    places = ("agency_id", "month", "provider", "account_id", "service_name", "is_billed")
    judged = cases.filter(cases.is_taggable)
    judged = judged.mutate(is_billed=judged.line_count > 0)
    alike = judged.group_by(*places, *_CASE).aggregate(
        resource_count=judged.count(),
        cost_usd=_known_total(judged.effective_cost_usd),
        weight_usd=_known_total(judged.weight_usd),
    )
    rows = alike.join(findings, list(_CASE))
    keys = (*places, "policy", "tag", "spelling", "outcome", "outcome_by_sense")
    return rows.group_by(*keys).aggregate(
        resource_count=rows.resource_count.sum(),
        cost_usd=_known_total(rows.cost_usd),
        weight_usd=_known_total(rows.weight_usd),
    )


def _known_total(cost: ir.DecimalValue) -> ir.DecimalValue:
    """Add up costs; of some without a rate to dollars the total is as unknown as they are."""
    return ibis.ifelse(cost.count() == cost.isnull().count(), total(cost), ibis.null(cost.type()))

"""Compliance with tagging policies, by cost and by resource: from fact_resource_monthly.

Only what can be judged counts: resources that can carry no tag, that are exempt, that no policy
asks anything of, or whose bill doesn't show the key, are in neither side of a share.
"""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import RESOURCES, TAGS
from warehouse.measures.measure import Measure

_NONE_JUDGED = "no resources on a bill that a tagging policy could judge"
_ANEW = "not additive: made anew from sums at every level"
_ADDS_UP = "additive over agencies, accounts and services; a resource counts once a month"

_resource = partial(
    Measure,
    group="Tagging policies",
    source="fact_resource_monthly",
    family="resource",
    dimensions=RESOURCES,
    undefined=_NONE_JUDGED,
)
_tag = partial(
    Measure,
    group="Tagging policies",
    source="fact_resource_monthly",
    family="tag",
    dimensions=TAGS,
    undefined=_NONE_JUDGED,
    additivity=_ANEW,
    good="high",
    unit="ratio",
    decimals=2,
)


def _share(name: str, label: str, term: str, said: str, part: str, whole: str) -> Measure:
    return _resource(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({part.removesuffix('_usd')}) / sum({whole.removesuffix('_usd')})",
        unit="ratio",
        decimals=2,
        additivity=_ANEW,
        good="high",
        components=(part, whole),
        compute=formulas.mean(part, whole),
    )


def _cost(name: str, label: str, term: str, said: str, of: str) -> Measure:
    return _resource(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({of.removesuffix('_usd')})",
        unit="usd",
        decimals=2,
        additivity="additive over all dimensions",
        good=None if of == "judged_usd" else "low",
        components=(of,),
        compute=formulas.total(of),
    )


def _count(name: str, label: str, term: str, said: str, of: str) -> Measure:
    return _resource(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({of.removesuffix('_count')})",
        unit="count",
        decimals=0,
        additivity=_ADDS_UP,
        good=None if of in ("judged_count", "unbilled_count") else "low",
        components=(of,),
        compute=formulas.count(of),
    )


MEASURES = (
    _share(
        "policy_compliance", "Spend tagged as the policies ask", "policy compliance, by cost",
        "Cost of resources whose tags meet the policies to the letter, in relation to that of all "
        "resources that can be judged. Refunds are in neither side.",
        "compliant_weight_usd", "judged_weight_usd",
    ),
    _share(
        "policy_compliance_by_resource", "Resources tagged as the policies ask",
        "policy compliance, by resource",
        "Resources whose tags meet the policies to the letter, in relation to all that can be "
        "judged, each counted once a month.",
        "compliant_count", "judged_count",
    ),
    _share(
        "policy_compliance_by_sense", "Spend tagged, other spellings forgiven",
        "policy compliance, normalised",
        "As policy compliance by cost, but another spelling of a key, and capitals and spaces of "
        "a value, are forgiven.",
        "sensible_weight_usd", "judged_weight_usd",
    ),
    _cost(
        "taggable_cost", "Spend that can be judged", "taggable cost",
        "Cost of resources that can carry tags, that a policy asks something of, that are not "
        "exempt, and whose bill shows the keys.",
        "judged_usd",
    ),
    _cost(
        "non_compliant_cost", "Spend that breaks a tagging policy", "non-compliant cost",
        "Cost of resources with a tag that is missing, misspelt or of a wrong value.",
        "faulty_usd",
    ),
    _cost(
        "not_visible_cost", "Spend whose tags the bill can't show", "cost not visible",
        "Cost of resources with a key that the bill doesn't show, though the resource may carry "
        "it. Never counted as untagged: an inventory tells.",
        "not_visible_usd",
    ),
    _cost(
        "exempt_cost", "Spend that is exempt", "exempt cost",
        "Cost of resources whose faults an exemption in force excuses.",
        "exempt_usd",
    ),
    _cost(
        "not_taggable_cost", "Spend that can carry no tag", "cost not taggable",
        "Cost that belongs to no resource and shows no tags: taxes, credits, support.",
        "not_taggable_usd",
    ),
    _count(
        "taggable_resource_count", "Resources that can be judged", "taggable resources",
        "Resources behind the spend that can be judged, each counted once a month.",
        "judged_count",
    ),
    _count(
        "non_compliant_resource_count", "Resources that break a tagging policy",
        "non-compliant resources",
        "Resources with a tag that is missing, misspelt or of a wrong value, each counted once "
        "a month.",
        "faulty_count",
    ),
    _count(
        "not_visible_resource_count", "Resources whose tags the bill can't show",
        "resources not visible",
        "Resources with a key that the bill doesn't show, each counted once a month.",
        "not_visible_count",
    ),
    _count(
        "unbilled_resource_count", "Resources that only an inventory lists",
        "resources not on a bill",
        "Resources that an inventory lists and no bill of the month names, each counted once a "
        "month: what they cost is unknown.",
        "unbilled_count",
    ),
    _tag(
        name="tag_compliance",
        label="Spend with this tag as asked",
        term="tag compliance, by cost",
        description="Of the spend that a policy asks a tag of, the part that carries it to the "
        "letter.",
        formula="sum(compliant cost) / sum(judged cost), tag by tag",
        components=("compliant_weight_usd", "judged_weight_usd"),
        compute=formulas.mean("compliant_weight_usd", "judged_weight_usd"),
    ),
    _tag(
        name="tag_compliance_by_resource",
        label="Resources with this tag as asked",
        term="tag compliance, by resource",
        description="Of the resources that a policy asks a tag of, the part that carries it to "
        "the letter.",
        formula="sum(compliant resources) / sum(judged resources), tag by tag",
        components=("compliant_count", "judged_count"),
        compute=formulas.mean("compliant_count", "judged_count"),
    ),
)  # fmt: skip

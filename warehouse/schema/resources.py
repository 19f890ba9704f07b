"""Resources and how they are tagged, month by month, and the summaries that pages ask.

Agency 0 stands for resources that nobody answers for yet: a reader of agencies never sees them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table

from warehouse.schema.star import STAR, exact, flag, month, text, whole

_OUTCOMES = (
    "compliant; missing, wrong_value, wrong_spelling or wrong_case; not_visible where the bill "
    "doesn't show the key; exempt"
)


def _agency() -> Column[Any]:
    return whole("agency_id", "Who answers for it; 0 where nobody does yet.", key=True)


def _place() -> tuple[Column[Any], ...]:
    return (
        text("provider", "Short name.", key=True, to="dim_cloud_provider.provider"),
        text("account_id", "Account, subscription or project.", key=True),
    )


def _service(*, key: bool) -> Column[Any]:
    return text("service_name", "The provider's service.", key=key)


def _billed() -> Column[Any]:
    return flag("is_billed", "Whether a bill names them; else their cost is unknown.", key=True)


def _judged(what: str, *, key: bool) -> tuple[Column[Any], ...]:
    return (
        text("outcome", f"{what} by the letter: {_OUTCOMES}.", key=key),
        text("outcome_by_sense", f"{what}, with other spellings and capitals forgiven.", key=key),
    )


def _counted() -> tuple[Column[Any], ...]:
    return (
        whole("resource_count", "Resources."),
        exact(
            "cost_usd",
            "Consumed by them, US dollars; empty without a rate or a bill.",
            nullable=True,
        ),
        exact(
            "weight_usd",
            "The same without refunds, which would carry shares beyond the whole.",
            nullable=True,
        ),
    )


fact_resource_monthly = Table(
    "fact_resource_monthly", STAR,
    _agency(),
    month(),
    *_place(),
    text("resource_id", "The provider's identifier; 'no id: …' for what is billed without one.",
         key=True),
    text("currency", "The currency it is billed in, ISO 4217; empty text where no bill has it.",
         key=True),
    text("billing_account_id", "The account whose bill it is on."),
    text("resource_name", "Its name; empty if it has none.", nullable=True),
    text("resource_type", "Its kind, in lower case, as ec2:instance; empty text if unknown."),
    _service(key=False),
    text("service_category", "FOCUS ServiceCategory."),
    text("region", "Provider region.", to="dim_region.region"),
    text("environment", "What it serves, by its tags; empty text where none says it."),
    text("tags", "Its tags, a JSON object; empty without any.", nullable=True),
    text("tag_source", "Where its tags are from: bill or inventory."),
    text("billed_tags", "What the bill shows of them, where they are from an inventory.",
         nullable=True),
    text("account_tags", "The tags of its account, where an inventory lists it.", nullable=True),
    flag("is_taggable", "Whether there is something that could carry a tag."),
    whole("line_count", "Lines of bills; 0 of what only an inventory lists."),
    exact("effective_cost", "Consumed, in the billing currency; empty where no bill has it.",
          nullable=True),
    exact("effective_cost_usd", "Consumed, US dollars; empty without a rate.", nullable=True),
    exact("weight_usd", "The same, nothing where it is a refund: what shares are weighed by.",
          nullable=True),
    *_judged("The worst that its tags come to", key=False),
    text("faults", "What to mend, as tag:outcome, divided by spaces; empty text for nothing."),
    comment="Grain: agency, month, provider, account, resource, currency. Outcomes beside those "
    "of a tag: not_taggable, and no_policy where no policy applies.",
)  # fmt: skip

fact_tag_finding = Table(
    "fact_tag_finding", STAR,
    _agency(),
    month(),
    *_place(),
    text("resource_id", "As in fact_resource_monthly.", key=True),
    text("currency", "The currency it is billed in; empty text where no bill has it.", key=True),
    text("tag", "The tag that a policy asks for, in lower case.", key=True),
    _service(key=False),
    text("policy", "The closest policy that says something of it."),
    text("spelling", "How its key must be spelt."),
    text("tag_source", "Where its tags are from: bill or inventory."),
    text("key_found", "The key that stands for it; empty if none does.", nullable=True),
    text("value_found", "The value of that key.", nullable=True),
    *_judged("What became of the tag", key=False),
    exact("effective_cost_usd", "Consumed by the resource, US dollars; empty without a rate.",
          nullable=True),
    comment="Grain: agency, month, provider, account, resource, currency, tag: what breaks a "
    "policy in the last month with resources.",
)  # fmt: skip

fact_policy_drift = Table(
    "fact_policy_drift", STAR,
    _agency(),
    month("Month of the export, whose policies of ours it is compared with."),
    *_place(),
    text("tag", "The tag, in lower case; empty text where it is about none.", key=True),
    text("setting", "What differs: spelling, values, required_for, enforced_for; tag for one that "
         "only one side asks for, form for what can't be said or read, same for nothing.",
         key=True),
    text("exported_on", "When the provider's policy was exported."),
    text("ours", "What our policy alone says, divided by commas; empty text for nothing."),
    text("theirs", "What only the one in force says; empty text for nothing."),
    comment="Grain: agency, month, provider, account, tag, setting: where the last exported policy "
    "of an account differs from ours.",
)  # fmt: skip

agg_resource_month = Table(
    "agg_resource_month", STAR,
    _agency(), month(), *_place(), _service(key=True),
    _billed(), *_judged("The worst that the tags of each come to", key=True), *_counted(),
    comment="Resources by agency, month, account, service, and what their tags come to.",
)  # fmt: skip

agg_tag_month = Table(
    "agg_tag_month", STAR,
    _agency(), month(), *_place(), _service(key=True), _billed(),
    text("policy", "The closest policy that says something of the tag.", key=True),
    text("tag", "The tag, in lower case.", key=True),
    text("spelling", "How its key must be spelt.", key=True),
    *_judged("What became of the tag", key=True), *_counted(),
    comment="Resources by agency, month, account, service, policy, tag, and what became of it.",
)  # fmt: skip

RESOURCE_FACTS = (fact_resource_monthly, fact_tag_finding, fact_policy_drift)
RESOURCE_SUMMARIES = (agg_resource_month, agg_tag_month)

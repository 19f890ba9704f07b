"""Policies travel in three forms, and what a form can't say is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from warehouse.policies.aws_form import MOST_CHARACTERS, read_aws, write_aws
from warehouse.policies.azure_form import read_azure, write_azure
from warehouse.policies.documents import Policy, read_policy, write_policy
from warehouse.policies.errors import PolicyError, PolicyFormError
from warehouse.policies.inheritance import merge_policies
from warehouse.policies.value_lists import ValueList
from warehouse.policies.yaml_form import read_yaml, write_yaml

HEAD = {"policy": "taken-over", "owner": "cloud@treasury.example", "effective_from": "2026-01"}
WRITTEN = """
policy: public-tags
purpose: Who pays, and for what.
owner: cloud@treasury.example
severity: high
stage: enforce
effective_from: 2026-07
attached_to: {country: XA}
applies_to: {environment: [production, test]}
children_may: [append]
tags:
  CostCentre:
    spelling: CostCentre
    required: true
    values: {assign: ["CC-*", "0070", no], children_may: none}
    aliases: [CostCenter, Cost department]
    enforced_for: ["ec2:instance"]
  Owner: {values: ["*@*.example"]}
---
list: cost-centres
values: [CC-1, CC-2]
"""


def _policy(**tags: Any) -> Policy:
    return read_policy({**HEAD, "stage": "enforce", "tags": tags})


def test_yaml_keeps_every_value_as_it_is_written() -> None:
    text = WRITTEN.replace('"*@*.example"', '"*@treasury.example"')
    (policy,), (values,) = read_yaml(text)
    statement = policy.tags["CostCentre"]
    assert statement.values is not None
    assert statement.values.assign == ("CC-*", "0070", "no")
    assert policy.effective_from == "2026-07"
    assert values.values == ("CC-1", "CC-2")
    assert read_yaml(write_yaml([policy], [values])) == ((policy,), (values,))


def test_all_problems_of_a_policy_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        read_yaml(WRITTEN.replace("2026-07", "July").replace("severity: high", "severity: huge"))
    assert {one.where for one in caught.value.problems} == {
        "severity",
        "effective_from",
        "tags.Owner",
    }
    assert "two wildcards" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy: [", "line"),
        ("policy: a\npolicy: b", "stands twice"),
        ("policy: &a b\nowner: *a", "aliases"),
        ("just words", "neither with policy"),
        ("", "no document"),
    ],
)
def test_what_is_no_yaml_of_policies_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(PolicyFormError, match=said):
        read_yaml(text)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ({"spelling": "Other"}, "only capitals may differ"),
        ({"values": ["a*b*c"]}, "two wildcards"),
        ({"values": ["pattern:(("]}, "no regular expression"),
        ({"case": "some"}, "exact or any"),
        ({"required": "maybe"}, "true or false"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_tag_that_makes_no_sense_is_refused(tag: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        _policy(Key=tag)


def test_one_key_in_two_capitals_is_refused() -> None:
    with pytest.raises(PolicyError, match="are one tag"):
        _policy(Agency={}, AGENCY={})


def test_aws_takes_what_it_gave() -> None:
    content = {
        "tags": {
            "costcenter": {
                "tag_key": {
                    "@@operators_allowed_for_child_policies": ["@@none"],
                    "@@assign": "CostCenter",
                },
                "tag_value": {"@@assign": ["100", "300*"]},
                "enforced_for": {"@@assign": ["secretsmanager:ALL_SUPPORTED"]},
                "report_required_tag_for": {"@@append": ["ec2:instance"]},
            }
        }
    }
    policy, unsaid = read_aws(json.dumps(content), HEAD)
    assert unsaid == ()
    assert policy.stage == "enforce"
    text, lost = write_aws(policy, {})
    assert json.loads(text) == content
    assert lost == ()


def test_what_aws_cannot_say_is_named() -> None:
    policy = read_policy(
        {
            **HEAD,
            "stage": "warn",
            "applies_to": {"provider": ["AWS"], "environment": ["test"]},
            "tags": {
                "CostCentre": {
                    "aliases": ["CostCenter"],
                    "required": "true",
                    "values": ["pattern:CC-[0-9]+"],
                    "enforced_for": ["ec2:*"],
                },
                "Application": {"values": ["list:applications"]},
            },
        }
    )
    text, lost = write_aws(policy, {"applications": ValueList(list="applications", values=("a",))})
    assert {one.where for one in lost} == {
        "applies_to.environment",
        "tags.CostCentre.aliases",
        "tags.CostCentre.required_for.*",
        "tags.CostCentre.values",
        "tags.CostCentre.values.pattern:CC-[0-9]+",
        "tags.CostCentre.enforced_for",
    }
    assert json.loads(text)["tags"]["Application"]["tag_value"] == {"@@assign": ["a"]}


def test_aws_takes_no_more_than_ten_thousand_characters() -> None:
    values = [f"CC-{number:06d}" for number in range(1_000)]
    with pytest.raises(PolicyFormError, match=f"{MOST_CHARACTERS:,}"):
        write_aws(_policy(CostCentre={"values": values}), {})


def test_json_that_says_a_key_twice_is_refused() -> None:
    with pytest.raises(PolicyFormError, match="stands twice"):
        read_aws('{"tags": {"a": {}, "a": {}}}', HEAD)


def _definition(condition: dict[str, Any], effect: str, **parameters: Any) -> dict[str, Any]:
    return {
        "properties": {
            "displayName": "one",
            "parameters": {name: {"defaultValue": value} for name, value in parameters.items()},
            "policyRule": {"if": condition, "then": {"effect": effect}},
        }
    }


FIELD = "[concat('tags[', parameters('tagName'), ']')]"


def test_the_built_in_rule_that_requires_a_tag_is_understood() -> None:
    rule = _definition({"field": FIELD, "exists": "false"}, "deny", tagName="CostCentre")
    policy, unsaid = read_azure(json.dumps(rule), HEAD)
    assert unsaid == ()
    tag = merge_policies([policy])["costcentre"]
    assert (tag.spelling, tag.required_for, tag.values) == ("CostCentre", ("*",), None)


def test_the_built_in_rule_that_requires_a_value_is_understood() -> None:
    condition = {"not": {"field": FIELD, "equals": "[parameters('tagValue')]"}}
    rule = _definition(condition, "deny", tagName="Environment", tagValue="production")
    tag = merge_policies([read_azure(json.dumps([rule]), HEAD)[0]])["environment"]
    assert (tag.values, tag.required_for) == (("production",), ("*",))
    assert tag.enforced_for == ("*",)


def test_the_built_in_rule_that_inherits_from_the_subscription_is_understood() -> None:
    value = "[subscription().tags[parameters('tagName')]]"
    condition = {"allOf": [{"field": FIELD, "notEquals": value}, {"value": value, "notEquals": ""}]}
    rule = _definition(condition, "modify", tagName="Agency")
    assert merge_policies([read_azure(json.dumps(rule), HEAD)[0]])["agency"].from_account


def test_azure_takes_what_it_was_given() -> None:
    policy = read_policy(
        {
            **HEAD,
            "stage": "enforce",
            "applies_to": {"provider": ["Azure"]},
            "tags": {
                "Environment": {
                    "spelling": "Environment",
                    "required_for": ["Microsoft.Compute/virtualMachines"],
                    "values": ["production", "test-*"],
                    "enforced_for": ["Microsoft.Compute/virtualMachines"],
                }
            },
        }
    )
    text, lost = write_azure(policy, {})
    assert lost == ()
    again, unsaid = read_azure(text, HEAD)
    assert unsaid == ()
    assert write_policy(again) == write_policy(policy)


def test_rules_of_azure_that_are_not_about_one_tag_are_named() -> None:
    rules = [
        _definition({"field": "tags['A']", "exists": "false"}, "audit"),
        _definition({"field": "location", "notIn": ["westeurope"]}, "deny"),
        _definition({"field": "tags['B']", "exists": "false"}, "append"),
    ]
    policy, unsaid = read_azure(json.dumps({"policyDefinitions": rules}), HEAD)
    assert [one.what for one in unsaid] == [
        "the field 'location' is no tag",
        "the effect append sets a value, which no policy does",
    ]
    assert "A" in policy.tags


VALUES = some.lists(
    some.sampled_from(["a", "B b", "c-*", "*", "0070", "no", "ü", "list:centres"]),
    min_size=1,
    max_size=3,
    unique=True,
)
MAY = some.sampled_from([None, ["none"], ["append"], ["append", "assign", "remove"]])


def _said(assign: list[str], append: list[str], may: list[str] | None) -> dict[str, Any]:
    said: dict[str, Any] = {"assign": assign, "append": append}
    return said | ({"children_may": may} if may else {})


SETTINGS = some.builds(_said, VALUES, VALUES, MAY)


@settings(deadline=None, max_examples=40)
@given(values=SETTINGS, aliases=SETTINGS, may=MAY)
def test_yaml_keeps_the_meaning_of_any_policy(
    values: dict[str, Any], aliases: dict[str, Any], may: list[str] | None
) -> None:
    tag: dict[str, Any] = {"values": values, "aliases": aliases}
    policy = _policy(Key=tag | ({"children_may": may} if may else {}))
    assert read_yaml(write_yaml([policy]))[0] == (policy,)


@settings(deadline=None, max_examples=40)
@given(values=SETTINGS, may=MAY)
def test_aws_keeps_the_meaning_of_what_it_can_say(
    values: dict[str, Any], may: list[str] | None
) -> None:
    policy = _policy(Key={"values": values} | ({"children_may": may} if may else {}))
    lists = {"centres": ValueList(list="centres", values=("one", "two"))}
    text, lost = write_aws(policy, lists)
    assert lost == ()
    again, _ = read_aws(text, HEAD)
    (ours,), (theirs,) = (merge_policies([one]).values() for one in (policy, again))
    expanded = [
        entry
        for value in ours.values or ()
        for entry in (("one", "two") if value == "list:centres" else (value,))
    ]
    assert theirs.values == tuple(dict.fromkeys(expanded))
    assert theirs.spelling == ours.spelling

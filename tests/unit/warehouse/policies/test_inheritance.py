"""Merging policies, by the examples of the provider whose words we use.

Source: AWS Organizations User Guide, "Inheritance examples" (examples 1 to 6), "Inheritance
operators" and "Tag policy syntax and examples".
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from warehouse.policies.aws_form import read_aws
from warehouse.policies.documents import Level, Operator, Policy, read_policy
from warehouse.policies.inheritance import Effect, EffectiveTag, merge_policies

ROOT, OU, ACCOUNT = "government", {"agency": "1001"}, {"account": "AWS/999999999999"}

POLICY_A = {
    "costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@assign": ["Development", "Support"]},
    }
}
POLICY_C = {
    "costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@append": ["Marketing"]},
        "enforced_for": {"@@append": ["redshift:*", "dynamodb:table"]},
    }
}


def _attached(tags: dict[str, Any], to: object, name: str = "one") -> Policy:
    head = {
        "policy": name,
        "owner": "cloud@treasury.example",
        "effective_from": "2026-01",
        "attached_to": to,
    }
    policy, _ = read_aws(json.dumps({"tags": tags}), head)
    return policy


def _merged(*policies: Policy) -> EffectiveTag:
    (tag,) = merge_policies(policies).values()
    return tag


def test_example_1_a_child_overwrites_the_values() -> None:
    child = {
        "costcenter": {
            "tag_key": {"@@assign": "CostCenter"},
            "tag_value": {"@@assign": ["Sandbox"]},
            "enforced_for": {"@@assign": ["redshift:*", "dynamodb:table"]},
        }
    }
    tag = _merged(_attached(POLICY_A, ROOT), _attached(child, OU))
    assert tag.spelling == "CostCenter"
    assert tag.values == ("Sandbox",)
    assert tag.enforced_for == ("redshift:*", "dynamodb:table")


def test_example_2_a_child_appends_values() -> None:
    tag = _merged(_attached(POLICY_A, ROOT), _attached(POLICY_C, OU))
    assert tag.values == ("Development", "Support", "Marketing")
    assert tag.enforced_for == ("redshift:*", "dynamodb:table")


def test_example_3_an_account_removes_values() -> None:
    policy_d = {
        "costcenter": {
            "tag_key": {"@@assign": "CostCenter"},
            "tag_value": {
                "@@remove": ["Development", "Marketing"],
                "enforced_for": {"@@remove": ["redshift:*", "dynamodb:table"]},
            },
        }
    }
    tag = _merged(_attached(POLICY_A, ROOT), _attached(POLICY_C, OU), _attached(policy_d, ACCOUNT))
    assert tag.values == ("Support",)
    assert tag.enforced_for == ()


def test_example_4_a_parent_restricts_its_children() -> None:
    parent = {
        "project": {
            "tag_key": {
                "@@operators_allowed_for_child_policies": ["@@none"],
                "@@assign": "Project",
            },
            "tag_value": {
                "@@operators_allowed_for_child_policies": ["@@append"],
                "@@assign": ["Maintenance", "Escalations"],
            },
        }
    }
    child = {
        "project": {
            "tag_key": {"@@assign": "PROJECT"},
            "tag_value": {"@@append": ["Escalations - research"]},
        }
    }
    tag = _merged(_attached(parent, ROOT, "parent"), _attached(child, OU, "child"))
    assert tag.spelling == "Project"
    assert tag.values == ("Maintenance", "Escalations", "Escalations - research")
    refused = [one for one in tag.reasons if one.effect is Effect.FORBIDDEN]
    assert [(one.setting, one.values, one.policy, one.level) for one in refused] == [
        ("spelling", ("PROJECT",), "child", Level.AGENCY)
    ]


@pytest.mark.parametrize("in_order", [(0, 1), (1, 0)])
def test_example_5_what_all_parents_allow_remains(in_order: tuple[int, int]) -> None:
    parents = (
        {
            "project": {
                "tag_value": {
                    "@@operators_allowed_for_child_policies": ["@@append"],
                    "@@assign": ["Maintenance"],
                }
            }
        },
        {
            "project": {
                "tag_value": {"@@operators_allowed_for_child_policies": ["@@append", "@@remove"]}
            }
        },
    )
    child = {"project": {"tag_value": {"@@append": ["Support"], "@@remove": ["Maintenance"]}}}
    tag = _merged(*(_attached(parents[at], ROOT) for at in in_order), _attached(child, OU))
    assert tag.values == ("Maintenance", "Support")
    assert tag.spelling == "project"


def test_example_6_the_policy_attached_first_spells_the_key() -> None:
    first = {
        "project": {"tag_key": {"@@assign": "PROJECT"}, "tag_value": {"@@append": ["Maintenance"]}}
    }
    second = {"project": {"tag_key": {"@@assign": "project"}}}
    tag = _merged(_attached(first, ROOT, "first"), _attached(second, ROOT, "second"))
    assert tag.spelling == "PROJECT"
    assert tag.values == ("Maintenance",)
    assert [one.effect for one in tag.reasons if one.policy == "second"] == [Effect.TOO_LATE]


def test_a_key_without_a_spelling_is_lower_case() -> None:
    tag = _merged(_attached({"CostCenter": {"tag_value": {"@@assign": ["1"]}}}, ROOT))
    assert tag.spelling == "costcenter"


def test_without_values_any_value_holds() -> None:
    assert (
        _merged(_attached({"project": {"tag_key": {"@@assign": "Project"}}}, ROOT)).values is None
    )


def test_a_setting_that_no_parent_has_is_added_by_append() -> None:
    assert _merged(_attached(POLICY_C, OU)).values == ("Marketing",)


def test_children_that_may_do_nothing_can_name_no_further_tag() -> None:
    head = {"owner": "o@x.example", "effective_from": "2026-01", "stage": "warn"}
    closed = read_policy(
        head
        | {"policy": "closed", "children_may": "none", "tags": {"Agency": {"required": "true"}}}
    )
    child = read_policy(
        head
        | {
            "policy": "child",
            "attached_to": {"agency": "7"},
            "tags": {"Agency": {"values": ["x"]}, "Team": {"required": "true"}},
        }
    )
    merged = merge_policies([child, closed])
    assert list(merged) == ["agency"]
    assert merged["agency"].values is None
    assert merged["agency"].required_for == ("*",)


def test_every_line_names_the_policy_it_came_from() -> None:
    tag = _merged(_attached(POLICY_A, ROOT, "whole"), _attached(POLICY_C, OU, "part"))
    assert tag.policies == ("whole", "part")
    values = [
        (one.operator, one.policy, one.effect) for one in tag.reasons if one.setting == "values"
    ]
    assert values == [
        (Operator.ASSIGN, "whole", Effect.SET),
        (Operator.APPEND, "part", Effect.ADDED),
    ]


def test_levels_count_and_not_the_order_of_attaching() -> None:
    child = {"costcenter": {"tag_value": {"@@assign": ["Sandbox"]}}}
    assert _merged(_attached(child, ACCOUNT), _attached(POLICY_A, ROOT)).values == ("Sandbox",)

"""A policy and the form it is written in are the same, whichever way one goes."""

from portal.policy_fields import fields_of_policy, read_fields_of_policy
from warehouse.policies.documents import read_policy
from warehouse.policies.starting_set import starting_policies

FULL = read_policy(
    {
        "policy": "backups",
        "owner": "Health",
        "severity": "high",
        "stage": "enforce",
        "effective_from": "2026-12",
        "effective_to": "2027-12",
        "attached_to": {"account": "AWS/0123"},
        "applies_to": {"provider": ["AWS", "Azure"], "service": ["*Backup*"]},
        "children_may": ["append"],
        "tags": {
            "Retention": {
                "required_for": ["s3:bucket"],
                "values": {"assign": ["7y"], "append": ["pattern:[0-9]+y"]},
                "children_may": ["none"],
            }
        },
    }
)


def test_a_policy_comes_back_from_the_form_as_it_went_in() -> None:
    for policy in (FULL, *starting_policies()):
        assert read_fields_of_policy(fields_of_policy(policy)) == (policy, ())


def test_a_tag_that_everything_must_carry_is_written_shortly() -> None:
    rules = fields_of_policy(starting_policies()[0])["rules"]
    assert "required: true" in rules
    assert "required_for" not in rules


def test_problems_are_told_with_their_place() -> None:
    fields = fields_of_policy(FULL)
    for changed, where, what in (
        ({"rules": "tags: ["}, "line 1", "expected"),
        ({"rules": "policy: x\ntags: {}"}, "policy", "fields of its own"),
        ({"rules": "- a"}, "rules", "colon"),
        ({"rules": ""}, "tags", "required"),
        ({"effective_from": "May"}, "effective_from", "pattern"),
        ({"stage": "loud"}, "stage", "draft"),
        ({"place": ""}, "", "names no account"),
    ):
        policy, problems = read_fields_of_policy({**fields, **changed})
        assert policy is None
        assert any(one.where == where and what in str(one).lower() for one in problems), (
            changed,
            problems,
        )

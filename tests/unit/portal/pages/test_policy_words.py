"""Every rule of a policy reads as a sentence."""

from typing import Any

import pytest

from portal.pages.policies.words import head_in_words, listed, rules_in_words
from warehouse.policies.documents import read_policy


def rules(**tag: Any) -> tuple[str, ...]:
    document = {"policy": "p", "owner": "T", "effective_from": "2026-01", "tags": {"Owner": tag}}
    ((_, said),) = rules_in_words(read_policy(document))
    return said


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ({}, "Resources may carry Owner."),
        ({"required": "true"}, "Every resource must carry Owner."),
        (
            {"required": "true", "spelling": "OWNER"},
            "Every resource must carry OWNER, spelt exactly so.",
        ),
        (
            {"required": "true", "spelling": "OWNER", "case": "any"},
            "Every resource must carry OWNER.",
        ),
        (
            {"required_for": ["s3:bucket", "ec2:*"]},
            "Resources of s3:bucket and ec2:* must carry Owner.",
        ),
        ({"required_for": {"append": ["a:b"]}}, "It is required for a:b, too."),
        ({"required_for": {"remove": ["a:b"]}}, "It is not required for a:b any more."),
        ({"case": "any"}, "Capitals of its key do not matter."),
        ({"case": "exact"}, "Capitals of its key matter at every provider."),
        ({"values": ["a", "b", "c"]}, "Allowed are a, b and c."),
        ({"values": ["CC-*", "*-x", "a*b", "*"]}, "Allowed are values that begin with CC-, values "
         "that end with -x, values that begin with a and end with b and any value."),
        ({"values": ["list:centres"]}, "Allowed are the values of the list centres."),
        ({"values": ["pattern:[0-9]+"]}, "Allowed are values of the form [0-9]+."),
        ({"values": {"append": ["a"]}}, "Allowed are a, too."),
        ({"values": {"remove": ["a"]}}, "Not allowed any more are a."),
        ({"aliases": ["Contact"]}, "Contact counts as another spelling of it."),
        ({"aliases": ["A", "B"]}, "A and B count as other spellings of it."),
        ({"aliases": {"remove": ["A"]}}, "Not counted as other spellings of it any more: A."),
        ({"from_account": "true"}, "A resource without it takes the tag of its account."),
        ({"children_may": ["none"]}, "Policies below may not change it."),
        (
            {"children_may": ["append", "remove"]},
            "Policies below may only add to it and take from it.",
        ),
        (
            {"values": {"assign": ["a"], "children_may": ["none"]}},
            "Allowed values: Policies below may not change it.",
        ),
    ],
)  # fmt: skip
def test_each_rule_is_a_sentence(tag: dict[str, Any], said: str) -> None:
    assert said in rules(**tag)


def test_the_head_says_where_and_when_a_policy_holds() -> None:
    policy = read_policy(
        {
            "policy": "p", "owner": "T", "effective_from": "2026-01", "effective_to": "2026-12",
            "stage": "warn", "attached_to": {"agency": "10"}, "applies_to": {"sector": "Health"},
            "tags": {"Owner": {}},
        }
    )  # fmt: skip
    assert head_in_words(policy, {"10": "Ministry of Health"}) == (
        "It is attached to Ministry of Health and holds from January 2026 on, to the end of "
        "December 2026.",
        "It is limited to sectors: Health.",
        "Warn: resources are judged by it.",
    )


def test_many_words_are_cut_short_with_their_number() -> None:
    assert listed(()) == ""
    assert listed([f"w{number}" for number in range(20)]).endswith("w11 and 8 more")

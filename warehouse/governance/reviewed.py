"""What is reviewed before it is in force: policies, their lists of values, books of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from warehouse.governance.policy_models import PolicyVersion, ValueListVersion
from warehouse.governance.review import Reviewable, ReviewError
from warehouse.governance.rule_models import RuleVersion
from warehouse.policies.documents import LIST, SETTINGS, Operator, Policy, read_policy
from warehouse.policies.value_lists import read_value_list


class UnknownListError(ReviewError):
    """A policy refers to lists of values that aren't published."""

    def __init__(self, policy: str, names: tuple[str, ...]) -> None:
        super().__init__(
            f"{policy} refers to a list of values that is not published: {', '.join(names)}. "
            "Publish the list first."
        )
        self.names = names


def lists_named(policy: Policy) -> tuple[str, ...]:
    """Give the lists of values that a policy refers to."""
    found = [
        value.removeprefix(LIST)
        for statement in policy.tags.values()
        for name in SETTINGS
        if name == "values" and (setting := statement.setting(name)) is not None
        for operator in Operator
        for value in setting.values_of(operator)
        if value.startswith(LIST)
    ]
    return tuple(dict.fromkeys(found))


def _require_lists(session: Session, document: Mapping[str, Any]) -> None:
    policy = read_policy(document)
    known = {row.name for row in LISTS.published(session)}
    unknown = tuple(name for name in lists_named(policy) if name not in known)
    if unknown:
        raise UnknownListError(policy.policy, unknown)


def _require_values(_session: Session, document: Mapping[str, Any]) -> None:
    read_value_list(document)


POLICIES: Final = Reviewable(PolicyVersion, "policy", "policy", "policy", check=_require_lists)
LISTS: Final = Reviewable(ValueListVersion, "name", "list", "value_list", check=_require_values)
RULES: Final = Reviewable(RuleVersion, "book", "book of rules", "rules", "person of the treasury")

"""Which rules hold for which resources: policies in force, matched and merged once per kind.

A few policies make a few sets of rules, however many resources there are: resources are told
apart only by what some policy looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Final

from warehouse.policies.documents import (
    EVERYTHING,
    PATTERN,
    Level,
    Operator,
    Policy,
    Severity,
    Stage,
)
from warehouse.policies.inheritance import EffectiveTag, merge_policies
from warehouse.policies.kinds import AWS, GOOGLE
from warehouse.policies.value_lists import ValueList, expand

_SEPARATORS: Final = re.compile(r"[\s_.:/%\\-]+")
_OPERATORS: Final = tuple(Operator)
_KEYS_WITH_CASE: Final = frozenset({AWS, GOOGLE})
"""Providers to whom two keys that differ in capitals are two keys; to Azure they are one."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A published version of a policy; ``position`` is the order in which policies came."""

    position: int
    version: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class Subject:
    """What policies look at in a resource; empty text where none looks at it."""

    month: str
    agency_id: int = 0
    country: str = ""
    sector: str = ""
    provider: str = ""
    account_id: str = ""
    service: str = ""
    resource_type: str = ""
    environment: str = ""


ATTRIBUTES: Final = tuple(one.name for one in fields(Subject) if one.name != "month")
"""What a subject may be told apart by, besides the month."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one set asks of one tag. ``values`` are regular expressions over the whole value.

    ``required_for`` are regular expressions over the kind of resource. ``names`` gives, for each
    spelling in plain form, whether it is the key's own or another's.
    """

    rule: int
    rule_set: int
    tag: str
    spelling: str
    ignores_case: bool
    from_account: bool
    policy: str
    severity: Severity
    takes_any_value: bool
    literals: tuple[str, ...]
    patterns: tuple[str, ...]
    required_for: tuple[str, ...]
    names: tuple[str, ...]


def plain(text: str) -> str:
    """Write a key without capitals, spaces and separators."""
    return _SEPARATORS.sub("", text.lower())


def in_force(published: Iterable[InForce], month: str) -> tuple[InForce, ...]:
    """Give the policies of a month in their order: of each the last version that had begun."""
    last: dict[str, InForce] = {}
    for one in published:
        held = last.get(one.policy.policy)
        began = one.policy.effective_from <= month and one.policy.stage is not Stage.DRAFT
        if began and (held is None or held.version < one.version):
            last[one.policy.policy] = one
    found = sorted(last.values(), key=lambda one: (one.position, one.policy.policy))
    return tuple(one for one in found if one.policy.holds_in(month))


def looked_at(published: Iterable[InForce]) -> frozenset[str]:
    """Give the attributes of resources that some policy looks at."""
    found = {"provider"}  # it decides whether capitals of a key matter
    for one in published:
        level, _ = one.policy.attached_to
        found |= {
            Level.GOVERNMENT: set[str](),
            Level.COUNTRY: {"country"},
            Level.AGENCY: {"agency_id"},
            Level.ACCOUNT: {"provider", "account_id"},
        }[level]
        found |= set(one.policy.applies_to)
        kinds = (tag.required_for for tag in one.policy.tags.values() if tag.required_for)
        if any(set(kind.values_of(each)) - {EVERYTHING} for kind in kinds for each in _OPERATORS):
            found.add("resource_type")
    return frozenset(found)


def names_of(published: Iterable[InForce]) -> frozenset[str]:
    """Give every key that some policy may look for, in plain form."""
    found: set[str] = set()
    for one in published:
        for key, tag in one.policy.tags.items():
            aliases = tag.aliases.values_of(Operator.ASSIGN) if tag.aliases else ()
            added = tag.aliases.values_of(Operator.APPEND) if tag.aliases else ()
            found |= set(map(plain, (key, *aliases, *added)))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Set:
    number: int
    policies: tuple[Policy, ...]
    has_case: bool


class RuleSets:
    """The sets of rules that subjects turn out to have, each merged once."""

    def __init__(self, published: Sequence[InForce], lists: Mapping[str, ValueList]) -> None:
        self._published = published
        self._lists = lists
        self._sets: dict[tuple[bool, tuple[tuple[str, int], ...]], _Set] = {}
        self._of_month = cache(self._find_of_month)

    def set_of(self, subject: Subject) -> int:
        """Give the number of the set that holds for a subject."""
        chosen = [one for one in self._of_month(subject.month) if applies(one.policy, subject)]
        has_case = subject.provider in _KEYS_WITH_CASE
        name = (has_case, tuple((one.policy.policy, one.version) for one in chosen))
        if name not in self._sets:
            policies = tuple(one.policy for one in chosen)
            self._sets[name] = _Set(len(self._sets) + 1, policies, has_case)
        return self._sets[name].number

    def rules(self) -> Iterable[Rule]:
        """Give the rules of all sets that subjects had so far."""
        number = 0
        for one in self._sets.values():
            severities = {policy.policy: policy.severity for policy in one.policies}
            for tag in merge_policies(one.policies).values():
                number += 1
                yield self._rule(number, one, tag, severities)

    def _find_of_month(self, month: str) -> tuple[InForce, ...]:
        return in_force(self._published, month)

    def _rule(
        self, number: int, of: _Set, tag: EffectiveTag, severities: Mapping[str, Severity]
    ) -> Rule:
        values, _ = expand(tag.values, self._lists)
        closest = tag.policies[-1] if tag.policies else ""
        return Rule(
            rule=number,
            rule_set=of.number,
            tag=tag.key,
            spelling=tag.spelling,
            ignores_case=tag.case == "any" or (tag.case is None and not of.has_case),
            from_account=tag.from_account,
            policy=closest,
            severity=severities.get(closest, Severity.MEDIUM),
            takes_any_value=values is None or EVERYTHING in values,
            literals=tuple(one for one in values or () if not _is_pattern(one)),
            patterns=tuple(expression_of(one) for one in values or () if _is_pattern(one)),
            required_for=tuple(expression_of(one.lower()) for one in tag.required_for),
            names=tuple(dict.fromkeys(map(plain, (tag.spelling, *tag.aliases)))),
        )


def applies(policy: Policy, subject: Subject) -> bool:
    """Tell whether a policy applies to a subject."""
    level, name = policy.attached_to
    attached = {
        Level.GOVERNMENT: "",
        Level.COUNTRY: subject.country,
        Level.AGENCY: str(subject.agency_id),
        Level.ACCOUNT: f"{subject.provider}/{subject.account_id}",
    }[level]
    return attached == name and all(
        any(_meets(value, getattr(subject, condition)) for value in values)
        for condition, values in policy.applies_to.items()
    )


def expression_of(value: str) -> str:
    """Write an allowed value as a regular expression over the whole text."""
    if value.startswith(PATTERN):
        return f"^(?:{value.removeprefix(PATTERN)})$"
    return "^" + ".*".join(map(re.escape, value.split(EVERYTHING))) + "$"


def _is_pattern(value: str) -> bool:
    return value.startswith(PATTERN) or EVERYTHING in value


@lru_cache(maxsize=65_536)
def _meets(condition: str, value: str) -> bool:
    expression = (
        expression_of(condition) if EVERYTHING in condition else f"^{re.escape(condition)}$"
    )
    return re.match(expression, value, re.IGNORECASE | re.DOTALL) is not None

"""The effective policy: what remains when policies from the government down to the account merge.

Semantics: AWS Organizations User Guide, "Policy syntax and inheritance for management policy
types" and "Inheritance examples". Policies of one level take effect in the order in which they
were attached: the first assignment stands, what is appended or removed adds up, and of what they
allow children only what all of them allow remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from warehouse.policies.documents import (
    ALL_OPERATORS,
    LEVELS,
    MANY,
    SETTINGS,
    Level,
    Operator,
    Policy,
    Setting,
    Statement,
)


class Effect(StrEnum):
    """What became of something that a policy says."""

    SET = "set"
    ADDED = "added"
    REMOVED = "removed"
    FORBIDDEN = "not allowed by a policy above"
    TOO_LATE = "another policy of the same level said it first"


@dataclass(frozen=True, slots=True)
class Reason:
    """Which policy, attached where, did what to a setting, and what came of it."""

    setting: str
    operator: Operator
    values: tuple[str, ...]
    policy: str
    level: Level
    effect: Effect


@dataclass(frozen=True, slots=True)
class EffectiveTag:
    """What holds for one tag. ``values`` of None allow any value, an empty one included."""

    key: str
    spelling: str
    case: str | None
    from_account: bool
    values: tuple[str, ...] | None
    aliases: tuple[str, ...]
    required_for: tuple[str, ...]
    enforced_for: tuple[str, ...]
    policies: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Merging:
    """A setting of a tag while policies are merged into it."""

    value: tuple[str, ...] | None = None
    allowed: frozenset[Operator] = ALL_OPERATORS


@dataclass(slots=True)
class _Tag:
    settings: dict[str, _Merging] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)


def merge_policies(policies: Sequence[Policy]) -> dict[str, EffectiveTag]:
    """Merge policies that all apply to one account, by tag in lower case.

    They come in the order in which they were attached; levels are put in order here.
    """
    tags: dict[str, _Tag] = {}
    may_add = ALL_OPERATORS
    in_order = sorted(policies, key=lambda policy: LEVELS.index(policy.attached_to[0]))
    for _, same_level in groupby(in_order, key=lambda policy: policy.attached_to[0]):
        peers = tuple(same_level)
        for policy in peers:
            for key in map(str.lower, policy.tags):
                # What a policy says of all tags holds for those that children name first, too.
                tags.setdefault(key, _Tag({name: _Merging(allowed=may_add) for name in SETTINGS}))
        for key, tag in tags.items():
            _merge_level(tag, [(one, _find(one, key)) for one in peers])
        for policy in peers:
            if policy.children_may is not None:
                may_add &= policy.children_may
    return {key: _effective(key, tag) for key, tag in sorted(tags.items()) if _says_something(tag)}


def _find(policy: Policy, key: str) -> Statement | None:
    return next((said for name, said in policy.tags.items() if name.lower() == key), None)


def _merge_level(tag: _Tag, peers: Iterable[tuple[Policy, Statement | None]]) -> None:
    said = [(policy, statement) for policy, statement in peers if statement is not None]
    for name, merging in tag.settings.items():
        settings = [
            (policy, setting)
            for policy, statement in said
            if (setting := statement.setting(name)) is not None
        ]
        for operator in Operator:
            tag.reasons += _apply(name, merging, operator, settings)
        for policy, statement in said:
            allowed = _allowed(policy, statement, name)
            if allowed is not None:
                merging.allowed &= allowed


def _allowed(policy: Policy, statement: Statement, name: str) -> frozenset[Operator] | None:
    """Give what children may do to a setting: the closest that says so decides."""
    setting = statement.setting(name)
    if setting is not None and setting.children_may is not None:
        return setting.children_may
    return statement.children_may if statement.children_may is not None else policy.children_may


def _apply(
    name: str, merging: _Merging, operator: Operator, settings: Sequence[tuple[Policy, Setting]]
) -> Iterable[Reason]:
    is_taken = False
    for policy, setting in settings:
        if getattr(setting, operator.value) in (None, ()) and not (
            operator is Operator.ASSIGN and setting.assign == ()
        ):
            continue
        values = setting.values_of(operator)
        if operator not in merging.allowed:
            effect = Effect.FORBIDDEN
        elif operator is Operator.ASSIGN and is_taken:
            effect = Effect.TOO_LATE
        else:
            effect = _change(merging, operator, values)
            is_taken = True
        yield Reason(name, operator, values, policy.policy, policy.attached_to[0], effect)


def _change(merging: _Merging, operator: Operator, values: tuple[str, ...]) -> Effect:
    held = merging.value or ()
    if operator is Operator.ASSIGN:
        merging.value = values
        return Effect.SET
    if operator is Operator.APPEND:
        merging.value = (*held, *(value for value in values if value not in held))
        return Effect.ADDED
    if merging.value is not None:
        merging.value = tuple(value for value in held if value not in values)
    return Effect.REMOVED


def _says_something(tag: _Tag) -> bool:
    return any(reason.effect is not Effect.FORBIDDEN for reason in tag.reasons) or not tag.reasons


def _effective(key: str, tag: _Tag) -> EffectiveTag:
    found: Mapping[str, tuple[str, ...] | None] = {
        name: merging.value for name, merging in tag.settings.items()
    }
    lists = {name: found[name] or () for name in MANY if name != "values"}
    spelling, case, from_account = (found[name] for name in ("spelling", "case", "from_account"))
    took = (r.policy for r in tag.reasons if r.effect not in (Effect.FORBIDDEN, Effect.TOO_LATE))
    return EffectiveTag(
        key=key,
        # Without a spelling it is the lower case of the key, whatever the key's own capitals.
        spelling=spelling[0] if spelling else key,
        case=case[0] if case else None,
        from_account=from_account == ("true",),
        # A list from which every value was removed says nothing of values any more.
        values=found["values"] or None,
        policies=tuple(dict.fromkeys(took)),
        reasons=tuple(tag.reasons),
        **lists,
    )

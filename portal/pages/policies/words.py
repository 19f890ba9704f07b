"""A policy in plain words: every rule a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from portal.formats import month_name
from portal.texts import later, say, say_known
from warehouse.policies.documents import (
    ALL_OPERATORS,
    EVERYTHING,
    LIST,
    PATTERN,
    Level,
    Operator,
    Policy,
    Setting,
    Severity,
    Stage,
    Statement,
)
from warehouse.policies.inheritance import Effect, Reason

FROM_THE_START: Final = "1900-01"
_MOST_SHOWN: Final = 12

STAGES: Final[Mapping[str, str]] = {
    Stage.DRAFT: later("Draft: not in force, for previews alone"),
    Stage.WARN: later("Warn: resources are judged by it"),
    Stage.ENFORCE: later("Enforce: judged by it, and exported to providers as enforced"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    Severity.LOW: later("low"),
    Severity.MEDIUM: later("medium"),
    Severity.HIGH: later("high"),
}
CONDITION_NAMES: Final[Mapping[str, str]] = {
    "sector": later("Sectors"),
    "provider": later("Providers"),
    "service": later("Services"),
    "resource_type": later("Kinds of resource"),
    "environment": later("Environments"),
}
SETTING_NAMES: Final[Mapping[str, str]] = {
    "spelling": later("Spelling of the key"),
    "case": later("Whether capitals of the key matter"),
    "from_account": later("Whether the account's tag counts for its resources"),
    "values": later("Allowed values"),
    "aliases": later("Other spellings of the key"),
    "required_for": later("Kinds of resource that must carry it"),
    "enforced_for": later("Kinds of resource for which providers refuse other values"),
}
LEVEL_NAMES: Final[Mapping[str, str]] = {
    Level.GOVERNMENT: later("government"),
    Level.COUNTRY: later("country"),
    Level.AGENCY: later("MDA"),
    Level.ACCOUNT: later("account"),
}
EFFECTS: Final[Mapping[str, str]] = {
    Effect.SET: later("sets it"),
    Effect.ADDED: later("adds to it"),
    Effect.REMOVED: later("takes from it"),
    Effect.FORBIDDEN: later("has no effect: a policy above does not allow it"),
    Effect.TOO_LATE: later("has no effect: another policy of the same level said it first"),
}


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does; many are cut short with their number."""
    shown = list(words[:_MOST_SHOWN])
    if len(words) > _MOST_SHOWN:
        more = f"{len(words) - _MOST_SHOWN:,}"
        return say("{first} and {number} more", first=", ".join(shown), number=more)
    if len(shown) < 2:
        return "".join(shown)
    return say("{first} and {last}", first=", ".join(shown[:-1]), last=shown[-1])


def attached_in_words(policy: Policy, agencies: Mapping[str, str]) -> str:
    """Say where a policy is attached."""
    level, name = policy.attached_to
    if level is Level.GOVERNMENT:
        return say("the whole government")
    if level is Level.COUNTRY:
        return say("the country {code}", code=name)
    if level is Level.AGENCY:
        return agencies.get(name) or say("MDA {number}", number=name)
    return say("the account {account}", account=name)


def since_in_words(policy: Policy) -> str:
    """Say from when and until when a policy holds."""
    first = policy.effective_from
    start = say("from the start") if first == FROM_THE_START else month_name(first)
    if policy.effective_to is None:
        return start
    return say("{start} to {end}", start=start, end=month_name(policy.effective_to))


def head_in_words(policy: Policy, agencies: Mapping[str, str]) -> tuple[str, ...]:
    """Say where a policy holds, for what, since when, and how far it goes."""
    said = [
        say(
            "It is attached to {place} and holds {since}.",
            place=attached_in_words(policy, agencies),
            since=_holds(policy),
        )
    ]
    said += [
        say(
            "It is limited to {condition}: {values}.",
            condition=say_known(CONDITION_NAMES[name]).lower(),
            values=listed(values),
        )
        for name, values in policy.applies_to.items()
    ]
    said.append(f"{say_known(STAGES[policy.stage])}.")
    if policy.children_may is not None:
        said.append(_children(policy.children_may))
    return tuple(said)


def _holds(policy: Policy) -> str:
    first = policy.effective_from
    start = say("from the start on")
    if first != FROM_THE_START:
        start = say("from {month} on", month=month_name(first))
    if policy.effective_to is None:
        return start
    return say("{start}, to the end of {end}", start=start, end=month_name(policy.effective_to))


def rules_in_words(policy: Policy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say what a policy asks of each tag: its key, and the sentences."""
    return tuple((key, tuple(_sentences(key, said))) for key, said in policy.tags.items())


def _sentences(key: str, statement: Statement) -> Iterator[str]:
    spelt = statement.spelling.assign[0] if statement.spelling and statement.spelling.assign else ""
    has_case = statement.case is None or statement.case.assign != ("any",)
    yield _required(spelt or key, bool(spelt) and has_case, statement)
    if statement.required_for is not None:
        yield from _altered(statement.required_for, _kind, _REQUIRED_FURTHER)
    if statement.case is not None and statement.case.assign == ("any",):
        yield say("Capitals of its key do not matter.")
    if statement.case is not None and statement.case.assign == ("exact",):
        yield say("Capitals of its key matter at every provider.")
    if statement.values is not None:
        if statement.values.assign:
            yield say("Allowed are {values}.", values=_values(statement.values.assign))
        yield from _altered(statement.values, _value, _VALUES_FURTHER)
    if statement.aliases is not None:
        yield from _aliases(statement.aliases)
    if statement.from_account is not None and statement.from_account.assign == ("true",):
        yield say("A resource without it takes the tag of its account.")
    if statement.enforced_for is not None and statement.enforced_for.assign:
        yield say(
            "Providers are told to refuse other values for {kinds}, once the stage is enforce; "
            "Exchequer itself blocks nothing.",
            kinds=listed([_kind(one) for one in statement.enforced_for.assign]),
        )
    if statement.children_may is not None:
        yield _children(statement.children_may)
    for name in SETTING_NAMES:
        setting = statement.setting(name)
        if setting is not None and setting.children_may is not None:
            yield f"{say_known(SETTING_NAMES[name])}: {_children(setting.children_may)}"


_REQUIRED_FURTHER: Final = (
    later("It is required for {values}, too."),
    later("It is not required for {values} any more."),
)
_VALUES_FURTHER: Final = (
    later("Allowed are {values}, too."),
    later("Not allowed any more are {values}."),
)
_ALIASES_FURTHER: Final = (
    later("Counted as other spellings of it, too: {values}."),
    later("Not counted as other spellings of it any more: {values}."),
)


def _required(key: str, is_spelt: bool, statement: Statement) -> str:
    required = statement.required_for
    if required is None or not required.assign:
        if is_spelt:
            return say("Resources may carry {key}, spelt exactly so.", key=key)
        return say("Resources may carry {key}.", key=key)
    if EVERYTHING in required.assign:
        if is_spelt:
            return say("Every resource must carry {key}, spelt exactly so.", key=key)
        return say("Every resource must carry {key}.", key=key)
    kinds = listed([_kind(one) for one in required.assign])
    if is_spelt:
        return say("Resources of {kinds} must carry {key}, spelt exactly so.", kinds=kinds, key=key)
    return say("Resources of {kinds} must carry {key}.", kinds=kinds, key=key)


def _altered(
    setting: Setting, word: Callable[[str], str], sentences: tuple[str, str]
) -> Iterator[str]:
    """Say what is added to, and taken from, what policies above say."""
    for operator, sentence in zip((Operator.APPEND, Operator.REMOVE), sentences, strict=True):
        values = setting.values_of(operator)
        if values:
            yield say_known(sentence).format(values=listed([word(one) for one in values]))


def _aliases(setting: Setting) -> Iterator[str]:
    if setting.assign and len(setting.assign) == 1:
        yield say("{name} counts as another spelling of it.", name=setting.assign[0])
    elif setting.assign:
        yield say("{names} count as other spellings of it.", names=listed(setting.assign))
    yield from _altered(setting, str, _ALIASES_FURTHER)


def _values(values: Sequence[str]) -> str:
    return listed([_value(one) for one in values])


def _value(value: str) -> str:
    if value.startswith(LIST):
        return say("the values of the list {name}", name=value.removeprefix(LIST))
    if value.startswith(PATTERN):
        return say("values of the form {pattern}", pattern=value.removeprefix(PATTERN))
    if value == EVERYTHING:
        return say("any value")
    if value.endswith(EVERYTHING):
        return say("values that begin with {text}", text=value.removesuffix(EVERYTHING))
    if value.startswith(EVERYTHING):
        return say("values that end with {text}", text=value.removeprefix(EVERYTHING))
    if EVERYTHING in value:
        start, end = value.split(EVERYTHING)
        return say("values that begin with {start} and end with {end}", start=start, end=end)
    return value


def _kind(kind: str) -> str:
    return say("all kinds") if kind == EVERYTHING else kind


def _children(may: frozenset[Operator]) -> str:
    if not may:
        return say("Policies below may not change it.")
    if may == ALL_OPERATORS:
        return say("Policies below may change it.")
    words = {
        Operator.ASSIGN: say("replace it"),
        Operator.APPEND: say("add to it"),
        Operator.REMOVE: say("take from it"),
    }
    return say("Policies below may only {what}.", what=listed([words[one] for one in sorted(may)]))


def reason_in_words(reason: Reason) -> str:
    """Say what a policy did to a setting of a tag, and what came of it."""
    word = _value if reason.setting == "values" else _kind if "_for" in reason.setting else str
    return say(
        "{policy} ({level}) {effect}: {values}",
        policy=reason.policy,
        level=say_known(LEVEL_NAMES[reason.level]),
        effect=say_known(EFFECTS[reason.effect]),
        values=listed([word(one) for one in reason.values]) or say("nothing"),
    )


def values_in_words(setting: str, values: Sequence[str]) -> str:
    """Say what a setting of a tag came to."""
    if setting == "values":
        return _values(values)
    if setting in {"required_for", "enforced_for"}:
        return listed([_kind(one) for one in values])
    return listed(values)

"""Tag rules of Azure Policy, in and out: definitions, alone or in the set of an initiative.

Source: Azure Policy documentation, "Details of the policy definition rule structure" and the
built-in definitions of the category Tags. Azure compares keys and, with ``equals`` and ``in``,
values without regard to capitals; ``like`` takes one wildcard.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from warehouse.policies.azure_conditions import read_condition
from warehouse.policies.documents import (
    EVERYTHING,
    LIST,
    PATTERN,
    Operator,
    Policy,
    Stage,
    Statement,
    read_policy,
)
from warehouse.policies.errors import PolicyFormError, Unsaid
from warehouse.policies.kinds import AZURE, is_of
from warehouse.policies.value_lists import ValueList, expand

_FORM = "Azure policy of tags"
_INDEXED: Final = "Indexed"
"""The mode that leaves out what can't carry tags."""
_EFFECTS = {"deny": "enforce", "audit": "warn"}
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_CONCAT = re.compile(r"\[concat\(((?:\s*'(?:[^']|'')*'\s*,?)+)\)\]")
_PARAMETER = re.compile(r"\[parameters\('([^']+)'\)\]")


def read_azure(text: str, head: Mapping[str, Any]) -> tuple[Policy, tuple[Unsaid, ...]]:
    """Read one definition, a list of them, or an initiative with its definitions.

    ``head`` gives the name, owner, time and place. What has no place in ours is named. Raises
    PolicyFormError and PolicyError.
    """
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PolicyFormError(_FORM, f"it is no JSON ({error})") from None
    unsaid: list[Unsaid] = []
    tags: dict[str, dict[str, Any]] = {}
    stages: set[str] = set()
    for number, definition in enumerate(_definitions(content), 1):
        where = str(definition.get("displayName") or definition.get("name") or f"rule {number}")
        stages |= _read_rule(where, definition, tags, unsaid)
    if not tags:
        raise PolicyFormError(_FORM, "no rule in it is about tags")
    for key, tag in tags.items():
        tag.setdefault("spelling", key)
    stage = "enforce" if "enforce" in stages else "warn"
    document = {"stage": stage, "applies_to": {"provider": [AZURE]}, **head, "tags": tags}
    return read_policy(document), tuple(unsaid)


def write_azure(policy: Policy, lists: Mapping[str, ValueList]) -> tuple[str, tuple[Unsaid, ...]]:
    """Write a policy as a list of definitions, one for what is required and one for values."""
    unsaid: list[Unsaid] = []
    for name, conditions in policy.applies_to.items():
        if (name, conditions) != ("provider", (AZURE,)):
            what = "an Azure policy is limited by where it is assigned and by kinds alone"
            unsaid.append(Unsaid(f"applies_to.{name}", what))
    if policy.effective_to is not None:
        unsaid.append(Unsaid("effective_to", "an Azure policy holds until it is unassigned"))
    if policy.children_may is not None:
        unsaid.append(Unsaid("children_may", "Azure adds policies up, and none limits another"))
    written = [
        definition
        for key, statement in policy.tags.items()
        for definition in _write_tag(key, statement, policy, lists, unsaid)
    ]
    return json.dumps(written, indent=2, ensure_ascii=False), tuple(unsaid)


def _definitions(content: Any) -> Iterable[dict[str, Any]]:
    if isinstance(content, list):
        for each in content:
            yield from _definitions(each)
        return
    if not isinstance(content, dict):
        raise PolicyFormError(_FORM, f"{str(content)[:40]!r} is no definition")
    properties = content.get("properties", content)
    nested = properties.get("policyDefinitions") or content.get("value")
    if isinstance(nested, list):
        yield from _definitions(nested)
    elif isinstance(properties.get("policyRule"), dict):
        yield {"name": content.get("name", ""), **properties}
    else:
        raise PolicyFormError(_FORM, "there is neither a policyRule nor a list of definitions")


def _read_rule(
    where: str,
    definition: Mapping[str, Any],
    tags: dict[str, dict[str, Any]],
    unsaid: list[Unsaid],
) -> set[str]:
    """Read a definition into tags; gives the stage that its effect stands for."""
    rule = _with_parameters(definition["policyRule"], definition, unsaid, where)
    effect = str(rule.get("then", {}).get("effect", "")).lower()
    condition = read_condition(rule.get("if"))
    if isinstance(condition, str):
        unsaid.append(Unsaid(where, condition))
        return set()
    tag = tags.setdefault(_known_key(tags, condition.key), {})
    if effect in ("modify", "append"):
        if condition.takes_from_account:
            tag["from_account"] = "true"
        else:
            unsaid.append(Unsaid(where, f"the effect {effect} sets a value, which no policy does"))
        return set()
    if effect not in _EFFECTS:
        unsaid.append(Unsaid(where, f"the effect {effect!r} is neither audit nor deny"))
        return set()
    kinds = list(condition.kinds) or [EVERYTHING]
    if condition.is_required:
        tag["required_for"] = kinds
    if condition.values:
        tag["values"] = [*tag.get("values", []), *condition.values]
    if effect == "deny" and condition.values:
        tag["enforced_for"] = kinds
    return {_EFFECTS[effect]}


def _known_key(tags: Mapping[str, Any], key: str) -> str:
    return next((known for known in tags if known.lower() == key.lower()), key)


def _with_parameters(
    rule: Mapping[str, Any], definition: Mapping[str, Any], unsaid: list[Unsaid], where: str
) -> dict[str, Any]:
    """Put the values of parameters in their place: those assigned, else the defaults."""
    declared = definition.get("parameters") or {}
    assigned = definition.get("assignedParameters") or {}
    values = {
        name: assigned.get(name, {}).get("value", one.get("defaultValue"))
        for name, one in declared.items()
        if isinstance(one, dict)
    }
    for name in [name for name, value in values.items() if value is None]:
        unsaid.append(Unsaid(where, f"the parameter {name!r} has neither a value nor a default"))
    filled: dict[str, Any] = _filled(rule, values)
    return filled


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    if not isinstance(part, str):
        return part
    whole = _PARAMETER.fullmatch(part)
    if whole and values.get(whole[1]) is not None:
        return values[whole[1]]
    for name, value in values.items():
        if isinstance(value, str):
            quoted = value.replace("'", "''")
            part = part.replace(f"parameters('{name}')", f"'{quoted}'")
    joined = _CONCAT.fullmatch(part)
    if joined is None:
        return part
    return "".join(text.replace("''", "'") for text in _LITERAL.findall(joined[1]))


def _write_tag(
    key: str,
    statement: Statement,
    policy: Policy,
    lists: Mapping[str, ValueList],
    unsaid: list[Unsaid],
) -> Iterable[dict[str, Any]]:
    where = f"tags.{key}"
    for name in ("aliases", "from_account"):
        if statement.setting(name) is not None:
            unsaid.append(Unsaid(f"{where}.{name}", "a rule of Azure can't say it"))
    if statement.case is not None and statement.case.assign == ("exact",):
        unsaid.append(Unsaid(f"{where}.case", "capitals of keys never matter to Azure"))
    said = _assigned(where, statement, unsaid)
    spelling = said.get("spelling", (key.lower(),))[0]
    required = _kinds(f"{where}.required_for", said.get("required_for"), unsaid)
    if required:
        # Refusing resources without the tag is a matter of enforced kinds, as with values.
        absent = {"field": f"tags['{spelling}']", "exists": "false"}
        yield _definition(f"{spelling} is required", policy, [absent], required, is_denied=False)
    values = _values(f"{where}.values", said.get("values"), lists, unsaid)
    if values:
        wrong: list[dict[str, Any]] = [{"field": f"tags['{spelling}']", "exists": "true"}]
        wrong += [{"not": _matches(spelling, value)} for value in values]
        enforced = _kinds(f"{where}.enforced_for", said.get("enforced_for"), unsaid)
        is_denied = policy.stage is Stage.ENFORCE and bool(enforced)
        kinds = enforced if is_denied else (EVERYTHING,)
        yield _definition(f"Values of {spelling}", policy, wrong, kinds, is_denied=is_denied)


def _assigned(where: str, statement: Statement, unsaid: list[Unsaid]) -> dict[str, tuple[str, ...]]:
    """Give what is assigned, and name what only inheritance could say."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("spelling", "values", "required_for", "enforced_for"):
        setting = statement.setting(name)
        if setting is None:
            continue
        for operator in (Operator.APPEND, Operator.REMOVE):
            if setting.values_of(operator):
                what = "Azure doesn't inherit: export the effective policy"
                unsaid.append(Unsaid(f"{where}.{name}.{operator.value}", what))
        if setting.assign:
            found[name] = setting.assign
    return found


def _kinds(where: str, kinds: Sequence[str] | None, unsaid: list[Unsaid]) -> tuple[str, ...]:
    for kind in kinds or ():
        if not is_of(kind, AZURE):
            unsaid.append(Unsaid(f"{where}.{kind}", "no kind of resource of Azure"))
    return tuple(kind for kind in kinds or () if is_of(kind, AZURE))


def _values(
    where: str,
    values: tuple[str, ...] | None,
    lists: Mapping[str, ValueList],
    unsaid: list[Unsaid],
) -> tuple[str, ...]:
    expanded, unknown = expand(values, lists)
    lost = [Unsaid(f"{where}.{LIST}{one}", "there is no such list") for one in unknown]
    lost += [
        Unsaid(f"{where}.{one}", "Azure knows no regular expressions")
        for one in expanded or ()
        if one.startswith(PATTERN)
    ]
    if not lost:
        return expanded or ()
    # With some values left out Azure would refuse what we allow: then it is told of none.
    unsaid += [*lost, Unsaid(where, "therefore no allowed values are exported")]
    return ()


def _matches(spelling: str, value: str) -> dict[str, str]:
    return {"field": f"tags['{spelling}']", "like" if EVERYTHING in value else "equals": value}


def _definition(
    title: str,
    policy: Policy,
    conditions: Sequence[Mapping[str, Any]],
    kinds: Sequence[str],
    *,
    is_denied: bool,
) -> dict[str, Any]:
    of_kinds = [] if EVERYTHING in kinds else [{"field": "type", "in": list(kinds)}]
    return {
        "properties": {
            "displayName": f"{policy.policy}: {title}",
            "description": policy.purpose,
            "policyType": "Custom",
            "mode": _INDEXED,
            "metadata": {"category": "Tags", "severity": policy.severity.value},
            "policyRule": {
                "if": {"allOf": [*of_kinds, *conditions]},
                "then": {"effect": "deny" if is_denied else "audit"},
            },
        }
    }

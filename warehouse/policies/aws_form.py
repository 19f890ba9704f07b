"""Tag policies of AWS Organizations, in and out.

Source: AWS Organizations User Guide, "Tag policy syntax and examples", "Policy syntax and
inheritance for management policy types", "Quotas" (10,000 characters a policy).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from warehouse.policies.documents import (
    EVERYTHING,
    LIST,
    MANY,
    PATTERN,
    Operator,
    Policy,
    Setting,
    Stage,
    Statement,
    read_policy,
)
from warehouse.policies.errors import PolicyFormError, Unsaid
from warehouse.policies.kinds import AWS, is_of
from warehouse.policies.value_lists import ValueList, expand

MOST_CHARACTERS: Final = 10_000
_FORM = "AWS tag policy"
_CHILDREN = "@@operators_allowed_for_child_policies"
_NAMES = {
    "tag_key": "spelling",
    "tag_value": "values",
    "enforced_for": "enforced_for",
    "report_required_tag_for": "required_for",
}
_THEIR_NAMES = {ours: theirs for theirs, ours in _NAMES.items()}


def read_aws(text: str, head: Mapping[str, Any]) -> tuple[Policy, tuple[Unsaid, ...]]:
    """Read a tag policy; ``head`` gives what AWS keeps outside of it: name, owner, time, place.

    What is in it and has no place in ours is named. Raises PolicyFormError and PolicyError.
    """
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PolicyFormError(_FORM, f"it is no JSON ({error})") from None
    if not isinstance(content, dict) or not isinstance(content.get("tags"), dict):
        raise PolicyFormError(_FORM, 'it has no object "tags"')
    unsaid = [Unsaid(name, "no part of a tag policy") for name in content if name != "tags"]
    tags: dict[str, Any] = {}
    document: dict[str, Any] = {"stage": "warn", "applies_to": {"provider": [AWS]}, **head}
    for key, said in content["tags"].items():
        if key == _CHILDREN:
            document["children_may"] = _operators(said)
        elif isinstance(said, dict):
            tags[key] = _read_tag(f"tags.{key}", said, unsaid)
        else:
            raise PolicyFormError(_FORM, f"{said!r} is no object", where=f"tags.{key}")
    if any(tag.get("enforced_for", {}).get("assign") for tag in tags.values()):
        document["stage"] = "enforce"
    return read_policy({**document, "tags": tags}), tuple(unsaid)


def write_aws(policy: Policy, lists: Mapping[str, ValueList]) -> tuple[str, tuple[Unsaid, ...]]:
    """Write what AWS can be told of a policy, and name what it can't.

    Raises PolicyFormError when that is longer than AWS takes.
    """
    unsaid: list[Unsaid] = [*_unsaid_of_head(policy)]
    tags: dict[str, Any] = {}
    if policy.children_may is not None:
        tags[_CHILDREN] = _their_operators(policy.children_may)
    for key, statement in policy.tags.items():
        tags[key] = _write_tag(key, statement, policy, lists, unsaid)
    text = json.dumps({"tags": tags}, indent=2, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        text = json.dumps({"tags": tags}, separators=(",", ":"), ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        what = (
            f"it has {len(text):,} characters and AWS takes {MOST_CHARACTERS:,}: "
            "divide the policy, or let wildcards stand for values"
        )
        raise PolicyFormError(_FORM, what, where=policy.policy)
    return text, tuple(unsaid)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PolicyFormError(_FORM, f"{key!r} stands twice")
        found[key] = value
    return found


def _read_tag(where: str, said: Mapping[str, Any], unsaid: list[Unsaid]) -> dict[str, Any]:
    tag: dict[str, Any] = {}
    for name, setting in said.items():
        if name == _CHILDREN:
            tag["children_may"] = _operators(setting)
        elif name not in _NAMES:
            unsaid.append(Unsaid(f"{where}.{name}", "no setting of a tag"))
        elif not isinstance(setting, dict):
            raise PolicyFormError(_FORM, f"{setting!r} is no object", where=f"{where}.{name}")
        else:
            # AWS's own example of removing puts a setting inside of another; it means the tag's.
            nested = {key: value for key, value in setting.items() if key in _NAMES}
            tag |= _read_tag(where, nested, unsaid)
            own = {key: value for key, value in setting.items() if key not in _NAMES}
            tag[_NAMES[name]] = _read_setting(f"{where}.{name}", own, unsaid)
    return tag


def _read_setting(where: str, said: Mapping[str, Any], unsaid: list[Unsaid]) -> dict[str, Any]:
    setting: dict[str, Any] = {}
    for name, value in said.items():
        operator = name.removeprefix("@@")
        if name == _CHILDREN:
            setting["children_may"] = _operators(value)
        elif name.startswith("@@") and operator in list(Operator):
            setting[operator] = [_text(each) for each in _listed(value)]
        else:
            unsaid.append(Unsaid(f"{where}.{name}", "no operator of a tag policy"))
    return setting


def _text(value: object) -> str:
    return "true" if value is True else "false" if value is False else str(value)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _operators(said: object) -> list[str]:
    return [str(each).removeprefix("@@") for each in _listed(said)]


def _their_operators(may: Iterable[Operator]) -> list[str]:
    return sorted(f"@@{each.value}" for each in may) or ["@@none"]


def _unsaid_of_head(policy: Policy) -> Iterable[Unsaid]:
    for name, values in policy.applies_to.items():
        if (name, values) != ("provider", (AWS,)):
            what = "AWS limits a policy by where it is attached and by enforced_for alone"
            yield Unsaid(f"applies_to.{name}", what)
    if policy.effective_to is not None:
        yield Unsaid("effective_to", "an AWS policy holds until it is detached")


def _write_tag(
    key: str,
    statement: Statement,
    policy: Policy,
    lists: Mapping[str, ValueList],
    unsaid: list[Unsaid],
) -> dict[str, Any]:
    tag: dict[str, Any] = {}
    where = f"tags.{key}"
    for name in ("aliases", "from_account"):
        if statement.setting(name) is not None:
            unsaid.append(Unsaid(f"{where}.{name}", "AWS has no word for it"))
    if statement.case is not None and statement.case.assign == ("any",):
        unsaid.append(Unsaid(f"{where}.case", "capitals of keys always matter to AWS"))
    for ours, theirs in _THEIR_NAMES.items():
        setting = statement.setting(ours)
        if setting is None:
            continue
        if ours == "enforced_for" and policy.stage is not Stage.ENFORCE:
            what = f"the policy's stage is {policy.stage.value}, so nothing is exported as enforced"
            unsaid.append(Unsaid(f"{where}.{ours}", what))
            continue
        written = _write_setting(f"{where}.{ours}", ours, setting, lists, unsaid)
        if written:
            tag[theirs] = written
    if statement.children_may is not None:
        tag[_CHILDREN] = _their_operators(statement.children_may)
    return tag


def _write_setting(
    where: str, name: str, setting: Setting, lists: Mapping[str, ValueList], unsaid: list[Unsaid]
) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for operator in Operator:
        values = setting.values_of(operator)
        if not values:
            continue
        kept = _sayable(where, name, values, lists, unsaid)
        if kept:
            written[f"@@{operator.value}"] = list(kept) if name in MANY else kept[0]
    if setting.children_may is not None:
        written[_CHILDREN] = _their_operators(setting.children_may)
    return written


def _sayable(
    where: str,
    name: str,
    values: tuple[str, ...],
    lists: Mapping[str, ValueList],
    unsaid: list[Unsaid],
) -> tuple[str, ...]:
    if name in ("enforced_for", "required_for"):
        for kind in values:
            if kind == EVERYTHING:
                what = "AWS has no word for every resource: name services, as in ec2:ALL_SUPPORTED"
                unsaid.append(Unsaid(f"{where}.{kind}", what))
            elif not is_of(kind, AWS):
                unsaid.append(Unsaid(f"{where}.{kind}", "no kind of resource of AWS"))
        return tuple(kind for kind in values if kind != EVERYTHING and is_of(kind, AWS))
    if name != "values":
        return values
    expanded, unknown = expand(values, lists)
    found = expanded or ()
    lost = [Unsaid(f"{where}.{LIST}{one}", "there is no such list") for one in unknown]
    lost += [
        Unsaid(f"{where}.{one}", "AWS knows no regular expressions")
        for one in found
        if one.startswith(PATTERN)
    ]
    if not lost:
        return found
    # With some values left out AWS would refuse what we allow: then it is told of none.
    unsaid += [*lost, Unsaid(where, "therefore no allowed values are exported")]
    return ()

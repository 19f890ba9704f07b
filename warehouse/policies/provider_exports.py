"""The policies of tags that are in force at providers, as they export them.

Sources: AWS Organizations API Reference, "DescribeEffectivePolicy"; Azure Policy, "Policy
assignment structure" and the built-in definitions of category Tags.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from warehouse.policies.errors import PolicyFormError
from warehouse.policies.kinds import AWS, AZURE

_FORM = "export of policies in force"
_WITHOUT_TAG: Final = {"field": "[concat('tags[', parameters('tagName'), ']')]", "exists": "false"}
_BUILT_IN: Final[Mapping[str, Mapping[str, Any]]] = {
    "871b6d14-10aa-478d-b590-94f262ecfa99": {
        "displayName": "Require a tag on resources",
        "parameters": {"tagName": {"type": "String"}},
        "policyRule": {"if": _WITHOUT_TAG, "then": {"effect": "deny"}},
    },
    "1e30110a-5ceb-460c-a204-c1c3969c6d62": {
        "displayName": "Require a tag and its value on resources",
        "parameters": {"tagName": {"type": "String"}, "tagValue": {"type": "String"}},
        "policyRule": {
            "if": {
                "not": {
                    "field": "[concat('tags[', parameters('tagName'), ']')]",
                    "equals": "[parameters('tagValue')]",
                }
            },
            "then": {"effect": "deny"},
        },
    },
}
"""Azure's own definitions, which no export of assignments has in it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One statement in force: at which account, group or unit, and what it says."""

    provider: str
    target: str
    statement: str
    document: Mapping[str, Any]


def read_export(text: str) -> tuple[Exported, ...]:
    """Read an effective policy of AWS, or assignments of Azure with their definitions.

    Assignments whose definition is neither in it nor one of Azure's own for tags are left out.
    Raises PolicyFormError.
    """
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PolicyFormError(_FORM, f"it is no JSON ({error})") from None
    parts = list(_parts(content))
    found = [_of_aws(one["EffectivePolicy"]) for one in parts if "EffectivePolicy" in one]
    found += _of_azure(parts)
    if not found and not any("policyDefinitionId" in _properties(one) for one in parts):
        what = "it has neither an EffectivePolicy of AWS nor a policy assignment of Azure"
        raise PolicyFormError(_FORM, what)
    return tuple(found)


def _parts(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, list):
        for each in content:
            yield from _parts(each)
    elif isinstance(content, dict):
        lists = [content[name] for name in ("value", "assignments", "definitions")
                 if isinstance(content.get(name), list)]  # fmt: skip
        if lists:
            yield from _parts(lists)
        else:
            yield content
    else:
        raise PolicyFormError(_FORM, f"{str(content)[:40]!r} is no object")


def _of_aws(said: Any) -> Exported:
    target = said.get("TargetId") if isinstance(said, dict) else None
    content = said.get("PolicyContent") if isinstance(said, dict) else None
    if not isinstance(target, str) or not isinstance(content, str):
        raise PolicyFormError(_FORM, "an EffectivePolicy has no TargetId or no PolicyContent")
    try:
        tags = json.loads(content).get("tags", {})
    except (ValueError, AttributeError):
        raise PolicyFormError(_FORM, "its PolicyContent is no JSON object", where=target) from None
    if not isinstance(tags, dict) or not all(isinstance(one, dict) for one in tags.values()):
        raise PolicyFormError(_FORM, 'its "tags" is no object of objects', where=target)
    return Exported(AWS, target, "effective policy", tags)


def _of_azure(parts: list[dict[str, Any]]) -> Iterator[Exported]:
    own = {
        str(one.get("id", "")).lower(): {"name": one.get("name", ""), **_properties(one)}
        for one in parts
        if isinstance(_properties(one).get("policyRule"), dict)
    }
    for one in parts:
        said = _properties(one)
        identifier = said.get("policyDefinitionId")
        if not isinstance(identifier, str):
            continue
        scope = str(said.get("scope") or one.get("id", "").split("/providers/Microsoft.Auth")[0])
        known = own.get(identifier.lower()) or _BUILT_IN.get(identifier.rpartition("/")[2].lower())
        if known is None:
            continue
        document = {**known, "assignedParameters": said.get("parameters") or {}}
        if str(said.get("enforcementMode", "")).lower() == "donotenforce":
            document["policyRule"] = {**known["policyRule"], "then": {"effect": "audit"}}
        yield Exported(AZURE, scope.rstrip("/").rpartition("/")[2], str(one.get("name", "")),
                       document)  # fmt: skip


def _properties(one: Mapping[str, Any]) -> Mapping[str, Any]:
    nested = one.get("properties")
    return nested if isinstance(nested, dict) else one

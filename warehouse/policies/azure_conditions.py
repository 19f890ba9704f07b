"""What the ``if`` of an Azure policy says of a tag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

_TAG: Final = (
    re.compile(r"tags\['(.+)'\]"),
    re.compile(r"tags\[(.+)\]"),
    re.compile(r"tags\.(.+)"),
)
"""The ways in which a field names a tag."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A breach: of which tag, on which kinds, because it is missing or has none of the values."""

    key: str = ""
    kinds: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    is_required: bool = False
    is_of_tagged: bool = False
    """Whether it leaves out what has no such tag."""
    takes_from_account: bool = False


def read_condition(said: Any) -> Condition | str:
    """Read a condition; gives a sentence instead where ours can't say it."""
    if not isinstance(said, dict):
        return "it has no condition"
    parts = said["allOf"] if isinstance(said.get("allOf"), list) else [said]
    found = Condition()
    for part in parts:
        one = _read_part(part)
        if isinstance(one, str):
            return one
        if one.key and found.key and one.key.lower() != found.key.lower():
            return f"it is about {found.key} and {one.key} at once"
        found = Condition(
            key=found.key or one.key,
            kinds=(*found.kinds, *one.kinds),
            values=(*found.values, *one.values),
            is_required=found.is_required or one.is_required,
            is_of_tagged=found.is_of_tagged or one.is_of_tagged,
            takes_from_account=found.takes_from_account or one.takes_from_account,
        )
    if not found.key:
        return "it is not about a tag"
    return replace(found, is_required=found.is_required and not found.is_of_tagged)


def _read_part(said: Any) -> Condition | str:
    if not isinstance(said, dict):
        return "it has a condition that is no object"
    if isinstance(said.get("anyOf"), list):
        return _read_any([_read_part(one) for one in said["anyOf"]])
    if isinstance(said.get("not"), dict):
        return _read_not(said["not"])
    if "value" in said:
        # The guard of the built-in rules: nothing to take over where the account has no tag.
        return Condition(takes_from_account="subscription()" in str(said["value"]))
    field = str(said.get("field", ""))
    if field.lower() == "type":
        kinds = said.get("in", said.get("equals"))
        if kinds is None:
            return f"kinds of resource are compared by {_operators(said)}"
        return Condition(kinds=tuple(kinds) if isinstance(kinds, list) else (str(kinds),))
    key = _tag_of(field)
    if key is None:
        return f"the field {field!r} is no tag"
    return _read_tag(key, said)


def _read_tag(key: str, said: dict[str, Any]) -> Condition | str:
    exists = str(said.get("exists", "")).lower()
    if exists:
        return Condition(key=key, is_required=exists == "false", is_of_tagged=exists == "true")
    for operator in ("notEquals", "notLike", "notIn"):
        if operator in said:
            values = said[operator]
            if "subscription()" in str(values):
                return Condition(key=key, takes_from_account=True)
            listed = values if isinstance(values, list) else [values]
            # What has no tag differs from every value, too.
            return Condition(key=key, values=tuple(map(str, listed)), is_required=True)
    return f"{key} is compared by {_operators(said)}"


def _read_not(said: dict[str, Any]) -> Condition | str:
    key = _tag_of(str(said.get("field", "")))
    if key is None:
        return "it denies something other than a tag"
    if str(said.get("exists", "")).lower() == "true":
        return Condition(key=key, is_required=True)
    for operator in ("equals", "like", "in"):
        if operator in said:
            listed = said[operator] if isinstance(said[operator], list) else [said[operator]]
            return Condition(key=key, values=tuple(map(str, listed)), is_required=True)
    return f"{key} is compared by {_operators(said)}"


def _read_any(parts: Sequence[Condition | str]) -> Condition | str:
    """Read alternatives: only "missing, or none of the values" is one of ours."""
    found = Condition()
    for part in parts:
        if isinstance(part, str):
            return part
        if found.key and part.key.lower() != found.key.lower():
            return "it joins several tags by anyOf"
        if found.values and part.values:
            return "no value can satisfy it: it joins values by anyOf"
        found = replace(
            part,
            values=(*found.values, *part.values),
            is_required=found.is_required or part.is_required,
        )
    return found


def _tag_of(field: str) -> str | None:
    for form in _TAG:
        match = form.fullmatch(field)
        if match:
            return match[1]
    return None


def _operators(said: dict[str, Any]) -> str:
    return ", ".join(name for name in said if name != "field") or "nothing"

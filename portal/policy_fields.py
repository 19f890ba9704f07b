"""The form of a policy: its fields as a document, and a document as its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from warehouse.policies.documents import (
    CONDITIONS,
    EVERYTHING,
    Level,
    Policy,
    read_policy,
    write_policy,
)
from warehouse.policies.errors import PolicyError, PolicyFormError, Problem
from warehouse.policies.yaml_form import read_mapping, write_mapping

LONGEST_RULES: Final = 40_000
"""Characters of the rules of a policy; fifty tags with a few dozen values each."""

RULES: Final = "rules"
_CHILDREN: Final = "children_may"
_RULE_PARTS: Final = ("tags", _CHILDREN)

FIELDS: Final = (
    "policy",
    "purpose",
    "owner",
    "severity",
    "stage",
    "effective_from",
    "effective_to",
    "level",
    "place",
    *CONDITIONS,
    RULES,
)
"""The fields of the form, in its order."""

FIRST_RULES: Final = """\
tags:
  CostCentre:
    spelling: CostCentre
    required: true
    values:
      - CC-*
    aliases:
      - CostCenter
      - Cost department
"""
"""What the rules of a new policy begin with: an example to change."""


def read_fields_of_policy(
    fields: Mapping[str, str],
) -> tuple[Policy | None, tuple[Problem, ...]]:
    """Read a policy from the form; gives None and every problem where it can't be."""
    try:
        rules = read_mapping(fields.get(RULES, ""))
    except PolicyFormError as error:
        return None, (Problem(error.where or RULES, "", error.what),)
    astray = [name for name in rules if name not in _RULE_PARTS]
    if astray:
        what = f"rules have the parts {' and '.join(_RULE_PARTS)}; the rest has fields of its own"
        return None, tuple(Problem(str(name), "", what) for name in astray)
    try:
        return read_policy({**_head(fields), **rules}), ()
    except PolicyError as error:
        return None, error.problems


def fields_of_policy(policy: Policy) -> dict[str, str]:
    """Write a policy as the values of the form's fields."""
    document = write_policy(policy)
    level, place = policy.attached_to
    plain = ("policy", "purpose", "owner", "severity", "stage", "effective_from", "effective_to")
    return {
        **{name: str(document.get(name, "")) for name in plain},
        "level": level.value,
        "place": place,
        **{name: ", ".join(policy.applies_to.get(name, ())) for name in CONDITIONS},
        RULES: write_mapping(
            {
                **({_CHILDREN: document[_CHILDREN]} if _CHILDREN in document else {}),
                "tags": {key: _shortly(said) for key, said in document["tags"].items()},
            }
        ),
    }


def _shortly(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Write ``required: true`` where a tag is required for everything."""
    return {
        **{name: said for name, said in statement.items() if name == "spelling"},
        **({"required": True} if statement.get("required_for") == [EVERYTHING] else {}),
        **{
            name: said
            for name, said in statement.items()
            if name != "spelling" and (name != "required_for" or said != [EVERYTHING])
        },
    }


def _head(fields: Mapping[str, str]) -> dict[str, Any]:
    said = {name: fields.get(name, "").strip() for name in FIELDS}
    level = said["level"] or Level.GOVERNMENT
    conditions = {
        name: [part.strip() for part in said[name].split(",") if part.strip()]
        for name in CONDITIONS
        if said[name]
    }
    return {
        **{name: said[name] for name in ("policy", "purpose", "owner", "effective_from")},
        **{name: said[name] for name in ("severity", "stage", "effective_to") if said[name]},
        "attached_to": level if level == Level.GOVERNMENT else {level: said["place"]},
        **({"applies_to": conditions} if conditions else {}),
    }

"""What differs between the policy that we would export and the one in force at a provider.

Only what the provider has words for is compared: what it can't say can't differ there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from warehouse.policies.aws_form import write_aws
from warehouse.policies.azure_form import read_azure, write_azure
from warehouse.policies.documents import Policy, Stage, read_policy
from warehouse.policies.errors import PolicyError, PolicyFormError
from warehouse.policies.inheritance import merge_policies
from warehouse.policies.kinds import AWS, AZURE
from warehouse.policies.value_lists import ValueList

WHOLE_TAG: Final = "tag"
"""The setting of a difference that is about a tag as a whole."""
UNSAYABLE: Final = "form"
"""The setting of a difference that lies in the form: it can't be exported, or not be read."""
SETTINGS: Final = {
    "tag_key": "spelling",
    "tag_value": "values",
    "report_required_tag_for": "required_for",
    "enforced_for": "enforced_for",
}

Tags = Mapping[str, Mapping[str, frozenset[str]]]
"""By tag in lower case and setting, what is said."""

_HEAD: Final = {"policy": "effective", "owner": "Exchequer", "effective_from": "2000-01"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of a tag: what only we say of it, and what is said only there."""

    tag: str
    setting: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in one line."""
        if self.setting == WHOLE_TAG:
            return f"{self.tag}: {'ours alone' if self.ours else 'in force there alone'}"
        where = f"{self.tag} {self.setting}".strip()
        return f"{where}: ours alone {_listed(self.ours)}; there alone {_listed(self.theirs)}"


def compare_with_provider(
    provider: str,
    policies: Sequence[Policy],
    lists: Mapping[str, ValueList],
    documents: Iterable[Mapping[str, Any]],
) -> tuple[Difference, ...]:
    """Compare the policies that hold for an account with the documents in force there."""
    try:
        ours = _ours(provider, policies, lists)
        theirs = _theirs(provider, documents)
    except (PolicyFormError, PolicyError) as error:
        return (Difference("", UNSAYABLE, (str(error),), ()),)
    found = []
    for tag in sorted({*ours, *theirs}):
        if tag not in ours or tag not in theirs:
            here, there = ((tag,) if tag in said else () for said in (ours, theirs))
            found.append(Difference(tag, WHOLE_TAG, here, there))
            continue
        for setting in SETTINGS.values():
            mine, other = (said[tag].get(setting, frozenset()) for said in (ours, theirs))
            if mine != other:
                found.append(Difference(tag, setting, _only(mine, other), _only(other, mine)))
    return tuple(found)


def _ours(provider: str, policies: Sequence[Policy], lists: Mapping[str, ValueList]) -> Tags:
    enforced = {one.policy for one in policies if one.stage is Stage.ENFORCE}
    tags: dict[str, Any] = {}
    for tag in merge_policies(policies).values():
        is_enforced = bool(tag.policies) and tag.policies[-1] in enforced
        said = {
            "spelling": tag.spelling,
            "values": list(tag.values or ()),
            "required_for": list(tag.required_for),
            "enforced_for": list(tag.enforced_for) if is_enforced else [],
        }
        tags[tag.spelling] = {name: value for name, value in said.items() if value}
    if not tags:
        return {}
    policy = read_policy({**_HEAD, "stage": Stage.ENFORCE, "tags": tags})
    if provider == AWS:
        text, _ = write_aws(policy, lists)
        return _of_aws(json.loads(text)["tags"])
    return _of_azure(json.loads(write_azure(policy, lists)[0]))


def _theirs(provider: str, documents: Iterable[Mapping[str, Any]]) -> Tags:
    if provider == AZURE:
        return _of_azure(list(documents))
    return _of_aws({key: said for one in documents for key, said in one.items()})


def _of_aws(tags: Mapping[str, Mapping[str, Any]]) -> Tags:
    found = {}
    for key, said in tags.items():
        settings = {
            ours: frozenset(_values(said[theirs]))
            for theirs, ours in SETTINGS.items()
            if said.get(theirs)
        }
        # Without a spelling it is the lower case of the key.
        found[key.lower()] = {"spelling": frozenset({key.lower()}), **settings}
    return found


def _values(said: Any) -> tuple[str, ...]:
    if isinstance(said, dict):
        said = said.get("@@assign", ())
    return (said,) if isinstance(said, str) else tuple(map(str, said))


def _of_azure(definitions: Sequence[Mapping[str, Any]]) -> Tags:
    found: dict[str, dict[str, set[str]]] = {}
    for definition in definitions:
        try:
            policy, _ = read_azure(json.dumps(definition), _HEAD)
        except PolicyFormError:
            continue  # It isn't about tags.
        for key, statement in policy.tags.items():
            # Capitals of a key never matter to Azure, so its spelling is nothing to compare.
            settings = found.setdefault(key.lower(), {})
            for name in ("values", "required_for", "enforced_for"):
                setting = statement.setting(name)
                if setting is not None and setting.assign:
                    settings.setdefault(name, set()).update(setting.assign)
    return {
        tag: {name: frozenset(values) for name, values in settings.items()}
        for tag, settings in found.items()
    }


def _only(mine: frozenset[str], other: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(mine - other))


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) if values else "nothing"

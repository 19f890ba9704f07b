"""Policies and value lists as YAML: one document each, divided by ``---``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from warehouse.policies.documents import Policy, read_policy, write_policy
from warehouse.policies.errors import PolicyFormError
from warehouse.policies.value_lists import ValueList, read_value_list, write_value_list

_MOST_CHARACTERS = 1_000_000
_FORM = "YAML of tagging policies"


class _Texts(yaml.BaseLoader):
    """Reads every value as the text that was written: no ``yes`` becomes true, no 007 seven."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            # Nested aliases can grow a line into gigabytes, and nobody writes a policy so.
            event = self.peek_event()  # type: ignore[no-untyped-call] # the stubs leave it open
            mark = event.start_mark
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not used", mark)
        return super().compose_node(parent, index)


def read_yaml(text: str) -> tuple[tuple[Policy, ...], tuple[ValueList, ...]]:
    """Read policies and value lists.

    Raises PolicyFormError where the text is no such YAML, and PolicyError for a policy that can't
    be used.
    """
    documents = _load(text)
    if not documents:
        raise PolicyFormError(_FORM, "it holds no document")
    policies, lists = [], []
    for number, document in enumerate(documents, 1):
        if not isinstance(document, Mapping) or not {"policy", "list"} & set(document):
            what = "it begins neither with policy: nor with list:"
            raise PolicyFormError(_FORM, what, where=f"document {number}")
        if "list" in document:
            lists.append(read_value_list(document))
        else:
            policies.append(read_policy(document))
    return tuple(policies), tuple(lists)


def read_mapping(text: str) -> dict[str, Any]:
    """Read one document that is a mapping, such as a part of a policy; an empty text has nothing.

    Raises PolicyFormError where it is no such YAML.
    """
    documents = _load(text)
    if len(documents) > 1:
        raise PolicyFormError(_FORM, "it holds several documents, divided by ---")
    found = documents[0] if documents else {}
    if not isinstance(found, dict):
        raise PolicyFormError(_FORM, "it is no list of names, each followed by a colon")
    return found


def write_mapping(part: Mapping[str, Any]) -> str:
    """Write a part of a policy, so that reading gives the same again."""
    return yaml.safe_dump(dict(part), sort_keys=False, allow_unicode=True, width=100)


def _load(text: str) -> list[Any]:
    if len(text) > _MOST_CHARACTERS:
        raise PolicyFormError(_FORM, f"it has more than {_MOST_CHARACTERS:,} characters")
    try:
        return [one for one in yaml.load_all(text, Loader=_Texts) if one not in (None, "")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}" if mark else ""
        raise PolicyFormError(_FORM, str(error.problem or error.context), where=where) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise PolicyFormError(_FORM, str(error).splitlines()[0]) from None


def write_yaml(policies: Iterable[Policy], lists: Iterable[ValueList] = ()) -> str:
    """Write policies and value lists, so that reading gives the same again."""
    documents = [*map(write_policy, policies), *map(write_value_list, lists)]
    return yaml.safe_dump_all(
        documents, sort_keys=False, allow_unicode=True, explicit_start=True, width=100
    )

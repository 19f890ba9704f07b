"""Named lists of allowed values, such as the cost centres, to which policies refer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from warehouse.policies.documents import LIST, Text
from warehouse.policies.errors import PolicyError, Problem

_MOST_VALUES = 20_000


class ValueList(BaseModel):
    """A list of values by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    values: tuple[Text, ...] = Field(min_length=1, max_length=_MOST_VALUES)


def read_value_list(document: Mapping[str, Any]) -> ValueList:
    """Read a list from its document. Raises PolicyError with every problem."""
    try:
        return ValueList.model_validate(document)
    except ValidationError as error:
        raise PolicyError(
            str(document.get("list", "")),
            tuple(
                Problem(".".join(map(str, one["loc"])), str(one["input"])[:80], one["msg"])
                for one in error.errors(include_url=False)
            ),
        ) from None


def write_value_list(values: ValueList) -> dict[str, Any]:
    """Write a list as its document."""
    return {"list": values.list, "values": list(values.values)}


def expand(
    values: tuple[str, ...] | None, lists: Mapping[str, ValueList]
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Put the entries of named lists in their place; gives names that are unknown, too."""
    if values is None:
        return None, ()
    found: list[str] = []
    unknown: list[str] = []
    for value in values:
        name = value.removeprefix(LIST)
        if name == value:
            found.append(value)
        elif name in lists:
            found += lists[name].values
        else:
            unknown.append(name)
    return tuple(dict.fromkeys(found)), tuple(unknown)

"""What single columns of lines are narrowed to: a text in them, or how far numbers and days go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from warehouse.errors import QuestionError


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


OPERATIONS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.TEXT: ("contains", "equals", "starts"),
        Kind.NUMBER: ("from", "to", "equals"),
        Kind.DAY: ("from", "to", "equals"),
    }
)
"""What can be asked of each kind; texts are compared without regard to capitals."""

COLUMNS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "day": Kind.DAY,
        "service": Kind.TEXT,
        "billed_cost": Kind.NUMBER,
        "effective_cost": Kind.NUMBER,
        "provider": Kind.TEXT,
        "account": Kind.TEXT,
        "resource": Kind.TEXT,
        "service_category": Kind.TEXT,
        "region": Kind.TEXT,
        "charge_category": Kind.TEXT,
        "quantity": Kind.NUMBER,
        "unit": Kind.TEXT,
        "list_cost": Kind.NUMBER,
        "contracted_cost": Kind.NUMBER,
        "tags": Kind.TEXT,
    }
)

LONGEST_TEXT: Final = 128
_SEPARATOR: Final = "."
_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT = re.compile(rf"[^\x00-\x1f\x7f]{{1,{LONGEST_TEXT}}}")


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """One condition on one column; nothing can be made that isn't sound.

    Raises QuestionError for a column, an operation or a value that there isn't.
    """

    column: str
    operation: str
    value: str

    def __post_init__(self) -> None:
        kind = COLUMNS.get(self.column)
        if kind is None:
            raise QuestionError(
                f"Lines have no column {self.column!r} to be narrowed by. They have: "
                f"{', '.join(COLUMNS)}."
            )
        if self.operation not in OPERATIONS[kind]:
            raise QuestionError(
                f"{self.column} can't be asked for {self.operation!r}, only for: "
                f"{', '.join(OPERATIONS[kind])}."
            )
        if not _is_value(kind, self.value):
            raise QuestionError(f"{self.value!r} is no {kind} that {self.column} could hold.")

    @classmethod
    def read(cls, text: str) -> ColumnFilter:
        """Read ``billed_cost.from.100`` and the like, as it is written."""
        column, _, rest = text.partition(_SEPARATOR)
        operation, _, value = rest.partition(_SEPARATOR)
        return cls(column, operation, value)

    def __str__(self) -> str:
        return _SEPARATOR.join((self.column, self.operation, self.value))

    @property
    def kind(self) -> Kind:
        """What the column holds."""
        return COLUMNS[self.column]

    @property
    def given(self) -> str | Decimal | date:
        """The value as it is compared."""
        if self.kind is Kind.NUMBER:
            return Decimal(self.value)
        return date.fromisoformat(self.value) if self.kind is Kind.DAY else self.value.lower()


def is_within(filters: Iterable[ColumnFilter], first_day: str, last_day: str) -> bool:
    """Tell whether lines of these days can be among those that filters leave."""
    for one in filters:
        if one.kind is not Kind.DAY:
            continue
        if one.operation != "to" and last_day < one.value:
            return False
        if one.operation != "from" and first_day > one.value:
            return False
    return True


def _is_value(kind: Kind, value: str) -> bool:
    if kind is Kind.TEXT:
        return _TEXT.fullmatch(value) is not None
    if kind is Kind.NUMBER:
        return _NUMBER.fullmatch(value) is not None
    if not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True

"""What lines can be ordered by, and the values by which a place in an order is told."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from warehouse.errors import TooMuchError
from warehouse.lines.column_filters import Kind
from warehouse.schema.charges import UNKNOWN_REGION

REGION: Final = f"coalesce(region_id, region_name, '{UNKNOWN_REGION}')"
LONGEST_TEXT: Final = 250
"""Characters of a text that lines are ordered by; what is alike so far stands as in its bill."""

_LONGEST_IN_KEY: Final = 1_000
"""Bytes of a text in a key; names of services and kinds are never so long."""
_WHOLE_DIGITS, _PLACES = 16, 12
"""Digits of the amounts of lines, before and after the point."""
_UNKNOWN: Final = f"-{'9' * _WHOLE_DIGITS}"
"""Stands for an amount that isn't known: below all others."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """One thing that lines are ordered by: what kind it is and its SQL, which is never null."""

    kind: Kind
    sql: str


def _text(sql: str) -> Sorted:
    return Sorted(Kind.TEXT, f"left(coalesce({sql}, ''), {LONGEST_TEXT})")


def _required(name: str) -> Sorted:
    """Order by a text that no line lacks: a bare column takes a third of the time."""
    return Sorted(Kind.TEXT, name)


def _amount(name: str) -> Sorted:
    return Sorted(Kind.NUMBER, name)


SORTED: Final[Mapping[str, Sorted]] = MappingProxyType(
    {
        "day": Sorted(Kind.DAY, "charge_day"),
        "service": _required("service_name"),
        "billed_cost": _amount("billed_cost"),
        "effective_cost": _amount("effective_cost"),
        "provider": _required("provider"),
        "account": _text("coalesce(sub_account_name, billing_account_name, account_id)"),
        "resource": _text("coalesce(resource_id, resource_name, charge_description)"),
        "service_category": _required("service_category"),
        "region": _text(REGION),
        "charge_category": _required("charge_category"),
        "quantity": _amount(f"coalesce(consumed_quantity, {_UNKNOWN})"),
        "unit": _text("consumed_unit"),
        "list_cost": _amount("list_cost"),
        "contracted_cost": _amount("contracted_cost"),
    }
)
"""By the name of a column of the grid."""


def write_value(kind: Kind, value: Any) -> str:
    """Write a value as a part of a key: in signs that an address takes as they are."""
    if kind is Kind.TEXT:
        said = str(value).encode()
        if len(said) > _LONGEST_IN_KEY:
            raise TooMuchError(
                "A text among these lines is too long to go on after it in this order. Order them "
                "by another column."
            )
        return base64.urlsafe_b64encode(said).decode().rstrip("=")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def read_value(kind: Kind, text: str) -> date | Decimal | str | None:
    """Read a value as it was written; ``None`` for what none could be written as."""
    if kind is Kind.NUMBER:
        return Decimal(text) if _is_amount(text) else None
    try:
        if kind is Kind.DAY:
            return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
        padded = text + "=" * (-len(text) % 4)
        found = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return None
    return found if len(found.encode()) <= _LONGEST_IN_KEY else None


def _is_amount(text: str) -> bool:
    whole, _, places = text.removeprefix("-").partition(".")
    digits = whole + places
    is_number = digits.isascii() and digits.isdigit()
    return is_number and len(whole) <= _WHOLE_DIGITS and len(places) <= _PLACES

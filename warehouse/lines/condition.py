"""Write what lines are narrowed to as SQL; every value that a reader sent is a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from warehouse.lines.asking import ANY, LineFilter
from warehouse.lines.column_filters import Kind
from warehouse.lines.sorting import REGION

_COLUMNS = {
    "provider": "provider",
    "region": REGION,
    "account": "account_id",
    "service": "service_name",
    "service_category": "service_category",
    "category": "charge_category",
    "attribution": "attribution",
    "currency": "billing_currency",
    "invoice": "invoice_id",
}
_TAG = "CASE WHEN json_valid(tags) THEN json_extract_string(tags, ?) END"
"""The value of a tag; tags that can't be read, as some bills have them, hold none."""
_SEARCHED = ("resource_id", "resource_name")

_NARROWED: Mapping[str, tuple[str, ...]] = {
    "day": ("charge_day",),
    "service": ("service_name",),
    "billed_cost": ("billed_cost",),
    "effective_cost": ("effective_cost",),
    "provider": ("provider",),
    "account": ("account_id", "coalesce(sub_account_name, billing_account_name)"),
    "resource": ("resource_id", "resource_name", "charge_description"),
    "service_category": ("service_category",),
    "region": (REGION,),
    "charge_category": ("charge_category",),
    "quantity": ("consumed_quantity",),
    "unit": ("consumed_unit",),
    "list_cost": ("list_cost",),
    "contracted_cost": ("contracted_cost",),
    "tags": ("tags",),
}
"""By column, what of a line is compared: any of it has to meet the condition."""
_COMPARED = {"from": ">=", "to": "<=", "equals": "="}

Condition = tuple[str, list[Any]]


def condition_of(asked: LineFilter) -> Condition:
    """Give the condition of a filter but for its agencies and months, which decide on files."""
    parts: list[str] = []
    given: list[Any] = []
    for name, values in asked.where:
        if name in _COLUMNS:
            parts.append(f"{_COLUMNS[name]} IN ({_marks(values)})")
            given += values
        elif name == "day":
            days = [day for value in values if (day := _day(value)) is not None]
            parts.append(f"charge_day IN ({_marks(days)})" if days else "false")
            given += days
    for key, value in asked.tags:
        # Most lines are told apart without reading their tags as JSON.
        parts.append(f"contains(tags, ?) AND {_TAG} IS NOT NULL")
        given += [_in_json(key), _pointer(key)]
        if value != ANY:
            parts.append(f"{_TAG} = ?")
            given += [_pointer(key), value]
    if asked.text:
        parts.append("(" + " OR ".join(f"contains(lower({c}), ?)" for c in _SEARCHED) + ")")
        given += [asked.text.lower()] * len(_SEARCHED)
    for one in asked.columns:
        found = [_asked(sql, one.operation, one.kind) for sql in _NARROWED[one.column]]
        parts.append(f"({' OR '.join(found)})")
        given += [one.given] * len(found)
    return " AND ".join(parts) or "true", given


def _asked(sql: str, operation: str, kind: Kind) -> str:
    if kind is not Kind.TEXT:
        return f"{sql} {_COMPARED[operation]} ?"
    if operation == "equals":
        return f"lower({sql}) = ?"
    return f"{'contains' if operation == 'contains' else 'starts_with'}(lower({sql}), ?)"


def _marks(values: Any) -> str:
    return ", ".join("?" for _ in values)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _in_json(key: str) -> str:
    """Give a part of a key that stands in JSON as it is, whatever had to be written otherwise."""
    plain = "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\/' else "\0"
        for sign in key
    )
    return max(plain.split("\0"), key=len)


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")

"""From what a file holds, text or typed, to texts, days and exact amounts, as Ibis expressions.

Everything here compiles for DuckDB and for Spark alike, so it does without what only one of
them has: no backward references in replacements, no date formats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import ibis
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir

from warehouse.bills.layouts.sources import Dates

NULL_MARKS = ("", "NULL")
"""What exports write for a value that isn't there, as they do in hundreds of columns of a row."""

RARE_NULL_MARKS = ("null", "None", r"\N", "N/A", "n/a", "-")
"""The same where a number is meant, and no name can be."""

NARROW, WIDE = dt.Decimal(18, 12), dt.Decimal(28, 12)

_ISO_DAY = 10


def without_marks(value: ir.Value) -> ir.Value:
    """Turn texts that stand for nothing into nothing; other types as they are.

    One after the other: asked for all at once, DuckDB takes several times as long.
    """
    if isinstance(value, ir.StringValue):
        for mark in NULL_MARKS:
            value = value.nullif(mark)
    return value


def as_text(value: ir.Value) -> ir.StringValue:
    """Write a value as text, one with parts as JSON."""
    if isinstance(value, ir.StringValue):
        return value
    if isinstance(value, ir.MapValue | ir.StructValue | ir.ArrayValue):
        return _to_json(value.type())(value)
    return value.cast("string")


def text_inside(text: ir.StringValue, key: str) -> ir.StringValue:
    """Find the text or number that a JSON object holds under a key; nothing where it has none."""
    found = text.re_extract(rf'"{key}"\s*:\s*"?([^",}}]*)', 1)
    return found.nullif("").nullif("null")


def as_amount(value: ir.Value, *, wide: bool) -> ir.DecimalValue:
    """Read an exact amount, nothing where it can't be; ``wide`` for amounts of any length.

    A text is read many times as fast into 64 bits as into more, and nearly all are short. A
    float is read from its shortest writing, which is what was meant by it.
    """
    if not isinstance(value, ir.StringValue) and not isinstance(value.type(), dt.Integer):
        value = value.cast("string")
    narrow = ops.TryCast(value, to=NARROW).to_expr()
    if not wide:
        return narrow
    return ibis.coalesce(ops.Cast(narrow, to=WIDE).to_expr(), ops.TryCast(value, to=WIDE).to_expr())


def iso_day(value: ir.Value, dates: Dates) -> ir.StringValue:
    """Write the day of a date or an instant as YYYY-MM-DD, or something that is no date."""
    if not isinstance(value, ir.StringValue):
        return value.cast("date").cast("string")
    if dates is Dates.ISO:
        return value.substr(0, _ISO_DAY)
    if dates is Dates.COMPACT:
        # A month alone, 202409, is its first day.
        day = value.substr(6, 2).nullif("").fill_null("01")
        return _joined(value.substr(0, 4), value.substr(4, 2), day)
    first, second, year = (value.re_extract(r"^(\d+)/(\d+)/(\d{4})", place) for place in (1, 2, 3))
    month, day = (first, second) if dates is Dates.MONTH_FIRST else (second, first)
    # The same provider's newer exports write ISO days.
    is_iso = value.substr(4, 1) == "-"
    return is_iso.ifelse(
        value.substr(0, _ISO_DAY), _joined(year, month.lpad(2, "0"), day.lpad(2, "0"))
    )


def as_day(day: ir.StringValue) -> ir.DateValue:
    """Read a day that is written out in ten characters, nothing where it is none."""
    return (day.substr(7, 1) == "-").ifelse(day.try_cast("date"), ibis.null("date"))


def as_date(value: ir.Value) -> ir.DateValue:
    """Cast to a date, always: DuckDB makes an instant of a date that is moved by days."""
    return ops.Cast(value, to=dt.date).to_expr()


def begins_a_day(value: ir.Value) -> ir.BooleanValue:
    """Tell an instant at midnight, or a bare day, from one within the day."""
    if isinstance(value, ir.DateValue):
        return ibis.literal(True)
    time = as_text(value).substr(_ISO_DAY + 1, 5)
    return time.isin(("", "00:00", "0:00"))


def clean_tags(value: ir.Value, own: tuple[str, ...] = ()) -> ir.StringValue:
    """Write tags as a JSON object, each key as it is billed; nothing where there are none.

    A space within a key stays: by the letter of a policy it is another key. Searching is quick
    and replacing slow, so only what doesn't begin as an object with a key, or has what a provider
    sets before the owner's keys (``own``), is looked at twice. Azure leaves out the braces, and
    Google lists keys and values.
    """
    text = as_text(value)
    suspect = ~text.startswith('{"')
    for begin in own:
        suspect = suspect | text.contains(f'"{begin}')
    bare = text.strip()
    braced = bare.startswith('"').ifelse(ibis.literal("{") + bare + ibis.literal("}"), bare)
    cleaned = _from_list(braced)
    for begin in own:
        cleaned = cleaned.re_replace(rf'\{{\s*"{begin}', '{"').re_replace(rf',\s*"{begin}', ', "')
    is_empty = cleaned.re_search(r"^\{\s*\}$|^\[\s*\]$|^null$")
    return suspect.ifelse(is_empty.ifelse(ibis.null("string"), cleaned), text)


def tags_of_columns(values: Mapping[str, ir.Value]) -> ir.StringValue | None:
    """Write a JSON object of columns, each of which holds the values of one tag."""
    nothing = ibis.literal("")
    pairs = nothing
    for key, value in values.items():
        text = as_text(value).replace("\\", "\\\\").replace('"', '\\"')
        written = key.replace("\\", "\\\\").replace('"', '\\"')
        pair = ibis.literal(f', "{written}": "') + text + ibis.literal('"')
        pairs = pairs + value.isnull().ifelse(nothing, pair)
    if not values:
        return None
    whole = ibis.literal("{") + pairs.substr(2) + ibis.literal("}")
    return (pairs == "").ifelse(ibis.null("string"), whole)


def _from_list(text: ir.StringValue) -> ir.StringValue:
    """Turn a list of objects with key and value into one object."""
    pairs = (
        text.re_replace(r'\{\s*"key"\s*:\s*', "")
        .re_replace(r',\s*"value"\s*:', ":")
        .re_replace(r'"\s*\}', '"')
        .re_replace(r"^\[", "{")
        .re_replace(r"\]$", "}")
    )
    return text.re_search(r'^\[\s*\{\s*"key"').ifelse(pairs, text)


@cache
def _to_json(kind: dt.DataType) -> Callable[[ir.Value], ir.StringValue]:
    """Name the engines' own function for values of this type."""

    def to_json(value: object) -> str:
        """Write a value as JSON."""
        # Never called: the engine runs its own function of this name, and this one only names it.
        raise AssertionError(f"to_json is the engine's, and was called on {value!r} here")

    named: Callable[[ir.Value], ir.StringValue] = ibis.udf.scalar.builtin(
        to_json, signature=((kind,), dt.string)
    )
    return named


def _joined(year: ir.StringValue, month: ir.StringValue, day: ir.StringValue) -> ir.StringValue:
    return year + ibis.literal("-") + month + ibis.literal("-") + day

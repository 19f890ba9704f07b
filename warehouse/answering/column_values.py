"""Read the text of a filter on a table's column as a value that the column can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column

_LARGEST: Final = {int: 2**31, Decimal: 10**12}
_WORDS: Final = {"true": True, "false": False}


def read_value(column: Column[Any], text: str) -> Any:
    """Give the value that a text stands for; raises ValueError where it stands for none."""
    return _READERS[column.type.python_type](text)


def _text(text: str) -> str:
    if "\x00" in text:
        raise ValueError("no text that is stored holds a NUL character")
    return text


def _whole(text: str) -> int:
    if not text.isascii() or abs(number := int(text)) >= _LARGEST[int]:
        raise ValueError(f"{text!r} is no whole number of 32 bits")
    return number


def _exact(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text!r} is no number") from None
    if not number.is_finite() or abs(number) >= _LARGEST[Decimal]:
        raise ValueError(f"{text!r} is no amount that is stored")
    return number


def _yes_or_no(text: str) -> bool:
    if text.casefold() not in _WORDS:
        raise ValueError(f"{text!r} is neither true nor false")
    return _WORDS[text.casefold()]


_READERS: Final[Mapping[type, Callable[[str], Any]]] = {
    str: _text,
    int: _whole,
    bool: _yes_or_no,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    # What SQLAlchemy says of a type of our own: of those there is one, for exact decimals.
    object: _exact,
}

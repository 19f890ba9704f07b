"""Column types of the records, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, Final

from sqlalchemy import DateTime, Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_PLACE: Final = Decimal("1e-12")
_WIDE: Final = Context(prec=40)


class Precise(TypeDecorator[Decimal]):
    """A decimal of twelve places: ``numeric(28,12)`` on PostgreSQL, its text on SQLite.

    Records are read one by one and never summed in the database, so text loses nothing there.
    """

    impl = Numeric(28, 12)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(Numeric(28, 12))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write without an exponent and without trailing zeros, so that equal values look equal.

        PostgreSQL rounds to the places itself; a further one would stop the build that reads it.
        """
        if value is None:
            return None
        number = Decimal(str(value))
        return plain(number.quantize(_PLACE, context=_WIDE)) if dialect.name == "sqlite" else number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give the same decimal whichever database it was read from."""
        return None if value is None else Decimal(plain(Decimal(value)))


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, always with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Refuse a moment without a zone; store it in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The moment {value} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC; SQLite keeps no zone."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def plain(number: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written

"""The one type in which amounts are kept, the same on both databases."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, Numeric
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

SCALE = 6
"""Decimal places kept in the star; transforms work with twelve and round once, at landing."""

_UNIT = Decimal(1).scaleb(-SCALE)


class Exact(TypeDecorator[Decimal]):
    """A decimal of six places: ``numeric(28,6)`` on PostgreSQL, millionths as integer on SQLite.

    SQLite has no decimal type, and sums of its floating-point numbers depend on the order of
    rows. Sums of integers do not. Six places reach 9.2 million millions in 64 bits.
    """

    impl = Numeric(28, SCALE)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(28, SCALE))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Turn a number into what this database stores."""
        if value is None:
            return None
        rounded = Decimal(str(value)).quantize(_UNIT, rounding=ROUND_HALF_EVEN)
        return int(rounded.scaleb(SCALE)) if dialect.name == "sqlite" else rounded

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn what this database stores into a decimal."""
        if value is None:
            return None
        return Decimal(value).scaleb(-SCALE) if dialect.name == "sqlite" else value

"""The rows of records with the highest version of each key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from warehouse.governance.types import plain

Row = tuple[Any, ...]


def newest(session: Session, model: Any, columns: Sequence[str], *key: str) -> list[Row]:
    """Give the rows of the highest version of each key, sorted."""
    keys = [getattr(model, name) for name in key]
    last = select(*keys, func.max(model.version).label("version")).group_by(*keys).subquery()
    query = select(*(getattr(model, name) for name in columns)).join(
        last,
        and_(model.version == last.c.version, *(getattr(model, n) == last.c[n] for n in key)),
    )
    return in_order(tuple(row) for row in session.execute(query))


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Sort rows as they are written, so that equal records give equal digests."""
    return sorted(rows, key=lambda row: [written(value) or "" for value in row])


def written(value: Any) -> str | None:
    """Write a value so that equal ones look equal."""
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else str(value)

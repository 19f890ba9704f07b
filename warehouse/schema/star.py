"""The metadata that all tables of the star belong to, and the short names of its columns.

On PostgreSQL the tables live in schema ``star``; on SQLite, which has no schemas, each build
is a file of its own and the schema's name is translated away.

Keys are the natural ones (agency number, month, service type, region): they stay the same from
build to build and when another agency's rows come or go, so that nobody can read a neighbour's
changes out of a renumbered key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, MetaData, String

from warehouse.schema.types import Exact

STAR = MetaData(schema="star")

READER_LIMIT = "reader_agencies_most"
"""Column of rows that a reader of more agencies than it says isn't shown."""


def text(name: str, comment: str, *, key: bool = False, to: str = "", **kw: Any) -> Column[Any]:
    """Declare a text column; ``key`` puts it in the primary key, ``to`` names what it refers to."""
    return _column(name, String(), comment, key=key, to=to, **kw)


def whole(name: str, comment: str, *, key: bool = False, to: str = "", **kw: Any) -> Column[Any]:
    """Declare a whole-number column."""
    return _column(name, Integer(), comment, key=key, to=to, **kw)


def exact(name: str, comment: str, **kw: Any) -> Column[Any]:
    """Declare an exact decimal column of six places; its unit is the name's suffix."""
    return _column(name, Exact(), comment, **kw)


def flag(name: str, comment: str, *, key: bool = False, **kw: Any) -> Column[Any]:
    """Declare a yes-or-no column."""
    return _column(name, Boolean(create_constraint=False), comment, key=key, **kw)


def day(name: str, comment: str, *, key: bool = False, **kw: Any) -> Column[Any]:
    """Declare a calendar-day column."""
    return _column(name, Date(), comment, key=key, **kw)


def month(comment: str = "Month, YYYY-MM.", *, key: bool = True) -> Column[Any]:
    """Declare the month column of a fact."""
    return text("month", comment, key=key, to="dim_date.month")


def agency(*, key: bool = True) -> Column[Any]:
    """Declare the column that row security looks at."""
    return whole("agency_id", "The agency whose row this is.", key=key, to="dim_agency.agency_id")


def source() -> tuple[Column[Any], Column[Any]]:
    """Declare the two columns that lead a fact back to the file and row it came from."""
    return (
        whole("source_id", "The file, see source_file.", nullable=True),
        whole("source_row", "The row in that file; the header is row 1.", nullable=True),
    )


def _column(
    name: str, type_: Any, comment: str, *, key: bool = False, to: str = "", nullable: bool = False
) -> Column[Any]:
    refers = (ForeignKey(f"star.{to}"),) if to else ()
    return Column(
        name,
        type_,
        *refers,
        primary_key=key,
        nullable=nullable,
        comment=comment,
        autoincrement=False,
    )

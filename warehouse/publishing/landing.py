"""Land the finished tables of the engine in bulk: Arrow batches through ADBC, never row by row.

Amounts arrive rounded to six places; SQLite keeps them as whole millionths. Rows are landed in
the order of the primary key, so that an agency's months lie side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import (
    BLANK_SCHEMA,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    MetaData,
    String,
    Table,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from warehouse.errors import BuildError
from warehouse.schema import STAR
from warehouse.schema.types import SCALE, Exact

OnStep = Callable[[str], None]

_BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Target:
    """Where tables land: an open ADBC connection, its form of SQL, its schema if it has any."""

    connection: Any
    dialect: Dialect
    schema: str | None

    def run(self, statement: str) -> None:
        """Execute one statement to its end: the driver only begins it until rows are fetched."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetchall()

    def ingest(self, table: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Append Arrow batches to a table and count the rows."""
        schema = {} if self.schema is None else {"db_schema_name": self.schema}
        with self.connection.cursor() as cursor:
            # One by one: as one stream, an error of ours would come back as the driver's.
            return sum(
                int(cursor.adbc_ingest(table, batch, mode="append", **schema)) for batch in batches
            )


@cache
def star_in(schema: str | None) -> MetaData:
    """Copy the star's declaration into another schema; ``None`` where there are no schemas.

    Every caller gets the same copy, to be read only: making one takes a third of a second.
    """
    copied = MetaData()
    referred = BLANK_SCHEMA if schema is None else schema
    for table in STAR.sorted_tables:
        copy = table.to_metadata(
            copied,
            schema=schema,  # type: ignore[arg-type] # None means no schema; its types forget so
            referred_schema_fn=lambda *_: referred,  # type: ignore[arg-type] # same
        )
        # Clustered by its key: one agency's months are read from neighbouring pages.
        copy.dialect_options["sqlite"]["with_rowid"] = False
        _add_indexes(copy)
    return copied


def land_tables(
    con: Backend, target: Target, star: MetaData, on_step: OnStep, *, references: bool
) -> dict[str, int]:
    """Create every table of the star, load it and index it; gives the rows of each.

    ``references`` declares foreign keys at once; a database that checks them has them added
    after the last table. Raises BuildError when the engine lacks a table.
    """
    present = frozenset(con.list_tables())
    missing = sorted(t.name for t in star.sorted_tables if t.name not in present)
    if missing:
        raise BuildError(f"The build made no table {', '.join(missing)}; nothing was published.")
    counts = {}
    for table in star.sorted_tables:
        on_step(f"land {table.name}")
        create, *indexes = _definition(table, target.dialect, references)
        target.run(create)
        counts[table.name] = target.ingest(table.name, _batches(con, table, target.dialect))
        for index in indexes:
            target.run(index)
    return counts


@cache
def _definition(table: Table, dialect: Dialect, references: bool) -> tuple[str, ...]:
    """Write the statements that create a table and its indexes; once, as it takes milliseconds."""
    create = CreateTable(table, include_foreign_key_constraints=None if references else ())
    indexes = sorted(table.indexes, key=lambda found: str(found.name))
    statements: list[ExecutableDDLElement] = [create, *map(CreateIndex, indexes)]
    return tuple(str(one.compile(dialect=dialect)) for one in statements)


def _add_indexes(table: Table) -> None:
    """Index what pages filter by where the primary key doesn't begin with it."""
    first = next(iter(table.primary_key.columns)).name
    for name in ("agency_id", "month"):
        if name in table.columns and name != first:
            Index(f"ix_{table.name}_{name}", table.columns[name])


def _batches(con: Backend, table: Table, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    columns = ", ".join(_selected(table, dialect))
    order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    query = f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'
    for batch in con.con.execute(query).to_arrow_reader(_BATCH_ROWS):
        yield _in_millionths(batch, table.name) if dialect.name == "sqlite" else batch


def _in_millionths(batch: pa.RecordBatch, table: str) -> pa.RecordBatch:
    """Give the decimals of a batch as whole millionths in 64 bits."""
    names = batch.schema.names
    columns = [
        _millionths(values, f"{table}.{name}") if pa.types.is_decimal(values.type) else values
        for name, values in zip(names, batch.columns, strict=True)
    ]
    return pa.record_batch(columns, names)


def _millionths(values: pa.Array, column: str) -> pa.Array:
    """Take the numbers behind the decimals: arithmetic in 128 bits would take most of a build.

    Arrow keeps a decimal of six places as its millionths, the low 64 bits before the high ones.
    Raises BuildError for an amount of more than 9.2 million millions.
    """
    halves = np.frombuffer(values.buffers()[1], "<i8").reshape(-1, 2)
    halves = halves[values.offset : values.offset + len(values)]
    empty = values.is_null().to_numpy(zero_copy_only=False)
    low, high = np.ascontiguousarray(halves[:, 0]), halves[:, 1]
    too_large = (high != low >> 63) & ~empty
    if too_large.any():
        raise BuildError(
            f"{column} holds {values[int(too_large.argmax())]}, more than SQLite can keep to six "
            "places. Find the row it was made from and correct it, or use PostgreSQL."
        )
    return pa.array(low, mask=empty)


def _selected(table: Table, dialect: Dialect) -> Iterator[str]:
    form = _sqlite_form if dialect.name == "sqlite" else _postgresql_form
    for column in table.columns:
        if isinstance(column.type, Exact):
            given = f'CAST("{column.name}" AS DECIMAL(28, {SCALE}))'
        elif isinstance(column.type, String):
            given = _storable(f'"{column.name}"')
        else:
            given = form(column)
        yield f'{given} AS "{column.name}"'


def _storable(name: str) -> str:
    """Give a text with U+FFFD for each NUL, which JSON and Parquet hold and PostgreSQL doesn't.

    Looking for one first costs little; replacing in every text would triple the reading.
    """
    clean = f"replace({name}, chr(0), '\ufffd')"
    return f"CASE WHEN contains({name}, chr(0)) THEN {clean} ELSE {name} END"


def _sqlite_form(column: Column[Any]) -> str:
    """Write a value as SQLAlchemy reads it back from SQLite."""
    name = f'"{column.name}"'
    if isinstance(column.type, Boolean):
        return f"CAST({name} AS INTEGER)"
    if isinstance(column.type, DateTime):
        return f"strftime({name} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f')"
    if isinstance(column.type, Date):
        return f"strftime({name}, '%Y-%m-%d')"
    return name


def _postgresql_form(column: Column[Any]) -> str:
    """Give exactly the column's type: the binary COPY converts nothing."""
    name = f'"{column.name}"'
    if column.type.python_type is int:
        return f"CAST({name} AS {'BIGINT' if isinstance(column.type, BigInteger) else 'INTEGER'})"
    return name

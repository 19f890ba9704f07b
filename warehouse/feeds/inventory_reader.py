"""Read an inventory: whatever a provider exports, brought to one row a resource."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import duckdb
import ibis

from warehouse.errors import FeedError
from warehouse.feeds.inventories import TAKEN_ON
from warehouse.feeds.inventory_layouts import (
    LAYOUTS,
    LISTS,
    PLAIN,
    InventoryLayout,
    build_rows,
    json_at,
    layout_of,
)
from warehouse.feeds.soundness import PlainText

_ENTRY = {"source_row": "int32", "entry": "json"}
_SHOWN = 60


def load_inventory(connection: duckdb.DuckDBPyConnection, plain: PlainText, table: str) -> str:
    """Load the entries of an inventory into ``table``; give SQL for its rows as text.

    Raises FeedError naming the file, the row and the value that can't be read.
    """
    if plain.path.endswith((".csv", ".csv.gz")):
        _load_csv(connection, plain, table)
    else:
        _load_json(connection, plain, table)
    layout = _layout_in(connection, plain.path, table)
    _refuse_without_tags(connection, plain.path, table, layout)
    rows = build_rows(
        ibis.table(_ENTRY, name=table),
        layout,
        taken_on=_taken_on(plain.path) if layout.name else "",
        account=_account_in(plain.path),
    )
    return str(ibis.to_sql(rows, dialect="duckdb"))


def _load_csv(connection: duckdb.DuckDBPyConnection, plain: PlainText, table: str) -> None:
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS "
            "SELECT CAST(row_number() OVER () + 1 AS INTEGER) AS source_row, to_json(r) AS entry "
            "FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', "
            "escape = '\"', compression = 'none') AS r",
            [str(plain.location)],
        )
    except duckdb.Error as error:
        raise _refused(plain.path, f"isn't a sound CSV file ({_first_line(error)})") from None


def _load_json(connection: duckdb.DuckDBPyConnection, plain: PlainText, table: str) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE whole AS "
        "SELECT ltrim(content, chr(65279)) AS content FROM read_text(?)",
        [str(plain.location)],
    )
    found = connection.execute(
        "SELECT CASE WHEN json_valid(content) THEN json_type(content) END, "
        "CASE WHEN json_valid(content) AND json_type(content) = 'OBJECT' "
        "THEN json_keys(content) END FROM whole"
    ).fetchone()
    kind, keys = found or (None, None)
    if kind is None:
        _load_lines(connection, plain.path, table)
    else:
        inside = next((name for name in LISTS if name in (keys or ())), "")
        listed = f"$.{inside}[*]" if inside else "$[*]" if kind == "ARRAY" else "$"
        every = f"json_extract(content, '{listed}')" if listed != "$" else "[content::JSON]"
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS "
            f"SELECT CAST(NULL AS INTEGER) AS source_row, unnest({every}) AS entry FROM whole"
        )
        connection.execute(f"UPDATE {table} SET source_row = rowid + 1")
    connection.execute("DROP TABLE whole")
    _open_texts(connection, plain.path, table)


def _load_lines(connection: duckdb.DuckDBPyConnection, path: str, table: str) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE line AS "
        "SELECT unnest(string_split(content, chr(10))) AS line FROM whole"
    )
    wrong = connection.execute(
        "SELECT rowid + 1, line FROM line WHERE trim(line) <> '' AND NOT json_valid(line) "
        "ORDER BY rowid LIMIT 1"
    ).fetchone()
    if wrong is not None:
        raise _not_json(path, *wrong)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT CAST(rowid + 1 AS INTEGER) AS source_row, "
        "line::JSON AS entry FROM line WHERE trim(line) <> ''"
    )
    connection.execute("DROP TABLE line")


def _open_texts(connection: duckdb.DuckDBPyConnection, path: str, table: str) -> None:
    """Read entries that are texts of JSON, as AWS Config's queries give them."""
    texts = f"{table} WHERE json_type(entry) = 'VARCHAR'"
    wrong = connection.execute(
        f"SELECT source_row, entry ->> '$' FROM {texts} AND NOT json_valid(entry ->> '$') "
        "ORDER BY source_row LIMIT 1"
    ).fetchone()
    if wrong is not None:
        raise _not_json(path, *wrong)
    connection.execute(
        f"UPDATE {table} SET entry = CAST(entry ->> '$' AS JSON) WHERE json_type(entry) = 'VARCHAR'"
    )
    wrong = connection.execute(
        f"SELECT source_row, CAST(entry AS VARCHAR) FROM {table} "
        "WHERE json_type(entry) <> 'OBJECT' ORDER BY source_row LIMIT 1"
    ).fetchone()
    if wrong is not None:
        raise _not_json(path, *wrong)


def _layout_in(connection: duckdb.DuckDBPyConnection, path: str, table: str) -> InventoryLayout:
    first = connection.execute(
        f"SELECT json_keys(entry) FROM {table} ORDER BY source_row LIMIT 1"
    ).fetchone()
    if first is None:
        return PLAIN
    layout = layout_of(frozenset(first[0]))
    if layout is None:
        known = ", ".join(one.name for one in LAYOUTS)
        raise _refused(
            path,
            f"lists resources in a form that isn't known: its first has {', '.join(first[0])}. "
            f"Known are {known}, and the columns of the feed",
        )
    return layout


def _refuse_without_tags(
    connection: duckdb.DuckDBPyConnection, path: str, table: str, layout: InventoryLayout
) -> None:
    entries = ibis.table(_ENTRY, name=table)
    shown = [json_at(entries, place).notnull() for place in layout.shows_tags]
    any_shown = shown[0] if len(shown) == 1 else shown[0] | shown[1]
    counted = entries.aggregate(rows=entries.count(), shown=any_shown.sum())
    found = connection.execute(str(ibis.to_sql(counted, dialect="duckdb"))).fetchone()
    if found and found[0] and not found[1]:
        raise _refused(
            path,
            f"shows tags of none of its {found[0]:,} resources, which isn't that they have none. "
            "Export it with them",
        )


def _taken_on(path: str) -> str:
    found = [one.group() for one in re.finditer(rf"(?<![0-9]){TAKEN_ON}(?![0-9])", path)]
    if not found:
        raise _refused(
            path,
            "doesn't say when it was taken. Put the day into its name, as aws-2026-10-31.json",
        )
    return found[-1]


def _account_in(path: str) -> str:
    found = re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", str(PurePosixPath(path)))
    return found[-1] if found else ""


def _not_json(path: str, row: int, value: str) -> FeedError:
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return FeedError(
        f"Row {row} of {path} isn't a JSON object: {shown!r}. If it was cut off, export it again.",
        path=path,
        row=row,
    )


def _refused(path: str, what: str) -> FeedError:
    return FeedError(f"{path} {what}.", path=path)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]

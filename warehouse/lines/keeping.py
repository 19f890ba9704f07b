"""Keep the lines of a build with their owner, each bill's in one pass.

Lines are read as they were written, as codes and short lists of the texts that these stand for,
and stay so until they are written again: sorting and parting them moves numbers alone, which takes
a quarter of what it takes an engine that puts the texts together first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

from warehouse.bills.columns import COSTS, LINE_COLUMNS
from warehouse.bills.line_files import LineStore
from warehouse.code import digest_of_code
from warehouse.errors import BuildError
from warehouse.lines.kept import KeptBuild, KeptFile, LineFolder
from warehouse.lines.owners import STEPS, Owners, find_owners

_AT_A_TIME = 500_000
"""Lines of a bill that are in memory together, and so in one file at most."""
_BILLS_AT_ONCE = 2
"""Each takes a core, and up to half a gigabyte."""

_KEPT = [one.name for one in LINE_COLUMNS if one.name != "source_id"]
_BILLED = ("provider", "billing_account_id", "billing_month", "billing_currency", "account_id")
_SORTED_BY = ("charge_day", *COSTS[:2])

LeftOut = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Bill:
    """One bill whose lines count: where they are, of which months, and what of them doesn't."""

    key: str
    months: tuple[str, ...]
    left_out: LeftOut

    @property
    def source(self) -> str:
        """The hash of the bill's original."""
        return self.key.split("-")[0]


def keep_lines(con: Backend, store: LineStore, folder: LineFolder, build_id: str) -> int:
    """Keep the lines of all bills for one build; give how many there are.

    Each is written with its agency (0 where nobody owns it) and the step that gave it that, into
    a file of its month and agency, ordered by day and then as in the bill. What was made from the
    same bill, owners and rules before is taken over as it is.

    Raises BuildError when a line was lost or said twice.
    """
    keep = partial(_keep_bill, store, folder, find_owners(con))
    with ThreadPoolExecutor(_BILLS_AT_ONCE, "keep-lines") as threads:
        bills = list(threads.map(keep, _bills(con.con)))
    if any(bill.is_new for bill in bills):
        # One call for all files: they have to be on disk before a build that lists them is.
        os.sync()
    kept = tuple(file for bill in bills for file in bill.files)
    folder.write_build(build_id, KeptBuild(kept, _sources(con.con)))
    count = sum(file.rows for file in kept)
    _expect_all(con.con, count)
    return count


@dataclass(frozen=True, slots=True)
class _KeptBill:
    """The files made of a bill, and whether they were made now."""

    files: tuple[KeptFile, ...]
    is_new: bool


def _keep_bill(store: LineStore, folder: LineFolder, owners: Owners, bill: _Bill) -> _KeptBill:
    name = f"{bill.source[:16]}-{_digest(bill, owners)}"
    files = folder.read_bill(name)
    if files is not None:
        return _KeptBill(files, is_new=False)
    files = _write_bill(store.lines(bill.key), folder, name, bill, owners)
    return _KeptBill(files, is_new=True)


def _bills(connection: duckdb.DuckDBPyConnection) -> Iterator[_Bill]:
    found = connection.execute(
        "SELECT line_key, source_id, list(DISTINCT billing_month ORDER BY billing_month) "
        "FROM bill_used GROUP BY ALL ORDER BY source_id"
    ).fetchall()
    left_out: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    columns = ", ".join(_BILLED)
    for source_id, *billed in connection.execute(
        f"SELECT source_id, {columns} FROM bill_left_out"
    ).fetchall():
        left_out[source_id].add(tuple(billed))
    for key, source_id, months in found:
        yield _Bill(str(key), tuple(months), frozenset(left_out[source_id]))


def _sources(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = connection.execute(
        "SELECT sha256, path FROM source_file JOIN "
        "(SELECT DISTINCT source_id FROM bill_used) USING (source_id)"
    ).fetchall()
    return dict(found)


def _digest(bill: _Bill, owners: Owners) -> str:
    """Digest all that decides what the lines of a bill are and whose."""
    said = [
        digest_of_code("bills", "lines", "transforms"),
        bill.key,
        repr(sorted(bill.left_out)),
        *(owners.of_month(month) for month in bill.months),
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _write_bill(
    lines: Path, folder: LineFolder, name: str, bill: _Bill, owners: Owners
) -> tuple[KeptFile, ...]:
    unfinished = folder.path / f".{name}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        files = [
            _write_file(piece, unfinished, name, bill, number)
            for number, piece in enumerate(_pieces(lines, bill, owners))
        ]
        folder.write_bill(unfinished, name, files)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return tuple(files)


def _pieces(lines: Path, bill: _Bill, owners: Owners) -> Iterator[pa.Table]:
    """Give the lines of a bill in pieces of one month and agency each."""
    texts = [one.name for one in pq.read_schema(lines) if pa.types.is_string(one.type)]
    with pq.ParquetFile(lines, read_dictionary=texts) as file:
        for groups in _row_groups(file):
            read = file.read_row_groups(groups, columns=[*_KEPT, "failed"]).combine_chunks()
            counting = _counting(read, bill)
            if not pc.all(counting).as_py():
                read = read.filter(counting).combine_chunks()
            yield from _parted(read, owners)


def _row_groups(file: pq.ParquetFile) -> Iterator[list[int]]:
    groups: list[int] = []
    rows = 0
    for number in range(file.num_row_groups):
        size = file.metadata.row_group(number).num_rows
        if groups and rows + size > _AT_A_TIME:
            yield groups
            groups, rows = [], 0
        groups.append(number)
        rows += size
    if groups:
        yield groups


def _counting(read: pa.Table, bill: _Bill) -> pa.ChunkedArray:
    """Mark the lines that count: they passed, and no other bill says them again."""
    counting = pc.equal(read["failed"], 0)
    for values in bill.left_out:
        matched = [
            pc.equal(read[name].cast(pa.string()), value)
            for name, value in zip(_BILLED, values, strict=True)
            if value
        ]
        is_left_out = matched[0]
        for one in matched[1:]:
            is_left_out = pc.and_(is_left_out, one)
        counting = pc.and_(counting, pc.invert(pc.fill_null(is_left_out, False)))
    return counting


def _parted(lines: pa.Table, owners: Owners) -> Iterator[pa.Table]:
    if not len(lines):
        return
    agency, step = owners.of_lines(lines)
    month = lines["billing_month"].chunk(0).indices.to_numpy()
    day = lines["charge_day"].cast(pa.int32()).to_numpy()
    order = np.lexsort((lines["source_row"].to_numpy(), day, agency, month))
    agency, step, month = agency[order], step[order], month[order]
    places = pa.array(order)
    ordered = {name: _ordered(lines[name].chunk(0), places) for name in _KEPT}
    ordered["agency_id"] = pa.array(agency)
    ordered["attribution"] = pa.DictionaryArray.from_arrays(pa.array(step), pa.array(STEPS))
    cuts = np.flatnonzero((agency[1:] != agency[:-1]) | (month[1:] != month[:-1])) + 1
    edges = [0, *cuts.tolist(), len(order)]
    for start, end in pairwise(edges):
        yield pa.table(
            {name: _compacted(one.slice(start, end - start)) for name, one in ordered.items()}
        )


def _ordered(column: pa.Array, places: pa.Array) -> pa.Array:
    """Put a column in order; a third of a bill's columns say the same in every line."""
    return column if _is_uniform(column) else column.take(places)


def _is_uniform(column: pa.Array) -> bool:
    if column.null_count:
        return bool(column.null_count == len(column))
    return pa.types.is_dictionary(column.type) and len(column.dictionary) == 1


def _compacted(column: pa.Array) -> pa.Array:
    """Leave out the texts that no line of a piece has: they are those of other agencies."""
    if not pa.types.is_dictionary(column.type):
        return column
    texts, codes = column.dictionary, column.indices
    if len(texts) == 1 and not codes.null_count:
        return column
    if codes.null_count == len(codes):
        return pa.nulls(len(codes), pa.string())
    is_null = np.asarray(codes.is_null()) if codes.null_count else None
    numbers: NDArray[np.int32] = codes.fill_null(0).to_numpy(zero_copy_only=False)
    used = np.zeros(len(texts), bool)
    used[numbers if is_null is None else numbers[~is_null]] = True
    if used.all():
        return column
    renumbered = (np.cumsum(used, dtype=np.int32) - 1)[numbers]
    return pa.DictionaryArray.from_arrays(
        pa.array(renumbered, mask=is_null), texts.take(pa.array(np.flatnonzero(used)))
    )


def _write_file(piece: pa.Table, folder: Path, name: str, bill: _Bill, number: int) -> KeptFile:
    month, agency_id = piece["billing_month"][0].as_py(), piece["agency_id"][0].as_py()
    path = Path(month) / f"{agency_id}-{number}.parquet"
    (folder / month).mkdir(exist_ok=True)
    texts = [one.name for one in piece.schema if pa.types.is_dictionary(one.type)]
    pq.write_table(
        piece,
        folder / path,
        use_dictionary=texts,
        write_statistics=list(_SORTED_BY),
        store_schema=False,
        store_decimal_as_integer=True,
        compression="snappy",
    )
    return KeptFile(
        month=month,
        agency_id=agency_id,
        path=f"{name}/{path.as_posix()}",
        rows=len(piece),
        first_day=str(piece["charge_day"][0]),
        last_day=str(piece["charge_day"][-1]),
        source=bill.source,
        is_wide=piece.schema.field(COSTS[0]).type.precision > 18,
    )


def _expect_all(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    found = connection.execute("SELECT sum(line_count) FROM fact_charge_daily").fetchone()
    charged = int(found[0] or 0) if found else 0
    if charged != count:
        raise BuildError(
            f"{charged:,} lines of bills are charged but {count:,} are kept with their owner. "
            "This is a fault of the program: report it with the bills' names."
        )

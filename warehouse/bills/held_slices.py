"""Let the slices of bills that wait stay as they were counted before, and nothing else.

What a slice was counted from lies in the raw zone: its lines are made again where they are gone,
and only that slice of them counts. So one account's leap neither stops the file's other accounts
nor takes away what was right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from decimal import Decimal

import duckdb

from warehouse.bills.bill_holds import HeldBill
from warehouse.bills.billed_before import BilledBefore, SliceKey
from warehouse.bills.charges import LeftOut
from warehouse.bills.intake import BillIntake, TakenBill, take_earlier
from warehouse.bills.line_files import BilledSlice, LineFile
from warehouse.bills.restatements import FileSlice
from warehouse.quality.operations import append_rows
from warehouse.schema.operations import bill_slice, held_slice


@dataclass(frozen=True, slots=True)
class Fallback:
    """What counts in place of what is held.

    ``earlier`` are files of before, with the slices of them that count; ``waiting`` are the slices
    that wait, and ``back`` those of files still there that count again.
    """

    held: tuple[HeldBill, ...]
    earlier: tuple[tuple[TakenBill, frozenset[SliceKey]], ...]
    waiting: tuple[FileSlice, ...]
    back: tuple[FileSlice, ...]

    @property
    def rest_of_earlier(self) -> list[LeftOut]:
        """What doesn't count of the files of before."""
        return [
            left
            for one, kept in self.earlier
            if one.lines is not None
            for left in leave_out(one.source_id, one.lines, kept)
        ]


def leave_out(
    source_id: int, lines: LineFile, kept: Collection[SliceKey], *, of: Collection[BilledSlice] = ()
) -> Iterator[LeftOut]:
    """Leave out the slices of a file, or some of them, but for the parts that are kept."""
    some_kept = {part.whole for part in lines.parts if part.key in kept}
    for one in of or lines.slices:
        if one.whole not in some_kept:
            yield LeftOut(source_id, one)
            continue
        for part in lines.parts:
            if part.whole == one.whole and part.key not in kept:
                yield LeftOut(source_id, part)


def fall_back(
    intake: BillIntake,
    held: Sequence[HeldBill],
    before: Iterable[BilledBefore],
    taken: Iterable[TakenBill],
    parts: Sequence[FileSlice],
    counting: Iterable[FileSlice],
    next_id: int,
) -> Fallback:
    """Find what the slices that wait were counted from, among the files of now or before.

    ``parts`` are all of the files taken, ``counting`` those that would count if nothing waited.
    Files of before are numbered from ``next_id``.
    """
    keys = {each.key for each in held}
    by_content = {one.made_from: one for one in taken if one.lines is not None}
    wanted: dict[tuple[str, ...], list[BilledBefore]] = defaultdict(list)
    for one in before:
        if one.key in keys:
            wanted[one.made_from].append(one)
    still = {
        (by_content[content].source_id, one.key)
        for content, found in wanted.items()
        if content in by_content
        for one in found
    }
    earlier = []
    gone: set[SliceKey] = set()
    for number, content in enumerate(sorted(wanted.keys() - by_content.keys()), start=next_id):
        found = frozenset(one.key for one in wanted[content])
        read = take_earlier(intake, wanted[content][0], number)
        if read is None:
            gone |= found
        else:
            earlier.append((read, found))
    return Fallback(
        held=tuple(_without(each) if each.key in gone else each for each in held),
        earlier=tuple(earlier),
        waiting=tuple(
            each
            for each in counting
            if each.slice.key in keys and (each.source_id, each.slice.key) not in still
        ),
        back=tuple(each for each in parts if (each.source_id, each.slice.key) in still),
    )


def _without(held: HeldBill) -> HeldBill:
    """Say that what was counted can't be read again."""
    said = f"{held.suspicion.reason} But the bill it was counted from can't be read any more."
    left = replace(held.suspicion, reason=said, amount_counted=Decimal(0))
    return replace(held, counted=None, suspicion=left)


def write_held(connection: duckdb.DuckDBPyConnection, held: Iterable[HeldBill]) -> None:
    """Write what waits into held_slice, and whose it may be into ``held_bill_account``."""
    slices = tuple(held)
    append_rows(connection, held_slice, (astuple(each.suspicion) for each in slices))
    connection.execute(
        "CREATE OR REPLACE TABLE held_bill_account "
        "(month VARCHAR, part VARCHAR, provider VARCHAR, account_id VARCHAR)"
    )
    for each in slices:
        provider, _, account, month, _ = each.key
        connection.execute(
            "INSERT INTO held_bill_account VALUES (?, ?, ?, ?)",
            [month, each.suspicion.part, provider, account],
        )


def write_counted(
    connection: duckdb.DuckDBPyConnection,
    files: Iterable[TakenBill],
    left_out: Collection[LeftOut],
) -> None:
    """Write what of each bill is counted into bill_slice, for the next build to compare with."""
    out = {(one.source_id, one.slice) for one in left_out}
    whole = {(one.source_id, one.slice.whole) for one in left_out if not one.slice.account_id}
    append_rows(
        connection,
        bill_slice,
        (
            (
                0,
                *part.key,
                one.source_id,
                one.file.path,
                " ".join(one.made_from),
                part.row_count,
                part.billed_cost,
                part.first_day,
                part.last_day,
            )
            for one in files
            if one.lines is not None
            for part in one.lines.parts
            if (one.source_id, part) not in out and (one.source_id, part.whole) not in whole
        ),
    )

"""Take the bills in: keep the originals, make their lines, fall back where one is refused.

What every other feed's files go through holds for bills too: a bad one never stops the build,
the version accepted before is used in its place, and every row is accounted for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ibis.backends.duckdb import Backend

from warehouse.bills.billed_before import BilledBefore
from warehouse.bills.fetch_failures import read_failures
from warehouse.bills.fetch_sources import read_source
from warehouse.bills.layouts import Layout, layout_of
from warehouse.bills.layouts.column_map import ColumnMap, read_column_map
from warehouse.bills.line_files import LineFile, LineStore, line_key
from warehouse.bills.line_writing import Bill, write_lines
from warehouse.bills.raw_rows import columns_of, read_names
from warehouse.bills.unknown_layout import unknown_layout
from warehouse.errors import FeedError
from warehouse.feeds.inputs import BILL_FETCHES, BILL_MAPS, BILL_SOURCES, BILLS, InputFile
from warehouse.feeds.raw_zone import keep_original, kept_path

_LARGEST_TEXT = 65_536
KEPT = "kept"
"""The status of an earlier bill of which only what stands in for held slices is used."""
_READ_FIRST = (BILL_MAPS, BILL_SOURCES, BILL_FETCHES)


@dataclass(frozen=True, slots=True)
class BillIntake:
    """Where bills are read from and into, the same for all of a build."""

    con: Backend
    raw_zone: Path
    store: LineStore
    workspace: Path
    accepted_before: Mapping[str, str]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class TakenBill:
    """One file below ``bills/`` and what became of it.

    ``lines`` is ``None`` for what isn't a bill itself, a refused file and one that is ``repeated``.
    ``refused`` is the newer version that couldn't be used, where an earlier one stands in for it.
    ``made_from`` are the hashes of the file and of the column maps beside it, the nearest first.
    """

    file: InputFile
    source_id: int
    status: str
    lines: LineFile | None = None
    message: str | None = None
    refused: TakenBill | None = None
    made_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Map:
    path: str
    sha256: str
    columns: ColumnMap


def take_bills(intake: BillIntake, files: Iterable[tuple[int, int, InputFile]]) -> list[TakenBill]:
    """Read every bill, and the files beside bills that describe them.

    ``files`` are (source_id, spare_id, file). A version that is used has the first number, a
    refused one beside it the second.
    """
    numbered = [each for each in files if each[2].feed in (BILLS, *_READ_FIRST)]
    taken = []
    maps: list[_Map] = []
    for source_id, spare_id, file in numbered:
        if file.feed in _READ_FIRST:
            taken.append(_take(intake, file, source_id, spare_id, maps))
    seen: dict[str, str] = {}
    for source_id, spare_id, file in numbered:
        if file.feed == BILLS:
            one = _take_once(intake, file, source_id, spare_id, maps, seen)
            if one.lines is not None:
                seen.setdefault(one.file.sha256, file.path)
            taken.append(one)
    return sorted(taken, key=lambda one: one.source_id)


def _take_once(
    intake: BillIntake,
    file: InputFile,
    source_id: int,
    spare_id: int,
    maps: list[_Map],
    seen: Mapping[str, str],
) -> TakenBill:
    first = seen.get(file.sha256)
    if first is None:
        return _take(intake, file, source_id, spare_id, maps)
    return TakenBill(
        file,
        source_id,
        "repeated",
        message=f"{file.path} is the same file as {first}, which is used. Take one of them away.",
    )


def _take(
    intake: BillIntake, file: InputFile, source_id: int, spare_id: int, maps: list[_Map]
) -> TakenBill:
    try:
        kept = keep_original(file, intake.raw_zone)
        lines = _read(intake, file, kept, maps)
        return TakenBill(file, source_id, "accepted", lines, made_from=_made_from(file, maps))
    except FeedError as refusal:
        message = str(refusal)
    if file.feed == BILL_SOURCES:
        # It asks for something to be done, which an earlier one can't stand in for.
        return TakenBill(file, source_id, "refused", message=message)
    sha256 = intake.accepted_before.get(file.path, file.sha256)
    kept = kept_path(intake.raw_zone, sha256)
    if sha256 == file.sha256 or not kept.is_file():
        return TakenBill(file, source_id, "refused", message=message)
    earlier = replace(file, location=kept, sha256=sha256, byte_count=kept.stat().st_size)
    try:
        lines = _read(intake, earlier, kept, maps)
    except FeedError as refusal:
        message = f"{message} The version accepted before can't be used either: {refusal}"
        return TakenBill(file, source_id, "refused", message=message)
    message = f"{message} The version accepted before is used until then."
    refused = TakenBill(file, spare_id, "refused", message=message)
    return TakenBill(
        earlier, source_id, "superseded", lines, refused=refused,
        made_from=_made_from(earlier, maps),
    )  # fmt: skip


def _made_from(file: InputFile, maps: list[_Map]) -> tuple[str, ...]:
    return (file.sha256, *(each.sha256 for each in _maps_near(file.path, maps)))


def take_earlier(intake: BillIntake, before: BilledBefore, source_id: int) -> TakenBill | None:
    """Read a bill again as the published build did; ``None`` where that can't be done.

    Its original and those of the column maps beside it lie in the raw zone.
    """
    kept, *beside = (kept_path(intake.raw_zone, sha256) for sha256 in before.made_from)
    if not all(path.is_file() for path in (kept, *beside)):
        return None
    size = kept.stat().st_size
    file = InputFile(BILLS, before.path, kept, before.made_from[0], size)
    try:
        maps = [
            _Map(before.path, sha256, read_column_map(path.read_text("utf-8-sig"), before.path))
            for sha256, path in zip(before.made_from[1:], beside, strict=True)
        ]
        lines = _lines(intake, file, kept, maps)
    except FeedError:
        return None
    return TakenBill(file, source_id, KEPT, lines, made_from=before.made_from)


def _read(intake: BillIntake, file: InputFile, kept: Path, maps: list[_Map]) -> LineFile | None:
    if file.feed == BILL_MAPS:
        maps.append(_Map(file.path, file.sha256, read_column_map(_text_of(file, kept), file.path)))
        return None
    if file.feed == BILL_SOURCES:
        read_source(_text_of(file, kept), file.path)
        return None
    if file.feed == BILL_FETCHES:
        read_failures(kept, file.path)
        return None
    return _lines(intake, file, kept, _maps_near(file.path, maps))


def _lines(intake: BillIntake, file: InputFile, kept: Path, near: list[_Map]) -> LineFile:
    key = line_key(file.sha256, [each.sha256 for each in near])
    known = intake.store.read(key)
    if known is not None:
        return known
    names = read_names(file.path, kept)
    layout = _layout_of(file.path, names, near)
    bill = Bill(file.path, kept, names, layout, key)
    return write_lines(intake.con, intake.store, bill, intake.workspace, intake.max_bytes)


def _text_of(file: InputFile, kept: Path) -> str:
    if file.byte_count > _LARGEST_TEXT:
        raise FeedError(
            f"{file.path} is larger than {_LARGEST_TEXT:,} bytes, so isn't one that bills are "
            "described by. See the reference of feeds for what those look like.",
            path=file.path,
        )
    try:
        return kept.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FeedError(
            f"{file.path} isn't UTF-8 text. Save it as UTF-8.", path=file.path
        ) from None


def _maps_near(path: str, maps: Iterable[_Map]) -> list[_Map]:
    """Return the maps that lie in a bill's own folder or one above it, the nearest first."""
    folders = [folder.as_posix() for folder in PurePosixPath(path).parents]
    return sorted(
        (each for each in maps if PurePosixPath(each.path).parent.as_posix() in folders),
        key=lambda each: (-each.path.count("/"), each.path),
    )


def _layout_of(path: str, names: tuple[str, ...], maps: list[_Map]) -> Layout:
    layout = layout_of(columns_of(names), [each.columns for each in maps])
    if layout is None:
        raise unknown_layout(path, names)
    return layout

"""Take a feed's files in: keep the originals, read them, fall back where one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse.errors import FeedError
from warehouse.feeds import FEED_BY_NAME
from warehouse.feeds.inputs import InputFile
from warehouse.feeds.raw_zone import keep_original, kept_path
from warehouse.feeds.reader import TextRows, read_rows
from warehouse.quality.accounts import FileRecord
from warehouse.quality.judge import LoadedFile, judge_rows


@dataclass(frozen=True, slots=True)
class Intake:
    """Where files are read from and into, the same for all files of a build."""

    connection: duckdb.DuckDBPyConnection
    raw_zone: Path
    workspace: Path
    accepted_before: Mapping[str, str]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: its rows, if any version could be read, and its records."""

    loaded: LoadedFile | None
    records: tuple[FileRecord, ...]


def take_file(intake: Intake, file: InputFile, source_id: int, spare_id: int) -> Taken:
    """Read one file, or the version of it accepted last where it has to be refused.

    The version that is used has ``source_id``; a refused file beside it has ``spare_id``, so that
    a refusal doesn't renumber anything.
    """
    try:
        kept = keep_original(file, intake.raw_zone)
        loaded, record = _read(intake, file, kept, source_id, "accepted")
        return Taken(loaded, (record,))
    except FeedError as refusal:
        refused = _refused(file, spare_id, str(refusal))
    sha256 = intake.accepted_before.get(file.path, file.sha256)
    kept = kept_path(intake.raw_zone, sha256)
    if sha256 == file.sha256 or not kept.is_file():
        return Taken(None, (replace(refused, source_id=source_id),))
    earlier = replace(file, location=kept, sha256=sha256, byte_count=kept.stat().st_size)
    try:
        loaded, record = _read(intake, earlier, kept, source_id, "superseded")
    except FeedError as refusal:
        message = f"{refused.message} The version accepted before can't be used either: {refusal}"
        return Taken(None, (replace(refused, source_id=source_id, message=message),))
    message = f"{refused.message} The version accepted before is used until then."
    return Taken(loaded, (record, replace(refused, message=message)))


def _read(
    intake: Intake, file: InputFile, kept: Path, source_id: int, status: str
) -> tuple[LoadedFile, FileRecord]:
    feed = FEED_BY_NAME[file.feed]
    loaded_count = 0

    def load(rows: TextRows) -> int:
        nonlocal loaded_count
        loaded_count = judge_rows(intake.connection, feed, rows, source_id)
        return loaded_count

    rows = read_rows(
        intake.connection,
        feed,
        file.path,
        kept,
        intake.workspace,
        load,
        table=f"exact_{source_id}",
        max_bytes=intake.max_bytes,
    )
    record = FileRecord(
        source_id=source_id,
        feed=file.feed,
        path=file.path,
        sha256=file.sha256,
        byte_count=file.byte_count,
        encoding=rows.encoding,
        status=status,
        rows_read=loaded_count + len(rows.malformed),
    )
    return LoadedFile(source_id, file.path, rows), record


def _refused(file: InputFile, source_id: int, message: str) -> FileRecord:
    return FileRecord(
        source_id=source_id,
        feed=file.feed,
        path=file.path,
        sha256=file.sha256,
        byte_count=file.byte_count,
        encoding="",
        status="refused",
        rows_read=0,
        message=message,
    )

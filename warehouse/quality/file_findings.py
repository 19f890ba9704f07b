"""Findings about the files themselves."""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.feeds.inputs import Inputs
from warehouse.quality.accounts import FileRecord
from warehouse.quality.finding import Finding
from warehouse.quality.holds import Previous

_UNICODE = ("utf-8", "utf-8-sig", "parquet", "")


def find_in_files(inputs: Inputs, previous: Previous, files: Iterable[FileRecord]) -> list[Finding]:
    """Find refused and unknown files, other encodings than UTF-8, and files that are gone."""
    records = tuple(files)
    found = [_refused(file) for file in records if file.status == "refused"]
    found += [_encoding(file) for file in records if file.encoding not in _UNICODE]
    found += [_unknown(path) for path in inputs.unknown]
    present = {file.path for file in inputs.files}
    found += [_gone(path) for path in sorted(previous.accepted) if path not in present]
    return found


def _refused(file: FileRecord) -> Finding:
    detail = file.message or ""
    return Finding(0, "file_is_sound", file.feed, f"{file.path} was refused", detail, file.path)


def _encoding(file: FileRecord) -> Finding:
    detail = (
        f"{file.path} is {file.encoding} text. It was converted; check that names with accents "
        "and quotation marks look right, and save the file as CSV (UTF-8) next time."
    )
    return Finding(0, "file_is_utf8", file.feed, f"{file.path} isn't UTF-8", detail, file.path)


def _unknown(path: str) -> Finding:
    detail = f"No feed reads {path}. Rename or move it, or take it out of the data directory."
    return Finding(0, "file_is_known", "", f"{path} isn't read", detail, path)


def _gone(path: str) -> Finding:
    detail = (
        f"{path} was part of the published build and isn't in the data directory any more, so its "
        "rows are no longer counted. Put it back if that wasn't meant."
    )
    return Finding(0, "file_is_still_there", "", f"{path} is gone", detail, path)

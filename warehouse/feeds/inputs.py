"""Which files lie in the data directory, which feed each belongs to, and their hashes."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from warehouse.feeds import FEEDS, Feed

BILLS = "bills"
"""The feed of every bill below the folder of this name, whatever its layout."""
BILL_MAPS = "bill_columns"
"""The feed of the column maps beside bills that follow no known layout."""
MAP_ENDING = "columns.toml"
BILL_SOURCES = "bill_sources"
"""The feed of the declarations of bills that are to be fetched from providers."""
SOURCES_FOLDER = "bills/apis"
BILL_FETCHES = "bill_fetches"
"""The feed of the one file that says what couldn't be fetched."""
FETCHED_FOLDER = "bills/fetched"
"""Where fetched bills are, as paths of inputs; they lie beside the builds, not with the records."""
FAILURES_FILE = "failures.json"

_BILL_ENDINGS = (".csv", ".csv.gz", ".parquet")
_IGNORED = (".", "~$")
"""Beginnings of names that editors and file managers leave behind."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that a feed reads; ``path`` is relative to the data directory, with slashes."""

    feed: str
    path: str
    location: Path
    sha256: str
    byte_count: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """All files of a data directory, sorted by path.

    ``unknown`` are files that no feed reads; ``digest`` changes when any file that is read does.
    """

    data_dir: Path
    files: tuple[InputFile, ...]
    unknown: tuple[str, ...]
    digest: str


def find_inputs(
    data_dir: Path, hash_cache: Path | None = None, fetched: Path | None = None
) -> Inputs:
    """Find and hash what the feeds can read below ``data_dir``, and what was ``fetched``.

    ``hash_cache`` is a JSON file that remembers hashes by path, size and time of change, so that
    unchanged gigabytes aren't read again.
    """
    known = _read_cache(hash_cache)
    remembered: dict[str, str] = {}
    files: list[InputFile] = []
    unknown: list[str] = []
    for path, location in _located(data_dir, fetched):
        feed = feed_of(path)
        if feed is None:
            unknown.append(path)
            continue
        stat = location.stat()
        stamp = f"{path}|{stat.st_size}|{stat.st_mtime_ns}"
        sha256 = known.get(stamp) or hash_file(location)
        remembered[stamp] = sha256
        files.append(InputFile(feed, path, location, sha256, stat.st_size))
    if hash_cache is not None and remembered != known:
        _write_cache(hash_cache, remembered)
    lines = "".join(f"{file.path}\0{file.sha256}\n" for file in files)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return Inputs(data_dir, tuple(files), tuple(unknown), digest)


def fetched_folder(var_dir: Path) -> Path:
    """Return where bills that are fetched are written."""
    return var_dir / "fetched"


def feed_of(path: str) -> str | None:
    """Name the feed that reads ``path``: ``mda/agencies-east.csv``, ``mda/agencies/east.csv``.

    Of two feeds whose names begin alike the longer one wins. Bills lie in ``bills/``, however
    deep and whatever their names.
    """
    if path.startswith(f"{BILLS}/"):
        if path.endswith(MAP_ENDING):
            return BILL_MAPS
        if path == f"{FETCHED_FOLDER}/{FAILURES_FILE}":
            return BILL_FETCHES
        if path.rpartition("/")[0] == SOURCES_FOLDER and path.endswith(".toml"):
            return BILL_SOURCES
        return BILLS if path.endswith(_BILL_ENDINGS) else None
    matches = [feed.name for feed in FEEDS if path.endswith(feed.endings) and _is_of(feed, path)]
    return max(matches, key=len, default=None)


def hash_file(location: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with location.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_of(feed: Feed, path: str) -> bool:
    if feed.takes_any_name:
        return path.startswith(f"{feed.folder}/")
    return _belongs(path, f"{feed.folder}/{feed.name}")


def _belongs(path: str, start: str) -> bool:
    if not path.startswith(start):
        return False
    rest = path[len(start) :]
    return rest.count("/") == (1 if rest.startswith("/") else 0)


def _located(data_dir: Path, fetched: Path | None) -> list[tuple[str, Path]]:
    found = {}
    if fetched is not None:
        for location in _files_below(fetched):
            found[f"{FETCHED_FOLDER}/{location.relative_to(fetched).as_posix()}"] = location
    for location in _files_below(data_dir):
        found[location.relative_to(data_dir).as_posix()] = location
    return sorted(found.items())


def _files_below(folder_above: Path) -> list[Path]:
    return [
        Path(folder) / name
        for folder, _, names in os.walk(folder_above)
        for name in names
        if not name.startswith(_IGNORED)
    ]


def _read_cache(hash_cache: Path | None) -> dict[str, str]:
    if hash_cache is None or not hash_cache.is_file():
        return {}
    try:
        content = json.loads(hash_cache.read_text("utf-8"))
    except ValueError:
        # A half-written cache costs a re-hash, never a build.
        return {}
    return content if isinstance(content, dict) else {}


def _write_cache(hash_cache: Path, remembered: dict[str, str]) -> None:
    hash_cache.parent.mkdir(parents=True, exist_ok=True)
    temporary = hash_cache.with_name(f"{hash_cache.name}.{os.getpid()}")
    temporary.write_text(json.dumps(remembered, indent=0, sort_keys=True), "utf-8")
    temporary.replace(hash_cache)

"""The pointer to the published build on SQLite: one small file, replaced atomically."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.question import BuildInfo

POINTER = "current.json"

Stamp = tuple[int, int, int]
"""Modification time in nanoseconds, size and file number: changes whenever the pointer does."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which build file readers open, what it holds, and which one it replaced."""

    build: BuildInfo
    file: str
    inputs_hash: str
    previous_file: str | None = None


def builds_folder(var_dir: Path) -> Path:
    """Give the folder that holds the build files and the pointer."""
    return var_dir / "builds"


def pointer_stamp(var_dir: Path) -> Stamp | None:
    """Give what changes when another build is published; ``None`` before the first."""
    try:
        # Asked for dozens of times a page: texts are put together faster than paths.
        found = os.stat(f"{var_dir}/builds/{POINTER}")
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def read_pointer(var_dir: Path) -> Pointer | None:
    """Read the pointer; ``None`` before the first build."""
    try:
        found = json.loads((builds_folder(var_dir) / POINTER).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Pointer(
        BuildInfo(
            build_id=found["build_id"],
            published_at=datetime.fromisoformat(found["published_at"]),
            data_from=found["data_from"],
            data_to=found["data_to"],
        ),
        file=found["file"],
        inputs_hash=found["inputs_hash"],
        previous_file=found["previous_file"],
    )


def write_pointer(var_dir: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step that survives a power cut."""
    folder = builds_folder(var_dir)
    content = {
        "build_id": pointer.build.build_id,
        "published_at": pointer.build.published_at.isoformat(),
        "data_from": pointer.build.data_from,
        "data_to": pointer.build.data_to,
        "file": pointer.file,
        "inputs_hash": pointer.inputs_hash,
        "previous_file": pointer.previous_file,
    }
    unfinished = folder / f"{POINTER}.tmp"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / POINTER)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The raw zone: every original as it was handed in, named by its hash."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from warehouse.errors import FeedError
from warehouse.feeds.inputs import InputFile, hash_file


def kept_path(raw_zone: Path, sha256: str) -> Path:
    """Return where the original with this hash lies, or would lie."""
    return raw_zone / sha256[:2] / sha256


def keep_original(file: InputFile, raw_zone: Path) -> Path:
    """Copy ``file`` into the raw zone, unaltered, and return the copy.

    The copy appears whole or not at all: it is written under another name, checked against the
    hash and then renamed. Raises FeedError where the file changed since it was found.
    """
    kept = kept_path(raw_zone, file.sha256)
    if kept.is_file() and kept.stat().st_size == file.byte_count:
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    temporary = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        shutil.copyfile(file.location, temporary)
        if hash_file(temporary) != file.sha256:
            raise FeedError(
                f"{file.path} changed while it was being read. Wait until the hand-in is "
                f"complete, then build again.",
                path=file.path,
            )
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(kept)
    finally:
        temporary.unlink(missing_ok=True)
    return kept

"""Which files hold the lines of a build: a month and an agency each, listed in one small file.

The files made of a bill lie in a folder named by all that they were made from, and are never
changed. A build lists those that it consists of, so that readers of the build before find theirs,
and what is as it was is not written again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

INDEX = "index.json"
FOLDER = "agency-lines"
"""Where lines are kept, below the folder of an installation's own files."""
DOWNLOADS = "downloads"
"""Where lines are written for a download, until it is sent."""
DOWNLOAD_BEGINS = "lines-"
"""How the name of a folder begins that is one download's own."""

_KEPT_SECONDS = 3600
"""How long what no build lists any more is left to those who still read it."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of lines: all of one agency in one month, or a part of them."""

    month: str
    agency_id: int
    path: str
    """Below the folder of kept lines."""
    rows: int
    first_day: str
    last_day: str
    source: str
    """The hash of the bill that they come from."""
    is_wide: bool
    """Whether costs take more than 64 bits."""


@dataclass(frozen=True, slots=True)
class KeptBuild:
    """The files of a build in the order of its bills, and the paths of these by their hash."""

    files: tuple[KeptFile, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


class LineFolder:
    """The folder of kept lines of one installation."""

    def __init__(self, var_dir: Path) -> None:
        self.path = var_dir / FOLDER
        self._builds = self.path / "builds"
        self._downloads = var_dir / DOWNLOADS

    def bill(self, name: str) -> Path:
        """Return the folder of a bill; ``name`` says what its files were made from."""
        return self.path / name

    def read_bill(self, name: str) -> tuple[KeptFile, ...] | None:
        """Return the files made of a bill; ``None`` where they have to be made."""
        kept = _read(self.bill(name) / INDEX)
        return None if kept is None else kept.files

    def write_bill(self, unfinished: Path, name: str, files: Iterable[KeptFile]) -> None:
        """Give a bill's finished files their place."""
        _write(unfinished / INDEX, KeptBuild(tuple(files)))
        shutil.rmtree(self.bill(name), ignore_errors=True)
        unfinished.rename(self.bill(name))

    def read_build(self, build_id: str) -> KeptBuild | None:
        """Return what a build consists of; ``None`` if it kept no lines."""
        return _read(self._builds / f"{build_id}.json")

    def write_build(self, build_id: str, kept: KeptBuild) -> None:
        """List what a build consists of, before it is published."""
        self._builds.mkdir(parents=True, exist_ok=True)
        _write(self._builds / f"{build_id}.json", kept)

    def clean(self, build_id: str, *, builds_kept: int = 3) -> None:
        """Remove what neither this build nor the one before it uses, and left-over downloads.

        What was used until lately stays for those who are in the middle of reading it.
        """
        now = time.time()
        listed = sorted(self._builds.glob("*.json"), key=lambda path: path.stem, reverse=True)
        served = [path for path in listed if path.stem <= build_id][:builds_kept]
        for path in listed:
            if path not in served and path.stat().st_mtime < now - _KEPT_SECONDS:
                path.unlink(missing_ok=True)
        lists = [kept for path in self._builds.glob("*.json") if (kept := _read(path))]
        used = {file.path.split("/", 1)[0] for kept in lists for file in kept.files}
        for folder in self.path.iterdir():
            is_old = folder.stat().st_mtime < now - _KEPT_SECONDS
            if folder != self._builds and folder.name not in used and is_old:
                shutil.rmtree(folder, ignore_errors=True)
        for left in self._downloads.glob(f"{DOWNLOAD_BEGINS}*"):
            # A process that was killed in the middle of a download couldn't take it away.
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < now - _KEPT_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)


def _read(path: Path) -> KeptBuild | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return KeptBuild(tuple(KeptFile(**one) for one in found["files"]), found["sources"])
    except (OSError, ValueError, TypeError, KeyError):
        # Half-written or of another form: as good as none.
        return None


def _write(path: Path, kept: KeptBuild) -> None:
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(json.dumps(asdict(kept), separators=(",", ":")), "utf-8")
    temporary.replace(path)

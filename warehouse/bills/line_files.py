"""The line store: for each bill a Parquet file of its lines, kept until bill or code changes.

Beside ``<key>.parquet`` with all rows, their numbers and the rules each fails, lie
``<key>.failed.parquet`` with what the failed ones held, and ``<key>.json`` that sums both up. The
last is written last, so what it speaks of is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse.bills.billed_before import SliceKey
from warehouse.bills.remarks import Remark
from warehouse.code import digest_of_code

_KEPT_UNUSED_SECONDS = 24 * 3600
"""Lines of the build before are still being read when the next is published."""


@dataclass(frozen=True, slots=True)
class BilledSlice:
    """What a bill says about one billing account, month and currency: the unit that is restated.

    With an ``account_id`` it is that account's part of it, the unit that is held; ``charges`` is a
    digest of what its charges are for, whatever they cost.
    """

    provider: str
    billing_account_id: str
    billing_month: str
    billing_currency: str
    row_count: int
    billed_cost: Decimal
    first_day: str
    last_day: str
    account_id: str = ""
    charges: int = 0

    @property
    def bill(self) -> tuple[str, str, str]:
        """Whose bill of which month it is."""
        return self.provider, self.billing_account_id, self.billing_month

    @property
    def key(self) -> SliceKey:
        """Which slice a part is of."""
        return (
            self.provider,
            self.billing_account_id,
            self.account_id,
            self.billing_month,
            self.billing_currency,
        )

    @property
    def whole(self) -> tuple[str, str, str, str]:
        """Which bill, in which currency, a part is of."""
        return (*self.bill, self.billing_currency)


@dataclass(frozen=True, slots=True)
class LineFile:
    """What the line store knows of one bill.

    ``failed`` counts rows by rule; a row that fails two is counted under both. ``parts`` are the
    ``slices`` by account.
    """

    key: str
    layout: str
    encoding: str
    is_wide: bool
    rows_read: int
    rows_failed: int
    failed: dict[str, int] = field(default_factory=dict)
    slices: tuple[BilledSlice, ...] = ()
    parts: tuple[BilledSlice, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class LineStore:
    """The folder of the line files."""

    folder: Path

    def lines(self, key: str) -> Path:
        """Return where the lines of a bill lie."""
        return self.folder / f"{key}.parquet"

    def failed_rows(self, key: str) -> Path:
        """Return where the rows that failed lie."""
        return self.folder / f"{key}.failed.parquet"

    def read(self, key: str) -> LineFile | None:
        """Return what is known of a bill; ``None`` where its lines have to be made."""
        try:
            found = json.loads(self._summary(key).read_text("utf-8"))
            kept = _line_file(found)
        except (OSError, ValueError, TypeError, KeyError):
            # Half-written or of another form: made anew.
            return None
        return kept if self.lines(key).is_file() and self.failed_rows(key).is_file() else None

    def unfinished(self, path: Path) -> Path:
        """Return the name under which a file is written until it is whole."""
        return path.with_name(f".{path.name}.{os.getpid()}")

    def finish(self, line_file: LineFile) -> None:
        """Give the files of a bill their names, the summary last."""
        key = line_file.key
        for path in (self.lines(key), self.failed_rows(key)):
            self.unfinished(path).replace(path)
        summary = self._summary(key)
        temporary = self.unfinished(summary)
        temporary.write_text(json.dumps(asdict(line_file), default=str), "utf-8")
        temporary.replace(summary)

    def clean(self, used: Iterable[str]) -> None:
        """Remove the lines of bills that no build has used for a day."""
        kept = set(used)
        now = time.time()
        for path in self.folder.glob("*"):
            if path.name.split(".")[0] in kept:
                os.utime(path)
            elif path.stat().st_mtime < now - _KEPT_UNUSED_SECONDS:
                path.unlink(missing_ok=True)

    def _summary(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def line_key(sha256: str, map_hashes: Iterable[str] = ()) -> str:
    """Name a bill's lines by its bytes, its column maps, the code and the engine that read them."""
    said = (digest_of_code("bills", "feeds"), duckdb.__version__, *map_hashes)
    return f"{sha256}-{hashlib.sha256(' '.join(said).encode()).hexdigest()[:12]}"


def _line_file(found: dict[str, Any]) -> LineFile:
    slices, parts = (
        tuple(
            BilledSlice(**{**one, "billed_cost": Decimal(one["billed_cost"])})
            for one in found[name]
        )
        for name in ("slices", "parts")
    )
    remarks = tuple(Remark(**one) for one in found["remarks"])
    return LineFile(**{**found, "slices": slices, "parts": parts, "remarks": remarks})

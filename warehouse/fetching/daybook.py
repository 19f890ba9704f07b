"""What was tried, fetched and called on which day, so that no provider is asked twice a day."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from warehouse.months import shifted

SETTLES_AFTER_DAYS = 15
"""So long after a month's end its bill may still change; then it is taken as it is."""

_NAME = ".daybook.json"


@dataclass(slots=True)
class Daybook:
    """The days of each declaration's calls and months. Without its file all begins anew."""

    folder: Path
    today: date
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, today: date) -> Daybook:
        """Read the book of a folder, an empty one where there is none that can be read."""
        try:
            entries = json.loads((folder / _NAME).read_bytes())
        except (FileNotFoundError, ValueError):
            entries = {}
        return cls(folder, today, entries if isinstance(entries, dict) else {})

    def calls_today(self, source: str) -> int:
        """Count the calls made today."""
        calls = self._of(source).get("calls", {})
        return int(calls.get("made", 0)) if calls.get("day") == str(self.today) else 0

    def is_due(self, source: str, month: str) -> bool:
        """Tell whether a month's bill isn't settled and wasn't tried today."""
        known = self._month(source, month)
        settled = date.fromisoformat(f"{shifted(month, 1)}-01") + timedelta(SETTLES_AFTER_DAYS)
        is_settled = known.get("fetched", "") >= str(settled)
        return not is_settled and known.get("tried") != str(self.today)

    def fetched_on(self, source: str, month: str) -> str:
        """Give the day of the last success, empty where there is none."""
        return str(self._month(source, month).get("fetched", ""))

    def note(self, source: str, month: str, calls: int, *, fetched: bool) -> None:
        """Write down how a month's turn ended; it is on disk when this returns."""
        entry = self.entries.setdefault(source, {})
        entry["calls"] = {"day": str(self.today), "made": calls}
        one = entry.setdefault("months", {}).setdefault(month, {})
        one["tried"] = str(self.today)
        if fetched:
            one["fetched"] = str(self.today)
        replace_text(self.folder / _NAME, json.dumps(self.entries, indent=1, sort_keys=True))

    def _of(self, source: str) -> Mapping[str, Any]:
        return self.entries.get(source, {})

    def _month(self, source: str, month: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._of(source).get("months", {}).get(month, {})
        return found


def replace_text(location: Path, text: str) -> None:
    """Write a file so that it is there whole or as before."""
    location.parent.mkdir(parents=True, exist_ok=True)
    temporary = location.with_name(f".{location.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8")
    temporary.replace(location)

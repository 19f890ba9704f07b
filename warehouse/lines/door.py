"""The door to the lines of bills for web workers, which load DuckDB when somebody opens it.

The import by name is on purpose, and the only one in the program: a worker whose readers never look
at lines doesn't carry the engine, and the import contracts go on forbidding it everywhere else.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from threading import Lock
from typing import Protocol, cast

from warehouse.lines.asking import LineFilter, LineForm, LineKey, LinePage, LineSort, LineTotals
from warehouse.scope import Scope

_ADAPTER = "warehouse.lines.reading"


class Reader(Protocol):
    """What the adapter can do; each call says from which build and for whom."""

    def page(
        self,
        build_id: str,
        asked: LineFilter,
        scope: Scope,
        *,
        sort: LineSort,
        after: LineKey | None,
        limit: int,
    ) -> LinePage:
        """Give the lines that follow a place in an order, or the first ones."""

    def totals(self, build_id: str, asked: LineFilter, scope: Scope) -> tuple[LineTotals, ...]:
        """Count lines and add them up, by the currency they are billed in."""

    def write(
        self, build_id: str, asked: LineFilter, scope: Scope, form: LineForm, path: Path
    ) -> int:
        """Write lines into a file within the folder of downloads; give how many there are."""


class LineDoor:
    """Opens the adapter once, when it is first asked for."""

    def __init__(self, var_dir: Path) -> None:
        self._var_dir = var_dir
        self._lock = Lock()
        self._reader: Reader | None = None

    def reader(self) -> Reader:
        """Give the adapter."""
        with self._lock:
            if self._reader is None:
                adapter = importlib.import_module(_ADAPTER)
                self._reader = cast("Reader", adapter.LineReader(self._var_dir))
            return self._reader

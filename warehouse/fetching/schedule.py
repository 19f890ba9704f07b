"""Fetch in the background, so that neither a slow provider nor a long wait holds up a build."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import structlog

from warehouse.errors import WarehouseError
from warehouse.fetching.fetch import fetch_bills

_log = structlog.get_logger("exchequer.fetch")


class BackgroundFetch:
    """One run at a time, in a thread that ends with the process: files are whole or as before."""

    def __init__(self, data_dir: Path, var_dir: Path) -> None:
        self._data_dir = data_dir
        self._var_dir = var_dir
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin a run, unless one goes on."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(target=self._run, name="fetch", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for the run that goes on, if any."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            report = fetch_bills(self._data_dir, self._var_dir, datetime.now(UTC).date())
        except (WarehouseError, OSError) as error:
            _log.error("fetching hindered", error=str(error))
            return
        if report.calls or report.failures:
            _log.info(
                "fetched bills",
                files=len(report.fetched),
                failures=len(report.failures),
                calls=report.calls,
            )

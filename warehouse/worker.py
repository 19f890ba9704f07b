"""Keep the published build up to date: watch the inputs, build when they change.

Any number of workers may run; the one that holds the lease works. A build that fails is logged
and tried again later, less and less often, until its inputs change.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from secrets import token_hex

import structlog
from sqlalchemy.exc import SQLAlchemyError

from warehouse.build import build
from warehouse.db import Database
from warehouse.errors import WarehouseError
from warehouse.feeds.inputs import fetched_folder
from warehouse.governance.builds import records_stamp
from warehouse.governance.lease import hold_lease, release_lease
from warehouse.governance.previews import finish_preview, previewed, waiting_previews
from warehouse.governance.reviewed import RULES
from warehouse.policies.documents import read_policy
from warehouse.rehearsal import rehearse
from warehouse.rule_rehearsal import rehearse_rules
from warehouse.scope import Scope

LEASE = "build"
"""The kind of work whose leader builds."""

_LEASE_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 900.0
_CHORES_SECONDS = 3600.0

_log = structlog.get_logger("exchequer.worker")

Watched = tuple[int, tuple[int, ...]]
"""What tells that something changed: a hash over the files' stats, the counts of the records."""


def run_worker(
    database: Database,
    data_dir: Path,
    var_dir: Path,
    *,
    engine: str = "duckdb://",
    interval: float = 5.0,
    stop_event: threading.Event | None = None,
    chores: Callable[[], None] = lambda: None,
) -> None:
    """Work until ``stop_event`` is set; looks every ``interval`` seconds.

    ``chores`` is what else the leader does, at its start and once an hour.
    Never ends by an error of a build or of the database.
    """
    stop = stop_event or threading.Event()
    worker = _Worker(database, data_dir, var_dir, engine, interval, chores)
    _log.info("worker started", holder=worker.holder, data_dir=str(data_dir))
    try:
        while not stop.is_set():
            worker.look()
            stop.wait(interval)
    finally:
        worker.stand_down()
        _log.info("worker stopped", holder=worker.holder)


def watch(database: Database, data_dir: Path, fetched: Path | None = None) -> Watched:
    """Look at what a build is made from, without reading any file."""
    stats = []
    for folder, _, names in chain.from_iterable(os.walk(one) for one in (data_dir, fetched) if one):
        for name in names:
            if name.startswith("."):
                continue
            try:
                found = os.stat(os.path.join(folder, name))
            except FileNotFoundError:
                continue
            stats.append((folder, name, found.st_size, found.st_mtime_ns))
    with database.reading_records(Scope.whole_government()) as session:
        return hash(tuple(sorted(stats))), records_stamp(session)


@dataclass(slots=True)
class _Worker:
    database: Database
    data_dir: Path
    var_dir: Path
    engine: str
    interval: float
    chores: Callable[[], None]
    holder: str = field(
        default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"
    )
    leads: bool = False
    built: Watched | None = None
    failures: int = 0
    next_try: float = 0.0
    renewed: float = 0.0
    tidied: float = float("-inf")

    def look(self) -> None:
        """Renew the lease, and build if something changed; errors are logged."""
        try:
            if not self._lead():
                return
            if time.monotonic() - self.tidied > _CHORES_SECONDS:
                self.tidied = time.monotonic()
                self.chores()
            self._rehearse()
            seen = watch(self.database, self.data_dir, fetched_folder(self.var_dir))
            if seen == self.built and (not self.failures or time.monotonic() < self.next_try):
                return
            self._build(seen)
        except (WarehouseError, SQLAlchemyError, OSError) as error:
            _log.error("worker hindered", error=str(error))

    def stand_down(self) -> None:
        """Give the lease back if it is ours."""
        if not self.leads:
            return
        try:
            with self.database.records() as session:
                release_lease(session, LEASE, self.holder)
        except SQLAlchemyError as error:
            _log.warning("lease left to run out", error=str(error))

    def _rehearse(self) -> None:
        """Count what versions would change for those who asked; what fails is told to them."""
        with self.database.reading_records(Scope.whole_government()) as session:
            waiting = [
                (one.preview_id, one.kind, previewed(session, one).document)
                for one in waiting_previews(session)
            ]
        for preview_id, kind, document in waiting:
            result, error = None, None
            try:
                result = (
                    rehearse_rules(self.database, self.var_dir, document)
                    if kind == RULES.kind
                    else rehearse(self.database, [read_policy(document)])
                )
            except WarehouseError as refused:
                error = str(refused)
            except Exception:
                error = "It could not be counted. The log of the worker has the reason."
                _log.exception("preview failed", preview_id=preview_id)
            with self.database.records() as session:
                finish_preview(session, preview_id, datetime.now(UTC), result=result, error=error)
            self._renew()

    def _build(self, seen: Watched) -> None:
        self.built = seen
        try:
            report = build(
                self.database,
                self.data_dir,
                self.var_dir,
                engine=self.engine,
                on_step=lambda _: self._renew(),
            )
        except Exception as error:
            # A fault of ours too: the worker outlives every build, and the log has the rest.
            self.failures += 1
            wait = min(self.interval * 2 ** min(self.failures, 20), _LONGEST_WAIT_SECONDS)
            self.next_try = time.monotonic() + wait
            _log.error(
                "build failed",
                error=str(error),
                retry_in_seconds=round(wait, 1),
                exc_info=not isinstance(error, WarehouseError),
            )
            return
        self.failures = 0
        _log.info(
            f"build {report.status}",
            build_id=report.build_id,
            seconds=round(sum(report.durations.values()), 2),
            rows=sum(report.counts.values()),
        )

    def _lead(self) -> bool:
        led = self.leads
        now = datetime.now(UTC)
        with self.database.records() as session:
            lasting = timedelta(seconds=_LEASE_SECONDS)
            self.leads = hold_lease(session, LEASE, self.holder, now, lasting)
        self.renewed = time.monotonic()
        if self.leads != led:
            _log.info("worker leads" if self.leads else "worker follows", holder=self.holder)
        return self.leads

    def _renew(self) -> None:
        """Keep the lease during a long build; the build lock holds whatever happens to it."""
        if time.monotonic() - self.renewed > _LEASE_SECONDS / 4:
            self._lead()

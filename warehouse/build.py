"""Build the star from what was handed in and decided, and publish it.

One build runs at a time. Whatever goes wrong, and whenever, the build published before stays
in place and the next run starts over.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

import duckdb
import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy.exc import SQLAlchemyError

from warehouse.bills.held_owners import give_held_to_owners
from warehouse.bills.line_files import LineStore
from warehouse.code import digest_of_code
from warehouse.db import Database
from warehouse.engine import connect_engine, transforming
from warehouse.errors import BuildError
from warehouse.feeds.inputs import Inputs, fetched_folder, find_inputs
from warehouse.governance.anomaly_cases import cases_for_build
from warehouse.governance.builds import finish_build, start_build
from warehouse.governance.held import Slice, approved_slices
from warehouse.governance.in_force import (
    ANOMALY_CASES,
    KEPT_FORECASTS,
    Records,
    digest_of,
    records_in_force,
)
from warehouse.governance.kept_forecasts import forecasts_to_score
from warehouse.lines.keeping import keep_lines
from warehouse.lines.kept import LineFolder
from warehouse.locking import file_lock
from warehouse.publishing.anomaly_follow_up import follow_anomalies
from warehouse.publishing.follow_up import follow_up
from warehouse.publishing.forecasts_published import keep_published
from warehouse.publishing.previous import published_inputs_hash, read_previous
from warehouse.publishing.publish import publish
from warehouse.publishing.reach import months_of_cost
from warehouse.publishing.reconcile import expect_reconciled
from warehouse.publishing.record_tables import import_staged, load_records
from warehouse.publishing.unsplit_findings import write_unsplit
from warehouse.quality.stage import stage
from warehouse.question import BuildInfo
from warehouse.scope import Scope
from warehouse.transforms import build_star
from warehouse.transforms.plan import Engine

OnStep = Callable[[str], None]

PLANS = "plans"
"""The folder beside the builds where the statements that make them are kept."""

_ADVISORY_LOCK = 4_206_002
_FEW_BYTES = 4_000_000
"""Of so little, sharing the work between threads is more work than doing it."""
_ALL = Scope.whole_government()
_CODE = ("bills", "feeds", "forecasting", "lines", "policies", "quality", "schema", "spark",
         "transforms")  # fmt: skip
"""The folders whose code decides what a build holds."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run of the build came to; ``published_at`` is that of the build now served."""

    build_id: str
    status: Literal["published", "unchanged"]
    durations: Mapping[str, float]
    counts: Mapping[str, int]
    published_at: datetime


def build(
    database: Database,
    data_dir: Path,
    var_dir: Path,
    *,
    engine: str = "duckdb://",
    force: bool = False,
    on_step: OnStep = lambda _: None,
) -> BuildReport:
    """Build and publish, unless the published build was made from the same inputs.

    Waits for a build that runs already. ``on_step`` is called with the name of each step before
    it. Raises BuildError when nothing could be published.
    """
    if not data_dir.is_dir():
        raise BuildError(
            f"There is no data directory {data_dir}. Set EXCHEQUER_DATA_DIR to the folder that "
            "holds mda/ and the other feeds."
        )
    with file_lock(var_dir / "build.lock"), database.holding(_ADVISORY_LOCK):
        return _Run(database, data_dir, var_dir, engine, on_step).finish(force=force)


@cache
def code_version() -> str:
    """Give a digest of the code that decides what a build holds: other code, other build."""
    return digest_of_code(*_CODE)


@dataclass(slots=True)
class _Run:
    """One run of the build, under the lock."""

    database: Database
    data_dir: Path
    var_dir: Path
    engine: str
    on_step: OnStep
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    durations: dict[str, float] = field(default_factory=dict)
    build_id: str = ""

    def finish(self, *, force: bool) -> BuildReport:
        """Run to the end and keep a record of how it ended."""
        self.build_id = f"{self.started_at:%Y%m%dT%H%M%S}-{token_hex(4)}"
        try:
            with self.database.records() as session:
                start_build(session, self.build_id, self.started_at)
            return self._run(force=force)
        except Exception as error:
            self._record_failure(error)
            if isinstance(error, OSError | SQLAlchemyError | duckdb.Error):
                raise BuildError(
                    f"The build {self.build_id} stopped: {getattr(error, 'orig', None) or error}. "
                    f"See that the disk of {self.var_dir} has room and the database is up; the "
                    "build published before still serves, and the next run starts over."
                ) from error
            raise

    def _run(self, *, force: bool) -> BuildReport:
        with self._timed("inputs"):
            inputs = find_inputs(
                self.data_dir, self.var_dir / "hashes.json", fetched_folder(self.var_dir)
            )
            with self.database.reading_records(_ALL) as session:
                approvals = approved_slices(session)
                inputs_hash = _hash_of(inputs, records_in_force(session), approvals)
            unchanged = inputs_hash == published_inputs_hash(self.database)
        if unchanged and not force:
            return self._report("unchanged", {}, [], inputs_hash)
        few = sum(file.byte_count for file in inputs.files) < _FEW_BYTES
        con = connect_engine(
            self.engine, threads=1 if few else None, spill_to=self.var_dir / "spill"
        )
        try:
            with transforming(self.engine, con, self.var_dir / "exchange") as engine:
                return self._build(con, engine, inputs, approvals)
        finally:
            con.disconnect()

    def _build(
        self, con: Backend, engine: Engine, inputs: Inputs, approvals: frozenset[Slice]
    ) -> BuildReport:
        with self._timed("stage"):
            stage(
                con,
                inputs,
                raw_zone=self.var_dir / "raw",
                line_store=self.var_dir / "lines",
                previous=read_previous(self.database),
                approvals=approvals,
            )
        with self._timed("records"):
            with self.database.records(_ALL) as session:
                import_staged(con, session, self.started_at)
            with self.database.reading_records(_ALL) as session:
                records = records_in_force(session)
                kept = {
                    KEPT_FORECASTS: forecasts_to_score(session),
                    ANOMALY_CASES: cases_for_build(session),
                }
            load_records(con, {**records, **kept})
            give_held_to_owners(con.con)
            # Of exactly what is built: what is decided from here on makes another build.
            inputs_hash = _hash_of(inputs, records, approvals)
        with self._timed("transform"):
            build_star(con, engine=engine, plans=self.var_dir / PLANS, on_step=self.on_step)
            write_unsplit(con)
        with self._timed("reconcile"):
            expect_reconciled(con)
        folder = LineFolder(self.var_dir)
        with self._timed("lines"):
            keep_lines(con, LineStore(self.var_dir / "lines"), folder, self.build_id)
        with self._timed("publish"):
            info = _describe_build(con, self.build_id, inputs_hash)
            counts = publish(con, self.database, info, inputs_hash, self.on_step)
            folder.clean(self.build_id)
        with self._timed("follow_up"), self.database.records(_ALL) as session:
            follow_up(con, session, info.published_at)
            follow_anomalies(con, session, info.published_at)
            keep_published(con, session, info)
        return self._report("published", counts, _inputs_of(con), inputs_hash)

    def _report(
        self,
        status: Literal["published", "unchanged"],
        counts: dict[str, int],
        inputs: list[dict[str, Any]],
        inputs_hash: str,
    ) -> BuildReport:
        with self.database.records() as session:
            finish_build(
                session,
                self.build_id,
                datetime.now(UTC),
                status,
                durations=self.durations,
                counts=counts,
                inputs=inputs,
                inputs_hash=inputs_hash,
            )
        served = self.database.published()
        at = served.published_at if served else self.started_at
        return BuildReport(self.build_id, status, dict(self.durations), counts, at)

    def _record_failure(self, error: Exception) -> None:
        # On a full disk this can't be written either; the next run closes the row then.
        with suppress(SQLAlchemyError, OSError), self.database.records() as session:
            finish_build(
                session,
                self.build_id,
                datetime.now(UTC),
                "failed",
                durations=self.durations,
                error=str(error),
            )

    @contextmanager
    def _timed(self, stage_name: str) -> Iterator[None]:
        self.on_step(stage_name)
        started = time.perf_counter()
        try:
            yield
        finally:
            self.durations[stage_name] = round(time.perf_counter() - started, 4)


def _hash_of(inputs: Inputs, records: Records, approvals: frozenset[Slice]) -> str:
    said = (inputs.digest, digest_of(records), repr(sorted(approvals)), code_version())
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _describe_build(con: Backend, build_id: str, inputs_hash: str) -> BuildInfo:
    """Write ``build_info`` beside the other tables."""
    first, last = months_of_cost(con.con)
    info = BuildInfo(build_id, datetime.now(UTC), first, last)
    row = {
        "build_id": pa.array([info.build_id]),
        "built_at": pa.array([info.published_at], pa.timestamp("us", "UTC")),
        "data_from": pa.array([info.data_from]),
        "data_to": pa.array([info.data_to]),
        "inputs_hash": pa.array([inputs_hash]),
        "code_version": pa.array([code_version()]),
    }
    con.con.register("incoming_build", pa.table(row))
    con.con.execute("CREATE OR REPLACE TABLE build_info AS SELECT * FROM incoming_build")
    con.con.unregister("incoming_build")
    return info


def _inputs_of(con: Backend) -> list[dict[str, Any]]:
    files = con.con.execute("SELECT path, sha256, rows_read FROM source_file ORDER BY source_id")
    return [{"path": p, "sha256": s, "rows": n} for p, s, n in files.fetchall()]

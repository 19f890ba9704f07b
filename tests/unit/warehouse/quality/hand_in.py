"""A small data directory to hand in, and the staging of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis

from warehouse.feeds.inputs import find_inputs
from warehouse.quality.holds import Previous
from warehouse.quality.stage import Approvals, Staged, stage

AGENCIES_HEADER = (
    "agency_id,country,country_code,agency_name,org_size,sector_type,aws_pref_region,currency,"
    "region_group"
)
USAGE_HEADER = (
    "agency_id,country,country_code,month,service_type,compute_hours,storage_gb,data_egress_gb,"
    "utilisation_pct,cost_usd,aws_region,migration_status,resource_count"
)
NOTHING_BEFORE = Previous({}, {}, {})


def agency(number: int, *, code: str = "TT", currency: str = "TTD", size: str = "Large") -> str:
    """Return one row of agencies.csv."""
    return f"{number},Land,{code},Ministry {number},{size},Ministry,us-east-1,{currency},Caribbean"


def usage(
    number: int | str,
    month: str = "2025-01",
    cost: str = "1000.5",
    *,
    service: str = "IaaS",
    code: str = "TT",
    status: str = "Pre",
) -> str:
    """Return one row of usage_monthly.csv."""
    return f"{number},Land,{code},{month},{service},10,20,30,40.5,{cost},us-east-1,{status},7"


@dataclass(frozen=True)
class Outcome:
    """What staging left behind."""

    staged: Staged
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the staged database."""
        return self.connection.execute(sql).fetchall()

    def failures(self) -> list[tuple[Any, ...]]:
        """Return row number and rules of each quarantined row."""
        return self.rows("SELECT source_row, rules FROM quarantined_row ORDER BY ALL")


@dataclass(frozen=True)
class HandIn:
    """A data directory and a raw zone in a test's own folder."""

    root: Path

    def write(self, path: str, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
        """Write a file of lines below the data directory."""
        return self.write_bytes(path, ("\n".join(lines) + end).encode(encoding))

    def write_bytes(self, path: str, content: bytes) -> Path:
        """Write a file of bytes below the data directory."""
        location = self.root / "data" / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(content)
        return location

    def agencies(self, *rows: str) -> None:
        """Write agencies.csv."""
        self.write("mda/agencies.csv", AGENCIES_HEADER, *rows)

    def usage(self, *rows: str) -> None:
        """Write usage_monthly.csv."""
        self.write("mda/usage_monthly.csv", USAGE_HEADER, *rows)

    def stage(
        self, previous: Previous = NOTHING_BEFORE, approvals: Approvals = frozenset()
    ) -> Outcome:
        """Stage the data directory into a fresh DuckDB."""
        con = ibis.duckdb.connect(threads=1)
        staged = stage(
            con,
            find_inputs(self.root / "data"),
            raw_zone=self.root / "raw",
            line_store=self.root / "lines",
            previous=previous,
            approvals=approvals,
        )
        return Outcome(staged, con.con)


def published(
    *,
    accepted: dict[str, str] | None = None,
    totals: dict[tuple[str, int, str], Decimal] | None = None,
    currencies: dict[int, str] | None = None,
) -> Previous:
    """Describe a published build."""
    return Previous(accepted or {}, totals or {}, currencies or {})

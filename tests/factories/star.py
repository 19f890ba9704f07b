"""A star with a handful of literal rows, straight in the engine: for what lands and serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import ibis
from ibis.backends.duckdb import Backend
from sqlalchemy import Boolean, Column, Date, DateTime, Integer

from warehouse.question import BuildInfo
from warehouse.schema import STAR
from warehouse.schema.types import Exact

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def agencies_costing(costs: Mapping[int, str], month: str = "2025-01") -> Rows:
    """Give the rows of some agencies, each with one usage row of this cost."""
    agency = {
        "country": "Panama", "country_code": "PA", "org_size": "Small",
        "sector_type": "Agency", "currency": "USD",
    }  # fmt: skip
    usage = {
        "month": month, "service_type": "IaaS", "region": "us-east-1", "migration_status": "Pre",
        "compute_hours": "1.5", "storage_gb": "2", "data_egress_gb": "3",
        "utilisation_pct": "50", "resource_count": 4,
    }  # fmt: skip
    return {
        "dim_agency": [
            {**agency, "agency_id": number, "agency_name": f"Agency {number}"} for number in costs
        ],
        "dim_date": [
            {"month": month, "month_start_date": f"{month}-01", "year": 2025,
             "quarter": "2025-Q1", "month_number": 1, "month_name": "January",
             "peak_period_flag": True}
        ],
        "dim_service": [
            {"service_type": "IaaS", "service_name": "Infrastructure", "criticality": "High"}
        ],
        "dim_region": [
            {"region": "us-east-1", "region_name": "Virginia", "region_area": "Americas"}
        ],
        "fact_usage_monthly": [
            {**usage, "agency_id": number, "cost_usd": cost} for number, cost in costs.items()
        ],
        "quality_result": [
            {"feed": "agencies", "rule": "known", "agency_id": number, "severity": "fail",
             "description": "Known.", "rows_failed": 0}
            for number in (0, *costs)
        ],
        "source_file": [
            {"source_id": 1, "feed": "agencies", "path": "mda/agencies.csv", "sha256": "0" * 64,
             "byte_count": 5_000_000_000, "encoding": "utf-8", "status": "accepted",
             "rows_read": len(costs),
             "rows_passed": len(costs), "rows_failed": 0, "rows_held": 0}
        ],
    }  # fmt: skip


def star_of(build_id: str, rows: Rows) -> tuple[Backend, BuildInfo]:
    """Make an engine that holds every table of the star with these rows; the rest empty."""
    con = ibis.duckdb.connect(threads=1)
    info = BuildInfo(build_id, datetime(2025, 11, 1, 8, 30, tzinfo=UTC), "2025-01", "2025-01")
    build = {
        "build_id": build_id, "built_at": info.published_at.isoformat(), "data_from": "2025-01",
        "data_to": "2025-01", "inputs_hash": f"inputs of {build_id}", "code_version": "1",
    }  # fmt: skip
    for table in STAR.sorted_tables:
        columns = ", ".join(f'"{c.name}" {_type_of(c)}' for c in table.columns)
        con.con.execute(f"CREATE TABLE {table.name} ({columns})")
        for row in [build] if table.name == "build_info" else rows.get(table.name, ()):
            marks = ", ".join("?" for _ in row)
            con.con.execute(
                f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", list(row.values())
            )
    return con, info


def _type_of(column: Column[Any]) -> str:
    kinds = {
        Exact: "DECIMAL(28, 6)",
        Integer: "BIGINT",
        Boolean: "BOOLEAN",
        DateTime: "TIMESTAMPTZ",
        Date: "DATE",
    }
    return next((sql for kind, sql in kinds.items() if isinstance(column.type, kind)), "VARCHAR")

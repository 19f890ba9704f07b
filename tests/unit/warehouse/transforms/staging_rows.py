"""Staging and record tables filled with literal rows, for tests of the transforms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ibis.backends.duckdb import Backend

from tests.factories.plans import part_of
from warehouse.transforms.plan import InProcess, run_plan
from warehouse.transforms.staging import RECORDS, STAGING
from warehouse.transforms.star import plan_star

SQL_TYPES = {"int32": "integer", "int64": "bigint", "string": "varchar"}

THRESHOLDS = (
    ("sla_latency_ms", Decimal(500)),
    ("sla_error_rate_pct", Decimal(3)),
    ("capacity_utilisation_pct", Decimal(85)),
    ("warning_latency_ms", Decimal(400)),
    ("warning_error_rate_pct", Decimal("2.5")),
    ("idle_utilisation_pct", Decimal(20)),
    ("tag_target_pct", Decimal(80)),
    ("spend_spike_ratio", Decimal("0.25")),
    ("fast_growth_ratio", Decimal("0.15")),
    ("high_season_index", Decimal("1.2")),
    ("bill_coverage_ratio", Decimal("0.8")),
)


class Staging:
    """Staging tables of a connection, filled with literal rows by column name."""

    def __init__(
        self,
        con: Backend,
        amounts: str = "decimal(28, 12)",
        plans: Path | None = None,
        tables: Collection[str] = (),
    ) -> None:
        self.con = con
        self.plans = plans
        self.tables = tables
        types = {**SQL_TYPES, "decimal(28, 12)": amounts}
        for name, columns in {**STAGING, **RECORDS}.items():
            listed = ", ".join(f"{c} {types.get(t, t)}" for c, t in columns.items())
            con.raw_sql(f"create table {name} ({listed})")
        for name, value in THRESHOLDS:
            self.add("rec_threshold", name=name, value=value, effective_from="1900-01")

    def add(self, table: str, **row: Any) -> None:
        marks = ", ".join("?" for _ in row)
        self.con.con.execute(
            f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
        )

    def agency(self, agency_id: int, country_code: str = "TT", currency: str = "USD") -> None:
        self.add(
            "stg_agencies",
            agency_id=agency_id,
            country="A country",
            country_code=country_code,
            agency_name=f"Ministry {agency_id}",
            org_size="Large",
            sector_type="Ministry",
            currency=currency,
        )

    def usage(self, agency_id: int, month: str, **row: Any) -> None:
        usual: dict[str, Any] = {
            "service_type": "IaaS",
            "compute_hours": 100,
            "storage_gb": 200,
            "data_egress_gb": 20,
            "utilisation_pct": 50,
            "cost_usd": Decimal("10.00"),
            "aws_region": "us-east-1",
            "migration_status": "Pre",
            "resource_count": 3,
            "source_id": 1,
            "source_row": 2,
        }
        self.add("stg_usage_monthly", agency_id=agency_id, month=month, **{**usual, **row})

    def telemetry(self, agency_id: int, service: str, period_start: str, **row: Any) -> None:
        usual: dict[str, Any] = {
            "region": "us-east-1",
            "provider": "AWS",
            "requests": 1000,
            "errors": 10,
            "latency_mean_ms": 120,
            "requests_le_100ms": 400,
            "requests_le_250ms": 900,
            "requests_le_500ms": 990,
            "requests_le_1000ms": 1000,
            "requests_le_2500ms": 1000,
            "successful_minutes": 1430,
            "total_minutes": 1440,
            "source_id": 2,
            "source_row": 2,
        }
        keys = {
            "agency_id": agency_id,
            "digital_service_id": service,
            "period_start": period_start,
        }
        self.add("stg_telemetry", **keys, **{**usual, **row})

    def budget(self, agency_id: int, period: str, amount: str, **row: Any) -> None:
        usual = {"currency": "USD", "phasing": "even", "version": "original"}
        self.add(
            "rec_budget",
            agency_id=agency_id,
            period=period,
            amount=Decimal(amount),
            **{**usual, **row},
        )

    def build(self) -> None:
        """Build the whole star, or what leads to the tables that the tests look at."""
        engine = InProcess(self.con)
        plan = plan_star(self.con, engine, self.plans)
        run_plan(self.con, part_of(plan, self.tables) if self.tables else plan, _unseen, engine)

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.con.raw_sql(sql).fetchall()
        return found

    def one(self, sql: str) -> Any:
        (row,) = self.rows(sql)
        return row[0]


def _unseen(_step: str) -> None:
    """Do nothing: no test of these follows the steps."""

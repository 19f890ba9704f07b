"""Lines of bills as literal rows, and the star that is built and published from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from ibis.backends.duckdb import Backend

from warehouse.bills.columns import COSTS, LINE_COLUMNS, Form
from warehouse.db import Database, open_database
from warehouse.migrate import migrate
from warehouse.publishing.publish import publish
from warehouse.quality.operations import create_operations
from warehouse.question import BuildInfo

_TYPES = {Form.AMOUNT: "DECIMAL(18, 12)", Form.DAY: "DATE", Form.WHOLE: "INTEGER"}
_USUAL: dict[str, Any] = {
    "source_id": 1,
    "source_row": 2,
    "provider": "AWS",
    "billing_account_id": "root",
    "account_id": "111",
    "billing_currency": "USD",
    "charge_category": "Usage",
    "service_category": "Compute",
    "service_name": "Amazon EC2",
    "region_id": "us-east-1",
}


def line(day: str, cost: str, **row: Any) -> dict[str, Any]:
    """Give one line: ``cost`` is each of the four costs unless told."""
    amount = Decimal(cost)
    costs = dict.fromkeys(COSTS, amount)
    dates = {"charge_day": date.fromisoformat(day), "billing_month": day[:7]}
    return {**_USUAL, **costs, **dates, **row}


def put_lines(con: Backend, lines: Iterable[dict[str, Any]]) -> None:
    """Make ``stg_charge`` of these lines."""
    columns = ", ".join(f"{c.name} {_TYPES.get(c.form, 'VARCHAR')}" for c in LINE_COLUMNS)
    con.con.execute(f"CREATE OR REPLACE TABLE stg_charge ({columns})")
    for row in lines:
        marks = ", ".join("?" for _ in row)
        con.con.execute(
            f"INSERT INTO stg_charge ({', '.join(row)}) VALUES ({marks})", list(row.values())
        )


def publish_lines(staging: Any, folder: Path) -> Database:
    """Build the star of literal staging rows and publish it on SQLite, below ``folder``."""
    staging.build()
    create_operations(staging.con.con)
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    migrate(database)
    info = BuildInfo("one", datetime(2025, 11, 1, tzinfo=UTC), "2025-01", "2025-12")
    row = {
        "build_id": info.build_id, "built_at": info.published_at, "data_from": info.data_from,
        "data_to": info.data_to, "inputs_hash": "none", "code_version": "1",
    }  # fmt: skip
    staging.con.con.register("one_build", pa.table({name: [row[name]] for name in row}))
    staging.con.con.execute("CREATE OR REPLACE TABLE build_info AS SELECT * FROM one_build")
    publish(staging.con, database, info, "none", lambda _: None)
    return database

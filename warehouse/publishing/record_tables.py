"""Between the records and the engine: import what was staged, load what is in force."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy.orm import Session

from warehouse.governance.imports import (
    AccountRow,
    BudgetRow,
    RateRow,
    TargetRow,
    import_accounts,
    import_budgets,
    import_rates,
    import_targets,
)
from warehouse.governance.in_force import RECORD_COLUMNS, WRITTEN_BY_BUILDS, Records
from warehouse.governance.newest import Row
from warehouse.governance.rule_imports import (
    AllocationRow,
    TagRuleRow,
    import_allocation_rules,
    import_tag_rules,
)

_DECIMAL = pa.decimal128(28, 12)
_TYPES = {
    "value": _DECIMAL,
    "usd_per_unit": _DECIMAL,
    "amount": _DECIMAL,
    "availability_ratio": _DECIMAL,
    "share": _DECIMAL,
    "priority": pa.int64(),
    "agency_id": pa.int32(),
    "month_number": pa.int32(),
    "start_month_number": pa.int32(),
    "position": pa.int32(),
    **dict.fromkeys(("step", "case_id", "days_to_find", "days_to_resolve"), pa.int32()),
    **dict.fromkeys(
        ("forecast_usd", "low_80_usd", "high_80_usd", "change_usd", "change_ratio"), _DECIMAL
    ),
    "rec_tagging_policy.version": pa.int32(),
    "rec_value_list.value": pa.string(),
}
"""By column name, with its table's where another has one so named; other columns are text."""


def import_staged(con: Backend, session: Session, now: datetime) -> dict[str, int]:
    """Record what the staged files of budgets, rates, accounts and targets say anew."""
    rates = _staged(con, "stg_exchange_rates", "s.month, s.currency, s.usd_per_unit, f.path")
    budgets = _staged(
        con,
        "stg_budgets",
        "s.agency_id, s.period, s.amount, s.currency, s.phasing, s.version, f.path, f.sha256,"
        " s.source_row",
    )
    accounts = _staged(
        con,
        "stg_accounts",
        "s.provider, s.account_id, s.agency_id, s.valid_from, s.valid_to, f.path",
    )
    targets = _staged(
        con, "stg_services", "s.digital_service_id, s.agency_id, s.slo_target_pct, f.path"
    )
    tags = _staged(
        con,
        "stg_tag_rules",
        "s.rule, s.priority, s.tag_key, s.value_pattern, s.agency_id, s.valid_from, s.valid_to,"
        " f.path",
    )
    shares = _staged(
        con,
        "stg_allocation_rules",
        "s.rule, s.priority, s.provider, s.account_id, s.service_name, s.method, s.agency_id,"
        " s.share, s.valid_from, s.valid_to, f.path, s.measure",
    )
    return {
        "tag_rules": import_tag_rules(session, (TagRuleRow(*row) for row in tags), now),
        "allocation_rules": import_allocation_rules(
            session, (AllocationRow(*row) for row in shares), now
        ),
        "rates": import_rates(session, (RateRow(*row) for row in rates), now),
        "budgets": import_budgets(session, (BudgetRow(*row) for row in budgets), now),
        "accounts": import_accounts(session, (AccountRow(*row) for row in accounts), now),
        "targets": import_targets(
            session, (TargetRow(row[0], row[1], _ratio(row[2]), row[3]) for row in targets), now
        ),
    }


def load_records(con: Backend, records: Records) -> None:
    """Create the ``rec_`` tables that the transforms read; what builds wrote may be left out."""
    for name, columns in RECORD_COLUMNS.items():
        rows = records.get(name, ()) if name in WRITTEN_BY_BUILDS else records[name]
        arrays = {
            column: pa.array([row[at] for row in rows], _type_of(name, column))
            for at, column in enumerate(columns)
        }
        con.con.register("incoming_records", pa.table(arrays))
        con.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming_records")
        con.con.unregister("incoming_records")


def _staged(con: Backend, table: str, columns: str) -> list[Row]:
    query = (
        f"SELECT {columns} FROM {table} s JOIN source_file f USING (source_id)"
        " ORDER BY s.source_id, s.source_row"
    )
    return [tuple(row) for row in con.con.execute(query).fetchall()]


def _type_of(table: str, column: str) -> pa.DataType:
    return _TYPES.get(f"{table}.{column}", _TYPES.get(column, pa.string()))


def _ratio(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent / 100

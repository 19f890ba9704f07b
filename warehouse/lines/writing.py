"""Write lines into files: as they are shown, or as FOCUS 1.2 for whoever takes them elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from warehouse.bills.columns import LINE_COLUMNS, Form
from warehouse.bills.focus_columns import FOCUS_COLUMNS, Kind
from warehouse.lines.asking import LineForm
from warehouse.lines.columns import SHOWN

FOCUS_VERSION = "1.2"

_FORMULA = r"^ *[=+\-@\t\r\n]"
_AMOUNTS = frozenset(one.name for one in LINE_COLUMNS if one.form is Form.AMOUNT)
_OWN = {
    # Our columns follow a later version of FOCUS, which renamed two.
    "ProviderName": "coalesce(provider_name, provider)",
    "BillingPeriodStart": "CAST(billing_month || '-01' AS TIMESTAMP)",
    "BillingPeriodEnd": "CAST(billing_month || '-01' AS TIMESTAMP) + INTERVAL 1 MONTH",
    "ChargePeriodStart": "CAST(charge_day AS TIMESTAMP)",
    "ChargePeriodEnd": "CAST(coalesce(charge_end_day, charge_day + 1) AS TIMESTAMP)",
}
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def select_for(form: LineForm, source: str | None, bills: Sequence[str | None], path: Path) -> str:
    """Return SQL that writes the lines of ``source`` to a path; without one, only the header.

    ``bills`` gives, by the number of each file, the bill it is from, where that may be told.
    """
    lines = source or f"SELECT {_no_line()} WHERE false"
    target = _quoted(str(path))
    if form == "focus-parquet":
        return f"COPY ({_focus(lines, is_text=False)}) TO {target} (FORMAT parquet)"
    select = _focus(lines, is_text=True) if form == "focus-csv" else _shown(lines, bills)
    return f"COPY ({select}) TO {target} (FORMAT csv, HEADER, NULLSTR '', USE_TMP_FILE false)"


def _shown(lines: str, bills: Sequence[str | None]) -> str:
    columns = ", ".join(
        f"{sql if sql in _AMOUNTS or name in _PLAIN else _defused(sql)} AS {name}"
        for name, sql in SHOWN.items()
        if name != "source_row"
    )
    # Looked up by number and not joined: lines stay in the order of files and rows.
    named = ", ".join("NULL" if bill is None else _quoted(bill) for bill in bills)
    bill = f"CAST([{named}] AS VARCHAR[])[file_index + 1]"
    return (
        f"SELECT {columns}, {_defused(bill)} AS source, "
        f"CASE WHEN {bill} IS NOT NULL THEN source_row END AS source_row FROM ({lines})"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_PLAIN = frozenset({"day", "month", "agency_id", "attribution", "currency"})


def _focus(lines: str, *, is_text: bool) -> str:
    columns = []
    for column in FOCUS_COLUMNS:
        if not column.since <= FOCUS_VERSION <= column.until:
            continue
        sql = _focus_value(column.name)
        if is_text and sql != "NULL":
            if column.kind is Kind.INSTANT:
                sql = f"strftime({sql}, '{_INSTANT}')"
            elif column.kind is Kind.TEXT:
                sql = _defused(sql)
        kind = "DECIMAL(28, 12)" if column.kind is Kind.AMOUNT else "VARCHAR"
        sql = f"CAST(NULL AS {kind})" if sql == "NULL" else sql
        columns.append(f'{sql} AS "{column.name}"')
    return f"SELECT {', '.join(columns)} FROM ({lines})"


def _focus_value(name: str) -> str:
    """Give what a column of FOCUS is read from; what isn't known is left empty, never made up."""
    if name in _OWN:
        return _OWN[name]
    return next((one.name for one in LINE_COLUMNS if one.focus == name), "NULL")


def _defused(sql: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return f"CASE WHEN regexp_matches({sql}, '{_FORMULA}') THEN '''' || {sql} ELSE {sql} END"


def _no_line() -> str:
    types = {Form.AMOUNT: "DECIMAL(28, 12)", Form.DAY: "DATE", Form.WHOLE: "INTEGER"}
    columns = [
        f"CAST(NULL AS {types.get(one.form, 'VARCHAR')}) AS {one.name}" for one in LINE_COLUMNS
    ]
    columns += [
        "CAST(NULL AS INTEGER) AS agency_id",
        "CAST(NULL AS VARCHAR) AS attribution",
        "CAST(NULL AS BIGINT) AS file_index",
    ]
    return ", ".join(columns)

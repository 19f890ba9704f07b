"""What anomalies are looked for in: cost by agency, service, account, month and day."""

from __future__ import annotations

from typing import Final

import pandas as pd
from ibis.backends.duckdb import Backend

from warehouse.schema.anomalies import ACCOUNT, SERVICE, WHOLE

DAYS_READ: Final = 400
"""Days before the last billed one that are judged: what is older is known by its months."""

_ACCOUNT: Final = "provider || '/' || account_id"
_LAST_DAY: Final = "select agency_id, max(day) as last_day from agg_charge_agency_day group by 1"
_OURS: Final = "agency_id in (select agency_id from dim_agency)"


def read_months(con: Backend) -> pd.DataFrame:
    """Read cost by month of agencies, their service types and accounts.

    Parts of a month that bills tell are no longer those of a month that the agency summed up:
    ``stretch`` counts how often that changed. A month billed in part is left out.
    """
    rows = read_frame(
        con,
        "select agency_id, service_type as part, cast(month || '-01' as date) as ds, "
        "cast(sum(cost_usd) as double) as y, bool_or(source = 'bill') as is_billed "
        "from fact_cost_monthly where cost_usd is not null group by all order by all",
    )
    if rows.empty:
        return rows.assign(level=SERVICE, stretch=0)
    rows = rows.assign(ds=pd.to_datetime(rows["ds"]), level=SERVICE)
    source = rows.groupby(["agency_id", "ds"], as_index=False)["is_billed"].max()
    turns = source.groupby("agency_id")["is_billed"].transform(lambda it: it != it.shift())
    source["stretch"] = turns.astype(int).groupby(source["agency_id"]).cumsum()
    rows = rows.drop(columns="is_billed").merge(source, on=["agency_id", "ds"])
    parts = pd.concat([rows, _account_months(con)])
    whole = rows.groupby(["agency_id", "ds"], as_index=False).agg(
        y=("y", "sum"), is_billed=("is_billed", "max")
    )
    judged = pd.concat([whole.assign(level=WHOLE, part=WHOLE, stretch=0), parts])
    return _without_running(con, judged)


def _account_months(con: Backend) -> pd.DataFrame:
    rows = read_frame(
        con,
        f"select agency_id, {_ACCOUNT} as part, cast(month || '-01' as date) as ds, "
        "cast(sum(effective_cost_usd) as double) as y from agg_charge_agency_service_month "
        f"where effective_cost_usd is not null and {_OURS} group by all order by all",
    )
    return rows.assign(ds=pd.to_datetime(rows["ds"]), level=ACCOUNT, stretch=0, is_billed=True)


def _without_running(con: Backend, rows: pd.DataFrame) -> pd.DataFrame:
    billed = read_frame(con, _LAST_DAY)
    ends = dict(zip(billed["agency_id"], pd.to_datetime(billed["last_day"]), strict=True))
    last = pd.to_datetime(rows["agency_id"].map(ends))
    is_running = (
        rows["is_billed"]
        & (rows["ds"].dt.to_period("M") == last.dt.to_period("M"))
        & (last.dt.day < last.dt.days_in_month)
    )
    kept: pd.DataFrame = rows[~is_running]
    return kept


def read_days(con: Backend) -> pd.DataFrame:
    """Read what agencies and their accounts used by day, as billed in US dollars."""
    rows = _days(con, "agg_charge_agency_day", f"'{WHOLE}'").assign(level=WHOLE)
    accounts = _days(con, "fact_charge_daily", _ACCOUNT).assign(level=ACCOUNT)
    both = pd.concat([rows, accounts])
    return both.assign(ds=pd.to_datetime(both["ds"]), stretch=0)


def read_categories(con: Backend, accounts: pd.DataFrame) -> pd.DataFrame:
    """Read by day what agencies used of each service category, and in these of their accounts."""
    whole = _days(con, "agg_charge_agency_day", "service_category").assign(level=WHOLE, of=WHOLE)
    con.con.register("incoming_account", accounts[["agency_id", "part"]].drop_duplicates())
    own = _days(
        con, "fact_charge_daily", "service_category",
        of=_ACCOUNT, within="(agency_id, of) in (select agency_id, part from incoming_account)",
    ).assign(level=ACCOUNT)  # fmt: skip
    con.con.unregister("incoming_account")
    both = pd.concat([whole, own])
    return both.assign(ds=pd.to_datetime(both["ds"]), stretch=0)


def _days(
    con: Backend, table: str, part: str, of: str = "''", within: str = "true"
) -> pd.DataFrame:
    return read_frame(
        con,
        f"select agency_id, {part} as part, {of} as of, c.day as ds, "
        f"cast(sum(effective_cost_usd) as double) as y from {table} c "
        f"join ({_LAST_DAY}) using (agency_id) "
        "where category = 'Usage' and effective_cost_usd is not null "
        f"and c.day > last_day - {DAYS_READ} and {_OURS} and {within} group by all order by all",
    )


def read_frame(con: Backend, statement: str) -> pd.DataFrame:
    """Read what a statement gives."""
    frame: pd.DataFrame = con.con.execute(statement).df()
    return frame

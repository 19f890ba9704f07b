"""What rules of attribution would move before they are published: the same bills, borne twice.

Runs where builds run: it takes the build engine, and the lines that the published build kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import select

from warehouse.db import Database
from warehouse.engine import connect_engine
from warehouse.errors import WarehouseError
from warehouse.feeds.attribution_rules import ALLOCATION_RULES
from warehouse.feeds.shared_by import columns_of
from warehouse.governance.in_force import Records, records_in_force
from warehouse.governance.rule_books import BOOKS, Document
from warehouse.governance.rules import records_under
from warehouse.lines.kept import LineFolder
from warehouse.publishing.record_tables import load_records
from warehouse.schema.dimensions import dim_agency
from warehouse.schema.summaries import agg_performance_agency_month, agg_usage_agency_month
from warehouse.scope import Scope
from warehouse.transforms.bearing_steps import write_bearers
from warehouse.transforms.charges import LINE_GRAIN, build_charge_lines
from warehouse.transforms.exact import WORK_PLACES
from warehouse.transforms.plan import InProcess, run_steps
from warehouse.transforms.plan_writer import PlanWriter
from warehouse.transforms.resource_steps import BILLED_RESOURCES
from warehouse.transforms.resources import build_resources
from warehouse.transforms.shared_by import RESOURCES as RESOURCE_COUNT
from warehouse.transforms.unsplit import Unsplit, find_unsplit

MOST_LISTED: Final = 200

LINES: Final = "kept_line"
CHARGES: Final = "step_charge"
RECORDED: Final = "recorded_measure"
BEFORE: Final = "before_borne"
AFTER: Final = "after_borne"
_ALL = Scope.whole_government()
_RULES = tuple(book.table for book in BOOKS.values())


class NoLinesError(WarehouseError):
    """There are no bills that rules could be tried on."""

    def __init__(self) -> None:
        super().__init__(
            "The published build holds no lines of bills, so rules can't be tried on any. Hand in "
            "a bill first."
        )


class UnequalError(WarehouseError):
    """Rules made or lost money, which none may."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            f"What these rules give out in {currency} isn't what was billed. This is a fault of "
            "the program: report it with the rules."
        )


def rehearse_rules(database: Database, var_dir: Path, document: Document) -> dict[str, Any]:
    """Attribute every kept line by the rules in force, then with ``document`` as its book.

    Gives, by currency of the bills, what each step gives out and what each agency bears, before
    and after, as exact decimals in text; how much moves, of how many accounts and from which month
    to which; and the accounts of which most moves.

    Raises NoLinesError without bills, NothingPublishedError without a build.
    """
    con = connect_engine("duckdb://", spill_to=var_dir / "spill")
    try:
        _load_agencies(con, database)
        _load_recorded(con, database)
        with database.reading_records(_ALL) as session:
            before = records_in_force(session)
            book = BOOKS[document["book"]]
            after = {**before, book.table: records_under(session, document)}
        _load_lines(con, database, var_dir)
        return compare_attributions(con, before, after)
    finally:
        con.disconnect()


def compare_attributions(con: Backend, before: Records, after: Records) -> dict[str, Any]:
    """Attribute the lines of kept_line by two sets of records, and say what differs."""
    with_tags = bool(before["rec_tag_rule"] or after["rec_tag_rule"])
    counts_resources = any(_counts_resources(records) for records in (before, after))
    engine = InProcess(con)
    plan = PlanWriter(engine, {}, {})
    plan.step(CHARGES, build_charge_lines(con.table(LINES), with_tags=with_tags))
    if counts_resources:
        plan.step(BILLED_RESOURCES, build_resources(con.table(LINES)))
    run_steps(con, plan.plan, engine)
    load_records(con, before)
    plan = PlanWriter(engine, {name: con.table(name) for name in _RULES}, {})
    write_bearers(
        plan,
        con.table(CHARGES),
        con.table("dim_agency"),
        con.table(RECORDED),
        con.table(BILLED_RESOURCES) if counts_resources else None,
        with_tags=with_tags,
    )
    for records, kept in ((before, BEFORE), (after, AFTER)):
        load_records(con, records)
        run_steps(con, plan.plan, engine)
        con.con.execute(f"create or replace table {kept} as select * from step_borne")
    return {**_compare(con), "unsplit": [_written(one) for one in find_unsplit(con, AFTER)]}


def _load_agencies(con: Backend, database: Database) -> None:
    with database.star(_ALL) as connection:
        numbers = list(connection.scalars(select(dim_agency.c.agency_id)))
    con.create_table("dim_agency", pa.table({"agency_id": pa.array(numbers, pa.int32())}))


def _load_recorded(con: Backend, database: Database) -> None:
    """Take what records and telemetry say of what shared cost can be split by."""
    used, ran = agg_usage_agency_month.c, agg_performance_agency_month.c
    columns = {
        name: used.usage_cost_usd if column == "cost_usd" else used[column]
        for name, column in columns_of("usage").items()
    }
    columns |= {name: ran[column] for name, column in columns_of("telemetry").items()}
    rows: list[tuple[str, int, str, Decimal]] = []
    with database.star(_ALL) as connection:
        for name, column in columns.items():
            of = column.table.c
            said = select(of.agency_id, of.month, column).where(column.is_not(None))
            if "is_modelled" in of:
                said = said.where(of.is_modelled.is_(False))
            rows += [(name, *row) for row in connection.execute(said)]
    put_recorded(con, rows)


def put_recorded(con: Backend, rows: Sequence[tuple[str, int, str, Decimal]]) -> None:
    """Keep what is known by measure, agency and month; rows of the same are added up."""
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    types = (pa.string(), pa.int32(), pa.string(), pa.decimal128(28, WORK_PLACES))
    names = ("measure", "agency_id", "month", "value")
    arrays = {n: pa.array(c, t) for n, t, c in zip(names, types, columns, strict=True)}
    con.create_table("said_recorded", pa.table(arrays), overwrite=True)
    con.con.execute(
        f"create or replace table {RECORDED} as select agency_id, month, "
        f"sum(value)::decimal(28, {WORK_PLACES}) as value, measure from said_recorded "
        "group by all"
    )


def _counts_resources(records: Records) -> bool:
    at = ALLOCATION_RULES.column_names.index("measure")
    return any(row[at] == RESOURCE_COUNT for row in records["rec_allocation_rule"])


def _load_lines(con: Backend, database: Database, var_dir: Path) -> None:
    """Make the kept lines of the published build readable."""
    folder = LineFolder(var_dir)
    published = database.published()
    kept = folder.read_build(published.build_id) if published is not None else None
    files = kept.files if kept is not None else ()
    if not files:
        raise NoLinesError
    paths = [str(folder.path / file.path) for file in files]
    con.con.read_parquet(paths, union_by_name=True).create_view(LINES)


def _compare(con: Backend) -> dict[str, Any]:
    """Say what differs between the tables before_borne and after_borne."""
    keys = ", ".join((*LINE_GRAIN, "agency_id"))
    con.con.execute(
        "create or replace table moved as select "
        f"{keys}, sum(amount) filter (is_after) as after_cost, "
        "sum(amount) filter (not is_after) as before_cost from ("
        f"select {keys}, billed_cost as amount, true as is_after from after_borne union all "
        f"select {keys}, billed_cost, false from before_borne) group by all "
        "having coalesce(after_cost, 0) <> coalesce(before_cost, 0)"
    )
    currencies = _currencies(con)
    (accounts, first, last) = con.con.execute(
        "select count(distinct (provider, account_id)), min(month), max(month) from moved"
    ).fetchone()
    return {
        "currencies": currencies,
        "account_count": accounts,
        "first_month": first,
        "last_month": last,
        "steps": _rows(
            con,
            "select currency, attribution, sum(amount) filter (not is_after), "
            "sum(amount) filter (is_after) from ("
            "select currency, attribution, billed_cost as amount, false as is_after "
            "from before_borne union all "
            "select currency, attribution, billed_cost, true from after_borne) "
            "group by 1, 2 order by 1, 2",
            ("currency", "step", "before", "after"),
        ),
        "agencies": _rows(
            con,
            "with borne as (select agency_id, currency, billed_cost as amount, false as is_after "
            "from before_borne union all "
            "select agency_id, currency, billed_cost, true from after_borne) "
            "select agency_id, currency, coalesce(sum(amount) filter (not is_after), 0) as b, "
            "coalesce(sum(amount) filter (is_after), 0) as a from borne group by 1, 2 "
            "having a <> b order by 2, abs(a - b) desc, 1",
            ("agency_id", "currency", "before", "after"),
        ),
        "accounts": _rows(
            con,
            "select provider, account_id, agency_id, currency, min(month), max(month), "
            "coalesce(sum(before_cost), 0) as b, coalesce(sum(after_cost), 0) as a from moved "
            f"group by 1, 2, 3, 4 order by abs(a - b) desc, 1, 2, 3, 4 limit {MOST_LISTED}",
            ("provider", "account_id", "agency_id", "currency", "first_month", "last_month",
             "before", "after"),
        ),
    }  # fmt: skip


def _currencies(con: Backend) -> list[dict[str, Any]]:
    """Say what was billed and how much of it moves, by currency; nothing may come or go."""
    found = _rows(
        con,
        "with billed as (select currency, sum(billed_cost) as amount from before_borne group by 1),"
        " given as (select currency, sum(billed_cost) as amount from after_borne group by 1),"
        " went as (select currency, sum(greatest(coalesce(after_cost, 0) - "
        "coalesce(before_cost, 0), 0)) as amount from moved group by 1) "
        "select currency, billed.amount, given.amount, coalesce(went.amount, 0) from billed "
        "full join given using (currency) left join went using (currency) order by 1",
        ("currency", "billed", "given", "moved"),
    )
    for one in found:
        if one["billed"] != one.pop("given"):
            raise UnequalError(one["currency"])
    return found


def _rows(con: Backend, query: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in con.con.execute(query).fetchall()
    ]


def _written(one: Unsplit) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "measure": one.measure,
        "months": list(one.months),
        "amounts": [
            {"currency": currency, "amount": _plain(amount)} for currency, amount in one.amounts
        ],
    }


def _plain(value: Any) -> Any:
    return f"{value:.6f}" if isinstance(value, Decimal) else value

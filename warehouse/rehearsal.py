"""What a policy would change before it is published: the last month, judged with and without it.

Runs where builds run: it takes the build engine, and the resources of the published build.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import Table, func, select

from warehouse.db import Database
from warehouse.engine import connect_engine
from warehouse.errors import WarehouseError
from warehouse.governance.in_force import RECORD_COLUMNS, records_in_force
from warehouse.policies.documents import Policy, Stage, write_policy
from warehouse.publishing.record_tables import load_records
from warehouse.schema.dimensions import dim_agency
from warehouse.schema.resources import fact_resource_monthly
from warehouse.schema.types import Exact
from warehouse.scope import Scope
from warehouse.transforms.plan import InProcess, run_steps
from warehouse.transforms.plan_writer import PlanWriter
from warehouse.transforms.resource_steps import (
    REHEARSED,
    REHEARSED_TAGS,
    RESOURCES,
    write_rehearsal,
)
from warehouse.transforms.tag_findings import FAULTS

MOST_LISTED: Final = 200

_ALL = Scope.whole_government()
_JUDGED = ("compliant", *FAULTS)
_CHUNK = 50_000
_POLICY_RECORDS = ("rec_tagging_policy", "rec_value_list", "rec_tag_exemption")


class NothingToRehearseError(WarehouseError):
    """There are no resources that a policy could be tried on."""

    def __init__(self) -> None:
        super().__init__(
            "The published build holds no resources, so a policy can't be tried on any. Hand in a "
            "bill that names resources first."
        )


def rehearse(database: Database, candidates: Sequence[Policy]) -> dict[str, Any]:
    """Judge the last month with resources by the policies in force, then with the candidates too.

    Each takes the place of the policy of its name, from that month on and whatever its stage.
    Gives compliance before and after (0 to 1, by cost; null where nothing can be judged), what is
    touched, by agency, and the costliest of it tag by tag.

    Raises NothingToRehearseError without resources, NothingPublishedError without a build.
    """
    con = connect_engine("duckdb://")
    try:
        month = _load(con, database)
        with database.reading_records(_ALL) as session:
            records = dict(records_in_force(session))
        _judge(con, records, "before")
        rows = list(records["rec_tagging_policy"])
        records["rec_tagging_policy"] = list(_with_candidates(rows, candidates, month))
        _judge(con, records, "after")
        return _compare(con, month)
    finally:
        con.disconnect()


def _load(con: Backend, database: Database) -> str:
    """Load the resources of the last month, and the agencies; give the month."""
    with database.star(_ALL) as connection:
        fact = fact_resource_monthly
        month = connection.scalar(select(func.max(fact.c.month)))
        if month is None:
            raise NothingToRehearseError
        for table, where in ((dim_agency, None), (fact, fact.c.month == month)):
            statement = select(table) if where is None else select(table).where(where)
            result = connection.execution_options(stream_results=True).execute(statement)
            names = table.columns.keys()
            con.con.execute(_created(table))
            for chunk in result.partitions(_CHUNK):
                columns = zip(*chunk, strict=True)
                incoming = pa.table(dict(zip(names, map(pa.array, columns), strict=True)))
                con.con.register("incoming", incoming)
                con.con.execute(f"insert into {table.name} select * from incoming")
                con.con.unregister("incoming")
    con.con.execute(
        f"create table {RESOURCES} as select * exclude (outcome, outcome_by_sense, faults), "
        "md5(tags) as tag_set from fact_resource_monthly"
    )
    return str(month)


def _created(table: Table) -> str:
    columns = ", ".join(
        f'"{c.name}" {"decimal(28, 6)" if isinstance(c.type, Exact) else c.type.compile()}'
        for c in table.columns
    )
    return f"create table {table.name} ({columns})"


def judge_loaded(con: Backend, records: Mapping[str, Any]) -> None:
    """Judge the resources of step_resource by the policies of ``records``; see write_rehearsal."""
    load_records(con, records)
    engine = InProcess(con)
    plan = PlanWriter(engine, {one: con.table(one) for one in _POLICY_RECORDS}, {})
    write_rehearsal(plan, con.table(RESOURCES), con.table("dim_agency"))
    run_steps(con, plan.plan, engine)


def _judge(con: Backend, records: Mapping[str, Any], name: str) -> None:
    judge_loaded(con, records)
    for table, kept in ((REHEARSED, f"{name}_resource"), (REHEARSED_TAGS, f"{name}_tag")):
        con.con.execute(f"create table {kept} as select * from {table}")


def _with_candidates(
    rows: Iterable[Any], candidates: Sequence[Policy], month: str
) -> Iterator[tuple[Any, ...]]:
    named = {one.policy: one for one in candidates}
    columns = RECORD_COLUMNS["rec_tagging_policy"]
    positions = {row[columns.index("policy")]: row[columns.index("position")] for row in rows}
    for row in rows:
        if row[columns.index("policy")] not in named:
            yield tuple(row)
    for at, one in enumerate(candidates, max([0, *map(int, positions.values())]) + 1):
        began = min(one.effective_from, month)
        stage = Stage.WARN if one.stage is Stage.DRAFT else one.stage
        tried = one.model_copy(update={"stage": stage, "effective_from": began})
        values = {
            "policy": one.policy,
            "version": 1,
            "position": positions.get(one.policy, at),
            "effective_from": began,
            "document": json.dumps(write_policy(tried)),
        }
        yield tuple(values[name] for name in columns)


def _compare(con: Backend, month: str) -> dict[str, Any]:
    keys = "agency_id, month, provider, account_id, resource_id, currency"
    con.con.execute(
        f"create table touched as select {keys}, a.effective_cost_usd as cost_usd "
        f"from before_resource b join after_resource a using ({keys}) "
        "where b.outcome <> a.outcome or b.faults <> a.faults"
    )
    count, cost = con.con.execute("select count(*), sum(cost_usd) from touched").fetchone()
    agencies = con.con.execute(
        "select agency_id, count(*), sum(cost_usd) from touched "
        "group by 1 order by 3 desc nulls last, 1"
    ).fetchall()
    (every,) = con.con.execute("select count(*) from after_resource").fetchone()
    listed = con.con.execute(
        "select agency_id, provider, account_id, resource_id, coalesce(a.spelling, b.spelling), "
        "b.outcome, a.outcome, t.cost_usd "
        f"from (select * from before_tag semi join touched using ({keys})) b "
        f"full join (select * from after_tag semi join touched using ({keys})) a "
        f"using ({keys}, tag) join touched t using ({keys}) "
        "where b.outcome is distinct from a.outcome "
        f"order by t.cost_usd desc nulls last, resource_id, tag limit {MOST_LISTED}"
    ).fetchall()
    return {
        "month": month,
        "compliance_before": _compliance(con, "before"),
        "compliance_after": _compliance(con, "after"),
        "resource_count": every,
        "touched_count": count,
        "cost_usd": _float(cost),
        "agencies": [
            {"agency_id": number, "resource_count": n, "cost_usd": _float(amount)}
            for number, n, amount in agencies
        ],
        "resources": [
            {
                "agency_id": number,
                "provider": provider,
                "account_id": account,
                "resource_id": resource,
                "tag": tag,
                "before": before,
                "after": after,
                "cost_usd": _float(amount),
            }
            for number, provider, account, resource, tag, before, after, amount in listed
        ],
    }


def _compliance(con: Backend, name: str) -> float | None:
    good, whole = con.con.execute(
        "select sum(weight_usd) filter (outcome = 'compliant'), "
        f"sum(weight_usd) filter (outcome in {_JUDGED}) from {name}_resource"
    ).fetchone()
    return float(good or 0) / float(whole) if whole else None


def _float(amount: Any) -> float | None:
    return None if amount is None else float(amount)

"""Whatever the bills and the rules are: what agencies bear and nobody bears is the bill."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.bills import line, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.engine import connect_engine
from warehouse.feeds.shared_by import SHARED_BY

TABLES = ("fact_charge_daily",)
"""What is built for these tests, with all that it is made from."""

AGENCIES = (1, 2, 3, 4)
ACCOUNTS = ("111", "222", "hub", "other")
_amounts = st.decimals(min_value=-1000, max_value=10_000, places=6, allow_nan=False)
_lines = st.builds(
    lambda day, cost, account, currency, category, tag, resource: line(
        day,
        str(cost),
        account_id=account,
        billing_currency=currency,
        charge_category=category,
        tags=tag,
        resource_id=resource,
        effective_cost=cost / 3 * 3,
    ),
    st.sampled_from(["2025-01-31", "2025-02-01", "2025-02-02", "2025-03-01"]),
    _amounts,
    st.sampled_from(ACCOUNTS),
    st.sampled_from(["USD", "EUR", "JMD"]),
    st.sampled_from(["Usage", "Credit", "Tax"]),
    st.none() | st.builds(lambda v: json.dumps({"Team ": v}), st.sampled_from(["a", "B", ""])),
    st.sampled_from([None, "one", "two"]),
)
_months = st.sampled_from(["2025-01", "2025-02", "2025-03"])
_owners = st.lists(
    st.fixed_dictionaries(
        {
            "provider": st.just("AWS"),
            "account_id": st.sampled_from(ACCOUNTS),
            "agency_id": st.sampled_from((*AGENCIES, 99)),
            "valid_from": _months,
            "valid_to": st.none() | _months,
        }
    ),
    max_size=4,
)
_tag_rules = st.lists(
    st.fixed_dictionaries(
        {
            "rule": st.sampled_from(["one", "two"]),
            "priority": st.integers(0, 2),
            "tag_key": st.just("team"),
            "value_pattern": st.sampled_from(["a", "*", "b*"]),
            "agency_id": st.sampled_from((*AGENCIES, 99)),
            "valid_from": _months,
            "valid_to": st.none() | _months,
        }
    ),
    max_size=3,
)
_shares = st.none() | st.decimals(min_value=0, max_value=1, places=12, allow_nan=False)


@st.composite
def _split_rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for rule in draw(st.lists(st.sampled_from(["a", "b"]), unique=True, max_size=2)):
        head = {
            "rule": rule,
            "priority": draw(st.integers(0, 2)),
            "provider": draw(st.sampled_from(["*", "AWS"])),
            "account_id": draw(st.sampled_from(["*", *ACCOUNTS])),
            "service_name": "*",
            "method": draw(st.sampled_from(["fixed", "even", "proportional"])),
            "valid_from": draw(_months),
            "valid_to": draw(st.none() | _months),
            "measure": draw(st.none() | st.sampled_from(sorted(SHARED_BY))),
        }
        members = draw(st.lists(st.sampled_from((0, *AGENCIES, 99)), unique=True, max_size=4))
        rows += [{**head, "agency_id": member, "share": draw(_shares)} for member in members]
    return rows


@pytest.fixture(scope="module")
def government(plans: Path) -> Staging:
    staging = Staging(connect_engine("duckdb://", threads=1), plans=plans)
    for agency in AGENCIES:
        staging.agency(agency)
    staging.usage(1, "2025-02", compute_hours=Decimal("0.3"), storage_gb=0)
    staging.usage(2, "2025-02", compute_hours=Decimal("1.7"), storage_gb=0)
    staging.usage(3, "2025-03", cost_usd=Decimal("-4"))
    staging.telemetry(3, "land", "2025-01-31", requests=7)
    staging.telemetry(4, "tax", "2025-01-31", requests=13)
    staging.add("rec_exchange_rate", month="2025-02", currency="EUR", usd_per_unit=Decimal("1.07"))
    return staging


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_lines, max_size=12), _owners, _tag_rules, _split_rules())
def test_direct_and_allocated_and_unallocated_are_the_bill(
    government: Staging,
    lines: list[dict[str, Any]],
    owners: list[dict[str, Any]],
    tag_rules: list[dict[str, Any]],
    split_rules: list[dict[str, Any]],
) -> None:
    put_lines(government.con, lines)
    for table, rows in (
        ("rec_account_owner", owners),
        ("rec_tag_rule", tag_rules),
        ("rec_allocation_rule", split_rules),
    ):
        government.con.raw_sql(f"delete from {table}")
        for row in {json.dumps([str(row[k]) for k in sorted(row)]): row for row in rows}.values():
            government.add(table, **row)
    government.con.raw_sql(
        "create or replace table rec_account_owner as select distinct on"
        " (provider, account_id, valid_from) * from rec_account_owner"
    )
    government.build()

    for cost in ("billed_cost", "effective_cost", "list_cost", "contracted_cost"):
        billed = government.rows(
            f"select billing_currency, billing_month, account_id, sum({cost})::decimal(28, 6),"
            " count(*) from stg_charge group by all order by all"
        )
        borne = government.rows(
            f"select currency, month, account_id, sum({cost})::decimal(28, 6), sum(line_count)"
            " from fact_charge_daily group by all order by all"
        )
        assert borne == billed
    assert government.one("select count(*) from fact_charge_daily where agency_id = 99") == 0
    spread = government.rows(
        "select count(*) from fact_charge_daily where (agency_id = 0) <> (attribution ="
        " 'unallocated')"
    )
    assert spread == [(0,)]

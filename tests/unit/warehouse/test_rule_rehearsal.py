"""Rules of attribution are tried on the bills before anybody publishes them."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend

from tests.factories.bills import line, put_lines
from warehouse.engine import connect_engine
from warehouse.governance.in_force import RECORD_COLUMNS
from warehouse.governance.rule_books import read_book, records_of
from warehouse.rule_rehearsal import LINES, compare_attributions, put_recorded

AGENCIES = (1, 2, 3)
KNOWN = (
    ("request_count", 2, "2025-01", Decimal(20)),
    ("request_count", 3, "2025-01", Decimal(60)),
    ("request_count", 3, "2025-01", Decimal(20)),
)
"""What telemetry says; of February nothing."""
Books = dict[str, str]

OWNERS = "provider,account_id,agency_id,valid_from,valid_to\n"
SPLITS = (
    "rule,priority,provider,account_id,service_name,method,agency_id,share,valid_from,valid_to,"
    "measure\n"
)
TAGS = "rule,priority,tag_key,value_pattern,agency_id,valid_from,valid_to\n"


@pytest.fixture(scope="module")
def con() -> Backend:
    made = connect_engine("duckdb://", threads=1)
    made.create_table("dim_agency", pa.table({"agency_id": pa.array(AGENCIES, pa.int32())}))
    return made


def put(con: Backend, lines: list[dict[str, Any]]) -> None:
    put_lines(con, lines)
    con.con.execute(f"create or replace view {LINES} as select * from stg_charge")
    put_recorded(con, KNOWN)


def records(**books: str) -> dict[str, list[tuple[Any, ...]]]:
    tables = {"accounts": "rec_account_owner", "tag_rules": "rec_tag_rule",
              "allocation_rules": "rec_allocation_rule"}  # fmt: skip
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in RECORD_COLUMNS}
    for name, text in books.items():
        found[tables[name]] = records_of(read_book(name, text))
    return found


def test_a_change_tells_what_moves_from_whom_to_whom(con: Backend) -> None:
    put(
        con,
        [
            line("2025-01-05", "60", account_id="111"),
            line("2025-01-06", "30", account_id="222"),
            line("2025-02-06", "10", account_id="222"),
            line("2025-02-07", "9", account_id="hub"),
        ],
    )
    before = OWNERS + "AWS,111,1,2025-01,\nAWS,222,1,2025-01,\n"
    after = OWNERS + "aws,111,1,2025-01,\nAmazon Web Services,222,2,2025-02,\n"
    shared = SPLITS + "hub,1,AWS,hub,*,even,,,2025-01,,\n"

    found = compare_attributions(con, records(accounts=before),
                                 records(accounts=after, allocation_rules=shared))  # fmt: skip

    assert found["currencies"] == [
        {"currency": "USD", "billed": "109.000000", "moved": "49.000000"}
    ]
    assert found["account_count"] == 2
    assert (found["first_month"], found["last_month"]) == ("2025-01", "2025-02")
    assert [(one["step"], one["before"], one["after"]) for one in found["steps"]] == [
        ("account", "100.000000", "70.000000"),
        ("allocated", None, "9.000000"),
        ("unallocated", "9.000000", "30.000000"),
    ]
    assert [(one["agency_id"], one["before"], one["after"]) for one in found["agencies"]] == [
        (1, "100.000000", "60.000000"),
        (0, "9.000000", "30.000000"),
        (2, "0.000000", "19.000000"),
    ]
    first, *_ = found["accounts"]
    assert (first["account_id"], first["agency_id"], first["before"], first["after"]) == (
        "222", 1, "40.000000", "0.000000",
    )  # fmt: skip
    assert (first["first_month"], first["last_month"]) == ("2025-01", "2025-02")


def test_rules_that_say_the_same_move_nothing(con: Backend) -> None:
    put(con, [line("2025-01-05", "60", account_id="111")])
    said = OWNERS + "AWS,111,1,2025-01,\n"
    found = compare_attributions(con, records(accounts=said), records(accounts=said))
    assert found["account_count"] == 0
    assert found["currencies"][0]["moved"] == "0.000000"
    assert found["agencies"] == found["accounts"] == []


def test_a_preview_says_where_a_rule_has_nothing_to_split_by(con: Backend) -> None:
    put(
        con,
        [line("2025-01-05", "8", account_id="hub"), line("2025-02-05", "5", account_id="hub")],
    )
    by_requests = SPLITS + "hub,1,AWS,hub,*,proportional,,,2025-01,,request_count\n"

    found = compare_attributions(con, records(), records(allocation_rules=by_requests))

    assert [(one["agency_id"], one["after"]) for one in found["agencies"]] == [
        (0, "5.000000"), (3, "6.400000"), (2, "1.600000"),
    ]  # fmt: skip
    assert found["unsplit"] == [
        {
            "rule": "hub",
            "measure": "request_count",
            "months": ["2025-02"],
            "amounts": [{"currency": "USD", "amount": "5.000000"}],
        }
    ]


_months = st.sampled_from(["2025-01", "2025-02"])
_agencies = st.sampled_from((*AGENCIES, 99))
_accounts = st.sampled_from(["111", "222", "hub"])
_owners = st.lists(
    st.builds(lambda *row: f"AWS,{','.join(map(str, row))},\n", _accounts, _agencies, _months),
    max_size=3,
    unique_by=lambda row: (row.split(",")[1], row.split(",")[3]),
)
_tags = st.lists(
    st.builds(lambda value, agency, month: f"r{value},1,team,{value},{agency},{month},\n",
              st.sampled_from(["a", "*"]), _agencies, _months),
    max_size=2,
    unique_by=lambda row: (row.split(",")[0], row.split(",")[5]),
)  # fmt: skip
_splits = st.sampled_from(
    [
        "",
        "s,1,*,hub,*,even,,,2025-01,,\n",
        "s,1,*,*,*,proportional,,,2025-02,,\n",
        "s,1,*,*,*,proportional,,,2025-01,,request_count\n",
        "s,1,*,*,*,proportional,2,,2025-01,,billed_resource_count\n",
        "s,1,AWS,*,*,fixed,1,0.333333333333,2025-01,,\ns,1,AWS,*,*,fixed,2,0.5,2025-01,,\n",
    ]
)
_books = st.builds(
    lambda owners, tags, splits: {
        "accounts": OWNERS + "".join(owners),
        "tag_rules": TAGS + "".join(tags),
        "allocation_rules": SPLITS + splits,
    },
    _owners,
    _tags,
    _splits,
)
_lines = st.lists(
    st.builds(
        lambda day, cost, account, currency, tag: line(
            day, str(cost), account_id=account, billing_currency=currency,
            tags=None if tag is None else json.dumps({"Team": tag}),
        ),
        st.sampled_from(["2025-01-31", "2025-02-01"]),
        st.decimals(min_value=-1000, max_value=10_000, places=6, allow_nan=False),
        _accounts,
        st.sampled_from(["USD", "JMD"]),
        st.sampled_from([None, "a", "b"]),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(_lines, _books, _books)
def test_direct_and_allocated_and_unallocated_are_the_bill_under_every_version(
    con: Backend, lines: list[dict[str, Any]], before: Books, after: Books
) -> None:
    put(con, lines)
    billed: dict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        billed[one["billing_currency"]] += one["billed_cost"]

    found = compare_attributions(con, records(**before), records(**after))

    assert {one["currency"]: Decimal(one["billed"]) for one in found["currencies"]} == billed
    for which in ("before", "after"):
        given_out: dict[str, Decimal] = defaultdict(Decimal)
        for one in found["steps"]:
            given_out[one["currency"]] += Decimal(one[which] or 0)
        assert given_out == billed
    moved: dict[str, Decimal] = defaultdict(Decimal)
    for one in found["agencies"]:
        moved[one["currency"]] += Decimal(one["after"]) - Decimal(one["before"])
    assert not any(moved.values())

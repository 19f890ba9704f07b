from __future__ import annotations

import json
from decimal import Decimal

from tests.factories.bills import line, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.transforms.unsplit import find_unsplit

TABLES = ("fact_charge_daily",)
"""What is built for these tests, with all that it is made from."""


def tag_rule(staging: Staging, agency_id: int, pattern: str, **row: object) -> None:
    usual = {"rule": f"to {agency_id}", "priority": 1, "tag_key": "Cost Center",
             "valid_from": "2025-01"}  # fmt: skip
    staging.add("rec_tag_rule", agency_id=agency_id, value_pattern=pattern, **{**usual, **row})


def split_rule(staging: Staging, method: str, *agencies: int, **row: object) -> None:
    usual = {"rule": "shared", "priority": 1, "provider": "*", "account_id": "*",
             "service_name": "*", "valid_from": "2025-01"}  # fmt: skip
    for agency in agencies:
        staging.add("rec_allocation_rule", method=method, agency_id=agency, **{**usual, **row})


def owned(staging: Staging, agency_id: int, account: str) -> None:
    staging.agency(agency_id)
    staging.add(
        "rec_account_owner",
        provider="AWS", account_id=account, agency_id=agency_id, valid_from="2025-01",
    )  # fmt: skip


def tags(**found: str) -> str:
    return json.dumps(found)


def borne(staging: Staging) -> list[tuple[int, str, Decimal]]:
    return list(
        staging.rows(
            "select agency_id, attribution, sum(billed_cost) from fact_charge_daily"
            " group by all order by 1, 2"
        )
    )


def test_a_tag_names_who_bears_what_no_owner_does(staging: Staging) -> None:
    owned(staging, 1, "111")
    staging.agency(2)
    tag_rule(staging, 2, "health-*")
    put_lines(
        staging.con,
        [
            line("2025-03-01", "1", tags=tags(cost_center="health-7")),
            line("2025-03-01", "2", account_id="9", tags=tags(**{"cost-center": "Health 7"})),
            line("2025-03-01", "4", account_id="9", tags=tags(CostCenter="HEALTH_8", env="x")),
            line("2025-03-01", "8", account_id="9", tags=tags(CostCenter="education")),
            line("2025-03-01", "16", account_id="9", tags=tags(team="health-7")),
            line("2025-03-01", "32", account_id="9"),
            line("2024-12-01", "64", account_id="9", tags=tags(CostCenter="health-7")),
        ],
    )
    staging.build()

    assert borne(staging) == [
        (0, "unallocated", Decimal(8 + 16 + 32 + 64)),
        (1, "account", Decimal(1)),
        (2, "tag", Decimal(6)),
    ]


def test_of_the_rules_that_apply_the_lowest_number_decides(staging: Staging) -> None:
    staging.agency(1)
    staging.agency(2)
    tag_rule(staging, 1, "*", priority=9)
    tag_rule(staging, 2, "x*", tag_key="env", priority=2)
    put_lines(
        staging.con,
        [
            line("2025-03-01", "1", tags=tags(cost_center="a", env="xy")),
            line("2025-03-02", "2", tags=tags(cost_center="a", env="y")),
        ],
    )
    staging.build()

    assert borne(staging) == [(1, "tag", Decimal(2)), (2, "tag", Decimal(1))]


def test_an_even_split_gives_each_a_part_and_loses_nothing(staging: Staging) -> None:
    for agency in (1, 2, 3):
        staging.agency(agency)
    split_rule(staging, "even", 1, 2, 3)
    put_lines(staging.con, [line("2025-03-01", "1"), line("2025-03-01", "-0.01")])
    staging.build()

    assert borne(staging) == [(agency, "allocated", Decimal("0.33")) for agency in (1, 2, 3)]


def test_fixed_shares_of_less_than_one_leave_the_rest_to_nobody(staging: Staging) -> None:
    staging.agency(1)
    staging.agency(2)
    split_rule(staging, "fixed", 1, share=Decimal("0.5"))
    split_rule(staging, "fixed", 2, share=Decimal("0.2"))
    put_lines(staging.con, [line("2025-03-01", "10.000001")])
    staging.build()

    assert borne(staging) == [
        (0, "unallocated", Decimal("3")),
        (1, "allocated", Decimal("5")),
        (2, "allocated", Decimal("2.000001")),
    ]


def test_a_proportional_split_follows_what_each_is_billed_directly(staging: Staging) -> None:
    owned(staging, 1, "111")
    owned(staging, 2, "222")
    split_rule(staging, "proportional", 0, account_id="hub")
    put_lines(
        staging.con,
        [
            line("2025-03-01", "30"),
            line("2025-03-02", "10", account_id="222"),
            line("2025-03-03", "4", account_id="hub"),
            line("2025-03-03", "5", account_id="other"),
            line("2025-04-03", "6", account_id="hub"),
        ],
    )
    staging.build()

    assert borne(staging) == [
        # In April nobody was billed directly, so there is nothing to follow.
        (0, "unallocated", Decimal(5 + 6)),
        (1, "account", Decimal(30)),
        (1, "allocated", Decimal(3)),
        (2, "account", Decimal(10)),
        (2, "allocated", Decimal(1)),
    ]


def test_a_split_can_follow_a_measure_of_records_telemetry_or_bills(staging: Staging) -> None:
    owned(staging, 1, "111")
    owned(staging, 2, "222")
    staging.agency(3)
    for measure, account in (
        ("request_count", "hub-a"), ("storage_gb", "hub-b"), ("billed_resource_count", "hub-c"),
        ("effective_cost", "hub-d"), ("recorded_spend", "hub-e"),
    ):  # fmt: skip
        split_rule(staging, "proportional", 0, rule=measure, account_id=account, measure=measure)
    # Who is billed nothing directly has a part where the measure is known of it.
    staging.telemetry(1, "tax", "2025-03-01", requests=100)
    staging.telemetry(1, "tax", "2025-03-02", requests=200)
    staging.telemetry(3, "land", "2025-03-01", requests=100)
    staging.usage(1, "2025-03", storage_gb=1, cost_usd=Decimal(7))
    staging.usage(2, "2025-03", storage_gb=3, cost_usd=Decimal(1))
    put_lines(
        staging.con,
        [
            line("2025-03-01", "30", resource_id="a", effective_cost=Decimal(1)),
            line("2025-03-02", "30", resource_id="a", effective_cost=Decimal(1)),
            line("2025-03-01", "1", resource_id="b", effective_cost=Decimal(0)),
            line("2025-03-01", "5", account_id="222", resource_id="c", effective_cost=Decimal(6)),
            line("2025-03-01", "5", account_id="222", effective_cost=Decimal(0)),
            *(line("2025-03-03", "12", account_id=f"hub-{letter}") for letter in "abcde"),
        ],
    )
    staging.build()

    found = staging.rows(
        "select account_id, agency_id, sum(billed_cost) from fact_charge_daily where attribution"
        " in ('allocated', 'unallocated') group by all order by all"
    )
    assert found == [
        ("hub-a", 1, Decimal(9)), ("hub-a", 3, Decimal(3)),
        ("hub-b", 1, Decimal(3)), ("hub-b", 2, Decimal(9)),
        ("hub-c", 1, Decimal(8)), ("hub-c", 2, Decimal(4)),
        ("hub-d", 1, Decimal(3)), ("hub-d", 2, Decimal(9)),
        ("hub-e", 1, Decimal("10.5")), ("hub-e", 2, Decimal("1.5")),
    ]  # fmt: skip


def test_where_a_measure_is_known_of_nobody_the_month_stays_unallocated(staging: Staging) -> None:
    owned(staging, 1, "111")
    staging.agency(2)
    split_rule(staging, "proportional", 1, 2, account_id="hub", measure="request_count")
    staging.telemetry(2, "land", "2025-03-01", requests=7)
    put_lines(
        staging.con,
        [
            line("2025-03-03", "10"),
            line("2025-03-03", "4", account_id="hub", billing_currency="EUR"),
            line("2025-03-04", "8", account_id="hub"),
            line("2025-04-03", "6", account_id="hub"),
        ],
    )
    staging.build()

    found = staging.rows(
        "select agency_id, attribution, month, currency, billed_cost from fact_charge_daily"
        " where account_id = 'hub' order by all"
    )
    assert found == [
        (0, "unallocated", "2025-04", "USD", Decimal(6)),
        (2, "allocated", "2025-03", "EUR", Decimal(4)),
        (2, "allocated", "2025-03", "USD", Decimal(8)),
    ]
    assert [(one.rule, one.measure, one.months) for one in find_unsplit(staging.con)] == [
        ("shared", "request_count", ("2025-04",))
    ]

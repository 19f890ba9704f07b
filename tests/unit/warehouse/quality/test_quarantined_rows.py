from __future__ import annotations

import json

import pytest

from tests.unit.warehouse.quality.hand_in import USAGE_HEADER, HandIn, agency, usage

ACCOUNTS = "accounts/accounts.csv"
ACCOUNTS_HEADER = "provider,account_id,agency_id,valid_from,valid_to"


@pytest.mark.parametrize(
    ("row", "rule", "said"),
    [
        (usage(1, "2025-13"), "month_can_be_read", "month '2025-13' can't be read as a month"),
        (usage(1, cost="lots"), "cost_usd_can_be_read", "cost_usd 'lots' can't be read"),
        (usage(1, cost="NaN"), "cost_usd_can_be_read", "cost_usd 'NaN'"),
        (usage(1, cost="Infinity"), "cost_usd_can_be_read", "cost_usd 'Infinity'"),
        (usage(1, cost="1_0"), "cost_usd_can_be_read", "cost_usd '1_0'"),
        (usage(1, cost='"1,5"'), "cost_usd_can_be_read", "cost_usd '1,5'"),
        (usage(1, cost="NULL"), "cost_usd_can_be_read", "cost_usd 'NULL'"),
        (usage(1, cost=""), "cost_usd_is_given", "cost_usd is blank"),
        (usage(1, cost="-5"), "cost_usd_is_in_range", "cost_usd '-5' lies outside 0 to"),
        (usage(1, cost="9e15"), "cost_usd_is_in_range", "cost_usd '9e15' lies outside"),
        (usage(1, service="XaaS"), "service_type_is_allowed", "'XaaS' isn't one of IaaS"),
        (usage("1.4"), "agency_id_can_be_read", "agency_id '1.4'"),
        (usage(99), "agency_is_known", "agency_id '99' isn't among"),
        (usage(1, code="JM"), "country_agrees_with_agency", "country_code 'JM' isn't the country"),
        (usage(1, code="tt"), "country_code_is_well_written; country_agrees", "'tt' should be two"),
        (USAGE_HEADER, "row_is_not_a_header", "This is the header again"),
    ],
)
def test_a_wrong_row_goes_to_quarantine_with_rule_value_and_row_number(
    hand_in: HandIn, row: str, rule: str, said: str
) -> None:
    hand_in.usage(usage(2), row, usage(1))

    outcome = hand_in.stage()

    [(number, rules, reason, content)] = outcome.rows(
        "SELECT source_row, rules, reason, content FROM quarantined_row"
    )
    assert number == 3
    assert rules.startswith(rule)
    assert said in reason
    assert json.loads(content)["country"] in ("Land", "country")
    assert outcome.rows("SELECT source_row FROM stg_usage_monthly ORDER BY ALL") == [(2,), (4,)]


def test_a_row_that_breaks_several_rules_is_told_all_of_them(hand_in: HandIn) -> None:
    hand_in.usage(usage(1), usage(2, "soon", "much"))

    [(rules, reason)] = hand_in.stage().rows("SELECT rules, reason FROM quarantined_row")

    assert rules == "month_can_be_read; cost_usd_can_be_read"
    assert "month 'soon'" in reason
    assert "cost_usd 'much'" in reason


def test_ragged_rows_go_to_quarantine_and_the_others_keep_their_numbers(hand_in: HandIn) -> None:
    hand_in.usage(usage(1), "1,Land,TT", "", usage(1, "2025-02") + ",more", usage(2))

    outcome = hand_in.stage()

    assert outcome.failures() == [(3, "row_has_every_field"), (5, "row_has_every_field")]
    assert outcome.rows("SELECT source_row FROM stg_usage_monthly ORDER BY ALL") == [(2,), (6,)]
    assert outcome.rows("SELECT reason FROM quarantined_row WHERE source_row = 3")[0][0].startswith(
        "The row has 3 fields where the header has 13."
    )


def test_a_line_break_inside_quotes_makes_no_new_row(hand_in: HandIn) -> None:
    named = agency(1).replace("Ministry 1", '"Ministry\nof Health"')
    hand_in.agencies(named, agency(2))

    assert hand_in.stage().rows("SELECT agency_name, source_row FROM stg_agencies ORDER BY 2") == [
        ("Ministry\nof Health", 2),
        ("Ministry 2", 3),
    ]


def test_numbers_of_rows_hold_in_a_file_that_is_read_in_parallel(hand_in: HandIn) -> None:
    rows = [f"AWS,{number:012d},1,2025-01," for number in range(300_000)]
    rows[234_567] = "AWS,000000234567,1,2025-14,"
    hand_in.write(ACCOUNTS, ACCOUNTS_HEADER, *rows)

    outcome = hand_in.stage()

    assert outcome.failures() == [(234_569, "valid_from_can_be_read")]
    assert outcome.rows(
        "SELECT count(*) FROM stg_accounts WHERE CAST(account_id AS INTEGER) + 2 <> source_row"
    ) == [(0,)]


def test_text_stays_as_it_was_written(hand_in: HandIn) -> None:
    hand_in.agencies(agency(1, code="NA"), agency(2))
    hand_in.usage(usage(1, code="NA"), usage(2))
    hand_in.write(ACCOUNTS, ACCOUNTS_HEADER, "NULL,012345678901,1,2025-01,")

    outcome = hand_in.stage()

    assert outcome.rows("SELECT provider, account_id, valid_to FROM stg_accounts") == [
        ("NULL", "012345678901", None)
    ]
    assert outcome.rows("SELECT country_code FROM stg_agencies ORDER BY agency_id") == [
        ("NA",),
        ("TT",),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.1", "0.100000000000"),
        (".5", "0.500000000000"),
        ("  5.25 ", "5.250000000000"),
        ("1e-12", "0.000000000001"),
        ("0.123456789012", "0.123456789012"),
        ("999999999999.999999", "999999999999.999999000000"),
    ],
)
def test_money_is_exact(hand_in: HandIn, written: str, read: str) -> None:
    hand_in.usage(usage(1, cost=written), usage(2))

    found = hand_in.stage().rows(
        "SELECT CAST(CAST(cost_usd AS DECIMAL(28,12)) AS VARCHAR) FROM stg_usage_monthly "
        "WHERE agency_id = 1"
    )

    assert found == [(read,)]


def test_the_same_row_twice_is_kept_once(hand_in: HandIn) -> None:
    hand_in.usage(usage(1), usage(2), usage(1))

    outcome = hand_in.stage()

    assert outcome.failures() == [(4, "row_comes_once")]
    assert outcome.rows("SELECT reason FROM quarantined_row") == [
        ("Is the same as row 2 of mda/usage_monthly.csv, which is used. Delete this one.",)
    ]
    assert outcome.rows("SELECT source_row FROM stg_usage_monthly ORDER BY ALL") == [(2,), (3,)]


def test_rows_that_contradict_each_other_are_all_kept_out_and_name_each_other(
    hand_in: HandIn,
) -> None:
    hand_in.usage(usage(1), usage(2), usage(1, cost="5"))

    outcome = hand_in.stage()

    assert outcome.failures() == [(2, "key_is_unique"), (4, "key_is_unique")]
    reasons = [
        row[0] for row in outcome.rows("SELECT reason FROM quarantined_row ORDER BY source_row")
    ]
    assert "as row 4 of mda/usage_monthly.csv" in reasons[0]
    assert "as row 2 of mda/usage_monthly.csv" in reasons[1]


def test_the_same_file_under_two_names_counts_once(hand_in: HandIn) -> None:
    once = hand_in.stage().rows("SELECT sum(cost_usd) FROM stg_usage_monthly")
    hand_in.write("mda/usage_monthly/again.csv", USAGE_HEADER, usage(1), usage(2))

    outcome = hand_in.stage()

    assert outcome.rows("SELECT sum(cost_usd) FROM stg_usage_monthly") == once
    assert outcome.rows("SELECT path, rows_failed FROM source_file WHERE rows_failed > 0") == [
        ("mda/usage_monthly/again.csv", 2)
    ]


def test_an_agency_sees_its_own_rows_of_a_shared_file_counted(hand_in: HandIn) -> None:
    hand_in.usage(usage(1), usage(1, "2025-13"), usage(2), usage(99))

    outcome = hand_in.stage()

    assert outcome.rows(
        "SELECT * EXCLUDE (source_id, path) FROM source_count "
        "WHERE feed = 'usage_monthly' ORDER BY agency_id"
    ) == [
        (0, 1, 0, 1, 0, "usage_monthly"),
        (1, 2, 1, 1, 0, "usage_monthly"),
        (2, 1, 1, 0, 0, "usage_monthly"),
    ]
    assert outcome.rows("SELECT DISTINCT path FROM source_count WHERE feed = 'usage_monthly'") == [
        ("",)
    ]
    assert outcome.rows(
        "SELECT agency_id, rows_failed FROM quality_result WHERE rule = 'month_can_be_read' "
        "AND feed = 'usage_monthly'"
    ) == [(1, 1)]


def test_a_rule_that_everything_met_has_one_result(hand_in: HandIn) -> None:
    found = hand_in.stage().rows(
        "SELECT agency_id, severity, rows_failed FROM quality_result WHERE feed = 'usage_monthly' "
        "AND rule = 'cost_usd_is_in_range'"
    )

    assert found == [(0, "fail", 0)]

from tests.unit.warehouse.quality.hand_in import (
    HandIn,
    Outcome,
    agency,
    usage,
)

TYPE = (
    "SELECT data_type FROM duckdb_columns() "
    "WHERE table_name = 'stg_usage_monthly' AND column_name = 'cost_usd'"
)
COSTS = "SELECT agency_id, CAST(cost_usd AS VARCHAR) FROM stg_usage_monthly ORDER BY 1"


def _months(last: str) -> list[str]:
    return [usage(1, f"2025-{month:02}", "1000") for month in range(1, 6)] + [
        usage(1, "2025-06", last)
    ]


def _held(outcome: Outcome) -> list[tuple[str, ...]]:
    return outcome.rows("SELECT content_hash FROM held_slice")


def test_amounts_of_six_decimals_are_staged_in_64_bits(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, cost="0.000001"), usage(2, cost="999999999999.999999"))

    outcome = hand_in.stage()

    assert outcome.rows(TYPE) == [("DECIMAL(18,6)",)]
    assert outcome.rows(COSTS) == [(1, "0.000001"), (2, "999999999999.999999")]


def test_one_longer_amount_widens_its_column_and_changes_no_other(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, cost="0.1"), usage(2, cost="0.0000001"))

    outcome = hand_in.stage()

    assert outcome.rows(TYPE) == [("DECIMAL(28,12)",)]
    assert outcome.rows(COSTS) == [(1, "0.100000000000"), (2, "0.000000100000")]


def test_the_largest_amount_allowed_is_staged_though_it_is_too_long(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, cost="1000000000000"), usage(2, cost="1e3"))

    outcome = hand_in.stage()

    assert outcome.failures() == []
    assert outcome.rows(COSTS) == [(1, "1000000000000.000000000000"), (2, "1000.000000000000")]


def test_an_amount_out_of_range_is_told_as_that_and_widens_nothing(hand_in: HandIn) -> None:
    hand_in.usage(
        usage(1, cost="1000000000000.1"),
        usage(2),
        usage(1, "2025-02", "-1e3"),
        usage(2, cost="ten"),
    )

    outcome = hand_in.stage()

    assert outcome.rows(TYPE) == [("DECIMAL(18,6)",)]
    assert outcome.failures() == [
        (2, "cost_usd_is_in_range"),
        (4, "cost_usd_is_in_range"),
        (5, "cost_usd_can_be_read"),
    ]


def test_files_of_either_width_are_brought_together(hand_in: HandIn) -> None:
    header = hand_in.root / "data/mda/usage_monthly.csv"
    hand_in.usage(usage(1, cost="2.5"))
    lines = header.read_text().splitlines()
    header.unlink()
    hand_in.write("mda/usage_monthly/1.csv", *lines)
    hand_in.write("mda/usage_monthly/2.csv", lines[0], usage(2, cost="0.123456789012"))

    outcome = hand_in.stage()

    assert outcome.rows(TYPE) == [("DECIMAL(28,12)",)]
    assert outcome.rows(COSTS) == [(1, "2.500000000000"), (2, "0.123456789012")]


def test_an_approval_holds_when_another_row_widens_the_column(hand_in: HandIn) -> None:
    hand_in.usage(*_months("90000"))
    narrow = _held(hand_in.stage())
    hand_in.usage(*_months("90000"), usage(2, cost="0.0000001"))
    wide = _held(hand_in.stage())

    assert len(narrow) == 1
    assert narrow == wide


def test_a_rate_of_nine_decimals_is_never_cut(hand_in: HandIn) -> None:
    hand_in.usage(usage(1))
    hand_in.agencies(agency(1), agency(2))
    hand_in.write(
        "fx/exchange_rates.csv",
        "month,currency,usd_per_unit",
        "2025-01,LBP,0.000011173",
        "2025-01,TTD,0.147",
        "2025-01,XXX,0",
    )

    outcome = hand_in.stage()

    assert outcome.rows(
        "SELECT currency, CAST(usd_per_unit AS VARCHAR) FROM stg_exchange_rates ORDER BY 1"
    ) == [("LBP", "0.000011173000"), ("TTD", "0.147000000000")]
    assert outcome.failures() == [(4, "usd_per_unit_is_in_range")]

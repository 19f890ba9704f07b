from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.unit.warehouse.bills.intake.bill_rows import HEADER, bill, charge, charges
from tests.unit.warehouse.quality.hand_in import HandIn, Outcome
from warehouse.bills.columns import LINE_COLUMNS

CHARGED = "SELECT source_row, billed_cost FROM stg_charge ORDER BY source_id, source_row"


def status(outcome: Outcome) -> list[tuple[object, ...]]:
    return outcome.rows(
        "SELECT path, status, rows_read, rows_passed, rows_failed FROM source_file "
        "WHERE feed = 'bills' ORDER BY path"
    )


def test_without_bills_there_are_no_charges_but_every_column(hand_in: HandIn) -> None:
    outcome = hand_in.stage()

    found = outcome.rows("SELECT column_name FROM (DESCRIBE stg_charge)")
    assert [name for (name,) in found] == [column.name for column in LINE_COLUMNS]
    assert outcome.rows("SELECT count(*) FROM stg_charge") == [(0,)]


def test_a_bill_comes_through_with_the_file_and_the_row_of_each_line(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(charge(1, "1.25"), charge(2, "2.000000000001")))

    outcome = hand_in.stage()

    assert outcome.rows(CHARGED) == [(2, Decimal("1.25")), (3, Decimal("2.000000000001"))]
    assert status(outcome) == [("bills/march.csv", "accepted", 2, 2, 0)]
    [(path,)] = outcome.rows(
        "SELECT DISTINCT path FROM stg_charge JOIN source_file USING (source_id)"
    )
    assert path == "bills/march.csv"
    [kept] = outcome.rows("SELECT billing_account_id, account_id, billing_month FROM stg_charge "
                          "WHERE source_row = 2")  # fmt: skip
    assert kept == ("012345678901", "222222222222", "2025-03")


def test_gzip_parquet_and_deep_folders_give_the_same_lines(hand_in: HandIn) -> None:
    plain = bill(*charges(1, 5))
    hand_in.write_bytes("bills/march.csv", plain)
    expected = hand_in.stage().rows("SELECT * EXCLUDE source_id FROM stg_charge ORDER BY 1")
    (hand_in.root / "data/bills/march.csv").unlink()

    hand_in.write_bytes("bills/aws/2025/march.csv.gz", gzip.compress(plain))
    packed = hand_in.stage().rows("SELECT * EXCLUDE source_id FROM stg_charge ORDER BY 1")
    (hand_in.root / "data/bills/aws/2025/march.csv.gz").unlink()

    target = hand_in.write_bytes("bills/march.parquet", b"")
    source = hand_in.root / "march.csv"
    source.write_bytes(plain)
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{target}'")
    columnar = hand_in.stage().rows("SELECT * EXCLUDE source_id FROM stg_charge ORDER BY 1")

    assert len(expected) == 5
    assert packed == expected
    assert columnar == expected


def test_many_files_are_one_relation_with_their_own_numbers(hand_in: HandIn) -> None:
    for number in range(1, 13):
        hand_in.write_bytes(f"bills/part-{number:02d}.csv", bill(charge(number, f"{number}")))

    found = hand_in.stage().rows(
        "SELECT path, billed_cost FROM stg_charge JOIN source_file USING (source_id) ORDER BY path"
    )

    assert found == [(f"bills/part-{n:02d}.csv", Decimal(n)) for n in range(1, 13)]


def test_a_cost_too_long_for_the_narrow_decimal_is_exact_all_the_same(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/a.csv", bill(charge(1, "123456789012.123456789012")))
    hand_in.write_bytes("bills/b.csv", bill(charge(2, "0.5")))

    assert hand_in.stage().rows("SELECT billed_cost FROM stg_charge ORDER BY 1") == [
        (Decimal("0.5"),),
        (Decimal("123456789012.123456789012"),),
    ]


def test_unchanged_bills_are_not_read_again(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*charges(1, 3)))
    expected = hand_in.stage().rows(CHARGED)
    written = _lines_of(hand_in)

    outcome = hand_in.stage()

    assert outcome.rows(CHARGED) == expected
    assert _lines_of(hand_in) == written
    assert status(outcome) == [("bills/march.csv", "accepted", 3, 3, 0)]


def test_half_written_lines_are_made_anew(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*charges(1, 3)))
    expected = hand_in.stage().rows(CHARGED)
    for path in (hand_in.root / "lines").glob("*.json"):
        path.write_text('{"key": "ha')

    assert hand_in.stage().rows(CHARGED) == expected


def test_a_row_that_fails_goes_to_quarantine_with_its_number_rule_and_text(
    hand_in: HandIn,
) -> None:
    rows = [charge(1), charge(2, "much"), charge(3), charge(4, BillingCurrency="")]
    hand_in.write_bytes("bills/march.csv", bill(*rows))

    outcome = hand_in.stage()

    assert status(outcome) == [("bills/march.csv", "accepted", 4, 2, 2)]
    assert [row for row, _ in outcome.rows(CHARGED)] == [2, 4]
    found = outcome.rows(
        "SELECT source_row, rules, agency_id, content->>'BilledCost' FROM quarantined_row "
        "ORDER BY source_row"
    )
    assert found == [(3, "cost_can_be_read", 0, "much"), (5, "currency_is_a_code", 0, "1.25")]
    assert outcome.rows(
        "SELECT rule, rows_failed FROM quality_result WHERE feed = 'bills' AND rows_failed > 0 "
        "ORDER BY rule"
    ) == [("cost_can_be_read", 1), ("currency_is_a_code", 1)]


def test_quarantined_rows_of_an_unchanged_bill_stay_in_quarantine(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(charge(1), charge(2, "much")))
    first = hand_in.stage().rows("SELECT * FROM quarantined_row")

    assert len(first) == 1
    assert hand_in.stage().rows("SELECT * FROM quarantined_row") == first


def test_a_day_in_another_month_is_quarantined(hand_in: HandIn) -> None:
    stray = charge(2, ChargePeriodStart="2025-01-15T00:00:00Z")
    hand_in.write_bytes("bills/march.csv", bill(charge(1), stray))

    assert hand_in.stage().failures() == [(3, "charge_day_is_in_billing_period")]


def test_ragged_rows_are_set_aside_with_their_numbers(hand_in: HandIn) -> None:
    content = bill(*charges(1, 4)).replace(b"i-3,", b"i-3,,,")
    hand_in.write_bytes("bills/march.csv", content)

    outcome = hand_in.stage()

    assert outcome.failures() == [(4, "row_has_every_field")]
    assert [row for row, _ in outcome.rows(CHARGED)] == [2, 3, 5]
    assert status(outcome) == [("bills/march.csv", "accepted", 4, 3, 1)]


def test_line_breaks_within_fields_keep_the_numbers_of_rows(hand_in: HandIn) -> None:
    rows = [charge(1, ChargeDescription="two\nlines"), charge(2, "7")]
    hand_in.write_bytes("bills/march.csv", bill(*rows))

    assert hand_in.stage().rows(CHARGED) == [(2, Decimal("1.25")), (3, Decimal(7))]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_converted_and_recorded(hand_in: HandIn, encoding: str) -> None:
    text = bill(charge(1, ServiceName="Café")).decode().encode(encoding)
    hand_in.write_bytes("bills/march.csv", text)
    hand_in.write_bytes("bills/april.csv.gz", gzip.compress(text))
    plain = gzip.compress(bill(charge(2, ServiceName="Café")).decode().encode(encoding))
    hand_in.write_bytes("bills/april.csv.gz", plain)

    outcome = hand_in.stage()

    assert outcome.rows("SELECT DISTINCT service_name FROM stg_charge") == [("Café",)]
    assert outcome.rows("SELECT DISTINCT encoding FROM source_file WHERE feed = 'bills'") == [
        (encoding,)
    ]


def test_two_tags_that_differ_in_case_alone_are_two_columns(hand_in: HandIn) -> None:
    header = (*HEADER, "resourceTags/user:Owner", "resourceTags/user:owner")
    hand_in.write_bytes("bills/march.csv", bill(charge(1), header=header))

    assert len(hand_in.stage().rows(CHARGED)) == 1


def test_a_column_map_says_how_any_other_table_is_read(hand_in: HandIn) -> None:
    hand_in.write("bills/other/costs.csv", "Tag,Konto,Dienst,Betrag", "2025-03-02,17,Strom,9.5")
    hand_in.write(
        "bills/other/columns.toml",
        'provider = "Stadtwerke"',
        "[columns]",
        'charge_day = "Tag"',
        'billing_account_id = "Konto"',
        'service_name = "Dienst"',
        'billed_cost = "Betrag"',
        "[constants]",
        'billing_currency = "EUR"',
    )

    outcome = hand_in.stage()

    assert outcome.rows(
        "SELECT provider, account_id, charge_day::VARCHAR, billed_cost FROM stg_charge"
    ) == [("Stadtwerke", "17", "2025-03-02", Decimal("9.5"))]


def test_a_changed_column_map_makes_the_lines_anew(hand_in: HandIn, tmp_path: Path) -> None:
    hand_in.write("bills/other/costs.csv", "D,A,S,C,E", "2025-03-02,17,Power,9.5,8.5")
    columns = 'charge_day = "D"\nbilling_account_id = "A"\nservice_name = "S"\n'
    constants = '[constants]\nbilling_currency = "EUR"\n'
    found = []
    for cost in ("C", "E"):
        hand_in.write(
            "bills/other/columns.toml",
            f'provider = "X"\n[columns]\n{columns}billed_cost = "{cost}"\n{constants}',
        )
        found += hand_in.stage().rows("SELECT billed_cost FROM stg_charge")

    assert found == [(Decimal("9.5"),), (Decimal("8.5"),)]


def _lines_of(hand_in: HandIn) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_ino) for path in (hand_in.root / "lines").glob("*"))


@pytest.mark.parametrize("packed", [False, True])
def test_the_report_counts_what_the_first_rows_show_in_all_rows(
    hand_in: HandIn, packed: bool
) -> None:
    rows = [charge(number, SkuId="NULL") for number in range(30_000)]
    text = bill(*rows, charge(1, "-3", ChargeCategory="Credit"))
    name = "march.csv.gz" if packed else "march.csv"
    hand_in.write_bytes(f"bills/{name}", gzip.compress(text) if packed else text)

    outcome = hand_in.stage()

    found = outcome.rows("SELECT column_name, level, rule, row_count FROM bill_conformance")
    assert ("SkuId", "warning", "nothing_is_blank", 30_000) in found
    assert ("charge_category", "note", "credits", 1) in found
    assert ("PricingUnit", "error", "column_is_there", 30_001) in found


def test_a_line_of_a_large_bill_knows_its_row(hand_in: HandIn) -> None:
    row = bill(charge(1, "COST")).decode().splitlines()[1]
    rows = (row.replace("COST", f"{number}.25") for number in range(2, 300_002))
    hand_in.write("bills/large.csv", ",".join(HEADER), *rows)

    outcome = hand_in.stage()

    assert outcome.rows(
        "SELECT count(*), count(*) FILTER (billed_cost = source_row + 0.25) FROM stg_charge"
    ) == [(300_000, 300_000)]

from __future__ import annotations

import gzip

import pytest

from tests.unit.warehouse.quality.hand_in import (
    AGENCIES_HEADER,
    USAGE_HEADER,
    HandIn,
    Outcome,
    agency,
    published,
    usage,
)
from warehouse.errors import BuildError
from warehouse.feeds.inputs import hash_file

EXTRA = "mda/usage_monthly_extra.csv"


def refusal(outcome: Outcome, path: str = EXTRA) -> str:
    found = outcome.rows(
        f"SELECT message FROM source_file WHERE status = 'refused' AND path = '{path}'"
    )
    assert len(found) == 1
    return str(found[0][0])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>\n", "is a web page"),
        (f"{USAGE_HEADER}\n1,La\0nd\n".encode(), "NUL byte (byte 163)"),
        (b"PK\x03\x04rest of a workbook", "spreadsheet"),
        (f"{USAGE_HEADER}\n\x81\xff\n".encode("latin-1"), "neither UTF-8 nor Windows-1252"),
        (f"{USAGE_HEADER}\n{usage(1)}\n1,Land,TT,2025".encode(), "cut off: row 3"),
        (f"{USAGE_HEADER}\n{USAGE_HEADER}\n{usage(1)}\n".encode(), "header twice"),
        (f"{USAGE_HEADER.replace(',', ';')}\n".encode(), "by semicolons"),
        (f'{USAGE_HEADER}\n{usage(1)}\n1,"Land,{usage(2)}\n{usage(2)}\n'.encode(), "row 3 on"),
        (f"{USAGE_HEADER}\n1,2\n3,4\n{usage(1)}\n".encode(), "2 of 3 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_what_it_claims_is_refused_whole(
    hand_in: HandIn, content: bytes, said: str
) -> None:
    hand_in.write_bytes(EXTRA, content)

    outcome = hand_in.stage()

    assert said in refusal(outcome)
    assert EXTRA in refusal(outcome)
    assert outcome.staged.files_refused == 1
    assert outcome.rows("SELECT count(*) FROM stg_usage_monthly") == [(2,)]


def test_a_misspelt_missing_and_unknown_column_are_all_named_with_the_nearest_name(
    hand_in: HandIn,
) -> None:
    header = USAGE_HEADER.replace("cost_usd", "cost_us").replace(",resource_count", ",colour")
    hand_in.write(EXTRA, header, usage(1))

    message = refusal(hand_in.stage())

    assert "column 'cost_us' isn't known (did you mean 'cost_usd'?)" in message
    assert "column 'colour' isn't known" in message
    assert "column 'resource_count' is missing" in message


def test_a_column_that_comes_twice_is_refused(hand_in: HandIn) -> None:
    hand_in.write(EXTRA, USAGE_HEADER + ",month", usage(1) + ",2025-01")

    assert "column 'month' comes 2 times" in refusal(hand_in.stage())


def test_a_truncated_gzip_file_is_refused(hand_in: HandIn) -> None:
    packed = gzip.compress(f"{USAGE_HEADER}\n{usage(1, '2025-02')}\n".encode())
    hand_in.write_bytes(EXTRA + ".gz", packed[:-12])

    assert "is cut off" in refusal(hand_in.stage(), EXTRA + ".gz")


def test_a_whole_gzip_file_is_read(hand_in: HandIn) -> None:
    packed = gzip.compress(f"{USAGE_HEADER}\n{usage(1, '2025-02')}\n".encode())
    hand_in.write_bytes(EXTRA + ".gz", packed)

    assert hand_in.stage().rows("SELECT count(*) FROM stg_usage_monthly") == [(3,)]


def test_a_refused_file_is_replaced_by_the_version_accepted_last(hand_in: HandIn) -> None:
    hand_in.write(EXTRA, USAGE_HEADER, usage(1, "2025-02", "77"))
    hand_in.stage()
    accepted = {EXTRA: hash_file(hand_in.root / "data" / EXTRA)}
    hand_in.write_bytes(EXTRA, b"<html>503</html>")

    outcome = hand_in.stage(published(accepted=accepted))

    assert outcome.rows(
        f"SELECT status, rows_passed FROM source_file WHERE path = '{EXTRA}' ORDER BY source_id"
    ) == [("superseded", 1), ("refused", 0)]
    assert outcome.rows("SELECT cost_usd FROM stg_usage_monthly WHERE month = '2025-02'") == [(77,)]
    assert "version accepted before is used" in refusal(outcome)


def test_a_refused_file_renumbers_no_other_file(hand_in: HandIn) -> None:
    hand_in.write(EXTRA, USAGE_HEADER, usage(1, "2025-02"))
    before = hand_in.stage().rows("SELECT path, source_id FROM source_file ORDER BY ALL")
    accepted = {EXTRA: hash_file(hand_in.root / "data" / EXTRA)}
    hand_in.write_bytes(EXTRA, b"\0\0")

    after = hand_in.stage(published(accepted=accepted)).rows(
        "SELECT path, source_id FROM source_file WHERE status <> 'refused' ORDER BY ALL"
    )

    assert after == before


def test_originals_are_kept_unaltered_by_their_hash(hand_in: HandIn) -> None:
    location = hand_in.write_bytes(EXTRA, b"<html>not even a table</html>")

    hand_in.stage()

    sha256 = hash_file(location)
    assert (hand_in.root / "raw" / sha256[:2] / sha256).read_bytes() == location.read_bytes()


def test_without_a_usable_agency_the_build_stops_and_names_each_file(hand_in: HandIn) -> None:
    hand_in.write_bytes("mda/agencies.csv", b"<html></html>")

    with pytest.raises(BuildError, match=r"mda/agencies\.csv was refused: .* is a web page"):
        hand_in.stage()


def test_an_empty_folder_stops_the_build(hand_in: HandIn) -> None:
    (hand_in.root / "data/mda/agencies.csv").unlink()
    (hand_in.root / "data/mda/usage_monthly.csv").unlink()

    with pytest.raises(BuildError, match="There is no file of agencies or usage_monthly"):
        hand_in.stage()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_read_alike_in_every_encoding_and_it_is_recorded(
    hand_in: HandIn, encoding: str
) -> None:
    row = agency(1).replace("Ministry 1", "Women\u2019s Café")
    hand_in.write("mda/agencies.csv", AGENCIES_HEADER, row, agency(2), encoding=encoding)

    outcome = hand_in.stage()

    assert outcome.rows("SELECT agency_name FROM stg_agencies WHERE agency_id = 1") == [
        ("Women\u2019s Café",)
    ]
    assert outcome.rows("SELECT encoding FROM source_file WHERE feed = 'agencies'") == [(encoding,)]
    found = outcome.rows("SELECT agency_id, title FROM finding WHERE rule = 'file_is_utf8'")
    assert found == ([] if encoding.startswith("utf-8") else [(0, "mda/agencies.csv isn't UTF-8")])

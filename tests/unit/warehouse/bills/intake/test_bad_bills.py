from __future__ import annotations

import gzip
import io
import resource
import time
import zlib
from pathlib import Path

import pytest

from tests.unit.warehouse.bills.intake.bill_rows import HEADER, bill, charge, charges
from tests.unit.warehouse.quality.hand_in import HandIn, Outcome, published
from warehouse.feeds.inputs import hash_file

BAD = "bills/bad.csv"


def refusal(outcome: Outcome, path: str = BAD) -> str:
    [(message,)] = outcome.rows(
        f"SELECT message FROM source_file WHERE status = 'refused' AND path = '{path}'"
    )
    return str(message)


def packed_repeatedly(start: bytes, piece: bytes, size: int) -> bytes:
    """Pack ``size`` bytes of one piece over and over, without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    written = io.BytesIO()
    written.write(packer.compress(start))
    block = piece * (2**20 // len(piece))
    for _ in range(size // len(block)):
        written.write(packer.compress(block))
    written.write(packer.flush())
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>\n", "is a web page"),
        (bill(charge()).replace(b"i-1", b"i\0-1"), "NUL byte"),
        (bill(*charges(1, 4))[:-60], "is cut off: row 5"),
        (b"PK\x03\x04rest of a workbook", "spreadsheet"),
        (bill(charge()).replace(b",", b";"), "by semicolons"),
        (b"a,b,c\n1,2,3\n", "Its columns are a, b, c. Known are FOCUS"),
        (bill(charge(), header=tuple(n for n in HEADER if n != "BilledCost")), "lacks BilledCost"),
        (f"{','.join(HEADER)}\n".encode() * 2, "header twice"),
        (bill(charge(), header=(*HEADER, "Tags")), "column 'Tags' comes 2 times"),
        (f"{','.join(HEADER)}\n".encode() + b"1,2\n3,4\n", "2 of 2 rows"),
        (
            bill(*(charge(n, Tags="") for n in range(4))).replace(b"i-2,", b'"i-2,'),
            "row 4 on: the file ends inside",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bill_that_cannot_be_one_is_refused_and_stops_nothing(
    hand_in: HandIn, content: bytes, said: str
) -> None:
    hand_in.write_bytes(BAD, content)
    hand_in.write_bytes("bills/good.csv", bill(*charges(1, 3)))

    outcome = hand_in.stage()

    assert said in refusal(outcome)
    assert BAD in refusal(outcome)
    assert outcome.rows("SELECT count(*) FROM stg_charge") == [(3,)]
    assert outcome.rows("SELECT count(*) FROM finding WHERE rule = 'file_is_sound'") == [(1,)]


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("bills/bad.csv.gz", gzip.compress(bill(*charges(1, 99)))[:-12], "is cut off"),
        ("bills/bad.csv.gz", b"\x1f\x8b\x08rubbish that is no gzip", "gzip"),
        ("bills/bad.csv.gz", bill(charge()), "isn't sound gzip data"),
        ("bills/bad.csv.gz", gzip.compress(b""), "is empty"),
        ("bills/bad.csv.gz", gzip.compress(b"<html>503</html>"), "is a web page"),
        ("bills/bad.parquet", b"PAR1 and nothing else", "isn't a sound Parquet file"),
        ("bills/bad.parquet", bill(charge()), "isn't a sound Parquet file"),
    ],
    ids=["cut off", "rubbish", "not packed", "empty", "page", "no footer", "text"],
)
def test_a_damaged_package_is_refused(
    hand_in: HandIn, path: str, content: bytes, said: str
) -> None:
    hand_in.write_bytes(path, content)

    assert said in refusal(hand_in.stage(), path)


@pytest.mark.parametrize(
    ("start", "piece", "size", "said"),
    [
        (b"", b"\0", 2**30, "NUL byte"),
        (b"", b"0", 2**26, "isn't a table"),
        (bill(charge()), b"\0", 2**26, "NUL byte"),
        (bill(charge()), b"0", 2**26, "a line of more than"),
        (bill(charge()), b"\n", 2**26, "a line of more than"),
        (bill(charge()), b"0," * 23 + b"0\n", 2**28, "times its size"),
    ],
    ids=["NUL bytes", "zeros", "NUL bytes later", "a line", "blank lines", "rows"],
)
def test_a_gigabyte_in_a_gzip_is_refused_at_once_and_with_little_memory_and_disk(
    hand_in: HandIn, start: bytes, piece: bytes, size: int, said: str, tmp_path: Path
) -> None:
    hand_in.write_bytes("bills/bomb.csv.gz", packed_repeatedly(start, piece, size))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()

    outcome = hand_in.stage()

    assert said in refusal(outcome, "bills/bomb.csv.gz")
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 200_000
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 8_000_000


def test_a_refused_bill_is_replaced_by_the_version_accepted_last(hand_in: HandIn) -> None:
    hand_in.write_bytes(BAD, bill(*charges(1, 3)))
    hand_in.stage()
    accepted = {BAD: hash_file(hand_in.root / "data" / BAD)}
    hand_in.write_bytes(BAD, b"<html>503</html>")

    outcome = hand_in.stage(published(accepted=accepted))

    assert outcome.rows(
        f"SELECT status, rows_passed FROM source_file WHERE path = '{BAD}' ORDER BY source_id"
    ) == [("superseded", 3), ("refused", 0)]
    assert outcome.rows("SELECT count(*) FROM stg_charge") == [(3,)]
    assert "version accepted before is used" in refusal(outcome)


def test_a_bill_of_which_most_rows_fail_is_refused_whole(hand_in: HandIn) -> None:
    hand_in.write_bytes(BAD, bill(*[charge(number, "much") for number in range(1500)]))

    message = refusal(hand_in.stage())

    assert "1,500 of 1,500 rows can't be used" in message
    assert "cost_can_be_read" in message


def test_a_faulty_column_map_is_refused_with_what_to_write(hand_in: HandIn) -> None:
    hand_in.write("bills/columns.toml", "[columns]", 'colour = "C"')
    hand_in.write_bytes("bills/good.csv", bill(charge()))

    outcome = hand_in.stage()

    assert "maps colour" in refusal(outcome, "bills/columns.toml")
    assert outcome.rows("SELECT count(*) FROM stg_charge") == [(1,)]


def test_an_account_that_nobody_owns_is_no_failure(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(charge(SubAccountId="unheard-of")))

    outcome = hand_in.stage()

    assert outcome.rows("SELECT account_id FROM stg_charge") == [("unheard-of",)]
    assert outcome.failures() == []

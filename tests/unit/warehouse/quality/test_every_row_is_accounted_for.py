from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.warehouse.quality.hand_in import USAGE_HEADER, HandIn, agency, usage

FIELDS = st.sampled_from(
    ["1", "2", "3", "", "NaN", "x", "2025-01", "2025-13", "1000", "-1", "TT", "IaaS", '"a\nb"', "é"]
)
DIRTY = st.lists(FIELDS, min_size=1, max_size=15).map(",".join)
CLEAN = st.builds(
    usage,
    st.sampled_from([1, 2, 3]),
    st.sampled_from(["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"]),
    st.sampled_from(["1", "1000", "1000.5", "x", "-1"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(CLEAN | DIRTY, max_size=25), newline=st.sampled_from(["\n", "\r\n"]))
def test_every_row_read_passed_failed_or_is_held(rows: list[str], newline: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        hand_in = HandIn(Path(folder))
        hand_in.agencies(agency(1), agency(2))
        hand_in.write("mda/usage_monthly.csv", USAGE_HEADER, usage(1, "2020-01"))
        text = newline.join([USAGE_HEADER, *rows]) + newline
        hand_in.write_bytes("mda/usage_monthly_dirty.csv", text.encode())

        outcome = hand_in.stage()

    [(status, read, accounted)] = outcome.rows(
        "SELECT status, rows_read, rows_passed + rows_failed + rows_held FROM source_file "
        "WHERE path LIKE '%dirty.csv'"
    )
    assert read == accounted
    if status == "accepted":
        assert read == sum(row != "" for row in rows)
    assert outcome.rows(
        "SELECT count(*) - count(DISTINCT (agency_id, month)) FROM stg_usage_monthly"
    ) == [(0,)]

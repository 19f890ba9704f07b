from __future__ import annotations

from pathlib import Path

import duckdb

from tests.unit.warehouse.quality.hand_in import HandIn

COLUMNS = """
  SELECT 1 AS agency_id, 'e-tax' AS digital_service_id, 'us-east-1' AS region, 'AWS' AS provider,
    TIMESTAMP '2025-03-01 05:00' AS period_start, requests, 1 AS errors,
    120.5 AS latency_mean_ms, 1 AS requests_le_100ms, 2 AS requests_le_250ms,
    3 AS requests_le_500ms, 4 AS requests_le_1000ms, 5 AS requests_le_2500ms,
    59 AS successful_minutes, 60 AS total_minutes
"""


def write(location: Path, requests: str, options: str) -> None:
    location.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(
        f"COPY ({COLUMNS} FROM (VALUES ({requests})) AS made(requests)) TO '{location}' ({options})"
    )


def test_telemetry_reads_alike_from_csv_and_parquet(hand_in: HandIn) -> None:
    folder = hand_in.root / "data" / "telemetry"
    write(folder / "telemetry.csv", "10", "HEADER")
    from_csv = hand_in.stage().rows("SELECT * EXCLUDE source_id FROM stg_telemetry")
    (folder / "telemetry.csv").unlink()
    write(folder / "telemetry.parquet", "10", "FORMAT parquet")

    from_parquet = hand_in.stage().rows("SELECT * EXCLUDE source_id FROM stg_telemetry")

    assert from_parquet == from_csv
    assert from_csv[0][4] == "2025-03-01T05:00"
    assert from_csv[0][-1] == 2


def test_a_negative_count_in_a_parquet_file_goes_to_quarantine(hand_in: HandIn) -> None:
    write(hand_in.root / "data/telemetry/telemetry.parquet", "-10", "FORMAT parquet")

    assert hand_in.stage().failures() == [(2, "requests_is_in_range")]


def test_a_damaged_parquet_file_is_refused(hand_in: HandIn) -> None:
    hand_in.write_bytes("telemetry/telemetry.parquet", b"PAR1 and then nothing")

    [(message,)] = hand_in.stage().rows("SELECT message FROM source_file WHERE status = 'refused'")
    assert "telemetry/telemetry.parquet isn't a sound Parquet file" in message

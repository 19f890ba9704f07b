from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import ibis

from warehouse.feeds.inputs import find_inputs
from warehouse.quality.holds import Previous
from warehouse.quality.stage import stage


def test_the_sample_agencies_all_pass_and_their_contradictions_are_shown(tmp_path: Path) -> None:
    con = ibis.duckdb.connect()
    inputs = find_inputs(Path(os.environ["EXCHEQUER_SAMPLES"]))

    staged = stage(
        con,
        inputs,
        raw_zone=tmp_path / "raw",
        line_store=tmp_path / "lines",
        previous=Previous({}, {}, {}),
        approvals=frozenset(),
    )

    assert (staged.rows_read, staged.rows_passed, staged.rows_held) == (1224, 1224, 0)
    passed = con.con.execute("SELECT feed, rows_passed FROM source_file").fetchall()
    assert dict(passed) == {
        "agencies": 24,
        "baseline_adoption": 72,
        "usage_monthly": 720,
        "provider_spend": 144,
        "migration_summary": 24,
        "tagging_compliance": 240,
    }
    rules = Counter(row[0] for row in con.con.execute("SELECT rule FROM finding").fetchall())
    assert rules["org_size_agrees"] == 7
    assert rules["post_starts_at_migration_date"] == 9
    assert rules["file_is_utf8"] == 1
    [(title,)] = con.con.execute(
        "SELECT title FROM finding WHERE agency_id = 0 "
        "AND rule = 'provider_spend_is_like_usage_cost'"
    ).fetchall()
    assert title.startswith("Provider spend of 2025 is 75")


def test_the_sample_names_keep_their_apostrophes(tmp_path: Path) -> None:
    con = ibis.duckdb.connect()
    inputs = find_inputs(Path(os.environ["EXCHEQUER_SAMPLES"]))

    stage(
        con,
        inputs,
        raw_zone=tmp_path / "raw",
        line_store=tmp_path / "lines",
        previous=Previous({}, {}, {}),
        approvals=frozenset(),
    )

    names = con.con.execute("SELECT agency_name FROM stg_agencies").fetchall()
    assert ("Women\u2019s Ministry PA-2",) in names

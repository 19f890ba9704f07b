"""Samples, ratios and the report made from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.bench.report import Report
from portal.bench.samples import Ratio, Sample, measure


def test_a_sample_gives_its_median_and_its_nearest_rank_p95() -> None:
    sample = Sample("page", "ms", tuple(float(n) for n in range(1, 21)))
    assert sample.median == 10.5
    assert sample.p95 == 19.0


def test_a_single_value_is_its_own_p95() -> None:
    assert Sample("build", "s", (3.0,)).p95 == 3.0


def test_what_runs_before_an_action_is_not_counted() -> None:
    order: list[str] = []
    sample = measure("x", lambda: order.append("do"), runs=2, before=lambda: order.append("make"))
    assert order == ["make", "do", "make", "do"]
    assert len(sample.values) == 2
    assert all(0 <= value < 100 for value in sample.values)


def test_a_later_round_adds_its_values() -> None:
    joined = Sample("a", "s", (2.0,)).joined(Sample("a", "s", (1.0, 3.0)))
    assert joined == Sample("a", "s", (2.0, 1.0, 3.0))


def test_a_ratio_divides_medians() -> None:
    ratio = Ratio.of("build", Sample("a", "s", (2.0, 4.0, 90.0)), Sample("b", "s", (2.0,)))
    assert ratio.value == 2.0
    assert ratio.meaning == "a / b"


def test_a_ratio_of_two_units_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a is in s, b in ms\."):
        Ratio.of("build", Sample("a", "s", (2.0,)), Sample("b", "ms", (2.0,)))


def test_the_table_shows_every_sample_ratio_and_note() -> None:
    report = Report(options={"quick": True})
    slow, fast = Sample("slow", "ms", (120.4, 100.0, 140.0)), Sample("fast", "ms", (0.5, 0.25, 1.0))
    report.add((slow, fast))
    report.compare("gain", slow, fast)
    report.notes.append("no browser here")
    assert report.render().splitlines() == [
        "| measured | unit | median | min  | max | p95 | runs |",
        "| -------- | ---- | ------ | ---- | --- | --- | ---- |",
        "| slow     | ms   | 120    | 100  | 140 | 140 | 3    |",
        "| fast     | ms   | 0.5    | 0.25 | 1   | 1   | 3    |",
        "",
        "| ratio of medians | value  |",
        "| ---------------- | ------ |",
        "| gain             | 240.80 |",
        "",
        "- no browser here",
    ]


def test_the_file_keeps_every_single_value(tmp_path: Path) -> None:
    report = Report(options={"quick": True})
    report.add([Sample("slow", "ms", (120.0, 100.0))])
    report.write_json(tmp_path / "bench.json")
    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["measurements"][0]["values"] == [120.0, 100.0]
    assert written["options"] == {"quick": True}
    assert written["machine"]["cores"] >= 1

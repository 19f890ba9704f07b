"""Forecasts of a file on the command line."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.group import exchequer, main
from warehouse.forecasting.error_table import LEAST_POINTS, STEPS

MONTHS = [f"{2021 + at // 12}-{at % 12 + 1:02d}-01" for at in range(60)]


def written(path: Path, rows: list[str], head: str = "unique_id,ds,y") -> Path:
    path.write_text("\n".join((head, *rows, "")), "utf-8")
    return path


def series(name: str, points: int) -> list[str]:
    amounts = (100 + 2 * at + (at * 7) % 5 for at in range(points))
    return [f"{name},{MONTHS[at]},{amount}" for at, amount in enumerate(amounts)]


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(exchequer, ("forecast", *map(str, arguments)), catch_exceptions=False)


def test_a_file_of_series_becomes_a_file_of_months_and_one_of_totals(tmp_path: Path) -> None:
    given = written(tmp_path / "in.csv", series("b", 30) + series("a", 5))
    out, totals = tmp_path / "out.csv", tmp_path / "totals.csv"
    result = call("--in", given, "--h", "7", "--levels", "80,95", "--out", out, "--totals", totals)
    assert result.exit_code == 0, result.output
    assert "1 series have too little history" in result.stderr
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert list(rows[0]) == ["unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert [row["unique_id"] for row in rows] == ["a"] * 7 + ["b"] * 7
    assert [row["ds"] for row in rows[7:]] == [
        "2023-07-01", "2023-08-01", "2023-09-01", "2023-10-01", "2023-11-01", "2023-12-01",
        "2024-01-01",
    ]  # fmt: skip
    sums = list(csv.DictReader(totals.read_text("utf-8").splitlines()))
    assert list(sums[0]) == ["unique_id", "mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    added = sum(float(row["mean"]) for row in rows if row["unique_id"] == "b")
    assert float(sums[1]["mean"]) == pytest.approx(added)


def test_months_not_over_on_the_day_asked_are_left_out(tmp_path: Path) -> None:
    given = written(tmp_path / "in.csv", series("a", 30))
    result = call("--in", given, "--h", "1", "--as-of", "2023-05-17")
    assert "2 rows of months not over on 2023-05-17 are left out." in result.stderr
    assert "a,2023-05-01," in result.stdout


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a,2025-01-01,1", "a,2025-02-01,much"], "Row 3 of {path}: y is 'much'"),
        (["a,2025-01-01,1", "a,2025-02-01,inf"], "Row 3 of {path}: y is 'inf'"),
        (["a,1/2/2025,1"], "Row 2 of {path}: ds is '1/2/2025'"),
        (["a,2025-01-01"], "Row 2 of {path} hasn't as many values"),
        ([",2025-01-01,1"], "Row 2 of {path} names no series"),
        (["a,2025-01-01,"], "{path} holds no amounts"),
    ],
)
def test_what_cannot_be_right_is_named_by_file_row_and_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], said: str
) -> None:
    given = written(tmp_path / "in.csv", rows)
    with pytest.raises(SystemExit):
        main(["forecast", "--in", str(given)])
    assert said.format(path=given) in capsys.readouterr().err


def test_a_file_without_the_columns_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = written(tmp_path / "in.csv", ["a,2025-01-01,1"], head="series,ds,y")
    with pytest.raises(SystemExit):
        main(["forecast", "--in", str(given)])
    assert "lacks the column 'unique_id'" in capsys.readouterr().err


def test_the_forecaster_is_scored_on_files_and_folders(tmp_path: Path) -> None:
    text = "\n".join(("unique_id,ds,y", *series("a", 60), *series("b", 50), ""))
    (tmp_path / "some.csv.gz").write_bytes(gzip.compress(text.encode()))
    said = call("--score", tmp_path).stdout
    assert "some" in said
    assert "36 points" in said


def test_a_table_of_errors_is_learnt_from_files(tmp_path: Path) -> None:
    rows = [row for at in range(3) for row in series(f"s{at}", 60)]
    given, table = written(tmp_path / "in.csv", rows), tmp_path / "table.csv"
    assert call("--learn", table, given).exit_code == 0
    lines = table.read_text("utf-8").splitlines()
    assert len(lines) == 1 + 2 * len(LEAST_POINTS) * STEPS


def test_levels_that_are_no_percentages_are_refused(tmp_path: Path) -> None:
    given = written(tmp_path / "in.csv", series("a", 30))
    result = call("--in", given, "--levels", "80,195")
    assert result.exit_code == 2
    assert "'80,195' isn't a list of percentages" in result.stderr


def test_sums_of_groups_are_scored_where_there_are_enough_series(tmp_path: Path) -> None:
    given = written(tmp_path / "in.csv", series("a", 60) + series("b", 60))
    result = call("--score", "--groups", "2", given)
    assert result.exit_code == 0, result.output
    assert "Sums of 2 series" in result.output
    assert "36 points" in result.output
    assert "48 points" not in result.output
    assert call("--score", "--groups", "3", given).exit_code == 2
    assert call("--groups", "2", given).exit_code == 2

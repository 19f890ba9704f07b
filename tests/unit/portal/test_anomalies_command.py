"""Anomalies of a file on the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from portal.cli.group import exchequer


def test_events_are_written_and_short_series_are_named(tmp_path: Path) -> None:
    rows = [f"a,{2023 + at // 12}-{at % 12 + 1:02d},{100 + at % 3 + 80 * (at == 30)}"
            for at in range(36)]  # fmt: skip
    file = tmp_path / "spend.csv"
    file.write_text("\n".join(("unique_id,ds,y", *rows, "b,2025-01,5", "")), "utf-8")
    found = CliRunner().invoke(exchequer, ("anomalies", "--in", str(file)), catch_exceptions=False)
    assert found.exit_code == 0
    head, event = found.stdout.splitlines()
    assert head.startswith("unique_id,first,last,expected,actual,lower,upper,excess,share,kind")
    assert event.startswith("a,2025-07-01,2025-07-01,")
    assert event.endswith("spike,True")
    assert "1 series have too little history to be judged (b)." in found.stderr


def test_one_file_has_to_be_named() -> None:
    assert CliRunner().invoke(exchequer, ("anomalies",)).exit_code == 2

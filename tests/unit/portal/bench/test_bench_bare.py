"""The yardstick reads every file that the demo writes."""

from __future__ import annotations

from pathlib import Path

from portal.bench.bare import FILES, read_and_add_up
from warehouse.demo import generate_demo


def test_the_yardstick_reads_every_file_of_the_demo(tmp_path: Path) -> None:
    generate_demo(tmp_path, agencies=3, months=3)
    written = {p.relative_to(tmp_path).with_suffix("").as_posix() for p in tmp_path.rglob("*.csv")}
    assert set(FILES) == written
    assert read_and_add_up(tmp_path) > 3 * 3 * 3

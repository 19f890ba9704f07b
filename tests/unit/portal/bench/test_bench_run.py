"""A whole bench run, as small as can be, against the real app, server and browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.bench.callbacks import BenchError, Visitor
from portal.bench.installation import Size, build_once, prepare
from portal.bench.run import Plan, run_bench
from portal.bench.server import ServerError, serving


def size(label: str, regions: int, lines: int = 0) -> Size:
    return Size(label, 6, 4, regions_per_service=regions, telemetry_months=1, lines=lines)


@pytest.mark.timeout(600)
def test_a_run_measures_builds_questions_pages_browser_and_memory(tmp_path: Path) -> None:
    plan = Plan(
        size("few", 1), size("many", 3), builds=1, questions=1, pages=1, visits=1,
        rounds=1, few_lines=size("few", 1, 500), many_lines=size("many", 1, 1_500),
        paths=("/", "/finops/budget"), resources=1_000, series=20,
    )  # fmt: skip
    steps: list[str] = []
    report = run_bench(plan, tmp_path, on_step=steps.append)
    names = [sample.name for sample in report.samples]
    assert "build, few rows, 6 agencies" in names
    assert "page /finops/budget, treasury, cold, many rows, 6 agencies" in names
    assert "page /finops/budget, agency, warm, few rows, 6 agencies" in names
    assert "browser /, to the last chart, treasury, many rows, 6 agencies" in names
    assert any(name.startswith("memory of the master and 2 workers") for name in names)
    assert "page /explore?view=bills, agency, warm, many lines, 6 agencies" in names
    assert "gateway.lines -day, agency, many lines, 6 agencies" in names
    assert "most memory of a build, many lines, 6 agencies" in names
    assert "pandas read_csv and to_sql of one bill" in names
    assert all(min(sample.values) > 0 for sample in report.samples)
    ratios = {ratio.name: ratio.value for ratio in report.ratios}
    assert ratios["build against bare read, few rows"] > 1
    assert "build against bare read, many lines" in ratios
    assert "page /, treasury, cold: many rows against few" in ratios
    assert ratios["judging against scanning and grouping"] > 1
    assert "forecasting against reading and grouping" in ratios
    assert len(steps) == 11


def test_a_page_that_is_not_there_is_not_measured(tmp_path: Path) -> None:
    from_nothing = prepare(size("few", 1), tmp_path)
    build_once(from_nothing)
    visitor = Visitor(from_nothing.app(), from_nothing.emails["agency"], from_nothing.password)
    visitor.require_whole("/finops/budget")
    with pytest.raises(BenchError, match="A part of /admin/users could not be drawn"):
        visitor.require_whole("/admin/users")


def test_a_wrong_password_ends_the_run(tmp_path: Path) -> None:
    made = prepare(size("few", 1), tmp_path)
    with pytest.raises(BenchError, match=r"agency@bench\.example could not sign in"):
        Visitor(made.app(), made.emails["agency"], "not the password")


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    environment = {
        "EXCHEQUER_SECRET_KEY": "0123456789abcdef" * 4,
        "EXCHEQUER_VAR_DIR": str(tmp_path / "var"),
        "EXCHEQUER_DATABASE_URL": "mongodb://nowhere/x",
    }
    with (
        pytest.raises(ServerError, match="mongodb"),
        serving(environment, tmp_path / "log"),
    ):
        pass

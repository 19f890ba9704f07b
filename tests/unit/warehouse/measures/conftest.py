import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.factories.government import write_government
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate


@pytest.fixture(scope="session")
def hand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_government(tmp_path_factory.mktemp("hand-in"), with_bills=True)


def built(url: str, hand_in: Path, var_dir: Path) -> Database:
    database = open_database(url, var_dir)
    migrate(database)
    with warnings.catch_warnings():
        # Ibis 12 calls a method that DuckDB 1.5 renamed; both versions are pinned.
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        build(database, hand_in, var_dir)
    return database


@pytest.fixture(scope="session")
def database(hand_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    var_dir = tmp_path_factory.mktemp("sqlite")
    database = built(f"sqlite:///{var_dir}/records.sqlite", hand_in, var_dir)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def gateway(database: Database) -> Gateway:
    return Gateway(database)


@pytest.fixture(scope="session")
def postgres_gateway(
    hand_in: Path, new_postgres_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    database = built(new_postgres_database(), hand_in, tmp_path_factory.mktemp("postgres"))
    yield Gateway(database)
    database.dispose()

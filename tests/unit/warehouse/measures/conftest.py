import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.factories.policies import publish_policy
from tests.factories.published import COST_CENTRES, copy_of_government, opened_in
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_government(tmp_path_factory, tmp_path_factory.mktemp("built"), with_bills=True)


@pytest.fixture(scope="session")
def hand_in(installation: Path) -> Path:
    return installation / "data"


def built(url: str, hand_in: Path, var_dir: Path) -> Database:
    database = open_database(url, var_dir)
    migrate(database)
    with warnings.catch_warnings():
        # Ibis 12 calls a method that DuckDB 1.5 renamed; both versions are pinned.
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        build(database, hand_in, var_dir)
    return database


@pytest.fixture(scope="session")
def database(installation: Path) -> Iterator[Database]:
    with opened_in(installation / "var") as database:
        yield database


@pytest.fixture(scope="session")
def gateway(database: Database) -> Gateway:
    return Gateway(database)


@pytest.fixture(scope="session")
def postgres_gateway(
    hand_in: Path, new_postgres_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    url = new_postgres_database()
    with_policy = open_database(url, tmp_path_factory.mktemp("policy"))
    migrate(with_policy)
    publish_policy(with_policy, "costs", COST_CENTRES)
    with_policy.dispose()
    database = built(url, hand_in, tmp_path_factory.mktemp("postgres"))
    yield Gateway(database)
    database.dispose()

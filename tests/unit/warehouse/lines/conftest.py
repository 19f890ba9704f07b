"""A small government with bills, built once, and the door to its lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.published import copy_of_government
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate


class Billed:
    """An installation whose data can be changed and built again."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.data, self.var = folder / "data", folder / "var"
        self.var.mkdir(parents=True, exist_ok=True)
        self.database: Database = open_database(
            url or f"sqlite:///{self.var}/records.sqlite", self.var
        )
        migrate(self.database)
        self.gateway = Gateway(self.database)

    def build(self) -> None:
        build(self.database, self.data, self.var)


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billed]:
    folder = tmp_path_factory.mktemp("lines")
    made = Billed(copy_of_government(tmp_path_factory, folder, with_bills=True))
    yield made
    made.database.dispose()

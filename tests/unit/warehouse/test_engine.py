from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ibis.backends.duckdb import Backend

from warehouse.engine import connect_engine, transforming
from warehouse.errors import BuildError


@pytest.fixture
def con() -> Iterator[Backend]:
    connection = connect_engine("spark://cluster:7077", threads=1)
    yield connection
    connection.disconnect()


def test_files_are_staged_in_duckdb_whatever_runs_the_transforms(con: Backend) -> None:
    assert con.raw_sql("select 1").fetchone() == (1,)


def test_without_pyspark_a_build_says_what_to_install(
    con: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.startswith(("pyspark", "warehouse.spark"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with (
        pytest.raises(BuildError, match=r"requirements-spark\.txt"),
        transforming("spark://cluster:7077", con, tmp_path),
    ):
        pass


def test_without_java_a_build_says_what_to_install(
    con: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with (
        pytest.raises(BuildError, match="Java 17"),
        transforming("spark://cluster:7077", con, tmp_path / "exchange"),
    ):
        pass
    assert list((tmp_path / "exchange").iterdir()) == []


def test_what_a_killed_build_handed_over_is_removed_by_the_next(
    con: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "exchange" / "build-one" / "stg_usage.parquet"
    left.parent.mkdir(parents=True)
    left.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with (
        pytest.raises(BuildError),
        transforming("spark://cluster:7077", con, tmp_path / "exchange"),
    ):
        pass
    assert not left.exists()

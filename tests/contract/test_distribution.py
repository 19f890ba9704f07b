"""Tests of a file share a process, so that what they share is made once."""

from __future__ import annotations

import os

import pytest

from tests.distribution import group_of
from tests.factories.once import folder_of_run


@pytest.mark.parametrize("at", range(4))
def test_tests_of_a_file_run_in_one_process(
    tmp_path_factory: pytest.TempPathFactory, at: int
) -> None:
    processes = folder_of_run(tmp_path_factory) / "processes"
    processes.mkdir(exist_ok=True)
    (processes / str(os.getpid())).touch()
    assert [found.name for found in processes.iterdir()] == [str(os.getpid())]


def test_files_that_share_a_spark_session_are_one_group() -> None:
    one = group_of("tests/integration/test_star_on_spark.py::test_one")
    assert one == group_of("tests/samples/test_layouts_on_spark.py::test_other[a]")


def test_whatever_needs_a_served_demo_is_one_group() -> None:
    one = group_of("tests/browser/test_pages.py::test_pages[treasury]")
    assert one == group_of("tests/browser/test_walks.py::test_a_walk")

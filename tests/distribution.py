"""Which tests run in one process, and which are begun first."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    ("spark", re.compile(r"_on_(spark|cluster)\.py")),
    ("measures", re.compile(r"unit/warehouse/measures/")),
    ("browser", re.compile(r"tests/browser/")),
)
"""Files that share what is dear to make."""

APART = re.compile(r"on_postgresql_too")
"""Tests long enough to be dealt out one by one."""

LONGEST = (
    "browser/",
    "integration/test_noninterference.py",
    "integration/test_star_on_spark.py",
    "samples/test_layouts_on_spark.py",
    "unit/portal/bench/test_bench_run.py",
    "unit/portal/pages/test_figures_asked_again.py",
    "unit/warehouse/measures/",
    "samples/",
    "integration/",
    "unit/portal/",
    "unit/warehouse/transforms/",
)
"""What takes longest: begun first, so that at the end no process waits for another."""


class InOneProcess(LoadScopeScheduling):
    """Deals out files, whose fixtures are then made once.

    The ``loadgroup`` of pytest-xdist 3.8 writes groups into names of tests, where pytest 9.2 no
    longer reads them: every test is then a group of its own, and nothing says so.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Name what is run in one process with this test."""
    if APART.search(nodeid):
        return nodeid
    path = nodeid.partition("::")[0]
    return next((name for name, files in TOGETHER if files.search(path)), path)


def place_of(path: str) -> int:
    """Tell how early the tests of a file are run, by its path below ``tests``."""
    return next((at for at, name in enumerate(LONGEST) if path.startswith(name)), len(LONGEST))

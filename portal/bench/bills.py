"""Bills: reading them, asking about them, and what pandas takes for a part of the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pandas as pd

from portal.bench.bare import read_and_add_up
from portal.bench.callbacks import Visitor
from portal.bench.installation import Installation, Size, build_again, build_once, prepare
from portal.bench.pages import ROLES, time_page
from portal.bench.samples import Sample, measure
from warehouse.db import open_database

PAGE = "/explore?view=bills"

_RSS_PER_MIB = 1024
"""Linux counts the most memory that a process took in KiB."""


def time_bills(made: Installation, *, runs: int) -> tuple[Sample, Sample, Sample]:
    """Build with every bill new, build again, and read bare; give the three samples."""
    lines = made.label
    built = measure(f"build, {lines}", partial(build_once, made), runs=runs, unit="s")
    again = measure(f"build, no bill new, {lines}", partial(build_again, made), runs=runs, unit="s")
    bare = measure(
        f"DuckDB bare read and aggregate, {lines}",
        partial(read_and_add_up, made.data_dir),
        runs=runs,
        unit="s",
    )
    return built, again, bare


def weigh_build(made: Installation) -> Sample:
    """Build with every bill new in a process of its own; give the most memory that it took."""
    shutil.rmtree(made.var_dir / "lines", ignore_errors=True)
    environment = {f"EXCHEQUER_{name.upper()}": value for name, value in made.settings.items()}
    command = [sys.executable, "-m", "portal.cli", "build", "--data", str(made.data_dir)]
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    ) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    mib = usage.ru_maxrss / _RSS_PER_MIB
    return Sample(f"most memory of a build, {made.label}", "MiB", (mib,))


def time_bill_pages(made: Installation, *, runs: int) -> dict[str, Sample]:
    """Ask for the page of bills, cold and warm, as each reader."""
    app = made.app()
    found: dict[str, Sample] = {}
    for who in ROLES:
        visitor = Visitor(app, made.emails[who], made.password)
        found |= time_page(app, visitor, PAGE, who, made.label, runs=runs)
    return found


def time_pandas(made: Installation, folder: Path, *, runs: int) -> tuple[Sample, Sample]:
    """Build a government with one bill of ``made``, and let pandas put that bill in a table.

    Pandas neither judges nor attributes anything; it is what a clerk with a script would do.
    """
    bill = max((made.data_dir / "bills").rglob("*.csv.gz"), key=lambda path: path.stat().st_size)
    one = prepare(Size("one bill", made.size.agencies, 3, 1, 1), folder)
    target = one.data_dir / "bills" / bill.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(bill, target)
    # What every process writes down once isn't part of either.
    build_once(one)
    ours = measure("build of one bill", partial(build_once, one), runs=runs, unit="s")
    put = partial(_put_in_table, bill, folder / "pandas.sqlite")
    return ours, measure("pandas read_csv and to_sql of one bill", put, runs=runs, unit="s")


def _put_in_table(bill: Path, database: Path) -> None:
    database.unlink(missing_ok=True)
    opened = open_database(f"sqlite:///{database}", database.parent)
    try:
        with opened.records() as session:
            rows = pd.read_csv(bill, low_memory=False)
            rows.to_sql("charges", session.connection(), index=False)
    finally:
        opened.dispose()

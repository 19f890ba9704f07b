"""Publish again and again, killed at one step after another; tell what is served after each.

Run as a module in a process of its own: children are forked before any thread exists.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.factories.star import agencies_costing, star_of
from warehouse.db import open_database
from warehouse.migrate import migrate
from warehouse.publishing.publish import publish
from warehouse.schema.dimensions import dim_agency
from warehouse.schema.facts import fact_usage_monthly
from warehouse.scope import Scope

LAST_STEPS = 4
"""The steps in which a build becomes visible are always tried."""


def main(url: str, var_dir: Path, stride: int) -> list[dict[str, Any]]:
    """Kill at every ``stride``-th step and at each of the last; a run starts where one ended."""
    steps = _in_child(lambda: _publish(url, var_dir, "before", 0, prepare=True)) >> 8
    outcomes = []
    for at in sorted({*range(1, steps, stride), *range(steps - LAST_STEPS + 1, steps + 1)}):
        ended = _in_child(lambda at=at: _publish(url, var_dir, "after", at))
        assert ended == signal.SIGKILL, ended
        outcomes.append(_served(url, var_dir))
    return outcomes


def _in_child(work: Any) -> int:
    child = os.fork()
    if child == 0:
        os._exit(work())
    return os.waitpid(child, 0)[1]


def _publish(url: str, var_dir: Path, build_id: str, kill_at: int, *, prepare: bool = False) -> int:
    """Give the number of steps, if it comes that far."""
    seen = 0

    def on_step(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    database = open_database(url, var_dir)
    if prepare:
        migrate(database)
    cost = "5" if build_id == "before" else "7"
    con, info = star_of(build_id, agencies_costing({10: cost, 11: cost}))
    publish(con, database, info, build_id, on_step)
    return seen


def _served(url: str, var_dir: Path) -> dict[str, Any]:
    database = open_database(url, var_dir)
    with database.star(Scope.whole_government()) as connection:
        build = database.build_of(connection).build_id
        agencies = connection.execute(select(func.count()).select_from(dim_agency)).scalar_one()
        cost = connection.execute(select(func.sum(fact_usage_monthly.c.cost_usd))).scalar_one()
    database.dispose()
    expected = 10 if build == "before" else 14
    return {"served": build, "whole": agencies == 2 and cost == expected}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))

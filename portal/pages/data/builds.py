"""The part of the data page about the builds that were made."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component
from sqlalchemy import select

from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.states import status_word
from portal.components.tables import Column, data_table
from portal.formats import decimal, moment
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number
from warehouse.governance.models import BuildHistory

_MOST = 50
_TONES = {"published": "ok", "unchanged": "good", "running": "warn", "failed": "bad"}
_OUTCOMES = {
    "published": later("published"),
    "unchanged": later("unchanged"),
    "running": later("running"),
    "failed": later("failed"),
}


def draw_builds(request: PageRequest) -> Component:
    """List the latest builds: when, how long each stage took, and what came of them."""
    latest_first = select(BuildHistory).order_by(BuildHistory.started_at.desc()).limit(_MOST)
    with request.database.reading_records(request.scope) as session:
        rows = [_row(build) for build in session.scalars(latest_first)]
    if not rows:
        return nothing_card(say("Builds"), say("No build has been recorded yet."), 12)
    columns = (
        Column("started", say("Started")),
        Column("status", say("Outcome")),
        Column("seconds", say("Seconds"), numeric=True),
        Column("stages", say("Longest stages, seconds"), is_key=False),
        Column("files", say("Files"), numeric=True, is_key=False),
        Column("error", say("What went wrong"), is_key=False),
    )
    return card(
        headline=say_number(len(rows), "The last {number} build", "The last {number} builds"),
        subtitle=say("A failed build changes nothing: the one published before stays in place"),
        children=[data_table(caption=say("Builds, latest first"), columns=columns, rows=rows)],
    )


def _row(build: BuildHistory) -> dict[str, Any]:
    return {
        "started": moment(build.started_at),
        "status": status_word(
            say_known(_OUTCOMES.get(build.status, build.status)), _TONES.get(build.status, "warn")
        ),
        "seconds": _seconds(build),
        "stages": html.Code(_stages(build.durations)),
        "files": f"{len(build.inputs or ()):,}",
        "error": build.error or "",
    }


def _seconds(build: BuildHistory) -> str:
    if build.finished_at is None:
        return say("running")
    return decimal((build.finished_at - build.started_at).total_seconds(), 1)


def _stages(durations: dict[str, Any] | None) -> str:
    measured = {
        name: float(seconds)
        for name, seconds in (durations or {}).items()
        if isinstance(seconds, int | float)
    }
    longest = sorted(measured.items(), key=lambda item: -item[1])[:4]
    return ", ".join(f"{name} {seconds:.1f}" for name, seconds in longest)

"""How long tags stay broken, from the records that outlast builds."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.page import PageRequest
from portal.texts import say, say_number
from warehouse.governance.follow_up import TagTimes, notes_since, times_to_fix
from warehouse.governance.policy_models import TagNote

_YEAR: Final = timedelta(days=365)
_NEWS: Final = timedelta(days=30)


def draw_times(request: PageRequest) -> Component:
    """List each tag with what is open, since when, and how long mending took."""
    title = say("Time to fix")
    with request.database.reading_records(request.scope) as session:
        rows = times_to_fix(session, agencies_in_view(request), request.now - _YEAR)
    if not rows:
        why = say("No build has found a tag to mend yet; from the first one on time is counted.")
        return nothing_card(title, why, 12)
    mended = sum(one.mended_count for one in rows)
    return card(
        headline=say_number(mended, "{number} tag was mended in the last year",
                            "{number} tags were mended in the last year")
        if mended
        else say("No tag was mended in the last year"),
        subtitle=say("From the build that found a tag to mend to the one that found it mended; "
                     "what went with its resource, or is asked no more, isn't counted"),
        children=[
            data_table(
                caption=title,
                columns=(
                    Column("tag", say("Tag")),
                    Column("open", say("Open"), numeric=True),
                    Column("since", say("Oldest open since")),
                    Column("mended", say("Mended in a year"), numeric=True),
                    Column("days", say("Half were mended within"), numeric=True),
                ),
                rows=[_row(one) for one in rows],
            )
        ],
        anchor="time-to-fix",
    )  # fmt: skip


def news_of(request: PageRequest) -> tuple[TagNote, ...]:
    """Give what the MDAs in view were told about tags in the last month."""
    with request.database.reading_records(request.scope) as session:
        notes = notes_since(session, agencies_in_view(request), request.now - _NEWS)
        session.expunge_all()
    return notes


def agencies_in_view(request: PageRequest) -> frozenset[int] | None:
    """Give the MDAs in view; never more than the reader's own."""
    own = request.scope.agencies
    if request.agency_ids is None:
        return own
    wanted = frozenset(map(int, request.agency_ids))
    return wanted if own is None else wanted & own


def _row(one: TagTimes) -> dict[str, str | Component]:
    return {
        "tag": one.tag,
        "open": _recorded(f"{one.open_count:,}"),
        "since": "" if one.open_since is None else moment(one.open_since),
        "mended": _recorded(f"{one.mended_count:,}"),
        "days": ""
        if one.median_days is None
        else _recorded(say_number(one.median_days, "{number} day", "{number} days")),
    }


def _recorded(text: str) -> Component:
    return html.Span(text, **{"data-recorded": "row"})

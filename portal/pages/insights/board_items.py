"""A recommendation as it stands: of this build, decided on, or both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from portal.pages.frame import agency_names
from portal.pages.insights.advice import Advice, Course
from portal.pages.insights.courses import COURSES, COURSES_BY_NAME
from portal.pages.insights.resources import RESOURCE, ResourcePage, find_resource
from portal.pages.page import PageRequest
from portal.pages.tagging.times import agencies_in_view
from portal.texts import later
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import (
    ACCEPTED,
    DISMISSED,
    DONE,
    OPEN,
    Key,
    decided,
)

STATES: Final[Mapping[str, tuple[str, str]]] = {
    OPEN: (later("open"), "plain"),
    ACCEPTED: (later("accepted"), "warn"),
    DONE: (later("done"), "good"),
    DISMISSED: (later("dismissed"), "plain"),
}
"""What each state is called, and how it is coloured."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the board."""

    course: Course
    agency: int
    agency_name: str
    target: str
    advice: Advice | None
    row: Recommendation | None

    @property
    def state(self) -> str:
        """What was decided; open where nothing was."""
        return self.row.state if self.row is not None else OPEN

    @property
    def saving(self) -> float:
        """What it would save now; where that isn't known, what was estimated when it was decided.

        It orders lines and is not shown.
        """
        if self.advice is not None and self.advice.saving is not None:
            return self.advice.saving.amount
        return float(self.row.estimate_usd or 0) if self.row is not None else 0.0

    def looked_up(self, request: PageRequest) -> Item:
        """Give it with what is recommended now, where that is read for the lines shown alone."""
        if self.course is not RESOURCE or self.advice is not None:
            return self
        key = (self.agency, self.course.name, self.target)
        return replace(self, advice=find_resource(request, key))


def decisions_in_view(request: PageRequest) -> dict[Key, Recommendation]:
    """Read what was decided on recommendations to the MDAs in view."""
    with request.database.reading_records(request.scope) as session:
        rows = dict(decided(session, agencies_in_view(request)))
        session.expunge_all()
    return rows


def items_of(request: PageRequest, known: Mapping[Key, Recommendation]) -> list[Item]:
    """Give what is recommended, and what was decided on though it is recommended no more.

    Of what is for single resources only that which somebody decided on: the rest is listed apart.
    """
    rows = dict(known)
    items = [
        _item(one, rows.pop(one.key, None)) for course in COURSES for one in course.advise(request)
    ]
    return [*items, *_only_decided(request, rows)]


def items_of_resources(found: ResourcePage, known: Mapping[Key, Recommendation]) -> list[Item]:
    """Give what is recommended for single resources, with what was decided on each."""
    return [_item(one, known.get(one.key)) for one in found.advice]


def _item(one: Advice, row: Recommendation | None) -> Item:
    return Item(one.kind, one.agency, one.agency_name, one.target, one, row)


def _only_decided(request: PageRequest, rows: Mapping[Key, Recommendation]) -> list[Item]:
    """Keep what was decided on; what is open and recommended no more goes."""
    if not rows:
        return []
    names = agency_names(request)
    return [
        Item(COURSES_BY_NAME[row.kind], row.agency_id, names.get(str(row.agency_id), ""),
             row.target, None, row)
        for row in rows.values() if row.kind in COURSES_BY_NAME and row.state != OPEN
    ]  # fmt: skip

"""What a page is: an address, a permission, and a function of the reader and the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from dash.development.base_component import Component
from sqlalchemy import select

from auth.permissions import Permission
from portal.access import Reader
from portal.dimension_names import dimension_word
from portal.filters import Filters, Where
from portal.received_texts import MIXED_YEARS, in_readers_language, is_said
from portal.texts import later, say_known
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.governance.models import Threshold
from warehouse.measures import REGISTRY, Kind
from warehouse.months import shifted
from warehouse.question import Answer, BuildInfo, Period, Question
from warehouse.scope import Scope

Theme = Literal["light", "dark"]

NOT_SPLIT = later("Not narrowed by {dimension}")
_WHY_NOT_SPLIT = later(
    "Not split by {dimension} in all records: figures marked “not narrowed by {dimension}” leave "
    "that filter aside."
)


@dataclass(frozen=True)
class PageRequest:
    """Everything a page may draw from: who asks, what for, and the one door to the figures."""

    reader: Reader
    filters: Filters
    theme: Theme
    gateway: Gateway
    database: Database
    now: datetime
    csrf_token: str = ""
    search: str = ""
    """The address's query as it came, for pages with filters of their own; bound what is read."""
    marking: str = ""
    """Protective marking of this installation, written at the foot of pages and on paper."""
    origin: str = ""
    """Where the reader found the portal, ``https://host``: for addresses to use elsewhere."""

    reach: str = ""
    """The last month that a view goes to where that is beyond the build's, as bills may be."""

    said_once: dict[str, None] = field(default_factory=dict, compare=False)
    """What was found to hold for the page as a whole while it was drawn, in order."""

    @property
    def today(self) -> date:
        """The day of this request."""
        return self.now.date()

    @property
    def scope(self) -> Scope:
        """What the reader may be answered from; filters narrow it further, at the gateway."""
        return self.reader.scope

    @property
    def sees_many(self) -> bool:
        """Whether MDAs can be ranked: more than one is in view."""
        if len(self.filters.agency) == 1:
            return False
        agencies = self.reader.scope.agencies
        return agencies is None or len(agencies) > 1

    @property
    def agency_ids(self) -> tuple[int, ...] | None:
        """The MDAs in view: those in the address, else the reader's own; None for all."""
        if self.filters.agency:
            return tuple(int(identifier) for identifier in self.filters.agency)
        agencies = self.reader.scope.agencies
        return None if agencies is None else tuple(sorted(agencies))

    @property
    def build(self) -> BuildInfo:
        """The published build, with the first and last month of the reader's own records."""
        return self.gateway.build_info(self.scope)

    def year_period(self) -> Period:
        """Give the months a report page looks at: those in the address, else the year so far.

        In fiscal years of several countries there is no one first month; then the last twelve
        months are shown.
        """
        if self.filters.start or self.filters.end:
            return self.filters.period
        last = self.furthest_month
        if self.filters.year == "fiscal":
            return Period(shifted(last, -11), last)
        return Period(f"{last[:4]}-01", last)

    @property
    def furthest_month(self) -> str:
        """The last month that this view can show anything of."""
        return max(self.build.data_to, self.reach)

    @property
    def last_month(self) -> str:
        """The last month in view that can have records: the address's, else the build's."""
        end, known = self.filters.end, self.furthest_month
        return min(end, known) if end else known

    @cached_property
    def limits(self) -> tuple[tuple[str, float, str], ...]:
        """Every limit ever recorded: name, value, first month; read once a page, oldest first."""
        oldest_first = select(Threshold.name, Threshold.value, Threshold.effective_from).order_by(
            Threshold.effective_from, Threshold.version
        )
        with self.database.reading_records(self.scope) as session:
            return tuple(
                (name, float(value), month) for name, value, month in session.execute(oldest_first)
            )

    def question(
        self,
        *measures: str,
        by: tuple[str, ...] = (),
        where: Where = (),
        period: Period | None = None,
        against: Period | None = None,
    ) -> tuple[Question, tuple[str, ...]]:
        """Write the question, and the sentences about filters that its measures don't have.

        A filter on a dimension that one of the measures lacks can't be applied; the reader is
        told so beside the figure.
        """
        has = frozenset.intersection(*(frozenset(REGISTRY[name].dimensions) for name in measures))
        wanted = (*self.filters.to_where(), *where)
        applied = tuple(pair for pair in wanted if pair[0] in has)
        lacking = [dimension_word(name) for name, _ in wanted if name not in has]
        notes = tuple(say_known(NOT_SPLIT).format(dimension=name) for name in lacking)
        for name in lacking:
            self.said_once[say_known(_WHY_NOT_SPLIT).format(dimension=name)] = None
        asked = Question(
            measures=measures,
            by=by,
            where=applied,
            period=self.filters.period if period is None else period,
            against=against,
            year=self.filters.year,
            currency=self.filters.currency,
            whatif=self.filters.whatif if any(map(is_moved, measures)) else 0.0,
        )
        return asked, notes

    def ask(
        self,
        *measures: str,
        by: tuple[str, ...] = (),
        where: Where = (),
        period: Period | None = None,
        against: Period | None = None,
    ) -> Answer:
        """Ask within the reader's scope, under the filters of the address."""
        asked, notes = self.question(*measures, by=by, where=where, period=period, against=against)
        answer = in_readers_language(self.gateway.ask(asked, self.scope))
        self.said_once.update((note, None) for note in answer.notes if is_said(note, MIXED_YEARS))
        return replace(answer, notes=(*answer.notes, *notes)) if notes else answer


def not_narrowed(answer: Answer) -> list[str]:
    """Give the notes that say which filters an answer leaves aside, and no others."""
    return [note for note in answer.notes if is_said(note, NOT_SPLIT)]


def is_moved(measure: str) -> bool:
    """Tell whether a measure answers to what if."""
    return REGISTRY[measure].kind in {Kind.WHAT_IF, Kind.WHAT_IF_MONTHS}


@dataclass(frozen=True)
class Page:
    """One address of the portal; title, label and group are said when they are drawn."""

    path: str
    title: str
    nav_label: str
    nav_group: str
    permission: Permission
    build: Callable[[PageRequest], Component]
    in_nav: bool = True

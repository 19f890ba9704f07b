"""What an insight is, and what a kind of insight gives when it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from portal.components.parts import Text
from portal.pages.page import PageRequest
from portal.pages.series import number
from warehouse.question import Answer, Value

Row: TypeAlias = Mapping[str, Value]


class Level(IntEnum):
    """What the amount of an insight means; the order is that of the page."""

    AT_STAKE = 0
    """Money that is overspent, wasted, or about to be."""
    CONCERNED = 1
    """Spend that something is true of; none of it is lost yet."""
    WITHOUT_AMOUNT = 2
    """About services and records, which have no amount of their own."""


@dataclass(frozen=True, slots=True)
class Stake:
    """A figure of an answer that says how much money an insight is about."""

    answer: Answer
    measure: str
    row: Row | None = None

    @property
    def amount(self) -> float:
        """The amount itself."""
        found = self.answer.value(self.measure) if self.row is None else self.row[self.measure]
        return number(found) or 0.0


@dataclass(frozen=True, slots=True)
class Insight:
    """A sentence that the data supports."""

    sentence: Sequence[Text]
    rule: str
    """When this is said at all, with the limit that decides."""
    confidence: Sequence[Text]
    """How sure it is: measured or reported, of how much history."""
    href: str
    """Where the evidence is shown."""
    answers: tuple[Answer, ...]
    """What was asked for it."""
    stake: Stake | None = None
    agencies: frozenset[str] = frozenset()
    """The MDAs it is about, where it names some of several."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A kind that can't be judged on what was handed in, and why."""

    why: str


Judged: TypeAlias = Insight | Unjudged | None
"""None where it was judged and does not hold."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of insight: its name, what it looks for, and how it is judged."""

    name: str
    title: str
    """Said when it is drawn; see ``later``."""
    topic: str
    level: Level
    judge: Callable[[PageRequest], Judged]


@dataclass(frozen=True, slots=True)
class Found:
    """An insight with its kind."""

    kind: Kind
    insight: Insight


@dataclass(frozen=True, slots=True)
class Open:
    """A kind that could not be judged, and why."""

    kind: Kind
    why: str

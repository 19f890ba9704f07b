"""What a pivot asks: one question for each level of its rows, with and without its columns.

A total is never added up from what stands above it. A share, a mean or a count of the last month
doesn't add up; so each level is a question of its own, by fewer dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal

from portal.dimension_names import dimension_name, dimension_word
from portal.filters import TOPS, Filters, Where
from portal.pivot.order import TIME
from portal.texts import say
from warehouse.measures import DIMENSION_NAMES, REGISTRY
from warehouse.question import Period, Question, YearKind


@dataclass(frozen=True, slots=True)
class Plan:
    """A pivot that can be asked: every measure has every dimension.

    ``problems`` are sentences about what was asked for and left out.
    """

    measures: tuple[str, ...]
    period: Period
    by: tuple[str, ...] = ()
    across: str | None = None
    where: Where = ()
    year: YearKind = "calendar"
    currency: Literal["USD", "own"] = "USD"
    against: Period | None = None
    sort: str | None = None
    descending: bool = False
    top: int = TOPS[1]
    page: int = 1
    problems: tuple[str, ...] = ()

    def question(self, depth: int, *, in_columns: bool = False) -> Question:
        """Write the question of one level: by the first ``depth`` dimensions of the rows."""
        columns = (self.across,) if in_columns and self.across else ()
        return Question(
            measures=self.measures,
            by=(*self.by[:depth], *columns),
            where=self.where,
            period=self.period,
            year=self.year,
            currency=self.currency,
            against=self.against,
        )

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions that its finest rows are split by."""
        return (*self.by, self.across) if self.across else self.by

    @property
    def is_own_currency(self) -> bool:
        """Whether money is in each MDA's own currency."""
        return self.currency == "own"


def open_measures(allowed: Set[str] | None) -> tuple[str, ...]:
    """List the measures that may be asked for, in the registry's order; None allows all."""
    return tuple(name for name in REGISTRY if allowed is None or name in allowed)


def dimensions_of(measures: Sequence[str]) -> frozenset[str]:
    """Give the dimensions that all these measures have."""
    return frozenset.intersection(
        frozenset(DIMENSION_NAMES), *(frozenset(REGISTRY[name].dimensions) for name in measures)
    )


def lacking(measures: Sequence[str], dimension: str) -> tuple[str, ...]:
    """Give the labels of the measures that aren't split by a dimension."""
    return tuple(
        REGISTRY[name].label for name in measures if dimension not in REGISTRY[name].dimensions
    )


def plan_pivot(filters: Filters, allowed: Set[str] | None) -> Plan | None:
    """Read a pivot out of an address; None where it names no measure that may be asked for."""
    problems: list[str] = []
    known = open_measures(allowed)
    measures = tuple(name for name in filters.measures if name in known)
    problems += [_unknown_measure(name) for name in filters.measures if name not in known]
    if not measures:
        return None
    by = tuple(name for name in filters.by if _is_had(measures, name, problems))
    across = filters.across
    if across and (across in by or not _is_had(measures, across, problems)):
        across = None
    has = dimensions_of(measures)
    where = tuple(pair for pair in filters.to_where() if pair[0] in has)
    problems += [
        say(
            "{measures}: not split by {dimension}, so that filter is not applied.",
            measures=", ".join(lacking(measures, name)),
            dimension=dimension_word(name),
        )
        for name, _ in filters.to_where()
        if name not in has
    ]
    sort, descending = _order(filters.sort, (*measures, *by), problems)
    return Plan(
        measures=measures,
        by=by,
        across=across,
        where=where,
        period=filters.period,
        year=filters.year,
        currency=filters.currency,
        against=filters.against,
        sort=sort,
        descending=descending,
        top=filters.top,
        page=filters.page,
        problems=tuple(problems),
    )


def is_time(dimension: str | None) -> bool:
    """Tell whether a dimension's values follow one another."""
    return dimension in TIME


def _is_had(measures: Sequence[str], dimension: str, problems: list[str]) -> bool:
    if dimension not in DIMENSION_NAMES:
        problems.append(
            say("There is no dimension “{name}”, so it is left out.", name=dimension[:40])
        )
        return False
    without = lacking(measures, dimension)
    if without:
        problems.append(
            say(
                "{measures}: not split by {dimension}, so “{name}” is left out.",
                measures=", ".join(without),
                dimension=dimension_word(dimension),
                name=dimension_name(dimension),
            )
        )
    return not without


def _order(
    wanted: str | None, known: Sequence[str], problems: list[str]
) -> tuple[str | None, bool]:
    if wanted is None:
        return None, False
    name = wanted.removeprefix("-")
    if name not in known:
        problems.append(say("Nothing here is called “{name}” to sort by.", name=name[:40]))
        return None, False
    return name, wanted.startswith("-")


def _unknown_measure(name: str) -> str:
    # The same for one that doesn't exist and one that this reader may not see.
    return say("There is no measure “{name}” for you here, so it is left out.", name=name[:40])

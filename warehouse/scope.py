"""Whose rows a reader may see. There is no default: who has no scope sees nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows and measures that one reader may be answered from.

    ``agencies`` is the set of agency identifiers, or ``None`` for the whole government.
    ``measures`` limits the measures by name, or ``None`` for all of them: an administrator
    sees tag compliance and the amounts it concerns, and no other cost.
    Built only through the three named constructors, so that "all" is never an accident.
    """

    agencies: frozenset[int] | None
    measures: frozenset[str] | None = None

    @classmethod
    def of_agencies(cls, agencies: Iterable[int], measures: frozenset[str] | None = None) -> Scope:
        """Limit to these agencies; an empty collection sees nothing."""
        return cls(frozenset(agencies), measures)

    @classmethod
    def whole_government(cls, measures: frozenset[str] | None = None) -> Scope:
        """See every agency, and the rows that belong to none."""
        return cls(None, measures)

    @classmethod
    def nothing(cls) -> Scope:
        """See no row at all: a signed-in user without a grant."""
        return cls(frozenset())

    @property
    def is_government(self) -> bool:
        """Whether every agency is in scope."""
        return self.agencies is None

    def covers(self, agency_id: int) -> bool:
        """Tell whether this agency's rows are in scope."""
        return self.agencies is None or agency_id in self.agencies

    @property
    def key(self) -> str:
        """A text for cache keys: equal scopes give equal keys, different ones never do."""
        rows = "*" if self.agencies is None else ",".join(map(str, sorted(self.agencies)))
        names = "*" if self.measures is None else ",".join(sorted(self.measures))
        return f"{rows}|{names}"

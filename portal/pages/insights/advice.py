"""What a recommendation is: to whom, for what, what it may save, and on what basis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.components.parts import Text
from portal.filters import Where
from portal.pages.insights.insight import Stake
from portal.pages.page import PageRequest
from warehouse.governance.recommendations import Key


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation to one MDA, as the data of this build support it."""

    kind: Course
    agency: int
    agency_name: str
    target: str
    """A service type, say; empty for all of the MDA's cloud."""
    why: Sequence[Text]
    href: str
    saving: Stake | None = None
    saving_months: int = 0
    """Of how many months that saving is."""
    effort: str = ""
    """How hard it is in the words of who recommends it; empty where the kind says it."""

    @property
    def key(self) -> Key:
        """What names it in every build."""
        return self.agency, self.kind.name, self.target


@dataclass(frozen=True, slots=True)
class Course:
    """A kind of recommendation: what to do, how hard that is, what its amount means."""

    name: str
    what: str
    """What to do; said when it is drawn, as the texts below."""
    effort: str
    basis: str
    """What the amount is, or why there is none."""
    advise: Callable[[PageRequest], Sequence[Advice]]
    effect: str = ""
    """The measure by which it is seen what came of it; empty where nothing can be compared."""

    def where(self, agency: int, target: str) -> Where:
        """Give the filter that leaves what it is about."""
        found: Where = (("agency", (str(agency),)),)
        return (*found, ("service_type", (target,))) if target else found

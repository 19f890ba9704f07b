"""The stories hidden in the demo, as data: whose, when, and what a reader should find.

The generator bends the figures by these records, and tests look for the same records on the
pages, so a story can neither be told twice nor get lost. Months are counted back from the end
of the demo: 0 is the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RISES: Final = "rises"
FALLS: Final = "falls"
OUTAGE_MINUTES: Final = 60
"""Minutes lost in a day that make one point of its requests fail: beside the stories, a service has
such days by chance, and from here on they are outages that may be told."""


@dataclass(frozen=True, slots=True)
class Story:
    """One thing worth finding in the demo."""

    name: str
    agency_id: int
    what_to_find: str
    months_back: int = 0
    """The month in which it shows or starts, counted back from the last."""
    service: str = ""
    """The digital service it is about, by name."""
    cost: str = ""
    """RISES or FALLS where its agency's cost leaves its own past in that month."""
    worsens: bool = False
    """Whether its service leaves its own past in that month, for the worse."""
    insights: tuple[str, ...] = ()
    """The kinds of insights that have to find it, by name."""


OVERRUN = Story(
    "overrun",
    1004,
    "Norvanne's National Hospitals Service grows so fast since January 2026 that it has spent "
    "more than a fifth above its budget and will overrun the year.",
    months_back=9,
    cost=RISES,
    insights=("overspent", "overrun", "anomalies"),
)
TAX_TIME = Story(
    "tax time",
    1001,
    "e-Tax filing of Maristela's Revenue Authority collapses from January to March: latency, "
    "errors and lost minutes rise many times over, and recover in April.",
    months_back=9,
    service="e-Tax filing",
    worsens=True,
    insights=("peak", "scaling", "unusual_days"),
)
MIGRATION_PAID = Story(
    "migration that paid",
    1010,
    "Palmerra's Land Registry migrated in July 2025: monthly cost fell by about a quarter, and "
    "Land search became faster and more available.",
    months_back=15,
    service="Land search",
    cost=FALLS,
    insights=("cheaper", "stability"),
)
UNTAGGED = Story(
    "untagged corner",
    1013,
    "Quelida's Ports Authority never tags more than two fifths of its resources, while the "
    "rest of the government improves.",
    insights=("untagged",),
)
IDLE = Story(
    "idle estate",
    1017,
    "Rosmare's Student Grants Office pays every month for IaaS and PaaS used to less than a fifth.",
    insights=("idle",),
)
SPIKE = Story(
    "spike",
    1008,
    "Ossora's Civil Registry cost more than twice the usual in April 2026, and only then: what it "
    "used from the 12th to the 15th.",
    months_back=6,
    cost=RISES,
    insights=("anomalies", "overrun"),
)
SHORT_HISTORY = Story(
    "short history",
    1020,
    "Santelva's Employment Service was founded in May 2026: six months of records, no more.",
    months_back=5,
    insights=("history",),
)
NO_BUDGET = Story(
    "no budget",
    1022,
    "Tavira Isles' Meteorological Service has no budget on record: its variance is not available.",
    insights=("unbudgeted",),
)
NO_TELEMETRY = Story(
    "no telemetry",
    1005,
    "Norvanne's Medicines Agency hands in no telemetry: all its reliability is modelled.",
    insights=("telemetry",),
)
BAD_ROWS = Story(
    "bad rows",
    1014,
    "Quelida's Licensing Board handed in three more usage rows that can't be true (a negative "
    "cost, a utilisation of 140 per cent, a thirteenth month): they belong in quarantine.",
    insights=("kept_out",),
)
EARLY_STATUS = Story(
    "early status",
    1011,
    "Palmerra's Courts Service says that it migrated two months after its usage turned Post.",
    months_back=12,
    insights=("contradictions",),
)
SIZE_DISAGREES = Story(
    "size disagrees",
    1016,
    "Rosmare's Schools Admissions Board is Medium in agencies.csv and Large in "
    "migration_summary.csv.",
    insights=("contradictions",),
)
STORIES: tuple[Story, ...] = (
    OVERRUN,
    TAX_TIME,
    MIGRATION_PAID,
    UNTAGGED,
    IDLE,
    SPIKE,
    SHORT_HISTORY,
    NO_BUDGET,
    NO_TELEMETRY,
    BAD_ROWS,
    EARLY_STATUS,
    SIZE_DISAGREES,
)
"""All that need no lines of bills. The texts hold for the default options, the figures from 24
agencies on."""

STOPPED = Story(
    "stopped",
    1004,
    "Norvanne's National Hospitals Service switched a machine off in June 2026, as AWS had said: "
    "its bills name it no more, and what that saved is told with the recommendation.",
    months_back=4,
)
"""Told by bills and by what was decided, which only a demo with lines of bills has."""

FIRST_AGENCY = 1000


def position(story: Story) -> slice:
    """Give the story's agency as a slice of one position: empty where there are too few."""
    start = story.agency_id - FIRST_AGENCY
    return slice(start, start + 1)

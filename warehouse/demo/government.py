"""Who is in the demo: its months, its agencies, and how the agencies belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from warehouse.demo.institutions import CLUSTERS, Institution
from warehouse.demo.places import COUNTRIES, Country
from warehouse.demo.stories import FIRST_AGENCY, SHORT_HISTORY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PROVINCE = len(COUNTRIES) * len(CLUSTERS) * 3


@dataclass(frozen=True, slots=True)
class Agency:
    """One MDA of the demo."""

    agency_id: int
    name: str
    country: Country
    institution: Institution
    parent_id: int | None
    province: int
    """1 for the national body; from 2 on it is the same body of another province."""
    first_month: int
    """Position of its first month with records."""


@dataclass(frozen=True, slots=True)
class Government:
    """All agencies and all months; the arrays of the generator are in this order."""

    agencies: tuple[Agency, ...]
    months: tuple[str, ...]
    seed: int

    def rng(self, subject: str) -> np.random.Generator:
        """Give a generator of its own to each subject, so that one can't disturb another."""
        return np.random.default_rng([self.seed, *subject.encode()])

    @property
    def month_numbers(self) -> Ints:
        """Give 1 to 12 for each month."""
        return np.array([int(month[5:]) for month in self.months], dtype=np.int64)

    @property
    def years(self) -> Ints:
        """Give the calendar year of each month."""
        return np.array([int(month[:4]) for month in self.months], dtype=np.int64)

    def back(self, months_back: int) -> int:
        """Give the position of a month counted back from the last, not before the first."""
        return max(0, len(self.months) - 1 - months_back)

    def is_reported(self) -> npt.NDArray[np.bool_]:
        """Tell for each agency and month whether there are records: shape (agencies, months)."""
        first = np.array([agency.first_month for agency in self.agencies])
        return np.arange(len(self.months))[None, :] >= first[:, None]


def found_government(agencies: int, months: int, end_month: str, seed: int) -> Government:
    """Invent the agencies: triples of a ministry and two bodies, spread over the states."""
    names = month_names(end_month, months)
    young = max(0, months - 1 - SHORT_HISTORY.months_back)
    return Government(tuple(_agency(i, young) for i in range(agencies)), names, seed)


def month_names(end_month: str, count: int) -> tuple[str, ...]:
    """List ``count`` months up to and including ``end_month``, as YYYY-MM."""
    last = date.fromisoformat(f"{end_month}-01")
    index = last.year * 12 + last.month - 1
    return tuple(month_name(i) for i in range(index - count + 1, index + 1))


def month_name(index: int) -> str:
    """Write a month counted from year 0 as YYYY-MM."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _agency(i: int, young: int) -> Agency:
    block, role = divmod(i, 3)
    country = COUNTRIES[block % len(COUNTRIES)]
    cluster = CLUSTERS[(block + block // len(COUNTRIES)) % len(CLUSTERS)]
    province = i // _PROVINCE + 1
    suffix = f" (Province {province})" if province > 1 else ""
    agency_id = FIRST_AGENCY + i
    return Agency(
        agency_id=agency_id,
        name=f"{cluster[role].name} of {country.name}{suffix}",
        country=country,
        institution=cluster[role],
        parent_id=agency_id - role if role else None,
        province=province,
        first_month=young if agency_id == SHORT_HISTORY.agency_id else 0,
    )

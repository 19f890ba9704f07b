"""The invented federation: its states, their currencies, and the regions they rent.

The country codes are from the range that ISO 3166 leaves to its users, so that no row of the
demo can be taken for a real state.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """One state of the federation."""

    code: str
    name: str
    currency: str
    """ISO 4217 code, or one of the same shape that ISO has not given away."""
    usd_per_unit: float
    """Rate in the first month of the demo."""
    yearly_drift: float
    """How the rate moves in a year: 0 is pegged, -0.06 loses six per cent."""
    region: str
    """The AWS region its agencies prefer."""
    region_group: str


_NORTH = "Northern Isles"
_SOUTH = "Southern Isles"

COUNTRIES = (
    Country("QM", "Maristela", "QMD", 0.4975, 0.0, "us-east-1", _NORTH),
    Country("QN", "Norvanne", "QND", 0.1472, -0.012, "us-east-1", _NORTH),
    Country("QO", "Ossora", "QOP", 0.0214, -0.085, "us-east-1", _NORTH),
    Country("QP", "Palmerra", "USD", 1.0, 0.0, "us-east-1", _NORTH),
    Country("QQ", "Quelida", "QQL", 0.3703, 0.0, "us-east-2", _NORTH),
    Country("QR", "Rosmare", "QRC", 0.0635, -0.04, "sa-east-1", _SOUTH),
    Country("QS", "Santelva", "QSF", 0.0096, -0.055, "sa-east-1", _SOUTH),
    Country("QT", "Tavira Isles", "QTD", 0.5, 0.0, "ca-central-1", _SOUTH),
)

DEMO_FISCAL_STARTS: dict[str, int] = {"QO": 4, "QR": 10, "QT": 7}
"""Country code to the month in which its fiscal year starts; all others start in January."""

REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-southeast-1",
)
"""Real AWS regions, of which an agency uses its country's first and then the others in order."""


def fiscal_start(country: Country) -> int:
    """Give the number of the month in which the country's fiscal year starts."""
    return DEMO_FISCAL_STARTS.get(country.code, 1)

"""What dimensions are called in plain words, and which one naturally follows another."""

from __future__ import annotations

from typing import Final

_PLAIN: Final = {
    "agency": "MDA",
    "parent": "Parent MDA",
    "country": "Country",
    "sector": "Sector",
    "org_size": "Size of MDA",
    "digital_service": "Digital service",
    "service_type": "Service type",
    "region": "Region",
    "region_group": "Group of regions",
    "provider": "Provider",
    "account": "Account",
    "category": "Cost category",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "migration_status": "Before or after migration",
    "migrated": "Whether migrated",
    "peak": "Season",
    "currency": "Currency of the MDA",
}

TIME: Final = frozenset({"month", "quarter", "year"})
"""Dimensions whose values follow one another, and are kept in that order."""

DOWNWARD: Final = (
    "country", "sector", "agency", "service_type", "digital_service", "category", "provider",
    "region", "month",
)  # fmt: skip
"""The way down from a whole government to the months of one service."""


def dimension_name(name: str) -> str:
    """Give a dimension's plain name, as the head of a column."""
    return _PLAIN.get(name, name.replace("_", " ").capitalize())


def dimension_word(name: str) -> str:
    """Give a dimension's plain name, as it stands within a sentence."""
    plain = dimension_name(name)
    return plain if plain[:2].isupper() else plain[:1].lower() + plain[1:]

"""What dimensions are called in plain words, and which one naturally follows another."""

from __future__ import annotations

from typing import Final

from portal.texts import later, say_known

_PLAIN: Final = {
    "agency": later("MDA"),
    "parent": later("Parent MDA"),
    "country": later("Country"),
    "sector": later("Sector"),
    "org_size": later("Size of MDA"),
    "digital_service": later("Digital service"),
    "service_type": later("Service type"),
    "region": later("Region"),
    "region_group": later("Group of regions"),
    "provider": later("Provider"),
    "account": later("Account"),
    "category": later("Cost category"),
    "month": later("Month"),
    "quarter": later("Quarter"),
    "year": later("Year"),
    "migration_status": later("Before or after migration"),
    "migrated": later("Whether migrated"),
    "peak": later("Season"),
    "currency": later("Currency of the MDA"),
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
    return say_known(_PLAIN.get(name, name.replace("_", " ").capitalize()))


def dimension_word(name: str) -> str:
    """Give a dimension's plain name, as it stands within a sentence."""
    plain = dimension_name(name)
    return plain if plain[:2].isupper() else plain[:1].lower() + plain[1:]

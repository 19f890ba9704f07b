"""What dimensions are called in plain words: the one table that every page and file reads."""

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
    "service": later("Cloud service"),
    "service_category": later("Category of service"),
    "category": later("Cost category"),
    "attribution": later("How it is attributed"),
    "policy": later("Tagging policy"),
    "tag": later("Tag"),
    "tag_outcome": later("What became of the tag"),
    "invoice": later("Invoice"),
    "contract": later("Contract"),
    "anomaly": later("Anomaly"),
    "resource": later("Resource"),
    "month": later("Month"),
    "quarter": later("Quarter"),
    "year": later("Year"),
    "day": later("Day"),
    "weekday": later("Day of the week"),
    "migration_status": later("Before or after migration"),
    "migrated": later("Whether migrated"),
    "peak": later("Season"),
    "currency": later("Currency of the MDA"),
}
_BRIEF: Final = {
    "service_type": later("Service"),
    "migration_status": later("Migration"),
}
"""Shorter names, for heads of narrow columns whose values say the rest."""


def dimension_name(name: str) -> str:
    """Give a dimension's plain name, as the head of a column."""
    return say_known(_PLAIN.get(name, name.replace("_", " ").capitalize()))


def dimension_brief(name: str) -> str:
    """Give a dimension's shortest name, as the head of a narrow column."""
    return say_known(_BRIEF[name]) if name in _BRIEF else dimension_name(name)


def dimension_word(name: str) -> str:
    """Give a dimension's plain name, as it stands within a sentence."""
    plain = dimension_name(name)
    return plain if plain[:2].isupper() else plain[:1].lower() + plain[1:]

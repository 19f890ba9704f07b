"""Which dimensions have an order of their own, and which one naturally follows another."""

from __future__ import annotations

from typing import Final

TIME: Final = frozenset({"month", "quarter", "year", "day", "weekday"})
"""Dimensions whose values follow one another, and are kept in that order."""

DOWNWARD: Final = (
    "country", "sector", "agency", "service_type", "digital_service", "category", "provider",
    "region", "month",
)  # fmt: skip
"""The way down from a whole government to the months of one service."""

"""Months as text, YYYY-MM, and how to count with them."""

from __future__ import annotations


def shifted(month: str, by: int) -> str:
    """Count months on, or back with a negative number.

    >>> shifted("2025-01", -1)
    '2024-12'
    """
    place = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def year_start(month: str) -> str:
    """Give January of the month's calendar year."""
    return f"{month[:4]}-01"

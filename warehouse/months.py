"""Months as text, YYYY-MM, and how to count with them."""

from __future__ import annotations


def shifted(month: str, by: int) -> str:
    """Count months on, or back with a negative number.

    >>> shifted("2025-01", -1)
    '2024-12'
    """
    place = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def months_between(first: str, last: str) -> int:
    """Count the months from one to another: none to itself.

    >>> months_between("2024-11", "2025-01")
    2
    """
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def months_from(first: str, last: str) -> list[str]:
    """Give every month from one to another, both included.

    >>> months_from("2024-11", "2025-01")
    ['2024-11', '2024-12', '2025-01']
    """
    return [shifted(first, at) for at in range(months_between(first, last) + 1)]


def year_start(month: str) -> str:
    """Give January of the month's calendar year."""
    return f"{month[:4]}-01"

"""One finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth knowing; ``agency_id`` 0 is for the whole government.

    ``subject`` tells findings of one rule and agency apart: a month, a year or a path.
    """

    agency_id: int
    rule: str
    feed: str
    title: str
    detail: str
    subject: str = ""

"""One line of a bill's conformance report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much it matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """What was looked for, in which column (none where it is about the bill), in how many rows."""

    column: str
    level: Severity
    rule: str
    row_count: int
    message: str

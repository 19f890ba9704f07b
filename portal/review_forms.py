"""What forms of versions have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import abort

from warehouse.governance.review import Edit

OF_EDIT: Final = ("version", "lock", "note")
"""Optional fields of a form in which a version is written, beside ``base``."""


def read_edit(fields: Mapping[str, str]) -> Edit:
    """Read what a change was made from; 400 for a number that is none."""
    note = fields.get("note", "")
    if fields.get("version"):
        lock = read_number(fields.get("lock", ""))
        return Edit(version=read_number(fields["version"]), lock=lock, note=note)
    return Edit(base=read_number(fields["base"]), note=note)


def read_number(text: str) -> int:
    """Read the number of a version or of a lock; 400 where it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(400)
    return int(text)

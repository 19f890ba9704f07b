"""Answers without what they say of peers: the one thing that another agency may change."""

from __future__ import annotations

import csv
import io
import re

_MASK = "<peers>"
_FIGURE = re.compile(r'(?<=")(peer_[a-z_]+":)("[^"]*"|null|-?[0-9][-0-9.e]*)')
_SECTION = '"id":"peers"'
_TABLE = "agency_id,month,figure,value,basis,reader_agencies_most"


def mask_peers(text: str) -> str:
    """Mask figures of peers in an answer, whatever its form, and nothing besides."""
    if _TABLE in text:
        return text[: text.index(_TABLE)] + _MASK
    if "Content-Type: text/csv" in text:
        return _columns_masked(text) if "peer_" in text else text
    return _FIGURE.sub(rf"\1{_MASK}", _section_masked(text))


def _columns_masked(text: str) -> str:
    hidden: set[int] = set()
    lines = []
    for row in csv.reader(io.StringIO(text)):
        cells = [_MASK if at in hidden else cell for at, cell in enumerate(row)]
        hidden |= {at for at, cell in enumerate(row) if cell.startswith("peer_")}
        lines.append(",".join(cells))
    return "\n".join(lines)


def _section_masked(text: str) -> str:
    """Cut the section of peers out of a page: all that its component holds."""
    if _SECTION not in text:
        return text
    at = text.index(_SECTION)
    start, end = _brace(text, at, -1), _brace(text, at, 1)
    return text[: start + 1] + _MASK + text[end:]


def _brace(text: str, at: int, step: int) -> int:
    """Find the brace that opens, or with step 1 closes, what stands around a place."""
    depth, wanted = 0, "{" if step < 0 else "}"
    while True:
        at += step
        if text[at] in "{}":
            if text[at] == wanted and depth == 0:
                return at
            depth += -1 if text[at] == wanted else 1

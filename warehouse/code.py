"""Digests of the program's own code: what it made is made anew when it has changed."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
_SUFFIXES = {".py", ".csv"}
"""Modules, and tables that come with them."""


@cache
def digest_of_code(*folders: str) -> str:
    """Give a digest of the modules in these folders of the warehouse."""
    digest = hashlib.sha256()
    for folder in folders:
        found = (_PACKAGE / folder).rglob("*")
        for path in sorted(path for path in found if path.suffix in _SUFFIXES):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

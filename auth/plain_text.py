"""Text from outside, made safe to keep and to print in one line."""

from __future__ import annotations

import unicodedata
from typing import Final

UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of control, format (bidi included), surrogate and line-ending characters."""


def is_one_line(text: str) -> bool:
    """Tell whether the text holds only characters that can be seen, and plain spaces."""
    return not any(unicodedata.category(character) in UNPRINTABLE for character in text)


def encode_unprintable(text: str, limit: int) -> str:
    r"""Write each unprintable character as its code, such as ``\u000a``, and cut at ``limit``.

    >>> encode_unprintable("a" + chr(10) + "b", 40)
    'a\\u000ab'
    """
    encoded = "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character) in UNPRINTABLE else character
        for character in text[: limit + 1]
    )
    return encoded if len(encoded) <= limit else encoded[: limit - 1] + "…"

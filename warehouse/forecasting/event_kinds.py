"""The kinds of events, by name alone: pages compare them, and need nothing that finds them."""

from __future__ import annotations

from typing import Final

SPIKE: Final = "spike"
"""Gone again."""
RISE: Final = "rise"
"""Still on at the last point."""
LEVEL: Final = "new level"
"""Confirmed by the points after it."""
DROP: Final = "drop"
"""Below what was usual."""
RETURN: Final = "return"
"""Back where it was before a drop."""

"""Whether the reader chose light or dark, written into the page before anything is painted."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash
from flask import request
from markupsafe import Markup

from portal.texts import language_tag

CHOICE: Final = "theme"
"""Cookie of the reader's own choice; without it the device decides, by the style sheets."""

_THEMES: Final = ("light", "dark")


def theme_attribute() -> Markup:
    """Give the attribute of the root element that shows the choice; empty without one."""
    chosen = request.cookies.get(CHOICE)
    return Markup(' data-bs-theme="{}"').format(chosen) if chosen in _THEMES else Markup()


class ThemedDash(Dash):  # type: ignore[misc]  # Dash comes without types
    """Dash whose index carries the reader's choice, so that a dark page never flashes light."""

    def interpolate_index(self, **parts: Any) -> str:
        """Write the index; nothing else of it depends on who asks."""
        index = str(super().interpolate_index(**parts))
        root = f'<html lang="{language_tag()}"{theme_attribute()}'
        return index.replace('<html lang="en-GB"', root, 1)

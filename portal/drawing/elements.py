"""Writing SVG: escaped elements, short numbers, colours with their opacity, widths of text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final

_RGBA: Final = re.compile(r"rgba?\(\s*(\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\s*\)")
_WIDTHS: Final = (
    ("iljI.,:;'|!", 0.28),
    (" ftr()/-\N{EN DASH}[]", 0.36),
    ("mwMW%@", 0.86),
    ("ABCDEGHKNOPQRSUVXYZ&", 0.68),
)
"""Widths of letters in ems, in classes: enough to lay out a key or a margin."""
_USUAL_WIDTH: Final = 0.585


def element(name: str, *children: str, **attributes: object) -> str:
    """Write an element; ``_`` in names is a hyphen, what is None is left out.

    >>> element("line", x1=0, stroke_width=1.50)
    '<line x1="0" stroke-width="1.5"/>'
    """
    inside = "".join(children)
    if inside:
        return container(name, inside, **attributes)
    return f"<{name}{_written(attributes)}/>"


def container(name: str, inside: str, **attributes: object) -> str:
    """Write an element with its end, also where nothing is inside: HTML needs it."""
    return f"<{name}{_written(attributes)}>{inside}</{name}>"


def escaped(text: object) -> str:
    """Make a text safe between tags and in attributes; control characters are left out."""
    plain = "".join(letter for letter in str(text) if letter >= " " or letter in "\n\t")
    return html.escape(plain, quote=True)


def number(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def fill(colour: str | None, opacity: float = 1.0) -> dict[str, object]:
    """Give the attributes that fill a mark."""
    return _paint("fill", colour, opacity)


def stroke(colour: str | None, width: float, opacity: float = 1.0) -> dict[str, object]:
    """Give the attributes that outline a mark; none where there is no width."""
    if not width or colour is None:
        return {}
    return {**_paint("stroke", on_white(colour), opacity), "stroke_width": width}


def on_white(colour: str) -> str:
    """Give the colour that a translucent one has on paper; printers draw thin veils too dark."""
    found = _RGBA.fullmatch(colour)
    if found is None:
        return colour
    share = float(found[4] or 1)
    mixed = (round(255 - (255 - int(part)) * share) for part in found.groups()[:3])
    return "#" + "".join(f"{part:02x}" for part in mixed)


def text_width(text: str, size: float) -> float:
    """Estimate how wide a line of text is, in pixels."""
    return size * sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    return next((width for letters, width in _WIDTHS if letter in letters), _USUAL_WIDTH)


def _paint(name: str, colour: str | None, opacity: float) -> dict[str, object]:
    if colour is None:
        return {name: "none"}
    found = _RGBA.fullmatch(colour)
    if found:
        red, green, blue = (int(part) for part in found.groups()[:3])
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        opacity *= float(found[4] or 1)
    return {name: colour} if opacity >= 1 else {name: colour, f"{name}_opacity": opacity}


def _written(attributes: Mapping[str, object]) -> str:
    return "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )


def _attribute(value: object) -> str:
    return number(value) if isinstance(value, int | float) else escaped(value)

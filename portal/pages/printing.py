"""Which pages go on paper, and the links that take them there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Final
from urllib.parse import urlencode

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.figures.theme import PALETTES, Palette
from portal.pages.page import PageRequest
from portal.paper.press import can_print
from portal.texts import say

_PRINTABLE: Final = ("/reliability", "/finops", "/explore", "/data", "/insights")
"""Where the pages are that report; an account, or people's grants, are no reading matter."""


def is_printable(path: str) -> bool:
    """Tell whether the page at this path can be had as a PDF."""
    return path == "/" or any(path == start or path.startswith(f"{start}/") for start in _PRINTABLE)


def paper_actions(request: PageRequest, path: str) -> list[Component]:
    """Link the page as a PDF, and offer the browser's own printing."""
    return [*_pdf(request, path), _print(request)]


def pdf_url(request: PageRequest, path: str) -> str:
    """Write the address of the page's PDF, with the filters of the screen."""
    query = request.filters.to_query().removeprefix("?")
    return f"/export/page.pdf?{urlencode({'path': path})}{'&' if query else ''}{query}"


def _pdf(request: PageRequest, path: str) -> list[Component]:
    if not (is_printable(path) and request.reader.may(Permission.EXPORT) and can_print()):
        return []
    named = {"aria-label": say("PDF of this page")}
    return [html.A(say("PDF"), href=pdf_url(request, path), download="", **named)]


def _print(request: PageRequest) -> Component:
    """Draw the button; charts that were drawn for a dark screen are recoloured for paper."""
    light = _recolouring() if request.theme == "dark" else {}
    return html.Button(
        say("Print"),
        type="button",
        className="link",
        **{"data-prints": json.dumps(light), "aria-label": say("Print this page")},
    )


def _recolouring() -> Mapping[str, str]:
    dark, light = PALETTES["dark"], PALETTES["light"]
    pairs = dict(zip(dark.series, light.series, strict=True))
    for colour in fields(Palette):
        if colour.name != "series":
            pairs.setdefault(getattr(dark, colour.name), getattr(light, colour.name))
    return pairs

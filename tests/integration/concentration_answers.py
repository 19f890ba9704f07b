"""Answers without their concentration, which counts the providers that the government has."""

from __future__ import annotations

import re

_MASK = "<concentration>"
_IN_ROW = re.compile(r'(?<="concentration":)-?[0-9][-0-9.e]*')
_SHOWN = re.compile(
    r'(data-figure="concentration"(?: data-row="[^"]*")?>(?:<span class="kpi-number">)?)'
    r"[0-9]\.[0-9]{2}"
)
"""The number in an element that says of itself that it shows this figure."""
_BAR = re.compile(
    r"(width:)[0-9.]+%(?=(?:(?!width:|ranking-figure).){0,400}"
    r'class="ranking-figure" data-question="[^"]*" data-figure="concentration")'
)
"""The length of the bar before such a number, as a list that is ranked draws it."""


def mask_concentration(text: str) -> str:
    """Mask the figure wherever it is answered or shown, and nothing besides."""
    for pattern in (_BAR, _SHOWN):
        text = pattern.sub(rf"\1{_MASK}", text)
    return _IN_ROW.sub(_MASK, text)

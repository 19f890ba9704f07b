"""Find every figure that a drawn page shows, and the question each says it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from dash.development.base_component import Component
from werkzeug.datastructures import MultiDict

from portal.asking import read_question
from portal.pages import PageRequest

NOT_A_FIGURE = {"", "\N{EN DASH}", "not available", "not reported"}
MINUS = "\N{MINUS SIGN}"
_NUMBER = re.compile(rf"([+{MINUS}]?)\s*(?:US\$|[A-Z]{{3}} )?\s*(\d[\d,]*(?:\.\d+)?)")
_SCALES = {"trillion": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "m": 1e6, "k": 1e3}
_SHOWING = {
    "kpi-value", "chip", "ranking-figure", "difference-figure", "step-figure", "heat-cell", "num",
}  # fmt: skip
"""Classes of elements whose text is a figure, where it has a digit at all."""
_SAYING = {
    "lead", "kpi-note", "card-title", "ranking-detail", "difference-detail", "step-detail",
    "heat-detail", "quarter-figures", "cell-detail",
}  # fmt: skip
"""Classes of elements that may have amounts and percentages within their sentences."""
_AMOUNT = re.compile(r"(?:US\$|\b[A-Z]{3} )\d[\d,.]*|\d[\d,.]* (?:%|points\b|ms\b)")
_LIMIT = re.compile(
    r"(?:more than|limit of|limit is|above|below|less than|target) (?:US\$)?[\d,.]+ (?:%|ms)|"
    r"\d[\d,.]* %[a-z ]* or more"
)
"""What figures are judged by: recorded, not asked."""
SCALES = (1.0, 0.01, 1e3, 1e6, 1e9)
"""What an axis may count in: itself, per cent, thousands, millions, billions."""


@dataclass(frozen=True)
class Shown:
    """One figure as it stands on the page."""

    question: str
    measure: str
    row: str
    text: str


def figures_of(page: Component) -> list[Shown]:
    """List the figures that carry their question."""
    return [
        Shown(found["data-question"], element["data-figure"], found.get("data-row", ""), text_of(c))
        for c, element, found in _walk(page, {})
        if "data-figure" in element and "data-question" in found
    ]


def unasked_of(page: Component) -> list[str]:
    """List what shows a figure and doesn't say which question it answers."""
    return [
        f"{element.get('className')}: {text_of(component)}"
        for component, element, found in _walk(page, {})
        if _SHOWING & set(str(element.get("className", "")).split())
        and any(character.isdigit() for character in text_of(component))
        and not _has_evidence(component, found)
        and "data-recorded" not in str(component)
    ]


def unasked_in_sentences(page: Component) -> list[str]:
    """List amounts, percentages and times in sentences that don't say which question they answer.

    Of a sentence only the words between its figures are read; a limit or a target is no figure of
    an answer, and is known by the words before it.
    """
    return [
        f"{element.get('className')}: {text}"
        for component, element, _ in _walk(page, {})
        if _SAYING & set(str(element.get("className", "")).split())
        and _AMOUNT.search(_LIMIT.sub("", text := _words_of(component)))
    ]


def exports_of(page: Component) -> set[str]:
    """List the downloads of answers that the page links."""
    return {
        str(element["href"])
        for _, element, _ in _walk(page, {})
        if str(element.get("href", "")).startswith("/export/measures?")
    }


def charts_of(page: Component) -> list[tuple[dict[str, Any], set[str]]]:
    """List the page's charts, each with the questions that its card answers."""
    return [
        (inner.figure, {shown.question for shown in figures_of(component)})
        for component, element, _ in _walk(page, {})
        if "card" in str(element.get("className", "")).split()
        for inner, _, _ in _walk(component, {})
        if getattr(inner, "_type", "") == "Graph"
    ]


def fits(marks: Iterable[Any], values: Iterable[Any]) -> bool:
    """Tell whether all marks of an axis are values of the answers, in one scale for all of them."""
    drawn = np.array([mark for mark in marks if _is_number(mark)], dtype=float)
    known = np.array(sorted({float(value) for value in values if _is_number(value)}), dtype=float)
    if not drawn.size:
        return True
    return any(_all_near(drawn * scale, np.append(known, 0.0)) for scale in SCALES)


def _all_near(drawn: Any, known: Any) -> bool:
    distance = np.abs(drawn[:, None] - known[None, :]).min(axis=1)
    return bool((distance <= 1e-6 * np.maximum(np.abs(drawn), 1e-6)).all())


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and bool(np.isfinite(value))


def text_of(part: Any) -> str:
    """Give a component's text, what is hidden from the ear left out."""
    if part is None:
        return ""
    if isinstance(part, (list, tuple)):
        return "".join(text_of(one) for one in part)
    if not isinstance(part, Component):
        return str(part)
    if getattr(part, "aria-hidden", None) == "true":
        return ""
    return text_of(getattr(part, "children", None))


def agrees(text: str, value: float | None, unit: str) -> bool:
    """Tell whether a text writes a value, rounded as it is written."""
    if value is None or text.strip() in NOT_A_FIGURE:
        return value is None and text.strip() in NOT_A_FIGURE
    text, _, _ = text.partition(" of ")  # "88.7 of 100", "9 of 16 services"
    found = list(_NUMBER.finditer(text))
    if not found:
        return False
    sign, digits = found[-1].groups()
    after = text[found[-1].end() :].split()
    scale = _SCALES.get(after[0].strip("."), 1.0) if after else 1.0
    if unit == "ratio":
        scale = 0.01
    shown = float(digits.replace(",", "")) * scale
    _, _, decimals = digits.partition(".")
    last_place = 10.0 ** -len(decimals) * scale
    if not decimals and scale == 1.0 and unit == "usd":
        last_place = 10.0 ** (
            len(digits) - len(digits.rstrip("0,").replace(",", "")) - digits.count(",")
        )
    is_wrong_side = (sign == "+" and value < -last_place) or (sign == MINUS and value > last_place)
    return not is_wrong_side and abs(shown - abs(value)) <= last_place * 0.500001 + 1e-9


def _words_of(part: Any) -> str:
    """Give a text without the figures that say their question."""
    if isinstance(part, (list, tuple)):
        return "".join(_words_of(one) for one in part)
    if not isinstance(part, Component):
        return "" if part is None else str(part)
    element = part.to_plotly_json()["props"]
    if "data-figure" in element or element.get("aria-hidden") == "true":
        return "\N{HORIZONTAL ELLIPSIS}"
    return _words_of(element.get("children"))


def _has_evidence(component: Component, found: Mapping[str, str]) -> bool:
    if "data-question" in found:
        return True
    return any("data-question" in inner for _, _, inner in _walk(component, {}))


def _walk(
    part: Any, above: Mapping[str, str]
) -> Iterator[tuple[Component, dict[str, Any], Mapping[str, str]]]:
    """Give each component, its attributes, and the evidence on it and above it."""
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from _walk(one, above)
    elif isinstance(part, Component):
        element = part.to_plotly_json()["props"]
        found = {
            **above,
            **{k: str(v) for k, v in element.items() if k in ("data-question", "data-row")},
        }
        yield part, element, found
        yield from _walk(element.get("children"), found)


def asked_again(request: PageRequest, shown: Shown) -> float | None:
    """Ask the question that a figure names, and give what is answered in its row."""
    pairs = MultiDict(parse_qsl(shown.question))
    question = read_question(pairs, tuple(pairs.poplist("measure")))
    answer = request.gateway.ask(question, request.scope)
    for row in answer.rows:
        if "|".join(str(row[name]) for name in question.by) == shown.row:
            value = row[shown.measure]
            return None if value is None else float(value)
    raise AssertionError(f"{shown} has no row")

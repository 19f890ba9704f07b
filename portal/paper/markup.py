"""A page's components as HTML for paper: what can only be clicked is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dash.development.base_component import Component

from portal.drawing.elements import container, element, escaped
from portal.drawing.svg import draw_svg
from portal.paper.rows import Cell, rows_of
from portal.paper.tree import children_of, has_class, text_of, titles_in

DROPPED_KINDS: Final = frozenset(
    {"Button", "Datalist", "Dialog", "Form", "Input", "Nav", "Option", "Select", "Summary"}
)
DROPPED_CLASSES: Final = frozenset(
    {
        "button",
        "explore-controls",
        "filter-bar",
        "print-only",
        "skip-link",
        "tabs",
        "visually-hidden",
    }
)  # fmt: skip
_KINDS: Final = {
    "A": "span", "Article": "div", "Button": "span", "Details": "div", "Figure": "div",
    "Footer": "div", "Header": "div", "Kbd": "span", "Label": "span", "Main": "div",
}  # fmt: skip
"""Elements that become others: on paper nothing leads anywhere, and all is open."""
_SAME: Final = frozenset(
    {
        "Br", "Caption", "Code", "Dd", "Div", "Dl", "Dt", "H1", "H2", "H3", "H4", "Li", "Ol", "P",
        "Section", "Span", "Strong", "Table", "Tbody", "Td", "Th", "Thead", "Tr", "Ul",
    }
)  # fmt: skip
_ATTRIBUTES: Final = {"className": "class", "scope": "scope", "colSpan": "colspan",
                      "rowSpan": "rowspan"}  # fmt: skip
_LEAD_AWAY: Final = ("action-line", "banner", "card-footer", "footnote-links")
_STYLES: Final = frozenset({"left", "width", "height", "flex"})
MOST_UPRIGHT: Final = 11
"""Columns of a table that an upright sheet holds, set close; one with more lies across."""
MOST_LOOSE: Final = 7
"""Columns of a table in the usual size of letters; one with more is set closer."""
_SCREEN_PIXELS: Final = 1.2
"""Pixels of a chart's own in one of the paper's: its text comes out at 7.5 points."""
_CHART_HEIGHT: Final = 300.0
_TALL_CHART_HEIGHT: Final = 350.0


@dataclass(frozen=True, slots=True)
class Annexed:
    """A table that stands behind a chart, and the headline of its chart."""

    headline: str
    markup: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where on the page an element stands."""

    headline: str = ""
    sentence: str = ""
    width: float = 0.0
    is_tall: bool = False
    in_annex: bool = False
    links_away: bool = False
    """Whether a link here is a sentence of its own, such as the way to a longer list."""


@dataclass(slots=True)
class PaperMarkup:
    """What a page's components come to: its body, and the tables that go to the annex."""

    body: str = ""
    annex: list[Annexed] = field(default_factory=list)


def write_markup(page: Component, *, width: float) -> PaperMarkup:
    """Write a page for a column of ``width`` pixels; its text is escaped, its links are text."""
    found = PaperMarkup()
    found.body = _write(page, _Place(width=width), found.annex)
    return found


def _write(node: Any, place: _Place, annex: list[Annexed]) -> str:
    if not isinstance(node, Component):
        return "" if node is None or isinstance(node, bool) else escaped(node)
    kind = type(node).__name__
    if kind == "Graph":
        height = _TALL_CHART_HEIGHT if place.is_tall else _CHART_HEIGHT
        size = place.width * _SCREEN_PIXELS
        return draw_svg(node.figure, width=size, height=height, sentence=place.sentence)
    if kind == "Img":
        return _image(node)
    if has_class(node, "grid"):
        return "".join(_row(cells, annex) for cells in rows_of(children_of(node), place.width))
    if has_class(node, "as-table"):
        return _reference(node, place, annex)
    if _is_dropped(node, kind, place):
        return ""
    return _element(node, kind, _within(node, place), annex)


def _is_dropped(node: Component, kind: str, place: _Place) -> bool:
    if kind in DROPPED_KINDS or (kind not in _SAME and kind not in _KINDS):
        return True
    if any(has_class(node, name) for name in DROPPED_CLASSES):
        return not (kind == "Caption" and place.in_annex)
    if kind == "A":
        return place.links_away or hasattr(node, "download")
    return kind == "P" and _only_leads_away(node)


def _only_leads_away(node: Component) -> bool:
    children = [child for child in children_of(node) if child not in ("", " ")]
    return bool(children) and all(type(child).__name__ == "A" for child in children)


def _within(node: Component, place: _Place) -> _Place:
    """Tell the elements below what they stand in: which card, which chart."""
    sentence = getattr(node, "aria-label", "") if getattr(node, "role", "") == "img" else ""
    titles = [text_of(one) for one in children_of(node) if has_class(one, "card-title")]
    return replace(
        place,
        headline=titles[0] if titles else place.headline,
        sentence=sentence or place.sentence,
        links_away=any(has_class(node, name) for name in _LEAD_AWAY),
        is_tall=place.is_tall or has_class(node, "chart-tall"),
    )


def _element(node: Component, kind: str, place: _Place, annex: list[Annexed]) -> str:
    name = _KINDS.get(kind, kind.lower())
    if name == "br":
        return "<br>"
    attributes = {
        written: value
        for key, written in _ATTRIBUTES.items()
        if (value := getattr(node, key, None))
    }
    if kind == "Table" and titles_in(node) > MOST_LOOSE:
        attributes["class"] = f"{attributes.get('class', '')} dense".strip()
    inside = "".join(_write(child, place, annex) for child in children_of(node))
    return container(name, inside, **attributes, style=_style(node))


def _style(node: Component) -> str | None:
    style = getattr(node, "style", None) or {}
    parts = [f"{name}:{value}" for name, value in style.items() if name in _STYLES]
    return ";".join(parts) or None


def _image(node: Component) -> str:
    source = str(getattr(node, "src", ""))
    if not source.startswith("data:image/"):
        return ""
    name = getattr(node, "className", None)
    return element("img", src=source, alt=getattr(node, "alt", ""), class_=name)


def _row(cells: Sequence[Cell], annex: list[Annexed]) -> str:
    inside = [_write(cell.component, _Place(width=cell.inner_width), annex) for cell in cells]
    if len(cells) == 1:
        lies_across = titles_in(cells[0].component) > MOST_UPRIGHT
        return element("div", *inside, class_="row whole wide" if lies_across else "row whole")
    columns = " ".join(f"{cell.weight}fr" for cell in cells)
    return element("div", *inside, class_="row", style=f"grid-template-columns:{columns}")


def _reference(node: Component, place: _Place, annex: list[Annexed]) -> str:
    """Put a chart's table into the annex and say where it is."""
    inside = replace(place, in_annex=True)
    table = "".join(_write(child, inside, annex) for child in children_of(node))
    annex.append(Annexed(place.headline, table))
    number = len(annex)
    return f'<a class="table-reference" href="#table-{number}">Table {number}</a>'

"""Send what nobody's script touches as plain markup instead of as components.

Dash's renderer keeps a record of every component, and its work grows with the square of their
number: a page with a table or two took it many seconds. Most of a page is text and tables that
only stand there. Each element whose inside is like that keeps its place and attributes, and its
inside becomes one text, which ``assets/js/15-markup.js`` puts into the document. What is drawn is
the same, element by element.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

from portal.components.html import Element

INSIDE: Final = "data-html"
"""The attribute that carries an element's inside."""

_NAMES: Final = {
    "className": "class",
    "htmlFor": "for",
    "tabIndex": "tabindex",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "dateTime": "datetime",
}
_VOID: Final = frozenset({"br", "img", "hr", "input"})
_CAPITAL: Final = re.compile(r"[A-Z]")


def with_plain_parts(part: Any) -> Any:
    """Give a component of which every part that can be plain markup is."""
    if isinstance(part, list | tuple):
        return [with_plain_parts(one) for one in part]
    if not isinstance(part, Element):
        return part
    attributes = {name: value for name, value in vars(part).items() if name != "children"}
    children = getattr(part, "children", None)
    if children is None:
        return part
    if is_plain(children) and _has_elements(children):
        return type(part)(**attributes, **{INSIDE: write_inside(children)})
    return type(part)(with_plain_parts(children), **attributes)


def is_plain(part: Any) -> bool:
    """Tell whether all of this is text and elements of ours, without a chart or a control."""
    if isinstance(part, list | tuple):
        return all(is_plain(one) for one in part)
    if isinstance(part, Element):
        return is_plain(getattr(part, "children", None))
    return not isinstance(part, Component)


def _has_elements(part: Any) -> bool:
    if isinstance(part, list | tuple):
        return any(_has_elements(one) for one in part)
    return isinstance(part, Element)


def write_inside(children: Any) -> str:
    """Write children as markup; all text and every attribute is escaped."""
    if children is None or isinstance(children, bool):
        return ""
    if isinstance(children, list | tuple):
        return "".join(write_inside(one) for one in children)
    if not isinstance(children, Element):
        return escape(str(children), quote=False)
    name = type(children).__name__.lower()
    found = vars(children)
    written = "".join(_attribute(key, value) for key, value in found.items() if key != "children")
    if name in _VOID:
        return f"<{name}{written}>"
    return f"<{name}{written}>{write_inside(found.get('children'))}</{name}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if name == "style":
        value = ";".join(f"{_CAPITAL.sub(_dashed, key)}:{one}" for key, one in value.items())
    written = _NAMES.get(name, name)
    return f" {written}" if value is True else f' {written}="{escape(str(value))}"'


def _dashed(found: re.Match[str]) -> str:
    return f"-{found[0].lower()}"

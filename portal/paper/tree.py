"""Looking into a page's components: what they are, what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def has_class(component: Any, name: str) -> bool:
    """Tell whether a component carries a class."""
    return name in str(getattr(component, "className", None) or "").split()


def children_of(component: Any) -> list[Any]:
    """Give a component's children as a list."""
    children = getattr(component, "children", None)
    if children is None:
        return []
    return list(children) if isinstance(children, list | tuple) else [children]


def text_of(component: Any) -> str:
    """Give the text of a component and all within it."""
    if isinstance(component, Component):
        return "".join(text_of(child) for child in children_of(component))
    return "" if component is None else str(component)


def all_within(component: Any) -> Iterator[Component]:
    """Walk a component and everything inside it."""
    if isinstance(component, Component):
        yield component
        for child in children_of(component):
            yield from all_within(child)


def titles_in(component: Any) -> int:
    """Count the titles of columns of the tables within a component that are in view."""
    if has_class(component, "as-table"):
        return 0
    if type(component).__name__ == "Th":
        return int(getattr(component, "scope", "") == "col")
    return sum(titles_in(child) for child in children_of(component))

"""Dash's HTML elements without their cost: the same names, arguments and output.

A page has some six hundred of them. Dash looks at each attribute of each several times over,
when it is made and again when it is written as JSON, which was half of a page's time.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from dash import html
from dash.development.base_component import Component

Kind = TypeVar("Kind", bound=Component)

_WILDCARDS = ("data-", "aria-")


class Element(Component):  # type: ignore[misc]  # Dash is published without types
    """An element that is what it was given, and nothing besides.

    Its attributes are its ``__dict__``: what isn't given isn't there, and isn't sent.
    """

    children = None
    _known: frozenset[str]

    def __init__(self, children: Any = None, **attributes: Any) -> None:
        for name in attributes:
            if name not in self._known and not name.startswith(_WILDCARDS):
                raise TypeError(f"html.{self._type} has no attribute {name!r}.")
        if children is not None:
            attributes["children"] = children
        self.__dict__ = attributes

    def to_plotly_json(self) -> dict[str, Any]:
        """Give what Dash sends of a component."""
        return {"props": self.__dict__, "type": self._type, "namespace": self._namespace}


def _quick(kind: type[Kind]) -> type[Kind]:
    """Give an element of Dash a quick way to be made and written."""
    known = tuple(kind()._prop_names)
    attributes = {
        "__module__": __name__,
        "__doc__": kind.__doc__,
        "_prop_names": known,
        "_valid_wildcard_attributes": list(_WILDCARDS),
        "_known": frozenset(known),
    }
    return cast("type[Kind]", type(kind.__name__, (Element, kind), attributes))


class Input(Element):
    """A control that Dash has no element for, as one for files: it stands in plain markup alone."""

    _type = "Input"
    _namespace = "plain"
    _prop_names = ("id", "name", "type", "accept", "required")
    _known = frozenset(_prop_names)


A = _quick(html.A)
Article = _quick(html.Article)
Br = _quick(html.Br)
Button = _quick(html.Button)
Caption = _quick(html.Caption)
Code = _quick(html.Code)
Datalist = _quick(html.Datalist)
Dd = _quick(html.Dd)
Details = _quick(html.Details)
Dialog = _quick(html.Dialog)
Div = _quick(html.Div)
Dl = _quick(html.Dl)
Dt = _quick(html.Dt)
Figcaption = _quick(html.Figcaption)
Figure = _quick(html.Figure)
Footer = _quick(html.Footer)
Form = _quick(html.Form)
H1 = _quick(html.H1)
H2 = _quick(html.H2)
H3 = _quick(html.H3)
H4 = _quick(html.H4)
Header = _quick(html.Header)
Img = _quick(html.Img)
Kbd = _quick(html.Kbd)
Label = _quick(html.Label)
Li = _quick(html.Li)
Main = _quick(html.Main)
Nav = _quick(html.Nav)
Ol = _quick(html.Ol)
Option = _quick(html.Option)
P = _quick(html.P)
Pre = _quick(html.Pre)
Section = _quick(html.Section)
Span = _quick(html.Span)
Strong = _quick(html.Strong)
Summary = _quick(html.Summary)
Table = _quick(html.Table)
Tbody = _quick(html.Tbody)
Td = _quick(html.Td)
Th = _quick(html.Th)
Thead = _quick(html.Thead)
Tr = _quick(html.Tr)
Ul = _quick(html.Ul)

"""Native form controls with labels: they work by keyboard, by voice and without script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from portal.components import html

Options = Sequence[tuple[str, str]]
"""Pairs of value and label; one without a value heads those after it and can't be chosen."""


def select_field(
    *,
    identifier: str,
    name: str,
    label: str,
    options: Options,
    value: str = "",
    nothing: str = "",
    compact: bool = False,
) -> Component:
    """Draw a labelled choice; ``nothing`` stands there while none is chosen and isn't sent."""
    return html.Div(
        [
            html.Label(label, htmlFor=identifier),
            dbc.Select(
                id=identifier,
                name=name,
                options=written(options),
                value=value,
                placeholder=nothing,
            ),
        ],
        className="field field-compact" if compact else "field",
    )


def written(options: Options) -> list[dict[str, Any]]:
    """Write options as a choice takes them."""
    return [
        {"value": key, "label": text} if key else {"value": key, "label": text, "disabled": True}
        for key, text in options
    ]


def text_field(
    *, identifier: str, name: str, label: str, kind: str = "text", hint: str = "", **attributes: Any
) -> Component:
    """Draw a labelled line of text; ``kind`` is the input's type, e.g. ``email``."""
    said = [html.Span(hint, className="field-hint")] if hint else []
    return html.Div(
        [
            html.Label([label, *said], htmlFor=identifier),
            dbc.Input(id=identifier, name=name, type=kind, **attributes),
        ],
        className="field",
    )


def file_field(
    *, identifier: str, name: str, label: str, hint: str = "", accept: str = ""
) -> Component:
    """Draw a labelled choice of a file; its form has to be sent with ``has_file``."""
    said = [html.Span(hint, className="field-hint")] if hint else []
    return html.Div(
        [
            html.Label([label, *said], htmlFor=identifier),
            html.Input(id=identifier, name=name, type="file", accept=accept, required=True),
        ],
        className="field",
    )


def text_area(
    *, identifier: str, name: str, label: str, hint: str = "", rows: int = 8, **attributes: Any
) -> Component:
    """Draw a labelled text of several lines."""
    said = [html.Span(hint, className="field-hint")] if hint else []
    return html.Div(
        [
            html.Label([label, *said], htmlFor=identifier),
            dbc.Textarea(id=identifier, name=name, rows=rows, **attributes),
        ],
        className="field",
    )


def hidden_field(name: str, value: str) -> Component:
    """Carry a value that nobody edits."""
    return dbc.Input(type="hidden", name=name, value=value)


def post_form(
    *,
    action: str,
    csrf_token: str,
    children: Sequence[Component],
    submit: str,
    danger: bool = False,
    quiet: bool = False,
    compact: bool = False,
    accessible_name: str = "",
    has_file: bool = False,
) -> Component:
    """Draw a form that changes something; it carries the token that proves where it came from."""
    style = f"button{' button-danger' if danger else ' button-quiet' if quiet else ''}"
    named = {"aria-label": accessible_name} if accessible_name else {}
    return html.Form(
        [
            hidden_field("csrf_token", csrf_token),
            *children,
            html.Button(
                submit,
                type="submit",
                className=f"{style} button-small" if compact else style,
                **named,
            ),
        ],
        method="post",
        action=action,
        className="form form-inline" if compact else "form",
        **({"encType": "multipart/form-data"} if has_file else {}),
    )

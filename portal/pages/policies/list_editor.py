"""The form in which a list of allowed values is written, one value a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from dash import html as live
from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.components.forms import post_form, text_area, text_field
from portal.components.parts import heading
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES
from portal.pages.version_forms import edit_fields, explained, open_one, started_from, why_field
from portal.texts import say, say_number
from warehouse.governance.policies import list_of
from warehouse.governance.policy_models import ValueListVersion
from warehouse.policies.errors import PolicyError, Problem
from warehouse.policies.value_lists import ValueList, read_value_list

LIST_CHECK: Final = "list-check"
"""Where it stands what a list comes to, redrawn while somebody writes; see editor.CHECK."""
NAME_FIELD: Final = "value-list-name"
VALUES_FIELD: Final = "value-list-values"
LONGEST_LIST: Final = 400_000

_DEBOUNCE: Final = 600
_MOST_SHOWN: Final = 20


def read_written_list(name: str, written: str) -> tuple[ValueList | None, tuple[Problem, ...]]:
    """Read what stands in the form; a value that stands twice is a problem."""
    values = [line.strip() for line in written.splitlines() if line.strip()]
    doubled = sorted(value for value, times in Counter(values).items() if times > 1)
    if doubled:
        what = say("it stands twice; keep one")
        return None, tuple(Problem(one, one, what) for one in doubled[:_MOST_SHOWN])
    try:
        return read_value_list({"list": name.strip(), "values": values}), ()
    except PolicyError as error:
        return None, error.problems


def draw_list_check(values: ValueList | None, problems: Sequence[Problem]) -> list[Component]:
    """Draw what is wrong with a list, else how long it is and how policies refer to it."""
    if values is None:
        if not problems:
            return [html.P(say("Write a name and values first."), className="muted")]
        items = [html.Li([html.Code(one.where), f": {one.what}"]) for one in problems]
        return [html.Ul(items, className="policy-problems")]
    number = len(values.values)
    said = say_number(number, "{number} value is allowed", "{number} values are allowed")
    return [
        html.P(html.Strong(said)),
        html.P([say("Policies refer to it as"), " ", html.Code(f"list:{values.list}")]),
    ]


def draw_list_editor(request: PageRequest, versions: Sequence[ValueListVersion]) -> Component:
    """Draw the form: of the open version, of a further one, or of a new list."""
    row, start = open_one(versions), started_from(versions)
    values = list_of(start) if start is not None else None
    said = explained(row, say("Nothing is in force before another administrator approves it."))
    check = live.Div(
        draw_list_check(values, ()), id=LIST_CHECK, role="status", **{"aria-live": "polite"}
    )
    form = _form(request, values, versions, row)
    return html.Div(
        [
            heading(say("Which values are allowed?"), [said]),
            html.Div(
                [
                    card(headline=say("The list"), children=[form], span=7),
                    card(headline=say("What it comes to"), children=[check], span=5),
                ],
                className="grid policy-editor",
            ),
        ]
    )


def _form(
    request: PageRequest,
    values: ValueList | None,
    versions: Sequence[ValueListVersion],
    row: ValueListVersion | None,
) -> Component:
    return post_form(
        action=f"{POLICIES}/lists",
        csrf_token=request.csrf_token,
        children=[
            *edit_fields(versions, row),
            text_field(identifier=NAME_FIELD, name="list", label=say("Name"),
                       hint=say("Small letters, digits and hyphens"), required=True,
                       readonly=bool(versions), maxlength=63, pattern=r"[a-z0-9][a-z0-9\-]*",
                       value=values.list if values else "", debounce=_DEBOUNCE,
                       autocomplete="off"),
            text_area(identifier=VALUES_FIELD, name="values", label=say("Values"),
                      hint=say("One a line; * stands once for any characters"), rows=16,
                      value="\n".join(values.values) if values else "", maxlength=LONGEST_LIST,
                      debounce=_DEBOUNCE, spellCheck=False, required=True,
                      className="policy-text"),
            why_field("value-list-note", row),
        ],
        submit=say("Save the draft"),
    )  # fmt: skip

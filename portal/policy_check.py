"""What is wrong with a policy, or what it means, told while somebody writes it."""

from __future__ import annotations

from typing import Any

from dash.dependencies import Input, Output
from dash.development.base_component import Component
from flask import abort

from auth.permissions import Permission
from portal.access import guarded_callback
from portal.pages.policies.editor import CHECK, draw_check, field_id
from portal.pages.policies.list_editor import (
    LIST_CHECK,
    LONGEST_LIST,
    NAME_FIELD,
    VALUES_FIELD,
    draw_list_check,
    read_written_list,
)
from portal.policy_fields import FIELDS, LONGEST_RULES, read_fields_of_policy


@guarded_callback(
    Output(CHECK, "children"),
    *(Input(field_id(name), "value") for name in FIELDS),
    permission=Permission.MANAGE_POLICIES,
    longest=LONGEST_RULES,
)
def check_policy(*values: Any) -> list[Component]:
    """Read what stands in the form as saving it would, and draw what came of it."""
    if not all(isinstance(value, str | None) for value in values):
        abort(400)
    fields = {name: value or "" for name, value in zip(FIELDS, values, strict=True)}
    if not fields["policy"].strip() or not fields["owner"].strip():
        return draw_check(None, ())
    return draw_check(*read_fields_of_policy(fields))


@guarded_callback(
    Output(LIST_CHECK, "children"),
    Input(NAME_FIELD, "value"),
    Input(VALUES_FIELD, "value"),
    permission=Permission.MANAGE_POLICIES,
    longest=LONGEST_LIST,
)
def check_list(name: Any, values: Any) -> list[Component]:
    """Read the list in the form as saving it would, and draw what came of it."""
    if not isinstance(name, str | None) or not isinstance(values, str | None):
        abort(400)
    if not (name or "").strip() or not (values or "").strip():
        return draw_list_check(None, ())
    return draw_list_check(*read_written_list(name or "", values or ""))

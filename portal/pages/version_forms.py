"""What the forms share in which versions are written: where they start, their last fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portal.components.forms import hidden_field, text_field
from portal.texts import say
from warehouse.governance.policy_models import OPEN_STATES, State

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from warehouse.governance.review import Row, Version


def open_one(versions: Sequence[Row]) -> Row | None:
    """Give the version that is still open, of versions with the latest first."""
    return next((one for one in versions if one.state in OPEN_STATES), None)


def started_from(versions: Sequence[Row]) -> Row | None:
    """Give the version that a form starts from: open, else in force, else the latest."""
    published = (one for one in versions if one.state == State.PUBLISHED)
    return open_one(versions) or next(published, None) or next(iter(versions), None)


def explained(row: Version | None, usual: str) -> str:
    """Say what becomes of what is written, in the usual words unless it is in review."""
    if row is not None and row.state == State.IN_REVIEW:
        return say("This version is in review; when you save it, it is a draft again.")
    return usual


def edit_fields(versions: Sequence[Version], row: Version | None) -> list[Component]:
    """Draw the hidden fields that say what a change is made from."""
    hidden = [hidden_field("base", str(versions[0].version if versions else 0))]
    if row is not None:
        hidden += [hidden_field("version", str(row.version)), hidden_field("lock", str(row.lock))]
    return hidden


def why_field(identifier: str, row: Version | None) -> Component:
    """Draw the field for the reason, which is kept with the version."""
    return text_field(
        identifier=identifier,
        name="note",
        label=say("Why"),
        hint=say("Kept with the version"),
        maxlength=2_000,
        autocomplete="off",
        value=row.note if row is not None else "",
    )

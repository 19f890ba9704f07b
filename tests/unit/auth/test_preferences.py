from __future__ import annotations

import pytest

from auth.audit import list_events
from auth.errors import InvalidValueError
from auth.preferences import set_preferences
from auth.principals import Preferences
from auth.sessions import visit_of
from tests.unit.auth.scene import NOW, RecordsDatabase, Staff, signed_in


def preferred(records: RecordsDatabase, token: str) -> Preferences:
    with records() as db:
        visit = visit_of(db, token, NOW)
    assert visit is not None
    return visit.principal.preferences


def test_what_a_person_prefers_holds_from_their_next_request(
    records: RecordsDatabase, staff: Staff
) -> None:
    found, other = signed_in(records, staff.viewer.name), signed_in(records, staff.manager.name)
    assert preferred(records, found.token) == Preferences("USD", "calendar", "en")
    chosen = Preferences("own", "fiscal", "fr")
    with records() as db:
        set_preferences(db, staff.viewer.person_id or 0, chosen, by=staff.viewer, now=NOW)
    assert preferred(records, found.token) == chosen
    assert preferred(records, other.token) == Preferences()
    with records() as db:
        assert list_events(db, action="preferences.change")[0].actor == staff.viewer.name


@pytest.mark.parametrize(
    "chosen",
    [Preferences("EUR"), Preferences("USD", "lunar"), Preferences(language="../x")],
)
def test_what_cannot_be_chosen_is_refused(
    records: RecordsDatabase, staff: Staff, chosen: Preferences
) -> None:
    with pytest.raises(InvalidValueError), records() as db:
        set_preferences(db, staff.viewer.person_id or 0, chosen, by=staff.viewer, now=NOW)

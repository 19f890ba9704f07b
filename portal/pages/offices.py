"""Who did something, as a reader may know them: one's own people by address, others by office.

Who sees all MDAs sees the person. People of an MDA know each other; of the treasury they are
told that it was the treasury.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from auth.people import grants_of
from auth.permissions import Role
from portal.pages.page import PageRequest
from portal.texts import say


def named(request: PageRequest, session: Session, emails: Collection[str]) -> dict[str, str]:
    """Give for each address how this reader is told of its person."""
    if request.scope.is_government:
        return {email: email for email in emails}
    own = request.scope.agencies or frozenset()
    found = grants_of(session, emails)
    told = {}
    for email in emails:
        grants = found.get(email, ())
        if email == request.reader.email or any(one.agency_id in own for one in grants):
            told[email] = email
        elif any(one.role is Role.TREASURY for one in grants):
            told[email] = say("the treasury")
        else:
            told[email] = say("somebody of the MDA or the treasury")
    return told


def treasury(request: PageRequest, email: str) -> str:
    """Name who decided something that the treasury alone decides."""
    return email if request.scope.is_government else say("the treasury")

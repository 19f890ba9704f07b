"""How the versions of policies and of lists of values are reviewed on their pages."""

from __future__ import annotations

from functools import partial

from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES
from portal.pages.policies.people import administrator
from portal.pages.policies.seen import may_manage
from portal.pages.reviews import Reviewed
from portal.texts import say


def policy_reviewed(request: PageRequest, name: str) -> Reviewed:
    """Say where a policy's versions are, and what the reader may do with them."""
    return _reviewed(request, "policy", name)


def list_reviewed(request: PageRequest, name: str) -> Reviewed:
    """Say where the versions of a list of values are, and what the reader may do with them."""
    return _reviewed(request, "list", name)


def _reviewed(request: PageRequest, kind: str, name: str) -> Reviewed:
    return Reviewed(
        name=name,
        title=name,
        page=POLICIES,
        field=kind,
        forms=f"{POLICIES}/{kind}/{name}",
        may_edit=may_manage(request),
        another=say("You wrote or submitted it: another administrator has to approve it."),
        person=partial(administrator, request),
    )

"""Who wrote and who decided: by address for who may see people, by role for everybody else."""

from __future__ import annotations

from auth.permissions import Permission
from portal.pages.page import PageRequest
from portal.texts import say


def administrator(request: PageRequest, who: str) -> str:
    """Name who wrote or decided something about policies."""
    return who if _may_see(request, who) else say("an administrator")


def asker(request: PageRequest, who: str, agency_id: int) -> str:
    """Name who asked for something on behalf of an MDA; its own people know each other."""
    is_own = not request.scope.is_government and agency_id in (request.scope.agencies or ())
    return who if is_own or _may_see(request, who) else say("an MDA manager")


def _may_see(request: PageRequest, who: str) -> bool:
    # What isn't an address is the console, or comes with the program.
    return (
        "@" not in who or who == request.reader.email or request.reader.may(Permission.VIEW_PEOPLE)
    )

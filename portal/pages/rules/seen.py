"""What of the rules of attribution a reader may see and do, and what each book is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from auth.permissions import Permission
from portal.pages.page import PageRequest
from portal.pages.reviews import Reviewed
from portal.texts import later, say, say_known
from warehouse.errors import NothingPublishedError
from warehouse.governance.reviewed import RULES as REVIEWED
from warehouse.governance.rule_books import BOOKS
from warehouse.governance.rule_models import RuleVersion
from warehouse.governance.rules import Rule, rules_in_force

RULES: Final = "/treasury/rules"

TITLES: Final[Mapping[str, str]] = {
    "accounts": later("Owners of accounts"),
    "tag_rules": later("Rules over tags"),
    "allocation_rules": later("Rules for shared cost"),
}
SUBTITLES: Final[Mapping[str, str]] = {
    "accounts": later("First: the MDA that owns the account bears its cost"),
    "tag_rules": later("Then: a tag names who bears what no owner does"),
    "allocation_rules": later("Then: shared accounts are split among those who use them"),
}
EDITED_BY: Final[Mapping[str, Permission]] = {
    "accounts": Permission.SET_ACCOUNT_OWNER,
    "tag_rules": Permission.SET_ALLOCATION,
    "allocation_rules": Permission.SET_ALLOCATION,
}
"""The permission that it takes to write and to approve each book."""


def rules_href(**fields: str | int) -> str:
    """Write the address of the page of rules."""
    return f"{RULES}?{urlencode(fields)}" if fields else RULES


def may_edit(request: PageRequest, book: str) -> bool:
    """Tell whether the reader may change a book."""
    return request.reader.may(EDITED_BY[book])


def book_reviewed(request: PageRequest, book: str) -> Reviewed:
    """Say where a book's versions are, and what the reader may do with them."""
    return Reviewed(
        name=book,
        title=say_known(TITLES[book]),
        page=RULES,
        field="book",
        forms=f"{RULES}/{book}",
        may_edit=may_edit(request, book),
        another=say("You wrote or submitted it: another person of the treasury has to approve it."),
    )


def read_books(
    request: PageRequest,
) -> Mapping[str, tuple[tuple[RuleVersion, ...], tuple[Rule, ...]]]:
    """Read the versions of every book and the rules of its kind that are in force."""
    with request.database.reading_records(request.scope) as session:
        found = {
            name: (REVIEWED.versions(session, name), rules_in_force(session, name))
            for name in BOOKS
        }
        session.expunge_all()
    return found


def agency_names(request: PageRequest) -> Mapping[str, str]:
    """Name the MDAs by number; none before the first build."""
    try:
        return dict(request.gateway.options("agency", request.scope))
    except NothingPublishedError:
        return {}

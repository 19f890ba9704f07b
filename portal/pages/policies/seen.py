"""What of the policies a reader may see."""

from __future__ import annotations

from collections.abc import Mapping

from auth.permissions import Permission
from portal.pages.page import PageRequest
from warehouse.errors import NothingPublishedError
from warehouse.governance.exemptions import accounts_of
from warehouse.governance.policies import policy_of
from warehouse.governance.policy_models import PolicyVersion, State, ValueListVersion
from warehouse.governance.reviewed import LISTS, POLICIES
from warehouse.policies.documents import Level, Policy

Accounts = tuple[tuple[str, str, int], ...]


def versions_seen(request: PageRequest, name: str = "") -> tuple[PolicyVersion, ...]:
    """Give the versions of every policy, or of one, by name and the latest first.

    Who is answered about single MDAs sees what was published and can apply to them.
    """
    with request.database.reading_records(request.scope) as session:
        rows = POLICIES.versions(session, name) if name else POLICIES.all_versions(session)
        session.expunge_all()
    if request.scope.is_government:
        return rows
    accounts = {f"{provider}/{account}" for provider, account, _ in accounts_seen(request)}
    return tuple(
        row
        for row in rows
        if row.state == State.PUBLISHED and _reaches(request, policy_of(row), accounts)
    )


def lists_seen(request: PageRequest) -> tuple[ValueListVersion, ...]:
    """Give the versions of every list of values, the latest first; published ones for an MDA."""
    with request.database.reading_records(request.scope) as session:
        rows = LISTS.all_versions(session)
        session.expunge_all()
    if request.scope.is_government:
        return rows
    return tuple(row for row in rows if row.state == State.PUBLISHED)


def accounts_seen(request: PageRequest) -> Accounts:
    """Give provider, number and owner of every account in scope."""
    with request.database.reading_records(request.scope) as session:
        return accounts_of(session, request.scope.agencies)


def agency_names(request: PageRequest) -> Mapping[str, str]:
    """Name the MDAs in scope by number; none before the first build."""
    try:
        return dict(request.gateway.options("agency", request.scope))
    except NothingPublishedError:
        return {}


def may_manage(request: PageRequest) -> bool:
    """Tell whether the reader may change policies."""
    return request.reader.may(Permission.MANAGE_POLICIES)


def _reaches(request: PageRequest, policy: Policy, accounts: set[str]) -> bool:
    level, name = policy.attached_to
    if level is Level.AGENCY:
        return int(name) in (request.scope.agencies or ())
    return name in accounts if level is Level.ACCOUNT else True

"""The signed-in person as the rest of the portal knows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from auth.permissions import (
    AGENCY_ROLES,
    EVERYONE,
    MATRIX,
    WHOLE_GOVERNMENT,
    Permission,
    Role,
)


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """One live grant; ``agency_id`` is set for agency roles only."""

    role: Role
    agency_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person prefers where an address doesn't say."""

    currency: str = "USD"
    year_kind: str = "calendar"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Principal:
    """A person with the grants that were live when the request came in.

    ``session_id`` is None and ``csrf_secret`` empty for whoever came with a personal token.
    """

    user_id: int
    email: str
    name: str
    grants: tuple[GrantInfo, ...]
    session_id: int | None = None
    csrf_secret: str = field(default="", repr=False)
    preferences: Preferences = Preferences()

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, for whichever agency."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that some grant allows, for whichever agency."""
        return EVERYONE.union(*(MATRIX[grant.role] for grant in self.grants))

    def has(self, permission: Permission) -> bool:
        """Tell whether some grant allows this, for whichever agency."""
        return permission in self.permissions

    def agencies_for(self, permission: Permission) -> frozenset[int] | None:
        """Return the agencies for which this is allowed; None is the whole government.

        The empty set means no agency's rows, also where ``has`` is true: the permission then
        concerns people, policies or feeds, or only opens a way to what another one shows.
        """
        if any(permission in WHOLE_GOVERNMENT.get(grant.role, ()) for grant in self.grants):
            return None
        return frozenset(
            grant.agency_id
            for grant in self.grants
            if grant.agency_id is not None
            and grant.role in AGENCY_ROLES
            and permission in MATRIX[grant.role]
        )

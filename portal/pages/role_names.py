"""The roles in the words that people know them by."""

from __future__ import annotations

from collections.abc import Mapping

from auth.permissions import Role
from portal.texts import later, say_known

_NAMES: Mapping[Role, str] = {
    Role.AGENCY_VIEWER: later("MDA viewer"),
    Role.AGENCY_MANAGER: later("MDA manager"),
    Role.TREASURY: later("Treasury"),
    Role.ADMIN: later("Administrator"),
    Role.AUDITOR: later("Auditor"),
}

ROLES = tuple(_NAMES)
"""In the order in which they are offered."""


def role_name(role: Role) -> str:
    """Give a role in plain words."""
    return say_known(_NAMES[role])

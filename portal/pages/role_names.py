"""The roles in the words that people know them by."""

from __future__ import annotations

from collections.abc import Mapping

from auth.permissions import Role

ROLE_NAMES: Mapping[Role, str] = {
    Role.AGENCY_VIEWER: "MDA viewer",
    Role.AGENCY_MANAGER: "MDA manager",
    Role.TREASURY: "Treasury",
    Role.ADMIN: "Administrator",
    Role.AUDITOR: "Auditor",
}

"""On whose behalf a change is made."""

from __future__ import annotations

from dataclasses import dataclass

from auth.principals import Principal


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change, as the audit trail names them.

    ``person_id`` is None for the console, where no other administrator could have said no.
    """

    name: str
    person_id: int | None = None
    request_id: str | None = None

    @classmethod
    def of(cls, principal: Principal, request_id: str | None = None) -> Actor:
        """Make the actor of a request from whoever is signed in."""
        return cls(principal.email, principal.user_id, request_id)

    @classmethod
    def console(cls, name: str = "console") -> Actor:
        """Make the actor of a command line."""
        return cls(name)

    @property
    def is_console(self) -> bool:
        """Whether the change is made outside the portal, by the operator."""
        return self.person_id is None

"""What can go wrong in signing in and in managing people.

Messages are fit to be shown to the person who made the request; the same facts are attributes.
"""

from __future__ import annotations


class AuthError(Exception):
    """Base of every error this package raises on purpose."""


class SignInRefusedError(AuthError):
    """The account is unknown or disabled, or the password is wrong; never said which."""

    def __init__(self) -> None:
        super().__init__(
            "The e-mail address and password don't match an account that can sign in. "
            "Check both and try again, or ask an administrator of Exchequer for help."
        )


class ThrottledError(AuthError):
    """Too many attempts failed; the next one is answered after ``retry_after_seconds``."""

    def __init__(self, retry_after_seconds: int) -> None:
        minutes = max(1, -(-retry_after_seconds // 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Too many attempts have failed. Wait {wait} and try again.")
        self.retry_after_seconds = retry_after_seconds


class PasswordRefusedError(AuthError):
    """A new password breaks one or more rules, all of which are in ``reasons``."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class WrongPasswordError(AuthError):
    """The present password was given wrongly when changing it."""

    def __init__(self) -> None:
        super().__init__("The present password isn't right. Nothing was changed.")


class ResetRefusedError(AuthError):
    """A link to set a password is unknown, used, expired or withdrawn; never said which."""

    def __init__(self) -> None:
        super().__init__(
            "This link to set a password can't be used any more. "
            "Ask an administrator of Exchequer for a new one."
        )


class InvalidValueError(AuthError):
    """A value given for a field can't be accepted."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field} {value!r} can't be accepted: {rule}")
        self.field = field
        self.value = value
        self.rule = rule


class EmailTakenError(AuthError):
    """Somebody already signs in with this e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There already is an account for {email}. Change that one instead.")
        self.email = email


class UnknownRecordError(AuthError):
    """No person, grant, session or token has this identifier, or not for this reader."""

    def __init__(self, kind: str, identifier: object) -> None:
        super().__init__(f"No {kind} {identifier!r} is known here.")
        self.kind = kind
        self.identifier = identifier


class NotPermittedError(AuthError):
    """The actor holds no live grant that covers the action."""

    def __init__(self, actor: str, permission: str) -> None:
        super().__init__(f"{actor} may not do this; it takes the permission {permission}.")
        self.actor = actor
        self.permission = permission


class SelfGrantError(AuthError):
    """Somebody tried to grant a role to themselves."""

    def __init__(self, actor: str) -> None:
        super().__init__(
            f"{actor} can't grant a role to themselves. Ask another administrator; where there "
            "is none, follow the console procedure, which the audit trail marks as such."
        )
        self.actor = actor


class LastAdminError(AuthError):
    """The change would leave nobody who administers people for good."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} is the last administrator without an end date. "
            "Grant the role to somebody else first."
        )
        self.email = email

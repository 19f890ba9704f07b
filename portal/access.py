"""Who is asking, and the decorator without which no callback can be registered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, cast

from dash import Dash
from dash.dependencies import DashDependency, Output
from flask import abort, g

from auth.permissions import Permission, Role
from auth.principals import Principal
from portal.scoping import scope_for
from warehouse.scope import Scope

LONGEST_TEXT: Final = 4_096
"""Characters in one text that a callback is given; an address is the longest there is."""

CallbackFunction = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """The signed-in person and what they may be answered from.

    ``scope`` belongs to one permission: reading cost, unless ``under`` chose another.
    """

    principal: Principal
    scope: Scope

    @classmethod
    def of(cls, principal: Principal) -> Reader:
        """Make the reader of a request, with the scope in which they read cost."""
        return cls(principal, scope_for(principal, Permission.VIEW_COST))

    def under(self, permission: Permission) -> Reader:
        """Give the same reader with the scope in which they use this permission."""
        return replace(self, scope=scope_for(self.principal, permission))

    @property
    def name(self) -> str:
        """The person's name."""
        return self.principal.name

    @property
    def email(self) -> str:
        """The e-mail address they sign in with."""
        return self.principal.email

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, for whichever agency."""
        return self.principal.roles

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that some grant allows."""
        return self.principal.permissions

    @property
    def agency_ids(self) -> frozenset[int] | None:
        """The agencies in scope; None is the whole government."""
        return self.scope.agencies

    def may(self, permission: Permission) -> bool:
        """Tell whether some grant allows this."""
        return self.principal.has(permission)


@dataclass(frozen=True, slots=True)
class GuardedCallback:
    """A callback that is waiting for its app, and what it takes to call it."""

    dependencies: tuple[DashDependency, ...]
    permission: Permission
    function: CallbackFunction
    longest: int = LONGEST_TEXT


_CALLBACKS: dict[str, GuardedCallback] = {}
_PERMISSIONS: dict[str, Permission] = {}

CALLBACK_PERMISSIONS: Final[Mapping[str, Permission]] = MappingProxyType(_PERMISSIONS)
"""Every callback by Dash's name for it (its outputs), and the permission that it takes."""


def current_reader() -> Reader | None:
    """Give who is asking; None before the gate has looked, and for nobody."""
    return cast("Reader | None", g.get("reader"))


def require_reader() -> Reader:
    """Give who is asking, or answer 401."""
    reader = current_reader()
    if reader is None:
        abort(401)
    return reader


def longest_text_for(name: str) -> int:
    """Give how long a text may be that the callback of this name is given."""
    found = _CALLBACKS.get(name)
    return LONGEST_TEXT if found is None else found.longest


def guarded_callback(
    *dependencies: DashDependency, permission: Permission, longest: int = LONGEST_TEXT
) -> Callable[[CallbackFunction], CallbackFunction]:
    """Register a callback with the permission that it takes, checked on the server each time.

    Texts it is given are bounded here, by ``longest`` characters; lists, objects and numbers are
    for the function to judge.
    """

    def register(function: CallbackFunction) -> CallbackFunction:
        outputs = [str(one) for one in dependencies if isinstance(one, Output)]
        name = outputs[0] if len(outputs) == 1 else f"..{'...'.join(outputs)}.."
        _CALLBACKS[name] = GuardedCallback(dependencies, permission, function, longest)
        _PERMISSIONS[name] = permission
        return function

    return register


def attach_callbacks(app: Dash, *functions: CallbackFunction) -> None:
    """Give an app these callbacks, each behind its guard."""
    for callback in _CALLBACKS.values():
        if callback.function in functions:
            app.callback(*callback.dependencies)(_guard(callback))


def _guard(callback: GuardedCallback) -> CallbackFunction:
    @functools.wraps(callback.function)
    def guarded(*arguments: Any) -> Any:
        if not require_reader().may(callback.permission):
            abort(404)
        if any(isinstance(one, str) and len(one) > callback.longest for one in arguments):
            abort(400)
        return callback.function(*arguments)

    return guarded

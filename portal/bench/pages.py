"""Server time of every page: the router callback with sign-in, drawing, JSON and compression."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from flask import Flask

from auth.permissions import MATRIX, Role
from portal.bench.callbacks import Visitor
from portal.bench.installation import Installation
from portal.bench.samples import Sample, measure
from portal.pages import PAGES
from portal.services import keep_services, services
from warehouse.gateway import Gateway

ROLES: Mapping[str, Role] = {"agency": Role.AGENCY_VIEWER, "treasury": Role.TREASURY}


def paths_of(role: Role, only: Collection[str] = ()) -> tuple[str, ...]:
    """List the pages in the navigation of a role; of these ``only`` some, where any are named."""
    found = (page.path for page in PAGES if page.in_nav and page.permission in MATRIX[role])
    return tuple(path for path in found if not only or path in only)


def time_pages(made: Installation, *, runs: int, only: Collection[str] = ()) -> dict[str, Sample]:
    """Ask for each page cold (answers forgotten) and warm; give samples by name."""
    app = made.app()
    found: dict[str, Sample] = {}
    for who, role in ROLES.items():
        visitor = Visitor(app, made.emails[who], made.password)
        for path in paths_of(role, only):
            found |= time_page(app, visitor, path, who, made.label, runs=runs)
    return found


def time_page(
    app: Flask, visitor: Visitor, path: str, who: str, label: str, *, runs: int
) -> dict[str, Sample]:
    """Ask for one page cold and warm; ``path`` may go on with filters."""
    name = f"page {path}, {who}"
    # The first request of a worker also reads scripts and templates; it isn't counted.
    visitor.require_whole(path)
    return {
        f"{name}, {state}": measure(
            f"{name}, {state}, {label}", partial(visitor.draw, path), runs=runs, before=before
        )
        for state, before in (("cold", partial(forget_answers, app)), ("warm", _nothing))
    }


def forget_answers(app: Flask) -> None:
    """Give an app a fresh gateway, as if another build had just been published."""
    with app.app_context():
        kept = services()
    keep_services(app.extensions, replace(kept, gateway=Gateway(kept.database)))


def _nothing() -> None:
    """Leave everything as it is."""

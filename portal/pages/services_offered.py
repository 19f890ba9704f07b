"""The services that a page's filter offers: the types, and the digital services by their names."""

from __future__ import annotations

from collections import Counter
from typing import Final

from portal.components.forms import Options
from portal.filters import SERVICE_TYPES
from portal.pages.page import PageRequest
from portal.service_types import is_type, type_name
from portal.texts import say

_MOST_OFFERED: Final = 60
"""Digital services in one list; of more, only those of a chosen MDA are offered."""
_MOST_KNOWN: Final = 10_000


def service_label(request: PageRequest, identifier: str) -> str:
    """Name a service of the address: a type or a digital service."""
    if is_type(identifier):
        return type_name(identifier)
    names = dict(request.gateway.options("digital_service", request.scope))
    return names.get(identifier, identifier)


def services_offered(request: PageRequest, *, by_name: bool) -> Options:
    """List the types, then the digital services of the MDAs in view where ``by_name`` wants them.

    What the address has chosen is always among them, so that no page reads "All" while narrowed.
    """
    types = request.gateway.options("service_type", request.scope)
    chosen = [value for value in request.filters.service if value not in SERVICE_TYPES]
    found = _digital_services(request) if by_name else []
    heading = say("Digital services")
    if len(found) > _MOST_OFFERED:
        heading, found = say("Digital services: choose an MDA first"), []
    known = {identifier for identifier, _ in found}
    found += [(each, service_label(request, each)) for each in chosen if each not in known]
    if not found and heading == say("Digital services"):
        return types
    return [*types, ("", heading), *found]


def _digital_services(request: PageRequest) -> list[tuple[str, str]]:
    """Give the named services of the MDAs in view by name; of namesakes also whose they are."""
    in_view = request.agency_ids
    page = request.gateway.rows("dim_digital_service", request.scope, limit=_MOST_KNOWN)
    rows = [
        row
        for row in page.rows
        if row["agency_id"] and (in_view is None or row["agency_id"] in in_view)
    ]
    times = Counter(str(row["digital_service_name"]) for row in rows)
    agencies = dict(request.gateway.options("agency", request.scope)) if rows else {}
    found = []
    for row in rows:
        name = str(row["digital_service_name"])
        if times[name] > 1:
            owner = agencies.get(str(row["agency_id"]), "")
            name = say("{service}, {owner}", service=name, owner=owner)
        found.append((str(row["digital_service_id"]), name))
    return sorted(found, key=lambda pair: pair[1].casefold())

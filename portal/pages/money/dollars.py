"""Pages whose figures are kept in US dollars only, whatever currency was asked for."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from portal.components.states import banner
from portal.pages.page import PageRequest
from portal.texts import say


def in_dollars(request: PageRequest) -> PageRequest:
    """Give the request in US dollars; a page part in each currency could not be compared."""
    if request.filters.currency == "USD":
        return request
    return replace(request, filters=replace(request.filters, currency="USD"))


def dollars_notice(request: PageRequest) -> list[Component]:
    """Say so where another currency was asked for."""
    if request.filters.currency == "USD":
        return []
    return [banner(say("The records behind this page are kept in US dollars only."))]

"""What lists of alerts share, of cost and of services: who is left out, what is first, a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components.tables import pager
from portal.pages.anomalies.seen import Told
from portal.pages.anomalies.states import Known, is_muted_or_done
from portal.pages.page import PageRequest

_PAGE_SIZE: Final = 20


def is_settled(known: Known, one: Told) -> bool:
    """Tell whether somebody has ended an anomaly, or muted what is like it."""
    return is_muted_or_done(known, known.by_name.get(one.anomaly_id))


def open_first(known: Known, told: Sequence[Told]) -> list[Told]:
    """Give the alerts among what is told, in its order, those that are settled last."""
    return sorted((one for one in told if one.is_alert), key=lambda one: is_settled(known, one))


def still_open(known: Known, told: Sequence[Told]) -> list[Told]:
    """Give the alerts among what is told that nobody has settled."""
    return [one for one in told if one.is_alert and not is_settled(known, one)]


def page_of(
    request: PageRequest, path: str, alerts: Sequence[Told]
) -> tuple[Sequence[Told], list[Component]]:
    """Give the alerts of the page that is asked for, and the way to its neighbours, if any."""
    page, last = request.filters.page, -(-len(alerts) // _PAGE_SIZE)
    shown = alerts[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]
    if last <= 1:
        return shown, []
    addresses = {
        at: path + request.filters.to_query(page=at)
        for at in (page - 1, page + 1)
        if 1 <= at <= last
    }
    return shown, [pager(page=page, size=_PAGE_SIZE, total=len(alerts), addresses=addresses)]

"""Where service types are told apart by bills now and were by the MDAs' own summaries before."""

from __future__ import annotations

from portal.formats import month_name
from portal.pages.money.trends_growth import ranks_by
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import say
from warehouse.months import shifted
from warehouse.question import Period

_MEASURE = "billed_share"


def note_source(request: PageRequest) -> bool:
    """Say once on the page where the source changed within what growth compares.

    What is infrastructure and what is platform is told otherwise by bills, while the whole of an
    MDA hardly changes: so it is said where services are looked at. Gives whether it was said.
    """
    if ranks_by(request) == "agency" and not request.filters.service:
        return False
    period = request.year_period()
    start = period.start and shifted(period.start, -12)
    answer = request.ask(_MEASURE, by=("month",), period=Period(start, period.end))
    shares = {str(row["month"]): number(row[_MEASURE]) for row in answer.rows}
    first = next((month for month, share in sorted(shares.items()) if share), None)
    if first is None or shares.get(shifted(first, -1)) != 0:
        return False
    said = say("From {month} on bills tell service types apart, before that MDAs' own summaries "
               "did: a service that changes with that month may not have changed at all.",
               month=month_name(first))  # fmt: skip
    request.said_once[said] = None
    return True

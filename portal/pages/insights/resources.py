"""What providers recommend for one resource: a page of it, the most saved first, or one of them.

An account's export may hold ten thousand: so they are read a page at a time, and figures are asked
of those alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from portal.components.tables import last_page
from portal.pages.evidence import dimension_text, figure
from portal.pages.frame import drill_to
from portal.pages.insights.advice import Advice, Course
from portal.pages.insights.insight import Row, Stake
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.pages.tagging.times import agencies_in_view
from portal.texts import later, say_number, say_parts
from warehouse.governance.recommendations import OF_RESOURCE, Key
from warehouse.lines.column_filters import LONGEST_TEXT, ColumnFilter
from warehouse.question import Answer, Period, Value

RESOURCES: Final = "resources"
"""The view of all that providers recommend for single resources, and its place on the page."""
MONTHS: Final = 12
"""Of how many months providers estimate."""

RECOMMENDED: Final = "fact_provider_recommendation"
"""The table of all that providers recommend."""
_BY: Final = ("agency", "provider", "account", "resource")
_MOST: Final = "recommended_saving_most"


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """Some of what is recommended for single resources."""

    advice: Sequence[Advice]
    total: int
    """For how many resources in view something is recommended."""
    page: int


def read_resources(request: PageRequest, *, size: int, page: int = 1) -> ResourcePage:
    """Give a page of the resources in view that something is recommended for, at most the last."""
    agencies = agencies_in_view(request)
    where = {} if agencies is None else {"agency_id": sorted(agencies)}
    found = _read(request, where, size, page)
    last = last_page(found.total, size)
    return found if page <= last else _read(request, where, size, last)


def find_resource(request: PageRequest, key: Key) -> Advice | None:
    """Give what is recommended for the resource that a decision is about, if it is still so."""
    agency, kind, target = key
    place = place_of(target)
    if kind != OF_RESOURCE or place is None:
        return None
    names = dict(zip(("provider", "account_id", "resource_id"), place, strict=True))
    found = _read(request, {"agency_id": agency, **names}, 1, 1).advice
    return found[0] if found else None


def place_of(target: str) -> tuple[str, str, str] | None:
    """Read provider, account and resource from what a decision is about.

    >>> place_of("AWS/111/arn:aws:ec2:eu-west-1:111:instance/i-1")
    ('AWS', '111', 'arn:aws:ec2:eu-west-1:111:instance/i-1')
    """
    parts = target.split("/", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == len(_BY) - 1 else None


def _read(request: PageRequest, where: Mapping[str, Any], size: int, page: int) -> ResourcePage:
    found = request.gateway.rows(
        RECOMMENDED, request.scope, where={"is_most_of_resource": True, **where}, limit=size,
        offset=(page - 1) * size, order_by=("-yearly_saving_usd",),
    )  # fmt: skip
    if not found.rows:
        return ResourcePage((), found.total, page)
    named = tuple(dict.fromkeys(str(row["resource_id"]) for row in found.rows))
    answer = request.ask(_MOST, "recommended_count", by=_BY, where=(("resource", named),),
                         period=Period())  # fmt: skip
    figures = {tuple(row[name] for name in _BY): row for row in answer.rows}
    return ResourcePage(
        [_advice(request, answer, figures[key], row) for row in found.rows
         if (key := _key(row)) in figures],
        found.total, page,
    )  # fmt: skip


def _key(row: Mapping[str, Value]) -> tuple[Value, ...]:
    # An answer names nobody as none, a table as agency 0.
    agency = row["agency_id"] or None
    return agency, row["provider"], row["account_id"], row["resource_id"]


def _advice(request: PageRequest, answer: Answer, figures: Row, row: Mapping[str, Value]) -> Advice:
    own = _answer_of_one(answer, figures)
    said: dict[str, Any] = {
        "provider": dimension_text(figures, "provider"),
        "account": str(figures["account"]),
        "words": str(row["recommendation"]),
    }
    why = say_parts("{provider} recommends in account {account}: {words}.", **said)
    count = int(number(figures["recommended_count"]) or 0)
    if count > 1:
        made = figure(own, "recommended_count", recommendations(count), figures)
        why = [*why, " ", *say_parts("Of {made} for it this saves the most.", made=made)]
    agency = figures["agency"]
    return Advice(
        RESOURCE,
        int(agency or 0),
        dimension_text(figures, "agency"),
        "/".join(str(figures[name]) for name in _BY[1:]),
        why=why,
        href=_lines_of(request, figures),
        saving=Stake(own, _MOST, figures) if figures[_MOST] is not None else None,
        saving_months=MONTHS,
        effort=str(row["effort"] or ""),
    )


def _lines_of(request: PageRequest, row: Row) -> str:
    """Write the address of the resource's lines on bills."""
    named = str(row["resource"])
    is_whole = len(named) <= LONGEST_TEXT
    only = ColumnFilter("resource", "equals" if is_whole else "contains", named[-LONGEST_TEXT:])
    agency = row["agency"]
    mine = {"agency": (str(agency),)} if agency is not None else {}
    return drill_to("/explore", request, view="lines", columns=(only,), **mine)


def recommendations(count: int) -> str:
    """Count recommendations in words."""
    return say_number(count, "{number} recommendation", "{number} recommendations")


def _answer_of_one(answer: Answer, row: Row) -> Answer:
    """Narrow an answer to one of its resources, whose question then names that alone."""
    own = {"resource", "agency"}
    agency = row["agency"]
    where = (
        *(pair for pair in answer.question.where if pair[0] not in own),
        ("resource", (str(row["resource"]),)),
        *((("agency", (str(agency),)),) if agency is not None else ()),
    )
    return replace(answer, question=replace(answer.question, where=where), rows=(row,))


def _first(request: PageRequest) -> Sequence[Advice]:
    return read_resources(request, size=1).advice


RESOURCE: Final = Course(
    OF_RESOURCE, later("Follow what the provider recommends for a resource"),
    later("not said by the provider"),
    later("in a year, as the provider estimates it"), _first,
    effect="resource_cost_change",
)  # fmt: skip

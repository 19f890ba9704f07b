"""One MDA beside its peers: the other members of its group together, of whom none can be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import money, month_name, percent, signed_percent
from portal.pages.evidence import downloads_of, figure
from portal.pages.frame import agency_names, drill_to, whose
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest, not_narrowed
from portal.pages.series import number
from portal.texts import say, say_known
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Value

_COMPARED: Final[Mapping[str, Callable[[float | None], str]]] = {
    "tagged_pct": percent,
    "waste_pct": percent,
    "cost_per_unit": money,
    "budget_variance_pct": signed_percent,
    "mom_growth": signed_percent,
    "error_rate": lambda ratio: percent(ratio, 2),
}
"""The figures that peers have, each with how it is written."""

_MOST_LINKS = 12

_Row = Mapping[str, Value]


def draw_peers(request: PageRequest, *, span: int = 6) -> Component:
    """Set the figures of one MDA beside those of its group, in the last month that has both."""
    if request.sees_many:
        return _choose_one(request, span)
    answer = _ask(in_dollars(request))
    month = max((str(row["month"]) for row in answer.rows if _compared_in(row)), default="")
    if not month:
        return _nothing(span)
    row = next(row for row in answer.rows if row["month"] == month)
    compared = _compared_in(row)
    words = [_in_words(row, name) for name in compared]
    better, worse = (sum(tone == wanted for _, tone in words) for wanted in ("good", "bad"))
    columns = (
        Column("measure", say("Figure")),
        Column("own", say("Own"), numeric=True, is_key=False),
        Column("peers", say("Peers"), numeric=True, is_key=False),
        Column("words", say("In words")),
    )
    rows = [
        {
            "measure": say_known(REGISTRY[name].label),
            "own": figure(answer, name, _written(row, name, name), row),
            "peers": figure(answer, f"peer_{name}", _written(row, name, f"peer_{name}"), row),
            "words": status_word(*said),
        }
        for name, said in zip(compared, words, strict=True)
    ]
    return card(
        headline=_headline(better, worse, len(compared)),
        subtitle=say(
            "{mda} beside {group}, {month}",
            mda=whose(request),
            group=_group(request, month),
            month=month_name(month),
        ),
        children=[data_table(caption=say("Beside your peers"), columns=columns, rows=rows)],
        footer=[
            *downloads_of(request, answer, say("own figures and the peers' by month")),
            *footer_notes(_notes(request, answer, compared)),
        ],
        span=span,
        anchor="peers",
    )


def _ask(request: PageRequest) -> Answer:
    """Ask for both sides in one question, so that no filter narrows the one and not the other."""
    names = tuple(_COMPARED)
    return request.ask(
        *names, *(f"peer_{name}" for name in names), by=("month",), period=request.year_period()
    )


def _compared_in(row: _Row) -> tuple[str, ...]:
    return tuple(
        name for name in _COMPARED if row[name] is not None and row[f"peer_{name}"] is not None
    )


def _written(row: _Row, name: str, measure: str) -> str:
    return _COMPARED[name](number(row[measure]))


def _in_words(row: _Row, name: str) -> tuple[str, str]:
    """Say on which side of its peers the MDA stands, as far as the written figures differ."""
    own, peers = number(row[name]) or 0.0, number(row[f"peer_{name}"]) or 0.0
    if _written(row, name, name) == _written(row, name, f"peer_{name}"):
        return say("the same"), "plain"
    good = REGISTRY[name].good
    if good is None:
        return (say("higher"), "plain") if own > peers else (say("lower"), "plain")
    if (own > peers) == (good == "high"):
        return (say("higher, better") if own > peers else say("lower, better")), "good"
    return (say("higher, worse") if own > peers else say("lower, worse")), "bad"


def _headline(better: int, worse: int, number: int) -> str:
    if not better and not worse:
        return say("Neither better nor worse than its peers")
    return say(
        "Better than its peers in {better} of {number} figures, worse in {worse}",
        better=better,
        worse=worse,
        number=number,
    )


def _group(request: PageRequest, month: str) -> str:
    """Name what the members of the group have in common; never how many or who they are."""
    (agency,) = request.agency_ids or (0,)
    page = request.gateway.rows(
        "agg_peer_agency_month", request.scope, where={"agency_id": agency, "month": month}, limit=1
    )
    named = {
        "sector and size": say("other MDAs of its sector and size"),
        "sector": say("other MDAs of its sector"),
        "size": say("other MDAs of its size"),
        "country": say("other MDAs of its country"),
        "remaining": say("other MDAs that fit no closer group"),
        "government": say("all other MDAs"),
    }
    return next((named[str(row["basis"])] for row in page.rows), say("other MDAs"))


def _notes(request: PageRequest, answer: Answer, compared: tuple[str, ...]) -> list[str]:
    notes = [
        say(
            "Peers are at least five other MDAs, none of them more than half, added up and "
            "rounded: no single MDA can be seen. The group is fixed at each build, and filters "
            "do not change it."
        )
    ]
    if request.filters.currency != "USD":
        notes.append(say("Peers' amounts are kept in US dollars only: both sides are in dollars."))
    missing = [
        say_known(REGISTRY[name].label).lower() for name in _COMPARED if name not in compared
    ]
    if missing:
        notes.append(
            say(
                "Not compared for lack of own records or of enough peers with them: {figures}.",
                figures=", ".join(missing),
            )
        )
    return [*notes, *not_narrowed(answer)]


def _choose_one(request: PageRequest, span: int) -> Component:
    names = agency_names(request)
    shown = [str(agency) for agency in (request.agency_ids or ())][:_MOST_LINKS]
    links = html.Ul(
        [
            html.Li(
                html.A(names.get(agency, agency), href=drill_to("/", request, agency=(agency,)))
            )
            for agency in shown
        ]
    )
    why = say("Each MDA has a group of its own to stand beside.")
    return _without(empty_state(title=say("Choose one MDA"), why=why, action=links), span)


def _nothing(span: int) -> Component:
    why = say(
        "There is no month in view in which at least five comparable MDAs, none of them more "
        "than half, can be shown together."
    )
    return _without(empty_state(title=say("Nothing to show"), why=why), span)


def _without(state: Component, span: int) -> Component:
    return card(headline=say("Beside your peers"), children=[state], span=span, anchor="peers")

"""Recommendations with their state: what may be saved, who sees to it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.parts import Text
from portal.components.states import empty_state, status_word
from portal.formats import day_name, moment, money, money_exact
from portal.pages.evidence import currency_of, figure
from portal.pages.frame import agency_names
from portal.pages.insights.advice import Advice, Course
from portal.pages.insights.board_groups import Group, draw_group
from portal.pages.insights.courses import COURSES
from portal.pages.insights.outcome import draw_outcome
from portal.pages.insights.summary import PATH
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.pages.series import at_most
from portal.pages.tagging.times import agencies_in_view
from portal.service_types import is_type, type_name
from portal.texts import later, say, say_known, say_number
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import (
    ACCEPTED,
    DISMISSED,
    DONE,
    OPEN,
    Key,
    decided,
)

DECIDED: Final = "decided"
"""The view of what was done or dismissed."""

_MOST_LINES: Final = 12
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    OPEN: (later("open"), "plain"),
    ACCEPTED: (later("accepted"), "warn"),
    DONE: (later("done"), "good"),
    DISMISSED: (later("dismissed"), "plain"),
}


@dataclass(frozen=True, slots=True)
class _Item:
    """A recommendation as it stands: of this build, decided on, or both."""

    course: Course
    agency: int
    agency_name: str
    target: str
    advice: Advice | None
    row: Recommendation | None

    @property
    def state(self) -> str:
        return self.row.state if self.row is not None else OPEN

    @property
    def saving(self) -> float:
        if self.advice is not None and self.advice.saving is not None:
            return self.advice.saving.amount
        return 0.0


def draw_recommendations(request: PageRequest) -> Component:
    """List the recommendations: those to act on, or those done and dismissed."""
    asked = in_dollars(request)
    every = _items(asked)
    is_decided = request.filters.view == DECIDED
    chosen = [one for one in every if (one.state in {DONE, DISMISSED}) == is_decided]
    chosen.sort(key=lambda one: (one.state != ACCEPTED, -one.saving))
    is_grouped = asked.sees_many
    shown = chosen if is_grouped else at_most(chosen, _MOST_LINES)
    lines = _by_kind(asked, chosen) if is_grouped else [_line(asked, one) for one in shown]
    return card(
        headline=_headline(len(chosen), is_decided=is_decided),
        subtitle=_subtitle(asked, len(shown), len(chosen)),
        children=[
            html.Ul(lines, className="insights")
            if lines
            else empty_state(title=say("Nothing here"), why=_why_empty(is_decided=is_decided))
        ],
        footer=_other_view(request, len(every) - len(chosen), is_decided=is_decided),
        anchor="recommendations",
    )  # fmt: skip


def _items(request: PageRequest) -> list[_Item]:
    with request.database.reading_records(request.scope) as session:
        rows = dict(decided(session, agencies_in_view(request)))
        session.expunge_all()
    items = [
        _Item(course, one.agency, one.agency_name, one.target, one, rows.pop(one.key, None))
        for course in COURSES
        for one in course.advise(request)
    ]
    return [*items, *_no_longer_advised(request, rows)]


def _no_longer_advised(request: PageRequest, rows: Mapping[Key, Recommendation]) -> list[_Item]:
    """Keep what was decided on, though the records recommend it no more; what is open goes."""
    if not rows:
        return []
    names, courses = agency_names(request), {one.name: one for one in COURSES}
    return [
        _Item(courses[row.kind], row.agency_id, names.get(str(row.agency_id), ""), row.target,
              None, row)
        for row in rows.values() if row.kind in courses and row.state != OPEN
    ]  # fmt: skip


def _headline(number_of: int, *, is_decided: bool) -> str:
    if is_decided:
        return say_number(number_of, "{number} recommendation done or dismissed",
                          "{number} recommendations done or dismissed")  # fmt: skip
    return say_number(number_of, "{number} recommendation", "{number} recommendations")


def _subtitle(request: PageRequest, shown: int, every: int) -> str:
    if not every:
        return ""
    if request.sees_many:
        return say("By kind, the largest saving first; under each its MDAs, accepted first, then "
                   "by saving")  # fmt: skip
    return say("Accepted first, then by saving; {shown} of {all} shown", shown=shown, all=every)


def _why_empty(*, is_decided: bool) -> str:
    if is_decided:
        return say("No recommendation was done or dismissed yet.")
    return say("The records support no recommendation.")


def _other_view(request: PageRequest, number_of: int, *, is_decided: bool) -> list[Component]:
    if not number_of and not is_decided:
        return []
    query = request.filters.to_query(view=None if is_decided else DECIDED)
    text = (
        say_number(number_of, "{number} to act on", "{number} to act on")
        if is_decided
        else say_number(number_of, "{number} done or dismissed", "{number} done or dismissed")
    )
    return [html.A(text, href=f"{PATH}{query}#recommendations")]


def _by_kind(request: PageRequest, items: Sequence[_Item]) -> list[Component]:
    """Put what is recommended to several MDAs under one title, the largest saving first."""
    kinds: dict[str, list[_Item]] = {}
    for one in items:
        kinds.setdefault(one.course.name, []).append(one)
    ranked = sorted(kinds.values(), key=lambda found: -max(one.saving for one in found))
    return [
        _line(request, found[0]) if len(found) == 1 else draw_group(_group(request, found))
        for found in ranked
    ]


def _group(request: PageRequest, items: Sequence[_Item]) -> Group:
    course, largest = items[0].course, max(items, key=lambda one: one.saving)
    counts = [(word, tone, sum(one.state == state for one in items))
              for state, (word, tone) in _STATES.items()]  # fmt: skip
    shown = at_most(items, _MOST_LINES)
    return Group(
        name=course.name,
        title=say_known(course.what),
        basis=say_known(course.basis),
        states=[
            status_word(f"{count} {say_known(word)}", tone) for word, tone, count in counts if count
        ],
        agencies=len({one.agency for one in items}),
        most=_saving(largest),
        lines=[_line(request, one, is_in_group=True) for one in shown],
        count=len(items),
    )


def _line(request: PageRequest, one: _Item, *, is_in_group: bool = False) -> Component:
    word, tone = _STATES[one.state]
    heading = (
        html.H4(_whom(one), className="insight-title")
        if is_in_group
        else html.H3(_title(request, one), className="insight-title")
    )
    acts = _form(request, one)
    return html.Li(
        [
            status_word(say_known(word), tone),
            html.Div(
                [
                    heading,
                    html.P(_why(one), className="insight-sentence"),
                    html.P(
                        _effort(request, one),
                        className="insight-confidence",
                    ),
                    *([draw_outcome(request, one.course, one.row)]
                      if one.row is not None and one.state == DONE else []),
                ]
            ),
            html.Div([*_amount(one, with_basis=not is_in_group), *_evidence(request, one)],
                     className="insight-aside"),
            *([acts] if acts is not None else []),
        ],
        className="insight",
    )  # fmt: skip


def _title(request: PageRequest, one: _Item) -> str:
    parts = [
        say_known(one.course.what),
        *([one.agency_name] if request.sees_many else []),
        *([_target(one.target)] if one.target else []),
    ]
    return ": ".join((parts[0], ", ".join(parts[1:]))) if parts[1:] else parts[0]


def _whom(one: _Item) -> str:
    return ", ".join((one.agency_name, *([_target(one.target)] if one.target else [])))


def _target(target: str) -> str:
    return type_name(target) if is_type(target) else target


def _why(one: _Item) -> list[Text]:
    if one.advice is None:
        return [say("The records of this build recommend it no more.")]
    return list(one.advice.why)


def _saving(one: _Item) -> Component | None:
    if one.advice is None or one.advice.saving is None:
        return None
    stake = one.advice.saving
    amount = money(stake.amount, currency_of(stake.answer, stake.row))
    return figure(stake.answer, stake.measure, amount, stake.row)


def _amount(one: _Item, *, with_basis: bool) -> list[Component]:
    found: list[Component] = []
    saving = _saving(one)
    if saving is not None:
        found.append(html.P(html.Strong(saving), className="insight-amount"))
    if one.row is not None and one.row.estimate_usd is not None:
        kept = html.Span(money_exact(float(one.row.estimate_usd)), **{"data-recorded": "row"})
        found.append(html.P([say("estimated when decided: "), kept],
                            className="insight-confidence"))  # fmt: skip
    if with_basis:
        found.append(html.P(say_known(one.course.basis), className="insight-confidence"))
    return found


def _evidence(request: PageRequest, one: _Item) -> list[Component]:
    if one.advice is None:
        return []
    label = say("Evidence: {title}", title=_title(request, one))
    return [html.A(say("Evidence"), href=one.advice.href, **{"aria-label": label})]


def _effort(request: PageRequest, one: _Item) -> str:
    """Say how hard it is, and what was decided; of what is open nothing was."""
    effort = say_known(one.course.effort)
    if one.row is None:
        return say("Effort {effort}.", effort=effort)
    decided = _decided_in_words(request, one.row)
    return say("Effort {effort}. {decided}", effort=effort, decided=decided)


def _decided_in_words(request: PageRequest, row: Recommendation) -> str:
    said = [
        say(
            "Changed by {person}, {moment}.",
            person=_decider(request, row.decided_by),
            moment=moment(row.decided_at),
        )
    ]
    if row.owner:
        said.append(say("Seen to by {owner}.", owner=row.owner))
    if row.due_on:
        said.append(say("Due by {day}.", day=day_name(row.due_on.isoformat())))
    if row.done_on:
        said.append(say("Done on {day}.", day=day_name(row.done_on.isoformat())))
    if row.reason:
        said.append(say("Reason: {reason}", reason=row.reason))
    return " ".join(said)


def _decider(request: PageRequest, who: str) -> str:
    """Name who decided, by address for who may see people, else as what they are."""
    if who == request.reader.email or request.reader.may(Permission.VIEW_PEOPLE):
        return who
    return say("a manager or the treasury")


def _form(request: PageRequest, one: _Item) -> Component | None:
    if not request.reader.may(Permission.DECIDE_RECOMMENDATION):
        return None
    own = request.reader.under(Permission.DECIDE_RECOMMENDATION).scope.agencies
    if own is not None and one.agency not in own:
        return None
    name = f"{one.course.name}-{one.agency}-{one.target or 'all'}"
    title = _title(request, one)
    return html.Details(
        [
            html.Summary(say("Change"), className="link",
                         **{"aria-label": say("Change: {title}", title=title)}),
            post_form(
                action=f"{PATH}/recommendations",
                csrf_token=request.csrf_token,
                children=_fields(one, name),
                submit=say("Keep"),
                accessible_name=say("Keep: {title}", title=title),
                quiet=True,
            ),
        ],
        className="insight-computed",
    )  # fmt: skip


def _fields(one: _Item, name: str) -> Sequence[Component]:
    row = one.row
    return [
        hidden_field("agency", str(one.agency)),
        hidden_field("kind", one.course.name),
        hidden_field("target", one.target),
        hidden_field("lock", str(row.lock if row is not None else 0)),
        select_field(
            identifier=f"state-{name}", name="state", label=say("State"), value=one.state,
            options=[(state, say_known(word)) for state, (word, _) in _STATES.items()],
        ),
        text_field(
            identifier=f"owner-{name}", name="owner", label=say("Who sees to it"),
            value=row.owner if row is not None else "", maxLength=120,
        ),
        text_field(
            identifier=f"due-{name}", name="due_on", label=say("By when"), kind="date",
            value=row.due_on.isoformat() if row is not None and row.due_on else "",
        ),
        text_field(
            identifier=f"reason-{name}", name="reason", label=say("Why"),
            hint=say("needed to dismiss"), value=row.reason if row is not None else "",
            maxLength=2000,
        ),
    ]  # fmt: skip

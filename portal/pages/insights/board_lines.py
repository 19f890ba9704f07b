"""One recommendation with its state, its saving, its form, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.parts import Text
from portal.components.states import status_word
from portal.formats import day_name, moment, money, money_exact
from portal.pages.evidence import currency_of, figure
from portal.pages.insights.board_items import STATES, Item
from portal.pages.insights.outcome import draw_outcome
from portal.pages.insights.resources import RESOURCE, place_of
from portal.pages.insights.summary import PATH
from portal.pages.page import PageRequest
from portal.service_types import is_type, type_name
from portal.texts import later, say, say_known
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import DONE, OPEN

_EFFORTS: Final[Mapping[str, str]] = {
    "VeryLow": later("very low"),
    "Low": later("low"),
    "Medium": later("medium"),
    "High": later("high"),
    "VeryHigh": later("very high"),
}
"""What AWS exports of how hard something is, in words; others stand as they were received."""


def draw_line(request: PageRequest, one: Item, *, is_in_group: bool = False) -> Component:
    """Draw one recommendation: under its kind's title, or with it."""
    heading = (
        html.H4(_whom(request, one), className="insight-title")
        if is_in_group
        else html.H3(_title(request, one), className="insight-title")
    )
    return _drawn(request, one, heading, with_basis=not is_in_group, may_decide=True)


def draw_resource(request: PageRequest, one: Item) -> Component:
    """Draw one that is listed among those of its kind; what is decided on has its form above."""
    heading = html.H3(_whom(request, one), className="insight-title")
    return _drawn(request, one, heading, with_basis=False, may_decide=one.state == OPEN)


def _drawn(
    request: PageRequest, one: Item, heading: Component, *, with_basis: bool, may_decide: bool
) -> Component:
    word, tone = STATES[one.state]
    acts = _form(request, one) if may_decide else None
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
            html.Div([*_amount(one, with_basis=with_basis), *_evidence(request, one)],
                     className="insight-aside"),
            *([acts] if acts is not None else []),
        ],
        className="insight",
    )  # fmt: skip


def _title(request: PageRequest, one: Item) -> str:
    parts = [
        say_known(one.course.what),
        *([one.agency_name] if request.sees_many else []),
        *([_target(one)] if one.target else []),
    ]
    return ": ".join((parts[0], ", ".join(parts[1:]))) if parts[1:] else parts[0]


def _whom(request: PageRequest, one: Item) -> str:
    is_named = request.sees_many or not one.target
    return ", ".join(
        (*([one.agency_name] if is_named else []), *([_target(one)] if one.target else []))
    )


def _target(one: Item) -> str:
    """Name what it is about; of a resource not its account, which the sentence names."""
    if one.course is RESOURCE and (place := place_of(one.target)) is not None:
        return place[-1]
    return type_name(one.target) if is_type(one.target) else one.target


def _why(one: Item) -> list[Text]:
    if one.advice is None:
        return [say("The records of this build recommend it no more.")]
    return list(one.advice.why)


def draw_saving(one: Item) -> Component | None:
    """Draw what it would save, with its question; None where that isn't known."""
    if one.advice is None or one.advice.saving is None:
        return None
    stake = one.advice.saving
    amount = money(stake.amount, currency_of(stake.answer, stake.row))
    return figure(stake.answer, stake.measure, amount, stake.row)


def _amount(one: Item, *, with_basis: bool) -> list[Component]:
    found: list[Component] = []
    saving = draw_saving(one)
    if saving is not None:
        found.append(html.P(html.Strong(saving), className="insight-amount"))
    if one.row is not None and one.row.estimate_usd is not None and not _is_as_decided(one):
        kept = html.Span(money_exact(float(one.row.estimate_usd)), **{"data-recorded": "row"})
        found.append(html.P([say("estimated when decided: "), kept],
                            className="insight-confidence"))  # fmt: skip
    if with_basis:
        found.append(html.P(say_known(one.course.basis), className="insight-confidence"))
    return found


def _is_as_decided(one: Item) -> bool:
    """Tell whether the saving shown is what was estimated when it was decided, to the cent."""
    now = None if one.advice is None or one.advice.saving is None else one.advice.saving.amount
    kept = None if one.row is None else one.row.estimate_usd
    return now is not None and kept is not None and round(now, 2) == float(kept)


def _evidence(request: PageRequest, one: Item) -> list[Component]:
    if one.advice is None:
        return []
    label = say("Evidence: {title}", title=_title(request, one))
    return [html.A(say("Evidence"), href=one.advice.href, **{"aria-label": label})]


def _effort(request: PageRequest, one: Item) -> str:
    """Say how hard it is, and what was decided; of what is open nothing was."""
    effort = one.advice.effort if one.advice is not None else ""
    effort = say_known(_EFFORTS.get(effort, effort)) if effort else say_known(one.course.effort)
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


def _form(request: PageRequest, one: Item) -> Component | None:
    if not one.agency or not request.reader.may(Permission.DECIDE_RECOMMENDATION):
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
                submit=say("Save"),
                accessible_name=say("Save: {title}", title=title),
                quiet=True,
            ),
        ],
        className="insight-computed",
    )  # fmt: skip


def _fields(one: Item, name: str) -> Sequence[Component]:
    row = one.row
    return [
        hidden_field("agency", str(one.agency)),
        hidden_field("kind", one.course.name),
        hidden_field("target", one.target),
        hidden_field("lock", str(row.lock if row is not None else 0)),
        select_field(
            identifier=f"state-{name}", name="state", label=say("State"), value=one.state,
            options=[(state, say_known(word)) for state, (word, _) in STATES.items()],
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
            identifier=f"done-{name}", name="done_on", label=say("Done on"), kind="date",
            hint=say("of what is done; today if left empty"),
            value=row.done_on.isoformat() if row is not None and row.done_on else "",
        ),
        text_field(
            identifier=f"reason-{name}", name="reason", label=say("Why"),
            hint=say("needed to dismiss"), value=row.reason if row is not None else "",
            maxLength=2000,
        ),
    ]  # fmt: skip

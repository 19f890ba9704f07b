"""What people know is to change spend: the list, its forms, and how it is marked in a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.tables import Column, data_table
from portal.formats import month_name, months_range, signed_money, signed_percent
from portal.pages.page import PageRequest
from portal.pages.policies.people import asker
from portal.pages.policies.seen import agency_names
from portal.texts import later, say, say_known, say_number
from warehouse.governance.forecast_models import SpendEvent
from warehouse.governance.spend_events import KINDS, MOST_TOLD, events_of

ADDRESS: Final = "/finops/events"
BACK: Final = "/finops/trends#events"
PER_CENT: Final = "per_cent"
US_DOLLARS: Final = "us_dollars"

_KINDS: Final[Mapping[str, str]] = {
    "migration": later("Migration"),
    "contract": later("Contract"),
    "campaign": later("Campaign"),
    "other": later("Other"),
}
_DOLLAR: Final = "USD"


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as it is listed and marked: its number in the list, and what it says."""

    mark: str
    row: SpendEvent

    @property
    def when(self) -> str:
        """Say from when to when."""
        if self.row.month_to is None:
            return say("from {month}, for good", month=month_name(self.row.month_from))
        return months_range(self.row.month_from, self.row.month_to)

    @property
    def change(self) -> str:
        """Say by how much a month changes."""
        if self.row.change_ratio is not None:
            return signed_percent(float(self.row.change_ratio))
        return say(
            "{amount} a month", amount=signed_money(float(self.row.change_usd or 0), _DOLLAR)
        )

    @property
    def said(self) -> str:
        """Say it for a reader who can't see its mark."""
        return say("{mark}: {kind}, {when}, {change}", mark=self.mark, when=self.when,
                   kind=say_known(_KINDS[self.row.kind]), change=self.change)  # fmt: skip


def events_seen(request: PageRequest) -> tuple[Seen, ...]:
    """Give the events of the agencies in view, numbered by their first month."""
    chosen = {int(number) for number in request.filters.agency if str(number).isdecimal()}
    own = request.scope.agencies
    agencies = own if not chosen else chosen if own is None else chosen & own
    with request.database.reading_records(request.scope) as session:
        rows = events_of(session, agencies)
        session.expunge_all()
    return tuple(Seen(str(at), row) for at, row in enumerate(rows, start=1))


def draw_events(request: PageRequest) -> Component:
    """List what is known to come or was, with the forms of who may say more."""
    seen, names = events_seen(request), agency_names(request)
    own = _may_tell(request)
    columns = (
        Column("mark", say("Mark")),
        Column("what", say("What happens")),
        *((Column("agency", say("MDA"), is_key=False),) if request.sees_many else ()),
        Column("when", say("When")),
        Column("change", say("Change of a month"), numeric=True),
        Column("counted", say("In the forecast"), is_key=False),
        *((Column("do", say("Next")),) if any(one.row.agency_id in own for one in seen) else ()),
    )
    cells = [
        {
            "mark": one.mark,
            "what": _what(request, one.row),
            "agency": names.get(str(one.row.agency_id), str(one.row.agency_id)),
            "when": one.when,
            "change": one.change,
            "counted": _counted(request, one.row),
            "do": _actions(request, one) if one.row.agency_id in own else "",
        }
        for one in seen[:MOST_TOLD]
    ]
    listed: Component = (
        data_table(caption=say("Events that are known"), columns=columns, rows=cells,
                   evidence={"data-recorded": "event"})
        if cells
        else html.P(_why_none(request, is_teller=bool(own)), className="card-body")
    )  # fmt: skip
    return card(
        headline=say_number(len(seen), "{number} event is known to change spend",
                            "{number} events are known to change spend")
        if seen else say("No event is known to change spend"),
        subtitle=say("As the MDAs say; {shown} of {all} shown. The forecast counts on each, and "
                     "reads no trend into what it did to past months",
                     shown=len(cells), all=len(seen))
        if seen else "",
        children=[listed, *([_tell_form(request, own, names)] if own else [])],
        footer=[] if own or not seen else [html.Span(_who_may(request))],
        anchor="events",
    )  # fmt: skip


def _why_none(request: PageRequest, *, is_teller: bool) -> str:
    if is_teller:
        return say(
            "Do you know of a migration, a contract or a campaign? Say it here, and the "
            "forecast changes from the month in which it begins."
        )
    if request.scope.is_government:
        return say(
            "A migration, a contract or a campaign changes the forecast from the month in "
            "which it begins, once a manager of the MDA has said so on this page."
        )
    return say(
        "A migration, a contract or a campaign changes the forecast from the month in "
        "which it begins, once a manager of your MDA has said so on this page."
    )


def _who_may(request: PageRequest) -> str:
    if request.scope.is_government:
        return say("Only managers of the MDA change or withdraw what they said: it is their "
                   "knowledge, and the forecast says whose it is.")  # fmt: skip
    return say("Managers of your MDA can change or withdraw an event.")


def _may_tell(request: PageRequest) -> frozenset[int]:
    return request.reader.under(Permission.TELL_EVENT).scope.agencies or frozenset()


def _what(request: PageRequest, row: SpendEvent) -> list[Component | str]:
    return [
        html.Strong(say_known(_KINDS[row.kind])),
        html.Span(row.note, className="event-code"),
        html.Span(
            say("told by {person}", person=asker(request, row.written_by, row.agency_id)),
            className="event-code",
        ),
    ]


def _counted(request: PageRequest, row: SpendEvent) -> str:
    published = request.build.published_at
    return say("counted in") if row.written_at <= published else say("from the next build on")


def _actions(request: PageRequest, one: Seen) -> Component:
    row, lock = one.row, str(one.row.lock)
    return html.Div(
        [
            html.Details(
                [
                    html.Summary(say("Change"), className="link",
                                 **{"aria-label": say("Change event {mark}", mark=one.mark)}),
                    post_form(
                        action=f"{ADDRESS}/{row.event_id}",
                        csrf_token=request.csrf_token,
                        children=[hidden_field("lock", lock), *_fields(str(row.event_id), row)],
                        submit=say("Save"),
                        accessible_name=say("Save event {mark}", mark=one.mark),
                    ),
                ]
            ),
            post_form(
                action=f"{ADDRESS}/{row.event_id}/withdraw",
                csrf_token=request.csrf_token,
                children=[hidden_field("lock", lock)],
                submit=say("Withdraw"),
                quiet=True,
                compact=True,
                accessible_name=say("Withdraw event {mark}", mark=one.mark),
            ),
        ],
        className="policy-steps",
    )  # fmt: skip


def _tell_form(request: PageRequest, own: frozenset[int], names: Mapping[str, str]) -> Component:
    numbers = sorted(own)
    whose = (
        select_field(
            identifier="event-agency",
            name="agency",
            label=say("MDA"),
            options=[(str(number), names.get(str(number), str(number))) for number in numbers],
            value=str(numbers[0]),
        )
        if len(numbers) > 1
        else hidden_field("agency", str(numbers[0]))
    )
    return html.Details(
        [
            html.Summary(say("Say what is known"), className="link"),
            post_form(
                action=ADDRESS,
                csrf_token=request.csrf_token,
                children=[whose, *_fields("new", None)],
                submit=say("Record event"),
            ),
        ]
    )


def _fields(place: str, row: SpendEvent | None) -> Sequence[Component]:
    """Draw the fields of an event, as it is or empty."""
    size, unit = _size(row)
    return (
        select_field(identifier=f"event-kind-{place}", name="kind", label=say("Kind"),
                     options=[(kind, say_known(_KINDS[kind])) for kind in KINDS],
                     value=row.kind if row else KINDS[0]),
        text_field(identifier=f"event-from-{place}", name="month_from", label=say("First month"),
                   hint=say("YYYY-MM"), required=True, pattern="[0-9]{4}-[0-9]{2}", maxlength=7,
                   value=row.month_from if row else "", autocomplete="off"),
        text_field(identifier=f"event-to-{place}", name="month_to", label=say("Last month"),
                   hint=say("YYYY-MM; empty if it is for good"), pattern="[0-9]{4}-[0-9]{2}",
                   maxlength=7, value=(row.month_to or "") if row else "", autocomplete="off"),
        text_field(identifier=f"event-change-{place}", name="change",
                   label=say("Change of a month"),
                   hint=say("With a minus sign where spend falls"), required=True, maxlength=20,
                   value=size, autocomplete="off", inputmode="decimal"),
        select_field(identifier=f"event-unit-{place}", name="unit", label=say("In"),
                     options=[(PER_CENT, say("per cent")), (US_DOLLARS, say("US dollars a month"))],
                     value=unit),
        text_field(identifier=f"event-note-{place}", name="note", label=say("What happens"),
                   required=True, maxlength=2_000, value=row.note if row else "",
                   autocomplete="off"),
    )  # fmt: skip


def _size(row: SpendEvent | None) -> tuple[str, str]:
    if row is None:
        return "", PER_CENT
    if row.change_ratio is not None:
        return f"{(row.change_ratio * 100).normalize():f}", PER_CENT
    return f"{(row.change_usd or Decimal(0)).normalize():f}", US_DOLLARS

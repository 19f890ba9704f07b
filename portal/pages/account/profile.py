"""The reader as the portal knows them: their name, their roles, and what they prefer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dash.development.base_component import Component

from auth.principals import GrantInfo
from portal.components import html
from portal.components.cards import card
from portal.components.forms import Options, post_form, select_field
from portal.formats import moment
from portal.pages.admin.inspector import grant_name, mda_names
from portal.pages.page import PageRequest
from portal.texts import languages, say
from warehouse.errors import NothingPublishedError

_OWN_NAMES = {
    "en": "English",
    "fr": "Français",
    "pt": "Português",
    "es": "Español",
    "ar": "العربية",
}
"""Languages in their own words; another one goes by its code."""


def profile_card(
    request: PageRequest, signed_in_at: datetime | None, before_that: datetime | None
) -> Component:
    """Say who the reader is here, which roles they hold until when, and when they signed in."""
    names = mda_names(request)
    grants = [html.Li(_grant(grant, names)) for grant in request.reader.principal.grants]
    facts: list[tuple[str, object]] = [
        (say("Name"), request.reader.name),
        (say("E-mail address"), request.reader.email),
        (say("Roles"), html.Ul(grants, className="grants") if grants else say("none yet")),
        (say("Signed in"), moment(signed_in_at) if signed_in_at else say("by a token")),
        (
            say("Signed in before that"),
            moment(before_that) if before_that else say("not in the last 90 days"),
        ),
    ]
    return card(
        headline=say("Profile"),
        subtitle=say("An administrator changes your name and roles"),
        children=[
            html.Dl(
                [
                    html.Div([html.Dt(term), html.Dd(meaning)], className="definition")
                    for term, meaning in facts
                ],
                className="profile",
            )
        ],
        span=4,
    )


def preferences_card(request: PageRequest) -> Component:
    """Let the reader choose what holds where an address doesn't say."""
    preferred, offered = request.reader.principal.preferences, languages()
    fields = [
        select_field(
            identifier="preferred-currency",
            name="currency",
            label=say("Amounts in"),
            options=_currencies(request),
            value=preferred.currency,
        ),
        select_field(
            identifier="preferred-year",
            name="year",
            label=say("Year"),
            options=[("calendar", say("Calendar year")), ("fiscal", say("Fiscal year"))],
            value=preferred.year_kind,
        ),
    ]
    if len(offered) > 1:
        fields.append(
            select_field(
                identifier="preferred-language",
                name="language",
                label=say("Language"),
                options=[(name, _OWN_NAMES.get(name, name)) for name in offered],
                value=preferred.language if preferred.language in offered else offered[0],
            )
        )
    form = post_form(
        action="/account/preferences",
        csrf_token=request.csrf_token,
        children=fields,
        submit=say("Keep"),
        accessible_name=say("Keep these preferences"),
    )
    switch = html.Button(
        say("Switch between light and dark"),
        type="button",
        className="button button-quiet",
        **{"data-toggles-theme": "true"},
    )
    return card(
        headline=say("Preferences"),
        subtitle=say("Used where an address says nothing; a link that names another shows that"),
        children=[form],
        footer=[
            switch,
            html.Span(
                say("Without a choice of yours, the colours follow your device"),
                className="footer-note",
            ),
        ],
        span=4,
    )


def _currencies(request: PageRequest) -> Options:
    """Offer one's own currency only where all amounts in scope are in the same one."""
    dollars = ("USD", say("US dollars"))
    try:
        found = request.gateway.options("currency", request.reader.scope)
    except NothingPublishedError:
        found = ()
    is_chosen = request.reader.principal.preferences.currency == "own"
    if len(found) != 1 and not is_chosen:
        return [dollars]
    return [dollars, ("own", say("Own currency"))]


def _grant(grant: GrantInfo, names: Mapping[str, str]) -> str:
    name = grant_name(grant.role, grant.agency_id, names)
    if grant.expires_at is None:
        return name
    return say("{role}, until {moment}", role=name, moment=moment(grant.expires_at))

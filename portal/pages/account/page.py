"""Account: who I am here, my password, where I am signed in, and my tokens."""

from __future__ import annotations

from dash.development.base_component import Component

from auth.passwords import MIN_LENGTH
from auth.permissions import Permission
from auth.sessions import SessionInfo, list_sessions, sign_in_before
from auth.tokens import TokenInfo, list_tokens
from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import post_form, select_field, text_field
from portal.components.parts import heading
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.account.profile import preferences_card, profile_card
from portal.pages.page import PageRequest
from portal.pages.role_names import role_name
from portal.pages.saved_views import views_card
from portal.texts import later, say, say_known, say_number

_LIFETIMES = (("30", later("30 days")), ("90", later("90 days")), ("365", later("One year")))


def draw_account(request: PageRequest) -> Component:
    """Draw the reader's own page; every form names only what is theirs."""
    now = request.now
    person, mine = request.reader.principal.user_id, request.reader.principal.session_id
    with request.database.reading_records() as session:
        sessions = list_sessions(session, person, now)
        tokens = list_tokens(session, person)
        before_that = sign_in_before(session, person, mine or 0)
    since = next((one.created_at for one in sessions if one.id == mine), None)
    roles = ", ".join(sorted(role_name(role) for role in request.reader.roles))
    cards = [
        profile_card(request, since, before_that),
        preferences_card(request),
        _password(request),
        views_card(request),
        _sessions(request, sessions),
    ]
    if request.reader.may(Permission.USE_API):
        cards.append(_tokens(request, [token for token in tokens if token.is_live(now)]))
    who = {"name": request.reader.name, "email": request.reader.email}
    said = (
        say("{name}, {email}: {roles}.", **who, roles=roles)
        if roles
        else say(
            "{name}, {email}: no role yet. Ask an administrator for one; until then there is "
            "nothing else to see.",
            **who,
        )
    )
    return html.Div([heading(say("Your account"), [said]), grid(cards)])


def _password(request: PageRequest) -> Component:
    form = post_form(
        action="/account/password",
        csrf_token=request.csrf_token,
        children=[
            text_field(
                identifier="current",
                name="current",
                label=say("Current password"),
                kind="password",
                autocomplete="current-password",
                required=True,
            ),
            text_field(
                identifier="new",
                name="new",
                label=say("New password"),
                kind="password",
                hint=say(
                    "At least {number} characters; a sentence is easy to remember",
                    number=MIN_LENGTH,
                ),
                autocomplete="new-password",
                required=True,
                minlength=MIN_LENGTH,
            ),
            text_field(
                identifier="repeated",
                name="repeated",
                label=say("New password again"),
                kind="password",
                autocomplete="new-password",
                required=True,
                minlength=MIN_LENGTH,
            ),
        ],
        submit=say("Change password"),
    )
    return card(
        headline=say("Password"),
        subtitle=say("Changing it signs you out everywhere else"),
        children=[form],
        span=4,
    )


def _sessions(request: PageRequest, sessions: tuple[SessionInfo, ...]) -> Component:
    mine = request.reader.principal.session_id
    rows = [
        {
            "address": one.address or say("unknown address"),
            "since": moment(one.created_at),
            "seen": moment(one.last_seen_at),
            "end": say("this one")
            if one.id == mine
            else post_form(
                action=f"/account/sessions/{one.id}/end",
                csrf_token=request.csrf_token,
                children=[],
                submit=say("Sign out"),
                compact=True,
                accessible_name=say(
                    "Sign out the session of {moment}", moment=moment(one.created_at)
                ),
            ),
        }
        for one in sessions
    ]
    columns = (
        Column("address", say("From")),
        Column("since", say("Signed in"), is_key=False),
        Column("seen", say("Last used")),
        Column("end", say("Sign out")),
    )
    others = post_form(
        action="/account/sessions/end-others",
        csrf_token=request.csrf_token,
        children=[],
        submit=say("Sign out everywhere else"),
        danger=True,
    )
    return card(
        headline=say_number(len(sessions), "Signed in {number} time", "Signed in {number} times"),
        children=[
            data_table(caption=say("Where you are signed in"), columns=columns, rows=rows),
            *([others] if len(sessions) > 1 else []),
        ],
    )


def _tokens(request: PageRequest, tokens: list[TokenInfo]) -> Component:
    rows = [
        {
            "name": token.name,
            "created": moment(token.created_at),
            "expires": moment(token.expires_at),
            "used": moment(token.last_used_at) if token.last_used_at else say("never"),
            "revoke": post_form(
                action=f"/account/tokens/{token.id}/revoke",
                csrf_token=request.csrf_token,
                children=[],
                submit=say("Revoke"),
                danger=True,
                compact=True,
                accessible_name=say("Revoke token {name}", name=token.name),
            ),
        }
        for token in tokens
    ]
    columns = (
        Column("name", say("Name")),
        Column("created", say("Made"), is_key=False),
        Column("expires", say("Until")),
        Column("used", say("Last used"), is_key=False),
        Column("revoke", say("Revoke")),
    )
    new = post_form(
        action="/account/tokens",
        csrf_token=request.csrf_token,
        children=[
            text_field(
                identifier="token-name",
                name="name",
                label=say("Name"),
                required=True,
                hint=say("What will use it"),
                maxlength=80,
            ),
            select_field(
                identifier="token-days",
                name="days",
                label=say("Valid for"),
                options=[(days, say_known(text)) for days, text in _LIFETIMES],
                value="90",
            ),
        ],
        submit=say("Make a token"),
    )
    listed = [data_table(caption=say("Your tokens"), columns=columns, rows=rows)] if rows else []
    return card(
        headline=say("Tokens"),
        subtitle=say(
            "They read the programming interface as you; each is shown once, when it is made"
        ),
        children=[*listed, new],
    )

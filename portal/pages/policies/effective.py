"""What holds for one account: every line with the policy it comes from, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import hidden_field, select_field
from portal.components.parts import heading, strong
from portal.components.states import empty_state
from portal.components.tables import Column, data_table
from portal.formats import month_name
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES
from portal.pages.policies.seen import Accounts, accounts_seen, agency_names
from portal.pages.policies.words import (
    SETTING_NAMES,
    listed,
    reason_in_words,
    values_in_words,
)
from portal.texts import say, say_known, say_number, say_parts
from warehouse.errors import NothingPublishedError
from warehouse.governance.policies import published_policies
from warehouse.policies.documents import MANY, ONE, Policy
from warehouse.policies.inheritance import EffectiveTag, merge_policies
from warehouse.policies.rule_sets import Subject, applies, in_force


def draw_effective(request: PageRequest, asked: Mapping[str, str]) -> Component:
    """Draw the choice of an account and, once one is chosen, every line that holds for it."""
    accounts, names = accounts_seen(request), agency_names(request)
    wanted = asked.get("account", "")
    chosen = next((one for one in accounts if f"{one[0]}/{one[1]}" == wanted), None)
    question = say("What holds for an account, and why?")
    choice = _choice(accounts, names, wanted if chosen else "")
    if chosen is None:
        said = say("Choose an account, and every line of its policy is listed.")
        why = (
            empty_state(
                title=say("Nothing is known under this account"),
                why=say("Choose one from the list."),
            )
            if wanted
            else empty_state(
                title=say("No account is known"),
                why=say("Accounts and their owners come with the file accounts.csv."),
            )
        )
        return html.Div(
            [heading(question, [said]), choice, *([why] if wanted or not accounts else [])]
        )
    month = f"{request.now:%Y-%m}"
    policies = _of_account(request, chosen, month)
    tags = merge_policies(policies)
    limited = [policy for policy in policies if policy.applies_to]
    said_parts = say_parts(
        "In {month}, this account stands under {policies}, about {tags}.",
        month=month_name(month),
        policies=strong(say_number(len(policies), "{number} policy", "{number} policies")),
        tags=strong(say_number(len(tags), "{number} tag", "{number} tags")),
    )
    return html.Div(
        [
            heading(question, said_parts),
            choice,
            *([_limits(limited)] if limited else []),
            grid([_tag(tag) for tag in tags.values()] or [_nothing()]),
        ]
    )


def _of_account(request: PageRequest, chosen: tuple[str, str, int], month: str) -> list[Policy]:
    """Give the policies that can apply in an account, those limited to a part of it included."""
    provider, account, agency = chosen
    with request.database.reading_records(request.scope) as session:
        holding = in_force(published_policies(session), month)
    subject = Subject(
        month=month,
        agency_id=agency,
        country=_country(request, agency),
        provider=provider,
        account_id=account,
    )
    return [
        one.policy
        for one in holding
        if applies(one.policy.model_copy(update={"applies_to": _of_provider(one.policy)}), subject)
    ]


def _of_provider(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Leave of a policy's limits what is the same in the whole account."""
    return {name: said for name, said in policy.applies_to.items() if name == "provider"}


def _country(request: PageRequest, agency: int) -> str:
    try:
        page = request.gateway.rows(
            "dim_agency", request.scope, where={"agency_id": agency}, limit=1
        )
    except NothingPublishedError:
        return ""
    rows: Sequence[Mapping[str, Any]] = page.rows
    return str(rows[0].get("country_code") or "") if rows else ""


def _choice(accounts: Accounts, names: Mapping[str, str], wanted: str) -> Component:
    options = [
        (
            f"{provider}/{account}",
            say(
                "{provider} {account}, {mda}",
                provider=provider,
                account=account,
                mda=names.get(str(agency), say("MDA {number}", number=agency)),
            ),
        )
        for provider, account, agency in accounts
    ]
    return html.Form(
        [
            hidden_field("view", "effective"),
            select_field(
                identifier="effective-account",
                name="account",
                label=say("Account"),
                options=options,
                value=wanted,
                nothing=say("Choose an account"),
            ),
            html.Button(say("Show"), type="submit", className="button"),
        ],
        method="get",
        action=POLICIES,
        className="form form-inline records-filters",
        **{"aria-label": say("Account")},
    )


def _limits(limited: Sequence[Policy]) -> Component:
    said = say(
        "Limited to a part of the account by service, kind or environment: {policies}.",
        policies=listed([policy.policy for policy in limited]),
    )
    return html.P(said, className="muted")


def _tag(tag: EffectiveTag) -> Component:
    rows = []
    for setting in SETTING_NAMES:
        reasons = [one for one in tag.reasons if one.setting == setting]
        if not reasons and setting != "spelling":
            continue
        why = [html.Li(reason_in_words(one)) for one in reasons]
        rows.append(
            {
                "setting": say_known(SETTING_NAMES[setting]),
                "value": _value(tag, setting),
                "why": html.Ul(why, className="policy-words")
                if why
                else say("as the policies write the key, in small letters"),
            }
        )
    columns = (
        Column("setting", say("Line")),
        Column("value", say("What holds")),
        Column("why", say("Because"), is_key=False),
    )
    caption = say("What holds for {tag}", tag=tag.spelling)
    return card(
        headline=tag.spelling,
        children=[data_table(caption=caption, columns=columns, rows=rows)],
    )


def _value(tag: EffectiveTag, setting: str) -> str:
    if setting == "from_account":
        return say("yes") if tag.from_account else say("no")
    if setting == "case":
        return {"any": say("no"), "exact": say("yes")}.get(
            tag.case or "", say("as the provider does")
        )
    if setting in ONE:
        return tag.spelling
    found: tuple[str, ...] | None = getattr(tag, setting) if setting in MANY else None
    if setting == "values" and found is None:
        return say("any value")
    return values_in_words(setting, found or ()) or say("nothing")


def _nothing() -> Component:
    return card(
        headline=say("No policy holds for this account"),
        children=[
            empty_state(
                title=say("Nothing is asked for"),
                why=say("No policy in force is attached above it or to it."),
            )
        ],
    )

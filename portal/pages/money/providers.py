"""Provider strategy: how dependent a government, or one MDA, is on one provider."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.formats import money as in_money
from portal.formats import (
    percent,
)
from portal.pages.evidence import evidence_of
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.money.contracts import draw_contracts, draw_invoices
from portal.pages.money.dollars import dollars_notice, in_dollars
from portal.pages.money.provider_asks import (
    PATH,
    ask_providers,
    ask_shares,
    ask_together,
    share_before,
    top_provider,
    years_of,
)
from portal.pages.money.provider_cards import provider_cards
from portal.pages.money.provider_sections import (
    draw_agencies,
    draw_concentration,
    draw_own_shares,
    draw_provider_list,
    draw_services,
    draw_shares,
    draw_years,
)
from portal.pages.page import PageRequest
from portal.pages.series import rows_where
from portal.texts import later, say, say_known, say_parts

QUESTION = later("How dependent are we on one provider?")

_SPEND_RULE = "provider_spend_is_like_usage_cost"
_FOR_MANY: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_years, 7), (draw_concentration, 5)),
    ((draw_shares, 7), (draw_services, 5)),
    ((draw_agencies, 12),),
)
_FOR_ONE: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_years, 7), (draw_provider_list, 5)),
    ((draw_own_shares, 7), (draw_services, 5)),
)
_PAPERS: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_contracts, 12),),
    ((draw_invoices, 12),),
)


@report_page(QUESTION)
def draw_provider_strategy(request: PageRequest) -> Component:
    """Draw the page; an MDA sees its providers by year where the treasury sees MDAs."""
    notices = dollars_notice(request)
    request = in_dollars(request)
    years = years_of(request)
    body = (_FOR_MANY if request.sees_many else _FOR_ONE) if years else ()
    return report(
        request,
        path=PATH,
        here=say("Providers"),
        question=say_known(QUESTION),
        answer=_answer(request, years),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency",),
        more=(),
        kpis=provider_cards(request, years),
        body=[sections(request, each) for each in (*body, *_PAPERS)],
        definitions=_definitions(),
        source=say("provider spend as the MDAs handed it in, by calendar year"),
        notices=[*notices, *_notices(request, years)],
    )


def _answer(request: PageRequest, years: Sequence[str]) -> list[Text]:
    if not years:
        return [say("No provider spend was handed in for {whose}, so it can't be said.",
                    whose=whose(request))]  # fmt: skip
    year = years[-1]
    together, shares = ask_together(request, year), ask_providers(request, year)
    top, share = top_provider(shares), together.value("top_provider_share")
    if top is None or share is None:
        return [say("The provider spend of {year} adds up to nothing, so it has no shares.",
                    year=year)]  # fmt: skip
    spent = together.value("provider_spend")
    row = next(row for row in shares.rows if row["provider"] == top)
    said = say_parts(
        "{provider} had {share} of the {amount} that {whose} spent with providers in {year}",
        provider=top,
        share=strong(percent(share), evidence_of(shares, "provider_share", row)),
        amount=strong(in_money(spent), evidence_of(together, "provider_spend")),
        whose=whose(request),
        year=year,
    )
    return [*said, *_since(request, years, top)]


def _since(request: PageRequest, years: Sequence[str], top: str) -> list[Text]:
    every = ask_shares(request)
    before = share_before(every, rows_where(every.rows, "provider", top), years)
    return [say(", after "), *before, "."] if before else ["."]


def _notices(request: PageRequest, years: Sequence[str]) -> list[Component]:
    """Say what must be known before provider spend is set beside usage cost."""
    if not years or not request.reader.may(Permission.VIEW_DATA):
        return []
    identifiers = request.agency_ids
    whom = 0 if identifiers is None else identifiers[0] if len(identifiers) == 1 else None
    if whom is None:
        return []
    page = request.gateway.rows(
        "finding", request.scope, where={"rule": _SPEND_RULE, "agency_id": whom}, limit=10
    )
    links = [html.A(say("All findings"), href="/data?view=findings")]
    shown = [row for row in page.rows if any(year in str(row["title"]) for year in years)]
    return [banner(f"{row['title']}. {row['detail']}", kind="warn", links=links) for row in shown]


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            say("Years"),
            say(
                "provider spend is handed in by calendar year: every year that the period touches "
                "counts whole; months follow once bills are handed in"
            ),
        ),
        (
            say("Concentration"),
            say(
                "normalised Herfindahl index: 0 where spend is spread evenly over all providers "
                "available to the government, 1 where one has it all"
            ),
        ),
        (
            say("Equal providers"),
            say("how many providers of equal size would spread the spend as much"),
        ),
        (say("Providers that matter"), say("fragmentation: those with 5 % of spend or more")),
        (
            say("Contracts"),
            say(
                "contracts, ceilings and the dates they run out are not handed in; a feed of "
                "contracts would show them here"
            ),
        ),
    )

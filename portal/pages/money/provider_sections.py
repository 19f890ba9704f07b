"""The sections of the provider page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.heat import Band, HeatCell, HeatRow, heat_table
from portal.components.ranking import Ranked, ranked_list
from portal.components.tables import ROW, Column, data_table
from portal.formats import count, decimal, money_exact, money_short, percent
from portal.pages.evidence import (
    answer_table,
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    row_key,
)
from portal.pages.frame import agency_names, drill_to, whose
from portal.pages.money.provider_alone import draw_one_in_all_years, draw_only_provider
from portal.pages.money.provider_asks import (
    PATH,
    ask_agencies,
    ask_providers,
    in_year,
    most_dependent,
    years_of,
)
from portal.pages.page import PageRequest
from portal.pages.series import Rows, at_most, largest, number, ranked_once
from portal.pages.summary.money import draw_providers
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer, Value

_MOST_RANKED = 8
_MOST_HEAT = 12
_MOST_ROWS = 25
_MOST_SERVICES = 12
_MOST_PROVIDERS = 8
_HALF, _FIFTH = 0.5, 0.2


def draw_years(request: PageRequest) -> Component:
    """Draw spend by provider over all years on record."""
    return draw_providers(request, 7)


def draw_concentration(request: PageRequest) -> Component:
    """Rank MDAs by how much of their spend depends on few providers."""
    year = years_of(request)[-1]
    answer = ask_agencies(request, year)
    ranked = most_dependent(answer)
    if not ranked:
        why = answer.reasons.get("concentration", "")
        return nothing_card(say("Most dependent MDAs"), say("Not available: {why}.", why=why), 5)
    shown = at_most(ranked, _MOST_RANKED)
    items = [
        Ranked(
            name=dimension_text(row, "agency"),
            figure=decimal(number(row["concentration"]), 2),
            share=number(row["concentration"]) or 0.0,
            detail=say_parts(
                "{share} with its largest; spread as over {equal} equal providers",
                share=figure(
                    answer, "top_provider_share", percent(number(row["top_provider_share"])), row
                ),
                equal=figure(
                    answer, "effective_providers", decimal(number(row["effective_providers"])), row
                ),
            ),
            href=drill_to(PATH, request, agency=(str(row["agency"]),)),
            evidence=evidence_of(answer, "concentration", row),
        )
        for row in shown
    ]
    return card(
        headline=_dependence(ranked),
        subtitle=say(
            "Concentration in {year}, 0 spread evenly to 1 all with one; {shown} of {all} shown",
            year=year, shown=len(shown), all=len(ranked),
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("concentration by MDA")),
        span=5,
    )  # fmt: skip


def draw_provider_list(request: PageRequest) -> Component:
    """Rank an MDA's providers by their share of its spend."""
    year = years_of(request)[-1]
    answer = ask_providers(request, year)
    ranked = [row for row in largest(answer.rows, "provider_share") if row["provider_spend"]]
    if not ranked:
        return nothing_card(say("Providers"), say("Nothing was spent in {year}.", year=year), 5)
    if len(ranked) == 1:
        return draw_only_provider(request, answer, ranked[0], year)
    items = [
        Ranked(
            name=str(row["provider"]),
            figure=percent(number(row["provider_share"])),
            share=number(row["provider_share"]) or 0.0,
            detail=[f"{dimension_text(row, 'provider')} · ", _spend(answer, row)],
            evidence=evidence_of(answer, "provider_share", row),
        )
        for row in at_most(ranked, _MOST_RANKED)
    ]
    return card(
        headline=say("{provider} has most of the spend", provider=items[0].name)
        if (number(ranked[0]["provider_share"]) or 0) > _HALF
        else say("No provider has more than half of the spend"),
        subtitle=say("Share of provider spend, {whose}, {year}", whose=whose(request), year=year),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("spend by provider")),
        span=5,
    )


def _spend(answer: Answer, row: Mapping[str, Value]) -> Component:
    amount = money_short(number(row["provider_spend"]), currency_of(answer, row))
    return figure(answer, "provider_spend", amount, row)


def draw_shares(request: PageRequest) -> Component:
    """Show each provider's share of each MDA's spend, the MDAs that spend most first."""
    year = years_of(request)[-1]
    answer = request.ask("provider_share", "provider_spend", by=("agency", "provider"),
                         period=in_year(year))  # fmt: skip
    whole = ask_agencies(request, year)
    dearest = ranked_once(whole, "provider_spend")
    shown = at_most(dearest, _MOST_HEAT)
    providers = _providers(request, year)
    cells = {(row["agency"], row["provider"]): row for row in answer.rows}
    rows = [
        HeatRow(
            name=dimension_text(row, "agency"),
            cells=[_cell(answer, cells.get((row["agency"], name))) for name in providers],
            detail=[_spend(whole, row)],
            href=drill_to(PATH, request, agency=(str(row["agency"]),)),
        )
        for row in shown
    ]
    most = sum((number(row["top_provider_share"]) or 0) > _HALF for row in dearest)
    return card(
        headline=say_number(
            len(dearest),
            "{most} of {number} MDA has more than half with one provider",
            "{most} of {number} MDAs have more than half with one provider",
            most=most,
        ),
        subtitle=say(
            "Share of each MDA's provider spend in {year}, %; the darker, the larger. The "
            "{shown} of {all} that spend most",
            year=year, shown=len(shown), all=len(dearest),
        ),
        children=[
            heat_table(
                caption=say("Provider shares by MDA"),
                corner=say("MDA"),
                columns=providers,
                rows=rows,
                evidence=_heat_evidence(answer),
            )
        ],
        footer=downloads_of(request, answer, say("provider shares by MDA")),
        span=7,
    )  # fmt: skip


def draw_own_shares(request: PageRequest) -> Component:
    """Show an MDA's shares by provider and year."""
    answer = request.ask("provider_share", "provider_spend", by=("provider", "year"))
    years = sorted({str(row["year"]) for row in answer.rows})
    spent_with = {str(row["provider"]) for row in answer.rows if row["provider_spend"]}
    if len(spent_with) == 1:
        return draw_one_in_all_years(request, answer, next(iter(spent_with)))
    providers = _providers(request, years_of(request)[-1])
    cells = {(str(row["provider"]), str(row["year"])): row for row in answer.rows}
    rows = [
        HeatRow(
            name=name, cells=[_cell(answer, cells.get((name, year))) for year in years]
        )
        for name in providers
    ]  # fmt: skip
    return card(
        headline=say("Shares by provider and year"),
        subtitle=say("Share of provider spend, {whose}, %; the darker, the larger",
                     whose=whose(request)),
        children=[
            heat_table(
                caption=say("Provider shares by year"),
                corner=say("Provider"),
                columns=years,
                rows=rows,
                evidence=_heat_evidence(answer),
            )
        ],
        footer=[
            *downloads_of(request, answer, say("provider shares by year")),
            html.Details(
                [
                    html.Summary(say("View as table"), className="link"),
                    answer_table(answer, say("Provider shares and spend by year")),
                ],
                className="as-table",
            ),
        ],
        span=7,
    )  # fmt: skip


def draw_services(request: PageRequest) -> Component:
    """Name the digital services that telemetry shows at each provider."""
    answer = request.ask("row_count_performance", by=("provider", "digital_service"))
    found = answer.once("services by provider", lambda: _services(answer))
    numbers = request.ask("measured_services", by=("provider",))
    if not found:
        return nothing_card(
            say("Services behind each provider"),
            say("No telemetry names a provider, so which services depend on which is not known."),
            5,
        )
    lists = [
        html.Div(
            [
                html.H3(
                    [f"{provider}: ", _how_many(numbers, provider)],
                    className="quarter-name",
                ),
                html.P(_first_names(names), className="card-subtitle"),
            ],
            className="quarter",
        )
        for provider, names in sorted(found.items(), key=lambda pair: -len(pair[1]))
    ]  # fmt: skip
    most = max(found, key=lambda name: len(found[name]))
    return card(
        headline=say("{provider} runs most of the services that are measured", provider=most)
        if len(found) > 1
        else say("All services that are measured run with {provider}", provider=most),
        subtitle=say("Digital services by the provider that their telemetry names, {whose}",
                     whose=whose(request)),
        children=lists,
        footer=[
            *downloads_of(request, answer, say("services by provider")),
            *footer_notes(
                [say("Services without telemetry are not shown: their provider is not reported")]
            ),
        ],
        span=5,
    )  # fmt: skip


def draw_agencies(request: PageRequest) -> Component:
    """List MDAs with how their spend is spread and over which providers."""
    year = years_of(request)[-1]
    answer = ask_agencies(request, year)
    ranked = most_dependent(answer)
    shares = request.ask("provider_share", "provider_spend", by=("agency", "provider"),
                         period=in_year(year))  # fmt: skip
    by_agency = shares.once("largest by agency", lambda: _largest_by_agency(shares))
    shown = at_most(ranked, _MOST_ROWS)
    columns = (
        Column("agency", say("MDA")),
        Column("spend", say("Spend"), True, False, "provider_spend"),
        Column("top", say("Largest share"), True, True, "top_provider_share"),
        Column("concentration", say("Concentration"), True, True, "concentration"),
        Column("equal", say("Equal providers"), True, False, "effective_providers"),
        Column("number", say("Providers that matter"), True, False, "fragmentation"),
        Column("which", say("Which"), is_key=False),
    )
    rows = [
        {
            ROW: row_key(answer, row),
            "agency": html.A(
                dimension_text(row, "agency"),
                href=drill_to(PATH, request, agency=(str(row["agency"]),)),
            ),
            "spend": money_exact(number(row["provider_spend"])),
            "top": percent(number(row["top_provider_share"]), 1),
            "concentration": decimal(number(row["concentration"]), 2),
            "equal": decimal(number(row["effective_providers"])),
            "number": count(number(row["fragmentation"])),
            "which": ", ".join(
                by_agency.get(str(row["agency"]), ())[: int(row["fragmentation"] or 0)]
            ),
        }
        for row in shown
    ]
    return card(
        headline=say("Every MDA's dependence, the most dependent first"),
        subtitle=say("Provider spend of {year}; {shown} of {all} shown",
                     year=year, shown=len(shown), all=len(ranked)),
        children=[
            data_table(
                caption=say("Dependence on providers by MDA"),
                columns=columns,
                rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("dependence by MDA")),
            *footer_notes(_absent(request, answer)),
        ],
    )  # fmt: skip


def _dependence(ranked: Rows) -> str:
    """Name the most dependent MDA; where several have but one provider, say how many."""
    alone = sum(row["concentration"] == 1 for row in ranked)
    if alone > 1:
        return say_number(
            alone,
            "{number} MDA spends everything with one provider",
            "{number} MDAs spend everything with one provider",
        )
    return say("{mda} depends most on one provider", mda=dimension_text(ranked[0], "agency"))


def _providers(request: PageRequest, year: str) -> list[str]:
    """Name the providers of a year, the largest first."""
    ranked = largest(ask_providers(request, year).rows, "provider_spend", _MOST_PROVIDERS)
    return [str(row["provider"]) for row in ranked]


def _cell(answer: Answer, row: Mapping[str, Value] | None) -> HeatCell | None:
    share = None if row is None else number(row["provider_share"])
    if row is None or share is None:
        return None
    band: Band = "high" if share > _HALF else "mid" if share > _FIFTH else "low"
    return HeatCell(
        text=percent(share, 1), band=band, row=row_key(answer, row), figure="provider_share"
    )


def _heat_evidence(answer: Answer) -> dict[str, str]:
    return {"data-question": question_query(answer.question)}


def _services(answer: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in answer.rows:
        if row["provider"]:
            name = dimension_text(row, "digital_service")
            found.setdefault(str(row["provider"]), []).append(name)
    return found


def _how_many(numbers: Answer, provider: str) -> Component | str:
    row = next((row for row in numbers.rows if row["provider"] == provider), None)
    known = None if row is None else number(row["measured_services"])
    if row is None or known is None:
        return say("services")
    text = say_number(int(known), "{number} service", "{number} services")
    return figure(numbers, "measured_services", text, row)


def _first_names(names: Sequence[str]) -> str:
    shown = sorted(names)[:_MOST_SERVICES]
    if len(shown) == len(names):
        return ", ".join(shown)
    return say("{names} and {more} more", names=", ".join(shown), more=len(names) - len(shown))


def _largest_by_agency(shares: Answer) -> dict[str, list[str]]:
    """Name each MDA's providers, the largest first."""
    found: dict[str, list[str]] = {}
    for row in largest(shares.rows, "provider_share"):
        found.setdefault(str(row["agency"]), []).append(str(row["provider"]))
    return found


def _absent(request: PageRequest, answer: Answer) -> list[str]:
    known = {str(row["agency"]) for row in answer.rows if row["provider_spend"] is not None}
    wanted = set(agency_names(request))
    if request.agency_ids is not None:
        wanted &= {str(identifier) for identifier in request.agency_ids}
    absent = len(wanted - known)
    if not absent:
        return []
    return [
        say_number(
            absent,
            "{number} MDA handed in no provider spend for this year",
            "{number} MDAs handed in no provider spend for this year",
        )
    ]

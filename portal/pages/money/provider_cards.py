"""The cards at the head of the provider page."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.components.parts import Text
from portal.formats import (
    count,
    decimal,
    money,
    money_exact,
    money_parts,
    percent_figure,
)
from portal.pages.evidence import evidence_of, figure, why_missing
from portal.pages.frame import drill_to
from portal.pages.money.provider_asks import (
    PATH,
    ask_agencies,
    ask_providers,
    ask_shares,
    ask_together,
    most_dependent,
    part_year,
    share_before,
    top_provider,
)
from portal.pages.page import PageRequest
from portal.pages.series import column, number
from portal.texts import say, say_parts
from warehouse.question import Answer


def provider_cards(request: PageRequest, years: Sequence[str]) -> Component:
    """Draw the largest provider, the spend, and how it is spread."""
    if not years:
        why = say("no provider spend was handed in")
        return kpi_row(
            [
                kpi_card(label=label, value=None, note=why)
                for label in (
                    say("Largest provider"),
                    say("Spend with providers"),
                    say("Concentration"),
                    say("Providers that matter"),
                )
            ]
        )
    together = ask_together(request, years[-1])
    yearly = request.ask("top_provider_share", "provider_spend", "concentration",
                         "effective_providers", by=("year",))  # fmt: skip
    cards = [
        _top_card(request, years, together),
        _spend_card(request, years, together, yearly),
        _concentration_card(request, together, yearly),
        _equal_card(request, together, yearly),
        _number_card(request, together),
    ]
    if request.sees_many:
        cards.append(_dependent_card(request, years[-1]))
    return kpi_row(cards)


def _top_card(request: PageRequest, years: Sequence[str], together: Answer) -> Component:
    shares = ask_providers(request, years[-1])
    top = top_provider(shares)
    share = together.value("top_provider_share")
    if top is None or share is None:
        return kpi_card(label=say("Largest provider"), value=None, note=why_missing(together))
    row = next(row for row in shares.rows if row["provider"] == top)
    every = ask_shares(request)
    course = [row for row in every.rows if row["provider"] == top and str(row["year"]) in years]
    return kpi_card(
        label=say("Largest provider"),
        value=f"{top} {percent_figure(share)}",
        unit="%",
        note=share_before(every, course, years),
        trace=Trace(
            column(course, "provider_share"), say("Share of {provider} by year.", provider=top)
        ),
        theme=request.theme,
        evidence=evidence_of(shares, "provider_share", row),
    )


def _spend_card(
    request: PageRequest, years: Sequence[str], together: Answer, yearly: Answer
) -> Component:
    spent = together.value("provider_spend")
    value, scale = ("", "") if spent is None else money_parts(spent)
    course = column(yearly.rows, "provider_spend")
    unfinished = part_year(request, years[-1])
    before = [] if unfinished else _spent_before(yearly, years)
    return kpi_card(
        label=say("Spend with providers, {year}", year=years[-1]),
        value=None if spent is None else value,
        unit=scale,
        exact=money_exact(spent),
        note=why_missing(together) if spent is None else unfinished or before,
        trace=Trace(course, say("Spend with providers by year.")),
        theme=request.theme,
        evidence=evidence_of(together, "provider_spend"),
    )


def _spent_before(yearly: Answer, years: Sequence[str]) -> list[Text]:
    """Say what was spent the year before; nothing where that isn't known."""
    before = years[-2] if len(years) > 1 else ""
    row = next((row for row in yearly.rows if str(row["year"]) == before), None)
    if row is None or row["provider_spend"] is None:
        return []
    amount = figure(yearly, "provider_spend", money(number(row["provider_spend"])), row)
    return say_parts("{amount} in {year}", amount=amount, year=before)


def _concentration_card(request: PageRequest, together: Answer, yearly: Answer) -> Component:
    value = together.value("concentration")
    return kpi_card(
        label=say("Concentration"),
        value=None if value is None else decimal(value, 2),
        note=why_missing(together) if value is None else say("0 spread evenly, 1 all with one"),
        trace=Trace(column(yearly.rows, "concentration"), say("Concentration by year.")),
        theme=request.theme,
        evidence=evidence_of(together, "concentration"),
    )


def _equal_card(request: PageRequest, together: Answer, yearly: Answer) -> Component:
    value = together.value("effective_providers")
    return kpi_card(
        label=say("Spread as over"),
        value=None if value is None else decimal(value),
        unit=say("equal providers"),
        note=why_missing(together) if value is None else "",
        trace=Trace(
            column(yearly.rows, "effective_providers"), say("Providers of equal size by year.")
        ),
        theme=request.theme,
        evidence=evidence_of(together, "effective_providers"),
    )


def _number_card(request: PageRequest, together: Answer) -> Component:
    value = together.value("fragmentation")
    return kpi_card(
        label=say("Providers that matter"),
        value=None if value is None else count(value),
        note=why_missing(together) if value is None else say("with 5 % of spend or more"),
        theme=request.theme,
        evidence=evidence_of(together, "fragmentation"),
    )


def _dependent_card(request: PageRequest, year: str) -> Component:
    answer = ask_agencies(request, year)
    ranked = most_dependent(answer)
    if not ranked:
        return kpi_card(label=say("Most dependent MDA"), value=None, note=why_missing(answer))
    row = ranked[0]
    alike = sum(one["concentration"] == row["concentration"] for one in ranked)
    return kpi_card(
        label=say("Most dependent MDA"),
        value=percent_figure(number(row["top_provider_share"]) or 0.0),
        unit=say("% with one"),
        note=say("{mda} and {number} more", mda=row["agency_name"], number=alike - 1)
        if alike > 1
        else str(row["agency_name"]),
        href=drill_to(PATH, request, agency=(str(row["agency"]),)),
        theme=request.theme,
        evidence=evidence_of(answer, "top_provider_share", row),
    )

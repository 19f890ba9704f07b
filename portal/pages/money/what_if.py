"""What if the months ahead cost more or less than forecast: the year, and its budget.

Moved by a share, or by what recommendations that were accepted are estimated to save.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text, strong
from portal.formats import money, money_exact, signed_number, signed_percent
from portal.pages.evidence import currency_of, downloads_of, evidence_of
from portal.pages.money.forecast import is_split_further
from portal.pages.page import PageRequest
from portal.texts import say, say_parts
from warehouse.question import ACCEPTED, Answer, WhatIf

_SHARES: Final = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
_YEAR: Final = "whatif_year_end"
_OVER: Final = "whatif_over_budget"
_LOW: Final = "whatif_year_end_low_80"
_HIGH: Final = "whatif_year_end_high_80"
_NEEDED: Final = "change_to_meet_budget"


def draw_what_if(request: PageRequest) -> Component:
    """Say what the year would come to with what is ahead moved as the address says."""
    title = say("What if the months ahead cost more or less?")
    if is_split_further(request):
        why = say("The year's end is told of MDAs as a whole: take the other filters away to see "
                  "it.")  # fmt: skip
        return nothing_card(title, why, 12)
    answer = request.ask("forecast_year_end", _YEAR, _OVER, _NEEDED, _LOW, _HIGH)
    if answer.value(_YEAR) is None:
        return nothing_card(title, answer.reasons.get(_YEAR, ""), 12)
    return card(
        headline=title,
        subtitle=say("Every month ahead moved by the same share, or by what accepted "
                     "recommendations save; it says nothing of how likely that is"),
        children=[
            *(html.P(part, className="card-said") for part in _said(request, answer)),
            _choices(request),
        ],
        footer=[
            *downloads_of(request, answer, say("what if")),
            *footer_notes(answer.notes),
        ],
        anchor="what-if",
    )  # fmt: skip


def _said(request: PageRequest, answer: Answer) -> Sequence[list[Text]]:
    share = request.filters.whatif
    year, now = _told_apart(answer, _YEAR, "forecast_year_end")
    if not share:
        said = [say_parts("As forecast, the year comes to {year}.", year=year)]
    elif share == ACCEPTED and answer.value(_YEAR) == answer.value("forecast_year_end"):
        said = [
            say_parts(
                "No saving of an accepted recommendation can be counted in: the year comes to "
                "{year}, as forecast.",
                year=year,
            )
        ]
    elif share == ACCEPTED:
        said = [
            say_parts(
                "With what accepted recommendations are estimated to save, the year comes to "
                "{year} instead of {now}.",
                year=year,
                now=now,
            )
        ]
    else:
        said = [
            say_parts(
                "With what is ahead moved by {share}, the year comes to {year} instead of {now}.",
                share=html.Span(signed_percent(share), **{"data-recorded": "address"}),
                year=year,
                now=now,
            )
        ]
    if share and answer.value(_LOW) is not None:
        said.append(
            say_parts("Its 80 % band, moved with it, runs from {low} to {high}: that is modelled, "
                      "since nobody has scored what-ifs.",
                      low=_amount(answer, _LOW), high=_amount(answer, _HIGH))
        )  # fmt: skip
    over = answer.value(_OVER)
    if over is None:
        why = answer.reasons.get(_OVER, "")
        return [*said, [say("It can't be set against a budget: {why}.", why=why)]]
    gap = strong(money(abs(over), currency_of(answer)), evidence_of(answer, _OVER))
    said.append(_against_budget(gap, is_above=over > 0, is_of_many=request.sees_many))
    needed = answer.value(_NEEDED)
    if needed is not None:
        said.append(
            say_parts("The year ends on its budget if what is ahead moves by {share}.",
                      share=strong(signed_percent(needed), evidence_of(answer, _NEEDED)))
            if needed >= -1
            else [say("Even with nothing spent ahead the year ends above its budget.")]
        )  # fmt: skip
    return said


def _against_budget(gap: Component, *, is_above: bool, is_of_many: bool) -> list[Text]:
    if is_of_many:
        return (
            say_parts("MDAs with a budget for the whole year then end {gap} above it.", gap=gap)
            if is_above
            else say_parts("MDAs with a budget for the whole year then end {gap} below it.",
                           gap=gap)
        )  # fmt: skip
    if is_above:
        return say_parts("That is {gap} above the year's budget.", gap=gap)
    return say_parts("That is {gap} below the year's budget.", gap=gap)


def _amount(answer: Answer, measure: str) -> Component:
    return strong(money(answer.value(measure), currency_of(answer)), evidence_of(answer, measure))


def _told_apart(answer: Answer, *measures: str) -> list[Component]:
    """Write amounts in short, but to the cent where they differ and would read the same."""
    values, currency = [answer.value(one) for one in measures], currency_of(answer)
    is_alike = len({money(one, currency) for one in values}) < len(set(values))
    write = money_exact if is_alike else money
    return [
        strong(write(value, currency), evidence_of(answer, measure))
        for measure, value in zip(measures, values, strict=True)
    ]


def _whole_percent(share: float) -> str:
    return f"{signed_number(share * 100, 0)} %"


def _choice(request: PageRequest, one: WhatIf) -> Component:
    if one == ACCEPTED:
        word = say("accepted recommendations")
    else:
        word = _whole_percent(float(one)) if one else say("as forecast")
    return html.A(
        word,
        href=f"/finops/trends{request.filters.to_query(whatif=one)}#what-if",
        **({"aria-current": "true"} if one == request.filters.whatif else {}),
        **{"aria-label": say("What if: {moved}", moved=word)},
    )


def _choices(request: PageRequest) -> Component:
    """Link the view with what is ahead moved otherwise; the address takes any other per cent."""
    choices: tuple[WhatIf, ...] = (*_SHARES[:3], 0.0, *_SHARES[3:], ACCEPTED)
    links = [_choice(request, one) for one in choices]
    return html.Nav(links, className="what-if-choices", **{"aria-label": say("What if")})

"""The terms of a bridge in words: their names, what a headline makes of them, and their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.components.parts import Text
from portal.components.waterfall import Step
from portal.formats import signed_money
from portal.pages.evidence import currency_of, evidence_of, figure, short_name
from portal.pages.series import number
from portal.texts import say
from warehouse.question import Answer, Value

Row = Mapping[str, Value]

_LEAST = 0.005
"""Below half a cent there is nothing to show: a rate that is known to twelve places only."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its measure, its name in the waterfall, in a line of details, and as a cause.

    ``cause`` takes the service that the term is of, or nothing where it is of all.
    """

    measure: str
    name: Callable[[], str]
    short: Callable[[], str]
    cause: Callable[[str, float], str]


def _of(service: str, whole: str, part: str) -> str:
    return part if service else whole


CHANGES = (
    Term(
        "bridge_usage",
        lambda: say("Usage"),
        lambda: say("usage"),
        lambda service, value: _of(service, say("usage"), say("usage of {name}", name=service)),
    ),
    Term(
        "bridge_unit_price",
        lambda: say("Unit price"),
        lambda: say("unit price"),
        lambda service, value: _of(
            service, say("the unit price"), say("the unit price of {name}", name=service)
        ),
    ),
    Term(
        "bridge_new",
        lambda: say("New services"),
        lambda: say("new"),
        lambda service, value: _of(service, say("new services"), say("new {name}", name=service)),
    ),
    Term(
        "bridge_ended",
        lambda: say("Ended services"),
        lambda: say("ended"),
        lambda service, value: _of(
            service, say("services that ended"), say("{name} that ended", name=service)
        ),
    ),
    Term(
        "bridge_exchange_rate",
        lambda: say("Exchange rate"),
        lambda: say("exchange rate"),
        lambda service, value: say("the exchange rate"),
    ),
    Term(
        "bridge_unsplit",
        lambda: say("Not split: no usage recorded"),
        lambda: say("not split"),
        lambda service, value: say("services without recorded usage"),
    ),
)
"""Why spend changed between two periods, in the order of the waterfall."""

FROM_BUDGET = (
    Term(
        "budget_bridge_planned",
        lambda: say("Change that the budget allowed for"),
        lambda: say("budgeted change"),
        lambda service, value: (
            say("the cut that the budget asked for") if value > 0
            else say("the growth that the budget allowed for")
        ),
    ),
    Term(
        "budget_bridge_usage",
        lambda: say("Usage since last year"),
        lambda: say("usage"),
        lambda service, value: say("usage since last year"),
    ),
    Term(
        "budget_bridge_unit_price",
        lambda: say("Unit price since last year"),
        lambda: say("unit price"),
        lambda service, value: say("the unit price since last year"),
    ),
    Term(
        "budget_bridge_new",
        lambda: say("New services since last year"),
        lambda: say("new"),
        lambda service, value: say("services that are new since last year"),
    ),
    Term(
        "budget_bridge_ended",
        lambda: say("Services ended since last year"),
        lambda: say("ended"),
        lambda service, value: say("services that ended since last year"),
    ),
    Term(
        "budget_bridge_exchange_rate",
        lambda: say("Exchange rate since last year"),
        lambda: say("exchange rate"),
        lambda service, value: say("the exchange rate since last year"),
    ),
    Term(
        "budget_bridge_unsplit",
        lambda: say("Not split: no year before, or no usage"),
        lambda: say("not split"),
        lambda service, value: say("months that can't be set against the year before"),
    ),
)  # fmt: skip
"""Why spend differs from the budget, in the order of the waterfall."""


def steps_of(answer: Answer, row: Row, terms: Sequence[Term]) -> list[Step]:
    """Give the steps of a waterfall; what is not a cent or not available takes no line."""
    currency = currency_of(answer)
    return [
        Step(
            name=term.name(),
            value=value,
            figure=signed_money(value, currency),
            evidence=evidence_of(answer, term.measure, row),
        )
        for term in terms
        if abs(value := number(row[term.measure]) or 0.0) >= _LEAST
    ]


def details_of(answer: Answer, row: Row, terms: Sequence[Term]) -> list[Text]:
    """Write the terms of one contributor in a line, the largest two first."""
    currency = currency_of(answer)
    known = [(term, value) for term in terms if (value := number(row[term.measure]))]
    said: list[Text] = []
    for term, value in sorted(known, key=lambda pair: -abs(pair[1]))[:2]:
        text = signed_money(value, currency)
        said += [", " if said else "", f"{term.short()} ", figure(answer, term.measure, text, row)]
    return [part for part in said if part]


def main_cause(answer: Answer, terms: Sequence[Term], direction: float) -> str:
    """Name the largest term of any row that moved in the direction of the whole."""
    is_split = "service_type" in answer.question.by
    best: tuple[float, str] = (0.0, "")
    for row in answer.rows:
        service = short_name(row, "service_type").lower() if is_split else ""
        for term in terms:
            value = number(row[term.measure]) or 0.0
            if value * direction > 0 and abs(value) > best[0]:
                best = (abs(value), term.cause(service, value))
    return best[1]

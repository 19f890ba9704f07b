"""The terms of a bridge in words: their names, what a headline makes of them, and their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.components.parts import Text
from portal.components.waterfall import Step
from portal.formats import signed_money
from portal.pages.evidence import currency_of, dimension_text, evidence_of, figure
from portal.pages.series import number
from portal.service_types import within_sentence
from portal.texts import later, say_known
from warehouse.question import Answer, Value

Row = Mapping[str, Value]

_LEAST = 0.005
"""Below half a cent there is nothing to show: a rate that is known to twelve places only."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its measure, its name in the waterfall, in a line of details, and as a cause.

    ``cause_of`` names the cause with the service that it is of; ``cause_below`` is the cause of
    what lies below zero, where that is another. All are said when they are drawn.
    """

    measure: str
    name: str
    short: str
    cause: str
    cause_of: str = ""
    cause_below: str = ""

    def said(self, service: str, value: float) -> str:
        """Say the term as a cause of a change, of one service where one is named."""
        if service and self.cause_of:
            return say_known(self.cause_of).format(name=service)
        return say_known(self.cause_below if value < 0 and self.cause_below else self.cause)


CHANGES = (
    Term("bridge_usage", later("Usage"), later("usage"), later("usage"),
         later("usage of {name}")),
    Term("bridge_unit_price", later("Unit price"), later("unit price"), later("the unit price"),
         later("the unit price of {name}")),
    Term("bridge_new", later("New services"), later("new"), later("new services"),
         later("new {name}")),
    Term("bridge_ended", later("Ended services"), later("ended"), later("services that ended"),
         later("{name} that ended")),
    Term("bridge_exchange_rate", later("Exchange rate"), later("exchange rate"),
         later("the exchange rate")),
    Term("bridge_unsplit", later("Not split: no usage recorded"), later("not split"),
         later("services without recorded usage")),
)  # fmt: skip
"""Why spend changed between two periods, in the order of the waterfall."""

FROM_BUDGET = (
    Term("budget_bridge_planned", later("Change that the budget allowed for"),
         later("budgeted change"), later("the cut that the budget asked for"),
         cause_below=later("the growth that the budget allowed for")),
    Term("budget_bridge_usage", later("Usage since last year"), later("usage"),
         later("usage since last year")),
    Term("budget_bridge_unit_price", later("Unit price since last year"), later("unit price"),
         later("the unit price since last year")),
    Term("budget_bridge_new", later("New services since last year"), later("new"),
         later("services that are new since last year")),
    Term("budget_bridge_ended", later("Services ended since last year"), later("ended"),
         later("services that ended since last year")),
    Term("budget_bridge_exchange_rate", later("Exchange rate since last year"),
         later("exchange rate"), later("the exchange rate since last year")),
    Term("budget_bridge_unsplit", later("Not split: no year before, or no usage"),
         later("not split"), later("months that can't be set against the year before")),
)  # fmt: skip
"""Why spend differs from the budget, in the order of the waterfall."""


def steps_of(answer: Answer, row: Row, terms: Sequence[Term]) -> list[Step]:
    """Give the steps of a waterfall; what is not a cent or not available takes no line."""
    currency = currency_of(answer)
    return [
        Step(
            name=say_known(term.name),
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
        said += [
            ", " if said else "",
            f"{say_known(term.short)} ",
            figure(answer, term.measure, text, row),
        ]
    return [part for part in said if part]


def main_cause(answer: Answer, terms: Sequence[Term], direction: float) -> str:
    """Name the largest term of any row that moved in the direction of the whole."""
    is_split = "service_type" in answer.question.by
    best: tuple[float, str] = (0.0, "")
    for row in answer.rows:
        service = within_sentence(dimension_text(row, "service_type")) if is_split else ""
        for term in terms:
            value = number(row[term.measure]) or 0.0
            if value * direction > 0 and abs(value) > best[0]:
                best = (abs(value), term.said(service, value))
    return best[1]

"""Words that insights share: whose spend it is, some MDAs by name, amounts with their question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text, strong
from portal.filters import Where
from portal.formats import money, percent
from portal.pages.evidence import currency_of, dimension_text, evidence_of, figure
from portal.pages.frame import whose, whose_at_start, whose_services
from portal.pages.insights.insight import Row
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import say, say_number
from warehouse.question import Answer

MOST_NAMED: Final = 3

Write = Callable[[float | None], str]


def who(request: PageRequest) -> str:
    """Name those in view as a sentence begins; readers of their own MDA are addressed."""
    return whose_at_start(request) if request.scope.is_government else say("You")


def spend_of(request: PageRequest) -> str:
    """Name the spend in view within a sentence."""
    if request.scope.is_government:
        return say("the spend of {whose}", whose=whose(request))
    return say("your spend")


def spend_on_services_of(request: PageRequest) -> str:
    """Name the spend in view within a sentence, and the services that filters leave of it."""
    if not request.filters.service:
        return spend_of(request)
    return say("the spend of {whose}", whose=whose_services(request))


def amount_of(answer: Answer, measure: str, row: Row | None = None) -> Component:
    """Write an amount, stressed, with its question."""
    found = answer.value(measure) if row is None else number(row[measure])
    size = None if found is None else abs(found)
    return strong(money(size, currency_of(answer, row)), evidence_of(answer, measure, row))


def share_of(answer: Answer, measure: str, row: Row | None = None) -> Component:
    """Write a ratio as a percentage, without its sign, stressed, with its question."""
    found = answer.value(measure) if row is None else number(row[measure])
    return strong(percent(None if found is None else abs(found)), evidence_of(answer, measure, row))


def in_percent(value: float | None) -> str:
    """Write a ratio without its sign, for a list of names."""
    return percent(None if value is None else abs(value))


def named(
    answer: Answer, rows: Sequence[Row], measure: str, write: Write, dimension: str = "agency"
) -> Component:
    """Name the first few rows, each with its figure, and say how many more there are."""
    parts: list[Text] = []
    for row in rows[:MOST_NAMED]:
        text = write(number(row[measure]))
        parts += [", "] if parts else []
        parts += [f"{dimension_text(row, dimension)} (", figure(answer, measure, text, row), ")"]
    if (left := len(rows) - MOST_NAMED) > 0:
        parts.append(say_number(left, ", {number} more", ", {number} more"))
    return html.Span(parts)


def with_agency(answer: Answer) -> list[Row]:
    """Leave out the row of what nobody answers for."""
    return [row for row in answer.rows if row["agency"] is not None]


def agencies_of(rows: Sequence[Row]) -> frozenset[str]:
    """Give the identifiers of the rows' MDAs."""
    return frozenset(str(row["agency"]) for row in rows)


def of_agencies(rows: Sequence[Row]) -> Where:
    """Give the filter that leaves the rows' MDAs."""
    return (("agency", tuple(sorted(agencies_of(rows)))),)


def plain(said: Text | Sequence[Text] | None) -> str:
    """Give a sentence without the marks in it."""
    if said is None:
        return ""
    if isinstance(said, str):
        return said
    if isinstance(said, Component):
        return plain(getattr(said, "children", None))
    return "".join(plain(part) for part in said)

"""The lists of anomalies: alerts with what is behind them, and what is shown without alerting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text
from portal.components.tables import Column
from portal.formats import money, money_exact, money_short, signed_money, signed_percent
from portal.pages.anomalies.alerts import alerts_card, quiet_card
from portal.pages.anomalies.around import draw_opened, link_around
from portal.pages.anomalies.seen import (
    PATH,
    Told,
    also_seen,
    ask_told,
    behind,
    kind_of,
    part_of,
    when_of,
)
from portal.pages.evidence import figure
from portal.pages.explore.bills import may_see_bills
from portal.pages.explore.line_question import lines_address
from portal.pages.frame import agency_names, drill_to
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import say, say_parts
from warehouse.question import Answer, Value
from warehouse.schema.anomalies import ACCOUNT

_MOST_NAMED: Final = 3


def draw_alerts(request: PageRequest) -> Component:
    """List what stands out above, a page at a time, the latest first."""
    answer, told = ask_told(request)
    return alerts_card(
        request, PATH, answer, told, partial(_cells, request, answer),
        title=say("What stands out"),
        why=say("No month or day of this period passes both limits above what was usual."),
        units=say("US dollars over the months or days that stand out together"),
        files=say("anomalies"),
    )  # fmt: skip


def draw_quiet(request: PageRequest) -> Component:
    """List drops, what came back after one, and rises below the limits: nobody is alerted."""
    answer, told = ask_told(request)
    return quiet_card(
        request, answer, told, partial(_cells, request, answer),
        title=say("Drops and small rises"),
        why=say("No drop, and no rise below the limits, in this period."),
    )  # fmt: skip


def draw_around_cost(request: PageRequest) -> Component:
    """Draw the days or months around the anomaly that the address opens."""
    answer, told = ask_told(request)
    names = agency_names(request)

    def headline(one: Told) -> Sequence[Text]:
        return say_parts(
            "{name}, {when}: {actual}, expected {expected}",
            name=_name(one, names), when=when_of(one.row),
            actual=figure(answer, "anomaly_actual",
                          money(number(one.figures["anomaly_actual"])), one.figures),
            expected=figure(answer, "anomaly_expected",
                            money(number(one.figures["anomaly_expected"])), one.figures),
        )  # fmt: skip

    return draw_opened(request, told, headline)


def _cells(
    request: PageRequest, answer: Answer, shown: Sequence[Told]
) -> tuple[list[Column], list[dict[str, Any]]]:
    names, others = agency_names(request), also_seen(request, shown)
    columns = [
        Column("what", say("What and when")),
        Column("excess", say("Above expected"), numeric=True),
        Column("actual", say("Actual"), numeric=True, is_key=False, figure="anomaly_actual"),
        Column("expected", say("Expected"), numeric=True, is_key=False),
        Column("behind", say("Behind it"), is_key=False),
    ]
    return columns, [
        {
            "what": _what(request, one, names),
            "excess": _excess(answer, one.figures),
            "actual": money_exact(number(one.figures["anomaly_actual"])),
            "expected": _expected(answer, one.figures),
            "behind": _behind(one, others.get(one.anomaly_id, [])),
        }
        for one in shown
    ]


def _excess(answer: Answer, figures: Mapping[str, Value]) -> list[Text]:
    """Write by how much it is above what was expected, in money and beneath it in per cent."""
    difference, share = (
        number(figures[name]) for name in ("anomaly_difference", "anomaly_difference_pct")
    )
    in_per_cent = figure(answer, "anomaly_difference_pct", signed_percent(share), figures)
    return [
        figure(answer, "anomaly_difference", signed_money(difference), figures),
        html.Span([in_per_cent], className="cell-detail"),
    ]


def _expected(answer: Answer, figures: Mapping[str, Value]) -> list[Text]:
    """Write what was expected, and between which amounts it would not have stood out."""
    expected, lower, upper = (
        number(figures[f"anomaly_{name}"]) for name in ("expected", "lower", "upper")
    )
    usual = say_parts(
        "usual: {lower} to {upper}",
        lower=figure(answer, "anomaly_lower", money_short(lower), figures),
        upper=figure(answer, "anomaly_upper", money_short(upper), figures),
    )
    return [
        figure(answer, "anomaly_expected", money_exact(expected), figures),
        html.Span(usual, className="cell-detail"),
    ]


def _what(request: PageRequest, told: Told, names: Mapping[str, str]) -> list[Text]:
    name = _name(told, names)
    title = html.A(
        name,
        href=_leads_to(request, told),
        **{"aria-label": say("{name}, {when}", name=name, when=when_of(told.row))},
    )
    return [
        title,
        html.Span(f"{when_of(told.row)}, {kind_of(told.row)}", className="cell-detail"),
        link_around(request, told, name),
    ]


def _name(told: Told, names: Mapping[str, str]) -> str:
    agency = names.get(str(told.agency_id), str(told.agency_id))
    return say("{mda}: {part}", mda=agency, part=part_of(told.row))


def _leads_to(request: PageRequest, told: Told) -> str:
    """Lead from days to the lines of their bills, from months to the trend that they stand in."""
    row, agency = told.row, (str(told.agency_id),)
    month = str(row["month"])
    if told.is_daily and may_see_bills(request):
        where = [("day", (str(row["first_day"]),))]
        provider: tuple[str, ...] = ()
        if row["level"] == ACCOUNT:
            name, _, account = str(row["part"]).partition("/")
            provider, where = (name,), [("account", (account,)), *where]
        return lines_address(
            request, start=month, end=month, agency=agency, provider=provider, where=tuple(where)
        )
    return drill_to("/finops/trends", request, agency=agency, start=None, end=str(row["month"]))


def _behind(told: Told, others: Sequence[Mapping[str, Value]]) -> list[Text]:
    """Name the services behind it, and where else the same is seen."""
    found: list[Text] = [
        html.Span(
            [f"{name} ", html.Span(signed_money(float(change.replace(",", ""))),
                                   **{"data-recorded": "row"})],
            className="cell-detail",
        )
        for name, change in behind(told.row)
    ]  # fmt: skip
    if others:
        seen = "; ".join(f"{part_of(row)}, {when_of(row)}" for row in others[:_MOST_NAMED])
        said = (
            say("also seen in {places} and {number} more", places=seen,
                number=len(others) - _MOST_NAMED)
            if len(others) > _MOST_NAMED
            else say("also seen in {places}", places=seen)
        )  # fmt: skip
        found.append(html.Span(said, className="cell-detail"))
    return found

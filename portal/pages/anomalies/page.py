"""Anomalies: what cost more than it used to, beyond what is usual for it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.kpi import kpi_card
from portal.components.parts import Text, strong
from portal.formats import money, money_exact, money_parts
from portal.pages.anomalies.around import opened
from portal.pages.anomalies.cards import cards_of
from portal.pages.anomalies.listing import draw_alerts, draw_around_cost, draw_quiet
from portal.pages.anomalies.seen import PATH
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.frame import report, report_page, sections, whose
from portal.pages.limits import limits_in_view
from portal.pages.money.dollars import dollars_notice, in_dollars
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer

QUESTION = later("What cost more than it used to, and why?")


@report_page(QUESTION)
def draw_anomalies(request: PageRequest) -> Component:
    """Draw the page for the MDAs in view."""
    asked = in_dollars(request)
    now = asked.ask(
        "anomaly_alerts", "anomaly_alert_excess", "anomaly_days_to_find",
        "anomaly_days_to_resolve", period=asked.year_period(),
    )  # fmt: skip
    return report(
        asked,
        path=PATH,
        here=say("Anomalies"),
        question=say_known(QUESTION),
        answer=_answer(asked, now),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency",),
        more=("year",),
        kpis=_cards(asked, now),
        body=[
            *opened(asked, draw_around_cost),
            sections(asked, [(draw_alerts, 12)]),
            sections(asked, [(draw_quiet, 12)]),
        ],
        definitions=_definitions(asked),
        source=say("cost by month as on the other pages, and bills by day where they are here"),
        notices=dollars_notice(request),
    )


def _answer(request: PageRequest, now: Answer) -> Sequence[Text]:
    found = int(now.value("anomaly_alerts") or 0)
    if not found:
        return [
            say("Nothing in the cost of {whose} stands out of its own past in this period.",
                whose=whose(request))
        ]  # fmt: skip
    gaps = {
        "whose": whose(request),
        "number": strong(f"{found:,}", evidence_of(now, "anomaly_alerts")),
        "amount": strong(
            money(now.value("anomaly_alert_excess"), currency_of(now)),
            evidence_of(now, "anomaly_alert_excess"),
        ),
    }
    if found == 1:
        return say_parts("In the cost of {whose}, {number} anomaly stands out of what came before: "
                         "{amount} above what was expected.", **gaps)  # fmt: skip
    return say_parts("In the cost of {whose}, {number} anomalies stand out of what came before: "
                     "{amount} above what was expected.", **gaps)  # fmt: skip


def _cards(request: PageRequest, now: Answer) -> Component:
    excess = now.value("anomaly_alert_excess")
    value, scale = ("", "") if excess is None else money_parts(excess)
    amount = kpi_card(
        label=say("Beyond what was expected"),
        value=None if excess is None else value,
        unit=scale,
        exact=money_exact(excess),
        note=say("nothing stands out") if excess is None else "",
        theme=request.theme,
        evidence=evidence_of(now, "anomaly_alert_excess"),
    )
    return cards_of(
        request, now, "anomaly_alerts", amount,
        find="anomaly_days_to_find", resolve="anomaly_days_to_resolve",
        since=say("from the end of its month or day to the build that held it"),
    )  # fmt: skip


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_view(request)
    return (
        (
            say("Anomaly"),
            say("neighbouring months or days that cost more than earlier ones of the same MDA, "
                "service or account led to expect, beyond what it is usually off by"),
        ),
        (
            say("Alert"),
            say("an anomaly above, by at least {amount} and {share} %; drops are shown without",
                amount=money(limits["anomaly_least_usd"]),
                share=f"{limits['anomaly_least_ratio'] * 100:g}"),
        ),
        (
            say("Usual range"),
            say("between which the months or days would not have stood out (bounds)"),
        ),
        (
            say("Told once"),
            say("what is seen in an MDA, a service, an account, months and days at one time is one "
                "anomaly, at the narrowest of them that explains three quarters of it"),
        ),
        (
            say("Not judged"),
            say("the first twelve months or four weeks of a series, a month or day that is not "
                "over, and the parts of months for a year after bills take the place of summaries"),
        ),
    )  # fmt: skip

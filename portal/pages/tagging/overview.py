"""Tags to mend: how far the policies are met, by whom not, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.formats import count, money, money_exact, money_parts, percent, percent_figure
from portal.pages.evidence import currency_of, evidence_of, why_missing
from portal.pages.frame import report, report_page, sections, whose
from portal.pages.page import PageRequest
from portal.pages.series import column
from portal.pages.tagging.sections import draw_by_tag, draw_course, draw_ranking
from portal.pages.tagging.times import draw_times
from portal.pages.tagging.work_list import draw_work_list
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

PATH: Final = "/finops/tags"
QUESTION = later("Which resources are not tagged as the policies ask, and what do they cost?")

_MEASURES = ("policy_compliance", "policy_compliance_by_resource", "policy_compliance_by_sense",
             "non_compliant_cost", "not_visible_cost", "non_compliant_resource_count",
             "taggable_resource_count")  # fmt: skip


@report_page(QUESTION)
def draw_tags(request: PageRequest) -> Component:
    """Draw the page for the MDAs in view."""
    now = request.ask(*_MEASURES, period=request.year_period())
    monthly = request.ask(*_MEASURES, by=("month",), period=request.year_period())
    return report(
        request,
        path=PATH,
        here=say("Tags to mend"),
        question=say_known(QUESTION),
        answer=_answer(request, now),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency",),
        more=("year",),
        kpis=_cards(request, now, monthly),
        body=[
            sections(request, [(draw_course, 7), (draw_ranking, 5)]),
            sections(request, [(draw_by_tag, 12)]),
            sections(request, [(draw_work_list, 12)]),
            sections(request, [(draw_times, 12)]),
        ],
        definitions=_definitions(),
        source=say("the lines of bills with the tags that they show, inventories of providers, "
                   "and the tagging policies in force in each month"),
    )  # fmt: skip


def _answer(request: PageRequest, now: Answer) -> Sequence[Text]:
    share, broken = now.value("policy_compliance"), now.value("non_compliant_cost")
    if share is None:
        return [
            say("How well the tagging policies are met can't be said of {whose}: {why}.",
                whose=whose(request), why=why_missing(now, "policy_compliance"))
        ]  # fmt: skip
    return say_parts(
        "Of the spend of {whose} that can be judged, {share} is tagged as the policies ask; "
        "{amount} belongs to resources with a tag that is missing or wrong.",
        whose=whose(request),
        share=strong(percent(share), evidence_of(now, "policy_compliance")),
        amount=strong(money(broken, currency_of(now)), evidence_of(now, "non_compliant_cost")),
    )


def _cards(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    judged = now.value("taggable_resource_count")
    return kpi_row(
        [
            _share(request, now, monthly, "policy_compliance", say("As asked, by cost")),
            _share(request, now, monthly, "policy_compliance_by_resource",
                   say("As asked, by resource")),
            _share(request, now, monthly, "policy_compliance_by_sense",
                   say("Other spellings forgiven")),
            _amount(request, now, monthly, "non_compliant_cost", say("Breaks a policy")),
            _amount(request, now, monthly, "not_visible_cost", say("Not visible in the bill")),
            kpi_card(
                label=say("To mend, resource by month"),
                value=count(now.value("non_compliant_resource_count")),
                note=say_number(int(judged or 0), "of {number} that can be judged",
                                "of {number} that can be judged"),
                trace=Trace(column(monthly.rows, "non_compliant_resource_count"),
                            say("Resources that break a policy, month by month.")),
                theme=request.theme,
                evidence=evidence_of(now, "non_compliant_resource_count"),
            ),
        ]
    )  # fmt: skip


def _share(
    request: PageRequest, now: Answer, monthly: Answer, measure: str, label: str
) -> Component:
    share = now.value(measure)
    return kpi_card(
        label=label,
        value=None if share is None else percent_figure(share),
        unit="%",
        note=now.reasons.get(measure, "") if share is None else "",
        trace=Trace(column(monthly.rows, measure), say("{label}, month by month.", label=label)),
        theme=request.theme,
        evidence=evidence_of(now, measure),
    )


def _amount(
    request: PageRequest, now: Answer, monthly: Answer, measure: str, label: str
) -> Component:
    amount, currency = now.value(measure), currency_of(now)
    value, scale = ("", "") if amount is None else money_parts(amount, currency)
    return kpi_card(
        label=label,
        value=None if amount is None else value,
        unit=scale,
        exact=money_exact(amount, currency),
        note=now.reasons.get(measure, "") if amount is None else "",
        trace=Trace(column(monthly.rows, measure), say("{label}, month by month.", label=label)),
        theme=request.theme,
        evidence=evidence_of(now, measure),
    )


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            say("Can be judged"),
            say("resources that can carry tags, that a policy asks something of, that are not "
                "exempt, and whose bill shows the keys; all else is in neither side of a share"),
        ),
        (
            say("Not visible"),
            say("the bill shows this key nowhere, so nobody can tell from it whether the resource "
                "carries it; it is never counted as untagged"),
        ),
        (
            say("Inventory"),
            say("a provider's own list of resources; the tags that it shows beat the bill's, and "
                "what it lists and no bill names counts among resources, its cost unknown"),
        ),
        (
            say("Other spellings forgiven"),
            say("another spelling of a key that the policy names, capitals, and spaces around a "
                "value count as right (normalised)"),
        ),
    )  # fmt: skip

"""Bills beside the MDAs' own summaries: which of them each month's cost is taken from, and why."""

from __future__ import annotations

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.formats import count, percent
from portal.pages.evidence import answer_table, downloads_of, figure
from portal.pages.frame import drill_to, whose
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import span_of
from portal.texts import say, say_parts
from warehouse.question import Answer

_WHOLE = ("bill_months", "summary_months")
_BY_MONTH = (
    *_WHOLE, "no_bill_months", "part_of_month_months", "no_rate_months",
    "covers_too_little_months", "bill_coverage", "bill_difference",
)  # fmt: skip


def draw_reconciliation(request: PageRequest) -> Component:
    """Count the months by source, month by month, with what keeps bills from being taken."""
    title = say("Bills beside the MDAs' own summaries")
    whole = request.ask(*_WHOLE, period=request.year_period())
    if not any(whole.value(name) for name in _WHOLE):
        why = say("Neither a bill nor a summary is in view.")
        return nothing_card(title, why, 12)
    by_month = request.ask(*_BY_MONTH, by=("month",), period=request.year_period())
    return card(
        headline=_headline(whole),
        subtitle=say(
            "Months of an MDA, by what their cost is taken from, {whose}, {span}",
            whose=whose(request),
            span=span_of(request),
        ),
        children=[
            html.P(_rule(request), className="card-body"),
            answer_table(by_month, title, _titles()),
        ],
        footer=[
            *_rows(request),
            *downloads_of(request, by_month, say("bills beside summaries by month")),
            *footer_notes(whole.notes),
        ],
        anchor="reconciliation",
    )


def _headline(whole: Answer) -> list[Text]:
    bills, summaries = (whole.value(name) or 0 for name in _WHOLE)
    return say_parts(
        "{bills} months of an MDA take their cost from bills, {summaries} from the MDA's own "
        "summary",
        bills=figure(whole, "bill_months", count(bills)),
        summaries=figure(whole, "summary_months", count(summaries)),
    )


def _titles() -> dict[str, str]:
    """Shorten what the subtitle says: all but the last two count months of an MDA."""
    return {
        "bill_months": say("From bills"),
        "summary_months": say("From summaries"),
        "no_bill_months": say("No bill"),
        "part_of_month_months": say("Part of a month"),
        "no_rate_months": say("No exchange rate"),
        "covers_too_little_months": say("Bill too small"),
        "bill_coverage": say("Share of summaries"),
        "bill_difference": say("Above summaries"),
    }


def _rule(request: PageRequest) -> str:
    return say(
        "A month's cost is what its bills say was consumed if they reach from its first day to its "
        "last, have an exchange rate, and come to at least {limit} of what the MDA summed up "
        "itself. Else it is the MDA's own summary: a bill that isn't there yet must not look like "
        "money saved.",
        limit=percent(limits_in_view(request).get("bill_coverage_ratio"), 0),
    )


def _rows(request: PageRequest) -> list[Component]:
    if not request.reader.may(Permission.VIEW_DATA) or request.scope.measures is not None:
        return []
    period = request.year_period()
    address = drill_to(
        "/data", request, view="reconciliation-rows", start=period.start, end=period.end
    )
    return [html.A(say("Each month of each MDA, with the reason"), href=address)]

"""Contracts with their ceilings, and invoices beside the bills that they are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.states import status_word
from portal.components.tables import ROW, Column, data_table
from portal.filters import is_further_value
from portal.formats import count, day_name, figure_of, month_name, percent
from portal.pages.evidence import downloads_of, figure, row_key
from portal.pages.explore.bills import may_see_bills
from portal.pages.explore.line_question import lines_address
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer, Value

_MOST_ROWS: Final = 12
_CONTRACT = ("contract_ceiling", "contract_drawn", "contract_left", "contract_drawn_pct")
_INVOICE = ("invoice_amount", "invoice_billed", "invoice_difference", "invoice_unpaid")
_COUNTS = ("invoice_count", "invoice_matched_count")
_STATES: Final = {
    "differs": (later("asks for something else"), "bad"),
    "unbilled": (later("no bill names it"), "warn"),
    "missing": (later("not received"), "warn"),
    "resold": (later("a reseller's prices"), "neutral"),
    "matched": (later("agrees"), "good"),
}
"""What an invoice's state is called, the ones to look into first, and how it is marked."""


def draw_contracts(request: PageRequest) -> Component:
    """List the contracts, the one first whose ceiling is reached first."""
    title = say("Contracts and their ceilings")
    answer = request.ask(*_CONTRACT, by=("contract",), period=None)
    if not answer.rows:
        why = say(
            "No contract was handed in. With a file contracts.csv it is known here how much of "
            "each ceiling is drawn, and when it will be reached."
        )
        return nothing_card(title, why, 12)
    terms = _terms(request)
    rows = sorted(
        answer.rows,
        key=lambda row: _urgency(request, row, terms[str(row["contract"])]),
    )
    shown = rows[:_MOST_ROWS]
    return card(
        headline=_of_contracts(request, answer, terms[str(rows[0]["contract"])], rows[0]),
        subtitle=say(
            "Invoiced by bills since each contract began; the pace is that of the last 90 days "
            "with bills; {shown} of {all} shown",
            shown=len(shown),
            all=len(rows),
        ),
        children=[
            data_table(
                caption=title,
                columns=_contract_columns(),
                rows=[
                    _contract_row(request, answer, row, terms[str(row["contract"])])
                    for row in shown
                ],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("contracts with what is drawn")),
            *footer_notes(answer.notes),
        ],
        anchor="contracts",
    )


def draw_invoices(request: PageRequest) -> Component:
    """List the invoices, those first that ask for something else than the bills say."""
    title = say("Invoices beside the bills")
    answer = request.ask(*_INVOICE, by=("provider", "invoice"), period=request.year_period())
    counts = request.ask(*_COUNTS, period=request.year_period())
    if not answer.rows:
        why = say(
            "No invoice was handed in and no bill names one in this period. With a file "
            "invoices.csv each is set beside the lines of the bills that name it."
        )
        return nothing_card(title, why, 12)
    known = {
        (str(row["provider"]), str(row["invoice_id"])): row
        for row in request.gateway.rows("fact_invoice", request.scope, limit=50_000).rows
    }
    states = list(_STATES)
    rows = sorted(
        (row for row in answer.rows if _number(row) in known),
        key=lambda row: str(known[_number(row)]["month"]),
        reverse=True,
    )
    rows.sort(key=lambda row: states.index(str(known[_number(row)]["state"])))
    shown = rows[:_MOST_ROWS]
    return card(
        headline=say_parts(
            "{matched} of {all} invoices agree with the bills",
            matched=figure(
                counts, "invoice_matched_count", count(_total(counts, "invoice_matched_count"))
            ),
            all=figure(counts, "invoice_count", count(_total(counts, "invoice_count"))),
        ),
        subtitle=say(
            "Without tax. A bill at a provider's own prices is not what a reseller asks for; "
            "{shown} of {all} shown, those to look into first",
            shown=len(shown),
            all=len(rows),
        ),
        children=[
            data_table(
                caption=title,
                columns=_invoice_columns(),
                rows=[_invoice_row(request, answer, row, known[_number(row)]) for row in shown],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("invoices beside the bills")),
            *footer_notes(answer.notes),
        ],
        anchor="invoices",
    )


def _terms(request: PageRequest) -> Mapping[str, Mapping[str, Value]]:
    page = request.gateway.rows("fact_contract", request.scope, limit=50_000)
    return {str(row["contract_id"]): row for row in page.rows}


def _urgency(
    request: PageRequest, row: Mapping[str, Value], terms: Mapping[str, Value]
) -> tuple[bool, bool, bool, str]:
    """Order by the day the ceiling is reached; then come those that last, then those that ended."""
    on = terms["runs_out_on"]
    is_quiet = not _is_passed(row)
    return (_has_ended(request, terms), is_quiet, on is None, str(on or terms["ends_on"]))


def _has_ended(request: PageRequest, terms: Mapping[str, Value]) -> bool:
    """Tell whether a contract ended before the last month with records."""
    return str(terms["ends_on"])[:7] < request.build.data_to


def _of_contracts(
    request: PageRequest, answer: Answer, terms: Mapping[str, Value], row: Mapping[str, Value]
) -> list[Text]:
    drawn = percent(number(row["contract_drawn_pct"]))
    if _has_ended(request, terms):
        return say_parts(
            "Every contract has ended; {contract} was {drawn} drawn when it ended on {end}",
            contract=str(row["contract"]),
            drawn=figure(answer, "contract_drawn_pct", drawn, row),
            end=day_name(str(terms["ends_on"])),
        )
    if _is_passed(row):
        return say_parts(
            "{contract} is {drawn} drawn: its ceiling is passed, and it ends on {end}",
            contract=str(row["contract"]),
            drawn=figure(answer, "contract_drawn_pct", drawn, row),
            end=day_name(str(terms["ends_on"])),
        )
    if terms["runs_out_on"] is not None:
        return say_parts(
            "{contract} is {drawn} drawn, and at this pace its ceiling is reached on {day}, "
            "before it ends on {end}",
            contract=str(row["contract"]),
            drawn=figure(answer, "contract_drawn_pct", drawn, row),
            day=day_name(str(terms["runs_out_on"])),
            end=day_name(str(terms["ends_on"])),
        )
    return say_parts(
        "No ceiling is reached before its contract ends; {contract} ends first, on {end}, and is "
        "{drawn} drawn",
        contract=str(row["contract"]),
        end=day_name(str(terms["ends_on"])),
        drawn=figure(answer, "contract_drawn_pct", drawn, row),
    )


def _contract_columns() -> list[Column]:
    return [
        Column("contract", say("Contract")),
        Column("supplier", say("Supplier"), is_key=False),
        Column("order", say("Purchase order"), is_key=False),
        Column("ceiling", say("Ceiling"), numeric=True, figure="contract_ceiling", is_key=False),
        Column("drawn", say("Drawn"), numeric=True, figure="contract_drawn"),
        Column("left", say("Left"), numeric=True, figure="contract_left", is_key=False),
        Column("share", say("Share drawn"), numeric=True, figure="contract_drawn_pct"),
        Column("runs_out", say("Ceiling reached")),
        Column("ends", say("Ends"), is_key=False),
    ]


def _contract_row(
    request: PageRequest, answer: Answer, row: Mapping[str, Value], terms: Mapping[str, Value]
) -> Mapping[str, Any]:
    return {
        ROW: row_key(answer, row),
        "contract": f"{row['contract']} ({terms['provider']})",
        "supplier": str(terms["supplier"]),
        "order": str(terms["purchase_order"] or say("none")),
        "ceiling": figure_of(number(row["contract_ceiling"]), "usd"),
        "drawn": figure_of(number(row["contract_drawn"]), "usd"),
        "left": figure_of(number(row["contract_left"]), "usd"),
        "share": percent(number(row["contract_drawn_pct"])),
        "runs_out": _reached(request, row, terms),
        "ends": day_name(str(terms["ends_on"])),
    }


def _is_passed(row: Mapping[str, Value]) -> bool:
    return (number(row["contract_left"]) or 0.0) < 0


def _reached(request: PageRequest, row: Mapping[str, Value], terms: Mapping[str, Value]) -> Text:
    """Say when a ceiling is reached; of one that is passed no day ahead is left to be told."""
    if _has_ended(request, terms):
        return say("ended")
    if _is_passed(row):
        return status_word(say("passed already"), "bad")
    if terms["runs_out_on"] is not None:
        return status_word(day_name(str(terms["runs_out_on"])), "bad")
    return say("not before it ends") if terms["billed_to"] else say("no bills yet")


def _invoice_columns() -> list[Column]:
    return [
        Column("invoice", say("Invoice")),
        Column("month", say("Month"), is_key=False),
        Column("issuer", say("Issued by"), is_key=False),
        Column("state", say("Beside the bill")),
        Column("amount", say("Asked for"), numeric=True, figure="invoice_amount"),
        Column("billed", say("Lines of bills"), numeric=True, figure="invoice_billed",
               is_key=False),
        Column("difference", say("Difference"), numeric=True, figure="invoice_difference"),
        Column("unpaid", say("Not yet paid"), numeric=True, figure="invoice_unpaid",
               is_key=False),
        Column("ledger", say("Ledger code"), is_key=False),
    ]  # fmt: skip


def _number(row: Mapping[str, Value]) -> tuple[str, str]:
    """Give whose number and which an invoice has: two providers may have the same."""
    return str(row["provider"]), str(row["invoice"])


def _named(
    request: PageRequest, row: Mapping[str, Value], known: Mapping[str, Value]
) -> Component | str:
    """Name an invoice, with the way to its lines where bills name it."""
    name = str(row["invoice"])
    if known["state"] == "unbilled" or not may_see_bills(request) or not is_further_value(name):
        return name
    period = request.year_period()
    href = lines_address(
        request,
        start=period.start,
        end=period.end,
        provider=(str(row["provider"]),),
        where=(("invoice", (name,)),),
    )
    return html.A(name, href=href, **{"aria-label": say("Lines of invoice {name}", name=name)})


def _invoice_row(
    request: PageRequest, answer: Answer, row: Mapping[str, Value], known: Mapping[str, Value]
) -> Mapping[str, Any]:
    word, mark = _STATES[str(known["state"])]
    return {
        ROW: row_key(answer, row),
        "invoice": _named(request, row, known),
        "month": month_name(str(known["month"])),
        "issuer": str(known["issuer"] or say("not said")),
        "state": status_word(say_known(word), mark),
        "amount": figure_of(number(row["invoice_amount"]), "usd"),
        "billed": figure_of(number(row["invoice_billed"]), "usd"),
        "difference": figure_of(number(row["invoice_difference"]), "usd"),
        "unpaid": figure_of(number(row["invoice_unpaid"]), "usd"),
        "ledger": str(known["ledger_code"] or say("not booked")),
    }


def _total(answer: Answer, measure: str) -> float:
    return answer.value(measure) or 0.0

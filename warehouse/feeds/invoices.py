"""Invoices as they were received, and the contracts that they are drawn on."""

from __future__ import annotations

from decimal import Decimal

from warehouse.feeds.feed import Column, Feed, Kind, amount, currency, month, text

_MOST = 1_000_000_000_000
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _addressee(comment: str) -> Column:
    return Column(
        "agency_id",
        Kind.IDENTIFIER,
        comment,
        required=False,
        least=Decimal(1),
        most=Decimal(2_147_483_647),
    )


def _day(name: str, comment: str) -> Column:
    return Column(
        name, Kind.INSTANT, comment, pattern=_DAY, pattern_hint="a day, YYYY-MM-DD"
    )  # fmt: skip


INVOICES = Feed(
    name="invoices",
    folder="invoices",
    comment="One row for each invoice received.",
    columns=(
        text("invoice_id", "Number of the invoice; bills name it as InvoiceId."),
        text("issuer", "Who asks for the money: the provider, or who resells its services."),
        text("provider", "Cloud provider whose services it is for."),
        _addressee("The agency it is addressed to; blank where the centre pays."),
        month("billing_month", "Month that it is for."),
        amount("amount", "Amount without tax; negative for a credit note.",
               "the row's currency", least=-_MOST),
        amount("tax_amount", "Tax on it; blank if none is stated.", "the row's currency",
               least=-_MOST, required=False),
        currency("Currency of the amounts."),
        amount("paid_amount", "Paid so far, tax included; blank if nothing was.",
               "the row's currency", least=-_MOST, required=False),
        text("ledger_code", "Code that it is booked under; blank if it isn't yet.",
             required=False),
    ),
    key=("provider", "invoice_id"),
    agency="agency_id",
)  # fmt: skip

CONTRACTS = Feed(
    name="contracts",
    folder="contracts",
    comment="One row for each contract for cloud services.",
    columns=(
        text("contract_id", "Number of the contract."),
        text("supplier", "With whom it is made."),
        text("provider", "Cloud provider whose services are bought under it."),
        text("account_id", "The one account that draws on it; blank for all of the provider.",
             required=False),
        _addressee("The agency whose contract it is; blank for one of the government."),
        text("purchase_order", "Number of the purchase order; blank if there is none.",
             required=False),
        amount("ceiling", "The most that may be invoiced under it.", "the row's currency"),
        currency("Currency of the ceiling."),
        _day("starts_on", "First day."),
        _day("ends_on", "Last day."),
    ),
    key=("contract_id",),
    agency="agency_id",
)  # fmt: skip

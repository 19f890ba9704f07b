"""Invoices beside the lines that bills have for them, and contracts with what is drawn on them."""

from __future__ import annotations

from sqlalchemy import Table

from warehouse.schema.star import STAR, exact, flag, month, source, text, whole

_OWNER = "The agency it is addressed to; 0 where it is the government's."

fact_invoice = Table(
    "fact_invoice", STAR,
    whole("agency_id", _OWNER, key=True),
    text("provider", "Short name.", key=True, to="dim_cloud_provider.provider"),
    text("invoice_id", "Number of the invoice.", key=True),
    text("currency", "Currency of the amounts, ISO 4217.", key=True),
    month("Month that it is for.", key=False),
    text("issuer", "Who asks for the money; empty if unknown.", nullable=True),
    text("ledger_code", "Code that it is booked under; empty if it isn't.", nullable=True),
    text("state", "matched, differs, resold, unbilled (in no bill) or missing."),
    flag("is_resold", "Issued by another than the provider."),
    exact("amount", "Without tax, as received; empty where it wasn't.", nullable=True),
    exact("tax_amount", "Tax as received; empty where none is stated.", nullable=True),
    exact("paid_amount", "Paid, tax included; empty where unknown.", nullable=True),
    exact("billed_amount", "Lines of bills with its number, tax apart; empty without.",
          nullable=True),
    exact("difference_amount", "Amount - lines, where both are known.", nullable=True),
    exact("amount_usd", "Amount, US dollars; empty without a rate.", nullable=True),
    exact("tax_usd", "Tax, US dollars.", nullable=True),
    exact("paid_usd", "Paid, US dollars.", nullable=True),
    exact("billed_usd", "Lines, US dollars.", nullable=True),
    exact("difference_usd", "Difference, US dollars.", nullable=True),
    exact("resold_difference_usd", "That of resold invoices, US dollars; 0 of others.",
          nullable=True),
    exact("unpaid_usd", "Amount + tax - paid, US dollars.", nullable=True),
    whole("received_count", "1 if the invoice was received."),
    whole("matched_count", "1 if it is what its lines add up to."),
    whole("differing_count", "1 if it isn't, and the provider itself asks."),
    whole("resold_count", "1 if it isn't, as a reseller asks at prices of its own."),
    whole("without_lines_count", "1 if no bill has lines with its number."),
    whole("not_received_count", "1 if bills name it, but it wasn't received."),
    whole("unbooked_count", "1 if it was received and has no ledger code."),
    *source(),
    comment="Grain: invoice and currency, received or named by bills.",
)  # fmt: skip

fact_contract = Table(
    "fact_contract", STAR,
    whole("agency_id", "The agency whose contract it is; 0 for the government.", key=True),
    text("contract_id", "Number of the contract.", key=True),
    text("supplier", "With whom it is made."),
    text("provider", "Short name.", to="dim_cloud_provider.provider"),
    text("purchase_order", "Number of the purchase order; empty if none.", nullable=True),
    text("currency", "Currency of the ceiling, ISO 4217."),
    text("starts_on", "First day, YYYY-MM-DD."),
    text("ends_on", "Last day, YYYY-MM-DD."),
    text("billed_to", "Last day that bills cover; empty without bills.", nullable=True),
    text("runs_out_on", "Day on which the ceiling is reached at the pace of the last 90 days; "
         "empty where that is after it ends, or there is no pace.", nullable=True),
    exact("ceiling", "The most that may be invoiced."),
    exact("drawn", "Invoiced by bills since it started, in its currency."),
    exact("recent", "Of that, in the last 90 days that bills cover."),
    exact("ceiling_usd", "Ceiling at the last rate known, US dollars.", nullable=True),
    exact("drawn_usd", "Drawn at that rate, US dollars.", nullable=True),
    exact("left_usd", "Ceiling - drawn at that rate, US dollars.", nullable=True),
    whole("contract_count", "1."),
    whole("running_out_count", "1 if its ceiling is passed, or will be before it ends."),
    *source(),
    comment="Grain: contract. Drawn by charges of its provider, account and agency.",
)  # fmt: skip

INVOICE_FACTS = (fact_invoice, fact_contract)

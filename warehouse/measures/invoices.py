"""Invoices and contracts: what was asked for, matched with bills; what is left to be drawn."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import CONTRACT, INVOICE
from warehouse.measures.measure import Floats, Measure, Sums

_ADDS_UP = "additive over all dimensions"

_invoice = partial(
    Measure,
    group="Invoices and contracts",
    source="fact_invoice",
    family="fact_invoice",
    dimensions=INVOICE,
    good=None,
    additivity=_ADDS_UP,
    undefined="no invoices handed in",
)
_contract = partial(
    Measure,
    group="Invoices and contracts",
    source="fact_contract",
    family="fact_contract",
    dimensions=CONTRACT,
    good=None,
    additivity=_ADDS_UP,
    undefined="no contracts handed in",
)


def _money(make: partial[Measure], name: str, label: str, term: str, said: str, of: str) -> Measure:
    return make(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({of.removesuffix('_usd')})",
        unit="usd",
        decimals=2,
        components=(of,),
        compute=formulas.total(of),
    )


def _count(make: partial[Measure], name: str, label: str, term: str, said: str, of: str) -> Measure:
    return make(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({of.removesuffix('_count')})",
        unit="count",
        decimals=0,
        components=(of,),
        compute=formulas.count(of),
    )


def _drawn_share(sums: Sums) -> Floats:
    return formulas.ratio(sums["drawn_usd"], sums["ceiling_usd"])


MEASURES = (
    _money(_invoice, "invoice_amount", "Invoices received", "invoice amount",
           "What invoices ask for, tax apart.", "amount_usd"),
    _money(_invoice, "invoice_tax", "Tax on invoices", "invoice tax",
           "Tax that invoices state.", "tax_usd"),
    _money(_invoice, "invoice_billed", "Lines with an invoice's number", "billed cost by invoice",
           "What lines of bills with an invoice's number add up to, tax apart.", "billed_usd"),
    _money(_invoice, "invoice_difference", "Invoices above their lines", "invoice difference",
           "What invoices ask for minus what their lines add up to, where both are known.",
           "difference_usd"),
    _money(_invoice, "invoice_resold_difference", "Of that, prices of resellers",
           "reseller difference",
           "The part of it that resellers ask for at prices of their own: a bill at the provider's "
           "prices isn't the invoice.", "resold_difference_usd"),
    _money(_invoice, "invoice_paid", "Paid", "paid amount",
           "What was paid on invoices, tax included.", "paid_usd"),
    _money(_invoice, "invoice_unpaid", "Not yet paid", "open amount",
           "What invoices ask for, with tax, minus what was paid.", "unpaid_usd"),
    _count(_invoice, "invoice_count", "Invoices received", "invoices",
           "Invoices that were received.", "received_count"),
    _count(_invoice, "invoice_matched_count", "Invoices that agree", "matched invoices",
           "Invoices that ask for what their lines add up to.", "matched_count"),
    _count(_invoice, "invoice_differing_count", "Invoices that differ", "differing invoices",
           "Invoices of a provider itself that ask for something else than their lines.",
           "differing_count"),
    _count(_invoice, "invoice_resold_count", "Invoices at a reseller's prices", "resold invoices",
           "Invoices of resellers that ask for something else than their lines.", "resold_count"),
    _count(_invoice, "invoice_without_lines_count", "Invoices that no bill names",
           "invoices without lines",
           "Invoices received whose number is on no line of a bill.", "without_lines_count"),
    _count(_invoice, "invoice_not_received_count", "Invoices not received",
           "invoices not received",
           "Invoices that bills name and nobody handed in.", "not_received_count"),
    _count(_invoice, "invoice_unbooked_count", "Invoices not booked", "unbooked invoices",
           "Invoices received that have no ledger code.", "unbooked_count"),
    _money(_contract, "contract_ceiling", "Ceilings of contracts", "contract ceiling",
           "The most that may be invoiced under contracts.", "ceiling_usd"),
    _money(_contract, "contract_drawn", "Drawn on contracts", "drawn amount",
           "What bills have invoiced under contracts since they started.", "drawn_usd"),
    _money(_contract, "contract_left", "Left of ceilings", "remaining amount",
           "Ceilings of contracts minus what is drawn.", "left_usd"),
    _contract(
        name="contract_drawn_pct",
        label="Share of ceilings drawn",
        term="drawn share",
        description="What is drawn on contracts against their ceilings.",
        formula="sum(drawn) / sum(ceiling)",
        unit="ratio",
        decimals=1,
        additivity="not additive: made anew from sums at every level",
        components=("drawn_usd", "ceiling_usd"),
        compute=_drawn_share,
    ),
    _count(_contract, "contract_count", "Contracts", "contracts",
           "Contracts handed in.", "contract_count"),
    _count(_contract, "contract_running_out_count", "Contracts that run out early",
           "contracts running out",
           "Contracts whose ceiling is passed, or will be before they end at the pace of 90 days.",
           "running_out_count"),
)  # fmt: skip

"""Invoices matched with the lines that name them, and contracts with what is drawn on them."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.schema.charges import NOBODY
from warehouse.transforms.charges import short_name
from warehouse.transforms.exact import (
    PLACES,
    WORK_PLACES,
    Pair,
    add_products,
    add_quotients,
    as_decimal,
    number,
    rounded,
)
from warehouse.transforms.joining import add_columns
from warehouse.transforms.rates import DOLLAR, rate_of

PACE_DAYS = 90
"""Over how many days the pace is taken at which a ceiling is drawn on."""

_FURTHEST = 36_500
"""Days ahead that no ceiling is looked for."""

_INVOICE = ("agency_id", "provider", "invoice_id", "currency")
_IN_DOLLARS = ("amount", "tax_amount", "paid_amount", "billed_amount", "difference_amount",
               "resold_difference", "unpaid_amount")  # fmt: skip
_OWN_NAMES = {"AWS": "amazon", "Azure": "microsoft", "GCP": "google", "Oracle": "oracle"}
"""What the name of the provider itself has in it, as invoices are issued."""


def build_invoice_lines(lines: ir.Table) -> ir.Table:
    """Add up lines by the invoice they name, and by account and month, as these have an owner."""
    named = lines.filter(lines.invoice_id.notnull())
    is_tax = named.charge_category == "Tax"
    nothing = number("0")
    return named.group_by(
        "provider", "account_id", "invoice_id", month="billing_month", currency="billing_currency"
    ).aggregate(
        billed=as_decimal(ibis.ifelse(is_tax, nothing, named.billed_cost).sum(), 38, WORK_PLACES),
        seller=named.invoice_issuer_name.max(),
    )


def build_received(invoices: ir.Table) -> ir.Table:
    """Give the invoices received under their provider's short name, each once.

    Of an invoice under two names of one provider the first row counts; a finding names the rest.
    """
    rows = invoices.mutate(
        provider=short_name(invoices.provider),
        agency_id=invoices.agency_id.fill_null(NOBODY),
        month=invoices.billing_month,
    )
    rank = ibis.row_number().over(
        group_by=[rows.provider, rows.invoice_id], order_by=[rows.source_id, rows.source_row]
    )
    return rows.mutate(rank=rank).filter(lambda t: t["rank"] == 0).drop("rank", "billing_month")


def build_fact_invoice(
    received: ir.Table, lines: ir.Table, bearers: ir.Table, rates: ir.Table
) -> ir.Table:
    """Build fact_invoice.

    An agency's invoice is compared with the lines of the agency's own accounts: what others
    are billed under the same number isn't its to see. Invoices that nobody received are the
    government's.
    """
    owned = add_columns(lines, bearers, "provider", "account_id", "month")
    addressed = received.select("provider", "invoice_id", "currency", addressee="agency_id")
    owned = add_columns(owned, addressed, "provider", "invoice_id", "currency")
    addressee = owned.addressee.fill_null(NOBODY)
    counted = owned.mutate(agency_id=addressee).filter(
        (addressee == NOBODY) | (owned.bearer == addressee)
    )
    billed = counted.group_by(*_INVOICE).aggregate(
        billed_amount=rounded(counted.billed.sum()),
        billed_month=counted.month.min(),
        seller=counted.seller.max(),
    )
    keys = received.select(*_INVOICE).union(billed.select(*_INVOICE), distinct=True)
    own = received.select(*_INVOICE, "month", "issuer", "ledger_code", "amount", "tax_amount",
                          "paid_amount", "source_id", "source_row")  # fmt: skip
    rows = add_columns(add_columns(keys, own, *_INVOICE), billed, *_INVOICE)
    return _in_dollars(_compared(rows), rates)


def _compared(rows: ir.Table) -> ir.Table:
    is_received, has_lines = rows.amount.notnull(), rows.billed_amount.notnull()
    rows = rows.mutate(
        month=ibis.coalesce(rows.month, rows.billed_month),
        issuer=ibis.coalesce(rows.issuer, rows.seller),
        difference_amount=as_decimal(rows.amount - rows.billed_amount),
        unpaid_amount=as_decimal(
            rows.amount + rows.tax_amount.fill_null(0) - rows.paid_amount.fill_null(0)
        ),
    )
    named = rows.issuer.lower()
    is_own = ibis.cases(
        *((rows.provider == name, named.contains(word)) for name, word in _OWN_NAMES.items()),
        else_=named.contains(rows.provider.lower()),
    )
    is_resold = is_received & ~is_own.fill_null(True)
    # Invoices are written in whole cents, lines in parts of them.
    is_equal = rows.difference_amount.abs() < number("0.01")
    state = ibis.cases(
        (~is_received, "missing"),
        (~has_lines, "unbilled"),
        (is_equal, "matched"),
        (is_resold, "resold"),
        else_="differs",
    )
    rows = rows.mutate(
        state=state,
        is_resold=is_resold,
        resold_difference=ibis.ifelse(is_resold, rows.difference_amount, as_decimal(number("0"))),
    )
    counts = {
        "matched_count": "matched",
        "differing_count": "differs",
        "resold_count": "resold",
        "without_lines_count": "unbilled",
        "not_received_count": "missing",
    }
    return rows.mutate(
        received_count=is_received.cast("int32"),
        unbooked_count=(is_received & rows.ledger_code.isnull()).cast("int32"),
        **{name: (rows.state == which).cast("int32") for name, which in counts.items()},
    )


def _in_dollars(rows: ir.Table, rates: ir.Table) -> ir.Table:
    rated = rate_of(rows, rates)
    pairs: dict[str, Pair] = {
        _dollars(name): (rated.usd_per_unit, rated[name]) for name in _IN_DOLLARS
    }
    return add_products(rated, PLACES, **pairs)


def _dollars(name: str) -> str:
    return f"{name.removesuffix('_amount')}_usd"


def build_contracts(contracts: ir.Table) -> ir.Table:
    """Give the contracts under their provider's short name."""
    return contracts.mutate(
        provider=short_name(contracts.provider),
        agency_id=contracts.agency_id.fill_null(NOBODY),
    )


def build_fact_contract(contracts: ir.Table, charges: ir.Table, rates: ir.Table) -> ir.Table:
    """Build fact_contract from the charges of each contract's provider, account and agency."""
    days = charges.group_by("agency_id", "provider", "account_id", "currency", "day").aggregate(
        billed=as_decimal(charges.billed_cost.sum(), 38, PLACES)
    )
    terms = contracts.select(
        "contract_id", "starts_on", "ends_on",
        of_agency="agency_id", of_provider="provider", of_account="account_id",
        of_currency="currency",
    )  # fmt: skip
    drawing = terms.join(
        days.mutate(on=days.day.strftime("%Y-%m-%d")),
        [
            terms.of_provider == days.provider,
            terms.of_currency == days.currency,
            (terms.of_agency == NOBODY) | (terms.of_agency == days.agency_id),
            terms.of_account.isnull() | (terms.of_account == days.account_id),
        ],
    )
    drawing = drawing.filter((drawing.on >= drawing.starts_on) & (drawing.on <= drawing.ends_on))
    last = drawing.day.max().over(group_by=drawing.contract_id)
    begun = drawing.starts_on.cast("date")
    recent_from = ibis.greatest(begun, last - ibis.interval(days=PACE_DAYS - 1))
    drawing = drawing.mutate(last=last, recent_from=recent_from)
    nothing = as_decimal(number("0"), 38, PLACES)
    is_recent = drawing.day >= drawing.recent_from
    drawn = drawing.group_by("contract_id").aggregate(
        drawn_sum=drawing.billed.sum(),
        recent_sum=ibis.ifelse(is_recent, drawing.billed, nothing).sum(),
        last=drawing["last"].max(),
        recent_from=drawing.recent_from.max(),
    )
    rows = add_columns(contracts, drawn, "contract_id")
    rows = rows.mutate(
        drawn=as_decimal(rows.drawn_sum.fill_null(0)),
        recent=as_decimal(rows.recent_sum.fill_null(0)),
    )
    return _valued(_with_end(rows), rates)


def _with_end(rows: ir.Table) -> ir.Table:
    """Add the day on which a ceiling is reached if all goes on as in the last days."""
    window = rows["last"].delta(rows.recent_from, unit="day") + 1
    left = as_decimal(rows.ceiling - rows.drawn)
    is_drawn = rows.recent > number("0")
    rows = rows.mutate(
        of_window=as_decimal(left * as_decimal(window, 9, 0), 38, WORK_PLACES),
        pace=ibis.ifelse(is_drawn, rows.recent, ibis.null(rows.recent.type())),
    )
    rows = add_quotients(rows, days_left=(rows.of_window, rows.pace))
    furthest = as_decimal(number(str(_FURTHEST)))
    days = ibis.greatest(0, ibis.least(rows.days_left, furthest).floor().cast("int32"))
    on = (rows["last"] + days.as_interval("D")).strftime("%Y-%m-%d")
    is_before = (rows.days_left < furthest) & (on <= rows.ends_on)
    return rows.mutate(
        billed_to=rows["last"].strftime("%Y-%m-%d"),
        runs_out_on=ibis.ifelse(is_before, on, ibis.null("string")),
        running_out_count=(is_before.fill_null(False) | (rows.drawn > rows.ceiling)).cast("int32"),
        contract_count=ibis.literal(1, "int32"),
    )


def _valued(rows: ir.Table, rates: ir.Table) -> ir.Table:
    """Convert by the last rate that is known of each currency."""
    latest = rates.group_by("currency").aggregate(last_rate=rates.usd_per_unit.argmax(rates.month))
    rated = add_columns(rows, latest, "currency")
    rate = ibis.ifelse(rated.currency == DOLLAR, number("1"), rated.last_rate)
    rated = rated.mutate(rate=as_decimal(rate, 28, WORK_PLACES))
    pairs: dict[str, Pair] = {
        "ceiling_usd": (rated.rate, rated.ceiling),
        "drawn_usd": (rated.rate, rated.drawn),
    }
    valued = add_products(rated, PLACES, **pairs)
    return valued.mutate(left_usd=as_decimal(valued.ceiling_usd - valued.drawn_usd))

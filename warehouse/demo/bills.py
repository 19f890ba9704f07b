"""bills/: what the providers charge, line by line, as FOCUS exports by provider and month.

The lines of an agency's month come to what its own summary says of that month, plus tax and the
fees that the providers take; one account that many share is nobody's own, and one account is in
no register at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from warehouse.demo.advice import with_stopped
from warehouse.demo.bill_days import by_day, days_of
from warehouse.demo.bill_services import AWS, AZURE, Provider
from warehouse.demo.government import Floats, Government, Ints
from warehouse.demo.registers import account_of
from warehouse.demo.stories import FIRST_AGENCY, UNTAGGED
from warehouse.demo.writing import choose

SHARED_ACCOUNT = "012345678901"
"""Network and security for all: in no agency's hands, split by a rule."""
UNKNOWN_ACCOUNT = "098765432109"
"""Opened with a card by somebody; in no register."""

BILLED_MONTHS = 12
"""How many months back bills were kept."""

_SHARED_SHARE, _UNKNOWN_SHARE = 0.04, 0.01
_TAX_RATIO, _FEE_RATIO = 0.02, 1.06
_COVERED_SHARE = 0.22
"""Of the lines of machines, those paid for by a commitment: invoiced with it, not by the hour."""
_CREDIT_EVERY = 400
_PLACES = 10
_STYLES = (
    ("CostCentre", "Production", ""),
    ("CostCentre", "Production", ""),
    ("CostCentre", "Production", ""),
    ("CostCentre", "Test", ""),
    ("CostCentre", "Development", ""),
    ("CostCentre", "Production", ""),
    ("costcentre", "Production", ""),
    ("Cost Centre ", "Production", ""),
    ("cost-centre", "prod", "Owner"),
    ("CostCentre", "Test", "DataClassification"),
)
"""How resources are tagged: key of the cost centre, environment, and a tag that was forgotten."""

USAGE, PURCHASE, TAX, CREDIT = range(4)
_QUOTED = pacsv.WriteOptions(quoting_style="needed", batch_size=65_536)


@dataclass(frozen=True, slots=True)
class Payer:
    """One account of one provider, and whose it is: the position of an agency, or -1."""

    account_id: str
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class WrittenBill:
    """One bill that was written: US dollars without and of tax, to the cent."""

    provider: str
    month: str
    invoice_id: str
    lines: int
    net: float
    tax: float


def write_bills(
    folder: Path,
    government: Government,
    monthly_usd: Mapping[str, Floats],
    lines: int,
    on_step: Callable[[str], None] = lambda step: None,
) -> list[WrittenBill]:
    """Write about ``lines`` lines below ``folder`` and return the bills.

    ``monthly_usd`` gives by provider what each agency consumed in each month: shape (A, M). Bills
    are of the last year; what was before is known from summaries alone.
    """
    first = max(0, len(government.months) - BILLED_MONTHS)
    used = {name: usd for name, usd in monthly_usd.items() if usd[:, first:].sum() > 0}
    cells = sum(int((usd[:, first:] > 0).sum()) for usd in used.values())
    a_cell = max(4, round(lines / max(1, cells)))
    bills: list[WrittenBill] = []
    for provider in (AWS, AZURE):
        if provider.name not in used:
            continue
        fleet = _Fleet(government, provider, used[provider.name])
        for month, name in enumerate(government.months[first:], first):
            table = fleet.lines_of(month, a_cell)
            if table.num_rows == 0:
                continue
            path = folder / provider.folder / f"focus-{name}.csv.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            with pa.CompressedOutputStream(str(path), "gzip") as stream:
                pacsv.write_csv(table, stream, write_options=_QUOTED)
            bills.append(_sum_up(table, provider, name))
        written = sum(bill.lines for bill in bills)
        on_step(f"bills/{provider.folder}: {written:,} lines so far")
    return bills


def _sum_up(table: pa.Table, provider: Provider, month: str) -> WrittenBill:
    cost = table["BilledCost"].to_numpy()
    is_tax = pc.equal(table["ChargeCategory"], "Tax").to_numpy()
    net, tax = (round(float(cost[of].sum()), 2) for of in (~is_tax, is_tax))
    invoice = f"{provider.invoice_prefix}{month}"
    return WrittenBill(provider.name, month, invoice, table.num_rows, net, tax)


class _Fleet:
    """The accounts that one provider bills, and what they run."""

    def __init__(self, government: Government, provider: Provider, usd: Floats) -> None:
        self._government = government
        self._provider = provider
        agencies = government.agencies
        self._payers = [
            Payer(account_of(agency, provider.name), agency.name, place)
            for place, agency in enumerate(agencies)
        ]
        if provider is AWS:
            self._payers += [
                Payer(SHARED_ACCOUNT, "Shared network and security", -1),
                Payer(UNKNOWN_ACCOUNT, "Untitled", -1),
            ]
        shared = (
            np.array([[_SHARED_SHARE], [_UNKNOWN_SHARE]]) if provider is AWS else np.empty((0, 1))
        )
        self._wanted = np.concatenate([usd, shared * usd.sum(axis=0)])

    def lines_of(self, month: int, a_cell: int) -> pa.Table:
        """Draw the lines of one bill: of each account's month about ``a_cell``."""
        rng = self._government.rng(f"bill {self._provider.name} {self._government.months[month]}")
        wanted = self._wanted[:, month]
        payers = np.flatnonzero(wanted > 0)
        payer = np.repeat(payers, a_cell)
        if not len(payer):
            return pa.table({})
        days = days_of(self._government.months[month])
        # Every day gets its share: a bill has no holes.
        day = np.tile(np.arange(a_cell) % days, len(payers))
        service = rng.choice(len(self._provider.services), len(payer), p=self._provider.weights)
        resource = rng.integers(0, self._provider.resources, len(payer))
        if self._provider is AWS:
            resource = with_stopped(self._government, month, payer, service, resource)
        weight = rng.lognormal(0, 0.9, len(payer)) * self._provider.prices[service]
        # What a day comes to is given, however its few lines are drawn: estates run on.
        at = payer * days + day
        drawn = np.bincount(at, weights=weight, minlength=len(self._payers) * days)
        due = by_day(self._government, self._wanted, month, rng) * (drawn > 0).reshape(-1, days)
        due = due * (wanted / np.maximum(due.sum(axis=1), 1e-9))[:, None]
        effective = np.round(weight / drawn[at] * due.ravel()[at], _PLACES)
        return self._written(month, _Drawn(payer, day, service, resource, effective, rng))

    def _written(self, month: int, drawn: _Drawn) -> pa.Table:
        """Write the lines that were drawn as FOCUS, and those that follow from them."""
        lines = self._charged(drawn)
        return pa.table(
            {
                **self._bill(month, len(lines.payer)),
                **self._charge(month, lines),
                **self._costs(lines),
                **self._things(drawn, lines),
            }
        )

    def _charged(self, drawn: _Drawn) -> _Lines:
        """Add what follows from usage: commitments that pay for a part, credits, fees and tax."""
        provider, count = self._provider, len(drawn.payer)
        covered = provider.is_machine[drawn.service] & (drawn.rng.random(count) < _COVERED_SHARE)
        effective = drawn.effective
        billed = np.where(covered, 0.0, effective)
        is_credited = (drawn.rng.integers(0, _CREDIT_EVERY, count) == 0) & ~covered
        paid = self._added(drawn.payer, np.where(covered, effective, 0.0)) * _FEE_RATIO
        taxes = self._added(drawn.payer, billed) * _TAX_RATIO
        fee, tax, credit = map(np.flatnonzero, (paid > 0, taxes > 0, is_credited))
        monthly, extra = len(fee) + len(tax), len(fee) + len(tax) + len(credit)
        fees, nothing = np.round(paid[fee], _PLACES), np.zeros(len(fee))
        duties = np.round(taxes[tax], _PLACES)
        credits = -np.round(effective[credit] / 4, _PLACES)
        listed = np.round(effective * np.where(covered, 1.38, provider.list_ratio), _PLACES)
        price = provider.prices[drawn.service]
        return _Lines(
            payer=np.concatenate([drawn.payer, fee, tax, drawn.payer[credit]]),
            day=np.concatenate([drawn.day, np.zeros(monthly, np.int64), drawn.day[credit]]),
            service=np.concatenate(
                [drawn.service, np.full(monthly, provider.fee_service), drawn.service[credit]]
            ),
            charge=np.repeat(
                np.array([USAGE, PURCHASE, TAX, CREDIT]), [count, len(fee), len(tax), len(credit)]
            ),
            covered=np.concatenate([covered, np.zeros(extra, bool)]).astype(np.int64),
            billed=np.concatenate([billed, fees, duties, credits]),
            effective=np.concatenate([effective, nothing, duties, credits]),
            listed=np.concatenate([listed, fees, duties, credits]),
            contracted=np.concatenate([effective, fees, duties, credits]),
            quantity=np.concatenate([np.round(effective / price, 6), np.zeros(extra)]),
        )

    def _bill(self, month: int, count: int) -> dict[str, Any]:
        """Give the columns that are the same on every line of a bill."""
        provider, name = self._provider, self._government.months[month]
        start = np.datetime64(name, "M")
        same = {
            "BillingAccountId": provider.billing_account,
            "BillingAccountName": "Federal Treasury",
            "BillingCurrency": "USD",
            "BillingPeriodStart": _instant(start),
            "BillingPeriodEnd": _instant(start + 1),
            "ChargeClass": None,
            "InvoiceId": f"{provider.invoice_prefix}{name}",
            "InvoiceIssuerName": provider.issuer,
            "ProviderName": provider.billed_name,
            "PublisherName": provider.issuer,
        }
        return {column: choose([text], np.zeros(count, int)) for column, text in same.items()}

    def _charge(self, month: int, lines: _Lines) -> dict[str, Any]:
        """Give the columns that say what kind of charge it is, when, and by what commitment."""
        provider = self._provider
        first = np.datetime64(self._government.months[month], "M").astype("datetime64[D]")
        kinds = len(provider.services)
        commitments = [f"{provider.commitment_prefix}{p.place + 1:05d}" for p in self._payers]
        is_fee = (lines.charge == PURCHASE).astype(np.int64)
        committed = np.maximum(lines.covered, is_fee)
        of_service = np.isin(lines.charge, (USAGE, CREDIT))
        described = [one.description for one in provider.services]
        return {
            "ChargeCategory": choose(("Usage", "Purchase", "Tax", "Credit"), lines.charge),
            "ChargeDescription": choose(
                (*described, "Monthly commitment", "Tax"),
                np.where(of_service, lines.service, kinds - 1 + lines.charge),
            ),
            "ChargeFrequency": choose(
                ("Usage-Based", "Recurring", "Usage-Based", "One-Time"), lines.charge
            ),
            "ChargePeriodStart": choose([_instant(first + d) for d in range(31)], lines.day),
            "ChargePeriodEnd": choose([_instant(first + d + 1) for d in range(31)], lines.day),
            "CommitmentDiscountCategory": choose((None, "Spend"), lines.covered),
            "CommitmentDiscountId": choose(
                (None, *commitments), np.where(committed > 0, lines.payer + 1, 0)
            ),
            "CommitmentDiscountStatus": choose((None, "Used"), lines.covered),
            "CommitmentDiscountType": choose((None, provider.commitment_type), committed),
            "PricingCategory": choose(("Standard", "Committed"), lines.covered),
        }

    def _costs(self, lines: _Lines) -> dict[str, Any]:
        """Give the four costs and the quantity."""
        return {
            "BilledCost": lines.billed,
            "EffectiveCost": lines.effective,
            "ListCost": lines.listed,
            "ContractedCost": lines.contracted,
            "ConsumedQuantity": lines.quantity,
            "ConsumedUnit": choose([one.unit for one in self._provider.services], lines.service),
        }

    def _things(self, drawn: _Drawn, lines: _Lines) -> dict[str, Any]:
        """Give the columns that say who used what, where."""
        services, extra = self._provider.services, len(lines.payer) - len(drawn.payer)
        skus = [f"{self._provider.name}-{number:04d}" for number in range(len(services))]
        regions = self._provider.regions
        return {
            "RegionId": choose(regions, lines.payer % len(regions)),
            "ResourceId": self._resources(drawn, extra),
            "ResourceType": choose([one.resource_type for one in services], lines.service),
            "ServiceCategory": choose([one.category for one in services], lines.service),
            "ServiceName": choose([one.name for one in services], lines.service),
            "SkuId": choose(skus, lines.service),
            "SubAccountId": choose([p.account_id for p in self._payers], lines.payer),
            "SubAccountName": choose([p.name for p in self._payers], lines.payer),
            "Tags": self._tags(drawn, extra),
        }

    def _added(self, payer: Ints, cost: Floats) -> Floats:
        added: Floats = np.bincount(payer, cost.clip(0), len(self._payers)).astype(np.float64)
        return added

    def _resources(self, drawn: _Drawn, extra: int) -> pa.Array:
        """Name what was used: an account runs the same few things all month."""
        provider = self._provider
        kinds = len(provider.services)
        names = [
            provider.resource_name(payer.account_id, kind, number)
            for payer in self._payers
            for kind in provider.services
            for number in range(provider.resources)
        ]
        at = (drawn.payer * kinds + drawn.service) * provider.resources + drawn.resource
        return choose([None, *names], np.concatenate([at + 1, np.zeros(extra, np.int64)]))

    def _tags(self, drawn: _Drawn, extra: int) -> pa.Array:
        """Tag most resources, some under other spellings, and few in the untagged corner."""
        texts: list[str | None] = [None]
        for payer in self._payers:
            texts += [_written_tags(payer.place + FIRST_AGENCY, *style) for style in _STYLES]
        # By the resource, not by the line: a thing is tagged or it isn't.
        chance = (drawn.resource * 7919 + drawn.service * 104_729 + drawn.payer * 611) % 1000 / 1000
        corner = drawn.payer == UNTAGGED.agency_id - FIRST_AGENCY
        place = np.array([p.place for p in self._payers])[drawn.payer]
        tagged = (chance > np.where(corner, 0.66, 0.2)) & (place >= 0)
        style = (drawn.resource + drawn.service) % len(_STYLES)
        at = np.where(tagged, 1 + drawn.payer * len(_STYLES) + style, 0)
        return choose(texts, np.concatenate([at, np.zeros(extra, np.int64)]))


def _written_tags(agency: int, cost_centre: str, environment: str, forgotten: str) -> str:
    """Write the tags of a resource as the JSON object that bills carry."""
    tags = {
        "Agency": str(agency),
        cost_centre: f"CC-{agency}",
        "Environment": environment,
        "Application": f"app-{agency % 7}",
        "Owner": f"cloud-team@mda{agency}.example",
        "DataClassification": "Official",
    }
    return json.dumps({key: value for key, value in tags.items() if key != forgotten})


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Lines of usage: by line, the positions of account, day, service and resource."""

    payer: Ints
    day: Ints
    service: Ints
    resource: Ints
    effective: Floats
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class _Lines:
    """All lines of one bill, column by column: positions first, then amounts."""

    payer: Ints
    day: Ints
    service: Ints
    charge: Ints
    covered: Ints
    billed: Floats
    effective: Floats
    listed: Floats
    contracted: Floats
    quantity: Floats


def _instant(day: np.datetime64) -> str:
    return f"{day.astype('datetime64[D]')}T00:00:00Z"

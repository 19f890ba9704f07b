"""A small government on disk, each agency with files of its own, for tests to change and build.

Figures follow from the agency's number and the month by plain arithmetic: no randomness, so that
a test may change one agency and know that nothing else moved.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

MONTHS = tuple(f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13))[:16]
BILL_HEADER = (
    "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingAccountId,SubAccountId,"
    "SubAccountName,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
    "ChargePeriodEnd,ChargeCategory,ProviderName,ServiceCategory,ServiceName,RegionId,ResourceId,"
    "Tags,InvoiceId"
)
"""Columns of the factory's FOCUS exports."""

INVOICE_HEADER = (
    "invoice_id,issuer,provider,agency_id,billing_month,amount,tax_amount,currency,paid_amount,"
    "ledger_code"
)
CONTRACT_HEADER = (
    "contract_id,supplier,provider,account_id,agency_id,purchase_order,ceiling,currency,starts_on,"
    "ends_on"
)
RECOMMENDATION_HEADER = (
    "taken_on,provider,account_id,recommendation_id,resource_id,recommendation,effort,"
    "yearly_saving,currency"
)
SERVICES = ("IaaS", "PaaS", "SaaS")
SHARED_ACCOUNT = "999999999999"
"""An account of nobody's: what it costs is borne by no agency."""


@dataclass(frozen=True)
class Agency:
    """One agency and what makes it differ from the others."""

    agency_id: int
    name: str
    country: str = "Trinidad & Tobago"
    country_code: str = "TT"
    currency: str = "TTD"
    size: str = "Large"
    factor: float = 1.0
    migrated: bool = True
    has_budget: bool = True
    has_telemetry: bool = False
    services: tuple[str, ...] = SERVICES
    billed_in_full: bool = False
    """Whether the bills come to a little more than its own summary, and not to next to nothing."""
    spoil: str = ""
    """A feed whose file is cut off, or ``jump`` for a month that leaps."""

    def costing(self, factor: float) -> Agency:
        """Give the same agency at another level of cost."""
        return replace(self, factor=factor)


GOVERNMENT = (
    Agency(10, "Ministry of Health", has_telemetry=True),
    Agency(11, "Revenue Authority", factor=1.7, has_telemetry=True),
    Agency(12, "Land Registry", "Jamaica", "JM", "JMD", "Medium", 0.6, migrated=False),
    Agency(13, "Ports Authority", "Jamaica", "JM", "JMD", "Small", 0.4, has_budget=False),
    Agency(14, "National Archives", "Panama", "PA", "USD", "Small", 0.3, migrated=False),
    Agency(15, "Transport Division", "Panama", "PA", "USD", "Medium", 1.1),
    Agency(16, "Education Services", size="Medium", factor=0.9, services=("IaaS", "SaaS")),
    Agency(
        17,
        "Water Board",
        "Panama",
        "PA",
        "USD",
        "Small",
        0.5,
        has_telemetry=True,
        billed_in_full=True,
    ),
)


def write_government(
    folder: Path, agencies: Sequence[Agency] = GOVERNMENT, *, with_bills: bool = False
) -> Path:
    """Write all feeds below ``folder`` and return it; bills only ``with_bills``."""
    _write(
        folder / "mda/agencies.csv",
        "agency_id,country,country_code,agency_name,org_size,sector_type,aws_pref_region,"
        "currency,region_group",
        (
            (a.agency_id, a.country, a.country_code, a.name, a.size, "Agency", "us-east-1",
             a.currency, "Caribbean")
            for a in agencies
        ),
    )  # fmt: skip
    countries = sorted({(a.country, a.country_code) for a in GOVERNMENT})
    _write(
        folder / "mda/baseline_adoption.csv",
        "country,country_code,year,org_size,adoption_pct",
        ((*country, 2024, size, 40.5) for country in countries for size in ("Small", "Large")),
    )
    _write(
        folder / "fx/exchange_rates.csv",
        "month,currency,usd_per_unit",
        ((m, c, r) for m in MONTHS for c, r in (("TTD", "0.147"), ("JMD", "0.0064"))),
    )
    for agency in agencies:
        _write_agency(folder, agency)
        if with_bills:
            _write_bill(folder, agency)
    if with_bills:
        shared = (_line(SHARED_ACCOUNT, "Shared", day, 90.0) for day in _billed_days())
        _write(folder / "bills/shared.csv", BILL_HEADER, shared)
        _write(
            folder / "provider_recommendations/shared.csv",
            RECOMMENDATION_HEADER,
            [recommended(SHARED_ACCOUNT, "s-1", resource_of(SHARED_ACCOUNT), 60)],
        )
        _write(
            folder / "invoices/invoices/shared.csv",
            INVOICE_HEADER,
            [
                (
                    f"I-999999999999-{MONTHS[-2]}",
                    "Amazon",
                    "AWS",
                    "",
                    MONTHS[-2],
                    950,
                    "",
                    "USD",
                    "",
                    "6100",
                )
            ],
        )
        _write(
            folder / "contracts/contracts/shared.csv",
            CONTRACT_HEADER,
            [
                (
                    "K-0",
                    "Amazon",
                    "AWS",
                    "",
                    "",
                    "PO-1",
                    9_000_000,
                    "USD",
                    "2025-01-01",
                    "2025-12-31",
                )
            ],
        )
    return folder


def account_of(agency_id: int) -> str:
    """Give the account that an agency is billed on: twelve digits, the first of them 0."""
    return f"0{agency_id:011d}"


def resource_of(account: str) -> str:
    """Give the one resource that an account is billed for."""
    return f"arn:aws:ec2:{account}:i-1"


def recommended(account: str, number: str, resource: str, saving: float) -> tuple[object, ...]:
    """Give one recommendation as a row of an export; about several resources for an empty one."""
    words = "Stop it" if resource else "Buy a savings plan"
    return (MONTHS[-1], "AWS", account, number, resource, words, "Low", round(saving, 2), "USD")


def _write_bill(folder: Path, a: Agency) -> None:
    _write(
        folder / f"accounts/accounts/{a.agency_id}.csv",
        "provider,account_id,agency_id,valid_from,valid_to",
        [("AWS", account_of(a.agency_id), a.agency_id, MONTHS[0], "")],
    )
    _write(
        folder / f"bills/{a.agency_id}.csv",
        BILL_HEADER,
        (
            _line(account_of(a.agency_id), a.name, day, round(_charge(a, at, day[:7]), 9))
            for at, day in enumerate(_billed_days())
        ),
    )
    account = account_of(a.agency_id)
    _write(
        folder / f"provider_recommendations/{a.agency_id}.csv",
        RECOMMENDATION_HEADER,
        (
            recommended(account, number, resource, saving * a.factor)
            for number, resource, saving in (("r-1", resource_of(account), 120), ("r-2", "", 240))
        ),
    )
    _write(
        folder / f"invoices/invoices/{a.agency_id}.csv",
        INVOICE_HEADER,
        (
            (f"I-{account_of(a.agency_id)}-{month}", "Island Telecom", "AWS", a.agency_id, month,
             round(80 * a.factor, 2), round(4 * a.factor, 2), "USD", "", "6100")
            for month in MONTHS[-2:]
        ),
    )  # fmt: skip
    _write(
        folder / f"contracts/contracts/{a.agency_id}.csv",
        CONTRACT_HEADER,
        [(f"K-{a.agency_id}", "Island Telecom", "AWS", account_of(a.agency_id), a.agency_id, "",
          round((500_000 if a.billed_in_full else 500) * a.factor, 2), "USD", "2025-01-01",
          "2025-12-31")],
    )  # fmt: skip


def _billed_days() -> list[str]:
    return [f"{month}-{day:02d}" for month in MONTHS[-3:] for day in range(1, 29, 3)]


def _line(account: str, name: str, day: str, cost: float) -> tuple[object, ...]:
    year, month = int(day[:4]), int(day[5:7])
    following = f"{year + month // 12}-{month % 12 + 1:02d}-01T00:00:00Z"
    tags = f'{{"CostCentre": "CC-{account[-4:]}"}}'
    return (
        cost, cost, cost, cost, "000000000001", account, name, "USD", f"{day[:7]}-01T00:00:00Z",
        following, f"{day}T00:00:00Z", f"{day}T01:00:00Z", "Usage", "AWS", "Compute",
        "Amazon EC2", "us-east-1", resource_of(account), tags, f"I-{account}-{day[:7]}",
    )  # fmt: skip


def _write_agency(folder: Path, a: Agency) -> None:
    who = (a.agency_id, a.country, a.country_code)
    _write(
        folder / f"mda/usage_monthly/{a.agency_id}.csv",
        "agency_id,country,country_code,month,service_type,compute_hours,storage_gb,"
        "data_egress_gb,utilisation_pct,cost_usd,aws_region,migration_status,resource_count",
        (
            (*who, month, service, 400 + 10 * at, 1000 + 5 * at, 100 + at, _utilisation(a, at, n),
             _cost(a, at, n), "us-east-1", _status(a, at), 20 + n)
            for at, month in enumerate(MONTHS)
            for n, service in enumerate(a.services)
        ),
    )  # fmt: skip
    _write(
        folder / f"mda/tagging_compliance/{a.agency_id}.csv",
        "agency_id,country,country_code,month,tagged_pct,untagged_cost_usd",
        (
            (*who, month, 60 + 2 * at, round(sum(_cost(a, at, n) for n in range(3)) * 0.2, 2))
            for at, month in enumerate(MONTHS)
        ),
    )
    _write(
        folder / f"mda/provider_spend/{a.agency_id}.csv",
        "agency_id,country,country_code,year,cloud_provider,spend_usd",
        (
            (*who, year, provider, round(part * 12_000 * a.factor, 2))
            for year in (2024, 2025)
            for provider, part in (("AWS", 3), ("Azure", 1.5), ("GCP", 0.5))
        ),
    )
    moved = ("Yes", "9/1/2024") if a.migrated else ("No", "")
    _write(
        folder / f"mda/migration_summary/{a.agency_id}.csv",
        "agency_id,country,country_code,org_size,migrated,migration_date,"
        "pre_migration_cost_usd,post_migration_cost_usd,expected_savings_pct,"
        "realized_savings_pct,sla_breaches_pre,sla_breaches_post",
        [(*who, a.size, *moved, round(50_000 * a.factor, 2), round(43_000 * a.factor, 2),
          18, 14, 9, 4)],
    )  # fmt: skip
    if a.has_budget:
        _write(
            folder / f"budgets/budgets/{a.agency_id}.csv",
            "agency_id,period,amount,currency,phasing,version",
            (
                (a.agency_id, month, round(4000 * a.factor, 2), "USD", "given", "original")
                for month in MONTHS
            ),
        )
    if a.has_telemetry:
        _write_telemetry(folder, a)
    if a.spoil and a.spoil != "jump":
        spoilt = folder / f"mda/{a.spoil}/{a.agency_id}.csv"
        spoilt.write_bytes(spoilt.read_bytes()[:-25])


def _write_telemetry(folder: Path, a: Agency) -> None:
    service = f"portal-{a.agency_id}"
    _write(
        folder / f"services/services/{a.agency_id}.csv",
        "digital_service_id,digital_service_name,agency_id,service_type,criticality,"
        "service_hours,peak_months,accounts,regions,slo_target_pct",
        [(service, f"Portal of {a.name}", a.agency_id, "SaaS", "High", "24x7", "1;2;3", "",
          "us-east-1", "99.9")],
    )  # fmt: skip
    _write(
        folder / f"telemetry/telemetry/{a.agency_id}.csv",
        "agency_id,digital_service_id,region,provider,period_start,requests,errors,"
        "latency_mean_ms,requests_le_100ms,requests_le_250ms,requests_le_500ms,"
        "requests_le_1000ms,requests_le_2500ms,successful_minutes,total_minutes",
        (
            (a.agency_id, service, "us-east-1", "AWS", f"{month}-{day:02d}", 10_000 + 10 * at,
             12 + at, 210 + 4 * at, 1500, 7000, 9000, 9900, 9990, 1438, 1440)
            for at, month in enumerate(MONTHS[-6:])
            for day in (1, 10, 20)
        ),
    )  # fmt: skip


def _charge(a: Agency, at: int, month: str) -> float:
    """Give what the account is charged on its ``at``-th day with charges."""
    uneven = (at % 7 + 3.123456789) * a.factor
    if not a.billed_in_full:
        return uneven
    summed = sum(_cost(a, MONTHS.index(month), n) for n in range(len(a.services)))
    days = len(_billed_days()) / len({day[:7] for day in _billed_days()})
    return uneven + summed / days


def _cost(a: Agency, at: int, n: int) -> float:
    leap = 40 if a.spoil == "jump" and at == len(MONTHS) - 2 else 1
    swing = 1.45 if at == 9 else 1 + 0.05 * (at % 3)
    return round((900 + 600 * n + 12.37 * at) * a.factor * swing * leap, 2)


def _utilisation(a: Agency, at: int, n: int) -> float:
    return round(15 + 7 * ((a.agency_id + 3 * at + 5 * n) % 11) + 0.25 * n, 2)


def _status(a: Agency, at: int) -> str:
    return "Post" if a.migrated and MONTHS[at] >= "2024-09" else "Pre"


def _write(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)

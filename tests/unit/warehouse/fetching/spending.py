"""What is spent at two providers, how it is declared, and what a build makes of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.factories.providers import Books, Spent
from tests.unit.warehouse.fetching.conftest import Fetching
from tests.unit.warehouse.quality.hand_in import Outcome

Serve = Callable[[str, Books], None]

COMPUTE = "Amazon Elastic Compute Cloud - Compute"
FEW_ACCOUNTS = [
    Spent("2025-03-01", "111", COMPUTE, "us-east-1", "1.2345678901", "0.5"),
    Spent("2025-03-01", "111", "Amazon Simple Storage Service", "us-east-1", "2.5", "2.5"),
    Spent("2025-03-02", "111", "Amazon Simple Storage Service", "eu-west-1", "3", "3"),
    Spent("2025-03-02", "222", "AWS Support (Business)", "", "100", "100"),
    Spent("2025-03-03", "222", "Tax", "", "19.99", "19.99"),
    Spent("2025-03-03", "111", "Amazon Simple Storage Service", "ca-central-1", "-0.25", "-0.25"),
]  # fmt: skip
MANY_ACCOUNTS = [
    Spent("2025-03-01", f"{number}", "Amazon EC2", region, f"{number}.01", f"{number}.02")
    for number in range(100, 106)
    for region in ("us-east-1", "")
]
SUBSCRIPTIONS = [
    Spent("2025-03-01", "sub-1", "Virtual Machines", "westeurope", "0", "4.25"),
    Spent("2025-03-01", "sub-1", "Storage", "westeurope", "0.1", "0.1"),
    Spent("2025-03-01", "sub-1", "Storage", "westeurope", "0.2", "0.2"),
    Spent("2025-03-02", "sub-1", "Virtual Machines", "", "100", "0", "Purchase"),
    Spent("2025-03-03", "sub-2", "Storage", "northeurope", "0", "1.75", "UnusedReservation"),
]  # fmt: skip

THROTTLED = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"}, {})
DENIED = (400, {"__type": "AccessDeniedException", "message": "not authorised to ask"}, {})
TOO_MANY = (
    429,
    {"error": {"code": "429", "message": "Too many requests. Please retry."}},
    {"x-ms-ratelimit-microsoft.costmanagement-entity-retry-after": "7"},
)
FORBIDDEN = (403, {"error": {"code": "RBACAccessDenied", "message": "no access to it"}}, {})


def declare_aws(fetching: Fetching, *more: str, start: str = "2025-03") -> None:
    fetching.declare("payer", 'provider = "AWS"', 'account = "999"', f'from = "{start}"', *more)


def declare_azure(fetching: Fetching) -> None:
    fetching.declare(
        "enrolment",
        'provider = "Azure"',
        'account = "8800"',
        'from = "2025-03"',
        'scope = "/providers/Microsoft.Billing/billingAccounts/8800"',
    )


def sums(outcome: Outcome, by: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = outcome.rows(
        f"SELECT coalesce({by}, ''), sum(billed_cost), sum(effective_cost) FROM stg_charge "
        "GROUP BY ALL"
    )
    return {str(key): (billed, effective) for key, billed, effective in rows}


def expected(spent: list[Spent], by: str) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for one in spent:
        billed, effective = found.get(getattr(one, by), (Decimal(0), Decimal(0)))
        found[getattr(one, by)] = billed + Decimal(one.billed), effective + Decimal(one.effective)
    return found


def findings(outcome: Outcome) -> list[str]:
    return [
        detail
        for (detail,) in outcome.rows(
            "SELECT detail FROM finding WHERE rule = 'bill_can_be_fetched'"
        )
    ]

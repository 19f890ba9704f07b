"""What the published build counts of bills, to compare the next one with and to fall back on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SliceKey = tuple[str, str, str, str, str]
"""Provider, billing account, account, billing month, currency: what is held or counted as one."""


@dataclass(frozen=True, slots=True)
class BilledBefore:
    """What one file gave to one slice.

    ``made_from`` are the hashes that its lines were made from: the file's, then those of the
    column maps beside it, the nearest first. All of them lie in the raw zone.
    """

    provider: str
    billing_account_id: str
    account_id: str
    billing_month: str
    billing_currency: str
    path: str
    made_from: tuple[str, ...]
    row_count: int
    billed_cost: Decimal
    first_day: str
    last_day: str

    @property
    def key(self) -> SliceKey:
        """Which slice it is of."""
        return (
            self.provider,
            self.billing_account_id,
            self.account_id,
            self.billing_month,
            self.billing_currency,
        )

"""Hold a bill that leaps, until somebody approves it.

A slice is what an account is billed for a month in a currency, whatever files it comes in and
whoever pays for it: one account's leap doesn't hold up the others of its payer. One that restates
what is counted is compared with that; one of a new month with the account's last whole month. Only
what reaches as far is compared: a bill grows through its month, and that it is larger a week later
says nothing. The first bill of an account is compared with nothing.
"""

from __future__ import annotations

import calendar
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from warehouse.bills.billed_before import BilledBefore, SliceKey
from warehouse.bills.restatements import FileSlice
from warehouse.feeds.inputs import BILLS
from warehouse.quality.holds import MEDIAN_LIMIT, PREVIOUS_LIMIT, Suspicion
from warehouse.quality.rules import Rule, Severity

LEAST_CHANGE = 100
"""A smaller change, in the bill's own currency, holds nothing: small accounts leap every month."""

RESTATED_LEAPS = Rule(
    "bill_is_like_counted",
    Severity.HOLD,
    f"A restated bill of an account's month lies within {PREVIOUS_LIMIT} times what is counted.",
)
MONTH_LEAPS = Rule(
    "bill_is_like_month_before",
    Severity.HOLD,
    f"A new month's bill lies within {MEDIAN_LIMIT} times the account's last whole month.",
)
HOLD_RULES = (RESTATED_LEAPS, MONTH_LEAPS)

BillApprovals = Collection[tuple[str, str]]
"""Month and content hash of each slice of a bill that somebody approved."""


class _Part(Protocol):
    @property
    def key(self) -> SliceKey: ...
    @property
    def row_count(self) -> int: ...
    @property
    def billed_cost(self) -> Decimal: ...
    @property
    def first_day(self) -> str: ...
    @property
    def last_day(self) -> str: ...


@dataclass(frozen=True, slots=True)
class BilledTotal:
    """What a slice comes to over all its files."""

    row_count: int
    billed_cost: Decimal
    first_day: str
    last_day: str

    @property
    def a_day(self) -> Decimal:
        """The mean of a day from the first charge to the last."""
        days = date.fromisoformat(self.last_day) - date.fromisoformat(self.first_day)
        return self.billed_cost / (days.days + 1)


@dataclass(frozen=True, slots=True)
class HeldBill:
    """A slice that waits. ``counted`` is what is counted meanwhile; ``None`` where nothing is."""

    key: SliceKey
    now: BilledTotal
    counted: BilledTotal | None
    suspicion: Suspicion


def find_held(
    parts: Sequence[FileSlice], before: Sequence[BilledBefore], approved: BillApprovals
) -> list[HeldBill]:
    """Find the slices that leap and aren't approved.

    ``parts`` are those that would count: what is restated and stray currencies are left out.
    """
    by_key: dict[SliceKey, list[FileSlice]] = defaultdict(list)
    for each in parts:
        by_key[each.slice.key].append(each)
    totals, counted = _totals(each.slice for each in parts), _totals(before)
    held = []
    whole: dict[tuple[str, str, str, str], tuple[str, BilledTotal]] = {}
    for key, now in sorted(totals.items()):
        payer, month = key[:3], key[3]
        known, last = counted.get(key), whole.get((*payer, key[4]))
        found = _leap(key, now, known, last)
        if found is not None:
            rule, reason = found
            content = _content(key, now, by_key[key])
            if (month, content) not in approved:
                held.append(
                    HeldBill(key, now, known, _suspicion(key, now, known, rule, content, reason))
                )
                now = known or now
                if known is None:
                    continue
        if _is_whole(month, now):
            whole[*payer, key[4]] = (month, now)
    return held


def part_name(key: SliceKey) -> str:
    """Name a slice within its month."""
    provider, payer, account, _, currency = key
    if account == payer:
        return f"{provider} account {account}, {currency}"
    return f"{provider} account {account}, billed to {payer}, {currency}"


def _leap(
    key: SliceKey, now: BilledTotal, known: BilledTotal | None, last: tuple[str, BilledTotal] | None
) -> tuple[Rule, str] | None:
    if known is not None:
        if not _restated_leaps(now, known):
            return None
        return RESTATED_LEAPS, _reason(key, now, known, "what is counted for it", _STAYS)
    if last is None:
        return None
    month, usual = last
    if not _month_leaps(key[3], now, usual):
        return None
    return MONTH_LEAPS, _reason(key, now, usual, f"its bill for {month}", _MISSING)


def _restated_leaps(now: BilledTotal, known: BilledTotal) -> bool:
    if not _is_large(now, known):
        return False
    if now.last_day < known.last_day:
        return _is_beyond(now.billed_cost, known.billed_cost, PREVIOUS_LIMIT)
    rose = now.billed_cost > PREVIOUS_LIMIT * known.billed_cost
    if rose and now.last_day > known.last_day:
        return now.a_day > PREVIOUS_LIMIT * known.a_day
    return rose or now.billed_cost * PREVIOUS_LIMIT < known.billed_cost


def _month_leaps(month: str, now: BilledTotal, usual: BilledTotal) -> bool:
    if not _is_large(now, usual):
        return False
    if now.billed_cost > MEDIAN_LIMIT * usual.billed_cost:
        return True
    return now.billed_cost * MEDIAN_LIMIT < usual.billed_cost and _is_whole(month, now)


def _is_large(now: BilledTotal, other: BilledTotal) -> bool:
    # Nothing is a multiple of nothing, or of a credit.
    return other.billed_cost > 0 and abs(now.billed_cost - other.billed_cost) >= LEAST_CHANGE


def _is_beyond(now: Decimal, other: Decimal, limit: int) -> bool:
    return now > limit * other or now * limit < other


def _is_whole(month: str, total: BilledTotal) -> bool:
    year, number = (int(part) for part in month.split("-"))
    last = calendar.monthrange(year, number)[1]
    return total.first_day <= f"{month}-01" and total.last_day >= f"{month}-{last:02d}"


def _totals(parts: Iterable[_Part]) -> dict[SliceKey, BilledTotal]:
    """Add parts up; how far each reaches is how far its payer's bill does.

    An account may well have its first charge on the tenth: the bill has all days all the same.
    """
    by_key: dict[SliceKey, list[_Part]] = defaultdict(list)
    days: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for part in parts:
        by_key[part.key].append(part)
        days[_payer(part.key)] |= {part.first_day, part.last_day}
    return {
        key: BilledTotal(
            sum(part.row_count for part in found),
            sum((part.billed_cost for part in found), Decimal(0)),
            min(days[_payer(key)]),
            max(days[_payer(key)]),
        )
        for key, found in by_key.items()
    }


def _payer(key: SliceKey) -> tuple[str, ...]:
    return (*key[:2], *key[3:])


def _content(key: SliceKey, now: BilledTotal, parts: Iterable[FileSlice]) -> str:
    """Hash what a slice says, whatever files it lies in: its sums, and what its charges are for."""
    charges = 0
    for part in parts:
        charges ^= part.slice.charges
    said = (*key, now.row_count, f"{now.billed_cost:.12f}", charges)
    return hashlib.sha256("\n".join(str(one) for one in said).encode()).hexdigest()


def _suspicion(
    key: SliceKey,
    now: BilledTotal,
    known: BilledTotal | None,
    rule: Rule,
    content: str,
    reason: str,
) -> Suspicion:
    # Whose it is is found when the owners of accounts are known.
    return Suspicion(
        feed=BILLS,
        agency_id=0,
        month=key[3],
        rule=rule.name,
        content_hash=content,
        reason=reason,
        row_count=now.row_count,
        part=part_name(key),
        currency=key[4],
        amount=now.billed_cost,
        amount_counted=known.billed_cost if known is not None else Decimal(0),
    )


_STAYS = "What was counted before stays counted until then."
_MISSING = "Until then the month is without it."


def _reason(key: SliceKey, now: BilledTotal, other: BilledTotal, what: str, meanwhile: str) -> str:
    provider, _, account, month, currency = key
    times = now.billed_cost / other.billed_cost
    return (
        f"The bill of {provider} account {account} for {month} adds up to {now.billed_cost:,.2f} "
        f"{currency} in {now.row_count:,} lines to {now.last_day}, {times:,.3g} times {what} "
        f"({other.billed_cost:,.2f} {currency} to {other.last_day}). Approve it if it is right; "
        f"otherwise hand in a corrected bill. {meanwhile}"
    )

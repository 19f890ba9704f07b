"""Import what feed files say into the records, as further versions where it is new.

A file is compared with what was last imported from files, never with what people decided since:
handing the same file in again changes nothing, and so it can't undo a decision.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from warehouse.governance.models import (
    FROM_THE_START,
    AccountOwner,
    BudgetLine,
    BudgetVersion,
    ExchangeRate,
    ServiceTarget,
)
from warehouse.governance.types import plain

FILE = "file"


@dataclass(frozen=True, slots=True)
class RateRow:
    """A row of exchange_rates, with the path it came from."""

    month: str
    currency: str
    usd_per_unit: Decimal
    path: str


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A row of budgets, with the file and row it came from."""

    agency_id: int
    period: str
    amount: Decimal
    currency: str
    phasing: str | None
    version: str
    path: str
    sha256: str
    source_row: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row of accounts, with the path it came from."""

    provider: str
    account_id: str
    agency_id: int
    valid_from: str
    valid_to: str | None
    path: str


@dataclass(frozen=True, slots=True)
class TargetRow:
    """The target that services.csv gives a digital service; ``None`` where it gives none."""

    digital_service_id: str
    agency_id: int
    availability_ratio: Decimal | None
    path: str


def import_rates(session: Session, rows: Iterable[RateRow], now: datetime) -> int:
    """Record the rates that differ from those last imported; gives how many."""
    rate = ExchangeRate
    versions = versions_of(session, rate, "month", "currency")
    imported = last_imported(session, rate, ("month", "currency"), ("usd_per_unit",))
    new = [
        {
            "month": row.month,
            "currency": row.currency,
            "version": versions[row.month, row.currency] + 1,
            "usd_per_unit": row.usd_per_unit,
            **from_file(row.path, now),
        }
        for row in rows
        if imported.get((row.month, row.currency)) != [(plain(row.usd_per_unit),)]
    ]
    return add_rows(session, rate, new)


def import_targets(session: Session, rows: Iterable[TargetRow], now: datetime) -> int:
    """Record the targets that changed; gives how many.

    The first target of a service holds from the start; a changed one from this month on, so
    that months gone by keep the target they were judged by.
    """
    target = ServiceTarget
    imported = select(target.agency_id, target.digital_service_id, target.availability_ratio)
    in_order = imported.where(target.source == FILE).order_by(target.effective_from, target.version)
    last = {(agency, name): text_of(ratio) for agency, name, ratio in session.execute(in_order)}
    versions = versions_of(session, target, "agency_id", "digital_service_id", "effective_from")
    new = []
    for row in rows:
        key = (row.agency_id, row.digital_service_id)
        if last.get(key) == text_of(row.availability_ratio):
            continue
        start = f"{now:%Y-%m}" if key in last else FROM_THE_START
        new.append(
            {
                "agency_id": row.agency_id,
                "digital_service_id": row.digital_service_id,
                "effective_from": start,
                "version": versions[*key, start] + 1,
                "availability_ratio": row.availability_ratio,
                **from_file(row.path, now),
            }
        )
    return add_rows(session, target, new)


def import_accounts(session: Session, rows: Iterable[AccountRow], now: datetime) -> int:
    """Record the history of each account that changed, whole; gives the rows added."""
    owner = AccountOwner
    handed_in: dict[tuple[str, str], list[AccountRow]] = defaultdict(list)
    for row in rows:
        handed_in[row.provider, row.account_id].append(row)
    versions = versions_of(session, owner, "provider", "account_id")
    imported = last_imported(
        session, owner, ("provider", "account_id"), ("valid_from", "valid_to", "agency_id")
    )
    new = []
    for key, history in handed_in.items():
        written = sorted(
            ((r.valid_from, text_of(r.valid_to), str(r.agency_id)) for r in history), key=str
        )
        if imported.get(key) == written:
            continue
        new += [
            {
                "provider": row.provider,
                "account_id": row.account_id,
                "version": versions[key] + 1,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "agency_id": row.agency_id,
                **from_file(row.path, now),
            }
            for row in history
        ]
    return add_rows(session, owner, new)


def import_budgets(session: Session, rows: Iterable[BudgetRow], now: datetime) -> int:
    """Record each agency's version of a budget whose lines changed; gives how many."""
    handed_in: dict[tuple[int, str], list[BudgetRow]] = defaultdict(list)
    for row in rows:
        handed_in[row.agency_id, row.version].append(row)
    version = BudgetVersion
    revisions: dict[tuple[int, str], int] = defaultdict(int)
    imported: dict[tuple[int, str], str] = {}
    found = select(
        version.agency_id, version.label, version.revision, version.source, version.content_hash
    ).order_by(version.revision)
    for agency, label, revision, source, content_hash in session.execute(found):
        revisions[agency, label] = revision
        if source == FILE:
            imported[agency, label] = content_hash
    changed = 0
    for key, lines in sorted(handed_in.items()):
        content_hash = hash_lines(
            [(row.period, row.amount, row.currency, _phasing(row)) for row in lines]
        )
        if imported.get(key) != content_hash:
            _add_budget(session, lines, revisions[key] + 1, content_hash, now)
            changed += 1
    return changed


def hash_lines(lines: Iterable[tuple[str, Decimal, str, str]]) -> str:
    """Hash period, amount, currency and phasing of a budget's lines, whatever their order."""
    written = sorted((period, plain(amount), *rest) for period, amount, *rest in lines)
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def _add_budget(
    session: Session, lines: list[BudgetRow], revision: int, content_hash: str, now: datetime
) -> None:
    first = lines[0]
    version = BudgetVersion(
        agency_id=first.agency_id,
        label=first.version,
        revision=revision,
        content_hash=content_hash,
        source_sha256=first.sha256,
        **from_file(first.path, now),
    )
    session.add(version)
    session.flush()
    session.execute(
        insert(BudgetLine),
        [
            {
                "budget_version_id": version.budget_version_id,
                "agency_id": row.agency_id,
                "period": row.period,
                "amount": row.amount,
                "currency": row.currency,
                "phasing": _phasing(row),
                "source_row": row.source_row,
            }
            for row in lines
        ],
    )


def _phasing(row: BudgetRow) -> str:
    """Say how a line is spread where the file leaves it blank: a year evenly."""
    return row.phasing or ("even" if len(row.period) == 4 else "given")


def versions_of(session: Session, model: Any, *key: str) -> dict[tuple[Any, ...], int]:
    """Give the highest version of each key; 0 where there is none."""
    columns = [getattr(model, name) for name in key]
    found = session.execute(select(*columns, func.max(model.version)).group_by(*columns))
    versions: dict[tuple[Any, ...], int] = defaultdict(int)
    versions.update({tuple(row[:-1]): row[-1] for row in found})
    return versions


def last_imported(
    session: Session, model: Any, key: tuple[str, ...], values: tuple[str, ...]
) -> dict[tuple[Any, ...], list[tuple[str | None, ...]]]:
    """Give what each key's last version from a file says, written out and sorted."""
    names = (*key, "version", *values)
    query = select(*(getattr(model, name) for name in names)).where(model.source == FILE)
    last: dict[tuple[Any, ...], tuple[int, list[tuple[str | None, ...]]]] = {}
    for row in session.execute(query.order_by(model.version)):
        of, version = tuple(row[: len(key)]), row[len(key)]
        if of not in last or last[of][0] != version:
            last[of] = (version, [])
        last[of][1].append(tuple(text_of(value) for value in row[len(key) + 1 :]))
    return {of: sorted(found, key=str) for of, (_, found) in last.items()}


def add_rows(session: Session, model: Any, new: list[dict[str, Any]]) -> int:
    """Add rows; gives how many."""
    if new:
        session.execute(insert(model), new)
    return len(new)


def from_file(path: str, now: datetime) -> dict[str, Any]:
    """Say that a row came from a file."""
    return {"source": FILE, "recorded_at": now, "recorded_by": path}


def text_of(value: Any) -> str | None:
    """Write a value so that it can be compared with one that was stored."""
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else str(value)

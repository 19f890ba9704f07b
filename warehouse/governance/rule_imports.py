"""Import the rules of attribution from feed files, each rule whole, as further versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from warehouse.governance.imports import add_rows, from_file, last_imported, text_of, versions_of
from warehouse.governance.models import EVERY_AGENCY, AllocationRule, TagRule


@dataclass(frozen=True, slots=True)
class TagRuleRow:
    """A row of tag_rules, with the path it came from."""

    rule: str
    priority: int
    tag_key: str
    value_pattern: str
    agency_id: int
    valid_from: str
    valid_to: str | None
    path: str


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """A row of allocation_rules, with the path it came from."""

    rule: str
    priority: int
    provider: str
    account_id: str
    service_name: str
    method: str
    agency_id: int | None
    share: Decimal | None
    valid_from: str
    valid_to: str | None
    path: str
    measure: str | None = None


def import_tag_rules(session: Session, rows: Iterable[TagRuleRow], now: datetime) -> int:
    """Record each rule over tags that changed, whole; gives the rows added."""
    written = [(row.path, _written(row)) for row in rows]
    return _import(session, TagRule, written, now)


def import_allocation_rules(session: Session, rows: Iterable[AllocationRow], now: datetime) -> int:
    """Record each rule for shared cost that changed, whole; gives the rows added."""
    written = [(row.path, _written(row)) for row in rows]
    for _, row in written:
        row["agency_id"] = row["agency_id"] or EVERY_AGENCY
    return _import(session, AllocationRule, written, now)


def _written(row: TagRuleRow | AllocationRow) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "path"}


def _import(
    session: Session, model: Any, rows: Sequence[tuple[str, dict[str, Any]]], now: datetime
) -> int:
    handed_in: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for path, row in rows:
        handed_in[row["rule"]].append((path, row))
    versions = versions_of(session, model, "rule")
    names = [name for name in (rows[0][1] if rows else {}) if name != "rule"]
    imported = last_imported(session, model, ("rule",), tuple(names))
    new = []
    for rule, found in handed_in.items():
        said = sorted((tuple(text_of(row[name]) for name in names) for _, row in found), key=str)
        if imported.get((rule,)) == said:
            continue
        new += [
            {**row, "version": versions[rule,] + 1, **from_file(path, now)} for path, row in found
        ]
    return add_rows(session, model, new)

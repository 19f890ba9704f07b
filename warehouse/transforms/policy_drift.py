"""Where the policy in force at a provider has drifted from ours, account by account."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
from ibis.backends.duckdb import Backend

from warehouse.policies.drift import Difference, compare_with_provider
from warehouse.policies.rule_sets import InForce, Subject, applies, in_force
from warehouse.policies.value_lists import ValueList
from warehouse.schema.charges import NOBODY
from warehouse.transforms.reference import PROVIDER_SPELLINGS

DRIFT: Final = "step_policy_drift"
SAME: Final = "same"
"""The setting of an account's one row where nothing differs."""

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agency_id": "int32",
        "month": "string",
        "provider": "string",
        "account_id": "string",
        "tag": "string",
        "setting": "string",
        "exported_on": "string",
        "ours": "string",
        "theirs": "string",
    }
)
_MONTH = len("2026-10")


@dataclass(frozen=True, slots=True)
class _Account:
    agency_id: int
    country: str
    sector: str


_NOBODY: Final = _Account(NOBODY, "", "")


def write_drift(
    con: Backend, published: tuple[InForce, ...], lists: Mapping[str, ValueList]
) -> dict[str, pa.Table]:
    """Compare the last export of each account with our policies of that month."""
    rows = list(_drifted(con, published, lists))
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    kinds = {"int32": pa.int32(), "string": pa.string()}
    return {
        DRIFT: pa.table(
            {
                name: pa.array(columns[at], kinds[kind])
                for at, (name, kind) in enumerate(COLUMNS.items())
            }
        )
    }


def _drifted(
    con: Backend, published: tuple[InForce, ...], lists: Mapping[str, ValueList]
) -> Iterator[tuple[Any, ...]]:
    owners = _owners(con)
    for (provider, account), statements in _in_force(con, set(owners)).items():
        day = max(taken_on for taken_on, _ in statements)
        month = day[:_MONTH]
        held = owners.get((provider, account), [])
        owner = next((one for first, last, one in held if first <= month <= last), _NOBODY)
        subject = Subject(
            month=month,
            agency_id=owner.agency_id,
            country=owner.country,
            sector=owner.sector,
            provider=provider,
            account_id=account,
        )
        # What is limited to some of an account's resources can't be said of the account.
        policies = [
            one.policy for one in in_force(published, month) if applies(one.policy, subject)
        ]
        documents = [json.loads(said) for taken_on, said in statements if taken_on == day]
        found = compare_with_provider(provider, policies, lists, documents)
        for one in found or (Difference("", SAME, (), ()),):
            yield (owner.agency_id, month, provider, account, one.tag, one.setting, day,
                   ", ".join(one.ours), ", ".join(one.theirs))  # fmt: skip


def _in_force(
    con: Backend, known: set[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Give, by account, what was exported for it or for a unit above it, with the day."""
    above, accounts = _tree(con)
    accounts |= known
    exported: dict[tuple[str, str], list[tuple[str, str]]] = {}
    said = "select provider, target, taken_on, document from stg_provider_policies order by all"
    for provider, target, taken_on, document in _rows(con, said):
        exported.setdefault((provider, target), []).append((taken_on, document))
    units = {key[1] for key in above.values()}
    accounts |= {key for key in exported if key[1] not in units and key not in above}
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for account in sorted(accounts):
        place: tuple[str, str] | None = account
        met: set[tuple[str, str]] = set()
        while place is not None and place not in met:
            met.add(place)
            if place in exported:
                found.setdefault(account, []).extend(exported[place])
            place = above.get(place)
    return found


def _tree(
    con: Backend,
) -> tuple[dict[tuple[str, str], tuple[str, str]], set[tuple[str, str]]]:
    """Give what each unit and account is in, and which of them are accounts."""
    above, accounts = {}, set()
    said = "select provider, unit_id, unit_type, parent_id from stg_organisation_units"
    for provider, unit, kind, parent in _rows(con, said):
        if parent is not None:
            above[provider, unit] = (provider, parent)
        if kind == "account":
            accounts.add((provider, unit))
    return above, accounts


def _owners(con: Backend) -> dict[tuple[str, str], list[tuple[str, str, _Account]]]:
    """Give the owners of each account with their first and last months, the latest first."""
    found: dict[tuple[str, str], list[tuple[str, str, _Account]]] = {}
    said = (
        "select o.provider, o.account_id, o.valid_from, coalesce(o.valid_to, '9999-12'), "
        "a.agency_id, coalesce(a.country_code, ''), coalesce(a.sector_type, '') "
        "from rec_account_owner o join dim_agency a on a.agency_id = o.agency_id "
        "order by o.valid_from desc, a.agency_id"
    )
    for provider, account, first, last, *owner in _rows(con, said):
        key = (_short(provider), account)
        found.setdefault(key, []).append((first, last, _Account(*owner)))
    return found


def _short(provider: str) -> str:
    return PROVIDER_SPELLINGS.get(provider.strip().lower(), provider)


def _rows(con: Backend, statement: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = con.con.execute(statement).fetchall()
    return rows

"""Give bills that wait to the agency that owns their account, so that it sees what waits.

A bill of an account that nobody owns yet is for the treasury alone.
"""

from __future__ import annotations

from collections import defaultdict

import duckdb

from warehouse.feeds.inputs import BILLS
from warehouse.transforms.reference import PROVIDER_SPELLINGS

_Account = tuple[str, str]
_Owned = tuple[str, str | None, int]


def give_held_to_owners(connection: duckdb.DuckDBPyConnection) -> None:
    """Write into held_slice whose each bill is; needs the owners of accounts."""
    held = connection.execute(
        "SELECT month, part, provider, account_id FROM held_bill_account"
    ).fetchall()
    if not held:
        return
    records = _records(connection)
    for month, part, provider, account in held:
        connection.execute(
            "UPDATE held_slice SET agency_id = ? WHERE feed = ? AND month = ? AND part = ?",
            [_owner(records[provider, account], month), BILLS, month, part],
        )


def _records(connection: duckdb.DuckDBPyConnection) -> dict[_Account, list[_Owned]]:
    found = connection.execute(
        "SELECT provider, account_id, valid_from, valid_to, agency_id FROM rec_account_owner "
        "WHERE account_id IN (SELECT account_id FROM held_bill_account) "
        "AND agency_id IN (SELECT agency_id FROM stg_agencies)"
    ).fetchall()
    records: dict[_Account, list[_Owned]] = defaultdict(list)
    for provider, account, valid_from, valid_to, agency in found:
        name = PROVIDER_SPELLINGS.get(provider.strip().lower(), provider)
        records[name, account].append((valid_from, valid_to, agency))
    return records


def _owner(records: list[_Owned], month: str) -> int:
    """Give the owner in a month by the latest record, as attribution does; 0 for nobody."""
    valid = [
        (valid_from, -agency)
        for valid_from, valid_to, agency in records
        if valid_from <= month and (valid_to is None or valid_to >= month)
    ]
    return -max(valid)[1] if valid else 0

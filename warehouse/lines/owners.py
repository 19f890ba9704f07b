"""Whose the lines of bills are, for lines as columns of codes: nothing is compared line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

from warehouse.schema.charges import NOBODY
from warehouse.transforms.attribution import build_tag_bearers
from warehouse.transforms.staging import input_types, read_inputs

STEPS = ("account", "tag", "allocated", "unallocated")
"""What gave a line its agency; a line of cost that a rule shares out stays nobody's, whole."""

_ACCOUNT = ("billing_month", "provider", "account_id")
_SERVICE = (*_ACCOUNT, "service_name")
_ACCOUNT_OWNERS = "line_account_owner"

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns accounts and sets of tags in a month, and what a rule for shared cost splits."""

    accounts: Mapping[tuple[str, ...], int]
    tags: Mapping[tuple[str, str], int]
    shared: frozenset[tuple[str, ...]]

    def of_month(self, month: str) -> str:
        """Write all that is said of one month, to see whether it has changed."""
        said = (
            sorted((key, agency) for key, agency in self.accounts.items() if key[0] == month),
            sorted((key, agency) for key, agency in self.tags.items() if key[0] == month),
            sorted(key for key in self.shared if key[0] == month),
        )
        return repr(said)

    def of_lines(self, lines: pa.Table) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Give the agency of each line, and which of STEPS gave it that.

        The columns of ``lines`` are dictionaries, in one piece.
        """
        combinations, which = _combined(lines, _SERVICE)
        agencies = np.array([self.accounts.get(one[:3], NOBODY) for one in combinations], np.int32)
        is_shared = np.array([one in self.shared for one in combinations], bool)
        steps = np.where(agencies != NOBODY, 0, np.where(is_shared, 2, 3)).astype(np.int8)
        agency, step = agencies[which], steps[which]
        if self.tags:
            tagged = self._tagged(lines)
            by_tag = (agency == NOBODY) & (tagged != NOBODY)
            agency, step = np.where(by_tag, tagged, agency), np.where(by_tag, 1, step)
        return agency.astype(np.int32), step.astype(np.int8)

    def _tagged(self, lines: pa.Table) -> NDArray[np.int32]:
        combinations, which = _combined(lines, ("billing_month", "tags"))
        found = [self.tags.get((month, tags), NOBODY) for month, tags in combinations]
        return np.array(found, np.int32)[which]


def find_owners(con: Backend) -> Owners:
    """Find whose lines are from what the build decided.

    Accounts and what is shared stand in the fact, which says how each charge came to its agency;
    sets of tags don't, as charges that differ in them alone are added up there.
    """
    connection = con.con
    owned = connection.execute(
        "SELECT DISTINCT month, provider, account_id, agency_id FROM fact_charge_daily "
        "WHERE attribution = 'account'"
    ).fetchall()
    shared = connection.execute(
        "SELECT DISTINCT month, provider, account_id, service_name FROM fact_charge_daily "
        "WHERE attribution = 'allocated'"
    ).fetchall()
    return Owners(
        accounts={(month, provider, account): agency for month, provider, account, agency in owned},
        tags=_tag_owners(con, connection),
        shared=frozenset(shared),
    )


def _tag_owners(con: Backend, connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    ruled = connection.execute("SELECT count(*) FROM rec_tag_rule").fetchone()
    if not ruled or not ruled[0]:
        return {}
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ACCOUNT_OWNERS} AS SELECT DISTINCT month AS "
        "billing_month, provider, account_id FROM fact_charge_daily WHERE attribution = 'account'"
    )
    inputs = read_inputs(input_types(con))
    owned = ibis.table(con.get_schema(_ACCOUNT_OWNERS), name=_ACCOUNT_OWNERS)
    unowned = inputs["stg_charge"].anti_join(owned, list(_ACCOUNT))
    unowned = unowned.select(month=unowned.billing_month, tags=unowned.tags)
    bearers = build_tag_bearers(unowned, inputs["rec_tag_rule"], con.table("dim_agency"))
    found = connection.execute(con.compile(bearers)).fetchall()
    connection.execute(f"DROP TABLE {_ACCOUNT_OWNERS}")
    return {(month, tags): agency for tags, month, agency in found}


def _combined(lines: pa.Table, names: Sequence[str]) -> tuple[list[tuple[Any, ...]], Codes]:
    """Give the combinations of values that occur in some columns, and which one each line has."""
    code = np.zeros(len(lines), np.int64)
    values = []
    for name in names:
        column = lines[name].chunk(0)
        # One more than there are values stands for empty.
        values.append([*column.dictionary.to_pylist(), None])
        own = column.indices.fill_null(len(column.dictionary)).to_numpy(zero_copy_only=False)
        code = code * len(values[-1]) + own
    found, which = np.unique(code, return_inverse=True)
    combinations = []
    for one in found.tolist():
        parts = []
        for column_values in reversed(values):
            one, at = divmod(one, len(column_values))
            parts.append(column_values[at])
        combinations.append(tuple(reversed(parts)))
    return combinations, which

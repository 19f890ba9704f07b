"""Tell a charge from another by what it is for, whatever it costs.

When a bill is restated its amounts change, and so may invoices and tags, but not what was used
where and when. Each line keeps a hash of that, made from the file's own columns, which know the
hour that lines don't.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb

from warehouse.bills.charges import UsedFile
from warehouse.bills.line_files import LineStore
from warehouse.bills.raw_rows import CHARGE_KEY, quoted
from warehouse.feeds.reader import sql_text

_TELLING = frozenset(
    (
        *("chargeperiodstart", "chargeperiodend", "billingperiodstart", "lineitemusagestartdate"),
        *("usagestarttime", "date", "usagedate"),
        *("resourceid", "lineitemresourceid", "resourceglobalname", "resourcename", "instanceid"),
        *("skuid", "skupriceid", "lineitemusagetype", "lineitemoperation", "lineitemlineitemtype"),
        *("meterid", "subaccountid", "lineitemusageaccountid", "subscriptionid"),
        *("subscriptionguid", "projectid", "accountid", "billingaccountid"),
        *("servicename", "service", "servicedescription", "chargecategory", "chargetype"),
        *("chargeclass", "chargedescription", "lineitemlineitemdescription"),
        *("region", "regionid", "resourcelocation", "commitmentdiscountid"),
    )
)
"""Names of columns in any layout, in small letters and without other signs."""
_FEWEST_TELLING = 4
_AMOUNT = re.compile("cost|price|quantity|amount|rate|invoice|tag|credit", re.IGNORECASE)
_SAMPLED_ABOVE = 200_000
_SAMPLE = 16


def charge_key(names: Sequence[str]) -> str:
    """Return SQL for the hash of what a row of a file with these columns is for."""
    telling = [name for name in names if re.sub("[^a-z0-9]", "", name.lower()) in _TELLING]
    if len(telling) < _FEWEST_TELLING:
        telling = [name for name in names if not _AMOUNT.search(name)] or list(names)
    return f"hash({', '.join(quoted(name) for name in telling)})"


def shared_charges(
    connection: duckdb.DuckDBPyConnection, store: LineStore, used: Iterable[UsedFile]
) -> Callable[[tuple[str, str, str], Iterable[int]], Mapping[tuple[int, int], float]]:
    """Return how the share of charges is found that pairs of files have in common."""
    files = {each.source_id: each.lines for each in used}

    def shares(
        billed: tuple[str, str, str], source_ids: Iterable[int]
    ) -> Mapping[tuple[int, int], float]:
        numbers = list(source_ids)
        large = sum(files[number].rows_read for number in numbers) > _SAMPLED_ABOVE
        sample = f" AND {CHARGE_KEY} % {_SAMPLE} = 0" if large else ""
        parts = " UNION ALL ".join(
            f"SELECT DISTINCT {number} AS source_id, {CHARGE_KEY} FROM "
            f"read_parquet({sql_text(str(store.lines(files[number].key)))}) WHERE failed = 0 AND "
            f"provider = ? AND billing_account_id = ? AND billing_month = ?{sample}"
            for number in numbers
        )
        found = connection.execute(
            f"WITH charges AS MATERIALIZED ({parts}), "
            "counted AS (SELECT source_id, count(*) AS charges FROM charges GROUP BY ALL), "
            "met AS (SELECT one.source_id AS one, other.source_id AS other, count(*) AS shared "
            f"FROM charges AS one JOIN charges AS other USING ({CHARGE_KEY}) "
            "WHERE one.source_id < other.source_id GROUP BY ALL) "
            "SELECT one, other, shared / least(a.charges, b.charges) FROM met "
            "JOIN counted AS a ON a.source_id = one JOIN counted AS b ON b.source_id = other",
            list(billed) * len(numbers),
        ).fetchall()
        return {(one, other): share for one, other, share in found}

    return shares

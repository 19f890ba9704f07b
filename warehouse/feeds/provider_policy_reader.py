"""Read exports of policies in force at providers into a table."""

from __future__ import annotations

import json
import re

import duckdb
import pyarrow as pa

from warehouse.errors import FeedError
from warehouse.feeds.inventories import TAKEN_ON
from warehouse.feeds.soundness import PlainText
from warehouse.policies.errors import PolicyFormError
from warehouse.policies.provider_exports import read_export


def load_policies(connection: duckdb.DuckDBPyConnection, plain: PlainText, table: str) -> str:
    """Load the policies of an export into ``table``; give SQL for its rows as text.

    Raises FeedError where the export can't be read, or its path doesn't say when it was made.
    """
    days = [one.group() for one in re.finditer(rf"(?<![0-9]){TAKEN_ON}(?![0-9])", plain.path)]
    if not days:
        raise FeedError(
            f"{plain.path} doesn't say when it was exported. Put the day into its name, as "
            "aws-2026-10-31.json.",
            path=plain.path,
        )
    try:
        found = read_export(plain.location.read_text("utf-8-sig"))
    except PolicyFormError as error:
        raise FeedError(f"{plain.path} can't be used. {error}", path=plain.path) from None
    columns = {
        "source_row": pa.array(range(1, len(found) + 1), pa.int32()),
        "taken_on": pa.array([days[-1]] * len(found), pa.string()),
        "provider": pa.array([one.provider for one in found], pa.string()),
        "target": pa.array([one.target for one in found], pa.string()),
        "statement": pa.array([one.statement for one in found], pa.string()),
        "document": pa.array([json.dumps(one.document) for one in found], pa.string()),
    }
    connection.register("exported", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM exported")
    connection.unregister("exported")
    return f"SELECT * FROM {table}"

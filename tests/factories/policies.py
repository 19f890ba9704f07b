"""Tagging policies that two people published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from warehouse.db import Database
from warehouse.governance.review import Edit
from warehouse.governance.reviewed import POLICIES
from warehouse.policies.documents import read_policy, write_policy

WRITER, SECOND = "writer@treasury.example", "second@treasury.example"


def publish_policy(database: Database, name: str, tags: dict[str, Any], **head: Any) -> None:
    """Write, submit and approve a policy that holds from the start unless told otherwise."""
    usual = {"owner": "cloud@treasury.example", "stage": "warn", "effective_from": "2020-01"}
    policy = read_policy({"policy": name, **usual, **head, "tags": tags})
    now = datetime.now(UTC)
    with database.records() as session:
        row = POLICIES.keep(session, name, write_policy(policy), Edit(), by=WRITER, now=now)
        POLICIES.submit(session, row, row.lock, by=WRITER, now=now)
        POLICIES.approve(session, row, row.lock, by=SECOND, now=now, reason="For a test.")

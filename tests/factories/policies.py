"""Tagging policies that two people published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from warehouse.db import Database
from warehouse.governance.policies import save_draft, submit_policy
from warehouse.governance.review import POLICIES
from warehouse.policies.documents import read_policy

WRITER, SECOND = "writer@treasury.example", "second@treasury.example"


def publish_policy(database: Database, name: str, tags: dict[str, Any], **head: Any) -> None:
    """Write, submit and approve a policy that holds from the start unless told otherwise."""
    usual = {"owner": "cloud@treasury.example", "stage": "warn", "effective_from": "2020-01"}
    policy = read_policy({"policy": name, **usual, **head, "tags": tags})
    now = datetime.now(UTC)
    with database.records() as session:
        row = save_draft(session, policy, by=WRITER, now=now)
        row = submit_policy(session, name, row.version, row.lock, by=WRITER, now=now)
        POLICIES.approve(session, row, row.lock, by=SECOND, now=now, reason="For a test.")

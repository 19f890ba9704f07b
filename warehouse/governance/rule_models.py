"""Tables of the rules of attribution as the treasury writes and publishes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.governance.models import Record
from warehouse.governance.policy_models import IS_OPEN, Reviewed


class RuleVersion(Reviewed, Record):
    """A version of a book of rules; the published one with the highest number is in force."""

    __tablename__ = "rule_version"
    __table_args__ = (
        Index(
            "uq_rule_version_open",
            "book",
            unique=True,
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        {"comment": "Grain: book of rules, version."},
    )

    book: Mapped[str] = mapped_column(
        primary_key=True, comment="accounts, tag_rules or allocation_rules."
    )
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest published is in force."
    )
    document: Mapped[dict[str, Any]] = mapped_column(
        comment="Every rule that is decided here, whole."
    )

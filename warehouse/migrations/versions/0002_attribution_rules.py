"""Create the rules that say who bears what no account's owner does."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.governance.models import GOVERNANCE
from warehouse.governance.types import Instant, Precise
from warehouse.rowsecurity import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "governance"
WALLED = ("tag_rule", "allocation_rule")


def upgrade() -> None:
    """Create the two tables and wall them in."""
    _create(
        "tag_rule",
        [_text("rule", "Name of the rule."), _version(), _valid_from()],
        [
            _whole("priority", "The lowest that applies decides."),
            _text("tag_key", "Key of the tag."),
            _text("value_pattern", "Value of the tag, * for any run of characters."),
            _whole("agency_id", "Who bears the cost."),
            _valid_to(),
            *_decided(),
        ],
        "Grain: rule, version, first month.",
    )
    _create(
        "allocation_rule",
        [
            _text("rule", "Name of the rule."),
            _version(),
            _valid_from(),
            _whole("agency_id", "Who bears a part; 0 for every agency billed directly.",
                   autoincrement=False),
        ],
        [
            _whole("priority", "The lowest that applies decides."),
            _text("provider", "Whose cost is shared; * for every provider."),
            _text("account_id", "Account whose cost is shared; * for every one."),
            _text("service_name", "Service whose cost is shared; * for every one."),
            _text("method", "fixed, even or proportional."),
            sa.Column("share", Precise(), nullable=True, comment="Of a fixed rule, 0 to 1."),
            _valid_to(),
            *_decided(),
        ],
        "Grain: rule, version, first month, agency.",
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        for name in WALLED:
            for statement in protect(GOVERNANCE.tables[f"{SCHEMA}.{name}"], SCHEMA, writable=True):
                op.execute(statement)


def downgrade() -> None:
    """Drop the tables, the rules in them included."""
    for name in reversed(WALLED):
        op.drop_table(name, schema=SCHEMA)


def _create(name: str, keys: list[sa.Column[Any]], rest: list[Any], comment: str) -> None:
    key = sa.PrimaryKeyConstraint(*(column.name for column in keys), name=f"pk_{name}")
    op.create_table(name, *keys, *rest, key, schema=SCHEMA, comment=comment)


def _text(name: str, comment: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable, comment=comment)


def _whole(name: str, comment: str, **kw: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, comment=comment, **kw)


def _version() -> sa.Column[Any]:
    return _whole("version", "The highest is in force.", autoincrement=False)


def _valid_from() -> sa.Column[Any]:
    return _text("valid_from", "First month, YYYY-MM.")


def _valid_to() -> sa.Column[Any]:
    return _text("valid_to", "Last month, YYYY-MM; empty if open.", nullable=True)


def _decided() -> list[sa.Column[Any]]:
    return [
        _text("source", "file, portal or default."),
        sa.Column("recorded_at", Instant(), nullable=False, comment="When, UTC."),
        _text("recorded_by", "Who: an e-mail address, or the file's path."),
    ]

"""Create the versions of rules of attribution, and previews of these and of policies in one table.

Previews asked for before are left behind: they are counted again when somebody asks.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.governance.types import Instant
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEMA = "governance"
OPEN = "state IN ('draft', 'in_review')"
_NAMED = (
    ("kind", "Of what it is a version: policy or rules."),
    ("name", "Name of the policy, or of the book of rules."),
)


def upgrade() -> None:
    """Create both tables and wall them in; the earlier table of previews goes."""
    versions = _create("rule_version", *_version_columns(), key=("book", "version"),
                       comment="Grain: book of rules, version.")  # fmt: skip
    op.create_index(
        "uq_rule_version_open",
        "rule_version",
        ["book"],
        unique=True,
        schema=SCHEMA,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    previews = _create_previews("version_preview", _NAMED)
    op.drop_table("policy_preview", schema=SCHEMA)
    _wall(versions, previews)


def downgrade() -> None:
    """Drop them, the rules in them included; previews of policies have their own table again."""
    op.drop_table("version_preview", schema=SCHEMA)
    op.drop_table("rule_version", schema=SCHEMA)
    _wall(_create_previews("policy_preview", (("policy", "Name of the policy."),)))


def _wall(*tables: sa.Table) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        for statement in protect(table, SCHEMA, writable=True):
            op.execute(statement)
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def _create(name: str, *parts: Any, key: tuple[str, ...], comment: str) -> sa.Table:
    primary = sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")
    return op.create_table(name, *parts, primary, schema=SCHEMA, comment=comment)


def _create_previews(table: str, named: tuple[tuple[str, str], ...]) -> sa.Table:
    unique = (*(name for name, _ in named), "version", "version_lock", "requested_at")
    made = _create(
        table,
        _whole("preview_id", "Its number."),
        *(_text(name, comment) for name, comment in named),
        _whole("version", "The version that is previewed."),
        _whole("version_lock", "The lock of the version it was asked for."),
        _text("requested_by", "E-mail address."),
        _moment("requested_at", "When, UTC."),
        _text("state", "requested, done or failed."),
        _moment("finished_at", "When, UTC; empty until then.", nullable=True),
        _json("result", "What was counted; empty until then.", nullable=True),
        _text("error", "Why it could not be counted.", nullable=True),
        sa.UniqueConstraint(*unique, name=f"uq_{table}"),
        key=("preview_id",),
        comment="Grain: request for a preview.",
    )
    op.create_index(f"ix_{table}_state", table, ["state"], schema=SCHEMA)
    return made


def _version_columns() -> list[sa.Column[Any]]:
    return [
        _text("book", "accounts, tag_rules or allocation_rules."),
        _whole("version", "The highest published is in force.", autoincrement=False),
        _json("document", "Every rule that is decided here, whole."),
        _text("state", "draft, in_review, published, rejected or withdrawn."),
        _whole("lock", "Raised by each change; a change names the one it was made from."),
        _text("source", "portal, console or default."),
        _text("note", "Why it was written, in its writer's words."),
        _json("writers", "Everybody who wrote in it: none of them may publish it."),
        _text("written_by", "Who wrote it last: an e-mail address."),
        _moment("written_at", "When, UTC."),
        _text("submitted_by", "Who asked for its review.", nullable=True),
        _moment("submitted_at", "When, UTC.", nullable=True),
        _text("decided_by", "Who published, rejected or withdrew it.", nullable=True),
        _moment("decided_at", "When, UTC.", nullable=True),
        _text("decision_reason", "In the decider's words.", nullable=True),
        sa.Column(
            "is_outside_approval",
            sa.Boolean(),
            nullable=False,
            comment="Published at the console, without a second administrator.",
        ),
    ]


def _text(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable, comment=comment)


def _whole(name: str, comment: str, *, nullable: bool = False, **kw: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable, comment=comment, **kw)


def _moment(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=nullable, comment=comment)


def _json(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=nullable, comment=comment)

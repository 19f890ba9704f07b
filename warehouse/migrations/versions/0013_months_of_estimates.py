"""Keep of how many months an estimated saving is, so that it can be told by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_YEARLY = ("rightsizing", "imported")
"""Kinds whose estimates were always of twelve months; of others that isn't known."""


def _schema() -> str | None:
    """Give the schema of records; what alters a table doesn't translate it."""
    return "governance" if op.get_bind().dialect.name == "postgresql" else None


def upgrade() -> None:
    """Add the column, and fill it where it is known."""
    schema = _schema()
    op.add_column(
        "recommendation",
        sa.Column("estimate_months", sa.Integer(), nullable=True,
                  comment="Of how many months that estimate is; empty where that wasn't kept."),
        schema=schema,
    )  # fmt: skip
    kept = sa.table(
        "recommendation",
        sa.column("kind", sa.String()), sa.column("estimate_usd"),
        sa.column("estimate_months", sa.Integer()), schema=schema,
    )  # fmt: skip
    op.execute(
        kept.update()
        .where(kept.c.kind.in_(_YEARLY), kept.c.estimate_usd.is_not(None))
        .values(estimate_months=12)
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("recommendation", "estimate_months", schema=_schema())

"""Let rules for shared cost name the measure that they split by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SCHEMA = "governance"


def upgrade() -> None:
    """Add the measure; rules of before go by what is billed directly, as they did."""
    measure = sa.Column(
        "measure",
        sa.String(),
        nullable=True,
        comment="Of a proportional rule, what it goes by; empty for what is billed directly.",
    )
    op.add_column("allocation_rule", measure, schema=_schema())


def downgrade() -> None:
    """Drop it: what rules split by is forgotten."""
    op.drop_column("allocation_rule", "measure", schema=_schema())


def _schema() -> str | None:
    """Name the schema, which SQLite has none of: a change of a table isn't translated."""
    return SCHEMA if op.get_bind().dialect.name == "postgresql" else None

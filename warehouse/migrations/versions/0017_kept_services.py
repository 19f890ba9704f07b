"""Keep forecasts of service types beside those of agencies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

SCHEMA = "governance"
GRAINS = (
    "Grain: agency, or all together, last month known, publication, month ahead.",
    "Grain: agency, or all together, service type or all, last month known, publication, month "
    "ahead.",
)


def upgrade() -> None:
    """Add the service type; what was kept before was of all."""
    service_type = sa.Column(
        "service_type",
        sa.String(),
        nullable=False,
        server_default="",
        comment="IaaS, PaaS or SaaS; empty for all.",
    )
    op.add_column("kept_forecast", service_type, schema=_schema())
    _say_grain(*GRAINS)


def downgrade() -> None:
    """Drop it, and what was kept of service types."""
    table = sa.table("kept_forecast", sa.column("service_type"), schema=_schema())
    op.execute(sa.delete(table).where(table.c.service_type != ""))
    op.drop_column("kept_forecast", "service_type", schema=_schema())
    _say_grain(*GRAINS[::-1])


def _say_grain(before: str, now: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("kept_forecast", now, existing_comment=before, schema=SCHEMA)


def _schema() -> str | None:
    """Name the schema, which SQLite has none of: a change of a table isn't translated."""
    return SCHEMA if op.get_bind().dialect.name == "postgresql" else None

"""Create the records of forecasts as they were published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.governance.forecast_models import KeptForecast
from warehouse.governance.types import Instant, Precise
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCHEMA = "governance"


def upgrade() -> None:
    """Create the table and wall it in."""
    op.create_table(
        "kept_forecast",
        sa.Column("kept_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("agency_id", sa.Integer(), nullable=False,
                  comment="Whose; 0 for all agencies together."),
        sa.Column("origin_month", sa.String(), nullable=False,
                  comment="Last month known, YYYY-MM."),
        sa.Column("month", sa.String(), nullable=False, comment="Month ahead, YYYY-MM."),
        sa.Column("step", sa.Integer(), nullable=False, comment="How many months it is ahead."),
        sa.Column("forecaster", sa.String(), nullable=False,
                  comment="Version of the method and of its errors."),
        sa.Column("build_id", sa.String(), nullable=False,
                  comment="The build that first published it so."),
        sa.Column("published_at", Instant(), nullable=False, comment="When, UTC."),
        sa.Column("forecast_usd", Precise(), nullable=False, comment="Most likely, US dollars."),
        sa.Column("low_80_usd", Precise(), nullable=False, comment="Lower bound of the 80 % band."),
        sa.Column("high_80_usd", Precise(), nullable=False,
                  comment="Upper bound of the 80 % band."),
        sa.Column("low_95_usd", Precise(), nullable=False, comment="Lower bound of the 95 % band."),
        sa.Column("high_95_usd", Precise(), nullable=False,
                  comment="Upper bound of the 95 % band."),
        sa.Column("members", sa.String(), nullable=False,
                  comment="Of all together: the agencies that were in the sum, by number; else"
                  " empty."),
        sa.PrimaryKeyConstraint("kept_id", name="pk_kept_forecast"),
        schema=SCHEMA,
        comment="Grain: agency, or all together, last month known, publication, month ahead.",
    )  # fmt: skip
    op.create_index("ix_kept_forecast_agency_id_origin_month", "kept_forecast",
                    ["agency_id", "origin_month"], schema=SCHEMA)  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        table = KeptForecast.metadata.tables[f"{SCHEMA}.kept_forecast"]
        for statement in protect(table, SCHEMA, writable=True):
            op.execute(statement)
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("kept_forecast", schema=SCHEMA)

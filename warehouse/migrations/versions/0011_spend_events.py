"""Create the records of events that people know of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.governance.forecast_models import SpendEvent
from warehouse.governance.types import Instant, Precise
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "governance"


def upgrade() -> None:
    """Create the table and wall it in."""
    op.create_table(
        "spend_event",
        sa.Column("event_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("agency_id", sa.Integer(), nullable=False, comment="Whose spend it changes."),
        sa.Column("kind", sa.String(), nullable=False,
                  comment="migration, contract, campaign or other."),
        sa.Column("month_from", sa.String(), nullable=False, comment="First month, YYYY-MM."),
        sa.Column("month_to", sa.String(), nullable=True,
                  comment="Last month, YYYY-MM; empty for good."),
        sa.Column("change_usd", Precise(), nullable=True,
                  comment="Change of a month, US dollars; empty where it is a share."),
        sa.Column("change_ratio", Precise(), nullable=True,
                  comment="Change of a month as a share of it; empty where it is an amount."),
        sa.Column("note", sa.String(), nullable=False, comment="In the writer's words."),
        sa.Column("lock", sa.Integer(), nullable=False,
                  comment="Raised by each change; a change names the one it was made from."),
        sa.Column("state", sa.String(), nullable=False, comment="told or withdrawn."),
        sa.Column("written_by", sa.String(), nullable=False,
                  comment="Who wrote it last: an e-mail address."),
        sa.Column("written_at", Instant(), nullable=False, comment="When, UTC."),
        sa.PrimaryKeyConstraint("event_id", name="pk_spend_event"),
        schema=SCHEMA,
        comment="Grain: event. Withdrawn ones stay, and change no forecast.",
    )  # fmt: skip
    op.create_index("ix_spend_event_agency_id", "spend_event", ["agency_id"], schema=SCHEMA)
    if op.get_bind().dialect.name == "postgresql":
        table = SpendEvent.metadata.tables[f"{SCHEMA}.spend_event"]
        for statement in protect(table, SCHEMA, writable=True):
            op.execute(statement)
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("spend_event", schema=SCHEMA)

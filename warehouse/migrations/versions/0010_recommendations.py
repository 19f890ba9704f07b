"""Create the record of what was decided on recommendations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.types import Instant, Precise
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCHEMA = "governance"


def upgrade() -> None:
    """Create the table and wall it in."""
    op.create_table(
        "recommendation",
        sa.Column("recommendation_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("agency_id", sa.Integer(), nullable=False, comment="Whom it is recommended to."),
        sa.Column("kind", sa.String(), nullable=False, comment="What is recommended."),
        sa.Column("target", sa.String(), nullable=False,
                  comment="For what: a service, say; empty for all of it."),
        sa.Column("state", sa.String(), nullable=False,
                  comment="open, accepted, done or dismissed."),
        sa.Column("lock", sa.Integer(), nullable=False,
                  comment="Raised by each change; a change names the one it was made from."),
        sa.Column("owner", sa.String(), nullable=False,
                  comment="Who sees to it, as written; may be empty."),
        sa.Column("due_on", sa.Date(), nullable=True, comment="By when, if said."),
        sa.Column("reason", sa.String(), nullable=False,
                  comment="In the decider's words; may be empty."),
        sa.Column("estimate_usd", Precise(), nullable=True,
                  comment="What it was estimated to save when it was first decided on, "
                          "US dollars."),
        sa.Column("done_on", sa.Date(), nullable=True,
                  comment="When it was done; empty until then."),
        sa.Column("decided_by", sa.String(), nullable=False,
                  comment="Who changed it last: an e-mail address."),
        sa.Column("decided_at", Instant(), nullable=False, comment="When, UTC."),
        sa.PrimaryKeyConstraint("recommendation_id", name="pk_recommendation"),
        sa.UniqueConstraint("agency_id", "kind", "target", name="uq_recommendation"),
        schema=SCHEMA,
        comment="Grain: agency, kind, target.",
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        table = Recommendation.metadata.tables[f"{SCHEMA}.recommendation"]
        for statement in protect(table, SCHEMA, writable=True):
            op.execute(statement)
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("recommendation", schema=SCHEMA)

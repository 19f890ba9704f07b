"""Create the records of anomalies as people work them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.governance.anomaly_models import AnomalyCase, AnomalyStep
from warehouse.governance.types import Instant, Precise
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCHEMA = "governance"
WALLED = (AnomalyCase, AnomalyStep)


def upgrade() -> None:
    """Create the two tables and wall them in."""
    op.create_table(
        "anomaly_case",
        sa.Column("case_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("agency_id", sa.Integer(), nullable=False, comment="Whose cost."),
        sa.Column("anomaly_id", sa.String(), nullable=False,
                  comment="By which the last build that held it knew it."),
        sa.Column("period", sa.String(), nullable=False, comment="month or day."),
        sa.Column("level", sa.String(), nullable=False, comment="all, service or account."),
        sa.Column("part", sa.String(), nullable=False,
                  comment="Which service or account, or all."),
        sa.Column("first_day", sa.Date(), nullable=False, comment="First day of it."),
        sa.Column("last_day", sa.Date(), nullable=False,
                  comment="Last day of it, that of the last month."),
        sa.Column("excess_usd", Precise(), nullable=False,
                  comment="Beyond what was expected, US dollars."),
        sa.Column("found_at", Instant(), nullable=False,
                  comment="When the first build held it, UTC."),
        sa.Column("days_to_find", sa.Integer(), nullable=True,
                  comment="From the end of its first month or day to found_at; empty of what was"
                  " over when builds began to count."),
        sa.Column("state", sa.String(), nullable=False,
                  comment="open, acknowledged, planned, false_alarm, resolved; gone, merged by a"
                  " build."),
        sa.Column("state_by", sa.String(), nullable=False,
                  comment="Who put it there: an e-mail address, or build."),
        sa.Column("state_at", Instant(), nullable=False, comment="When, UTC."),
        sa.Column("reason", sa.String(), nullable=False,
                  comment="Why; empty text of one that is open."),
        sa.Column("days_to_resolve", sa.Integer(), nullable=True,
                  comment="From found_at to when it was resolved; empty until then."),
        sa.Column("muted_until", sa.Date(), nullable=True,
                  comment="Last day on which the like begins without being new; empty for none."),
        sa.Column("muted_usd", Precise(), nullable=True,
                  comment="Excess up to which the like is muted; empty for any."),
        sa.Column("lock", sa.Integer(), nullable=False,
                  comment="Raised by each change; a change names the one it was made from."),
        sa.PrimaryKeyConstraint("case_id", name="pk_anomaly_case"),
        schema=SCHEMA,
        comment="Grain: anomaly, the same from build to build.",
    )  # fmt: skip
    op.create_index("ix_anomaly_case_agency_id_state", "anomaly_case", ["agency_id", "state"],
                    schema=SCHEMA)  # fmt: skip
    op.create_table(
        "anomaly_step",
        sa.Column("step_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="The anomaly's number."),
        sa.Column("agency_id", sa.Integer(), nullable=False, comment="Whose cost."),
        sa.Column("was", sa.String(), nullable=False, comment="The state before."),
        sa.Column("state", sa.String(), nullable=False, comment="The state after."),
        sa.Column("by", sa.String(), nullable=False,
                  comment="Who: an e-mail address, or build."),
        sa.Column("at", Instant(), nullable=False, comment="When, UTC."),
        sa.Column("reason", sa.String(), nullable=False,
                  comment="Why, in their words, or the build's."),
        sa.PrimaryKeyConstraint("step_id", name="pk_anomaly_step"),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.anomaly_case.case_id"],
                                name="fk_anomaly_step_anomaly_case"),
        schema=SCHEMA,
        comment="Grain: anomaly, change of its state.",
    )  # fmt: skip
    op.create_index("ix_anomaly_step_agency_id_case_id", "anomaly_step", ["agency_id", "case_id"],
                    schema=SCHEMA)  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        for model in WALLED:
            table = model.metadata.tables[f"{SCHEMA}.{model.__tablename__}"]
            for statement in protect(table, SCHEMA, writable=True):
                op.execute(statement)
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def downgrade() -> None:
    """Drop both."""
    for model in reversed(WALLED):
        op.drop_table(model.__tablename__, schema=SCHEMA)

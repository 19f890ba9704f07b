"""Say of anomalies what stands out, and record from where on reliability is an alert."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from warehouse.governance.models import GOVERNANCE
from warehouse.governance.types import Precise

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCHEMA = "governance"
LIMITS = {
    "anomaly_least_latency_ms": "50",
    "anomaly_least_error_points": "1",
    "anomaly_least_burn_rate": "1",
}
FROM_THE_START = "1900-01"
SUBJECT = "cost, latency, errors or burn rate: what stands out."
LEVELS = ("all, service or account.", "all, service, account or digital service.")
EXCESS = (
    "Beyond what was expected, US dollars.",
    "Beyond what was expected, US dollars; empty of another subject than cost.",
)


def upgrade() -> None:
    """Name the subject, let money be empty, and record the defaults."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    schema = SCHEMA if on_postgresql else None
    op.add_column(
        "anomaly_case",
        sa.Column("subject", sa.String(), server_default="cost", nullable=False, comment=SUBJECT),
        schema=schema,
    )
    if on_postgresql:
        op.alter_column("anomaly_case", "level", comment=LEVELS[1], existing_comment=LEVELS[0],
                        schema=schema)  # fmt: skip
        op.alter_column("anomaly_case", "excess_usd", nullable=True, comment=EXCESS[1],
                        existing_comment=EXCESS[0], schema=schema)  # fmt: skip
    else:
        _replace_excess(nullable=True)
    op.bulk_insert(
        GOVERNANCE.tables["governance.threshold"],
        [
            {
                "name": name, "value": value, "effective_from": FROM_THE_START, "version": 1,
                "source": "default", "recorded_at": datetime.now(UTC), "recorded_by": "exchequer",
            }
            for name, value in LIMITS.items()
        ],
    )  # fmt: skip


def downgrade() -> None:
    """Take the limits out, the anomalies of reliability, and what is said of subjects."""
    limits = GOVERNANCE.tables["governance.threshold"]
    op.execute(sa.delete(limits).where(limits.c.name.in_(LIMITS)))
    cases, steps = (GOVERNANCE.tables[f"{SCHEMA}.anomaly_{name}"] for name in ("case", "step"))
    others = sa.select(cases.c.case_id).where(cases.c.subject != "cost")
    op.execute(sa.delete(steps).where(steps.c.case_id.in_(others)))
    op.execute(sa.delete(cases).where(cases.c.subject != "cost"))
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    schema = SCHEMA if on_postgresql else None
    if on_postgresql:
        op.alter_column("anomaly_case", "excess_usd", nullable=False, comment=EXCESS[0],
                        existing_comment=EXCESS[1], schema=schema)  # fmt: skip
        op.alter_column("anomaly_case", "level", comment=LEVELS[0], existing_comment=LEVELS[1],
                        schema=schema)  # fmt: skip
    else:
        _replace_excess(nullable=False)
    op.drop_column("anomaly_case", "subject", schema=schema)


def _replace_excess(*, nullable: bool) -> None:
    """Make the column anew: SQLite changes no column, and steps refer to the table."""
    kept = {} if nullable else {"server_default": "0"}
    op.add_column("anomaly_case", sa.Column("excess", Precise(), nullable=nullable, **kept))
    op.execute("UPDATE anomaly_case SET excess = excess_usd")
    op.drop_column("anomaly_case", "excess_usd")
    op.execute("ALTER TABLE anomaly_case RENAME COLUMN excess TO excess_usd")

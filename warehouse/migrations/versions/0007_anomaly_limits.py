"""Record what an excess has to pass, in dollars and as a share, before anyone is alerted to it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from warehouse.governance.models import GOVERNANCE

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LIMITS, FROM_THE_START = {"anomaly_least_usd": "500", "anomaly_least_ratio": "0.12"}, "1900-01"


def upgrade() -> None:
    """Record the defaults."""
    rows = [
        {
            "name": name,
            "value": value,
            "effective_from": FROM_THE_START,
            "version": 1,
            "source": "default",
            "recorded_at": datetime.now(UTC),
            "recorded_by": "exchequer",
        }
        for name, value in LIMITS.items()
    ]
    op.bulk_insert(GOVERNANCE.tables["governance.threshold"], rows)


def downgrade() -> None:
    """Take the limits out, with all that was decided on them."""
    table = GOVERNANCE.tables["governance.threshold"]
    op.execute(sa.delete(table).where(table.c.name.in_(LIMITS)))

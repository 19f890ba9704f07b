"""Record from where on insights are told: shares, targets and counts."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from warehouse.governance.models import GOVERNANCE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FROM_THE_START = "1900-01"
LIMITS = {
    "insight_top_agencies_pct": "50",
    "insight_top_service_pct": "80",
    "insight_top_provider_pct": "90",
    "insight_provider_count": "3",
    "insight_overrun_pct": "1",
    "insight_idle_pct": "10",
    "commitment_target_pct": "95",
    "allocation_target_pct": "98",
}


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

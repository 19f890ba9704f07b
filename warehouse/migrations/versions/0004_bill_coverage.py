"""Record how much of an agency's own summary bills have to cover before they take its place."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from warehouse.governance.models import GOVERNANCE

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME, VALUE, FROM_THE_START = "bill_coverage_ratio", "0.8", "1900-01"


def upgrade() -> None:
    """Record the default."""
    row = {
        "name": NAME,
        "value": VALUE,
        "effective_from": FROM_THE_START,
        "version": 1,
        "source": "default",
        "recorded_at": datetime.now(UTC),
        "recorded_by": "exchequer",
    }
    op.bulk_insert(GOVERNANCE.tables["governance.threshold"], [row])


def downgrade() -> None:
    """Take the limit out, with all that was decided on it."""
    table = GOVERNANCE.tables["governance.threshold"]
    op.execute(sa.delete(table).where(table.c.name == NAME))

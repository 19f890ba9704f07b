"""Create the records of tags that break a policy, until they are mended, and notes to owners."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.governance.policy_models import TagFault, TagNote
from warehouse.governance.types import Instant
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = "governance"
WALLED = (TagFault, TagNote)


def upgrade() -> None:
    """Create the two tables and wall them in."""
    op.create_table(
        "tag_fault",
        sa.Column("fault_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("agency_id", sa.Integer(), nullable=False, comment="Whose resource."),
        sa.Column("provider", sa.String(), nullable=False, comment="Short name."),
        sa.Column("account_id", sa.String(), nullable=False, comment="Text, zeros kept."),
        sa.Column("resource_id", sa.String(), nullable=False,
                  comment="The provider's identifier."),
        sa.Column("tag", sa.String(), nullable=False, comment="Key of the tag in lower case."),
        sa.Column("found_at", Instant(), nullable=False, comment="When a build found it, UTC."),
        sa.Column("closed_at", Instant(), nullable=True,
                  comment="When a build no longer did; empty until then."),
        sa.Column("closed_as", sa.String(), nullable=True,
                  comment="mended; gone with its resource; dropped where no policy asks any more."),
        sa.Column("days_open", sa.Integer(), nullable=True,
                  comment="Whole days from found to closed."),
        sa.PrimaryKeyConstraint("fault_id", name="pk_tag_fault"),
        schema=SCHEMA,
        comment="Grain: resource, tag, and the build in which it was found.",
    )  # fmt: skip
    op.create_index("ix_tag_fault_agency_id_closed_at", "tag_fault", ["agency_id", "closed_at"],
                    schema=SCHEMA)  # fmt: skip
    op.create_table(
        "tag_note",
        sa.Column("note_id", sa.Integer(), nullable=False, comment="Its number."),
        sa.Column("agency_id", sa.Integer(), nullable=False, comment="Who is told."),
        sa.Column("kind", sa.String(), nullable=False,
                  comment="faults, or policies in force at providers."),
        sa.Column("noted_at", Instant(), nullable=False, comment="Of the build, UTC."),
        sa.Column("number", sa.Integer(), nullable=False, comment="How many are new."),
        sa.Column("known", sa.JSON(), nullable=False,
                  comment="Of policies: all that differed then, so that the same is told once."),
        sa.PrimaryKeyConstraint("note_id", name="pk_tag_note"),
        schema=SCHEMA,
        comment="Grain: agency, kind, build.",
    )  # fmt: skip
    op.create_index("ix_tag_note_agency_id", "tag_note", ["agency_id"], schema=SCHEMA)
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

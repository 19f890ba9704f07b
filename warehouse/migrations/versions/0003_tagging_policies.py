"""Create the records of tagging policies, their lists, exemptions and previews."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.governance.policy_models import PolicyVersion, TagExemption, ValueListVersion
from warehouse.governance.types import Instant
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "governance"
WALLED = (
    *(
        model.metadata.tables[f"{SCHEMA}.{model.__tablename__}"]
        for model in (PolicyVersion, ValueListVersion, TagExemption)
    ),
    sa.Table("policy_preview", sa.MetaData()),
)
OPEN = "state IN ('draft', 'in_review')"


def upgrade() -> None:
    """Create the four tables and wall them in."""
    _create_versions()
    _create_exemptions()
    _create_previews()
    if op.get_bind().dialect.name == "postgresql":
        for table in WALLED:
            for statement in protect(table, SCHEMA, writable=True):
                op.execute(statement)
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def downgrade() -> None:
    """Drop the tables, the policies in them included."""
    for table in reversed(WALLED):
        op.drop_table(table.name, schema=SCHEMA)


def _create_versions() -> None:
    _create(
        "tagging_policy_version",
        _text("policy", "Name of the policy."),
        _whole("version", "The highest published is in force.", autoincrement=False),
        _json("document", "The policy as its document."),
        _whole(
            "position",
            "Order in which policies were first published; those of a level merge in it.",
            nullable=True,
        ),
        *_reviewed(),
        key=("policy", "version"),
        comment="Grain: policy, version.",
    )
    _one_open("tagging_policy_version", "policy")
    _create(
        "value_list_version",
        _text("name", "Name of the list."),
        _whole("version", "The highest published is in force.", autoincrement=False),
        _json("document", "The list and its values."),
        *_reviewed(),
        key=("name", "version"),
        comment="Grain: list, version.",
    )
    _one_open("value_list_version", "name")


def _create_exemptions() -> None:
    _create(
        "tag_exemption",
        _whole("exemption_id", "Its number."),
        _whole("agency_id", "Whose resources."),
        _text("provider", "Short name."),
        _text("account_id", "Text, zeros kept."),
        _text("resource_id", "Empty text for the whole account."),
        _text("tag", "Key of the tag in lower case; * for every tag."),
        _text("reason", "In the asker's words."),
        _text("asked_by", "E-mail address."),
        _moment("asked_at", "When, UTC."),
        sa.Column("expires_on", sa.Date(), nullable=False, comment="Last day on which it holds."),
        _text("state", "asked, approved, refused or withdrawn."),
        _text("decided_by", "Who approved, refused or withdrew it.", nullable=True),
        _moment("decided_at", "When, UTC.", nullable=True),
        _text("decision_reason", "In the decider's words.", nullable=True),
        key=("exemption_id",),
        comment="Grain: request for an exemption.",
    )
    op.create_index("ix_tag_exemption_agency_id", "tag_exemption", ["agency_id"], schema=SCHEMA)


def _create_previews() -> None:
    unique = ("policy", "version", "version_lock", "requested_at")
    _create(
        "policy_preview",
        _whole("preview_id", "Its number."),
        _text("policy", "Name of the policy."),
        _whole("version", "The version that is previewed."),
        _whole("version_lock", "The lock of the version it was asked for."),
        _text("requested_by", "E-mail address."),
        _moment("requested_at", "When, UTC."),
        _text("state", "requested, done or failed."),
        _moment("finished_at", "When, UTC; empty until then.", nullable=True),
        _json("result", "What was counted; empty until then.", nullable=True),
        _text("error", "Why it could not be counted.", nullable=True),
        sa.UniqueConstraint(*unique, name="uq_policy_preview"),
        key=("preview_id",),
        comment="Grain: request for a preview.",
    )
    op.create_index("ix_policy_preview_state", "policy_preview", ["state"], schema=SCHEMA)


def _create(name: str, *parts: Any, key: tuple[str, ...], comment: str) -> None:
    primary = sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")
    op.create_table(name, *parts, primary, schema=SCHEMA, comment=comment)


def _one_open(table: str, column: str) -> None:
    op.create_index(
        f"uq_{table}_open",
        table,
        [column],
        unique=True,
        schema=SCHEMA,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def _reviewed() -> list[sa.Column[Any]]:
    return [
        _text("state", "draft, in_review, published, rejected or withdrawn."),
        _whole("lock", "Raised by each change; a change names the one it was made from."),
        _text("source", "portal, console or default."),
        _text("note", "Why it was written, in its writer's words."),
        _json("writers", "Everybody who wrote in it: none of them may publish it."),
        _text("written_by", "Who wrote it last: an e-mail address."),
        _moment("written_at", "When, UTC."),
        _text("submitted_by", "Who asked for its review.", nullable=True),
        _moment("submitted_at", "When, UTC.", nullable=True),
        _text("decided_by", "Who published, rejected or withdrew it.", nullable=True),
        _moment("decided_at", "When, UTC.", nullable=True),
        _text("decision_reason", "In the decider's words.", nullable=True),
        sa.Column(
            "is_outside_approval",
            sa.Boolean(),
            nullable=False,
            comment="Published at the console, without a second administrator.",
        ),
    ]


def _text(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable, comment=comment)


def _whole(name: str, comment: str, *, nullable: bool = False, **kw: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable, comment=comment, **kw)


def _moment(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=nullable, comment=comment)


def _json(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=nullable, comment=comment)

"""Views that people save and share, and what they prefer where an address doesn't say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APP_ROLE = "exchequer_app"

PREFERENCES = (
    (
        "currency",
        3,
        "USD",
        "USD or own: in what amounts are shown where an address doesn't say.",
    ),
    (
        "year_kind",
        8,
        "calendar",
        "calendar or fiscal: which year is meant where an address doesn't say.",
    ),
    ("language", 16, "en", "Language in which the person is answered, e.g. en."),
)
"""Name, length, what holds for everybody already there, and the comment."""


def upgrade() -> None:
    """Add the preferences and the saved views, and give the portal its rights."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    schema = None if is_sqlite else "auth"
    _add_preferences(schema)
    _create_saved_view(schema)
    if not is_sqlite:
        _give_rights()


def _add_preferences(schema: str | None) -> None:
    for name, length, value, comment in PREFERENCES:
        column = sa.Column(
            name,
            sa.String(length),
            server_default=sa.text(f"'{value}'"),
            nullable=False,
            comment=comment,
        )
        op.add_column("person", column, schema=schema)


def _text(name: str, length: int, comment: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable, comment=comment)


def _create_saved_view(schema: str | None) -> None:
    person = "person.id" if schema is None else f"{schema}.person.id"
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False, comment="The view's number."),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose."),
        _text("name", 80, "What its owner calls it."),
        _text("path", 200, "Page, e.g. /finops/budget."),
        sa.Column(
            "query",
            sa.Text(),
            nullable=False,
            comment="Filters as the page itself writes them, with the question mark.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When saved."),
        sa.Column(
            "shared_agency_id",
            sa.Integer(),
            nullable=True,
            comment="The agency whose people see it too, if it is shared with one.",
        ),
        _text(
            "shared_role",
            32,
            "The role whose holders see it too, if it is shared so.",
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["person_id"], [person], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id")),
        sa.CheckConstraint(
            "shared_agency_id IS NULL OR shared_role IS NULL",
            name=op.f("ck_saved_view_one_audience_at_most"),
        ),
        schema=schema,
        comment="One row a saved view. It holds an address and never a figure.",
    )
    for name in ("shared_agency_id", "shared_role"):
        op.create_index(op.f(f"ix_saved_view_{name}"), "saved_view", [name], schema=schema)


def _give_rights() -> None:
    """Give the portal's role what it needs, if the role exists."""
    known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role").bindparams(role=APP_ROLE)
    if op.get_bind().execute(known).scalar() is None:
        return
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA auth TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON auth.saved_view TO {APP_ROLE}")

"""People, grants, sessions, tokens, attempts and the append-only audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APP_ROLE = "exchequer_app"

APP_RIGHTS = {
    "person": "SELECT, INSERT, UPDATE",
    "person_grant": "SELECT, INSERT, UPDATE",
    "person_session": "SELECT, INSERT, UPDATE, DELETE",
    "sign_in_attempt": "SELECT, INSERT, UPDATE, DELETE",
    "api_token": "SELECT, INSERT, UPDATE",
    "password_reset": "SELECT, INSERT, UPDATE",
    "audit_event": "SELECT, INSERT",
}
"""What the portal may do with each table; it never deletes people, grants or events."""

AUDIT_REFUSAL = "audit_event is append-only"


def upgrade() -> None:
    """Create the tables, the walls around the audit trail, and the portal's rights."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    schema = None if is_sqlite else "auth"
    _create_person(schema)
    _create_person_grant(schema)
    _create_person_session(schema)
    _create_sign_in_attempt(schema)
    _create_api_token(schema)
    _create_password_reset(schema)
    _create_audit_event(schema)
    if is_sqlite:
        _protect_audit_on_sqlite()
    else:
        _protect_audit_on_postgresql()
        _give_rights()


def _number(comment: str, *, is_long: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite") if is_long else sa.Integer()
    return sa.Column("id", kind, nullable=False, comment=comment)


def _text(name: str, length: int, comment: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable, comment=comment)


def _instant(name: str, comment: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def _person_id(comment: str = "Whose.") -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer(), nullable=False, comment=comment)


def _of_person(table: str, schema: str | None) -> sa.ForeignKeyConstraint:
    target = "person.id" if schema is None else f"{schema}.person.id"
    return sa.ForeignKeyConstraint(["person_id"], [target], name=op.f(f"fk_{table}_person_id"))


def _index(table: str, columns: list[str], schema: str | None) -> None:
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, columns, schema=schema)


def _create_person(schema: str | None) -> None:
    op.create_table(
        "person",
        _number("The person's number."),
        _text("email", 254, "E-mail address in lower case; the sign-in name."),
        _text("name", 200, "Name shown to others."),
        _text(
            "password_hash",
            255,
            "argon2id, encoded with its parameters; empty until one is set.",
            nullable=True,
        ),
        _instant("password_changed_at", "When the password was last set.", nullable=True),
        _instant("created_at", "When added."),
        _text("created_by", 320, "Who added the person."),
        _instant(
            "disabled_at",
            "Since when the person can't sign in; empty while enabled.",
            nullable=True,
        ),
        sa.Column(
            "is_demo",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Belongs to the demo government.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        schema=schema,
        comment="One row a person. Never deleted, only disabled.",
    )


def _create_person_grant(schema: str | None) -> None:
    op.create_table(
        "person_grant",
        _number("The grant's number."),
        _person_id("Who holds the role."),
        _text("role", 32, "agency_viewer, treasury, …"),
        sa.Column(
            "agency_id",
            sa.Integer(),
            nullable=True,
            comment="For which agency; empty for roles of the whole government.",
        ),
        _text("granted_by", 320, "Who granted it."),
        _instant("granted_at", "When."),
        sa.Column(
            "is_outside_approval",
            sa.Boolean(),
            nullable=False,
            comment="Made at the console, without another administrator.",
        ),
        _instant("expires_at", "From when it no longer holds; empty for no end.", nullable=True),
        _instant("revoked_at", "When taken away.", nullable=True),
        _text("revoked_by", 320, "By whom.", nullable=True),
        _of_person("person_grant", schema),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_grant")),
        sa.CheckConstraint(
            "(role IN ('agency_viewer', 'agency_manager')) = (agency_id IS NOT NULL)",
            name=op.f("ck_person_grant_agency_fits_role"),
        ),
        schema=schema,
        comment="One row a grant. Never deleted, only revoked.",
    )
    _index("person_grant", ["person_id"], schema)


def _create_person_session(schema: str | None) -> None:
    op.create_table(
        "person_session",
        _number("The session's number."),
        _person_id(),
        _text("token_hash", 64, "SHA-256 of the token in the cookie, in hexadecimal."),
        _text("csrf_secret", 64, "Random text from which the tokens in forms are made."),
        _text("address", 64, "Network address at sign-in."),
        _instant("created_at", "When signed in."),
        _instant("last_seen_at", "Last use by the person, to the minute; polling doesn't count."),
        _instant("ended_at", "When ended before its time; empty while it may live.", nullable=True),
        _text("ended_because", 64, "Why it was ended.", nullable=True),
        _of_person("person_session", schema),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_person_session_token_hash")),
        schema=schema,
        comment="One row a sign-in.",
    )
    _index("person_session", ["person_id"], schema)


def _create_sign_in_attempt(schema: str | None) -> None:
    op.create_table(
        "sign_in_attempt",
        _number("The attempt's number.", is_long=True),
        _text(
            "account_key",
            64,
            "SHA-256 of the e-mail address as typed, since people mistype passwords there.",
        ),
        _text("address_key", 64, "IPv4 address, or the /64 network of an IPv6 address."),
        _instant("at", "When."),
        _text("outcome", 16, "pending, failed, succeeded or throttled."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        schema=schema,
        comment="One row a try to prove a password; kept for the throttling windows.",
    )
    _index("sign_in_attempt", ["account_key", "address_key", "at"], schema)
    _index("sign_in_attempt", ["address_key", "at"], schema)
    _index("sign_in_attempt", ["at"], schema)


def _create_api_token(schema: str | None) -> None:
    op.create_table(
        "api_token",
        _number("The token's number."),
        _person_id(),
        _text("name", 100, "What its owner calls it."),
        _text("token_hash", 64, "SHA-256 of the token, in hexadecimal."),
        _instant("created_at", "When made."),
        _instant("expires_at", "From when it is dead."),
        _instant("last_used_at", "Last use, to the minute.", nullable=True),
        _instant("revoked_at", "When revoked.", nullable=True),
        _of_person("api_token", schema),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        schema=schema,
        comment="One row a personal token.",
    )
    _index("api_token", ["person_id"], schema)


def _create_password_reset(schema: str | None) -> None:
    op.create_table(
        "password_reset",
        _number("The link's number."),
        _person_id(),
        _text("token_hash", 64, "SHA-256 of the link's token, in hexadecimal."),
        _text("started_by", 320, "Who asked for the link."),
        _instant("created_at", "When made."),
        _instant("expires_at", "From when it is dead."),
        _instant("closed_at", "When used or withdrawn.", nullable=True),
        _of_person("password_reset", schema),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
        schema=schema,
        comment="One row a link to set a password.",
    )
    _index("password_reset", ["person_id"], schema)


def _create_audit_event(schema: str | None) -> None:
    op.create_table(
        "audit_event",
        _number("The event's number.", is_long=True),
        _instant("at", "When it happened."),
        _text("actor", 320, "E-mail address, or console, worker or nobody."),
        sa.Column(
            "agency_id", sa.Integer(), nullable=True, comment="The agency concerned, if one is."
        ),
        _text("action", 80, "What was done, e.g. person.disable."),
        sa.Column(
            "object",
            sa.Text(),
            nullable=False,
            comment="To what, e.g. person:12 or /finops/budget.",
        ),
        _text("outcome", 16, "succeeded, refused or failed."),
        _text("request_id", 128, "The request that it was part of.", nullable=True),
        sa.Column("detail", sa.Text(), nullable=False, comment="Further facts as a JSON object."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        schema=schema,
        comment="One row an event. Only ever added to; the database refuses the rest.",
        sqlite_autoincrement=True,
    )
    _index("audit_event", ["at"], schema)
    _index("audit_event", ["actor", "at"], schema)


def _protect_audit_on_sqlite() -> None:
    """Abort every change; the third trigger stops INSERT OR REPLACE, which fires no DELETE."""
    conditions = {
        "BEFORE UPDATE": "",
        "BEFORE DELETE": "",
        "BEFORE INSERT": "WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)",
    }
    for when, condition in conditions.items():
        name = f"audit_event_{when.lower().replace(' ', '_')}"
        op.execute(
            f"CREATE TRIGGER {name} {when} ON audit_event {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{AUDIT_REFUSAL}'); END"
        )


def _protect_audit_on_postgresql() -> None:
    """Abort every change, by the owner too, unless the trigger itself is taken away."""
    op.execute(
        "CREATE FUNCTION auth.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{AUDIT_REFUSAL}'; END $$"
    )
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = f"audit_event_before_{when.lower().replace(' ', '_')}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON auth.audit_event "
            f"FOR EACH {each} EXECUTE FUNCTION auth.refuse_audit_change()"
        )


def _give_rights() -> None:
    """Give the portal's role what it needs, if the role exists."""
    known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role").bindparams(role=APP_ROLE)
    if op.get_bind().execute(known).scalar() is None:
        return
    op.execute(f"GRANT USAGE ON SCHEMA auth TO {APP_ROLE}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA auth TO {APP_ROLE}")
    for table, rights in APP_RIGHTS.items():
        op.execute(f"GRANT {rights} ON auth.{table} TO {APP_ROLE}")

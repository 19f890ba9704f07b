"""PostgreSQL's walls between agencies: roles, policies, and what each transaction declares.

The application reads as ``exchequer_app``, which owns nothing and can't pass a policy by. A
transaction that declares no agencies sees no agency's row. SQLite has no such walls: there
the gateway's own filter is the only one.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, TextClause, bindparam, text
from sqlalchemy.exc import ProgrammingError

from warehouse.errors import WarehouseError
from warehouse.schema.star import READER_LIMIT
from warehouse.scope import Scope

APP_ROLE = "exchequer_app"
ANALYST_ROLE = "exchequer_analyst"
SCHEMAS = ("governance", "auth", "star")

_SEES_ALL = "current_setting('app.all_agencies', true) = 'on'"
_SEES_AGENCY = (
    f"{_SEES_ALL} OR (agency_id <> 0 AND agency_id = ANY (string_to_array("
    "nullif(current_setting('app.agencies', true), ''), ',')::integer[]))"
)
_SCOPE_SIZE = "cardinality(string_to_array(nullif(current_setting('app.agencies', true), ''), ','))"
_MIXED = frozenset({"source_file", "policy_preview", "version_preview"})
"""Tables that mix agencies without saying so in their name; one is an earlier name of another."""

_DECLARE = (
    "SELECT set_config('role', :role, true), set_config('transaction_read_only', :read_only, true),"
    " set_config('app.agencies', :agencies, true), set_config('app.all_agencies', :all, true)"
)


class RoleSetupError(WarehouseError):
    """The database login may not create the roles that row security stands on."""


def declaration(scope: Scope | None, *, read_only: bool) -> TextClause:
    """Give the statement that binds a transaction to the app's role and a reader's agencies.

    Every setting is local to the transaction, so a pooled connection carries none to the next.
    """
    agencies = scope.agencies if scope is not None else frozenset[int]()
    return text(_DECLARE).bindparams(
        bindparam("role", APP_ROLE),
        bindparam("read_only", "on" if read_only else "off"),
        bindparam("agencies", ",".join(str(int(number)) for number in sorted(agencies or ()))),
        bindparam("all", "on" if agencies is None else "off"),
    )


def policy_of(table: Table) -> str | None:
    """Give the condition a row must meet to be seen; ``None`` for a table open to every reader."""
    if READER_LIMIT in table.columns:
        return f"({_SEES_AGENCY}) AND ({_SEES_ALL} OR {READER_LIMIT} >= {_SCOPE_SIZE})"
    if "agency_id" in table.columns:
        return _SEES_AGENCY
    if table.name.startswith("agg_") or table.name in _MIXED:
        return _SEES_ALL
    return None


def protect(table: Table, schema: str, *, writable: bool = False) -> Iterator[str]:
    """Give the statements that grant a loaded table to its roles and wall it in.

    A COPY into a table under forced row security is refused, so run these after loading.
    """
    name = f'"{schema}"."{table.name}"'
    rights = "SELECT, INSERT, UPDATE, DELETE" if writable else "SELECT"
    yield f"GRANT {rights} ON {name} TO {APP_ROLE}"
    yield f"GRANT SELECT ON {name} TO {ANALYST_ROLE}"
    condition = policy_of(table)
    if condition is None:
        return
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    # For the app alone: an analyst who sets app.all_agencies by hand gains nothing by it.
    yield f"CREATE POLICY app ON {name} TO {APP_ROLE} USING ({condition})"
    yield f"CREATE POLICY analyst ON {name} FOR SELECT TO {ANALYST_ROLE} USING (true)"


def prepare_roles(connection: Connection) -> None:
    """Create the roles and schemas where they are missing, and refuse roles that see too much.

    Raises RoleSetupError when the login lacks the right, with the statements an administrator
    runs instead.
    """
    try:
        for role in (APP_ROLE, ANALYST_ROLE):
            connection.execute(text(_CREATE_ROLE.format(role=role)))
        connection.execute(text(_JOIN_ROLE))
    except ProgrammingError as error:
        raise RoleSetupError(
            f"The database login may not set up its roles ({error.orig}). Have an administrator "
            f"run: CREATE ROLE {APP_ROLE} NOLOGIN; CREATE ROLE {ANALYST_ROLE} NOLOGIN; "
            f"GRANT {APP_ROLE} TO the login of EXCHEQUER_DATABASE_URL; then start again."
        ) from error
    strong = connection.execute(
        text("SELECT rolname FROM pg_roles WHERE rolname = ANY (:names)"
             " AND (rolsuper OR rolbypassrls OR rolcanlogin)"),
        {"names": [APP_ROLE, ANALYST_ROLE]},
    ).scalars()  # fmt: skip
    for name in strong:
        raise RoleSetupError(
            f"The database role {name} can log in or pass row security by. Run: "
            f"ALTER ROLE {name} NOLOGIN NOSUPERUSER NOBYPASSRLS; then start again."
        )
    for schema in SCHEMAS:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {APP_ROLE}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA star TO {ANALYST_ROLE}"))


# Roles belong to the whole server: two databases may be set up at the same moment.
_CREATE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

_JOIN_ROLE = f"""
DO $$ BEGIN
  IF NOT pg_has_role(current_user, '{APP_ROLE}', 'SET') THEN
    EXECUTE format('GRANT {APP_ROLE} TO %I', current_user);
  END IF;
END $$
"""

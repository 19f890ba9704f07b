"""PostgreSQL's walls, read from its catalogue and tried from inside."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from tests.conftest import NewDatabase
from tests.factories.star import agencies_costing, star_of
from warehouse.db import Database, open_database
from warehouse.governance.held import decide, decisions
from warehouse.governance.models import AccountOwner
from warehouse.migrate import migrate
from warehouse.publishing.publish import publish
from warehouse.rowsecurity import ANALYST_ROLE, APP_ROLE, RoleSetupError
from warehouse.schema.dimensions import dim_agency
from warehouse.schema.facts import fact_usage_monthly
from warehouse.schema.operations import quality_result, source_file
from warehouse.schema.summaries import agg_peer_agency_month
from warehouse.scope import Scope

ALL = Scope.whole_government()
PEERS = {
    "agg_peer_agency_month": [
        {"agency_id": agency, "month": "2025-01", "figure": "waste_pct", "value": "0.1",
         "basis": "sector", "reader_agencies_most": most}
        for agency, most in ((10, 1), (11, 2), (12, 2))
    ]
}  # fmt: skip


@pytest.fixture(scope="module")
def database(
    new_postgres_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    var_dir = tmp_path_factory.mktemp("var")
    opened = open_database(new_postgres_database(), var_dir)
    migrate(opened)
    con, info = star_of("one", {**agencies_costing({10: "5", 11: "7", 12: "9"}), **PEERS})
    publish(con, opened, info, "inputs", lambda _: None)
    con.disconnect()
    yield opened
    opened.dispose()


def agencies(connection: Connection) -> list[int]:
    found = select(fact_usage_monthly.c.agency_id).order_by("agency_id")
    return list(connection.execute(found).scalars())


def catalogue(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.builder() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_app_can_neither_log_in_nor_pass_row_security_by(database: Database) -> None:
    roles = catalogue(
        database,
        "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles"
        f" WHERE rolname IN ('{APP_ROLE}', '{ANALYST_ROLE}') ORDER BY 1",
    )
    assert roles == [
        (ANALYST_ROLE, False, False, False, False),
        (APP_ROLE, False, False, False, False),
    ]


def test_every_transaction_of_the_app_runs_as_its_role(database: Database) -> None:
    with database.star(ALL) as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == APP_ROLE
    with database.records(ALL) as session:
        assert session.execute(text("SELECT current_user")).scalar() == APP_ROLE
    with database.reading_records() as session:
        assert session.execute(text("SELECT current_user")).scalar() == APP_ROLE


def test_every_table_with_an_agency_is_walled_in(database: Database) -> None:
    open_tables = catalogue(
        database,
        """
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('star', 'governance') AND c.relkind IN ('r', 'p')
          AND (EXISTS (SELECT FROM pg_attribute a
                       WHERE a.attrelid = c.oid AND a.attname = 'agency_id')
               OR c.relname LIKE 'agg_%' OR c.relname = 'source_file')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                   AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
                               AND p.polroles = ARRAY[(SELECT oid FROM pg_roles
                                                       WHERE rolname = 'exchequer_app')]))
        """,
    )
    assert open_tables == []


def test_no_policy_is_for_everybody(database: Database) -> None:
    assert catalogue(database, "SELECT polname FROM pg_policy WHERE 0 = ANY (polroles)") == []


def test_views_ask_with_the_rights_of_who_asks(database: Database) -> None:
    views = catalogue(
        database,
        "SELECT c.relname, c.reloptions FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE n.nspname = 'star' AND c.relkind IN ('v', 'm')",
    )
    assert len(views) == 6
    assert {tuple(options or ()) for _, options in views} == {("security_invoker=true",)}  # type: ignore[arg-type]


def test_the_app_holds_no_right_beyond_reading_the_star_and_keeping_records(
    database: Database,
) -> None:
    grants = catalogue(
        database,
        "SELECT DISTINCT table_schema, privilege_type FROM information_schema.role_table_grants"
        f" WHERE grantee = '{APP_ROLE}' ORDER BY 1, 2",
    )
    assert grants == [
        ("governance", "DELETE"),
        ("governance", "INSERT"),
        ("governance", "SELECT"),
        ("governance", "UPDATE"),
        ("star", "SELECT"),
    ]
    owned = catalogue(
        database,
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        f" WHERE r.rolname IN ('{APP_ROLE}', '{ANALYST_ROLE}')",
    )
    assert owned == []


def test_a_reader_sees_the_rows_of_its_agencies_alone(database: Database) -> None:
    with database.star(Scope.of_agencies([10, 12])) as connection:
        assert agencies(connection) == [10, 12]
        views = connection.execute(text("SELECT agency_id FROM star.v_cloud_waste")).all()
        assert views == []
        assert connection.execute(select(func.count()).select_from(source_file)).scalar() == 0
        rules = connection.execute(select(quality_result.c.agency_id).order_by("agency_id"))
        assert list(rules.scalars()) == [10, 12]
        assert connection.execute(select(func.count()).select_from(dim_agency)).scalar() == 2


def test_the_whole_government_sees_also_the_rows_of_no_agency(database: Database) -> None:
    with database.star(ALL) as connection:
        assert agencies(connection) == [10, 11, 12]
        rules = connection.execute(select(quality_result.c.agency_id).order_by("agency_id"))
        assert list(rules.scalars()) == [0, 10, 11, 12]
        assert connection.execute(select(func.count()).select_from(source_file)).scalar() == 1


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope.of_agencies([10]), [10]),
        (Scope.of_agencies([10, 11]), [11]),
        (Scope.of_agencies([10, 11, 12]), []),
        (Scope.nothing(), []),
        (ALL, [10, 11, 12]),
    ],
)
def test_whoever_could_take_peers_apart_is_not_shown_them(
    scope: Scope, seen: list[int], database: Database
) -> None:
    with database.star(scope) as connection:
        # As a query would that forgot the gateway's own condition.
        found = select(agg_peer_agency_month.c.agency_id).order_by("agency_id")
        assert list(connection.execute(found).scalars()) == seen


def test_agency_zero_is_nobody(database: Database) -> None:
    with database.star(Scope.of_agencies([0])) as connection:
        rules = connection.execute(select(quality_result.c.agency_id))
        assert list(rules.scalars()) == []


def test_a_scope_of_nothing_sees_no_row(database: Database) -> None:
    with database.star(Scope.nothing()) as connection:
        assert agencies(connection) == []


def test_a_query_without_context_returns_no_row(database: Database) -> None:
    with database.builder() as connection:
        connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        assert agencies(connection) == []


def test_reading_the_star_cannot_write(database: Database) -> None:
    with database.star(ALL) as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(text("DELETE FROM star.fact_usage_monthly"))


def test_an_analyst_reads_by_role_and_not_by_a_setting(database: Database) -> None:
    with database.builder() as connection:
        connection.execute(text(f"SET LOCAL ROLE {ANALYST_ROLE}"))
        assert agencies(connection) == [10, 11, 12]
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("INSERT INTO star.dim_service VALUES ('a', 'b', 'c')"))


def test_one_pooled_connection_never_mixes_two_agencies(database: Database, tmp_path: Path) -> None:
    single = open_database(database.url, tmp_path, max_connections=1)
    backend = text("SELECT pg_backend_pid()")
    seen: set[tuple[int, tuple[int, ...]]] = set()
    backends: set[int] = set()
    for at in range(1000):
        agency = 10 + at % 2
        try:
            with single.star(Scope.of_agencies([agency])) as connection:
                seen.add((agency, tuple(agencies(connection))))
                backends.add(connection.execute(backend).scalar_one())
                if at % 7 == 0:
                    connection.execute(text("SELECT 1 / 0"))
                if at % 11 == 0:
                    raise RuntimeError
        except (DBAPIError, RuntimeError):
            continue
    assert seen == {(10, (10,)), (11, (11,))}
    assert len(backends) == 1
    single.dispose()


def test_records_of_an_agency_stay_shut_to_another(database: Database) -> None:
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    with database.records(ALL) as session:
        for agency in (10, 11):
            decide(
                session, feed="usage_monthly", agency_id=agency, month="2025-01",
                content_hash="a", decision="approved", decided_by="t@example.gov",
                reason="Checked.", now=moment,
            )  # fmt: skip
    with database.reading_records(Scope.of_agencies([11])) as session:
        assert [made.agency_id for made in decisions(session)] == [11]
    with database.reading_records() as session:
        assert decisions(session) == ()


def test_a_record_for_a_foreign_agency_is_refused(database: Database) -> None:
    row = {
        "provider": "AWS", "account_id": "012345678901", "version": 1, "valid_from": "2025-01",
        "agency_id": 12, "source": "portal", "recorded_by": "m@example.gov",
        "recorded_at": datetime(2025, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        database.records(Scope.of_agencies([10])) as session,
    ):
        session.execute(insert(AccountOwner), [row])


def test_a_login_that_may_not_create_roles_is_told_what_to_run(
    new_postgres_database: NewDatabase, postgres_server: str, tmp_path: Path
) -> None:
    url = new_postgres_database()
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS weak")
        connection.execute("CREATE ROLE weak LOGIN")
    weak = open_database(url.replace("postgres:@", "weak:@"), tmp_path)
    with pytest.raises(RoleSetupError, match="GRANT exchequer_app"):
        migrate(weak)
    weak.dispose()

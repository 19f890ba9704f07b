"""The command line does what it says, and says what went wrong."""

from __future__ import annotations

import csv
import io
import json
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from auth.audit import list_events
from auth.errors import PasswordRefusedError
from auth.models import SignInAttempt
from auth.people import find_person
from auth.throttle import open_attempt
from portal.cli.group import COMMANDS, exchequer, main
from portal.cli.installation import migrate_records, opened
from portal.cli.worker import forget_old
from portal.services import utc_now
from portal.settings import Settings, load_settings
from tests.factories.government import write_government

PASSWORD = "seven quiet otters swim upstream"


@pytest.fixture
def at_portal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the command line at the built portal."""
    monkeypatch.setenv("EXCHEQUER_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("EXCHEQUER_DATA_DIR", str(settings.data_dir))


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the command line at an installation that doesn't exist yet."""
    monkeypatch.setenv("EXCHEQUER_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("EXCHEQUER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def run(*arguments: str, given: str = "") -> str:
    result = CliRunner().invoke(exchequer, arguments, input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def every_command() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(exchequer)
    for name in COMMANDS:
        command = exchequer.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found.extend((name, inner) for inner in command.commands)
    return found


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_the_help_of_each_command_shows_an_example(command: tuple[str, ...]) -> None:
    said = " ".join(run(*command, "--help").split())
    assert "Example:" in said
    assert f"exchequer {' '.join(command)}" in said


@pytest.mark.usefixtures("at_portal")
def test_rows_come_as_a_list_of_objects() -> None:
    answer = run("ask", "actual_spend", "--by", "agency,month", "--from", "2024-03", "--to",
                 "2024-03", "--where", "agency=10", "--format", "json")  # fmt: skip
    rows = json.loads(answer)
    assert [(row["agency"], row["agency_name"], row["month"]) for row in rows] == [
        (10, "Ministry of Health", "2024-03")
    ]
    assert isinstance(rows[0]["actual_spend"], int | float)


@pytest.mark.usefixtures("at_portal")
def test_asking_as_a_person_answers_within_their_scope() -> None:
    text = run("ask", "actual_spend", "--by", "agency", "--as", "viewer10@health.example",
               "--format", "csv")  # fmt: skip
    assert [row["agency"] for row in csv.DictReader(io.StringIO(text))] == ["10"]
    every = run("ask", "actual_spend", "--by", "agency", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(every)))) == 8


@pytest.mark.usefixtures("at_portal")
def test_a_table_is_for_reading() -> None:
    assert "actual_spend" in run("ask", "actual_spend", "--agency", "10")


@pytest.mark.usefixtures("at_portal")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "nothing"), "There is no measure 'nothing'"),
        (("ask", "actual_spend", "--from", "2024-13"), "'2024-13' is not a month"),
        (("ask", "actual_spend", "--by", "latency"), "has no dimension"),
        (("ask", "actual_spend", "--agency", "987654"), "No agency '987654'"),
        (("ask", "actual_spend", "--as", "no@one.example"), "No person 'no@one.example'"),
        (("user", "disable", "no@one.example"), "No person 'no@one.example'"),
        (("build", "--data", "/no/such/folder"), "There is no data directory"),
    ],
)
def test_what_fails_says_why_and_is_1(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown


def test_a_wrong_call_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["ask"])
    assert stopped.value.code == 2
    assert "Missing argument" in capsys.readouterr().err


def test_an_installation_is_set_up_built_and_asked(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCHEQUER_SECRET_KEY", secrets.token_hex(32))
    run("init", "--email", "chief@treasury.example", "--name", "Chief", given=f"{PASSWORD}\n")
    run("user", "add", "m@health.example", "--name", "M", given=f"{PASSWORD}\n")
    run("user", "grant", "m@health.example", "agency_manager", "--agency", "10")
    assert run("token", "create", "m@health.example", "--name", "nightly").startswith("exq_")
    write_government(fresh / "data")
    assert "Published build" in run("build", "--data", str(fresh / "data"))
    assert "Nothing has changed" in run("build")
    run("user", "disable", "m@health.example")
    with opened(load_settings()) as database, database.reading_records() as db:
        person = find_person(db, "m@health.example")
        actors = {event.actor for event in list_events(db)}
        actions = {event.action for event in list_events(db)}
    assert person is not None
    assert not person.is_enabled
    assert person.grants[0].is_outside_approval
    assert actors == {"console"}
    assert {"person.add", "grant.give", "api_token.create", "build", "person.disable"} <= actions


def test_a_weak_password_is_refused(fresh: Path) -> None:
    run("migrate")
    result = CliRunner().invoke(exchequer, ["user", "add", "a@b.example"], input="short\n")
    assert isinstance(result.exception, PasswordRefusedError)
    with opened(load_settings()) as database, database.reading_records() as db:
        assert find_person(db, "a@b.example") is None


def test_check_lists_what_is_wrong_and_is_1(fresh: Path) -> None:
    result = CliRunner().invoke(exchequer, ["check"])
    assert result.exit_code == 1
    assert "EXCHEQUER_SECRET_KEY" in result.stdout
    assert str(fresh / "data") in result.stdout
    assert not any(fresh.iterdir()), "it changes nothing"


def test_check_lists_a_wrong_database_beside_the_rest(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fresh / "var").mkdir()
    monkeypatch.setenv("EXCHEQUER_DATABASE_URL", "mysql://localhost/x")
    result = CliRunner().invoke(exchequer, ["check"])
    assert result.exit_code == 1
    assert "'mysql' isn't supported" in result.stdout
    assert str(fresh / "data") in result.stdout


def test_the_worker_forgets_what_nothing_looks_back_to(fresh: Path, postgres_url: str) -> None:
    for url in ("", postgres_url):
        settings = Settings(var_dir=fresh / "var", database_url=url)
        with opened(settings) as database:
            migrate_records(database)
            with database.records() as db:
                for age in (1, 91):
                    open_attempt(db, "somebody", "192.0.2.1", utc_now() - timedelta(days=age))
            forget_old(database)
            with database.reading_records() as db:
                assert db.scalar(select(func.count()).select_from(SignInAttempt)) == 1


def test_the_demo_is_written_to_the_folder(tmp_path: Path) -> None:
    run("demo", "--out", str(tmp_path), "--agencies", "12", "--months", "14")
    assert (tmp_path / "mda" / "usage_monthly.csv").is_file()


@pytest.mark.parametrize("module", ["portal.app", "portal.cli.group", "portal.cli.ask"])
def test_web_workers_carry_no_build_engine(module: str) -> None:
    heavy = "{'ibis', 'duckdb', 'pyarrow', 'adbc_driver_manager'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_fetching_says_what_it_fetched_and_fails_where_something_could_not_be(fresh: Path) -> None:
    assert "0 files, 0 calls." in run("fetch")
    declared = fresh / "data/bills/apis/payer.toml"
    declared.parent.mkdir(parents=True)
    declared.write_text(
        f'provider = "AWS"\naccount = "999"\nfrom = "{utc_now() - timedelta(days=1):%Y-%m}"\n'
        'environment = "NOBODY_"\n',
        "utf-8",
    )

    result = CliRunner().invoke(exchequer, ["fetch"])

    assert result.exit_code == 1
    assert "AWS account 999" in result.stderr
    assert "no NOBODY_AWS_ACCESS_KEY_ID and no NOBODY_AWS_SECRET_ACCESS_KEY" in result.stderr
    assert result.stdout.endswith("0 files, 0 calls.\n")


def test_a_check_finds_a_declaration_that_cannot_be_one(fresh: Path) -> None:
    declared = fresh / "data/bills/apis/payer.toml"
    declared.parent.mkdir(parents=True)
    declared.write_text('provider = "AWS"\nsecret = "hunter2"\n', "utf-8")

    result = CliRunner().invoke(exchequer, ["check"])

    assert result.exit_code == 1
    assert "Credentials don't belong here" in result.stdout
    assert "hunter2" not in result.stdout

"""Rules of attribution go in and out by the command line, and are tried before."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.group import exchequer, main
from portal.cli.installation import opened
from portal.settings import load_settings
from tests.factories.published import copy_of_government
from warehouse.governance.reviewed import RULES
from warehouse.scope import Scope


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(exchequer, ("rules", *arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def installed(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = copy_of_government(tmp_path_factory, tmp_path, with_bills=True)
    monkeypatch.setenv("EXCHEQUER_VAR_DIR", str(folder / "var"))
    monkeypatch.setenv("EXCHEQUER_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("EXCHEQUER_SECRET_KEY", secrets.token_hex(32))
    return tmp_path


def test_a_book_is_taken_out_changed_tried_and_published(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = call("export", "accounts").stdout
    header, first, *_ = written.splitlines()
    provider, account, owner, *_ = first.split(",")
    other = next(
        line.split(",")[2] for line in written.splitlines()[1:] if line.split(",")[2] != owner
    )
    file = installed / "owners.csv"
    file.write_text(f"{header}\n{provider},{account},{other},2020-01,\n")

    found = json.loads(call("preview", "accounts", str(file), "--format", "json").stdout)
    assert found["account_count"] == 1
    assert {one["agency_id"] for one in found["agencies"]} == {int(owner), int(other)}
    assert f"{account}" in {one["account_id"] for one in found["accounts"]}

    assert "is in_review" in call("import", "accounts", str(file), "--submit").stdout
    assert "Version 1 is in_review" in call("list").stdout
    assert "Published version 1" in call(
        "approve", "accounts", "--outside-approval", "--reason", "One of us alone."
    ).stdout  # fmt: skip
    assert "1 of them decided here (1 against what a file says)" in call("list").stdout
    assert f"{provider},{account},{other},2020-01," in call("export", "accounts").stdout
    with (
        opened(load_settings()) as database,
        database.reading_records(Scope.whole_government()) as session,
    ):
        (row,) = RULES.versions(session, "accounts")
        assert row.is_outside_approval

    file.write_text(f"{header}\n{provider},{account},987654,2020-01,\n")
    with pytest.raises(SystemExit):
        main(["rules", "import", "accounts", str(file)])
    assert "no agency 987654 is known" in capsys.readouterr().err

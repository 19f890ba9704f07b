"""Policies go in and out by the command line, as they do by the portal."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auth.audit import list_events
from portal.cli.group import exchequer, main
from portal.cli.installation import opened
from portal.settings import load_settings
from warehouse.governance.reviewed import POLICIES
from warehouse.scope import Scope

YAML = """\
list: centres
values: [one, two]
---
policy: costs
owner: Treasury
stage: warn
effective_from: 2026-01
tags:
  CostCentre:
    spelling: CostCentre
    required: true
    values: [list:centres]
    aliases: [CostCenter]
"""


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(exchequer, ("policy", *arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXCHEQUER_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("EXCHEQUER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("EXCHEQUER_SECRET_KEY", secrets.token_hex(32))
    result = CliRunner().invoke(
        exchequer,
        ("init", "--email", "ada@treasury.example", "--name", "Ada"),
        input="seven quiet otters swim upstream",
    )
    assert result.exit_code == 0, result.output
    return tmp_path


def test_a_new_installation_starts_with_a_published_policy(installed: Path) -> None:
    said = call("export").stdout
    assert "policy: starting-set" in said
    assert "list: environments" in said


def test_what_is_imported_is_a_draft_until_it_is_approved(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = installed / "costs.yaml"
    file.write_text(YAML, "utf-8")
    assert "Drafted version 1 of costs." in call("import", str(file)).stdout
    assert "policy: costs" not in call("export").stdout

    reason = ("--outside-approval", "--reason", "There is one administrator.")
    with pytest.raises(SystemExit):
        main(("policy", "approve", "costs", *reason))
    assert "centres" in capsys.readouterr().err
    call("approve", "centres", "--list", *reason)
    call("approve", "costs", *reason)
    assert "policy: costs" in call("export", "costs").stdout

    with (
        opened(load_settings()) as database,
        database.reading_records(Scope.whole_government()) as session,
    ):
        (event,) = list_events(session, action="policy.approve")
        assert (event.actor, json.loads(event.detail)["outside_approval"]) == ("console", True)
        assert POLICIES.published(session)[0].is_outside_approval


def test_a_round_trip_by_yaml_changes_nothing(installed: Path) -> None:
    file = installed / "all.yaml"
    file.write_text(call("export", "starting-set").stdout, "utf-8")
    assert call("diff", "starting-set@1", str(file)).stdout == "Nothing differs.\n"
    file.write_text(file.read_text("utf-8").replace("stage: warn", "stage: enforce"), "utf-8")
    assert call("diff", "starting-set@1", str(file)).stdout == "stage: warn -> enforce\n"


@pytest.mark.parametrize("form", ["aws", "azure"])
def test_what_a_form_cannot_say_goes_to_standard_error(installed: Path, form: str) -> None:
    found = call("export", "starting-set", "--form", form)
    assert json.loads(found.stdout)
    assert "Not in it: tags.Owner" in found.stderr
    file = installed / "theirs.json"
    file.write_text(found.stdout, "utf-8")
    call(
        "import", str(file), "--form", form, "--name", "theirs", "--owner", "Treasury",
        "--attached-to", "country:TT", "--effective-from", "2026-01",
    )  # fmt: skip
    assert "attached_to.country: + TT" in call("diff", "starting-set@1", "theirs@1").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "nothing"), "No policy 'nothing'"),
        (("diff", "nothing@1", "starting-set@1"), "No version 1 of the policy 'nothing'"),
        (("export", "--form", "aws", "nothing"), "No policy 'nothing'"),
        (("approve", "starting-set", "--outside-approval", "--reason", "x"), "waits for approval"),
        (("approve", "starting-set", "--outside-approval", "--reason", " "), "Say why"),
    ],
)
def test_what_goes_wrong_is_said(
    installed: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SystemExit):
        main(("policy", *arguments))
    assert said in capsys.readouterr().err


def test_what_is_in_force_at_a_provider_is_compared_with_ours(installed: Path) -> None:
    name = installed / "costs.yaml"
    name.write_text(YAML, "utf-8")
    call("import", str(name))
    call("approve", "centres", "--list", "--outside-approval", "--reason", "alone")
    call("approve", "costs", "--outside-approval", "--reason", "alone")
    tags = {"tags": {"costcentre": {"tag_key": "CostCentre", "tag_value": ["one"]}}}
    said = {"TargetId": "111122223333", "PolicyContent": json.dumps(tags)}
    export = installed / "effective.json"
    export.write_text(json.dumps({"EffectivePolicy": said}), "utf-8")
    lines = call("diff", "--in-force", str(export)).stdout.splitlines()
    assert "AWS 111122223333: costcentre values: ours alone two; there alone nothing" in lines
    assert "AWS 111122223333: owner: ours alone" in lines

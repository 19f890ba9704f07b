"""The work list as commands: what other people wrote never becomes a command of its own."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.exports.tag_commands import TOOLS, write_commands

ARN = "arn:aws:ec2:eu-west-1:1:instance/i-1"
MACHINE = "//compute.googleapis.com/projects/p/zones/z/instances/m"


def finding(**row: Any) -> dict[str, Any]:
    usual = {
        "resource_id": ARN,
        "spelling": "CostCentre",
        "outcome": "wrong_spelling",
        "key_found": "costcenter",
        "value_found": "CC-1",
    }
    return {**usual, **row}


def commands(tool: str, **row: Any) -> list[str]:
    return list(write_commands(tool, [finding(**row)]))[3:]


def test_a_misspelt_key_is_written_as_it_should_be_with_its_value() -> None:
    (line,) = commands("aws")
    assert shlex.split(line) == [
        "aws", "resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", ARN, "--tags",
        '{"CostCentre": "CC-1"}',
    ]  # fmt: skip
    (line,) = commands("azure", resource_id="/subscriptions/s/x y")
    assert shlex.split(line)[-1] == "CostCentre=CC-1"
    (line,) = commands("gcloud", resource_id=MACHINE)
    assert line.endswith("instances add-labels m --zone z --project p --labels costcentre=cc-1")


@pytest.mark.parametrize("outcome", ["missing", "wrong_value"])
def test_what_needs_a_value_of_a_person_is_commented_out(outcome: str) -> None:
    (line,) = commands("aws", outcome=outcome, key_found=None, value_found=None)
    assert line.startswith("# aws ")
    assert "FILL-IN" in line


def test_wrong_capitals_of_a_value_are_not_taken_over() -> None:
    (line,) = commands("aws", outcome="wrong_case", key_found="CostCentre", value_found="cc-1")
    assert line.startswith("# ")


def test_what_a_tool_cannot_name_is_said() -> None:
    assert commands("aws", resource_id="i-1") == ["# no command known for i-1"]
    assert commands("gcloud", resource_id=MACHINE, value_found="a,b=c")[0].startswith("# no comm")


HOSTILE = ("x'; touch pwned; '", "$(touch pwned)", "`touch pwned`", "a\ntouch pwned\n",
           "x\rtouch pwned", "x\u2028touch pwned", "-rf", "a & touch pwned")  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_values_of_others_run_nothing(tmp_path: Path, tool: str, text: str) -> None:
    rows = [
        finding(value_found=text),
        finding(resource_id=f"{ARN}{text}"),
        finding(resource_id=f"/subscriptions/{text}"),
        finding(resource_id=MACHINE + text),
        finding(outcome="missing", key_found=None, resource_id=text),
        finding(spelling=text),
    ]
    script = tmp_path / "tags.sh"
    script.write_bytes(b"".join(line.encode() + b"\n" for line in write_commands(tool, rows)))
    stubs = tmp_path / "bin"
    stubs.mkdir()
    for name in ("aws", "az", "gcloud"):
        (stubs / name).write_text("#!/bin/sh\nexit 0\n")
        (stubs / name).chmod(0o755)
    subprocess.run(
        ["/bin/sh", str(script)], cwd=tmp_path, env={"PATH": f"{stubs}:/usr/bin:/bin"}, check=False
    )
    assert not (tmp_path / "pwned").exists()


def test_a_value_with_quotes_stays_one_value() -> None:
    (line,) = commands("aws", value_found='a "b", c=d')
    assert json.loads(shlex.split(line)[-1]) == {"CostCentre": 'a "b", c=d'}

"""The same question in other tools' words answers the same, and holds nobody's token."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import Client

from portal.addresses import question_query
from portal.cli.group import exchequer
from portal.pivot.elsewhere import (
    TOKEN_PLACE,
    api_address,
    command_line,
    plain_request,
    power_query,
)
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.question import Period, Question

ORIGIN = "https://exchequer.example"
QUESTION = Question(
    measures=("actual_spend", "waste_pct"),
    by=("agency", "month"),
    where=(("country", ("TT",)), ("service_type", ("IaaS",))),
    period=Period("2025-01", "2025-03"),
    currency="own",
)


@contextmanager
def token_of(browser: Browser) -> Iterator[dict[str, str]]:
    shown = browser.submit("/account/tokens", name="power query", days="30")
    found = re.search(r"exq_[A-Za-z0-9_-]+", shown.get_data(as_text=True))
    assert found
    yield {"Authorization": f"Bearer {found[0]}"}
    listed = json.dumps(browser.show("/account").get_json())
    for number in re.findall(r"/account/tokens/(\d+)/revoke", listed):
        browser.submit(f"/account/tokens/{number}/revoke")


def literal(code: str, name: str) -> str:
    """Read a text literal of Power Query's language."""
    found = re.search(rf'{name} = "((?:[^"]|"")*)"', code)
    assert found
    return found[1].replace('""', '"').replace("#(#)", "#")


def test_power_querys_address_answers_with_a_token_what_the_page_is_answered(
    app: Flask, viewer: Browser
) -> None:
    code = power_query(ORIGIN, QUESTION)
    address = literal(code, "Address")
    assert address.startswith(f"{ORIGIN}/api/v1/measures/actual_spend,waste_pct?")
    with token_of(viewer) as bearer:
        given = Client(app).get(address.removeprefix(ORIGIN), headers=bearer).get_json()["rows"]
    page = viewer.get(f"/export/measures?{question_query(QUESTION)}&format=csv")
    rows = list(csv.reader(io.StringIO(page.get_data(as_text=True))))[1:]
    assert [[str(value) for value in row.values()] for row in given] == rows
    assert {row["agency"] for row in given} == {10}
    columns = re.findall(r'\{"([a-z_]+)", [A-Za-z0-9. ]+\}', code)
    assert columns == list(given[0])


def test_power_query_has_a_place_for_the_token_and_no_token(viewer: Browser) -> None:
    with token_of(viewer):
        code = power_query(ORIGIN, QUESTION)
    assert literal(code, "Token") == TOKEN_PLACE
    assert "exq_" not in code
    assert '"Bearer " & Token' in code


@pytest.mark.parametrize("value", ['say "hi"', "#(lf)", "a&b=c", "x,y/ü", "1:2"])
def test_hostile_values_stay_within_their_literal_and_their_parameter(value: str) -> None:
    asked = Question(("actual_spend",), where=(("sector", (value,)),))
    address = literal(power_query(ORIGIN, asked), "Address")
    assert address == api_address(ORIGIN, asked)
    assert re.fullmatch(r"[A-Za-z0-9:/?&=%.,_+*-]+", address)
    words = shlex.split(plain_request(ORIGIN, asked))
    assert words[-1] == api_address(ORIGIN, asked, "csv")
    assert f"sector={value}" in shlex.split(command_line(asked))


def test_the_command_line_answers_the_same_rows(settings: Settings, treasury: Browser) -> None:
    environment = {
        "EXCHEQUER_VAR_DIR": str(settings.var_dir),
        "EXCHEQUER_DATA_DIR": str(settings.data_dir),
    }
    program, *words = shlex.split(command_line(QUESTION))
    assert program == "exchequer"
    result = CliRunner().invoke(exchequer, words, env=environment, catch_exceptions=False)
    given = list(csv.reader(io.StringIO(result.stdout)))
    asked = treasury.get(api_address("", QUESTION, "csv")).get_data(as_text=True)
    assert given == list(csv.reader(io.StringIO(asked)))
    assert len(given) > 3

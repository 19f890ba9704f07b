"""The same question asked elsewhere: Power Query, the command line, and a plain request.

None of them holds a token: each has a place for the reader's own.
"""

from __future__ import annotations

import shlex
from typing import Final

from portal.addresses import question_query
from portal.asking import write_against
from warehouse.measures import REGISTRY
from warehouse.question import Question

TOKEN_PLACE: Final = "PASTE YOUR TOKEN HERE"
_NUMBERED: Final = frozenset({"agency", "parent"})


def api_address(origin: str, question: Question, form: str = "json") -> str:
    """Write the address under which the API answers a question."""
    pairs = question_query(question).split("&")
    rest = [pair for pair in pairs if not pair.startswith("measure=")]
    names = ",".join(question.measures)
    return f"{origin}/api/v1/measures/{names}?{'&'.join([*rest, f'format={form}'])}"


def power_query(origin: str, question: Question) -> str:
    """Write the question in Power Query's language, its columns typed."""
    columns = [
        *((key, kind) for name in question.by for key, kind in _dimension_columns(name)),
        *((name, _measure_type(name)) for name in question.measures),
    ]
    names = ", ".join(_text(name) for name, _ in columns)
    types = ",\n        ".join(f"{{{_text(name)}, {kind}}}" for name, kind in columns)
    return "\n".join(
        [
            "let",
            f"    Token = {_text(TOKEN_PLACE)},",
            f"    Address = {_text(api_address(origin, question))},",
            "    Answer = Json.Document(Web.Contents(Address, [",
            '        Headers = [Authorization = "Bearer " & Token, Accept = "application/json"]',
            "    ])),",
            f"    Rows = Table.FromRecords(Answer[rows], {{{names}}}, MissingField.UseNull),",
            "    Typed = Table.TransformColumnTypes(Rows, {",
            f"        {types}",
            '    }, "en-GB")',
            "in",
            "    Typed",
        ]
    )


def command_line(question: Question) -> str:
    """Write the question as the operator asks it on the server."""
    words = ["exchequer", "ask", *question.measures]
    if question.by:
        words += ["--by", ",".join(question.by)]
    for dimension, values in question.where:
        for value in values:
            words += ["--where", f"{dimension}={value}"]
    if question.period.start:
        words += ["--from", question.period.start]
    if question.period.end:
        words += ["--to", question.period.end]
    if question.against:
        words += ["--against", write_against(question.against)]
    if question.year != "calendar":
        words += ["--year", question.year]
    if question.currency != "USD":
        words += ["--currency", question.currency]
    return shlex.join([*words, "--format", "csv"])


def plain_request(origin: str, question: Question) -> str:
    """Write the question for curl, with the token in a variable of the shell."""
    address = api_address(origin, question, "csv")
    return f'curl -H "Authorization: Bearer $EXCHEQUER_TOKEN" {shlex.quote(address)}'


def _dimension_columns(name: str) -> tuple[tuple[str, str], ...]:
    kind = "Int64.Type" if name in _NUMBERED else "type text"
    return (name, kind), (f"{name}_name", "type text")


def _measure_type(name: str) -> str:
    return "Percentage.Type" if REGISTRY[name].unit == "ratio" else "type number"


def _text(text: str) -> str:
    """Write a text literal: quotes are doubled, and nothing in it is an escape."""
    return '"' + text.replace('"', '""').replace("#(", "#(#)(") + '"'

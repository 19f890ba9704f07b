"""A language made for tests: English with an accent on every vowel, so that it stays readable.

What comes out without accents was never said, or is a name.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.catalogue import compile_translations, gather, written
from portal.texts import DOMAIN

LANGUAGE = "eo"

_PLURALS = "nplurals=2; plural=(n != 1);"
_ACCENTS = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")
_BARE_WORD = re.compile(r"(?<![\w@./\\-])[A-Za-z]*[aeiouyAEIOUY][A-Za-z]*(?![\w@/\\]|\.\w|-\w)")
_SHORTEST = 3
_SAID = frozenset({"title", "placeholder", "label", "alt", "aria-label", "data-label",
                   "data-copied", "data-failed", "data-found", "data-nothing"})  # fmt: skip
_OF_CODE = frozenset({"Code", "Pre", "Kbd"})
_OF_RECORDS = frozenset({"event-detail", "event-code"})
"""Facts of the audit trail, under the names that its records have for them."""


def accented(text: str) -> str:
    """Put accents on a sentence; its gaps stay as they are."""
    parts = string.Formatter().parse(text)
    return "".join(
        before.translate(_ACCENTS) + (f"{{{name}}}" if name is not None else "")
        for before, name, _, _ in parts
    )


def write_accents(folder: Path) -> None:
    """Write the language as a compiled catalogue under a folder."""
    catalogue = gather()
    for message in catalogue:
        if isinstance(message.id, str):
            message.string = accented(message.id)
        else:
            message.string = tuple(accented(text) for text in message.id)
    target = folder / LANGUAGE / "LC_MESSAGES"
    target.mkdir(parents=True)
    text = written(catalogue).replace("nplurals=INTEGER; plural=EXPRESSION;", _PLURALS)
    (target / f"{DOMAIN}.po").write_text(text, "utf-8")
    list(compile_translations(folder))


def texts_shown(part: Any) -> Iterator[str]:
    """Give every text of a page as JSON that a reader sees or hears; code is none."""
    if isinstance(part, list):
        for one in part:
            yield from texts_shown(one)
    elif isinstance(part, dict) and "props" in part:
        is_record = part["props"].get("className") in _OF_RECORDS
        if part["type"] not in _OF_CODE and not is_record:
            yield from _of_props(part["props"])
    elif isinstance(part, str):
        yield part


def _of_props(props: dict[str, Any]) -> Iterator[str]:
    yield from texts_shown(props.get("children"))
    yield from (value for name, value in props.items() if name in _SAID and value)
    options = props.get("options") or []
    yield from (option["label"] for option in options if isinstance(option, dict))
    yield from _of_figure(props.get("figure"))


def _of_figure(part: Any) -> Iterator[str]:
    """Give the texts in a chart: of annotations and titles, of marks and of lines."""
    if isinstance(part, list):
        for one in part:
            yield from _of_figure(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in {"text", "name"}:
                yield from (value if isinstance(value, list) else [value])
            else:
                yield from _of_figure(value)


def bare_words(text: str) -> set[str]:
    """Give the words of a text that have no accent, codes and addresses left out."""
    return {word for word in _BARE_WORD.findall(text) if len(word) >= _SHORTEST}

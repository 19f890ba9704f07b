"""The door to other languages: every sentence is written out where it is said, and gathered."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from portal.catalogue import find_said, find_said_in_templates, gather, written
from portal.received_texts import SENTENCES
from portal.texts import DOMAIN, FOLDER
from tests.contract.unsaid_texts import find_unsaid

ROOT = Path(__file__).resolve().parents[2]
DRAWN_FROM = ("portal/components", "portal/drawing", "portal/figures", "portal/pages",
              "portal/formats.py", "portal/router.py")  # fmt: skip
UNSAID = {
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {} {}'>": "markup",
    "Inter Variable, Inter, system-ui, sans-serif": "names of typefaces",
    "Power Query": "a product",
    "middle center": "a place in a chart",
    "x unified": "how a chart is hovered over",
    "%{x|%B %Y}": "a form for Plotly, which has the names of months",
    " ms": "a unit",
    " ftr()/-": "letters by their width",
    " button-": "a class",
    " near": "a class",
    " above": "a class",
    "sector and size": "a name in the records",
    "new level": "a kind in the star",
}
"""Texts that are no sentences, by what they are."""


def test_every_sentence_is_written_out_where_it_is_said() -> None:
    said = [*find_said(), *find_said_in_templates()]
    assert [f"{one.place}:{one.line}" for one in said if not one.sentences] == []


def test_the_template_for_translators_holds_todays_sentences() -> None:
    """Where this fails, ``make texts`` writes it anew."""
    assert (FOLDER / f"{DOMAIN}.pot").read_text("utf-8") == written(gather())


def test_no_page_shows_a_sentence_that_is_not_said() -> None:
    """Say it, or mark it with ``later``; what is no sentence belongs in ``UNSAID``."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in _modules()
        for line, text in find_unsaid(path)
        if not any(text.startswith(known) for known in UNSAID)
    ]
    assert found == []


def test_no_template_shows_a_sentence_that_is_not_said() -> None:
    outside = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
    found = {
        f"{path.name}: {word}"
        for path in sorted((ROOT / "portal/templates").glob("*.html"))
        for word in re.findall(r"[A-Za-z]{2,}", outside.sub(" ", path.read_text("utf-8")))
    }
    assert found <= {"frame.html: Exchequer"}


def test_sentences_of_the_packages_beneath_stand_there_as_they_are_kept_here() -> None:
    """A sentence that was changed there would come out in English."""
    beneath = {
        _bare(text)
        for package in ("auth", "warehouse")
        for path in sorted((ROOT / package).rglob("*.py"))
        for text in _texts_of(ast.parse(path.read_text("utf-8")))
    }
    assert [form for form in SENTENCES if _bare(form) not in beneath] == []


def _modules() -> Iterator[Path]:
    for place in DRAWN_FROM:
        path = ROOT / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _texts_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _bare(form: str) -> str:
    """Write a sentence with nameless gaps."""
    try:
        parts = list(string.Formatter().parse(form))
    except ValueError:
        return form
    return "".join(before + ("{}" if name is not None else "") for before, name, _, _ in parts)

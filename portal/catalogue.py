"""Gather every sentence that a reader sees for translators: ``python -m portal.catalogue``.

They stand in calls of ``portal.texts``, in the templates of pages before anybody is signed in,
and in what the packages beneath declare and the portal shows: measures, tables, permissions.

Writes ``portal/locale/exchequer.pot`` and compiles the translations beside it, if there are any.
A translation is ``portal/locale/<language>/LC_MESSAGES/exchequer.po``; with its compiled file
there, people can choose the language on their account page.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from auth.permissions import DESCRIPTIONS
from portal.texts import DOMAIN, FOLDER
from warehouse.feeds import FEEDS
from warehouse.feeds.inputs import BILL_FETCHES, BILL_MAPS, BILL_SOURCES, BILLS
from warehouse.measures import REGISTRY
from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, SUMMARIES

SOURCE: Final = Path(__file__).parent
SENTENCES: Final = {"say": (0,), "say_number": (1, 2), "say_parts": (0,), "later": (0,)}
"""The functions of ``portal.texts``, and which of their arguments are sentences."""

HEADER: Final = r"""# Sentences of Exchequer, as they stand in its source.
msgid ""
msgstr ""
"Project-Id-Version: Exchequer\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\n"

"""
"""Without a date, so that the file changes only when a sentence does."""


@dataclass(frozen=True, slots=True)
class Said:
    """One place where a sentence is said; ``sentences`` is empty where it isn't written out."""

    place: str
    line: int
    sentences: tuple[str, ...]


def find_said(source: Path = SOURCE) -> Iterator[Said]:
    """Find every place in the source that says a sentence, or one and its plural."""
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                wanted = SENTENCES.get(node.func.id, ())
                texts = [_text(node.args[at]) for at in wanted if at < len(node.args)]
                if wanted:
                    written_out = tuple(text for text in texts if text is not None)
                    is_whole = len(written_out) == len(wanted)
                    yield Said(place, node.lineno, written_out if is_whole else ())


def find_said_in_templates(source: Path = SOURCE) -> Iterator[Said]:
    """Find every sentence that a template of a page says."""
    for path in sorted(source.rglob("*.html")):
        place = path.relative_to(source.parent).as_posix()
        with path.open("rb") as template:
            for line, _, texts, _ in babel_extract(template, tuple(SENTENCES), (), {}):
                given = (texts,) if isinstance(texts, str) else texts or ()
                sentence = next(filter(None, given), None)
                yield Said(place, line, (sentence,) if sentence else ())


def find_declared() -> Iterator[Said]:
    """Find what the packages beneath declare in English, and pages show."""
    for measure in REGISTRY.values():
        yield from _declared(
            "warehouse/measures",
            (
                measure.label,
                measure.term,
                measure.description,
                measure.undefined,
                measure.group,
                measure.additivity,
            ),
        )
    for table in (*DIMENSIONS, *FACTS, *OPERATIONS, *SUMMARIES):
        yield from _declared("warehouse/schema", (table.comment,))
        yield from _declared("warehouse/schema", (column.comment for column in table.columns))
    feeds = (*(feed.name for feed in FEEDS), BILLS, BILL_MAPS, BILL_SOURCES, BILL_FETCHES)
    yield from _declared("warehouse/feeds", (name.replace("_", " ") for name in feeds))
    yield from _declared("auth/permissions.py", DESCRIPTIONS.values())


def _declared(place: str, texts: Iterable[str | None]) -> Iterator[Said]:
    return (Said(place, 0, (text,)) for text in texts if text)


def gather(source: Path = SOURCE) -> Catalog:
    """Collect the sentences of every module, each with the modules that say it."""
    catalogue = Catalog(project="Exchequer")
    for said in (*find_said(source), *find_said_in_templates(source), *find_declared()):
        if said.sentences:
            one, *plural = said.sentences
            message = (one, plural[0]) if plural else one
            catalogue.add(message, locations=[(said.place, 0)])
    return catalogue


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def written(catalogue: Catalog) -> str:
    """Write a catalogue as a template for translators."""
    body = io.BytesIO()
    write_po(body, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False)
    return HEADER + body.getvalue().decode("utf-8").lstrip()


def compile_translations(folder: Path = FOLDER) -> Iterator[Path]:
    """Compile every translation into the form that is read while serving, and name each."""
    for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        with path.open("rb") as source:
            translated = read_po(source, locale=path.parents[1].name, domain=DOMAIN)
        target = path.with_suffix(".mo")
        with target.open("wb") as compiled:
            write_mo(compiled, translated)
        yield target


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    template = FOLDER / f"{DOMAIN}.pot"
    template.write_text(written(gather()), "utf-8")
    print(template)
    for compiled in compile_translations():
        print(compiled)

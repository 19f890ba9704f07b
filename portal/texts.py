"""Every sentence that a reader sees passes through here, in the reader's language.

English is the language of the source: a sentence is its own key in the catalogues under
``portal/locale`` (GNU gettext). Sentences are whole, with named gaps, so that a translator can
put their parts in another order. ``python -m portal.catalogue`` gathers them all.
"""

from __future__ import annotations

import gettext
import string
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

Part = TypeVar("Part")

FOLDER: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "exchequer"
SOURCE_LANGUAGE: Final = "en"

language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)
"""The language in which the request at hand is answered."""


def say(text: str, /, **values: object) -> str:
    """Give a sentence in the reader's language, its gaps filled: ``say("{n} rows", n=3)``."""
    found = _catalogue(language.get()).gettext(text)
    return found.format_map(values) if values else found


def say_number(number: int, one: str, many: str, /, **values: object) -> str:
    """Give the sentence that suits a number, which fills the gap ``{number}``, with commas."""
    found = _catalogue(language.get()).ngettext(one, many, number)
    return found.format_map({"number": f"{number:,}", **values})


def say_parts(text: str, /, **parts: Part | str) -> list[Part | str]:
    """Give a sentence as a list in which components stand in its gaps.

    ``say_parts("Spent {amount} so far.", amount=strong("US$3"))``; text beside text is joined.
    """
    found: list[Part | str] = []
    for before, name, _, _ in string.Formatter().parse(_catalogue(language.get()).gettext(text)):
        for part in (before, *([parts[name]] if name else [])):
            if isinstance(part, str) and found and isinstance(found[-1], str):
                found[-1] += part
            elif part != "":
                found.append(part)
    return found


def later(text: str, /) -> str:
    """Mark a text that is written down before anybody asks, to be said when it is drawn.

    ``TITLE = later("Budget")`` leaves it as it is; ``say_known(TITLE)`` says it.
    """
    return text


def say_known(text: str, /) -> str:
    """Say a text that is written elsewhere: marked with ``later``, or kept by the registry.

    What no catalogue holds stays as it is.
    """
    return _catalogue(language.get()).gettext(text) if text else text


def is_source_language() -> bool:
    """Tell whether the request at hand is answered in the language of the source."""
    return language.get() == SOURCE_LANGUAGE


def speak(name: str) -> None:
    """Answer the request at hand in this language; in the source's own if there is no such one."""
    language.set(name if name in languages() else SOURCE_LANGUAGE)


def language_tag() -> str:
    """Give the present language as the ``lang`` of a document says it."""
    name = language.get()
    return "en-GB" if name == SOURCE_LANGUAGE else name.replace("_", "-")


def languages() -> tuple[str, ...]:
    """List the languages that have a catalogue, the source's own first."""
    return (SOURCE_LANGUAGE, *sorted(path.parents[1].name for path in FOLDER.glob(_COMPILED)))


_COMPILED: Final = f"*/LC_MESSAGES/{DOMAIN}.mo"


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, languages=[name], fallback=True)

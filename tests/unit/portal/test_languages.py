"""A language that people can choose, made here: every sentence in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal import texts
from portal.catalogue import compile_translations, gather, written
from portal.texts import DOMAIN, language, languages, say, say_number, say_parts, speak
from tests.unit.portal.conftest import Browser

PLURALS = "nplurals=2; plural=(n != 1);"


@pytest.fixture
def pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    catalogue = gather()
    for message in catalogue:
        if isinstance(message.id, str):
            message.string = f"⟦{message.id}⟧" if message.id else ""
        else:
            message.string = tuple(f"⟦{text}⟧" for text in message.id)
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text = written(catalogue).replace("nplurals=INTEGER; plural=EXPRESSION;", PLURALS)
    (folder / f"{DOMAIN}.po").write_text(text, "utf-8")
    assert [path.name for path in compile_translations(tmp_path)] == [f"{DOMAIN}.mo"]
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    texts._catalogue.cache_clear()
    before = language.set("en")
    yield "eo"
    language.reset(before)
    texts._catalogue.cache_clear()


def test_no_language_is_offered_but_the_sources_own(treasury: Browser) -> None:
    assert languages() == ("en",)
    assert "preferred-language" not in treasury.show("/account").text


def test_a_sentence_is_said_in_the_language_of_the_request(pseudo: str) -> None:
    speak(pseudo)
    assert say("Who did what?") == "⟦Who did what?⟧"
    assert say_number(3, "{number} event", "{number} events") == "⟦3 events⟧"
    assert say_parts("{events} fit these filters.", events="3") == ["⟦3 fit these filters.⟧"]
    assert say("Nobody wrote this one down.") == "Nobody wrote this one down."


def test_a_language_that_is_not_there_falls_back_to_the_sources_own(pseudo: str) -> None:
    speak("../../etc")
    assert language.get() == "en"


def test_a_reader_chooses_a_language_and_is_answered_in_it(
    pseudo: str, as_reader: Callable[[str], Browser]
) -> None:
    browser, other = as_reader("admin2@treasury.example"), as_reader("admin@treasury.example")
    assert "preferred-language" in browser.show("/account").text
    chosen = {"currency": "USD", "year": "calendar"}
    assert browser.submit("/account/preferences", **chosen, language="xx").status_code == 422
    assert browser.submit("/account/preferences", **chosen, language=pseudo).status_code == 303
    assert '<html lang="eo"' in browser.get("/admin").text
    assert "⟦Is access in order?⟧" in browser.show("/admin").get_json().__str__()
    assert '<html lang="en-GB"' in other.get("/admin").text
    assert "⟦" not in other.show("/admin").get_json().__str__()
    assert '<html lang="en-GB"' in Browser(browser.client.application).get("/login").text
    assert browser.submit("/account/preferences", **chosen, language="en").status_code == 303

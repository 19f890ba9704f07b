"""Sentences of the packages beneath, in a made-up language with accents on every vowel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auth.errors import EmailTakenError
from portal import texts
from portal.formats import money, month_name, months_range
from portal.received_texts import COMPARED, is_said, say_received
from portal.texts import language
from tests.unit.portal.pages.accents import LANGUAGE, write_accents
from warehouse.errors import UnknownDimensionError


@pytest.fixture
def accents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    write_accents(tmp_path)
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    texts._catalogue.cache_clear()
    before = language.set(LANGUAGE)
    yield
    language.reset(before)
    texts._catalogue.cache_clear()


def test_in_the_language_of_the_source_a_sentence_stays_as_it_came() -> None:
    assert say_received("2025-01 against 2024-01.") == "2025-01 against 2024-01."
    assert say_received("Anything else.") == "Anything else."


@pytest.mark.usefixtures("accents")
def test_values_keep_their_place_in_a_sentence_that_is_said_differently() -> None:
    refused = UnknownDimensionError("budget", "provider", ("agency", "month"))
    assert say_received(str(refused)) == (
        "budget hás nó díménsíón 'provider'. Ít cán bé splít ánd fíltéréd bý: agency, month."
    )
    taken = EmailTakenError("ada@treasury.example")
    assert say_received(str(taken)).startswith("Théré álréádý ís án áccóúnt fór ada@treasury")


@pytest.mark.usefixtures("accents")
def test_a_sentence_within_a_sentence_is_said_too() -> None:
    said = say_received("Left out, with records in one of the two periods only: 2 agencies.")
    assert said == "Léft óút, wíth récórds ín óné óf thé twó péríóds ónlý: 2 ágéncíés."


@pytest.mark.usefixtures("accents")
def test_each_of_several_reasons_is_said() -> None:
    reasons = "no records in the period; no exchange rate of KES for 2025-03"
    assert say_received(reasons) == "nó récórds ín thé péríód; nó éxchángé ráté óf KES fór 2025-03"


@pytest.mark.usefixtures("accents")
def test_a_sentence_is_recognised_after_it_was_said() -> None:
    said = say_received("2025-01 to 2025-03 against 2024-01 to 2024-03.")
    assert said == "2025-01 tó 2025-03 ágáínst 2024-01 tó 2024-03."
    assert is_said(said, COMPARED)
    assert not is_said("Thé twó péríóds díffér ín léngth.", COMPARED)


@pytest.mark.usefixtures("accents")
def test_words_around_figures_are_said_while_the_figures_stay() -> None:
    assert money(1_240_000) == "US$1.24 míllíón"
    assert month_name("2025-10") == "Óctóbér 2025"
    assert months_range("2025-01", "2025-10") == "Jánúárý tó Óctóbér 2025"
    assert money(None) == "nót áváíláblé"

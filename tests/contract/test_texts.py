"""The door to other languages: every sentence is written out where it is said, and gathered."""

from __future__ import annotations

from portal.catalogue import find_said, gather, written
from portal.texts import DOMAIN, FOLDER


def test_every_sentence_is_written_out_where_it_is_said() -> None:
    assert [f"{one.place}:{one.line}" for one in find_said() if not one.sentences] == []


def test_the_template_for_translators_holds_todays_sentences() -> None:
    """Where this fails, ``make texts`` writes it anew."""
    assert (FOLDER / f"{DOMAIN}.pot").read_text("utf-8") == written(gather())

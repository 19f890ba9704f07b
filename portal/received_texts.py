"""Sentences that come from the packages beneath, said in the reader's language.

``warehouse`` and ``auth`` know no languages: their notes, reasons and refusals arrive written
out, with values in them. Here stands each such sentence once more, with gaps where its values
are, so that a translator can put it differently; ``tests/contract/test_texts.py`` holds them to
the source.
"""

from __future__ import annotations

import re
import string
from dataclasses import replace
from functools import cache
from typing import Final

from portal.texts import is_source_language, later, say_known
from warehouse.question import Answer

COMPARED: Final = later("{later} against {earlier}.")
"""Names the two periods of a comparison."""

DIFFERENT_LENGTH: Final = later("The two periods differ in length.")
LATE_AGENCIES: Final = later("Left out, with records in one of the two periods only: {agencies}.")
LATE_MONTHS: Final = later(
    "Left out, as the month each is compared with wasn't reported: {months}."
)
MIXED_YEARS: Final = later(
    "A mixture of fiscal years: each agency's own is counted, and they start in different "
    "months ({starts})."
)

FROM_TELEMETRY: Final = later("Made from telemetry; {left_out} modelled rows were left out.")
FROM_MODEL: Final = later("Modelled from utilisation, not measured.")

SENTENCES: Final = (
    COMPARED,
    DIFFERENT_LENGTH,
    LATE_AGENCIES,
    LATE_MONTHS,
    later("no reported month that can be set against one that was reported too"),
    FROM_TELEMETRY,
    FROM_MODEL,
    MIXED_YEARS,
    later("Provider spend is kept by calendar year: every year the period touches counts whole."),
    later("Amounts are in each agency's own currency."),
    later("Amounts are in the currency they are billed in."),
    later("{first} to {last}"),
    later("Quarter {number} of {year}"),
    later("Before migration"),
    later("Looking through these lines takes too long. Choose fewer months or one MDA."),
    later("These are more lines than can be ordered at once. Choose fewer months or one MDA."),
    later("After migration"),
    later("Peak months"),
    later("Other months"),
    later("Migrated"),
    later("Not migrated"),
    later("not recorded"),
    later("amounts in more than one currency, which are never added: split by currency"),
    later("no exchange rate to US dollars for a budget of {month}"),
    later("no exchange rate of {currency} for {month}"),
    later("no exchange rate to US dollars for the resource in {month}"),
    later("months are compared of one resource at a time: split by resource, or name one"),
    later("no whole bill of the month before names the resource"),
    later("no whole bill yet of the month after"),
    later(
        "no bill here names the resource in the month after, and in an account without an owner it "
        "may be billed to somebody else"
    ),
    later("measured on one side of the migration only, modelled on the other"),
    later("measured in peak months only, or in other months only"),
    later("There is no measure {name}.{hint} The list is at /api/v1/measures."),
    later("{measure} has no dimension {dimension}. It can be split and filtered by: {available}."),
    later("No {dimension} {value} is known here."),
    later("{measure} is not among the measures you may see."),
    later(
        "A period to compare with is for measures of a change, such as bridge_change, not for "
        "{measures}."
    ),
    later("{month} is not a month. Write it YYYY-MM, e.g. 2025-01."),
    later("The period ends ({end}) before it starts ({start})."),
    later(
        "The e-mail address and password don't match an account that can sign in. Check both and "
        "try again, or ask an administrator of Exchequer for help."
    ),
    later("Too many attempts have failed. Wait {wait} and try again."),
    later("The password holds a character that can't be stored; type it again."),
    later(
        "The password has {number} characters; it takes at least {least}. Four or five unrelated "
        "words are easy to remember."
    ),
    later("The password has {number} characters; it can have at most {most}."),
    later(
        "The password is one that others try first: a common one, a pattern on the keyboard, or "
        "mostly your name and words of this portal. Choose another."
    ),
    later("The present password isn't right. Nothing was changed."),
    later(
        "This link to set a password can't be used any more. Ask an administrator of Exchequer "
        "for a new one."
    ),
    later("No anomaly is known under this number."),
    later("This anomaly was changed meanwhile. Look at it again. Nothing was changed."),
    later("A build closed this anomaly: the data no longer show it. Nothing was changed."),
    later("Choose another state than the one it is in."),
    later("Say why: the state of an anomaly is kept with its reason."),
    later("Only what is planned, or a false alarm, mutes the like of it."),
    later("Say until when the like is muted, and up to an amount above zero."),
    later("Muting has to end between today and two years from now."),
    later("{field} {value} can't be accepted: {rule}"),
    later("choose one that is offered."),
    later("choose USD or own."),
    later("choose calendar or fiscal."),
    later("it lies in the past."),
    later("it is too long to be kept."),
    later("you have a view of that name; choose another."),
    later("you keep {number} views already; delete one first."),
    later("share with a group that you belong to."),
    later("enable the account first."),
    later("give 1 to {number} characters in one line."),
    later("give one e-mail address, such as first.last@ministry.example."),
    later("{role} is granted for one agency."),
    later("{role} is granted for the whole government."),
    later("choose an instant within the next {number} days."),
    later("There already is an account for {email}. Change that one instead."),
    later("{actor} may not do this; it takes the permission {permission}."),
    later(
        "{actor} can't grant a role to themselves. Ask another administrator; where there is "
        "none, follow the console procedure, which the audit trail marks as such."
    ),
    later(
        "{email} is the last administrator without an end date. Grant the role to somebody else "
        "first."
    ),
)
_NUMBERS: Final = (
    later("{number} agency"),
    later("{number} agencies"),
    later("{number} agency-month"),
    later("{number} agency-months"),
)
"""Put together of a number and a word, so no sentence of the source reads like them."""
_BETWEEN: Final = "; "
"""What stands between reasons where an answer gives several."""
_DEEPEST: Final = 3


def say_received(text: str, depth: int = 0) -> str:
    """Say a sentence of the packages beneath; several words in one of its gaps are said too."""
    if is_source_language() or not text or (depth and " " not in text):
        return text
    said = say_known(text)
    if said != text or depth == _DEEPEST:
        return said
    for form, pattern in _patterns():
        if found := pattern.fullmatch(text):
            parts = {
                name: say_received(part, depth + 1) for name, part in found.groupdict().items()
            }
            return say_known(form).format_map(parts)
    if _BETWEEN in text:
        return _BETWEEN.join(say_received(part, depth + 1) for part in text.split(_BETWEEN))
    return text


def in_readers_language(answer: Answer) -> Answer:
    """Give the answer with its notes and reasons as the reader can read them."""
    if is_source_language() or not (answer.notes or answer.reasons):
        return answer
    return replace(
        answer,
        notes=tuple(say_received(note) for note in answer.notes),
        reasons={name: say_received(reason) for name, reason in answer.reasons.items()},
    )


def is_said(text: str, form: str) -> bool:
    """Tell whether a sentence, in the reader's language, is this one with its gaps filled."""
    return _recognising(say_known(form)).fullmatch(text) is not None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Turn each sentence with gaps into what recognises it, the most particular first."""
    with_gaps = [form for form in (*SENTENCES, *_NUMBERS) if "{" in form]
    return tuple((form, _recognising(form)) for form in sorted(with_gaps, key=len, reverse=True))


@cache
def _recognising(form: str) -> re.Pattern[str]:
    gaps: set[str] = set()
    written = ""
    for before, name, _, _ in string.Formatter().parse(form):
        written += re.escape(before)
        if name:
            written += f"(?P={name})" if name in gaps else f"(?P<{name}>.*?)"
            gaps.add(name)
    return re.compile(written, re.DOTALL)

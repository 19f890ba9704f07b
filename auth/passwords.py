"""Passwords: the rules for new ones, and how they are kept."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from auth.blocklist import COMMON_PASSWORDS, OWN_WORDS
from auth.errors import PasswordRefusedError

MIN_LENGTH: Final = 15
MAX_LENGTH: Final = 1024

HASHER: Final = PasswordHasher(
    time_cost=3, memory_cost=32 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
"""argon2id with 32 MiB and three passes: about 60 ms on one core, above OWASP's minimum."""

REMAINDER_MIN: Final = 8
"""Letters and digits that must remain once every word anybody would try is taken out."""

_LOOKALIKES = str.maketrans("0134578@$!", "oieastbasi")
_KEYBOARD = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_RUN_LENGTH = 4


def require_good_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise PasswordRefusedError, with every reason, unless the password may be used.

    ``about`` is what others know of the person: the e-mail address and the name.
    """
    reasons = tuple(_reasons(normalise(password), tuple(about)))
    if reasons:
        raise PasswordRefusedError(reasons)


def normalise(password: str) -> str:
    """Return the composed form (NFC), so that é typed in two ways is one password."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return the encoded hash to keep, with its parameters and a new salt."""
    return hasher.hash(normalise(password))


def verify_password(password: str, encoded: str | None, hasher: PasswordHasher = HASHER) -> bool:
    """Tell whether this is the password, taking as long where there is none to compare with."""
    plain = normalise(password)
    if encoded is None or len(plain) > MAX_LENGTH or not _is_encodable(plain):
        _matches("x" * MIN_LENGTH, _decoy(hasher), hasher)
        return False
    return _matches(plain, encoded, hasher)


def needs_rehash(encoded: str, hasher: PasswordHasher = HASHER) -> bool:
    """Tell whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(encoded)


def _matches(password: str, encoded: str, hasher: PasswordHasher) -> bool:
    try:
        return hasher.verify(encoded, password)
    except (VerificationError, InvalidHashError):
        return False


def _decoy(hasher: PasswordHasher) -> str:
    """Return a hash that no password has, with parameters that cost as much to try."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _is_encodable(text: str) -> bool:
    return not any(unicodedata.category(character) == "Cs" for character in text)


def _reasons(password: str, about: tuple[str, ...]) -> Iterable[str]:
    if not _is_encodable(password):
        yield "The password holds a character that can't be stored; type it again."
        return
    if len(password) < MIN_LENGTH:
        yield (
            f"The password has {len(password)} characters; it takes at least {MIN_LENGTH}. "
            "Four or five unrelated words are easy to remember."
        )
    if len(password) > MAX_LENGTH:
        yield (
            f"The password has {len(password):,} characters; it can have at most {MAX_LENGTH:,}."
        )
        return
    if _is_guessable(password, about):
        yield (
            "The password is one that others try first: a common one, a pattern on the "
            "keyboard, or mostly your name and words of this portal. Choose another."
        )


def _is_guessable(password: str, about: tuple[str, ...]) -> bool:
    lowered = password.casefold()
    plain = "".join(character for character in lowered if character.isalnum())
    if lowered in COMMON_PASSWORDS or plain in COMMON_PASSWORDS:
        return True
    words = OWN_WORDS | {word for text in about for word in _words(text)}
    seen_as = (plain, lowered.translate(_LOOKALIKES))
    return _is_thin(plain) or any(_is_thin(_without(text, words)) for text in seen_as)


def _words(text: str) -> Iterable[str]:
    spaced = "".join(character if character.isalnum() else " " for character in text.casefold())
    return (word for word in spaced.split() if len(word) >= 3)


def _without(text: str, words: Iterable[str]) -> str:
    """Take out the given words, the longest first, and runs along the keyboard."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    for row in _KEYBOARD:
        for line in (row, row[::-1]):
            text = _without_runs(text, line)
    return "".join(character for character in text if character.isalnum())


def _without_runs(text: str, line: str) -> str:
    for size in range(len(line), _RUN_LENGTH - 1, -1):
        for start in range(len(line) - size + 1):
            text = text.replace(line[start : start + size], " ")
    return text


def _is_thin(text: str) -> bool:
    """Tell whether a text is short, or the same few characters over and over."""
    return len(text) < REMAINDER_MIN or len(set(text)) < 5 or _repeats(text)


def _repeats(text: str) -> bool:
    return any(
        text[size:] == text[:-size] for size in range(1, min(REMAINDER_MIN, len(text) - 1) + 1)
    )

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.blocklist import COMMON_PASSWORDS
from auth.errors import PasswordRefusedError
from auth.passwords import (
    HASHER,
    MAX_LENGTH,
    MIN_LENGTH,
    hash_password,
    needs_rehash,
    require_good_password,
    verify_password,
)
from tests.unit.auth.scene import CHEAP, GOOD_PASSWORD

ABOUT = ("vera.lindqvist@gov.example", "Vera Lindqvist")


@pytest.mark.usefixtures("shipped_passwords")
def test_production_parameters_are_argon2id_above_the_minimum() -> None:
    encoded = hash_password(GOOD_PASSWORD)
    assert encoded.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert HASHER.memory_cost >= 19 * 1024
    assert HASHER.time_cost >= 2
    assert not needs_rehash(encoded)
    assert needs_rehash(CHEAP.hash(GOOD_PASSWORD))


def test_the_same_password_hashes_differently_each_time_and_verifies() -> None:
    first, second = hash_password(GOOD_PASSWORD, CHEAP), hash_password(GOOD_PASSWORD, CHEAP)
    assert first != second
    assert verify_password(GOOD_PASSWORD, first, CHEAP)
    assert not verify_password(GOOD_PASSWORD + " ", first, CHEAP)


def test_no_hash_and_a_damaged_hash_match_nothing() -> None:
    assert not verify_password(GOOD_PASSWORD, None, CHEAP)
    assert not verify_password("x" * 15, None, CHEAP)
    assert not verify_password(GOOD_PASSWORD, "$argon2id$broken", CHEAP)
    assert not verify_password(GOOD_PASSWORD, "", CHEAP)


def test_composed_and_decomposed_letters_are_one_password() -> None:
    composed = "café violet tambour 12"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert verify_password(decomposed, hash_password(composed, CHEAP), CHEAP)


@pytest.mark.parametrize(
    "password",
    [
        GOOD_PASSWORD,
        "kettle marble 17 anchovy",
        "vqm7Kp2xRz9LwTd",
        "treasury otter lampshade",
        "日本語の長い秘密の言葉です東京都",
        "otter lamp gravel violin " * 40,
        "tangerine\tumbrella 9",
    ],
)
def test_long_and_unforeseen_passwords_are_accepted(password: str) -> None:
    require_good_password(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        *sorted(COMMON_PASSWORDS)[::12],
        "PasswordPassword!",
        "P@ssw0rdP@ssw0rd",
        "Exchequer-Treasury-2026",
        "exchequer.exchequer",
        "Ministry of Finance 1",
        "MinistryOfHealth2026!",
        "vera.lindqvist.2026",
        "Lindqvist Vera 123!",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "qwertyuiop[]asdfg",
        "12345678901234567",
        "1111222233334444",
        "welcome to the cloud portal",
        "               x",
    ],
)
def test_what_others_try_first_is_refused_however_long(password: str) -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        require_good_password(password.ljust(MIN_LENGTH, "!"), about=ABOUT)
    assert refused.value.reasons == (
        "The password is one that others try first: a common one, a pattern on the keyboard, "
        "or mostly your name and words of this portal. Choose another.",
    )


def test_length_counts_characters_from_fifteen_to_1024() -> None:
    good = "kV9 zt£q2Xw#bn7Lr mD5" * 60
    require_good_password(good[:MIN_LENGTH])
    require_good_password(good[:MAX_LENGTH])
    for length in (0, MIN_LENGTH - 1, MAX_LENGTH + 1):
        with pytest.raises(PasswordRefusedError, match="characters"):
            require_good_password(good[:length])


def test_a_short_password_is_told_how_many_characters_it_takes() -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        require_good_password("kV9 zt£q2Xw")
    assert refused.value.reasons == (
        "The password has 11 characters; it takes at least 15. "
        "Four or five unrelated words are easy to remember.",
    )


def test_a_character_that_can_t_be_stored_is_refused() -> None:
    with pytest.raises(PasswordRefusedError, match="can't be stored"):
        require_good_password("otter lamp gravel \ud800")


def test_the_reasons_never_repeat_the_password() -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        require_good_password("hunter2")
    assert "hunter2" not in str(refused.value)


def reasons(password: str) -> tuple[str, ...]:
    try:
        require_good_password(password, about=ABOUT)
    except PasswordRefusedError as refused:
        return refused.reasons
    return ()


@given(st.text(max_size=200))
def test_no_text_shorter_than_fifteen_characters_is_accepted(password: str) -> None:
    if len(unicodedata.normalize("NFC", password)) < MIN_LENGTH:
        assert reasons(password)

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from auth.actors import Actor
from auth.audit import list_events
from auth.errors import SignInRefusedError, ThrottledError
from auth.models import Person, PersonSession, SignInAttempt
from auth.people import disable_user
from auth.permissions import Role
from auth.principals import GrantInfo
from auth.sign_in import sign_in
from auth.throttle import forget_old_attempts
from tests.unit.auth.scene import (
    CHEAP,
    GOOD_PASSWORD,
    NOW,
    RecordsDatabase,
    Staff,
    signed_in,
)

MINUTE = timedelta(minutes=1)


def fail(records, email="vera@gov.example", *, times=1, address="192.0.2.10", now=NOW):
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            signed_in(records, email, password="wrong " * 4, address=address, now=now)


def test_the_right_password_opens_a_session_with_the_grants_of_the_person(
    records: RecordsDatabase, staff: Staff
) -> None:
    outcome = signed_in(records, "  Vera@GOV.example ")
    assert outcome.principal.email == "vera@gov.example"
    assert outcome.principal.grants == (GrantInfo(Role.AGENCY_VIEWER, 1000),)
    assert outcome.principal.session_id is not None
    assert outcome.token not in repr(outcome)
    assert outcome.principal.csrf_secret not in repr(outcome)


def test_two_sign_ins_give_two_sessions_with_tokens_and_secrets_of_their_own(
    records: RecordsDatabase, staff: Staff
) -> None:
    first, second = signed_in(records, "vera@gov.example"), signed_in(records, "vera@gov.example")
    assert first.token != second.token
    assert first.principal.session_id != second.principal.session_id
    assert first.principal.csrf_secret != second.principal.csrf_secret


def test_unknown_wrong_disabled_and_passwordless_accounts_answer_alike(
    records: RecordsDatabase, staff: Staff
) -> None:
    with records() as db:
        disable_user(db, staff.manager.person_id or 0, by=staff.admin, now=NOW)
        db.add(Person(email="new@gov.example", name="New", created_at=NOW, created_by="console"))
    tries = {
        "unknown": ("ghost@gov.example", GOOD_PASSWORD),
        "wrong": ("vera@gov.example", "not the password at all"),
        "disabled": ("max@gov.example", GOOD_PASSWORD),
        "passwordless": ("new@gov.example", GOOD_PASSWORD),
    }
    answers = set()
    for email, password in tries.values():
        with pytest.raises(SignInRefusedError) as refused:
            signed_in(records, email, password=password)
        answers.add((str(refused.value), tuple(vars(refused.value))))
    assert len(answers) == 1


class CountingHasher(PasswordHasher):
    """Counts what a guess costs."""

    def verify(self, hash, password):
        self.verified = (*getattr(self, "verified", ()), hash.split("$")[3])
        return super().verify(hash, password)


def test_each_refusal_costs_one_hash_with_the_same_parameters(
    records: RecordsDatabase, staff: Staff
) -> None:
    with records() as db:
        disable_user(db, staff.manager.person_id or 0, by=staff.admin, now=NOW)
    costs = set()
    for email, password in (
        ("ghost@gov.example", GOOD_PASSWORD),
        ("vera@gov.example", "not the password at all"),
        ("max@gov.example", GOOD_PASSWORD),
        ("vera@gov.example", "x" * 5_000),
        ("vera@gov.example", "lone surrogate \ud800"),
    ):
        hasher = CountingHasher(time_cost=1, memory_cost=64, parallelism=1)
        with pytest.raises(SignInRefusedError):
            sign_in(records, email=email, password=password, address="::1", now=NOW, hasher=hasher)
        costs.add(hasher.verified)
    assert costs == {("m=64,t=1,p=1",)}


@pytest.mark.parametrize(
    "email", ["", "a" * 100_000, "nul\0@gov.example", "\ud800@gov.example", "' OR 1=1 --", "\r\n"]
)
def test_a_malformed_email_is_refused_like_an_unknown_one(
    records: RecordsDatabase, email: str
) -> None:
    with pytest.raises(SignInRefusedError):
        signed_in(records, email)


def test_an_old_hash_is_renewed_with_todays_parameters_at_sign_in(
    records: RecordsDatabase, staff: Staff
) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    sign_in(
        records,
        email="vera@gov.example",
        password=GOOD_PASSWORD,
        address="::1",
        now=NOW,
        hasher=stronger,
    )
    with records() as db:
        encoded = db.scalar(select(Person.password_hash).where(Person.email == "vera@gov.example"))
    assert encoded is not None
    assert "$m=128,t=2,p=1$" in encoded
    assert signed_in(records, "vera@gov.example").principal.email == "vera@gov.example"


def test_the_sixth_try_on_an_account_from_an_address_waits_even_with_the_right_password(
    records: RecordsDatabase, staff: Staff
) -> None:
    for minute in range(5):
        fail(records, now=NOW + minute * MINUTE)
    with pytest.raises(ThrottledError) as throttled:
        signed_in(records, "vera@gov.example", now=NOW + 5 * MINUTE)
    assert throttled.value.retry_after_seconds == 600
    assert "10 minutes" in str(throttled.value)
    later = NOW + 15 * MINUTE
    assert signed_in(records, "vera@gov.example", now=later).principal.name == "vera"


def test_an_unknown_account_is_throttled_like_a_known_one(
    records: RecordsDatabase, staff: Staff
) -> None:
    messages = set()
    for email in ("vera@gov.example", "ghost@gov.example"):
        fail(records, email, times=5)
        with pytest.raises(ThrottledError) as throttled:
            signed_in(records, email)
        messages.add((str(throttled.value), throttled.value.retry_after_seconds))
    assert len(messages) == 1


def test_failures_count_across_workers(records: RecordsDatabase, staff: Staff) -> None:
    with records.worker() as first, records.worker() as second:
        fail(first, times=3)
        fail(second, times=2)
        for worker in (first, second, records):
            with pytest.raises(ThrottledError):
                signed_in(worker, "vera@gov.example")


def test_tries_made_at_the_same_instant_don_t_slip_past_the_count(
    records: RecordsDatabase, staff: Staff
) -> None:
    def attempt(_: int) -> type[Exception]:
        with records.worker() as worker:
            try:
                signed_in(worker, "vera@gov.example", password="a guess at a password")
            except (SignInRefusedError, ThrottledError) as error:
                return type(error)
        raise AssertionError("a wrong password was accepted")

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(12)))
    assert outcomes.count(SignInRefusedError) == 5
    assert outcomes.count(ThrottledError) == 7


def test_colleagues_at_the_same_address_aren_t_held_up_by_one_who_is(
    records: RecordsDatabase, staff: Staff
) -> None:
    fail(records, times=5)
    assert signed_in(records, "max@gov.example").principal.name == "max"


def test_knocking_on_a_closed_door_doesn_t_keep_it_closed(
    records: RecordsDatabase, staff: Staff
) -> None:
    fail(records, times=5)
    for second in range(0, 900, 60):
        with pytest.raises(ThrottledError):
            signed_in(records, "vera@gov.example", now=NOW + timedelta(seconds=second))
    assert signed_in(records, "vera@gov.example", now=NOW + 15 * MINUTE).token


def test_a_success_forgives_the_failures_before_it(records: RecordsDatabase, staff: Staff) -> None:
    fail(records, times=4)
    signed_in(records, "vera@gov.example", now=NOW + MINUTE)
    fail(records, times=4, now=NOW + 2 * MINUTE)
    assert signed_in(records, "vera@gov.example", now=NOW + 3 * MINUTE).token


def test_an_attack_from_many_addresses_doesn_t_shut_out_who_signed_in_there_before(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed_in(records, "vera@gov.example", address="192.0.2.10", now=NOW - timedelta(days=7))
    for number in range(100):
        fail(records, address=f"198.51.100.{number}", now=NOW)
    with pytest.raises(ThrottledError):
        signed_in(records, "vera@gov.example", address="203.0.113.9", now=NOW + MINUTE)
    assert signed_in(records, "vera@gov.example", address="192.0.2.10", now=NOW + MINUTE).token


def test_an_account_under_attack_leaves_a_new_address_one_try(
    records: RecordsDatabase, staff: Staff
) -> None:
    for number in range(20):
        fail(records, address=f"198.51.100.{number}")
    assert signed_in(records, "vera@gov.example", address="203.0.113.9").token
    fail(records, address="203.0.113.10")
    with pytest.raises(ThrottledError):
        signed_in(records, "vera@gov.example", address="203.0.113.10")


def test_an_address_that_tries_many_accounts_waits_but_not_those_who_work_there(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed_in(records, "max@gov.example", now=NOW - timedelta(days=1))
    for number in range(50):
        fail(records, f"guess{number}@gov.example")
    with pytest.raises(ThrottledError):
        signed_in(records, "vera@gov.example")
    assert signed_in(records, "max@gov.example").token
    assert signed_in(records, "vera@gov.example", address="192.0.2.11").token


def test_addresses_of_one_ipv6_network_count_as_one(records: RecordsDatabase, staff: Staff) -> None:
    for number in range(5):
        fail(records, address=f"2001:db8:0:1::{number:x}")
    with pytest.raises(ThrottledError):
        signed_in(records, "vera@gov.example", address="2001:db8:0:1:ffff::1")
    assert signed_in(records, "vera@gov.example", address="2001:db8:0:2::1").token


def test_what_was_typed_as_an_unknown_email_is_kept_nowhere(records: RecordsDatabase) -> None:
    typed = "my-secret-passphrase"
    fail(records, typed)
    with records() as db:
        events = list_events(db)
        attempts = db.scalars(select(SignInAttempt.account_key)).all()
    assert [event.actor for event in events] == ["nobody"]
    assert typed not in str(events) + str(attempts)


def test_every_sign_in_good_or_bad_leaves_one_event(records: RecordsDatabase, staff: Staff) -> None:
    fail(records, times=5)
    for _ in range(3):
        with pytest.raises(ThrottledError):
            signed_in(records, "vera@gov.example")
    signed_in(records, "max@gov.example")
    with records() as db:
        events = list_events(db, action="session.sign_in")
    assert [(event.actor, event.outcome, event.detail) for event in events] == [
        ("max@gov.example", "succeeded", '{"address":"192.0.2.10"}'),
        ("vera@gov.example", "refused", '{"address":"192.0.2.10","reason":"throttled"}'),
        *[("vera@gov.example", "refused", '{"address":"192.0.2.10","reason":"wrong password"}')]
        * 5,
    ]


def test_a_refused_sign_in_opens_no_session(records: RecordsDatabase, staff: Staff) -> None:
    fail(records, times=2)
    with records() as db:
        assert db.scalar(select(func.count()).select_from(PersonSession)) == 0


def test_attempts_are_forgotten_after_ninety_days(records: RecordsDatabase, staff: Staff) -> None:
    fail(records, now=NOW - timedelta(days=91))
    fail(records, now=NOW - timedelta(days=89))
    with records() as db:
        forget_old_attempts(db, NOW)
        assert db.scalar(select(func.count()).select_from(SignInAttempt)) == 1


@pytest.mark.usefixtures("shipped_passwords")
def test_production_hashing_is_what_sign_in_uses_by_default(
    records: RecordsDatabase, staff: Staff
) -> None:
    sign_in(records, email="vera@gov.example", password=GOOD_PASSWORD, address="::1", now=NOW)
    with records() as db:
        encoded = db.scalar(select(Person.password_hash).where(Person.email == "vera@gov.example"))
    assert encoded is not None
    assert encoded.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert CHEAP.check_needs_rehash(encoded)


def test_an_actor_made_from_who_signed_in_carries_their_number(
    records: RecordsDatabase, staff: Staff
) -> None:
    principal = signed_in(records, "ada@gov.example").principal
    assert Actor.of(principal, "request-1") == staff.admin

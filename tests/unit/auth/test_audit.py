from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from auth.audit import (
    Event,
    Outcome,
    list_events,
    record,
)
from auth.models import AuditEvent
from auth.permissions import Role
from auth.plain_text import encode_unprintable, is_one_line
from tests.unit.auth.scene import NOW, RecordsDatabase


def write(records, **facts):
    facts = {
        "actor": "vera@gov.example",
        "action": "export.download",
        "object": "/finops/trends",
        "outcome": Outcome.SUCCEEDED,
        "now": NOW,
    } | facts
    with records() as db:
        return record(db, **facts)


def only_event(records):
    with records() as db:
        (event,) = list_events(db)
    return event


def test_an_event_keeps_every_fact(records: RecordsDatabase) -> None:
    number = write(records, agency_id=1000, request_id="abc", detail={"rows": 12})
    assert only_event(records) == Event(
        id=number,
        at=NOW,
        actor="vera@gov.example",
        agency_id=1000,
        action="export.download",
        object="/finops/trends",
        outcome="succeeded",
        request_id="abc",
        detail='{"rows":12}',
    )


def test_an_event_is_undone_with_the_transaction_it_tells_of(records: RecordsDatabase) -> None:
    def export_that_breaks() -> None:
        with records() as db:
            record(db, actor="a", action="b", object="c", outcome=Outcome.FAILED, now=NOW)
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        export_that_breaks()
    with records() as db:
        assert list_events(db) == ()


@pytest.mark.parametrize("change", ["update", "delete", "delete all", "replace", "truncate"])
def test_the_database_refuses_to_change_or_remove_an_event(
    records: RecordsDatabase, change: str
) -> None:
    number = write(records)
    before = only_event(records)
    table = "auth.audit_event" if records.is_postgresql else "audit_event"
    statement = {
        "update": update(AuditEvent).where(AuditEvent.id == number).values(actor="x"),
        "delete": delete(AuditEvent).where(AuditEvent.id == number),
        "delete all": delete(AuditEvent),
        "replace": text(
            f"INSERT INTO {table} (id, at, actor, action, object, outcome, detail) "
            f"VALUES ({number}, '2026-01-01', 'x', 'x', 'x', 'x', 'x') "
            "ON CONFLICT (id) DO UPDATE SET actor = 'x'"
            if records.is_postgresql
            else f"INSERT OR REPLACE INTO {table} (id, at, actor, action, object, outcome, "
            f"detail) VALUES ({number}, '2026-01-01', 'x', 'x', 'x', 'x', 'x')"
        ),
        "truncate": text(f"TRUNCATE {table}" if records.is_postgresql else f"DELETE FROM {table}"),
    }[change]
    with pytest.raises(DatabaseError), records() as db:
        db.execute(statement)
    assert only_event(records) == before


def test_even_the_owner_of_the_table_is_stopped(records: RecordsDatabase) -> None:
    write(records)
    table = "auth.audit_event" if records.is_postgresql else "audit_event"
    statements = [f"UPDATE {table} SET actor = 'x'", f"DELETE FROM {table}"]
    if records.is_postgresql:
        statements.append(f"TRUNCATE {table}")
    for statement in statements:
        with (
            records.engine.connect() as connection,
            pytest.raises(DatabaseError, match="audit_event is append-only"),
        ):
            connection.execute(text(statement))


def test_control_and_bidi_characters_are_encoded_everywhere(records: RecordsDatabase) -> None:
    nasty = "a\r\nb\x1b[31mc\u202ed\u2066e\x00f\u2028g\ud800h"
    encoded = "a\\u000d\\u000ab\\u001b[31mc\\u202ed\\u2066e\\u0000f\\u2028g\\ud800h"
    write(
        records,
        actor=nasty,
        action=nasty,
        object=nasty,
        request_id=nasty,
        detail={nasty: [nasty, {"inner": nasty}]},
    )
    event = only_event(records)
    assert {event.actor, event.action, event.object, event.request_id} == {encoded}
    assert json.loads(event.detail) == {encoded: [encoded, {"inner": encoded}]}
    assert event.detail.isprintable()


def test_secrets_are_withheld_by_key_and_by_shape(records: RecordsDatabase) -> None:
    write(
        records,
        object="called with exq_abcDEF-123_x",
        detail={
            "Password": "hunter2 hunter2",
            "new-password": "hunter2 hunter2",
            "nested": [{"API_KEY": "hunter2 hunter2", "csrfToken": {"x": "hunter2 hunter2"}}],
            "Authorization": "Bearer hunter2 hunter2",
            "note": "used exq_abcDEF-123_x twice",
            "rows": 3,
        },
    )
    event = only_event(records)
    assert "hunter2" not in event.detail
    assert "abcDEF" not in event.detail + event.object
    assert json.loads(event.detail)["rows"] == 3
    assert json.loads(event.detail)["note"] == "used [withheld] twice"


def test_detail_of_any_kind_becomes_bounded_json(records: RecordsDatabase) -> None:
    deep: list = []
    for _ in range(50):
        deep = [deep]
    write(
        records,
        detail={
            "amount": Decimal("12.340000"),
            "at": NOW,
            "role": Role.ADMIN,
            "missing": None,
            "flag": True,
            "nan": float("nan"),
            "agencies": frozenset({1001, 1000}),
            "long": "x" * 100_000,
            "many": list(range(5_000)),
            "deep": deep,
        },
    )
    detail = json.loads(only_event(records).detail)
    assert (detail["amount"], detail["role"], detail["nan"]) == ("12.340000", "admin", "nan")
    assert (detail["missing"], detail["flag"], detail["agencies"]) == (None, True, [1000, 1001])
    assert (len(detail["long"]), len(detail["many"])) == (2_000, 200)


def test_events_are_listed_newest_first_by_filter_and_by_page(records: RecordsDatabase) -> None:
    for minute, (actor, agency_id) in enumerate(
        [("a@gov.example", 1000), ("b@gov.example", None), ("a@gov.example", 1001)]
    ):
        write(records, actor=actor, agency_id=agency_id, now=NOW + timedelta(minutes=minute))
    minute = timedelta(minutes=1)
    with records() as db:
        everything = [event.id for event in list_events(db)]
        assert everything == sorted(everything, reverse=True)
        assert len(everything) == 3
        assert [e.agency_id for e in list_events(db, actor="a@gov.example")] == [1001, 1000]
        assert [e.agency_id for e in list_events(db, agency_ids={1000})] == [1000]
        assert list_events(db, agency_ids=()) == ()
        assert [e.at for e in list_events(db, since=NOW + minute, until=NOW + 2 * minute)] == [
            NOW + minute
        ]
        assert [e.id for e in list_events(db, limit=1)] == everything[:1]
        assert [e.id for e in list_events(db, before_id=everything[0])] == everything[1:]
        assert list_events(db, action="nothing") == ()


def test_a_naive_instant_is_refused(records: RecordsDatabase) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        write(records, now=datetime(2026, 3, 2, 9, 0))


def test_an_instant_in_another_zone_comes_back_as_utc(records: RecordsDatabase) -> None:
    write(records, now=datetime(2026, 3, 2, 5, 0, tzinfo=timezone(timedelta(hours=-4))))
    assert only_event(records).at == NOW
    assert only_event(records).at.tzinfo is UTC


@given(st.text(st.characters(), max_size=60), st.integers(1, 80))
def test_encoded_text_is_always_one_printable_line_within_its_limit(text: str, limit: int) -> None:
    encoded = encode_unprintable(text, limit)
    assert is_one_line(encoded)
    assert len(encoded) <= limit
    if is_one_line(text) and len(text) <= limit:
        assert encoded == text

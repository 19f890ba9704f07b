"""After a build: keep which tags break a policy and since when, and note for owners what is new.

These records outlast builds, which are made anew; nothing that a build holds is made from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from warehouse.governance.policy_models import TagFault, TagNote

FAULTS: Final = "faults"
POLICIES: Final = "policies"
MENDED: Final = "mended"
GONE: Final = "gone"
DROPPED: Final = "dropped"

_RESOURCE: Final = "agency_id, provider, account_id, resource_id, tag"
_CHUNK: Final = 10_000
_PLACE: Final = ("provider", "account_id", "resource_id", "tag")
_OPEN: Final = {
    "fault_id": pa.int64(),
    "agency_id": pa.int32(),
    **dict.fromkeys(_PLACE, pa.string()),
}


def follow_up(con: Backend, session: Session, now: datetime) -> None:
    """Open what a build finds for the first time, close what it no longer finds, and note it.

    The first build of all is where counting starts: of what it finds nobody is told that it is
    new. What nobody answers for is followed by nobody.
    """
    is_first = session.scalar(select(TagFault.fault_id).limit(1)) is None
    _close(con, session, _load_open(con, session), now)
    new = _open(con, session, now)
    if not is_first:
        session.add_all(
            TagNote(agency_id=agency, kind=FAULTS, noted_at=now, number=number, known=[])
            for agency, number in sorted(new.items())
        )
    _note_policies(con, session, now)


def _load_open(con: Backend, session: Session) -> dict[int, datetime]:
    """Load what is open into the engine; give since when each has been."""
    found = session.execute(
        select(*(getattr(TagFault, name) for name in _OPEN), TagFault.found_at).where(
            TagFault.closed_at.is_(None)
        )
    ).all()
    columns = list(zip(*found, strict=True)) or [()] * (len(_OPEN) + 1)
    table = {name: pa.array(columns[at], kind) for at, (name, kind) in enumerate(_OPEN.items())}
    con.con.register("incoming_fault", pa.table(table))
    con.con.execute("create or replace temp table open_fault as select * from incoming_fault")
    con.con.unregister("incoming_fault")
    return dict(zip(columns[0], columns[-1], strict=True))


def _close(con: Backend, session: Session, since: dict[int, datetime], now: datetime) -> None:
    """Close what isn't found any more, of agencies whose resources this build knows.

    It is mended where the tag is still asked of the account's services and met by some of them.
    """
    closed = con.con.execute(
        f"""
        with last as (
          select agency_id, max(month) as month from fact_resource_monthly group by 1
        ),
        there as (
          select distinct agency_id, provider, account_id, resource_id, service_name, month
          from fact_resource_monthly join last using (agency_id, month)
        ),
        met as (
          select distinct agency_id, provider, account_id, service_name, tag, month
          from agg_tag_month where outcome = 'compliant'
        )
        select fault_id,
          case when bool_or(met.tag is not null) then '{MENDED}'
            when bool_or(there.resource_id is not null) then '{DROPPED}' else '{GONE}' end
        from open_fault o
        left join there using (agency_id, provider, account_id, resource_id)
        left join met on met.agency_id = o.agency_id and met.provider = o.provider
          and met.account_id = o.account_id
          and met.tag = o.tag and met.service_name = there.service_name
          and met.month = there.month
        where o.agency_id in (select agency_id from last)
          and fault_id not in (
            select fault_id from open_fault semi join fact_tag_finding using ({_RESOURCE})
          )
        group by 1
        """
    ).fetchall()
    rows = [
        {
            "fault_id": number,
            "closed_at": now,
            "closed_as": how,
            "days_open": (now - since[number]).days,
        }
        for number, how in closed
    ]
    if rows:
        session.execute(update(TagFault), rows)


def _open(con: Backend, session: Session, now: datetime) -> Counter[int]:
    cursor = con.con.execute(
        f"select distinct {_RESOURCE} from fact_tag_finding f "
        f"anti join open_fault using ({_RESOURCE}) where agency_id <> 0 "
        # What PostgreSQL can't hold would be found anew by every build.
        "and not contains(concat(provider, account_id, resource_id, tag), chr(0)) order by all"
    )
    new: Counter[int] = Counter()
    for chunk in _chunks(cursor):
        session.execute(
            insert(TagFault),
            [
                dict(zip(("agency_id", *_PLACE), row, strict=True), found_at=now)
                for row in chunk
            ],
        )  # fmt: skip
        new.update(row[0] for row in chunk)
    return new


def _note_policies(con: Backend, session: Session, now: datetime) -> None:
    """Note for each owner which policies in force differ from ours since it was last told."""
    differing: dict[int, list[str]] = {}
    for agency, *place in con.con.execute(
        "select agency_id, provider, account_id, tag, setting from fact_policy_drift "
        "where agency_id <> 0 and setting <> 'same' order by all"
    ).fetchall():
        differing.setdefault(agency, []).append(" ".join(place))
    told: dict[int, list[str]] = {}
    for note in session.scalars(
        select(TagNote).where(TagNote.kind == POLICIES).order_by(TagNote.note_id)
    ):
        told[note.agency_id] = note.known
    for agency in sorted({*differing, *told}):
        known, before = differing.get(agency, []), told.get(agency, [])
        if known != before:
            number = len(set(known) - set(before))
            session.add(
                TagNote(agency_id=agency, kind=POLICIES, noted_at=now, number=number, known=known)
            )


def _chunks(cursor: Any) -> Iterator[list[tuple[Any, ...]]]:
    # Read to the end first: the connection serves other statements while rows are written.
    rows = cursor.fetchall()
    for at in range(0, len(rows), _CHUNK):
        yield rows[at : at + _CHUNK]

"""One leader among the workers: a lease in the records, taken over when it runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from warehouse.governance.models import WorkerLease


def hold_lease(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or renew the lease; false while another holder's runs.

    Call it in a transaction of its own that commits at once. Two that find no row at the same
    moment both insert, and one of them fails on the key: it asks again later.
    """
    mine_or_over = or_(WorkerLease.holder == holder, WorkerLease.expires_at < now)
    taken = session.execute(
        update(WorkerLease)
        .where(WorkerLease.name == name, mine_or_over)
        .values(holder=holder, expires_at=now + lasting)
        .returning(WorkerLease.name)
    ).first()
    if taken is not None:
        return True
    if session.scalar(select(WorkerLease.name).where(WorkerLease.name == name)) is not None:
        return False
    session.execute(insert(WorkerLease).values(name=name, holder=holder, expires_at=now + lasting))
    return True


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give the lease back, so that another worker need not wait for it to run out."""
    session.execute(
        delete(WorkerLease).where(WorkerLease.name == name, WorkerLease.holder == holder)
    )

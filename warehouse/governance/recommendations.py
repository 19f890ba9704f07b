"""What became of recommendations: taken up, done, dismissed with a reason, or opened again.

Recommendations themselves are computed at every build. Agency, kind and target name one, so that
a decision stays with it from build to build.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warehouse.errors import WarehouseError
from warehouse.governance.recommendation_models import Recommendation

OPEN: Final = "open"
ACCEPTED: Final = "accepted"
DONE: Final = "done"
DISMISSED: Final = "dismissed"
STATES: Final = (OPEN, ACCEPTED, DONE, DISMISSED)

_CENT: Final = Decimal("0.01")
_LONGEST_REASON: Final = 2_000
_LONGEST_OWNER: Final = 120


class RecommendationError(WarehouseError):
    """A decision can't be as it was given; the message is fit to be shown."""


class UnknownRecommendationError(RecommendationError):
    """There is no such recommendation, or not for this reader: never said which."""

    def __init__(self) -> None:
        super().__init__("Nothing is known under this name or number.")


class StaleDecisionError(RecommendationError):
    """Somebody else decided since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this recommendation since you opened the page. Nothing of yours was "
            "saved; look at it again and repeat what is still needed."
        )


Key = tuple[int, str, str]
"""Agency, kind and target of a recommendation."""


Savings = tuple[tuple[int, Decimal], ...]
"""By agency, US dollars a month."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides on a recommendation."""

    state: str
    reason: str = ""
    owner: str = ""
    due_on: date | None = None
    estimate_usd: Decimal | None = None
    """What it is estimated to save now; kept from the first decision on."""
    estimate_months: int | None = None
    """Of how many months that is."""


def decide(
    session: Session, key: Key, decision: Decision, *, lock: int, by: str, now: datetime
) -> tuple[Recommendation, str]:
    """Keep a decision, and give its row and the state it had.

    ``lock`` is that of the row it was made from, 0 where there was none. Whether there is such a
    recommendation, and for this person, is for the caller to check. Raises StaleDecisionError, and
    RecommendationError for what can't be decided so.
    """
    if decision.state not in STATES:
        raise RecommendationError("A recommendation is open, accepted, done or dismissed.")
    reason, owner = decision.reason.strip(), decision.owner.strip()
    if decision.state == DISMISSED and not reason:
        raise RecommendationError("Say why: a recommendation is dismissed with its reason.")
    if len(reason) > _LONGEST_REASON or len(owner) > _LONGEST_OWNER:
        raise RecommendationError("The reason or the owner is too long.")
    row = _find(session, key)
    if lock != (row.lock if row is not None else 0):
        raise StaleDecisionError
    was = row.state if row is not None else OPEN
    if row is None:
        agency, kind, target = key
        row = Recommendation(agency_id=agency, kind=kind, target=target, lock=0,
                             estimate_usd=decision.estimate_usd,
                             estimate_months=decision.estimate_months)  # fmt: skip
        session.add(row)
    elif row.estimate_months is None and decision.estimate_months is not None:
        # Nobody had kept of how many months the first one was, or there was none.
        row.estimate_usd = decision.estimate_usd
        row.estimate_months = decision.estimate_months
    if decision.state == DONE and was != DONE:
        row.done_on = now.date()
    elif decision.state != DONE:
        row.done_on = None
    row.state, row.reason, row.owner = decision.state, reason, owner
    row.due_on = decision.due_on
    row.decided_by, row.decided_at, row.lock = by, now, row.lock + 1
    try:
        session.flush()
    except IntegrityError as error:
        # Two people made the first decision on it at the same time.
        raise StaleDecisionError from error
    return row, was


def decided(
    session: Session, agencies: Collection[int] | None, state: str | None = None
) -> Mapping[Key, Recommendation]:
    """Give what was decided on recommendations to these agencies, to all of them for None.

    With a ``state``, those that are in it.
    """
    query = select(Recommendation)
    if state is not None:
        query = query.where(Recommendation.state == state)
    if agencies is not None:
        query = query.where(Recommendation.agency_id.in_(sorted(agencies)))
    return {(row.agency_id, row.kind, row.target): row for row in session.scalars(query)}


def monthly_saving(row: Recommendation) -> Decimal | None:
    """Give what a recommendation is estimated to save a month, to the cent; None if unknown."""
    if row.estimate_usd is None or not row.estimate_months:
        return None
    return (row.estimate_usd / row.estimate_months).quantize(_CENT)


def accepted_savings(session: Session, agencies: Collection[int] | None) -> Savings:
    """Add up by agency what recommendations that are accepted are estimated to save a month."""
    found: dict[int, Decimal] = {}
    for row in decided(session, agencies, ACCEPTED).values():
        if saving := monthly_saving(row):
            found[row.agency_id] = found.get(row.agency_id, Decimal(0)) + saving
    return tuple(sorted(found.items()))


def _find(session: Session, key: Key) -> Recommendation | None:
    agency, kind, target = key
    query = select(Recommendation).where(
        Recommendation.agency_id == agency,
        Recommendation.kind == kind,
        Recommendation.target == target,
    )
    return session.scalar(query.with_for_update())

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

OF_ACCOUNT: Final = "imported"
"""The kind of all that a provider recommends in one account; its target is ``AWS/111``."""
OF_RESOURCE: Final = "resource"
"""The kind of what it recommends for one resource: ``AWS/111/i-1``, which is in the account's."""

_CENT: Final = Decimal("0.01")
_FIRST_DAY: Final = date(2000, 1, 1)
"""Nobody had a cloud to save in before; days of other centuries are slips of the pen."""
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
    done_on: date | None = None
    """When it was done, of one that is; today unless said."""


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
    today = now.date()
    if decision.done_on is not None and not _FIRST_DAY <= decision.done_on <= today:
        raise RecommendationError(
            "What is done was done today or before, and not before 2000: choose another day."
        )
    row = _find(session, key)
    if lock != (row.lock if row is not None else 0):
        raise StaleDecisionError
    was = row.state if row is not None else OPEN
    due, known_due = decision.due_on, row.due_on if row is not None else None
    is_to_do = decision.state in {OPEN, ACCEPTED}
    if is_to_do and due is not None and due != known_due and due < today:
        raise RecommendationError("What is still to do is due today or later: choose another day.")
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
    known = row.done_on if was == DONE else None
    row.done_on = (decision.done_on or known or today) if decision.state == DONE else None
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
    for (agency, _, _), saving in counted_savings(decided(session, agencies)).items():
        found[agency] = found.get(agency, Decimal(0)) + saving
    return tuple(sorted(found.items()))


def counted_savings(known: Mapping[Key, Recommendation]) -> Mapping[Key, Decimal]:
    """Give what each accepted recommendation counts a month, of all that is decided on.

    What a provider recommends for a resource is in what it recommends for the account. So either
    the account counts, without its resources that are done or dismissed, or the resources that are
    accepted do: whichever is more. What counts nothing is left out, as is what nobody estimated.
    """
    found = {
        key: saving
        for key, row in known.items()
        if row.state == ACCEPTED and (saving := monthly_saving(row))
    }
    for account in [key for key in found if key[1] == OF_ACCOUNT]:
        within = {key: row for key, row in known.items() if is_within(key, account)}
        settled = sum(
            monthly_saving(row) or 0 for row in within.values() if row.state in {DONE, DISMISSED}
        )
        left = found[account] - settled
        if left < sum(found.get(key, 0) for key in within) or left <= 0:
            del found[account]
        else:
            found = {key: saving for key, saving in found.items() if key not in within}
            found[account] = left
    return found


def is_within(key: Key, account: Key) -> bool:
    """Tell whether a recommendation is about a resource of the account that another is about."""
    (agency, kind, target), (of, of_kind, place) = key, account
    same = (kind, of_kind) == (OF_RESOURCE, OF_ACCOUNT) and agency == of
    return same and target.startswith(f"{place}/")


def _find(session: Session, key: Key) -> Recommendation | None:
    agency, kind, target = key
    query = select(Recommendation).where(
        Recommendation.agency_id == agency,
        Recommendation.kind == kind,
        Recommendation.target == target,
    )
    return session.scalar(query.with_for_update())

"""Leave not to carry a tag: asked for by an agency, decided by another person, ending by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.errors import WarehouseError
from warehouse.feeds.accounts import ACCOUNTS
from warehouse.governance.policy_models import TagExemption
from warehouse.governance.rules import rules_in_force
from warehouse.policies.documents import EVERYTHING

ASKED: Final = "asked"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"

LONGEST: Final = timedelta(days=731)
"""Two years, a leap day included."""

_LONGEST_TEXT = 2_000
_LONGEST_KEY = 256


class ExemptionError(WarehouseError):
    """A request or a decision can't be as it was given; the message is fit to be shown."""


class UnknownExemptionError(ExemptionError):
    """There is no such account or request, or not for this reader: never said which."""

    def __init__(self) -> None:
        super().__init__("Nothing is known under this name or number.")


class OwnRequestError(ExemptionError):
    """Somebody would approve what they asked for themselves."""

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} asked for this exemption, so somebody else has to approve it.")


class DecidedError(ExemptionError):
    """It was decided, withdrawn, or has run out."""

    def __init__(self, state: str) -> None:
        super().__init__(f"This exemption is {state} already. Nothing was changed.")


def ask_exemption(
    session: Session,
    *,
    agencies: Collection[int],
    provider: str,
    account_id: str,
    resource_id: str,
    tag: str,
    reason: str,
    expires_on: date,
    by: str,
    now: datetime,
) -> TagExemption:
    """Ask for an exemption; ``agencies`` are those for which the asker may.

    The account decides whose it is. Raises UnknownExemptionError for an account of another
    agency as for one that nobody knows, and ExemptionError for what can't be asked.
    """
    owner = owner_of(session, provider, account_id)
    if owner is None or owner not in agencies:
        raise UnknownExemptionError
    key = tag.strip().lower()
    if not key or len(key) > _LONGEST_KEY or (EVERYTHING in key and key != EVERYTHING):
        raise ExemptionError("Name one tag, or * for every tag.")
    if not reason.strip():
        raise ExemptionError("Say why: an exemption is asked for with its reason.")
    today = now.date()
    if not today <= expires_on <= today + LONGEST:
        raise ExemptionError("It has to end between today and two years from now.")
    made = TagExemption(
        agency_id=owner,
        provider=provider,
        account_id=account_id,
        resource_id=resource_id.strip()[:_LONGEST_TEXT],
        tag=key,
        reason=reason.strip()[:_LONGEST_TEXT],
        asked_by=by,
        asked_at=now,
        expires_on=expires_on,
        state=ASKED,
    )
    session.add(made)
    session.flush()
    return made


def decide_exemption(
    session: Session,
    exemption_id: int,
    decision: Literal["approved", "refused"],
    *,
    by: str,
    now: datetime,
    reason: str,
) -> TagExemption:
    """Approve or refuse a request; who may decide at all is for the caller to check.

    Raises OwnRequestError for one's own, DecidedError for one that is decided.
    """
    row = _find(session, exemption_id)
    if row.state != ASKED:
        raise DecidedError(row.state)
    if decision == APPROVED and row.asked_by == by:
        raise OwnRequestError(by)
    if decision == APPROVED and row.expires_on < now.date():
        raise DecidedError("expired")
    if decision == REFUSED and not reason.strip():
        raise ExemptionError("Say why: a refusal is kept with its reason.")
    _close(session, row, decision, by=by, now=now, reason=reason)
    return row


def withdraw_exemption(
    session: Session,
    exemption_id: int,
    *,
    agencies: Collection[int] | None,
    by: str,
    now: datetime,
) -> TagExemption:
    """Give up a request, or an exemption before its end; ``agencies`` None is every one's.

    Raises UnknownExemptionError for another agency's as for one that doesn't exist.
    """
    row = _find(session, exemption_id)
    if agencies is not None and row.agency_id not in agencies:
        raise UnknownExemptionError
    if row.state not in {ASKED, APPROVED}:
        raise DecidedError(row.state)
    if row.expires_on < now.date():
        raise DecidedError("expired")
    _close(session, row, WITHDRAWN, by=by, now=now, reason="")
    return row


def exemptions_of(session: Session, agencies: Collection[int] | None) -> tuple[TagExemption, ...]:
    """Give the requests of these agencies, of all for None: those undecided first, then newest."""
    query = select(TagExemption)
    if agencies is not None:
        query = query.where(TagExemption.agency_id.in_(agencies))
    found = session.scalars(query.order_by(TagExemption.exemption_id.desc()))
    return tuple(sorted(found, key=lambda row: row.state != ASKED))


def exemptions_in_force(session: Session, on: date) -> tuple[TagExemption, ...]:
    """Give what is approved and has not run out on a day."""
    query = select(TagExemption).where(
        TagExemption.state == APPROVED, TagExemption.expires_on >= on
    )
    return tuple(session.scalars(query.order_by(TagExemption.exemption_id)))


def state_on(row: TagExemption, day: date) -> str:
    """Say how an exemption stands on a day; one that ran out is expired."""
    ended = row.expires_on < day and row.state in {ASKED, APPROVED}
    return "expired" if ended else row.state


def accounts_of(
    session: Session, agencies: Collection[int] | None
) -> tuple[tuple[str, str, int], ...]:
    """Give provider, account and last owner of each account of these agencies, or of all."""
    found: dict[tuple[str, str], int] = {}
    for rule in rules_in_force(session, ACCOUNTS.name):
        provider, account, whose, *_ = max(rule.records, key=lambda record: record[3])
        found[provider, account] = whose
    return tuple(
        (provider, account, whose)
        for (provider, account), whose in found.items()
        if agencies is None or whose in agencies
    )


def owner_of(session: Session, provider: str, account_id: str) -> int | None:
    """Give who owned an account last; None for one that nobody knows."""
    found = {(one, account): whose for one, account, whose in accounts_of(session, None)}
    return found.get((provider, account_id))


def _find(session: Session, exemption_id: int) -> TagExemption:
    row = session.get(TagExemption, exemption_id, with_for_update=True)
    if row is None:
        raise UnknownExemptionError
    return row


def _close(
    session: Session, row: TagExemption, state: str, *, by: str, now: datetime, reason: str
) -> None:
    row.state = state
    row.decided_by, row.decided_at = by, now
    row.decision_reason = reason.strip()[:_LONGEST_TEXT] or None
    session.flush()

"""What the demo's people have said before anybody signs in, recorded as the portal records it.

So that who tries the demo sees events, states and decisions in use. The audit trail names the demo
as who recorded them, on behalf of people who are invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from auth.actors import Actor
from auth.permissions import Permission, Role
from auth.principals import GrantInfo, Principal
from portal.access import Reader
from portal.anomalies import note_state
from portal.demo_people import SignIn
from portal.filters import read_filters
from portal.pages.insights.advice import Course
from portal.pages.insights.courses import COURSES, IMPORTED, RIGHTSIZING
from portal.pages.insights.resources import MONTHS, RESOURCE
from portal.pages.page import PageRequest
from portal.recommendations import estimate_of, note_decision
from portal.services import utc_now
from portal.spend_events import note_event
from warehouse.db import Database
from warehouse.demo.advice import STOPPED_SAVES_USD, stopped_resource
from warehouse.demo.stories import SPIKE, STOPPED
from warehouse.gateway import Gateway
from warehouse.governance.anomaly_cases import ACKNOWLEDGED, OPEN, cases_of, move_case
from warehouse.governance.recommendations import (
    ACCEPTED,
    DONE,
    OF_RESOURCE,
    Decision,
    decide,
    decided,
)
from warehouse.governance.spend_events import Told, events_of, tell_event
from warehouse.months import shifted
from warehouse.schema.anomalies import COST
from warehouse.scope import Scope

EVENT: Final = Told(
    kind="contract",
    month_from="2027-01",
    month_to=None,
    change_usd=None,
    change_ratio=Decimal("-0.1"),
    note="The new framework contract begins: machines become a tenth cheaper.",
)
ACKNOWLEDGEMENT: Final = (
    "The registry says that a test was left running over a weekend. We wait for their report."
)
_OWNER: Final = "Cloud team"
_STOPPED_BECAUSE: Final = "AWS recommended to stop it: nothing had used it for a month."
_WEEKS: Final = dt.timedelta(weeks=6)
_DEMO: Final = Actor.console("demo")


def tell_demo_event(database: Database, people: Iterable[SignIn]) -> None:
    """Let a manager of the first agency say what is known to come, before the first build."""
    manager = _first(people, Role.AGENCY_MANAGER)
    own = frozenset(manager.agencies)
    with database.records(Scope.of_agencies(own)) as db:
        if events_of(db, own):
            return
        (agency,) = own
        row = tell_event(db, agency, EVENT, agencies=own, by=manager.email, now=utc_now())
        note_event(db, row, "told", by=_DEMO)


def work_on_demo_findings(database: Database, people: Iterable[SignIn]) -> None:
    """Let the treasury acknowledge an anomaly of the first build, and people take up advice."""
    everybody = tuple(people)
    treasury, manager = _first(everybody, Role.TREASURY), _first(everybody, Role.AGENCY_MANAGER)
    _acknowledge(database, treasury)
    _take_up(database, manager, [one for one in COURSES if one is not IMPORTED])
    _take_up(database, manager, (RESOURCE,))
    _take_up(database, treasury, (RIGHTSIZING,))
    _stop(database, manager)


def _acknowledge(database: Database, treasury: SignIn) -> None:
    with database.records(Scope.whole_government()) as db:
        for case in cases_of(db, (SPIKE.agency_id,)):
            if case.state == OPEN and case.subject == COST:
                row = move_case(
                    db, case.case_id, ACKNOWLEDGED, agencies=None, lock=case.lock,
                    reason=ACKNOWLEDGEMENT, by=treasury.email, now=utc_now(),
                )  # fmt: skip
                note_state(db, row, by=_DEMO)
                return


def _take_up(database: Database, who: SignIn, courses: Sequence[Course]) -> None:
    """Accept the first recommendation of these courses that the data make in somebody's scope."""
    grants = tuple(GrantInfo(Role(who.role), agency) for agency in who.agencies or (None,))
    person = Principal(0, who.email, who.email, grants, 0)
    now = utc_now()
    request = PageRequest(
        reader=Reader.of(person).under(Permission.DECIDE_RECOMMENDATION),
        filters=read_filters(""),
        theme="light",
        gateway=Gateway(database),
        database=database,
        now=now,
    )
    advice = next((one for course in courses for one in course.advise(request)), None)
    with database.records(request.scope) as db:
        if advice is None or advice.key in decided(db, {advice.agency}):
            return
        decision = Decision(
            ACCEPTED, owner=_OWNER, due_on=now.date() + _WEEKS, **estimate_of(advice)
        )
        row, was = decide(db, advice.key, decision, lock=0, by=who.email, now=now)
        note_decision(db, row, was, by=_DEMO)


def _stop(database: Database, manager: SignIn) -> None:
    """Let a manager say when the resource was stopped that no export recommends any more."""
    build, now = database.published(), utc_now()
    if build is None or STOPPED.agency_id not in manager.agencies:
        return
    done = dt.date.fromisoformat(f"{shifted(build.data_to, -STOPPED.months_back)}-17")
    key = (STOPPED.agency_id, OF_RESOURCE, "/".join(("AWS", *stopped_resource())))
    with database.records(Scope.of_agencies(manager.agencies)) as db:
        if done > now.date() or key in decided(db, {STOPPED.agency_id}):
            return
        decision = Decision(DONE, owner=_OWNER, done_on=done, reason=_STOPPED_BECAUSE,
                            estimate_usd=STOPPED_SAVES_USD, estimate_months=MONTHS)  # fmt: skip
        row, was = decide(db, key, decision, lock=0, by=manager.email, now=now)
        note_decision(db, row, was, by=_DEMO)


def _first(people: Iterable[SignIn], role: Role) -> SignIn:
    return next(one for one in people if one.role == role.value)

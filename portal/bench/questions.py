"""The gateway alone: questions as pages ask them, without web, sign-in or drawing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from portal.bench.installation import AGENCY_ID, Installation
from portal.bench.samples import Sample, measure
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.question import Question
from warehouse.scope import Scope

QUESTIONS = {
    "spend by month": Question(("actual_spend", "budget"), by=("month",)),
    "reliability by service": Question(("stability_score", "latency_ms"), by=("service_type",)),
    "spend by agency": Question(("actual_spend", "untagged_cost"), by=("agency",)),
}
SCOPES = {"agency": Scope.of_agencies((AGENCY_ID,)), "treasury": Scope.whole_government()}


def time_questions(made: Installation, *, runs: int) -> dict[str, Sample]:
    """Ask each question cold (a fresh gateway each time) and warm; give samples by name."""
    database = made.open()
    found: dict[str, Sample] = {}
    try:
        for title, who in product(QUESTIONS, SCOPES):
            asking = _Asking(database, QUESTIONS[title], SCOPES[who])
            name = f"gateway.ask {title}, {who}"
            for state, before in asking.states.items():
                found[f"{name}, {state}"] = measure(
                    f"{name}, {state}, {made.label}", asking.ask, runs=runs, before=before
                )
    finally:
        database.dispose()
    return found


class _Asking:
    """One question of one reader, and the gateway it goes to."""

    def __init__(self, database: Database, question: Question, scope: Scope) -> None:
        self._database, self._question, self._scope = database, question, scope
        self._gateway = Gateway(database)

    def ask(self) -> None:
        """Ask the gateway of the moment."""
        self._gateway.ask(self._question, self._scope)

    def forget(self) -> None:
        """Take a fresh gateway, which has no answer and no name in mind."""
        self._gateway = Gateway(self._database)

    @property
    def states(self) -> dict[str, Callable[[], None]]:
        """Give what happens before each question, by what the measurement is called."""
        return {"cold": self.forget, "warm": lambda: None}

"""What a reader of the audit trail narrowed it to, kept in the address like other filters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict
from urllib.parse import parse_qs, urlencode

from auth.audit import Outcome
from auth.plain_text import is_one_line
from portal.filters import EVERYTHING, LONGEST_ADDRESS, MOST_FIELDS
from portal.texts import say

LONGEST_ACTOR = 320

_ACTION = re.compile(r"[a-z][a-z_.]{0,79}")
_DAY = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")


class Which(TypedDict):
    """Which events are meant, as ``auth.audit`` is asked for them."""

    action: str | None
    actor: str | None
    outcome: Outcome | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """The bounded filters of the audit trail; ``first`` and ``last`` are whole days in UTC."""

    action: str | None = None
    actor: str | None = None
    outcome: Outcome | None = None
    first: date | None = None
    last: date | None = None
    page: int = 1
    problems: tuple[str, ...] = ()

    @property
    def which(self) -> Which:
        """Give what events are asked for: from the first day until the end of the last."""
        return Which(
            action=self.action,
            actor=self.actor,
            outcome=self.outcome,
            since=None if self.first is None else _midnight(self.first),
            until=None if self.last is None else _midnight(self.last + timedelta(days=1)),
        )

    def to_query(self, **changes: Any) -> str:
        """Write the address's query, ``?`` included; empty when nothing is set."""
        chosen = replace(self, **changes)
        pairs = [
            ("action", chosen.action),
            ("actor", chosen.actor),
            ("outcome", chosen.outcome and chosen.outcome.value),
            ("from", chosen.first and chosen.first.isoformat()),
            ("to", chosen.last and chosen.last.isoformat()),
            ("page", str(chosen.page) if chosen.page > 1 else None),
        ]
        written = urlencode([(name, value) for name, value in pairs if value])
        return f"?{written}" if written else ""


def read_trail(search: str) -> TrailFilters:
    """Read the filters out of an address's query; what can't be read is left out and said."""
    try:
        given = parse_qs(search[:LONGEST_ADDRESS].removeprefix("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return TrailFilters(problems=(say("The address can't be read, so nothing is left out."),))
    problems: list[str] = []

    def one(name: str) -> str:
        text = given.get(name, [""])[-1].strip()
        return "" if text == EVERYTHING else text

    def matching(name: str, pattern: re.Pattern[str]) -> str:
        text = one(name)
        if text and not pattern.fullmatch(text):
            problems.append(
                say(
                    "{text} can't be read as {filter}, so it is left out.",
                    text=repr(text[:40]),
                    filter=name,
                )
            )
            return ""
        return text

    def day(name: str) -> date | None:
        text = matching(name, _DAY)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            problems.append(say("{text} is no day, so it is left out.", text=repr(text)))
            return None

    def actor() -> str | None:
        text = one("actor")
        if not is_one_line(text):
            problems.append(say("What can't be printed is in nobody's name, so it is left out."))
            return None
        return text[:LONGEST_ACTOR] or None

    outcome = matching("outcome", re.compile("|".join(Outcome)))
    return TrailFilters(
        action=matching("action", _ACTION) or None,
        actor=actor(),
        outcome=Outcome(outcome) if outcome else None,
        first=day("from"),
        last=day("to"),
        page=int(matching("page", _PAGE) or 1),
        problems=tuple(problems),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

"""Judge every kind for a reader, and put what holds in the order in which it matters."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Final

from portal.pages.insights import (
    budget_kinds,
    migration_kinds,
    provider_kinds,
    record_kinds,
    service_kinds,
    spend_kinds,
    tag_kinds,
)
from portal.pages.insights.insight import Found, Insight, Judged, Kind, Level, Open, Unjudged
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.received_texts import say_received
from portal.texts import say
from warehouse.errors import NothingPublishedError, QuestionError

_LOG = logging.getLogger(__name__)

KINDS: Final[tuple[Kind, ...]] = (
    *budget_kinds.KINDS,
    *spend_kinds.KINDS,
    *tag_kinds.KINDS,
    *provider_kinds.KINDS,
    *service_kinds.KINDS,
    *migration_kinds.KINDS,
    *record_kinds.KINDS,
)
"""Every kind; those without an amount are shown in this order."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What holds, what matters most first; and what could not be judged."""

    found: tuple[Found, ...]
    open: tuple[Open, ...]
    judged: int
    """How many kinds could be judged."""

    def of(self, level: Level) -> tuple[Found, ...]:
        """Give what was found of one level."""
        return tuple(one for one in self.found if one.kind.level is level)


def judge_all(request: PageRequest, *levels: Level) -> Verdicts:
    """Judge the kinds of these levels, of all of them if none is named.

    Money at stake comes first, then spend concerned, each by amount. Where several MDAs are in
    view, amounts are in US dollars, since they are set against each other.
    """
    asked = in_dollars(request) if request.sees_many else request
    found: list[Found] = []
    unjudged: list[Open] = []
    kinds = [kind for kind in KINDS if not levels or kind.level in levels]
    for kind in kinds:
        verdict = _judge(kind, asked)
        if isinstance(verdict, Insight):
            found.append(Found(kind, verdict))
        elif isinstance(verdict, Unjudged):
            unjudged.append(Open(kind, verdict.why))
    found.sort(key=lambda one: (one.kind.level, -_amount(one.insight)))
    return Verdicts(tuple(found), tuple(unjudged), len(kinds) - len(unjudged))


def most_important(request: PageRequest, most: int) -> tuple[Found, ...]:
    """Give the first few insights about money, no two of the same topic.

    Spend that is only concerned is not looked at where enough is at stake.
    """
    by_topic: dict[str, Found] = {}
    for level in (Level.AT_STAKE, Level.CONCERNED):
        if len(by_topic) < most:
            for one in judge_all(request, level).found:
                by_topic.setdefault(one.kind.topic, one)
    return tuple(by_topic.values())[:most]


def _amount(insight: Insight) -> float:
    return insight.stake.amount if insight.stake else 0.0


def _judge(kind: Kind, request: PageRequest) -> Judged:
    """Judge one kind; if it fails, the others are said all the same."""
    try:
        return kind.judge(request)
    except NothingPublishedError:
        raise
    except QuestionError as error:
        return Unjudged(say_received(str(error)))
    except Exception:
        reference = secrets.token_hex(4)
        _LOG.exception("insight %s failed, reference %s", kind.name, reference)
        return Unjudged(say("it could not be computed, reference {reference}",
                            reference=reference))  # fmt: skip

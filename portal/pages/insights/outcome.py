"""What came of a recommendation that was done: cost after it against as many months before."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text
from portal.formats import money, months_range
from portal.pages.evidence import currency_of, figure, why_missing
from portal.pages.insights.advice import Course
from portal.pages.insights.resources import place_of
from portal.pages.page import PageRequest
from portal.texts import say, say_parts
from warehouse.errors import UnknownValueError
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import OF_RESOURCE
from warehouse.months import shifted
from warehouse.question import Period

_MOST_MONTHS: Final = 12
_CHANGE: Final = "resource_cost_change"
_COMPARED: Final = "resource_compared_months"
_GONE: Final = "resource_gone_months"


def periods_of(done: str, reported: Collection[str]) -> tuple[Period, Period] | None:
    """Give the whole months after the one it was done in, and as many before; None before any.

    Those on either side are counted from it on, as far as they were reported: of what was done
    long ago less may be on record before it than has passed since.

    >>> periods_of("2026-03", ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"])[1]
    Period(start='2026-01', end='2026-02')
    >>> periods_of("2026-03", ["2026-02", "2026-03", "2026-04", "2026-05"])[0]
    Period(start='2026-04', end='2026-04')
    """
    whole = takewhile(
        lambda by: {shifted(done, by), shifted(done, -by)} <= set(reported),
        range(1, _MOST_MONTHS + 1),
    )
    months = len(list(whole))
    if not months:
        return None
    return Period(shifted(done, 1), shifted(done, months)), Period(
        shifted(done, -months), shifted(done, -1)
    )


def months_around(done: str) -> tuple[Period, Period]:
    """Give the year after the month that something was done in, and the year before it.

    >>> months_around("2026-03")[0]
    Period(start='2026-04', end='2027-03')
    """
    return Period(shifted(done, 1), shifted(done, _MOST_MONTHS)), Period(
        shifted(done, -_MOST_MONTHS), shifted(done, -1)
    )


def draw_outcome(request: PageRequest, course: Course, row: Recommendation) -> Component:
    """Say what cost has done since, or why that isn't known."""
    return html.P(_outcome(request, course, row), className="insight-confidence")


def _outcome(request: PageRequest, course: Course, row: Recommendation) -> list[Text]:
    if not course.effect or row.done_on is None:
        return [say("What came of it can't be read from cost.")]
    if row.kind == OF_RESOURCE:
        return _outcome_of_resource(request, row, f"{row.done_on:%Y-%m}")
    done = f"{row.done_on:%Y-%m}"
    compared = periods_of(done, _reported(request, row.agency_id, done))
    if compared is None:
        if done < request.build.data_to:
            return [say("Not known: no spend is on record of the month before or after it was "
                        "done.")]  # fmt: skip
        return [say("Not yet known: a whole month has to pass after it was done.")]
    after, before = compared
    answer = request.ask(course.effect, where=course.where(row.agency_id, row.target),
                         period=after, against=before)  # fmt: skip
    change = answer.value(course.effect)
    if change is None:
        return [say("Not known: {why}.", why=why_missing(answer, course.effect))]
    gaps = {
        "amount": figure(answer, course.effect, money(abs(change), currency_of(answer))),
        "after": months_range(after.start or "", after.end or ""),
        "before": months_range(before.start or "", before.end or ""),
    }
    if change < 0:
        return say_parts(
            "Saved {amount}: cost of {after} against {before}. What else changed it isn't told "
            "apart.", **gaps
        )  # fmt: skip
    return say_parts(
        "Nothing saved so far: cost is {amount} higher in {after} than in {before}.", **gaps
    )


def _reported(request: PageRequest, agency: int, done: str) -> set[str]:
    """Give the months around one in which an MDA reported spend, of whatever service."""
    after, before = months_around(done)
    answer = request.ask(
        "actual_spend", by=("month",), where=(("agency", (str(agency),)),),
        period=Period(before.start, after.end),
    )  # fmt: skip
    return {str(row["month"]) for row in answer.rows if row["actual_spend"] is not None}


def _outcome_of_resource(request: PageRequest, row: Recommendation, done: str) -> list[Text]:
    """Say what a resource has cost since: how many months can be compared, its bills tell."""
    place = place_of(row.target)
    if place is None:
        return [say("What came of it can't be read from cost.")]
    after, before = months_around(done)
    where = tuple(
        (name, (value,)) for name, value in zip(("provider", "account", "resource"), place,
                                                strict=True)
    )  # fmt: skip
    try:
        answer = request.ask(
            _CHANGE, _COMPARED, _GONE, where=(("agency", (str(row.agency_id),)), *where),
            period=after, against=before,
        )  # fmt: skip
    except UnknownValueError:
        return [say("Not known: no bill names the resource.")]
    change, months = answer.value(_CHANGE), int(answer.value(_COMPARED) or 0)
    if change is None:
        return [say("Not known: {why}.", why=why_missing(answer, _CHANGE))]
    gaps = {
        "amount": figure(answer, _CHANGE, money(abs(change), currency_of(answer))),
        "after": months_range(shifted(done, 1), shifted(done, months)),
        "before": months_range(shifted(done, -months), shifted(done, -1)),
    }
    said = say_parts(
        "Saved {amount}: what the resource cost in {after} against {before}. What else changed it "
        "isn't told apart.", **gaps
    ) if change < 0 else say_parts(
        "Nothing saved so far: the resource cost {amount} more in {after} than in {before}.", **gaps
    )  # fmt: skip
    if gone := int(answer.value(_GONE) or 0):
        said = [*said, " ", *say_parts(
            "In {number} of these months no bill names it any more, though the bill is whole: it "
            "cost nothing then.", number=figure(answer, _GONE, str(gone)),
        )]  # fmt: skip
    return said

"""Every kind of recommendation that Exchequer makes itself, and when it makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from portal.formats import percent
from portal.pages.anomalies.seen import PATH as ANOMALIES
from portal.pages.anomalies.unsettled import ask_unsettled
from portal.pages.evidence import dimension_text, figure
from portal.pages.frame import drill_to
from portal.pages.insights.advice import Advice, Course
from portal.pages.insights.insight import Row, Stake
from portal.pages.insights.resources import (
    MONTHS,
    RESOURCE,
    RESOURCES,
    find_resource,
    recommendations,
)
from portal.pages.insights.summary import PATH
from portal.pages.insights.tag_kinds import twelve_months
from portal.pages.insights.wording import amount_of
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import largest, number
from portal.service_types import within_sentence
from portal.texts import later, say_parts
from warehouse.governance.recommendations import OF_ACCOUNT, Key
from warehouse.months import months_between
from warehouse.question import Answer, Period

_IAAS: Final = "IaaS"


def _to(row: Row) -> tuple[int, str]:
    return int(row["agency"] or 0), dimension_text(row, "agency")


def _own(answer: Answer, measure: str) -> Sequence[Row]:
    """Give the rows that somebody answers for and that have the figure, largest first."""
    return [row for row in largest(answer.rows, measure) if row["agency"] is not None]


def _above(share: float | None, limit: float) -> str:
    """Write a share so that it reads as other than the limit, which it is above by little."""
    return percent(share, 2 if percent(share, 1) == percent(limit, 1) else None)


def _months_of(period: Period) -> int:
    """Count the months of a period with both ends; none of another."""
    if period.start is None or period.end is None:
        return 0
    return months_between(period.start, period.end) + 1


def advise_rightsizing(request: PageRequest) -> list[Advice]:
    """Recommend to resize or switch off what is hardly used."""
    answer = request.ask("idle_cost", "waste_pct", by=("agency", "service_type"),
                         period=twelve_months(request))  # fmt: skip
    return [
        Advice(
            RIGHTSIZING, *_to(row), str(row["service_type"]),
            why=say_parts(
                "{share} of the spend on {service} is on resources used below the idle limit.",
                share=figure(answer, "waste_pct", percent(number(row["waste_pct"])), row),
                service=within_sentence(dimension_text(row, "service_type")),
            ),
            href=drill_to("/finops/governance", request, agency=(str(row["agency"]),)),
            saving=Stake(answer, "idle_cost", row),
            saving_months=_months_of(answer.question.period),
        )
        for row in _own(answer, "idle_cost") if (number(row["idle_cost"]) or 0) > 0
    ]  # fmt: skip


def advise_commitments(request: PageRequest) -> list[Advice]:
    """Recommend to use commitments that are paid for, or to let them run out."""
    answer = request.ask("commitment_unused_cost", "commitment_utilisation", by=("agency",),
                         period=request.year_period())  # fmt: skip
    target = limits_in_view(request)["commitment_target_pct"] / 100
    return [
        Advice(
            COMMITMENTS, *_to(row), "",
            why=say_parts(
                "{share} of what was committed was used.",
                share=figure(answer, "commitment_utilisation",
                             percent(number(row["commitment_utilisation"])), row),
            ),
            href=drill_to("/explore", request, view="bills", agency=(str(row["agency"]),)),
            saving=Stake(answer, "commitment_unused_cost", row),
            saving_months=_months_of(answer.question.period),
        )
        for row in _own(answer, "commitment_unused_cost")
        if (number(row["commitment_unused_cost"]) or 0) > 0
        and (number(row["commitment_utilisation"]) or 0) < target
    ]  # fmt: skip


def advise_tagging(request: PageRequest) -> list[Advice]:
    """Recommend to tag, where more than the target leaves carries no tag."""
    answer = request.ask("untagged_share", "untagged_cost", by=("agency",),
                         period=request.year_period())  # fmt: skip
    limit = (100 - limits_in_view(request)["tag_target_pct"]) / 100
    return [
        Advice(
            TAGGING, *_to(row), "",
            why=say_parts(
                "{share} of spend carries no tag, {amount} this year; the target leaves {limit}.",
                share=figure(answer, "untagged_share",
                             _above(number(row["untagged_share"]), limit), row),
                amount=amount_of(answer, "untagged_cost", row), limit=percent(limit),
            ),
            href=drill_to("/finops/tags", request, agency=(str(row["agency"]),)),
        )
        for row in _own(answer, "untagged_cost") if (number(row["untagged_share"]) or 0) > limit
    ]  # fmt: skip


def advise_forecasting(request: PageRequest) -> list[Advice]:
    """Recommend to forecast each quarter, where forecasts of the record don't help."""
    answer = request.ask("forecast_skill", "forecast_error_3", by=("agency",))
    return [
        Advice(
            FORECASTING, *_to(row), "",
            why=say_parts(
                "Forecasts from past months missed by {error} three months ahead, worse than "
                "repeating the last month: what is planned isn't in the records.",
                error=figure(answer, "forecast_error_3", percent(number(row["forecast_error_3"])),
                             row),
            ),
            href=drill_to("/finops/trends", request, agency=(str(row["agency"]),)),
        )
        for row in _own(answer, "forecast_error_3") if (number(row["forecast_skill"]) or 0) < 0
    ]  # fmt: skip


def advise_notices(request: PageRequest) -> list[Advice]:
    """Recommend to watch for anomalies as they come, where months stood out."""
    period = request.year_period()
    unsettled = ask_unsettled(request, "anomaly_alerts", period)
    if unsettled is None:
        return []
    answer = request.ask("anomaly_alerts", "anomaly_alert_excess", by=("agency",), where=unsettled,
                         period=period)  # fmt: skip
    return [
        Advice(
            NOTICES, *_to(row), "",
            why=say_parts(
                "Cost stood out this year, by {amount} beyond what was expected, and is not "
                "settled yet.",
                amount=amount_of(answer, "anomaly_alert_excess", row),
            ),
            href=drill_to(ANOMALIES, request, agency=(str(row["agency"]),)),
        )
        for row in _own(answer, "anomaly_alert_excess") if (number(row["anomaly_alerts"]) or 0) > 0
    ]  # fmt: skip


def advise_platform(request: PageRequest) -> list[Advice]:
    """Recommend platform services, where nearly all is infrastructure."""
    answer = request.ask("service_share", "actual_spend", by=("agency", "service_type"),
                         period=request.year_period())  # fmt: skip
    limit = limits_in_view(request)["insight_top_service_pct"] / 100
    return [
        Advice(
            PLATFORM, *_to(row), _IAAS,
            why=say_parts(
                "{share} of spend is on infrastructure, {amount} this year.",
                share=figure(answer, "service_share", percent(number(row["service_share"])), row),
                amount=amount_of(answer, "actual_spend", row),
            ),
            href=drill_to("/finops/trends", request, agency=(str(row["agency"]),)),
        )
        for row in _own(answer, "actual_spend")
        if row["service_type"] == _IAAS and (number(row["service_share"]) or 0) >= limit
    ]  # fmt: skip


def advise_imported(request: PageRequest) -> list[Advice]:
    """Pass on what providers recommend, account by account."""
    answer = request.ask("recommended_saving", "recommended_count",
                         by=("agency", "provider", "account"), period=Period())  # fmt: skip
    return [
        Advice(
            IMPORTED, *_to(row), f"{row['provider']}/{row['account']}",
            why=say_parts(
                "{provider} makes {number} to save in account {account}.",
                provider=dimension_text(row, "provider"),
                number=figure(answer, "recommended_count",
                              recommendations(int(number(row["recommended_count"]) or 0)), row),
                account=str(row["account"]),
            ),
            href=drill_to(PATH, request, view=RESOURCES, agency=(str(row["agency"]),))
            + f"#{RESOURCES}",
            saving=Stake(answer, "recommended_saving", row),
            saving_months=MONTHS,
        )
        for row in _own(answer, "recommended_saving")
        if (number(row["recommended_saving"]) or 0) > 0
    ]  # fmt: skip


_EASY: Final = later("small: days")
_MIDDLING: Final = later("middling: weeks")
_HARD: Final = later("large: months")

RIGHTSIZING: Final = Course(
    "rightsizing", later("Resize or switch off what is hardly used"), _MIDDLING,
    later("at most, of twelve months: all that idle resources cost"), advise_rightsizing,
    effect="bridge_change",
)  # fmt: skip
COMMITMENTS: Final = Course(
    "commitments", later("Use the commitments that are paid for, or let them run out"), _EASY,
    later("at most, of the months in view: what unused commitments cost"), advise_commitments,
    effect="bridge_change",
)  # fmt: skip
TAGGING: Final = Course(
    "tagging", later("Tag what carries no tag, and enforce it"), _MIDDLING,
    later("no saving is estimated; it lets somebody answer for the cost"), advise_tagging,
)  # fmt: skip
FORECASTING: Final = Course(
    "forecasting", later("Plan and forecast every quarter"), _EASY,
    later("no saving is estimated; it lets the year be foreseen"), advise_forecasting,
)  # fmt: skip
NOTICES: Final = Course(
    "notices", later("Look at months that stand out as they come"), _EASY,
    later("no saving is estimated: how much would have been stopped isn't known"), advise_notices,
)  # fmt: skip
PLATFORM: Final = Course(
    "platform", later("Move work from infrastructure to platform services"), _HARD,
    later("no saving is estimated: what the same work costs on a platform isn't recorded"),
    advise_platform, effect="bridge_change",
)  # fmt: skip

IMPORTED: Final = Course(
    OF_ACCOUNT, later("Follow what the provider recommends"), _MIDDLING,
    later("in a year, as the provider estimates it; some may exclude each other"),
    advise_imported,
)  # fmt: skip

COURSES: Final = (RIGHTSIZING, COMMITMENTS, IMPORTED, TAGGING, NOTICES, FORECASTING, PLATFORM)
"""Of which every recommendation is listed; those for single resources are too many."""

COURSES_BY_NAME: Final = {one.name: one for one in (*COURSES, RESOURCE)}


def find_advice(request: PageRequest, key: Key) -> Advice | None:
    """Give the recommendation that a decision is about, if the data of this build make it."""
    if key[1] == RESOURCE.name:
        return find_resource(request, key)
    course = COURSES_BY_NAME.get(key[1])
    made = course.advise(request) if course is not None else ()
    return next((one for one in made if one.key == key), None)

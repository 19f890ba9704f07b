"""Insights about the records themselves: what can't be known, and what contradicts itself."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.pages.evidence import dimension_text, why_missing
from portal.pages.frame import drill_to
from portal.pages.insights.insight import Insight, Judged, Kind, Level, Unjudged
from portal.pages.insights.wording import MOST_NAMED, agencies_of, in_percent, named
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import history
from portal.pages.series import largest, number
from portal.texts import later, say, say_number, say_parts
from warehouse.schema.operations import BILLS_WAIT

_MONTHS_OF_A_YEAR: Final = 12
_MOST_ROWS: Final = 50_000


def judge_forecast(request: PageRequest) -> Judged:
    """Tell where forecasts missed by more than repeating the last month would have."""
    answer = request.ask("forecast_skill", "forecast_error_3", by=("agency",))
    known = [row for row in answer.rows if row["forecast_skill"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "forecast_skill"))
    worse = [row for row in largest(known, "forecast_error_3")
             if (number(row["forecast_skill"]) or 0) < 0]  # fmt: skip
    if not worse:
        return None
    if request.sees_many:
        sentence = say_parts(
            "At {some} forecasts missed by more than repeating the last month would have; don't "
            "plan by them alone. Three months ahead they missed by: {names}.",
            some=say_number(len(known), "{some} of {number} MDA", "{some} of {number} MDAs",
                            some=len(worse)),
            names=named(answer, worse, "forecast_error_3", in_percent),
        )  # fmt: skip
    else:
        sentence = [
            say("Past forecasts missed by more than repeating the last month would have, so "
                "don't plan by the forecast alone.")
        ]  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said where the forecasts of the last twelve months were worse than repeating "
                 "the last month."),
        confidence=[say("Measured on past forecasts and what came.")],
        href=drill_to("/finops/trends", request),
        answers=(answer,),
        agencies=agencies_of(worse),
    )  # fmt: skip


def judge_telemetry(request: PageRequest) -> Judged:
    """Tell whose services nobody measures."""
    answer = request.ask("measured_services", by=("agency",), period=request.year_period())
    if not answer.rows:
        return Unjudged(why_missing(answer, "measured_services"))
    blind = [row for row in answer.rows if not number(row["measured_services"])]
    if not blind:
        return None
    if request.sees_many:
        sentence = [
            say(
                "No telemetry comes from {some}, so nobody knows how services run there: {names}.",
                some=say_number(len(answer.rows), "{some} of {number} MDA",
                                "{some} of {number} MDAs", some=len(blind)),
                names=_names([dimension_text(row, "agency") for row in blind]),
            )
        ]  # fmt: skip
    else:
        sentence = [
            say("No telemetry was handed in, so latency, errors and stability are modelled from "
                "utilisation, and nobody knows how services run.")
        ]  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said of MDAs of which no service is measured in the months in view."),
        confidence=[say("Counted in the records.")],
        href=drill_to("/reliability", request),
        answers=(answer,),
        agencies=agencies_of(blind),
    )


def judge_history(request: PageRequest) -> Judged:
    """Tell whose history is too short for a season or a past error to be known."""
    answer = request.ask("agency_month_count", by=("agency",), period=history(request))
    if not answer.rows:
        return Unjudged(why_missing(answer, "agency_month_count"))
    short = [row for row in answer.rows
             if 0 < (number(row["agency_month_count"]) or 0) < _MONTHS_OF_A_YEAR]  # fmt: skip
    if not short:
        return None
    return Insight(
        sentence=say_parts(
            "Less than a year is on record, so neither seasons nor past errors of forecasts are "
            "known: {names}.",
            names=named(answer, short, "agency_month_count",
                        lambda months: say_number(int(months or 0), "{number} month",
                                                  "{number} months")),
        ),
        rule=say("Said of MDAs with fewer than twelve months of records."),
        confidence=[say("Counted in the records.")],
        href=drill_to("/finops/trends", request),
        answers=(answer,),
        agencies=agencies_of(short),
    )  # fmt: skip


def judge_kept_out(request: PageRequest) -> Judged:
    """Tell how many rows handed in are in quarantine, so that no figure has them."""
    if not request.reader.may(Permission.VIEW_DATA):
        return Unjudged(say("your role does not cover what was handed in"))
    counts = request.gateway.rows("source_count", request.scope, limit=_MOST_ROWS,
                                  where=_own(request)).rows  # fmt: skip
    failed = sum(int(row["rows_failed"] or 0) for row in counts)
    if not failed:
        return None
    return Insight(
        sentence=say_parts(
            "{rows} handed in can't be true and are in quarantine, so no figure counts them.",
            rows=_recorded(say_number(failed, "{number} row", "{number} rows")),
        ),
        rule=say("Said where rows of files broke a rule of quality."),
        confidence=[say("Counted in the files handed in.")],
        href="/data?view=quarantine",
        answers=(),
        agencies=frozenset(str(row["agency_id"]) for row in counts if row["rows_failed"]),
    )


def judge_contradictions(request: PageRequest) -> Judged:
    """Tell how many records contradict each other."""
    if not request.reader.may(Permission.VIEW_DATA):
        return Unjudged(say("your role does not cover what was handed in"))
    page = request.gateway.rows("finding", request.scope, limit=_MOST_ROWS, where=_own(request))
    # A bill that waits for approval contradicts nothing: it is told where it waits.
    found = [row for row in page.rows if row["rule"] != BILLS_WAIT]
    if not found:
        return None
    titles = list(dict.fromkeys(str(row["title"]) for row in found))
    return Insight(
        sentence=say_parts(
            "{records} contradict each other: {titles}.",
            records=_recorded(say_number(len(found), "In {number} case records",
                                         "In {number} cases records")),
            titles=_names(titles),
        ),
        rule=say("Said of what the rules for records find in more than one file."),
        confidence=[say("Found by comparing what was handed in.")],
        href="/data?view=findings",
        answers=(),
        agencies=frozenset(str(row["agency_id"]) for row in found),
    )  # fmt: skip


def _own(request: PageRequest) -> dict[str, object] | None:
    return None if request.agency_ids is None else {"agency_id": list(request.agency_ids)}


def _recorded(text: str) -> Component:
    return html.Strong(text, **{"data-recorded": "row"})


def _names(names: list[str]) -> str:
    shown = "; ".join(names[:MOST_NAMED])
    left = len(names) - MOST_NAMED
    return shown if left <= 0 else shown + say_number(left, "; {number} more", "; {number} more")


KINDS: Final = (
    Kind("kept_out", later("Rows kept out"), "records", Level.WITHOUT_AMOUNT, judge_kept_out),
    Kind("contradictions", later("Records that disagree"), "records", Level.WITHOUT_AMOUNT,
         judge_contradictions),
    Kind("telemetry", later("Services nobody measures"), "telemetry", Level.WITHOUT_AMOUNT,
         judge_telemetry),
    Kind("forecast", later("Forecasts that don't help"), "forecast", Level.WITHOUT_AMOUNT,
         judge_forecast),
    Kind("history", later("Short history"), "history", Level.WITHOUT_AMOUNT, judge_history),
)  # fmt: skip

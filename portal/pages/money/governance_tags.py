"""The sections on tagging: how it goes, who leaves cost untagged, and each month in a table."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.heat import Band, HeatCell, HeatRow, heat_table
from portal.components.parts import Text, words_of
from portal.components.ranking import Ranked, ranked_list
from portal.components.states import status_word
from portal.components.tables import ROW, Column, data_table
from portal.figures.lines import Line, draw_lines
from portal.formats import (
    money_exact,
    money_short,
    month_name,
    month_short,
    months_range,
    percent,
)
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    row_key,
    table_of,
)
from portal.pages.frame import drill_to, whose
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest
from portal.pages.series import (
    at_most,
    column,
    last,
    months_of,
    number,
    present,
    ranked_once,
)
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer, Value

_PATH = "/finops/governance"
_MOST_RANKED = 6
_MOST_ROWS = 25
_MOST_MONTHS = 12
_NEAR = 0.10
"""How far below the target a month is still marked as near it."""


def may_ask(request: PageRequest, *measures: str) -> bool:
    """Tell whether this reader is answered these measures."""
    allowed = request.scope.measures
    return allowed is None or allowed.issuperset(measures)


def tag_target(request: PageRequest, month: str) -> float:
    """Give the share that has to be tagged in a month, 0 to 1."""
    return limits_in_force(request, month)["tag_target_pct"] / 100


def target_text(request: PageRequest) -> str:
    """Say which target is in force, and since when."""
    month = request.last_month
    target = percent(tag_target(request, month))
    since = max((start for name, _, start in request.limits
                 if name == "tag_target_pct" and start <= month), default="")  # fmt: skip
    if since <= request.build.data_from:
        return say("{target} of cost, in force for every month recorded", target=target)
    return say("{target} of cost, in force since {month}", target=target, month=month_name(since))


def ask_untagged(request: PageRequest) -> Answer:
    """Ask what is untagged, by MDA; of one MDA by month, the level below that tagging has."""
    return request.ask(
        "untagged_cost", "untagged_share", "tagged_pct", "governance_risk_count",
        "tagging_report_count",
        by=("agency",) if request.sees_many else ("month",), period=request.year_period(),
    )  # fmt: skip


def draw_tagging(request: PageRequest) -> Component:
    """Draw the tagged share by month, weighted by cost and as a plain mean, with the target."""
    answer = request.ask("tagged_pct", "tagged_pct_unweighted", by=("month",),
                         period=request.year_period())  # fmt: skip
    months, weighted = months_of(answer), column(answer.rows, "tagged_pct")
    plain = column(answer.rows, "tagged_pct_unweighted")
    if len(present(weighted)) < 2:
        return nothing_card(say("Tagged by month"), _too_little(answer, weighted), 7)
    target = tag_target(request, months[-1])
    lines = [_line(say("Weighted by cost"), say("By cost"), weighted)]
    if request.sees_many:
        lines.append(_line(say("Plain mean"), say("Plain"), plain))
    headline = _tagging_headline(answer)
    low = min(*present(weighted), *present(plain), target)
    return chart_card(
        headline=headline,
        subtitle=say("Share tagged, {whose}, {span}, %; the axis does not start at zero",
                     whose=whose(request), span=months_range(months[0], months[-1])),
        figure=draw_lines(
            months=months, lines=lines, theme=request.theme, suffix=" %",
            bounds=(max(0.0, (low * 100 - 5) // 10 * 10), 100.0),
            reference=(target * 100, say("Target {target}", target=percent(target))),
        ),
        sentence=say("{headline}. The target is {target}.", headline=words_of(headline),
                     target=percent(target)),
        table=table_of(answer, say("Share tagged by month")),
        downloads=downloads_of(request, answer, say("share tagged by month")),
        notes=[*_weighting(request), *answer.notes],
        span=7,
        tall=True,
    )  # fmt: skip


def draw_untagged(request: PageRequest) -> Component:
    """Rank who leaves most untagged: MDAs, or the months of one."""
    answer = ask_untagged(request)
    dimension = answer.question.by[0]
    ranked = [row for row in ranked_once(answer, "untagged_cost") if row["untagged_cost"]]
    headline = say("Untagged cost")
    if not ranked:
        why = answer.reasons.get("untagged_cost")
        said = (
            say("Not available: {why}.", why=why)
            if why
            else say("Everything that was reported carries a tag.")
        )
        return nothing_card(headline, said, 5)
    currency = currency_of(answer)
    most = number(ranked[0]["untagged_cost"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, dimension),
            figure=money_short(number(row["untagged_cost"]), currency),
            share=(number(row["untagged_cost"]) or 0.0) / most,
            detail=_share_detail(answer, row),
            href=drill_to(_PATH, request, agency=(str(row["agency"]),))
            if dimension == "agency"
            else "",
            evidence=evidence_of(answer, "untagged_cost", row),
        )
        for row in at_most(ranked, _MOST_RANKED)
    ]
    return card(
        headline=say("{name} leaves most untagged", name=items[0].name)
        if dimension == "agency"
        else say("{month} has most untagged", month=items[0].name),
        subtitle=say("Untagged cost, largest first; {shown} of {all} shown",
                     shown=len(items), all=len(answer.rows)),
        children=[ranked_list(items)],
        footer=[
            *downloads_of(request, answer, say("untagged cost")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )  # fmt: skip


def draw_heat(request: PageRequest) -> Component:
    """Draw MDAs by month against the target of each month, the least tagged first."""
    over_all = ask_untagged(request)
    answer = request.ask("tagged_pct", by=("agency", "month"), period=request.year_period())
    ranked = [*reversed(ranked_once(over_all, "tagged_pct"))]
    headline = say("Tagged by MDA and month")
    if not ranked:
        why = answer.reasons.get("tagged_pct", say("no tagging reported"))
        return nothing_card(headline, say("Not available: {why}.", why=why), 12)
    months = sorted(months_of(answer))[-_MOST_MONTHS:]
    found = answer.once("cells", lambda: {(row["agency"], row["month"]): row
                                          for row in answer.rows})  # fmt: skip
    rows = []
    for whole in at_most(ranked, _MOST_ROWS):
        cells = []
        for month in months:
            row = found.get((whole["agency"], month))
            share = None if row is None else number(row["tagged_pct"])
            cells.append(
                None
                if row is None or share is None
                else HeatCell(percent(share, 1), _band(share, tag_target(request, month)),
                              row_key(answer, row), "tagged_pct")
            )  # fmt: skip
        rows.append(
            HeatRow(
                name=dimension_text(whole, "agency"),
                cells=cells,
                href=drill_to(_PATH, request, agency=(str(whole["agency"]),)),
            )
        )
    never = sum(row["governance_risk_count"] == row["tagging_report_count"] for row in ranked)
    return card(
        headline=say_number(never, "{number} of {of} MDAs missed the target in every month",
                            "{number} of {of} MDAs missed the target in every month",
                            of=len(ranked)),
        subtitle=say(
            "Share tagged, least tagged first; {shown} of {all} shown. ✓ reaches the target of the "
            "month, ! is up to {near} points below, ✕ further",
            shown=len(rows), all=len(ranked), near=f"{_NEAR * 100:.0f}",
        ),
        children=[
            heat_table(
                caption=say("Share tagged by MDA and month, against the target"),
                corner=say("MDA"),
                columns=[month_short(month) for month in months],
                rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("share tagged by MDA and month")),
            *footer_notes([*_silent(len(over_all.rows) - len(ranked)), *answer.notes]),
        ],
    )  # fmt: skip


def draw_month_table(request: PageRequest) -> Component:
    """List the months of one MDA: tagged, untagged and, for whoever may see it, idle."""
    answer = ask_untagged(request)
    headline = say("Month by month")
    known = [row for row in answer.rows if row["tagged_pct"] is not None]
    if not known:
        why = answer.reasons.get("tagged_pct", say("no tagging reported"))
        return nothing_card(headline, say("Not available: {why}.", why=why), 12)
    currency = currency_of(answer)
    sees_idle = may_ask(request, "idle_cost")
    idle = request.ask("idle_cost", by=("month",), period=request.year_period()) if sees_idle \
        else None  # fmt: skip
    idle_rows = {} if idle is None else {row["month"]: row for row in idle.rows}
    rows = []
    for row in reversed(answer.rows):
        share = number(row["tagged_pct"])
        of_idle = idle_rows.get(row["month"])
        rows.append(
            {
                ROW: row_key(answer, row),
                "month": dimension_text(row, "month"),
                "tagged": percent(share),
                "stands": _stands(share, tag_target(request, str(row["month"]))),
                "untagged": money_exact(number(row["untagged_cost"]), currency),
                "share": percent(number(row["untagged_share"])),
                "idle": None
                if idle is None or of_idle is None
                else figure(idle, "idle_cost",
                            money_exact(number(of_idle["idle_cost"]), currency_of(idle)), of_idle),
            }
        )  # fmt: skip
    columns = [
        Column("month", say("Month")),
        Column("tagged", say("Tagged"), numeric=True, figure="tagged_pct"),
        Column("stands", say("Against target")),
        Column("untagged", say("Untagged cost"), numeric=True, is_key=False,
               figure="untagged_cost"),
        Column("share", say("Of the month's spend"), numeric=True, is_key=False,
               figure="untagged_share"),
        *([Column("idle", say("Idle, at most"), numeric=True, is_key=False)] if sees_idle else []),
    ]  # fmt: skip
    missed = sum(bool(row["governance_risk_count"]) for row in known)
    return card(
        headline=say_number(missed, "{number} of {of} months missed the target",
                            "{number} of {of} months missed the target", of=len(known)),
        subtitle=say("{whose}, latest month first", whose=whose(request)),
        children=[
            data_table(caption=headline, columns=columns, rows=rows,
                       evidence={"data-question": question_query(answer.question)})
        ],
        footer=[
            *downloads_of(request, answer, say("tagging by month")),
            *footer_notes(answer.notes),
        ],
    )  # fmt: skip


def _band(share: float, target: float) -> Band:
    short = round(target - share, 6)
    return "ok" if short <= 0 else "warn" if short <= _NEAR else "bad"


def _stands(share: float | None, target: float) -> Component | str:
    if share is None:
        return say("not reported")
    words = {"ok": say("reached"), "warn": say("near"), "bad": say("missed")}
    band = _band(share, target)
    return status_word(words[band], band)


def _line(name: str, short: str, values: list[float | None]) -> Line:
    scaled = [None if value is None else value * 100 for value in values]
    return Line(name, f"{short} {percent(last(values), 0)}", scaled)


def _too_little(answer: Answer, values: list[float | None]) -> str:
    if present(values):
        return say("Tagging was reported for one month only, which makes no course.")
    why = answer.reasons.get("tagged_pct", say("no tagging reported"))
    return say("Not available: {why}.", why=why)


def _tagging_headline(answer: Answer) -> list[Text]:
    known = [row for row in answer.rows if row["tagged_pct"] is not None]
    start, end = (
        figure(answer, "tagged_pct", percent(number(row["tagged_pct"])), row)
        for row in (known[0], known[-1])
    )
    risen = (number(known[-1]["tagged_pct"]) or 0.0) - (number(known[0]["tagged_pct"]) or 0.0)
    if start.children == end.children:
        return say_parts("The tagged share stayed at {end}", end=end)
    if risen > 0:
        return say_parts("The tagged share rose from {start} to {end}", start=start, end=end)
    return say_parts("The tagged share fell from {start} to {end}", start=start, end=end)


def _weighting(request: PageRequest) -> list[str]:
    """Explain why the two means differ, in the period as a whole."""
    now = request.ask("tagged_pct", "tagged_pct_unweighted", period=request.year_period())
    weighted, plain = now.value("tagged_pct"), now.value("tagged_pct_unweighted")
    if weighted is None or plain is None or percent(weighted) == percent(plain):
        return []
    if weighted < plain:
        return [say("By cost it is less than the plain mean: what costs more is tagged less")]
    return [say("By cost it is more than the plain mean: what costs more is tagged more")]


def _share_detail(answer: Answer, row: Mapping[str, Value]) -> list[Text]:
    known = number(row["untagged_share"])
    if known is None:
        return []
    share = figure(answer, "untagged_share", percent(known), row)
    return say_parts("{share} of its spend", share=share)


def _silent(number_silent: int) -> list[str]:
    if number_silent <= 0:
        return []
    return [say_number(number_silent, "{number} MDA reported no tagging",
                       "{number} MDAs reported no tagging")]  # fmt: skip

"""How compliance goes, who breaks policies most, and which tags are at fault."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.parts import Text, words_of
from portal.components.ranking import Ranked, ranked_list
from portal.figures.lines import Line, draw_lines
from portal.formats import money_short, months_range, percent
from portal.pages.evidence import (
    answer_table,
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
    why_missing,
)
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.series import (
    at_most,
    column,
    last,
    months_of,
    number,
    present,
    ranked_once,
    span_of,
)
from portal.texts import say, say_parts
from warehouse.question import Answer, Value

_PATH = "/finops/tags"
_MOST_RANKED = 6


def draw_course(request: PageRequest) -> Component:
    """Draw the share that is tagged as asked by month, by the letter and by its sense."""
    answer = request.ask("policy_compliance", "policy_compliance_by_sense", by=("month",),
                         period=request.year_period())  # fmt: skip
    exact = column(answer.rows, "policy_compliance")
    title = say("Tagged as the policies ask, by month")
    if len(present(exact)) < 2:
        why = (
            say("One month makes no course.")
            if present(exact)
            else say("Not available: {why}.", why=why_missing(answer, "policy_compliance"))
        )
        return nothing_card(title, why, 7)
    months, sense = months_of(answer), column(answer.rows, "policy_compliance_by_sense")
    headline = _course_headline(answer)
    low = min(*present(exact), *present(sense))
    return chart_card(
        headline=headline,
        subtitle=say("Share of the spend that can be judged, {whose}, {span}, %; the axis does "
                     "not start at zero", whose=whose(request),
                     span=months_range(months[0], months[-1])),
        figure=draw_lines(
            months=months,
            lines=[
                _line(say("To the letter"), say("Exact"), exact),
                _line(say("Other spellings forgiven"), say("Forgiven"), sense),
            ],
            theme=request.theme,
            suffix=" %",
            bounds=(max(0.0, (low * 100 - 5) // 10 * 10), 100.0),
        ),
        sentence=say("{headline}.", headline=words_of(headline)),
        table=table_of(answer, title),
        downloads=downloads_of(request, answer, say("compliance by month")),
        notes=answer.notes,
        span=7,
        tall=True,
    )  # fmt: skip


def draw_ranking(request: PageRequest) -> Component:
    """Rank what has most cost that breaks a policy: MDAs, or the cloud services of one."""
    dimension = "agency" if request.sees_many else "service"
    answer = request.ask("non_compliant_cost", "policy_compliance", by=(dimension,),
                         period=request.year_period())  # fmt: skip
    # What nobody answers for has no place in a ranking of MDAs; the list below has it.
    ranked = [
        row
        for row in ranked_once(answer, "non_compliant_cost")
        if row["non_compliant_cost"] and row[dimension] is not None
    ]
    if not ranked:
        why = answer.reasons.get("non_compliant_cost")
        said = say("Not available: {why}.", why=why) if why else say("Nothing breaks a policy.")
        return nothing_card(say("Who breaks policies most"), said, 5)
    currency, most = currency_of(answer), number(ranked[0]["non_compliant_cost"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, dimension),
            figure=money_short(number(row["non_compliant_cost"]), currency),
            share=(number(row["non_compliant_cost"]) or 0.0) / most,
            detail=_detail(answer, row),
            href=drill_to(_PATH, request, agency=(str(row["agency"]),))
            if dimension == "agency"
            else "",
            evidence=evidence_of(answer, "non_compliant_cost", row),
        )
        for row in at_most(ranked, _MOST_RANKED)
    ]
    return card(
        headline=say("{name} has most to mend", name=items[0].name),
        subtitle=say("Cost that breaks a policy, {span}; {shown} of {all} shown",
                     span=span_of(request), shown=len(items), all=len(ranked)),
        children=[ranked_list(items)],
        footer=[
            *downloads_of(request, answer, say("cost that breaks a policy")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )  # fmt: skip


def draw_by_tag(request: PageRequest) -> Component:
    """List each tag that a policy asks for, with what carries it as asked."""
    title = say("Tag by tag")
    answer = request.ask("tag_compliance", "tag_compliance_by_resource", by=("policy", "tag"),
                         period=request.year_period())  # fmt: skip
    known = [row for row in answer.rows if row["tag_compliance"] is not None]
    if not known:
        why = why_missing(answer, "tag_compliance")
        return nothing_card(title, say("Not available: {why}.", why=why), 12)
    lowest = min(known, key=lambda row: number(row["tag_compliance"]) or 0.0)
    return card(
        headline=say_parts(
            "{tag} is carried as asked by {share} of the spend that should",
            tag=dimension_text(lowest, "tag"),
            share=figure(
                answer, "tag_compliance", percent(number(lowest["tag_compliance"])), lowest
            ),
        ),
        subtitle=say("Each tag with the policy that asks for it, {whose}, {span}",
                     whose=whose(request), span=span_of(request)),
        children=[answer_table(answer, title)],
        footer=[
            *downloads_of(request, answer, say("compliance by tag")),
            *footer_notes(answer.notes),
        ],
    )  # fmt: skip


def _line(name: str, short: str, values: list[float | None]) -> Line:
    scaled = [None if value is None else value * 100 for value in values]
    return Line(name, f"{short} {percent(last(values), 0)}", scaled)


def _course_headline(answer: Answer) -> list[Text]:
    known = [row for row in answer.rows if row["policy_compliance"] is not None]
    start, end = (
        figure(answer, "policy_compliance", percent(number(row["policy_compliance"])), row)
        for row in (known[0], known[-1])
    )
    if start.children == end.children:
        return say_parts("What is tagged as asked stayed at {end}", end=end)
    before, after = (number(row["policy_compliance"]) or 0.0 for row in (known[0], known[-1]))
    if after > before:
        return say_parts("What is tagged as asked rose from {start} to {end}", start=start, end=end)
    return say_parts("What is tagged as asked fell from {start} to {end}", start=start, end=end)


def _detail(answer: Answer, row: Mapping[str, Value]) -> list[Text]:
    known = number(row["policy_compliance"])
    if known is None:
        return []
    share = figure(answer, "policy_compliance", percent(known), row)
    return say_parts("{share} as asked", share=share)

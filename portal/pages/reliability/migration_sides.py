"""Services before and after migration: the same MDAs, and all records beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components.cards import MODELLED_MARK, card, footer_notes
from portal.components.tables import Column, data_table
from portal.formats import count, figure_of, not_available
from portal.pages.evidence import downloads_of, figure
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import (
    MIGRATED,
    ask_services,
    history,
)
from portal.pages.series import number
from portal.texts import say, say_known
from warehouse.question import Answer, Value

_RECORDED: Final = ("sla_breaches_pre", "sla_breaches_post")


def draw_sides(request: PageRequest) -> Component:
    """Compare the same MDAs before and after; beside them the whole of all records."""
    same = ask_services(request)
    migrated = request.ask(*_RECORDED, where=MIGRATED if request.sees_many else ())
    everyone = request.ask(*_RECORDED)
    return card(
        headline=_sides_headline(same),
        subtitle=say(
            "The same MDAs before and after, {whose}. “All records before” includes MDAs that "
            "never migrated, so its difference is not the effect of migration",
            whose=whose(request),
        )
        if request.sees_many
        else say("{whose}, before and after migration", whose=whose(request)),
        children=[
            data_table(
                caption=say("Stability, latency and limits broken, before and after"),
                columns=_columns(request),
                rows=[*_measures(request, same), _recorded(migrated, everyone)],
            )
        ],
        footer=[
            *downloads_of(request, same, say("services before and after")),
            *footer_notes(_notes(same, everyone)),
        ],
    )


def _measures(request: PageRequest, same: Answer) -> list[Mapping[str, object]]:
    """Give stability, latency and limits broken, a line each."""
    whole = request.ask("stability_score", "latency_ms", "sla_breach_rate",
                        by=("migration_status",), period=history(request))  # fmt: skip
    sides = {str(row["migration_status"]): row for row in whole.rows}
    lines: list[Mapping[str, object]] = []
    for label, unit, before, after, overall in (
        (say("Stability, of 100"), "score", "stability_score_pre", "stability_score_post",
         "stability_score"),
        (say("Average latency"), "ms", "latency_pre_ms", "latency_post_ms", "latency_ms"),
        (say("Service-months beyond a limit"), "ratio", "sla_breach_rate_pre",
         "sla_breach_rate_post", "sla_breach_rate"),
    ):  # fmt: skip
        lines.append(
            {
                "what": label,
                "basis": not_available() if same.value(before) is None else _basis(same, before),
                "before": figure(same, before, figure_of(same.value(before), unit)),
                "after": figure(same, after, figure_of(same.value(after), unit)),
                "all_before": _side(whole, sides.get("Pre"), overall, unit),
                "all_after": _side(whole, sides.get("Post"), overall, unit),
                "all_basis": _basis(whole, overall),
            }
        )
    return lines


def _recorded(migrated: Answer, everyone: Answer) -> Mapping[str, object]:
    """Give the breaches that MDAs recorded, told apart from what is computed."""
    before, after = _RECORDED
    return {
        "what": say("Breaches recorded by MDAs"),
        "basis": say("recorded"),
        "before": figure(migrated, before, count(migrated.value(before))),
        "after": figure(migrated, after, count(migrated.value(after))),
        "all_before": figure(everyone, before, count(everyone.value(before))),
        "all_after": figure(everyone, after, count(everyone.value(after))),
        "all_basis": say("recorded"),
    }


def _columns(request: PageRequest) -> Sequence[Column]:
    if not request.sees_many:
        return (
            Column("what", say("Measure")),
            Column("basis", say("Basis"), is_key=False),
            Column("before", say("Before"), numeric=True),
            Column("after", say("After"), numeric=True),
        )
    return (
        Column("what", say("Measure")),
        Column("basis", say("Basis"), is_key=False),
        Column("before", say("Same MDAs before"), numeric=True),
        Column("after", say("Same MDAs after"), numeric=True),
        Column("all_before", say("All records before"), numeric=True, is_key=False),
        Column("all_after", say("All records after"), numeric=True, is_key=False),
        Column("all_basis", say("Basis of all"), is_key=False),
    )


def _basis(answer: Answer, measure: str) -> str:
    return say("modelled") if measure in answer.modelled else say("measured")


def _side(
    answer: Answer, row: Mapping[str, Value] | None, measure: str, unit: str
) -> Component | str:
    if row is None:
        return not_available()
    return figure(answer, measure, figure_of(number(row[measure]), unit), row)


def _sides_headline(same: Answer) -> str:
    change = same.value("stability_delta")
    if change is None:
        return say("Service before and after can't be compared")
    if "stability_delta" in same.modelled:
        return say("Service before and after is modelled, so it shows utilisation")
    if round(change, 1) == 0:
        return say("Where it was measured, stability stayed as it was")
    if change > 0:
        return say("Where it was measured, stability rose with migration")
    return say("Where it was measured, stability fell with migration")


def _notes(same: Answer, everyone: Answer) -> Sequence[str]:
    why = same.reasons.get("stability_delta")
    said = [say("Not available for the same MDAs: {why}", why=why)] if why else []
    if same.modelled:
        said.append(say_known(MODELLED_MARK))
    said.append(say("Recorded breaches are those that MDAs reported, not computed from telemetry"))
    return [*said, *everyone.notes]

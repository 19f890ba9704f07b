"""The cards of the page on peaks: peak months, and their difference from other months."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import Text
from portal.formats import decimal, percent, signed_number
from portal.pages.evidence import evidence_of, figure
from portal.pages.reliability.sla_services import Row, is_measured
from portal.pages.series import number
from portal.texts import say, say_parts
from warehouse.question import Answer


def peak_cards(seasons: Answer, difference: Answer, *, is_pooled: bool) -> Component:
    """Draw stability, latency and breach rate at peak, each with its difference.

    ``is_pooled`` if the difference is made of several services, so that it concludes nothing.
    """
    rows = {str(row["peak"]): row for row in seasons.rows}
    return kpi_row(
        [
            _side(seasons, rows, "stability_score", say("Stability at peak")),
            _difference(difference, "stability_peak_delta", say("Difference of stability"),
                        say("stability points"), is_pooled=is_pooled),
            _side(seasons, rows, "latency_ms", say("Latency at peak"), "ms"),
            _difference(difference, "latency_peak_delta_ms", say("Difference of latency"), "ms",
                        is_pooled=is_pooled),
            _side(seasons, rows, "sla_breach_rate", say("SLA breach rate at peak"), "%"),
            _difference(difference, "sla_breach_rate_peak_delta", say("Difference of breach rate"),
                        say("points"), is_pooled=is_pooled),
        ]
    )  # fmt: skip


def _side(
    seasons: Answer, rows: dict[str, Row], name: str, label: str, unit: str = ""
) -> Component:
    row, other = rows.get("peak"), rows.get("non-peak")
    if row is None or row[name] is None:
        return kpi_card(label=label, value=None, note=say("no peak month with records in view"))
    return kpi_card(
        label=label,
        value=_written(name, row).removesuffix(" %"),
        unit=unit,
        note=_beside(seasons, name, row, other),
        evidence=evidence_of(seasons, name, row),
    )


def _beside(seasons: Answer, name: str, row: Row, other: Row | None) -> str | list[Text]:
    """Say what other months were; left out where one side is measured and the other modelled."""
    if other is None or other[name] is None:
        return (
            say("measured; no other month with records in view") if is_measured(row)
            else say("modelled; no other month with records in view")
        )  # fmt: skip
    if is_measured(row) and not is_measured(other):
        return say("measured; other months are modelled, so they don't stand beside it")
    if is_measured(other) and not is_measured(row):
        return say("modelled; other months are measured, so they don't stand beside it")
    written = figure(seasons, name, _written(name, other), other)
    if is_measured(row):
        return say_parts("{figure} in other months; both measured", figure=written)
    return say_parts("{figure} in other months; both modelled", figure=written)


def _written(name: str, row: Row | None) -> str:
    value = None if row is None else number(row[name])
    if name == "sla_breach_rate":
        return percent(value)
    return decimal(value, 0 if name == "latency_ms" else 1)


def _difference(
    difference: Answer, name: str, label: str, unit: str, *, is_pooled: bool
) -> Component:
    value = difference.value(name)
    if value is None:
        return kpi_card(label=label, value=None, note=difference.reasons.get(name, ""))
    return kpi_card(
        label=label,
        value=signed_number(value),
        unit=unit,
        note=_meaning(is_modelled=name in difference.modelled, is_pooled=is_pooled),
        evidence=evidence_of(difference, name),
    )


def _meaning(*, is_modelled: bool, is_pooled: bool) -> str:
    if is_modelled:
        return say("modelled, concludes nothing")
    if is_pooled:
        return say("peak minus other months, services pooled; see each service below")
    return say("peak minus other months, one service")

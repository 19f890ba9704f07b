"""How a measure's figures are written on the pivot's cards, and counted on its charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from portal.components.kpi import kpi_card
from portal.formats import (
    count,
    currency_sign,
    decimal,
    money_exact,
    money_parts,
    money_scale,
    percent_figure,
)
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.page import PageRequest
from portal.pivot.answers import Pivot
from portal.received_texts import FROM_MODEL, FROM_TELEMETRY, is_said
from portal.texts import later, say, say_known
from warehouse.measures import REGISTRY, Unit
from warehouse.question import Answer

_WORDS: dict[Unit, str] = {
    "ms": "ms",
    "count": later("count"),
    "hours": later("hours"),
    "gb": "GB",
    "score": later("of 100"),
    "index": later("index"),
    "units": later("units"),
    "pct_points": later("points"),
}

_BARE = {"count", "index", "units"}
"""Units that a card leaves to its label."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a chart counts in: figures are multiplied, and written between prefix and suffix."""

    factor: float
    prefix: str
    suffix: str
    unit: str

    def of(self, values: Sequence[float | None]) -> list[float | None]:
        """Bring values onto the scale; gaps stay gaps."""
        return [None if value is None else value * self.factor for value in values]


def scale_of(name: str, values: Sequence[float | None], currency: str) -> Scale:
    """Choose the scale that suits a measure's values."""
    unit = REGISTRY[name].unit
    if unit == "usd":
        divisor, word = money_scale(values)
        sign = currency_sign(currency)
        said = sign or say("own currency")
        unit_word = say("{currency} {scale}", currency=said, scale=word) if word else said
        # Ticks of a scaled axis bear no sign: "US$400" would be untrue where it counts thousands.
        return Scale(1 / divisor, "" if word else sign, "", unit_word)
    if unit == "ratio":
        return Scale(100, "", " %", "%")
    word = say_known(_WORDS.get(unit, unit))
    return Scale(1, "", f" {word}" if unit in ("ms", "hours", "gb") else "", word)


def notes_of(pivot: Pivot) -> tuple[str, ...]:
    """Give a pivot's notes; where some figures are measured and others modelled, say which."""
    from_telemetry = [note for note in pivot.notes if is_said(note, FROM_TELEMETRY)]
    modelled = [note for note in pivot.notes if is_said(note, FROM_MODEL)]
    if not from_telemetry or not modelled:
        return pivot.notes
    both = say(
        "Where telemetry was handed in a figure is made from that alone; the others are modelled "
        "from utilisation, not measured, and stand in no total beside measured ones."
    )
    taken = {*from_telemetry, *modelled}
    return (*(note for note in pivot.notes if note not in taken), both)


def card_figure(request: PageRequest, whole: Answer, name: str) -> Component:
    """Draw the card of a measure's one figure for everything in view."""
    measure = REGISTRY[name]
    value = whole.value(name)
    text, unit = ("", "") if value is None else _parts(value, name, currency_of(whole))
    note = say("modelled, not measured") if name in whole.modelled else say_known(measure.term)
    if value is None:
        note = whole.reasons.get(name, say_known(measure.undefined))
    return kpi_card(
        label=say_known(measure.label),
        value=None if value is None else text,
        unit=unit,
        exact=money_exact(value, currency_of(whole)) if measure.unit == "usd" else "",
        note=note,
        theme=request.theme,
        evidence=evidence_of(whole, name),
    )


def _parts(value: float, name: str, currency: str) -> tuple[str, str]:
    measure = REGISTRY[name]
    if measure.unit == "usd":
        return money_parts(value, currency)
    if measure.unit == "ratio":
        return percent_figure(value), "%"
    if measure.unit == "count":
        return count(value), ""
    word = "" if measure.unit in _BARE else say_known(_WORDS.get(measure.unit, ""))
    return decimal(value, min(measure.decimals, 2)), word

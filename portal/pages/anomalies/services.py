"""Anomalies of digital services: their figures from the gateway, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from portal.components import html
from portal.components.parts import Text
from portal.formats import count, points, signed_number
from portal.pages.anomalies.seen import Told, in_its_unit, told_of, when_of
from portal.pages.evidence import figure
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.service_types import is_type, type_name
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.forecasting.event_kinds import DROP
from warehouse.question import Answer, Period, Value
from warehouse.schema.anomalies import BURN, ERRORS, LATENCY, WHOLE

_PREFIXES: Final[Mapping[str, str]] = {
    LATENCY: "latency_anomaly",
    ERRORS: "error_rate_anomaly",
    BURN: "burn_rate_anomaly",
}
_SIDES: Final = ("actual", "expected", "lower", "upper", "difference")
FAILURES: Final = "reliability_anomaly_failures"
_BURN_DAY: Final = "burn_rate_anomaly_day"
FIGURES: Final = (
    *(f"{prefix}_{side}" for prefix in _PREFIXES.values() for side in _SIDES),
    _BURN_DAY,
    FAILURES,
)
IN_SHORT: Final = (
    *(f"{prefix}_{side}" for prefix in _PREFIXES.values() for side in ("actual", "expected")),
    FAILURES,
)
"""What a sentence about an anomaly takes."""
_SUBJECTS: Final[Mapping[str, str]] = {
    LATENCY: later("slower than before"),
    ERRORS: later("failing more than before"),
    BURN: later("error budget used up faster (burn rate)"),
}
_BETTER: Final[Mapping[str, str]] = {
    LATENCY: later("faster than before"),
    ERRORS: later("failing less than before"),
}
_SHORT: Final[Mapping[str, str]] = {
    LATENCY: later("latency"),
    ERRORS: later("failed requests"),
    BURN: later("burn rate"),
}


def ask_services(request: PageRequest, period: Period | None = None) -> tuple[Answer, list[Told]]:
    """Ask for the anomalies of digital services in view, the latest first."""
    answer = request.ask(*FIGURES, by=("anomaly",), period=period or request.year_period())
    found = [
        row
        for row in answer.rows
        if any(row[f"{prefix}_actual"] is not None for prefix in _PREFIXES.values())
    ]
    told = told_of(request, answer.question.period, found)
    told.sort(key=lambda one: failures_of(one), reverse=True)
    told.sort(key=lambda one: str(one.row["last_day"]), reverse=True)
    return answer, told


def failures_of(told: Told) -> float:
    """Give how many more requests failed than expected, as far as that is of this anomaly."""
    return number(told.figures[FAILURES]) or 0.0


def service_names(request: PageRequest) -> dict[str, str]:
    """Give the names of the digital services in scope by their identifiers."""
    return dict(request.gateway.options("digital_service", request.scope))


def service_of(row: Mapping[str, Value], names: Mapping[str, str]) -> str:
    """Name the service, or say that it is several."""
    if row["level"] == WHOLE:
        return say("several digital services")
    return _named(str(row["part"]), names)


def what_of(row: Mapping[str, Value]) -> str:
    """Say what stands out: latency, failed requests, or how fast the error budget is used."""
    subject = str(row["subject"])
    return say_known((_BETTER if row["kind"] == DROP else _SUBJECTS)[subject])


def actual_of(answer: Answer, told: Told) -> list[Text]:
    """Write what telemetry counted; of a burn rate both windows."""
    said: list[Text] = [_side(answer, told, "actual")]
    if told.row["subject"] == BURN:
        worst = figure(
            answer, _BURN_DAY, in_its_unit(BURN, number(told.figures[_BURN_DAY])), told.figures
        )
        said = say_parts("{week} over 7 days", week=said[0])
        said.append(html.Span(say_parts("{day} over 1 day, at worst", day=worst),
                              className="cell-detail"))  # fmt: skip
    return said


def expected_of(answer: Answer, told: Told) -> list[Text]:
    """Write what was expected, and between what it would not have stood out."""
    usual = say_parts(
        "usual: {lower} to {upper}",
        lower=_side(answer, told, "lower"),
        upper=_side(answer, told, "upper"),
    )
    return [_side(answer, told, "expected"), html.Span(usual, className="cell-detail")]


def difference_of(answer: Answer, told: Told) -> Text:
    """Write by how much it is beyond what was expected."""
    subject = str(told.row["subject"])
    name = f"{_PREFIXES[subject]}_difference"
    value = number(told.figures[name])
    if subject == LATENCY:
        text = say("{number} ms", number=signed_number(value))
    elif subject == ERRORS:
        text = points(None if value is None else value / 100)
    else:
        text = say("{number} times", number=signed_number(value))
    return figure(answer, name, text, told.figures)


def more_failures(answer: Answer, told: Told) -> Text:
    """Write how many more requests failed; a dash where that isn't what stands out."""
    value = number(told.figures[FAILURES])
    return "\N{EN DASH}" if value is None else figure(answer, FAILURES, count(value), told.figures)


def behind_services(
    told: Told, others: Sequence[Mapping[str, Value]], names: Mapping[str, str]
) -> list[Text]:
    """Name the services behind it, and in what else the same is seen."""
    found: list[Text] = []
    for part in str(told.row["contributors"]).split("; "):
        name, _, more = part.rpartition(" ")
        if name:
            found.append(
                html.Span([f"{_named(name, names)} ", _more(told, more)], className="cell-detail")
            )
    seen = sorted({_seen_in(told, row, names) for row in others})
    if seen:
        said = say("also seen in {places}", places="; ".join(seen))
        found.append(html.Span(said, className="cell-detail"))
    return found


def _seen_in(told: Told, row: Mapping[str, Value], names: Mapping[str, str]) -> str:
    """Say in what else the same is seen; of which service only where it is another."""
    what, service = say_known(_SHORT[str(row["subject"])]), service_of(row, names)
    if service == service_of(told.row, names):
        return what
    return say("{what}: {service}", what=what, service=service)


def service_in_a_sentence(
    answer: Answer, told: Told, mda: str, names: Mapping[str, str]
) -> Sequence[Text]:
    """Say of an anomaly what it is, when, and what it was beside what was expected."""
    return say_parts(
        "{mda}: {service}, {when}, {what}: {actual}, expected {expected}.",
        mda=mda,
        service=service_of(told.row, names),
        when=when_of(told.row),
        what=what_of(told.row),
        actual=_side(answer, told, "actual"),
        expected=_side(answer, told, "expected"),
    )


def beside_expected(answer: Answer, told: Told) -> list[Text]:
    """Say within a sentence what stood out, in its own unit, beside what was expected."""
    sides = {side: _side(answer, told, side) for side in ("actual", "expected")}
    subject = str(told.row["subject"])
    if subject == LATENCY:
        return say_parts("answers took {actual}, expected {expected}", **sides)
    if subject == ERRORS:
        return say_parts("{actual} of requests failed, expected {expected}", **sides)
    return say_parts(
        "error budget used up {actual} as fast as the target allows, expected {expected}", **sides
    )


def _side(answer: Answer, told: Told, side: str) -> Text:
    subject = str(told.row["subject"])
    name = f"{_PREFIXES[subject]}_{side}"
    return figure(answer, name, in_its_unit(subject, number(told.figures[name])), told.figures)


def _more(told: Told, more: str) -> Text:
    value = float(more.replace(",", ""))
    if told.row["subject"] == LATENCY:
        text = say("{number} ms", number=signed_number(value))
    else:
        text = say_number(round(value), "{number} more failed request",
                          "{number} more failed requests")  # fmt: skip
    return html.Span(text, **{"data-recorded": "row"})


def _named(part: str, names: Mapping[str, str]) -> str:
    return type_name(part) if is_type(part) else names.get(part, part)

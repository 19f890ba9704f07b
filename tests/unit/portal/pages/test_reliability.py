"""The reliability overview, and the Service filter that all reliability pages share."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.portal.pages.conftest import Draw

PATH = "/reliability"
PATHS = ("/reliability", "/reliability/sla", "/reliability/peak", "/reliability/migration")


def options_of(text: str, name: str) -> list[dict[str, Any]]:
    """Find the options of a control of the filter bar in a drawn page."""
    found: list[list[dict[str, Any]]] = []

    def look(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                look(one)
        elif isinstance(part, dict):
            props = part.get("props", part)
            if props.get("id") == f"filter-{name}":
                found.append(props["options"])
            look(list(props.values()))

    look(json.loads(text))
    return found[0]


def here_of(text: str) -> list[Any]:
    """Give where the breadcrumb says that the reader is."""
    found = []

    def look(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                look(one)
        elif isinstance(part, dict):
            if part.get("aria-current") == "page":
                found.append(part["children"])
            look(list(part.values()))

    look(json.loads(text))
    return found


def test_the_treasury_reads_what_broke_and_who_held_targets(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "Are our digital services reliable?" in text
    assert "of those that were measured" in text
    assert "digital services held their targets" in text
    assert "On target" in text
    assert "could not be drawn" not in text


def test_services_at_risk_are_named_with_mda_and_region_and_lead_down(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "by service and region, lowest first" in text
    assert "Ministry of Health \\u00b7 " in text
    assert "/reliability?agency=10&service=portal-10" in text


def test_the_only_measured_service_is_ranked_by_month(draw: Draw) -> None:
    text = draw("viewer of 10", PATH)
    assert "Portal of Ministry of Health failed most often in" in text
    assert "One service was measured" in text
    assert "Revenue Authority" not in text


def test_nothing_is_concluded_where_nothing_was_measured(draw: Draw) -> None:
    text = draw("viewer of 13", PATH)
    assert "It can't be said for Ports Authority: nothing was measured." in text
    assert "would break a limit by the model" in text
    assert "runs fullest" in text
    assert "Stability before and after migration is modelled" in text
    for word in ("fails most often", "failed most often", "tone-good", "tone-bad", "On target"):
        assert word not in text


def test_measured_spend_is_told_apart_from_modelled_latency(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "are measured; the others can't be judged" in text
    assert "ms, modelled" in text


def test_one_mda_sees_its_recorded_breaches_side_by_side(draw: Draw) -> None:
    text = draw("treasury", PATH, "?agency=10")
    assert "Before migration" in text
    assert "breaches recorded before migration, " in text
    assert "most after it first" not in text


def test_recorded_breaches_of_those_that_never_migrated_stand_apart(draw: Draw) -> None:
    everyone = draw("treasury", PATH)
    assert "As the MDAs that migrated reported them" in everyone
    assert "Left out: MDAs that have not migrated" in everyone
    stayed = draw("treasury", PATH, "?agency=12")
    assert "No migration, so no breaches before and after" in stayed
    assert "breaches recorded before migration, " not in stayed


@pytest.mark.parametrize(
    "search",
    ["?agency=12", "?service=PaaS", "?status=Post", "?year=fiscal", "?region=us-east-1",
     "?agency=10&agency=12", "?agency=10&service=portal-10", "?from=2025-02&to=2025-02",
     "?from=2020-01&to=2020-02", "?currency=own&agency=12"],
)  # fmt: skip
def test_every_section_is_drawn_for_every_filter(draw: Draw, search: str) -> None:
    assert "could not be drawn" not in draw("treasury", PATH, search)


@pytest.mark.parametrize("path", PATHS)
def test_the_service_filter_offers_digital_services_after_the_types(draw: Draw, path: str) -> None:
    offered = options_of(draw("treasury", path), "service")
    labels = [option["label"] for option in offered]
    at = labels.index("Digital services")
    assert offered[at]["disabled"]
    assert {"IaaS", "PaaS", "SaaS"} <= {option["value"] for option in offered[:at]}
    assert "Portal of Revenue Authority" in labels[at + 1 :]


def test_the_service_filter_offers_those_of_the_mda_in_view(draw: Draw) -> None:
    offered = options_of(draw("treasury", PATH, "?agency=10"), "service")
    labels = [option["label"] for option in offered]
    assert "Portal of Ministry of Health" in labels
    assert "Portal of Revenue Authority" not in labels
    assert "Digital services" not in [
        option["label"] for option in options_of(draw("viewer of 13", PATH), "service")
    ]


@pytest.mark.parametrize("path", ["/reliability/sla", "/finops/trends"])
def test_a_chosen_digital_service_is_named_in_the_filter_and_on_the_trail(
    draw: Draw, path: str
) -> None:
    text = draw("treasury", path, "?agency=10&service=portal-10")
    offered = options_of(text, "service")
    assert {"value": "portal-10", "label": "Portal of Ministry of Health"} in offered
    assert "Portal of Ministry of Health" in here_of(text)

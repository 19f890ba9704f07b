"""One MDA beside its peers, on the home page, drawn from a real star."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from plotly.utils import PlotlyJSONEncoder

from portal.pages import PageRequest
from portal.pages.summary.peers import draw_peers
from warehouse.measures import REGISTRY
from warehouse.question import Question

AskFor = Callable[..., PageRequest]


def drawn(request: PageRequest) -> str:
    return json.dumps(draw_peers(request).to_plotly_json(), cls=PlotlyJSONEncoder)


def figures_in(node: Any) -> Iterator[tuple[str, str]]:
    """Give each figure's measure with what is written of it."""
    if isinstance(node, dict):
        props = node.get("props", node)
        if isinstance(props, dict) and "data-figure" in props:
            yield props["data-figure"], str(props.get("children"))
        for value in node.values():
            yield from figures_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from figures_in(value)


def test_an_mda_stands_beside_its_peers_with_each_figures_question(ask_for: AskFor) -> None:
    request = ask_for("viewer of 10")
    text = drawn(request)
    shown = dict(figures_in(json.loads(text)))
    pairs = [name for name in shown if f"peer_{name}" in shown]

    assert {"tagged_pct", "waste_pct", "cost_per_unit", "budget_variance_pct"} <= set(pairs)
    assert "Better than its peers in" in text
    assert "Ministry of Health beside other MDAs of its sector" in text
    assert "no single MDA can be seen" in text
    asked = Question(("peer_tagged_pct",), period=request.year_period())
    value = request.gateway.ask(asked, request.scope).value("peer_tagged_pct")
    assert value is not None
    assert shown["peer_tagged_pct"] == f"{value * 100:.1f} %".replace(".0 %", " %")


def test_what_too_few_peers_have_is_named_and_not_shown(ask_for: AskFor) -> None:
    # Three agencies of this government have telemetry.
    text = drawn(ask_for("viewer of 10"))

    assert "peer_error_rate" not in dict(figures_in(json.loads(text)))
    assert REGISTRY["error_rate"].label.lower() in text


def test_no_peer_is_named_and_no_amount_or_number_of_peers_is_shown(ask_for: AskFor) -> None:
    text = drawn(ask_for("viewer of 10"))

    for name in ("Revenue Authority", "Land Registry", "Ports Authority", "Water Board"):
        assert name not in text
    money = [figure for figure in figures_in(json.loads(text)) if "US$" in figure[1]]
    assert {name for name, _ in money} <= {"cost_per_unit", "peer_cost_per_unit"}


def test_whoever_holds_several_mdas_chooses_one(ask_for: AskFor) -> None:
    assert "Choose one MDA" in drawn(ask_for("manager of 10 and 12"))
    assert "agency=12" in drawn(ask_for("manager of 10 and 12"))


def test_filters_narrow_neither_side(ask_for: AskFor) -> None:
    plain = dict(figures_in(json.loads(drawn(ask_for("viewer of 10")))))
    narrowed = drawn(ask_for("viewer of 10", search="?service=IaaS"))

    assert dict(figures_in(json.loads(narrowed))) == plain
    assert "Not narrowed by service type" in narrowed


def test_a_period_before_all_records_says_that_there_is_nothing(ask_for: AskFor) -> None:
    assert "Nothing to show" in drawn(ask_for("viewer of 10", search="?from=2001-01&to=2001-03"))


def test_the_home_of_an_mda_has_the_section_and_the_governments_page_has_not(
    draw: Callable[..., str],
) -> None:
    assert '"id": "peers"' in draw("viewer of 10", "/")
    assert '"id": "peers"' not in draw("treasury", "/")


def test_in_the_mdas_own_currency_both_sides_stay_in_dollars(ask_for: AskFor) -> None:
    plain = dict(figures_in(json.loads(drawn(ask_for("viewer of 10")))))
    own = drawn(ask_for("viewer of 10", search="?currency=own"))

    assert dict(figures_in(json.loads(own))) == plain
    assert "both sides are in dollars" in own
    assert "both sides are in dollars" not in drawn(ask_for("viewer of 10"))

"""Peers through the gateway: the row is the agency's own, and the group can't be sliced."""

import pytest

from warehouse.errors import UnknownDimensionError
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY
from warehouse.question import Period, Question
from warehouse.scope import Scope

PEERS = tuple(name for name in REGISTRY if name.startswith("peer_"))
EVERY = frozenset(range(10, 18))


def ask(gateway: Gateway, scope: Scope, *measures: str, by: tuple[str, ...] = ()) -> list[object]:
    answer = gateway.ask(Question(measures, by=by, period=Period("2025-03", "2025-03")), scope)
    return [row[name] for row in answer.rows for name in measures]


@pytest.mark.parametrize("name", PEERS)
def test_each_stands_beside_a_measure_of_the_same_unit_and_direction(name: str) -> None:
    peers, own = REGISTRY[name], REGISTRY[name.removeprefix("peer_")]
    assert (peers.unit, peers.good) == (own.unit, own.good)
    assert peers.dimensions == ("agency", "month")


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("dimension", ["country", "sector", "org_size", "year", "service_type"])
def test_no_filter_slices_a_group(gateway: Gateway, name: str, dimension: str) -> None:
    with pytest.raises(UnknownDimensionError):
        gateway.ask(Question((name,), by=(dimension,)), Scope.of_agencies([10]))
    with pytest.raises(UnknownDimensionError):
        gateway.ask(Question((name,), where=((dimension, ("x",)),)), Scope.of_agencies([10]))


def test_an_agency_is_given_its_own_peers_and_no_others(gateway: Gateway) -> None:
    (alone,) = ask(gateway, Scope.of_agencies([10]), "peer_tagged_pct")
    everyone = gateway.ask(
        Question(("peer_tagged_pct",), by=("agency",), period=Period("2025-03", "2025-03")),
        Scope.whole_government(),
    )
    assert {row["agency"]: row["peer_tagged_pct"] for row in everyone.rows}[10] == alone
    foreign = gateway.rows("agg_peer_agency_month", Scope.of_agencies([10]))
    assert {row["agency_id"] for row in foreign.rows} == {10}


def test_whoever_holds_too_much_of_a_group_is_shown_nothing(gateway: Gateway) -> None:
    # Eight members: with three taken out five are left, with four there would be four.
    limits = gateway.rows(
        "agg_peer_agency_month", Scope.whole_government(),
        where={"month": "2025-03", "figure": "waste_pct"},
    )  # fmt: skip
    (most,) = {row["reader_agencies_most"] for row in limits.rows}
    assert isinstance(most, int)
    held = sorted(EVERY)
    within, beyond = Scope.of_agencies(held[:most]), Scope.of_agencies(held[: most + 1])

    assert ask(gateway, within, "peer_waste_pct", by=("agency",)) != []
    assert ask(gateway, beyond, "peer_waste_pct", by=("agency",)) == []
    assert gateway.rows("agg_peer_agency_month", beyond, where={"figure": "waste_pct"}).total == 0


def test_the_reason_is_given_where_a_group_is_too_small(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("peer_error_rate",)), Scope.of_agencies([10]))
    assert answer.value("peer_error_rate") is None
    assert answer.reasons["peer_error_rate"].startswith("fewer than five comparable MDAs")

"""The same question gives the same bits on SQLite and PostgreSQL."""

import pytest

from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY, Measure
from warehouse.question import Period, Question
from warehouse.scope import Scope

SCOPES = (Scope.whole_government(), Scope.of_agencies([10, 12]), Scope.nothing())


@pytest.mark.parametrize("measure", REGISTRY.values(), ids=lambda measure: measure.name)
def test_every_measure_is_the_same_on_both_databases(
    measure: Measure, gateway: Gateway, postgres_gateway: Gateway
) -> None:
    whole = Question((measure.name,))
    questions = [
        whole,
        Question((measure.name,), period=Period("2024-11", "2025-02"), year="fiscal"),
        Question((measure.name,), currency="own"),
        *(Question((measure.name,), by=(name,)) for name in measure.dimensions),
        Question((measure.name,), by=measure.dimensions, year="fiscal"),
    ]
    for question in questions:
        for scope in SCOPES:
            here, there = gateway.ask(question, scope), postgres_gateway.ask(question, scope)
            assert here.rows == there.rows, (question, scope)
            assert (here.reasons, here.modelled, here.notes) == (
                there.reasons,
                there.modelled,
                there.notes,
            )

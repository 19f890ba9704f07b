"""The same question gives the same bits on SQLite and PostgreSQL."""

import os
from collections.abc import Iterable
from itertools import product

import pytest

from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY, Measure
from warehouse.question import Period, Question
from warehouse.scope import Scope

SCOPES = (Scope.whole_government(), Scope.of_agencies([10, 12]), Scope.nothing())


MOST_MEASURES = 20
"""As many as one question may have."""
ALONE = tuple(REGISTRY.values())[:: 1 if os.environ.get("EXCHEQUER_SOAK") == "1" else 8]
"""Asked by themselves as well: one in eight, and in long runs each."""


def alike() -> list[tuple[Measure, ...]]:
    """Give the measures in groups that have the same dimensions: one question asks for all."""
    groups: dict[tuple[str, ...], list[Measure]] = {}
    for measure in REGISTRY.values():
        groups.setdefault(measure.dimensions, []).append(measure)
    return [
        tuple(group[at : at + MOST_MEASURES])
        for group in groups.values()
        for at in range(0, len(group), MOST_MEASURES)
    ]


def differences(
    questions: Iterable[Question], scopes: Iterable[Scope], here: Gateway, there: Gateway
) -> list[tuple[Question, Scope]]:
    def answered(gateway: Gateway, question: Question, scope: Scope) -> tuple[object, ...]:
        answer = gateway.ask(question, scope)
        return answer.rows, answer.reasons, answer.modelled, answer.notes

    return [
        (question, scope)
        for question, scope in product(questions, scopes)
        if answered(here, question, scope) != answered(there, question, scope)
    ]


@pytest.mark.parametrize("measures", alike(), ids=lambda group: group[0].name)
def test_every_measure_is_the_same_on_both_databases(
    measures: tuple[Measure, ...], gateway: Gateway, postgres_gateway: Gateway
) -> None:
    names = tuple(measure.name for measure in measures)
    dimensions = measures[0].dimensions
    questions = [
        Question(names),
        Question(names, period=Period("2024-11", "2025-02"), year="fiscal"),
        Question(names, currency="own"),
        *(Question(names, by=(name,)) for name in dimensions),
        Question(names, by=dimensions, year="fiscal"),
    ]
    assert differences(questions, SCOPES, gateway, postgres_gateway) == []


@pytest.mark.parametrize("measure", ALONE, ids=lambda measure: measure.name)
def test_a_measure_by_itself_is_the_same_on_both_databases(
    measure: Measure, gateway: Gateway, postgres_gateway: Gateway
) -> None:
    question = Question((measure.name,), by=measure.dimensions[:1])
    assert differences([question], SCOPES[:1], gateway, postgres_gateway) == []


def test_empty_values_stand_first_upwards_and_last_downwards_on_both_databases(
    gateway: Gateway, postgres_gateway: Gateway
) -> None:
    for order, place in (("resource_id", 0), ("-resource_id", -1)):
        pages = [
            one.rows("fact_provider_recommendation", SCOPES[0], order_by=(order,)).rows
            for one in (gateway, postgres_gateway)
        ]
        assert pages[0] == pages[1]
        assert pages[0][place]["resource_id"] is None

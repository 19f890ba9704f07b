import re

import numpy as np
import pytest

from warehouse.measures import DIMENSION_NAMES, REGISTRY, Kind, Measure
from warehouse.measures.sources import FAMILIES
from warehouse.schema import FACTS

MEASURES = pytest.mark.parametrize("measure", REGISTRY.values(), ids=lambda measure: measure.name)


@MEASURES
def test_every_measure_says_what_it_is(measure: Measure) -> None:
    for text in (measure.label, measure.term, measure.description, measure.formula,
                 measure.additivity, measure.group, measure.undefined):  # fmt: skip
        assert text.strip() == text != ""
    assert measure.description.endswith(".")
    assert re.fullmatch(r"[a-z][a-z0-9_]*", measure.name)


@MEASURES
def test_every_measure_has_known_dimensions_each_once(measure: Measure) -> None:
    assert set(measure.dimensions) <= set(DIMENSION_NAMES)
    assert len(set(measure.dimensions)) == len(measure.dimensions) > 0


@MEASURES
def test_some_table_answers_each_measure_by_all_its_dimensions_at_once(measure: Measure) -> None:
    components, dimensions = frozenset(measure.components), frozenset(measure.dimensions)
    assert any(source.holds(components, dimensions) for source in FAMILIES[measure.family])


@MEASURES
def test_a_limited_reader_has_a_table_with_agencies_for_each_measure(measure: Measure) -> None:
    components, dimensions = frozenset(measure.components), frozenset(measure.dimensions)
    answered = any(
        source.has_agency and source.holds(components, dimensions)
        for source in FAMILIES[measure.family]
    )
    assert answered != (measure.name == "row_count_adoption_baseline")


def test_names_are_the_keys_and_sources_are_facts() -> None:
    assert all(name == measure.name for name, measure in REGISTRY.items())
    assert {measure.source for measure in REGISTRY.values()} <= {fact.name for fact in FACTS}


def test_every_fact_has_a_count_of_its_rows() -> None:
    counts = {f"row_count_{fact.name.removeprefix('fact_')}" for fact in FACTS}
    assert counts <= REGISTRY.keys()


def test_windows_over_months_are_not_split_by_quarter_or_year() -> None:
    for measure in REGISTRY.values():
        if measure.kind in {Kind.TRAILING, Kind.YEAR_TO_DATE, Kind.LAST_MONTH}:
            assert not {"quarter", "year", "peak"} & set(measure.dimensions), measure.name


def test_money_at_stake_adds_what_is_above_budget_to_what_is_untagged_or_idle() -> None:
    compute = REGISTRY["money_at_stake"].compute
    nan = float("nan")
    sums = {
        "budget_variance_usd": np.array([300.0, -300.0, nan, nan]),
        "high_risk_usd": np.array([20.0, 20.0, 20.0, nan]),
    }
    assert compute(sums).tolist()[:3] == [320.0, 20.0, 20.0]
    assert np.isnan(compute(sums)[3])

"""What providers recommend to save, as they estimate it."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import ADVICE
from warehouse.measures.measure import Measure

_measure = partial(
    Measure,
    group="Recommendations",
    source="fact_provider_recommendation",
    family="fact_provider_recommendation",
    dimensions=ADVICE,
    additivity="additive over all dimensions",
    good="low",
    undefined="no recommendations of providers handed in",
)

MEASURES = (
    _measure(
        name="recommended_saving",
        label="Savings that providers see",
        term="estimated savings of provider recommendations, yearly",
        description=(
            "What providers estimate that their recommendations of the last export of each account "
            "would save in a year. Several may be about one resource: then not all can be saved."
        ),
        formula="sum(yearly saving)",
        unit="usd",
        decimals=2,
        components=("yearly_saving_usd",),
        compute=formulas.total("yearly_saving_usd"),
    ),
    _measure(
        name="recommended_count",
        label="Recommendations of providers",
        term="provider recommendations",
        description="Recommendations to save, of the last export of each account.",
        formula="sum(recommendation)",
        unit="count",
        decimals=0,
        components=("recommendation_count",),
        compute=formulas.count("recommendation_count"),
    ),
)

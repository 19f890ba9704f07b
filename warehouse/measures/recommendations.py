"""What providers recommend to save, as they estimate it; and what came of one that was done."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import ADVICE, RESOURCE
from warehouse.measures.measure import Kind, Measure

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
_change = partial(
    Measure,
    group="Recommendations",
    source="fact_resource_monthly",
    family="resource",
    dimensions=RESOURCE,
    kind=Kind.RESOURCE_CHANGE,
    components=("effective_cost_usd",),
    additivity="not additive: of one resource at a time",
    undefined="no bill of the months before names the resource",
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
        name="recommended_saving_most",
        label="The largest saving that a provider sees",
        term="largest estimated saving of a provider recommendation, yearly",
        description=(
            "What the one recommendation that saves most would save in a year, as its provider "
            "estimates it. Of one resource that is what can be saved where its recommendations "
            "exclude each other, such as resizing it and switching it off."
        ),
        formula="max(yearly saving)",
        unit="usd",
        decimals=2,
        additivity="not additive: the largest at every level",
        components=("most_yearly_saving_usd",),
        compute=formulas.total("most_yearly_saving_usd"),
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
    _change(
        name="resource_cost_change",
        label="What one resource costs more than before",
        term="change of a resource's cost",
        description=(
            "Consumed cost of one resource in months that its account's bills cover whole, from "
            "the first of the period on, minus that in as many months just before what the period "
            "is set against ends. Before, each month counts that names it; a later month whose "
            "whole bill doesn't name it cost nothing, if its account has an owner; else it may be "
            "billed to somebody else then, which ends what is compared. Below 0 was saved."
        ),
        formula="sum(cost of the months after) - sum(cost of as many before)",
        unit="usd",
        decimals=2,
        good="low",
        compute=formulas.total("change"),
    ),
    _change(
        name="resource_compared_months",
        label="Months of a resource that are compared",
        term="months compared, of a resource",
        description="How many months on either side the change of a resource's cost compares.",
        formula="count(months after), which is count(months before)",
        unit="count",
        decimals=0,
        good=None,
        compute=formulas.total("compared"),
    ),
    _change(
        name="resource_gone_months",
        label="Months in which a resource is on no bill any more",
        term="months without the resource",
        description=(
            "Of the months after that are compared, those whose bill is whole and doesn't name the "
            "resource: it cost nothing then."
        ),
        formula="count(months after whose whole bill doesn't name it)",
        unit="count",
        decimals=0,
        good=None,
        compute=formulas.total("gone"),
    ),
)

"""Providers: how spend is spread, and how dependent it is on one, from fact_provider_finance.

Provider spend is of calendar years: of bills where they are all of an agency's year, else as it was
handed in. A period counts the years it touches.
"""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import PROVIDER, PROVIDER_GROUP
from warehouse.measures.measure import Kind, Measure

_NOTHING = "no provider spend recorded"

_measure = partial(
    Measure,
    group="Providers",
    source="fact_provider_finance",
    family="provider",
    dimensions=PROVIDER,
    components=("spend_usd",),
    additivity="not additive: made anew from sums at every level",
    undefined=_NOTHING,
)
_spread = partial(_measure, dimensions=PROVIDER_GROUP, kind=Kind.SPREAD, good="low")

MEASURES = (
    _measure(
        name="provider_spend",
        label="Spend with providers",
        term="provider spend",
        description=(
            "Spend with cloud providers in the calendar years that the period touches: of bills "
            "where they are all of an agency's year, else as handed in."
        ),
        formula="sum(spend)",
        unit="usd",
        decimals=2,
        additivity="additive over all dimensions",
        good=None,
        compute=formulas.total("spend_usd"),
    ),
    _measure(
        name="provider_share",
        label="Share of the provider",
        term="provider share",
        description="A provider's spend against that of all providers of the same group.",
        formula="sum(spend) / sum(spend of all providers)",
        unit="ratio",
        decimals=2,
        good=None,
        kind=Kind.SHARE,
        compute=formulas.mean("spend_usd", "all_spend_usd"),
    ),
    _spread(
        name="top_provider_share",
        label="Share of the largest provider",
        term="top-provider share",
        description="The largest share of any provider in the group.",
        formula="max(sum(spend) by provider) / sum(spend)",
        unit="ratio",
        decimals=2,
        compute=formulas.total("top"),
    ),
    _spread(
        name="concentration",
        label="Dependence on few providers",
        term="normalised Herfindahl index",
        description=(
            "0 where spend is spread evenly over the providers available to the government, 1 "
            "where one has it all."
        ),
        formula="(H - 1/N) / (1 - 1/N), H = sum(share^2), N = providers available",
        unit="index",
        decimals=2,
        compute=formulas.concentration,
    ),
    _spread(
        name="effective_providers",
        label="Providers of equal size",
        term="effective number of providers",
        description=(
            "How many providers of equal size would spread the spend as much: 1 where one has it "
            "all, as many as there are where each has the same."
        ),
        formula="1 / H, H = sum(share^2)",
        unit="index",
        decimals=1,
        good="high",
        compute=formulas.effective_number,
    ),
    _spread(
        name="fragmentation",
        label="Providers that matter",
        term="fragmentation",
        description="Number of providers with at least 5 % of spend.",
        formula="count(providers with share >= 5 %)",
        unit="count",
        decimals=0,
        good=None,
        compute=formulas.total("sizeable"),
    ),
)

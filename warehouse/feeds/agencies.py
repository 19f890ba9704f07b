"""The agencies whose records the portal holds; every other feed refers to them."""

from __future__ import annotations

from warehouse.feeds.feed import Column, Feed, Kind, country_code, currency, identifier, text

ORG_SIZES = ("Small", "Medium", "Large")

AGENCIES = Feed(
    name="agencies",
    folder="mda",
    comment="One row for each ministry, department or agency.",
    columns=(
        identifier("agency_id", "Number of the agency."),
        text("country", "Country's name."),
        country_code(),
        text("agency_name", "Name of the agency."),
        text("org_size", "Size of the organisation.", allowed=ORG_SIZES),
        text("sector_type", "Ministry, department, agency or another kind of body."),
        text("aws_pref_region", "Cloud region that the agency prefers."),
        currency("Currency that the agency keeps its books in."),
        text("region_group", "Part of the world."),
        Column(
            "parent_id",
            Kind.IDENTIFIER,
            "Agency that this one belongs to; blank if it stands alone.",
            required=False,
            optional=True,
        ),
        Column(
            "valid_from",
            Kind.MONTH,
            "First month of the agency; blank if always.",
            required=False,
            optional=True,
        ),
        Column(
            "valid_to",
            Kind.MONTH,
            "Last month of the agency; blank if it still exists.",
            required=False,
            optional=True,
        ),
        Column(
            "predecessor_id",
            Kind.IDENTIFIER,
            "Agency that this one took over from.",
            required=False,
            optional=True,
        ),
    ),
    key=("agency_id",),
    agency="agency_id",
)

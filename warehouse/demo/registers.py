"""services.csv and accounts.csv: what citizens use, and who owns which account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.demo.government import Agency, Government
from warehouse.demo.institutions import Offer
from warehouse.demo.stories import NO_TELEMETRY
from warehouse.demo.writing import Columns

AZURE_REGION = "eastus"

_SILENT_PLACES = (3, 5)
_SILENT_EVERY = 18


@dataclass(frozen=True, slots=True)
class DigitalService:
    """One offer of one agency."""

    digital_service_id: str
    place: int
    """Position of its agency."""
    offer: Offer
    region: str


def digital_services(government: Government) -> tuple[DigitalService, ...]:
    """List the digital services of all agencies, in the order of the agencies."""
    return tuple(
        DigitalService(_identifier(agency, offer), place, offer, _region(agency, offer))
        for place, agency in enumerate(government.agencies)
        for offer in agency.institution.offers
    )


def hands_in_telemetry(government: Government, place: int) -> bool:
    """Tell whether this agency measures its services: the first does, some never do."""
    agency_id = government.agencies[place].agency_id
    return agency_id != NO_TELEMETRY.agency_id and place % _SILENT_EVERY not in _SILENT_PLACES


def service_columns(government: Government) -> Columns:
    """Give the columns of services.csv."""
    services = digital_services(government)
    agencies = [government.agencies[service.place] for service in services]
    offers = [service.offer for service in services]
    return {
        "digital_service_id": [service.digital_service_id for service in services],
        "digital_service_name": [offer.name for offer in offers],
        "agency_id": [agency.agency_id for agency in agencies],
        "service_type": [offer.service_type for offer in offers],
        "criticality": [offer.criticality for offer in offers],
        "service_hours": ["24x7" if offer.hours_a_day == 24 else "07-19" for offer in offers],
        "peak_months": [";".join(map(str, offer.peak_months)) or None for offer in offers],
        "accounts": [
            account_of(agency, offer.provider)
            for agency, offer in zip(agencies, offers, strict=True)
        ],
        "regions": [service.region for service in services],
        "slo_target_pct": [offer.slo_target_pct or None for offer in offers],
    }


def account_columns(government: Government, rents_azure: Sequence[bool]) -> Columns:
    """Give the columns of accounts.csv: one AWS account each, Azure where it is used or paid."""
    rows = [("AWS", agency) for agency in government.agencies]
    rows += [
        ("Azure", agency)
        for agency, pays in zip(government.agencies, rents_azure, strict=True)
        if pays or any(offer.provider == "Azure" for offer in agency.institution.offers)
    ]
    return {
        "provider": [provider for provider, _ in rows],
        "account_id": [account_of(agency, provider) for provider, agency in rows],
        "agency_id": [agency.agency_id for _, agency in rows],
        "valid_from": [government.months[agency.first_month] for _, agency in rows],
        "valid_to": [None] * len(rows),
    }


def _identifier(agency: Agency, offer: Offer) -> str:
    slug = "-".join(offer.name.lower().split())
    province = f"-{agency.province}" if agency.province > 1 else ""
    return f"{slug}-{agency.country.code.lower()}{province}"


def account_of(agency: Agency, provider: str) -> str:
    """Invent an account number: twelve digits (the first is 0) at AWS, a GUID at Azure."""
    if provider == "AWS":
        return aws_account_of(agency.agency_id)
    return f"00000000-0000-4000-8000-{agency.agency_id:012d}"


def aws_account_of(agency_id: int) -> str:
    """Invent the number of an agency's account at AWS."""
    return f"0{agency_id * 7919 % 10**8:08d}{agency_id % 1000:03d}"


def _region(agency: Agency, offer: Offer) -> str:
    return AZURE_REGION if offer.provider == "Azure" else agency.country.region

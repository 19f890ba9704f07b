"""The policy that a new installation starts with: tags that a public body can't do without."""

from __future__ import annotations

from typing import Any, Final

from warehouse.policies.documents import Policy, read_policy
from warehouse.policies.value_lists import ValueList, read_value_list

_FROM_THE_START = "1900-01"

_GROUP_MAILBOX = r"pattern:[A-Za-z0-9_+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
"""A mailbox without a dot before the @: ``first.last@`` would be a person, who moves on."""

LISTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "list": "environments",
        "values": ["Production", "Staging", "Test", "Development", "Training", "Sandbox"],
    },
    {
        "list": "data-classifications",
        "values": ["Public", "Official", "Confidential", "Restricted", "Secret"],
    },
    {"list": "service-criticalities", "values": ["Critical", "High", "Medium", "Low"]},
)

POLICY: Final[dict[str, Any]] = {
    "policy": "starting-set",
    "purpose": (
        "Every resource says which MDA and cost centre pays for it, what it is for, who answers "
        "for it, and how its data must be protected."
    ),
    "owner": "Treasury",
    "severity": "medium",
    "stage": "warn",
    "effective_from": _FROM_THE_START,
    "attached_to": "government",
    "tags": {
        "Agency": {
            "spelling": "Agency",
            "required": "true",
            "aliases": ["MDA", "Ministry", "Department", "Organisation", "agency_name"],
        },
        "CostCentre": {
            "spelling": "CostCentre",
            "required": "true",
            "aliases": [
                "CostCenter",
                "Cost Center",
                "Cost Centre",
                "cost-center",
                "cost-centre",
                "cost_center",
                "cost_centre",
                "Cost department",
            ],
        },
        "Environment": {
            "spelling": "Environment",
            "required": "true",
            "values": ["list:environments"],
            "aliases": ["Env", "Stage"],
        },
        "Application": {
            "spelling": "Application",
            "required": "true",
            "aliases": ["App", "AppName", "application_name", "Service", "Workload"],
        },
        "Owner": {
            "spelling": "Owner",
            "required": "true",
            "values": [_GROUP_MAILBOX],
            "aliases": ["OwnerEmail", "owner_email", "Contact", "TechnicalOwner"],
        },
        "DataClassification": {
            "spelling": "DataClassification",
            "required": "true",
            "values": ["list:data-classifications"],
            "aliases": ["Classification", "data_classification", "data-classification"],
        },
        "Project": {"spelling": "Project", "aliases": ["ProjectName", "project_id", "Programme"]},
        "ServiceCriticality": {
            "spelling": "ServiceCriticality",
            "values": ["list:service-criticalities"],
            "aliases": ["Criticality", "service_criticality"],
        },
        "ExpiryDate": {
            "spelling": "ExpiryDate",
            "values": [r"pattern:20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"],
            "aliases": ["Expiry", "ExpiresOn", "expiry_date"],
        },
    },
}


def starting_policies() -> tuple[Policy, ...]:
    """Give the policies of the starting set."""
    return (read_policy(POLICY),)


def starting_lists() -> tuple[ValueList, ...]:
    """Give the lists of values to which they refer."""
    return tuple(map(read_value_list, LISTS))

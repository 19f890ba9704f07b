"""What the two providers of the demo sell, in the words of their own bills."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warehouse.demo.government import Floats


@dataclass(frozen=True, slots=True)
class Sold:
    """One service on a bill; ``share`` of the lines, ``price`` beside the others."""

    name: str
    category: str
    description: str
    resource_type: str
    unit: str
    share: float
    price: float


@dataclass(frozen=True)
class Provider:
    """How one provider writes its bills."""

    name: str
    folder: str
    billed_name: str
    issuer: str
    billing_account: str
    invoice_prefix: str
    commitment_type: str
    commitment_prefix: str
    resource_form: str
    regions: tuple[str, ...]
    services: tuple[Sold, ...]
    list_ratio: float
    resources: int = 12
    """How many things of one service an account runs."""

    @cached_property
    def weights(self) -> Floats:
        """Give how often each service is on a line; they add up to 1."""
        share = np.array([one.share for one in self.services])
        weights: Floats = share / share.sum()
        return weights

    @cached_property
    def prices(self) -> Floats:
        """Give what a line of each service costs beside one of the others."""
        return np.array([one.price for one in self.services])

    @cached_property
    def is_machine(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Tell of which services a commitment pays a part."""
        return np.array([one.category == "Compute" for one in self.services])

    @property
    def fee_service(self) -> int:
        """Give the position of the service that fees and taxes are billed under."""
        return 0

    def resource_name(self, account: str, sold: Sold, number: int) -> str:
        """Write the identifier of one thing that an account runs."""
        kind = sold.resource_type.lower().replace(" ", "-")
        return self.resource_form.format(account=account, kind=kind, number=number)


AWS = Provider(
    name="AWS",
    folder="aws",
    billed_name="AWS",
    issuer="Amazon Web Services, Inc.",
    billing_account="011111111111",
    invoice_prefix="EUINAWS-",
    commitment_type="Savings Plan",
    commitment_prefix="arn:aws:savingsplans::011111111111:savingsplan/",
    resource_form="arn:aws:demo:{account}:{kind}/{number:05d}",
    regions=("us-east-1", "us-east-2", "ca-central-1", "sa-east-1"),
    list_ratio=1.12,
    services=(
        Sold("Amazon Elastic Compute Cloud", "Compute", "Linux instance, per hour", "Instance",
             "Hours", 0.30, 2.4),
        Sold("Amazon Simple Storage Service", "Storage", "Standard storage, per GB-month", "Bucket",
             "GB-Months", 0.18, 0.7),
        Sold("Amazon Relational Database Service", "Databases", "PostgreSQL, per hour", "Database",
             "Hours", 0.13, 2.1),
        Sold("AWS Lambda", "Compute", "Compute time, per GB-second", "Function", "GB-Seconds", 0.10,
             0.3),
        Sold("Amazon CloudFront", "Networking", "Data sent out, per GB", "Distribution", "GB", 0.09,
             0.8),
        Sold("Elastic Load Balancing", "Networking", "Load balancer, per hour", "Load Balancer",
             "Hours", 0.07, 0.6),
        Sold("Amazon CloudWatch", "Management and Governance", "Metrics, each", "Log Group",
             "Metrics", 0.07, 0.3),
        Sold("AWS Key Management Service", "Security", "Requests, per 10,000", "Key", "Requests",
             0.06, 0.1),
    ),
)  # fmt: skip
AZURE = Provider(
    name="Azure",
    folder="azure",
    billed_name="Microsoft",
    issuer="Microsoft",
    billing_account="7654321",
    invoice_prefix="G-",
    commitment_type="Reservation",
    commitment_prefix="/providers/Microsoft.Capacity/reservationOrders/",
    resource_form="/subscriptions/{account}/resourceGroups/main/providers/{kind}/{number:05d}",
    regions=("eastus",),
    list_ratio=1.09,
    services=(
        Sold("Virtual Machines", "Compute", "D4s v5, per hour", "Virtual Machine", "Hours", 0.34,
             2.3),
        Sold("Storage Accounts", "Storage", "Hot LRS, per GB-month", "Storage Account", "GB-Months",
             0.2, 0.6),
        Sold("SQL Database", "Databases", "vCore, per hour", "SQL Database", "Hours", 0.16, 2.0),
        Sold("Azure Kubernetes Service", "Compute", "Uptime, per hour", "Managed Cluster", "Hours",
             0.1, 1.1),
        Sold("Bandwidth", "Networking", "Data sent out, per GB", "Public IP Address", "GB", 0.1,
             0.5),
        Sold("Azure Monitor", "Management and Governance", "Logs, per GB", "Workspace", "GB", 0.1,
             0.4),
    ),
)  # fmt: skip

"""provider_recommendations/: what AWS would save in the accounts of two agencies.

And one resource that was switched off as it had recommended: bills name it until then, and in the
last export it isn't recommended any more.
"""

from __future__ import annotations

from calendar import monthrange
from decimal import Decimal
from typing import Any, Final

import numpy as np

from warehouse.demo.bill_services import AWS
from warehouse.demo.government import Floats, Government, Ints
from warehouse.demo.registers import aws_account_of
from warehouse.demo.stories import FIRST_AGENCY, STOPPED

_ADVISED: Final = 2
"""So many agencies, from that of the story on."""
_MACHINES, _DATABASES = 0, 2
"""Positions of services among those that AWS sells."""
_STOPPED_NUMBER: Final = 1
_STOPPED_EVERY: Final = 10
"""One in so many lines of its account's machines was of the resource that was stopped."""
_RESOURCES: Final = (
    (_MACHINES, 3, "Rightsize Ec2Instance (t3.medium)", "Low", 0.008),
    (_MACHINES, 3, "MigrateToGraviton Ec2Instance (t4g.large)", "Medium", 0.0045),
    (_MACHINES, 7, "Stop Ec2Instance", "VeryLow", 0.0105),
    (_MACHINES, 10, "Rightsize Ec2Instance (m6i.large)", "Low", 0.006),
    (_DATABASES, 2, "Rightsize RdsDbInstance (db.t4g.medium)", "Medium", 0.005),
    (_DATABASES, 5, "Stop RdsDbInstance", "Low", 0.007),
)
"""Service, number of the resource, what is recommended, how hard it is, and the part of the
account's month that it would save."""
STOPPED_SAVES_USD: Final = Decimal("144000.00")
"""What AWS had estimated that stopping it would save in a year."""
_SEVERAL: Final = ("Purchase ComputeSavingsPlans", "VeryLow", 0.03)
"""What is about no one resource."""


def stopped_resource() -> tuple[str, str]:
    """Give account and name of the resource that was stopped."""
    account = aws_account_of(STOPPED.agency_id)
    return account, AWS.resource_name(account, AWS.services[_MACHINES], _STOPPED_NUMBER)


def with_stopped(
    government: Government, month: int, payer: Ints, service: Ints, resource: Ints
) -> Ints:
    """Let lines of the account's machines be of the resource until it is stopped, and none after.

    Which resource a line is of is all that changes: no line, no amount.
    """
    place = STOPPED.agency_id - FIRST_AGENCY
    if place >= len(government.agencies):
        return resource
    is_machine = (payer == place) & (service == _MACHINES)
    machines = np.flatnonzero(is_machine)
    changed = np.where(is_machine & (resource == _STOPPED_NUMBER), _STOPPED_NUMBER + 1, resource)
    if month <= government.back(STOPPED.months_back):
        changed[machines[::_STOPPED_EVERY]] = _STOPPED_NUMBER
    return changed


def recommendation_columns(government: Government, monthly_usd: Floats) -> dict[str, Any]:
    """Give the last export; ``monthly_usd`` is what agencies pay AWS a month, shape (A, M)."""
    month = government.months[-1]
    day = f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02d}"
    rows: list[tuple[object, ...]] = []
    first = STOPPED.agency_id - FIRST_AGENCY
    everybody = government.agencies
    for agency in everybody[first : first + _ADVISED] or everybody[:_ADVISED]:
        account = aws_account_of(agency.agency_id)
        paid = float(monthly_usd[agency.agency_id - FIRST_AGENCY, -1])
        for at, (service, number, words, effort, share) in enumerate(_RESOURCES):
            named = AWS.resource_name(account, AWS.services[service], number)
            saved = round(12 * share * paid, 2)
            rows.append((day, AWS.name, account, f"{account}-{at}", named, words, effort, saved))
        words, effort, share = _SEVERAL
        saved = round(12 * share * paid, 2)
        rows.append((day, AWS.name, account, f"{account}-sp", None, words, effort, saved))
    names = ("taken_on", "provider", "account_id", "recommendation_id", "resource_id",
             "recommendation", "effort", "yearly_saving")  # fmt: skip
    columns: dict[str, Any] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return {**columns, "currency": ["USD"] * len(rows)}

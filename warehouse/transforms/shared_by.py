"""What each agency has of the measures that shared cost can be split by, before any is split."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.feeds.shared_by import columns_of
from warehouse.schema.charges import NOBODY
from warehouse.transforms.exact import WORK_PLACES, as_decimal

RESOURCES = "billed_resource_count"

_WITHOUT_RESOURCE = "no id: "
"""How a charge that names no resource begins among resources."""


def build_recorded(usage: ir.Table, measured: ir.Table) -> ir.Table:
    """Build what records and telemetry say of each measure, by agency and month.

    What nobody handed in has no row: it is unknown and not nothing.
    """
    parts = [
        _summed(table, name, column)
        for table, source in ((usage, "usage"), (measured, "telemetry"))
        for name, column in columns_of(source).items()
    ]
    first, *others = parts
    return first.union(*others)


def build_resource_counts(owned: ir.Table) -> ir.Table:
    """Build how many resources each agency is billed for directly, by month.

    ``owned`` has a row for each resource of a month and currency, with who answers for it.
    """
    of_somebody = owned.filter(owned.agency_id != NOBODY)
    found = of_somebody.filter(~of_somebody.resource_id.startswith(_WITHOUT_RESOURCE))
    each = found.select("agency_id", "month", "provider", "account_id", "resource_id").distinct()
    counts = each.group_by("agency_id", "month").aggregate(value=_work(each.count()))
    return counts.select("agency_id", "month", "value", measure=ibis.literal(RESOURCES))


def build_known(splits: ir.Table, direct: ir.Table, recorded: ir.Table) -> ir.Table:
    """Build what is known of the measures that ``splits`` go by, by agency, month and currency.

    Amounts of bills are those of the currency that is split; all else is the same in every one.
    """
    billed = [
        direct.group_by("agency_id", "month", "currency")
        .aggregate(value=as_decimal(direct[column].sum()))
        .mutate(measure=ibis.literal(name))
        for name, column in columns_of("bills").items()
    ]
    columns = ("agency_id", "month", "currency", "measure", "value")
    wanted = splits.select("measure", "month", "currency").distinct()
    others = wanted.join(recorded, ["measure", "month"])
    first, *rest = [
        one.mutate(value=_work(one.value)).select(*columns) for one in (*billed, others)
    ]
    return first.union(*rest)


def _summed(table: ir.Table, name: str, column: str) -> ir.Table:
    said = table.filter(table[column].notnull())
    sums = said.group_by("agency_id", "month").aggregate(value=_work(said[column].sum()))
    return sums.select("agency_id", "month", "value", measure=ibis.literal(name))


def _work(value: ir.NumericValue) -> ir.DecimalValue:
    return as_decimal(value, 28, WORK_PLACES)

"""Which currencies an answer's money is in."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from warehouse.answering.evaluation import Context
from warehouse.answering.planner import OF_AGENCY
from warehouse.schema.dimensions import dim_agency
from warehouse.scope import Scope


def read_currencies(connection: Connection, context: Context, scope: Scope) -> Mapping[int, str]:
    """Give the own currency of each agency that scope and filters leave, if it is asked for."""
    if context.question.currency == "USD":
        return {}
    statement = select(dim_agency.c.agency_id, dim_agency.c.currency)
    for name, accepted in context.filters:
        if name in OF_AGENCY:
            statement = statement.where(OF_AGENCY[name].in_(accepted))
    if scope.agencies is not None:
        statement = statement.where(dim_agency.c.agency_id.in_(sorted(scope.agencies)))
    return {row.agency_id: row.currency for row in connection.execute(statement)}

"""The values that each dimension has for one reader: to validate filters and to label answers.

Values come from the rows in scope alone, so that a neighbour's new region or month can't be
read out of a list of options, and a foreign value is as unknown as an invented one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    func,
    null,
    select,
    union,
    union_all,
)

from warehouse.errors import UnknownValueError
from warehouse.question import YearKind
from warehouse.schema import (
    anomalies,
    charges,
    facts,
    invoices,
    recommendations,
    resources,
    summaries,
)
from warehouse.schema import dimensions as dim

Labels = Mapping[Any, str]
"""Value as stored, to its label."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIXED: Mapping[str, Labels] = {
    "peak": {True: "Peak months", False: "Other months"},
    "migrated": {True: "Migrated", False: "Not migrated"},
    "migration_status": {"Pre": "Before migration", "Post": "After migration"},
    "weekday": dict(enumerate(WEEKDAYS, start=1)),
    "attribution": {
        "account": "Owner of the account",
        "tag": "Tag",
        "allocated": "Share of shared cost",
        "unallocated": "Borne by nobody yet",
    },
    "tag_outcome": {
        "compliant": "As the policy asks",
        "missing": "Missing",
        "wrong_value": "Wrong value",
        "wrong_spelling": "Another spelling of the key",
        "wrong_case": "Wrong capitals",
        "not_visible": "Not visible in the bill",
        "exempt": "Exempt",
        "not_taggable": "Can carry no tag",
        "no_policy": "No policy asks for tags",
    },
}
_SPELLINGS: Mapping[str, Mapping[str, bool | int]] = {
    "weekday": {
        text: number
        for number, name in enumerate(WEEKDAYS, start=1)
        for text in (str(number), name.casefold())
    },
    "peak": {"peak": True, "non-peak": False, "true": True, "false": False, "yes": True,
             "no": False},
    "migrated": {"yes": True, "no": False, "true": True, "false": False},
}  # fmt: skip
_IDENTIFIERS: Mapping[str, Mapping[Any, str]] = {
    "peak": {True: "peak", False: "non-peak"},
    "migrated": {True: "Yes", False: "No"},
}
_NOT_RECORDED = "not recorded"
_RESOURCE = "resource"
_NOBODY = {"agency": "not allocated", "country": "not allocated"}
"""Labels of what no agency bears."""


def identifier(dimension: str, value: Any) -> Any:
    """Give the identifier that answers show for a stored value."""
    if isinstance(value, date):
        return value.isoformat()
    if dimension == "agency" and value == charges.NOBODY:
        return None
    return _IDENTIFIERS.get(dimension, {}).get(value, value)


class Catalogue:
    """What one scope can see in one build; read when first needed, then kept."""

    def __init__(self, agencies: frozenset[int] | None) -> None:
        self._agencies = agencies
        self._labels: dict[tuple[str, YearKind], Labels] = {}
        self._spellings: dict[tuple[str, YearKind], Mapping[str, Any]] = {}
        self._last_month: str | None = None
        self._has_last_month = False
        self._provider_count: int | None = None

    def labels(self, connection: Connection, dimension: str, year: YearKind = "calendar") -> Labels:
        """Give every value of a dimension with its label."""
        key = (dimension, year)
        if key not in self._labels:
            self._labels[key] = self._read_labels(connection, dimension, year)
        return self._labels[key]

    def label(self, connection: Connection, dimension: str, value: Any, year: YearKind) -> str:
        """Label one value; a value that isn't recorded says so."""
        if value is None or value == "" or identifier(dimension, value) is None:
            return _NOBODY.get(dimension, _NOT_RECORDED)
        if isinstance(value, date):
            return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        if dimension == _RESOURCE:
            return str(value)
        return self.labels(connection, dimension, year).get(value, str(value))

    def resolve(
        self, connection: Connection, dimension: str, texts: tuple[str, ...], year: YearKind
    ) -> tuple[Any, ...]:
        """Turn the texts of a filter into stored values; upper and lower case are the same.

        Raises:
            UnknownValueError: no value in scope is spelt like that, whether it exists or not.
        """
        if dimension == _RESOURCE:
            return self._resolve_resources(connection, texts)
        key = (dimension, year)
        if key not in self._spellings:
            known = {
                str(value).casefold(): value for value in self.labels(connection, dimension, year)
            }
            self._spellings[key] = _SPELLINGS.get(dimension, known)
        spellings = self._spellings[key]
        found = []
        for text in texts:
            if str(text).casefold() not in spellings:
                raise UnknownValueError(dimension, str(text))
            found.append(spellings[str(text).casefold()])
        return tuple(dict.fromkeys(found))

    def _resolve_resources(self, connection: Connection, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Look identifiers of resources up as they are: they may be far too many to be kept."""
        left = dict.fromkeys(texts)
        for table in (recommendations.fact_provider_recommendation,
                      resources.fact_resource_monthly):  # fmt: skip
            asked = table.c.resource_id
            known = select(asked).distinct().where(asked.in_(list(left)))
            for found in connection.scalars(self._scoped(known, table)) if left else ():
                del left[found]
        if left:
            raise UnknownValueError(_RESOURCE, next(iter(left)))
        return tuple(dict.fromkeys(texts))

    def last_month(self, connection: Connection) -> str | None:
        """Give the last month in which an agency in scope has usage or reliability."""
        if not self._has_last_month:
            ends = [
                connection.scalar(self._scoped(select(func.max(table.c.month)), table))
                for table in self._tables_with_records()
            ]
            self._last_month = max((month for month in ends if month is not None), default=None)
            self._has_last_month = True
        return self._last_month

    def usage_months(self, connection: Connection) -> tuple[str | None, str | None]:
        """Give the first and the last month in which an agency in scope has usage."""
        table = self._tables_with_records()[0]
        ends = select(func.min(table.c.month), func.max(table.c.month))
        first, last = connection.execute(self._scoped(ends, table)).one()
        return first, last

    def fiscal_starts(self, connection: Connection, month: str) -> Mapping[str, tuple[str, ...]]:
        """Map the first month of the fiscal year that a month is in to the countries' codes."""
        table = dim.dim_country_month
        own = select(dim.dim_agency.c.country_code)
        statement = select(table.c.fiscal_year_start, table.c.country_code).where(
            table.c.month == month,
            table.c.country_code.in_(self._scoped(own, dim.dim_agency)),
        )
        found: dict[str, list[str]] = {}
        for start, country in connection.execute(statement):
            found.setdefault(start, []).append(country)
        return {start: tuple(sorted(found[start])) for start in sorted(found)}

    def provider_count(self, connection: Connection) -> int:
        """Count the providers available to the government, the same for every reader."""
        if self._provider_count is None:
            counted = select(func.count()).select_from(dim.dim_cloud_provider)
            self._provider_count = connection.scalar(counted) or 0
        return self._provider_count

    def _read_labels(self, connection: Connection, dimension: str, year: YearKind) -> Labels:
        if dimension in _FIXED:
            return _FIXED[dimension]
        if dimension in {"month", "quarter", "year"}:
            return self._times(connection, dimension, year)
        statement = self._statements()[dimension]()
        rows = connection.execute(statement).all()
        return {row[0]: row[1] or str(row[0]) for row in rows if row[0] is not None}

    def _statements(self) -> Mapping[str, Callable[[], Select[Any]]]:
        agency = dim.dim_agency
        of_agency = partial(self._of_table, agency)
        billed = charges.dim_billed_service
        received, agreed = invoices.fact_invoice, invoices.fact_contract
        tags, out = resources.agg_tag_month, anomalies.fact_anomaly
        advised = recommendations.fact_provider_recommendation
        return {
            "agency": lambda: of_agency(agency.c.agency_id, agency.c.agency_name),
            "parent": self._parents,
            "country": lambda: of_agency(agency.c.country_code, agency.c.country),
            "sector": lambda: of_agency(agency.c.sector_type),
            "org_size": lambda: of_agency(agency.c.org_size),
            "region_group": lambda: of_agency(agency.c.region_group),
            "currency": self._currencies,
            "digital_service": self._digital_services,
            "service_type": lambda: select(
                dim.dim_service.c.service_type, dim.dim_service.c.service_name
            ),
            "category": lambda: select(
                dim.dim_cost_category.c.category, dim.dim_cost_category.c.category_name
            ),
            "account": self._accounts,
            "service": lambda: self._of_table(billed, billed.c.service_name),
            "service_category": lambda: self._of_table(billed, billed.c.service_category),
            "invoice": lambda: self._of_table(received, received.c.invoice_id),
            "contract": lambda: self._of_table(agreed, agreed.c.contract_id),
            "anomaly": lambda: self._of_table(out, out.c.anomaly_id),
            _RESOURCE: lambda: self._of_table(advised, advised.c.resource_id),
            "policy": lambda: self._of_table(tags, tags.c.policy),
            "tag": lambda: self._of_table(tags, tags.c.tag, tags.c.spelling),
            "day": self._days,
            "region": self._regions,
            "provider": self._providers,
        }

    def _of_table(
        self, table: Table, value: ColumnElement[Any], label: ColumnElement[Any] | None = None
    ) -> Select[Any]:
        return self._scoped(select(value, value if label is None else label).distinct(), table)

    def _parents(self) -> Select[Any]:
        child, parent = dim.dim_agency, dim.dim_agency.alias("parent")
        # A parent out of scope has no name here: its number is on the child's own row.
        shown = parent.c.agency_id == child.c.parent_id
        if self._agencies is not None:
            shown = shown & parent.c.agency_id.in_(sorted(self._agencies))
        joined = child.outerjoin(parent, shown)
        names = select(child.c.parent_id, parent.c.agency_name).distinct().select_from(joined)
        return self._scoped(names, child)

    def _digital_services(self) -> Select[Any]:
        own, kind = dim.dim_digital_service, dim.dim_service
        named = self._scoped(select(own.c.digital_service_id, own.c.digital_service_name), own)
        # Where no service is named, its type stands for it.
        both = union(named, select(kind.c.service_type, kind.c.service_name)).subquery()
        return select(both.c[0], both.c[1])

    def _currencies(self) -> Select[Any]:
        own, billed = dim.dim_agency, self._charged()
        names = self._scoped(select(own.c.currency), own)
        both = union(names, self._scoped(select(billed.c.currency), billed)).subquery()
        return select(both.c[0], both.c[0])

    def _accounts(self) -> Select[Any]:
        """Give every account that is owned or billed; the name on the bill where it has one."""
        own, billed = dim.dim_account, charges.dim_billed_account
        both = union_all(
            self._scoped(select(own.c.account_id, null().label("name")), own),
            self._scoped(select(billed.c.account_id, billed.c.account_name), billed),
        ).subquery()
        return select(both.c[0], func.max(both.c[1])).group_by(both.c[0])

    def _days(self) -> Select[Any]:
        table = charges.agg_charge_day
        if self._agencies is not None:
            table = charges.agg_charge_agency_day
        return self._of_table(table, table.c.day)

    def _charged(self) -> Table:
        if self._agencies is None:
            return charges.agg_charge_country_month
        return charges.agg_charge_agency_month

    def _regions(self) -> Select[Any]:
        region = dim.dim_region
        names = select(region.c.region, region.c.region_name)
        if self._agencies is None:
            return names
        return names.where(
            region.c.region.in_(self._used(facts.fact_usage_monthly, "region"))
            | region.c.region.in_(self._used(facts.fact_performance, "region"))
            | region.c.region.in_(self._used(charges.agg_charge_agency_service_month, "region"))
        )

    def _providers(self) -> Select[Any]:
        provider = dim.dim_cloud_provider
        names = select(provider.c.provider, provider.c.provider_name)
        if self._agencies is None:
            return names
        return names.where(
            provider.c.provider.in_(self._used(facts.fact_provider_spend, "provider"))
            | provider.c.provider.in_(self._used(facts.fact_performance, "provider"))
            | provider.c.provider.in_(self._used(charges.dim_billed_account, "provider"))
        )

    def _used(self, table: Table, column: str) -> Select[Any]:
        return self._scoped(select(table.c[column]), table)

    def _times(self, connection: Connection, dimension: str, year: YearKind) -> Labels:
        months = self._months(connection)
        if dimension == "month":
            return {month: f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}" for month in months}
        if year == "fiscal":
            return self._fiscal(connection, dimension, months)
        if dimension == "quarter":
            names = (f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" for month in months)
            return {name: f"Quarter {name[-1]} of {name[:4]}" for name in names}
        years = {int(month[:4]) for month in months} | self._provider_years(connection)
        return {number: str(number) for number in sorted(years)}

    def _months(self, connection: Connection) -> list[str]:
        found: set[str] = set()
        for table in self._tables_with_months():
            statement = self._scoped(select(table.c.month).distinct(), table)
            found.update(connection.scalars(statement))
        return sorted(found)

    def _provider_years(self, connection: Connection) -> set[int]:
        table = facts.fact_provider_spend
        years = set(connection.scalars(self._scoped(select(table.c.year).distinct(), table)))
        if self._agencies is None:
            adoption = facts.fact_adoption_baseline
            years |= set(connection.scalars(select(adoption.c.year).distinct()))
        return years

    def _fiscal(self, connection: Connection, dimension: str, months: list[str]) -> Labels:
        table = dim.dim_country_month
        column = table.c.fiscal_quarter if dimension == "quarter" else table.c.fiscal_year
        own = self._scoped(select(dim.dim_agency.c.country_code), dim.dim_agency)
        statement = (
            select(column)
            .distinct()
            .where(table.c.country_code.in_(own), table.c.month.in_(months))
            .order_by(column)
        )
        return {name: name for name in connection.scalars(statement)}

    def _tables_with_records(self) -> tuple[Table, ...]:
        if self._agencies is None:
            return (summaries.agg_usage_country_month, summaries.agg_performance_country_month)
        return (summaries.agg_usage_agency_month, summaries.agg_performance_agency_month)

    def _tables_with_months(self) -> tuple[Table, ...]:
        finance = summaries.agg_finance_country_month
        if self._agencies is not None:
            finance = summaries.agg_finance_agency_month
        return (*self._tables_with_records(), finance, self._charged())

    def _scoped(self, statement: Select[Any], table: Table) -> Select[Any]:
        if self._agencies is None or "agency_id" not in table.c:
            return statement
        return statement.where(table.c.agency_id.in_(sorted(self._agencies)))

"""Months, days, and what a month is in each country: fiscal year, fiscal quarter, peak."""

from __future__ import annotations

import calendar

import ibis
from ibis.expr import types as ir

from warehouse.transforms.joining import add_columns
from warehouse.transforms.months import month_index, month_number_of, month_text, year_of

ANY_COUNTRY = "*"
"""Country code of the records that hold where a country has none of its own."""

DEFAULT_FISCAL_START = 1
"""January, where not even a government-wide record is in force."""


def build_months(reported: ir.Table) -> ir.Table:
    """Build the run of months from the first to the last of ``reported.month``, without gaps."""
    ends = reported.aggregate(first=reported.month.min(), last=reported.month.max())
    ends = ends.filter(ends["first"].notnull())
    first, last = month_index(ends["first"]), month_index(ends["last"])
    run = ends.select(index=ibis.range(first, last + 1).unnest())
    return run.select(month=month_text(run["index"]))


def build_dim_date(months: ir.Table, peaks: ir.Table) -> ir.Table:
    """Build dim_date; the peak flag follows the government's default calendar."""
    default = build_peaks(
        months.select("month").mutate(country_code=ibis.literal(ANY_COUNTRY)), peaks
    )
    dated = add_columns(months, default.drop("country_code"), "month")
    number = month_number_of(dated.month)
    names = ibis.cases(
        *((number == n, calendar.month_name[n]) for n in range(1, 13)), else_=ibis.null("string")
    )
    quarter = ((number - 1) // 3 + 1).cast("int32").cast("string")
    return dated.select(
        month=dated.month,
        month_start_date=(dated.month + "-01").cast("date"),
        year=year_of(dated.month),
        quarter=dated.month.left(4) + "-Q" + quarter,
        month_number=number,
        month_name=names,
        peak_period_flag=dated.is_peak.fill_null(False),
    )


def build_dim_day(dates: ir.Table) -> ir.Table:
    """Build dim_day: every day of the months of dim_date."""
    start = dates.month_start_date
    days = dates.select(
        day=ibis.range(
            start.cast("timestamp"),
            (start + ibis.interval(months=1)).cast("timestamp"),
            ibis.interval(days=1),
        ).unnest(),
        month=dates.month,
    )
    weekday = (days.day.day_of_week.index() + 1).cast("int32")
    return days.select(
        day=days.day.cast("date"), month=days.month, weekday=weekday, is_weekend=weekday >= 6
    )


def build_dim_country_month(
    months: ir.Table, countries: ir.Table, fiscal: ir.Table, peaks: ir.Table
) -> ir.Table:
    """Build dim_country_month for every month and every ``countries.country_code``."""
    grid = months.select("month").cross_join(countries.select("country_code").distinct())
    starts = build_fiscal_starts(grid, fiscal)
    rows = starts.join(build_peaks(grid, peaks), ["country_code", "month"])
    begin = rows.fiscal_start_month
    number = month_number_of(rows.month)
    year = year_of(rows.month) - ibis.ifelse(number >= begin, 0, 1)
    place = (number - begin + 12) % 12 + 1
    label = fiscal_label(year, begin)
    quarter = ((place - 1) // 3 + 1).cast("int32").cast("string")
    return rows.select(
        country_code=rows.country_code,
        month=rows.month,
        fiscal_start_month=begin,
        fiscal_year_start=month_text(year * 12 + begin - 1),
        fiscal_year=label,
        fiscal_quarter=label + "-Q" + quarter,
        fiscal_month_number=place,
        is_peak=rows.is_peak,
    )


def fiscal_label(year: ir.IntegerValue, start_month: ir.IntegerValue) -> ir.StringValue:
    """Write a fiscal year: 2025 where it is the calendar year, else 2025/26."""
    plain = year.cast("int32").cast("string")
    ending = ((year + 1) % 100).cast("int32").cast("string").lpad(2, "0")
    return ibis.ifelse(start_month == 1, plain, plain + "/" + ending)


def build_fiscal_starts(grid: ir.Table, fiscal: ir.Table) -> ir.Table:
    """Add ``fiscal_start_month`` to a grid of country_code and month; a country's own rule wins."""
    found = _in_force(grid, fiscal.select("country_code", "start_month_number", "effective_from"))
    joined = add_columns(grid, found, "country_code", "month")
    return joined.select(
        "country_code",
        "month",
        fiscal_start_month=joined.start_month_number.fill_null(DEFAULT_FISCAL_START).cast("int32"),
    )


def build_peaks(grid: ir.Table, peaks: ir.Table) -> ir.Table:
    """Add ``is_peak`` to a grid of country_code and month.

    A calendar is the set of peak months that one country's records state from one date on, so
    a country's own set replaces the default as a whole and never adds to it.
    """
    sets = peaks.select("country_code", "effective_from").distinct()
    found = _in_force(grid, sets)
    listed = peaks.distinct().select(
        rule_country="country_code",
        effective_from="effective_from",
        peak_number="month_number",
    )
    numbered = found.mutate(peak_number=month_number_of(found.month))
    hits = numbered.semi_join(listed, ["rule_country", "effective_from", "peak_number"])
    hits = hits.select("country_code", "month", is_hit=True)
    joined = add_columns(grid, hits, "country_code", "month")
    return joined.select("country_code", "month", is_peak=joined.is_hit.fill_null(False))


def _in_force(grid: ir.Table, records: ir.Table) -> ir.Table:
    rules = records.rename(rule_country="country_code")
    applies = (rules.rule_country == grid.country_code) | (rules.rule_country == ANY_COUNTRY)
    dated = grid.join(rules, [applies, rules.effective_from <= grid.month])
    order = [(dated.rule_country == dated.country_code).desc(), dated.effective_from.desc()]
    rank = ibis.row_number().over(group_by=[dated.country_code, dated.month], order_by=order)
    return dated.mutate(rank=rank).filter(lambda t: t["rank"] == 0).drop("rank")

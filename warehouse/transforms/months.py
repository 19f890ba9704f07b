"""Months as texts (YYYY-MM) and as running numbers that can be counted with."""

from __future__ import annotations

from ibis.expr import types as ir


def month_index(month: ir.StringValue) -> ir.IntegerValue:
    """Give the running number of a month: year x 12 + month - 1."""
    return year_of(month) * 12 + month_number_of(month) - 1


def month_text(index: ir.IntegerValue) -> ir.StringValue:
    """Write the month of a running number as YYYY-MM."""
    year = (index // 12).cast("int32").cast("string").lpad(4, "0")
    number = (index % 12 + 1).cast("int32").cast("string").lpad(2, "0")
    return year + "-" + number


def year_of(month: ir.StringValue) -> ir.IntegerValue:
    """Give the calendar year of a month."""
    return month.left(4).cast("int32")


def month_number_of(month: ir.StringValue) -> ir.IntegerValue:
    """Give the number of a month in its year, 1 to 12."""
    return month.substr(5, 2).cast("int32")

"""Layouts: the forms in which providers export what they charge, each a table of rules."""

from warehouse.bills.layouts.detection import layout_of
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.rules import BILL_RULES, TOO_LONG, BillRule

__all__ = ["BILL_RULES", "TOO_LONG", "BillRule", "Layout", "layout_of"]

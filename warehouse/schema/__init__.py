"""The star, declared once: dimensions, facts, summaries, views and the build's own tables."""

from warehouse.schema.dimensions import DIMENSIONS
from warehouse.schema.facts import FACTS
from warehouse.schema.operations import OPERATIONS
from warehouse.schema.star import STAR
from warehouse.schema.summaries import SUMMARIES

__all__ = ["DIMENSIONS", "FACTS", "OPERATIONS", "STAR", "SUMMARIES"]

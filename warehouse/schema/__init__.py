"""The star, declared once: dimensions, facts, summaries, views and the build's own tables."""

from warehouse.schema import dimensions, facts, summaries
from warehouse.schema.anomalies import ANOMALY_FACTS
from warehouse.schema.charges import CHARGE_DIMENSIONS, CHARGE_FACTS, CHARGE_SUMMARIES
from warehouse.schema.forecasts import FORECAST_FACTS, FORECAST_SUMMARIES
from warehouse.schema.invoices import INVOICE_FACTS
from warehouse.schema.operations import OPERATIONS
from warehouse.schema.recommendations import RECOMMENDATION_FACTS
from warehouse.schema.resources import RESOURCE_FACTS, RESOURCE_SUMMARIES
from warehouse.schema.star import STAR

__all__ = ["DIMENSIONS", "FACTS", "OPERATIONS", "STAR", "SUMMARIES"]

DIMENSIONS = (*dimensions.DIMENSIONS, *CHARGE_DIMENSIONS)
FACTS = (
    *facts.FACTS,
    *CHARGE_FACTS,
    *INVOICE_FACTS,
    *RESOURCE_FACTS,
    *RECOMMENDATION_FACTS,
    *ANOMALY_FACTS,
    *FORECAST_FACTS,
)
SUMMARIES = (*summaries.SUMMARIES, *CHARGE_SUMMARIES, *RESOURCE_SUMMARIES, *FORECAST_SUMMARIES)

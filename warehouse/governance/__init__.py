"""Records of decisions that change figures: dated, versioned, kept across builds."""

from warehouse.governance.models import GOVERNANCE

__all__ = ["GOVERNANCE"]

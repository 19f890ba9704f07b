"""Whether money is well spent: budget, trends, governance, providers."""

"""Any measures by any dimensions: the pivot."""

"""The page on which the treasury sets who bears the cost of bills."""

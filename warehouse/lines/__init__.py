"""Lines of bills with their owner: kept by month and agency, read through the gateway alone."""

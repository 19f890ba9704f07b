"""Whether services are reliable: overview, limits, peaks, migration."""

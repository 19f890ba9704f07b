"""Anomalies: what stands out of the past of an agency, its services and its accounts."""

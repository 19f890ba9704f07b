"""The pivot: which questions an address asks, and their answers laid out as rows and columns."""

"""The gate that every request passes, and what is written on every answer."""

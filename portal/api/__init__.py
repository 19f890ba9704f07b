"""The programming interface: the registry and its answers as JSON and CSV."""

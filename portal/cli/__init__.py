"""The command line: one module a command, loaded when it is called."""

from portal.cli.group import main

__all__ = ["main"]

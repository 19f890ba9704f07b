"""Read a password without showing it: typed at a terminal, or from standard input."""

from __future__ import annotations

import sys

import click


def read_password() -> str:
    """Give the password typed twice at a terminal, or the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")

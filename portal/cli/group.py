"""The ``exchequer`` command: finds commands, and says plainly what went wrong."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

import click
from sqlalchemy.exc import SQLAlchemyError

from auth.errors import AuthError
from portal.asking import BadParameterError
from portal.settings import SettingsError
from warehouse.errors import WarehouseError


class _Command(NamedTuple):
    module: str
    says: str


COMMANDS: Final = {
    "serve": _Command("serve", "Serve the portal, with its worker."),
    "worker": _Command("worker", "Keep the star up to date."),
    "init": _Command("init", "Set up a new installation and its first administrator."),
    "migrate": _Command("migrate", "Bring the records' tables up to date."),
    "build": _Command("build", "Build and publish the star."),
    "fetch": _Command("fetch", "Fetch bills from providers' interfaces."),
    "demo": _Command("demo", "Write the files of an invented government."),
    "check": _Command("check", "Look for faults in configuration and data."),
    "ask": _Command("ask", "Answer measures on the command line."),
    "forecast": _Command("forecast", "Forecast the series of a file, with bounds."),
    "anomalies": _Command("anomalies", "Find what stands out in the series of a file."),
    "policy": _Command("policy", "Take tagging policies in and out, and compare them."),
    "rules": _Command("rules", "Set who bears the cost of bills, and try it before."),
    "user": _Command("user", "Add and disable people, and give them roles."),
    "token": _Command("token", "Make personal tokens for the API."),
    "bench": _Command("bench", "Measure builds, pages, browser and memory."),
}
"""Loaded one by one: only some of them need the build's engine, which takes a second."""


class _LazyGroup(click.Group):
    """Imports a command's module when the command is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        command: click.Command = getattr(
            importlib.import_module(f"portal.cli.{found.module}"), cmd_name
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.says) for name, command in COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: exchequer serve --demo",
)
def exchequer() -> None:
    """Show what a government's cloud services cost and how well they run.

    Settings are environment variables with the prefix EXCHEQUER_, e.g. EXCHEQUER_DATA_DIR.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command: 0 done, 1 it failed, 2 it was called wrongly."""
    try:
        exchequer.main(args=arguments, prog_name="exchequer")
    except SQLAlchemyError as error:
        _fail(
            f"The records can't be read or written: {getattr(error, 'orig', None) or error}. See "
            "that EXCHEQUER_DATABASE_URL is right and reachable, then run `exchequer migrate`."
        )
    except (AuthError, BadParameterError, OSError, SettingsError, WarehouseError) as error:
        _fail(str(error))


def _fail(message: str) -> None:
    click.secho("Error: ", fg="red", bold=True, err=True, nl=False)
    click.echo(message, err=True)
    sys.exit(1)

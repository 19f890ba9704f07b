"""A whole installation to measure on: demo files, records, a published build, two readers."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from auth.actors import Actor
from auth.people import add_user, grant
from auth.permissions import Role
from portal.app import create_app
from portal.cli.installation import migrate_records
from portal.settings import load_settings
from warehouse.build import BuildReport, build
from warehouse.db import Database, open_database
from warehouse.demo import generate_demo

AGENCY_ID = 1004
"""The agency whose reader is measured beside the treasury's."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much demo to make."""

    label: str
    agencies: int
    months: int
    regions_per_service: int
    telemetry_months: int
    lines: int = 0
    """Of bills, in all."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation in a folder of its own."""

    size: Size
    data_dir: Path
    var_dir: Path
    url: str
    usage_rows: int
    password: str

    @property
    def label(self) -> str:
        """Say how big it is, in facts or lines of bills, and agencies."""
        counted = "lines" if self.size.lines else "rows"
        return f"{self.size.label} {counted}, {self.size.agencies} agencies"

    @property
    def emails(self) -> Mapping[str, str]:
        """Give the sign-in of each reader."""
        return {"agency": "agency@bench.example", "treasury": "treasury@bench.example"}

    @property
    def settings(self) -> Mapping[str, str]:
        """Give the settings that serve it, by name."""
        return {
            "data_dir": str(self.data_dir),
            "var_dir": str(self.var_dir),
            "database_url": self.url,
            "secret_key": secrets.token_hex(32),
            "log_level": "ERROR",
        }

    def app(self) -> Flask:
        """Make the portal that serves it."""
        return create_app(load_settings(**self.settings))

    def open(self) -> Database:
        """Open its database; the caller disposes of it."""
        return open_database(self.url, self.var_dir)


def prepare(size: Size, folder: Path) -> Installation:
    """Write the demo files and the records, without a build."""
    data_dir, var_dir = folder / "data", folder / "var"
    summary = generate_demo(
        data_dir,
        agencies=size.agencies,
        months=size.months,
        regions_per_service=size.regions_per_service,
        telemetry_months=size.telemetry_months,
        lines=size.lines,
    )
    var_dir.mkdir(parents=True)
    made = Installation(
        size=size,
        data_dir=data_dir,
        var_dir=var_dir,
        url=f"sqlite:///{var_dir / 'records.sqlite'}",
        usage_rows=summary.rows["usage_monthly"],
        password=secrets.token_urlsafe(24),
    )
    database = made.open()
    try:
        migrate_records(database)
        _add_readers(database, made)
    finally:
        database.dispose()
    return made


def build_once(made: Installation) -> BuildReport:
    """Build from all files as if nothing had been built before, and publish."""
    shutil.rmtree(made.var_dir / "lines", ignore_errors=True)
    return build_again(made)


def build_again(made: Installation) -> BuildReport:
    """Build from all files, with the lines of bills as they were made before, and publish."""
    database = made.open()
    try:
        return build(database, made.data_dir, made.var_dir, force=True)
    finally:
        database.dispose()


def _add_readers(database: Database, made: Installation) -> None:
    now, console = datetime.now(UTC), Actor.console("bench")
    with database.records() as session:
        for role, email, agency_id in (
            (Role.AGENCY_VIEWER, made.emails["agency"], AGENCY_ID),
            (Role.TREASURY, made.emails["treasury"], None),
        ):
            person_id = add_user(
                session, email=email, name="Bench", by=console, now=now, password=made.password
            )
            grant(session, person_id, role, agency_id=agency_id, by=console, now=now)

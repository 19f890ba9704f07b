"""Start the portal: prepare what is missing, start the worker, become the web server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from flask import Flask

from portal.app import create_app
from portal.observability import MULTIPROCESS_FOLDER
from portal.settings import PREFIX, Settings, load_settings


def application() -> Flask:
    """Make the app from the environment, for the web server."""
    return create_app(load_settings())


def environment_of(settings: Settings) -> dict[str, str]:
    """Give the environment in which another process reads the same settings."""
    chosen = {
        "DATA_DIR": str(settings.data_dir.absolute()),
        "VAR_DIR": str(settings.var_dir.absolute()),
        "DATABASE_URL": settings.url,
        "DEMO": str(settings.demo).lower(),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    return {**os.environ, **{f"{PREFIX}{name}": value for name, value in chosen.items()}}


def run_command(environment: Mapping[str, str], *arguments: str) -> bool:
    """Run a command of ours in a process of its own and tell whether it succeeded."""
    command = [sys.executable, "-m", "portal.cli", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def start_worker(environment: Mapping[str, str]) -> None:
    """Start a keeper of the worker beside the web server; both end when the server is gone."""
    command = [sys.executable, "-m", "portal.keeper", str(os.getpid())]
    subprocess.Popen(command, env=environment)


def become_server(settings: Settings, environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by gunicorn, which keeps its number and its children."""
    counts = settings.var_dir.absolute() / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir(parents=True)
    command = [
        sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn_config",
        "portal.serving:application()",
    ]  # fmt: skip
    folder = Path(__file__).resolve().parents[1]
    path = os.pathsep.join(filter(None, (str(folder), environment.get("PYTHONPATH", ""))))
    os.execve(
        sys.executable,
        command,
        {**environment, MULTIPROCESS_FOLDER: str(counts), "PYTHONPATH": path},
    )

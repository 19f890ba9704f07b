"""``exchequer worker``: keep the star up to date."""

from __future__ import annotations

import os
import signal
import threading
from queue import SimpleQueue

import click

from auth.sessions import forget_old_sessions
from auth.throttle import forget_old_attempts
from portal.cli.installation import migrate_records, opened
from portal.observability import set_up_logging
from portal.services import utc_now
from portal.settings import load_settings
from warehouse.db import Database
from warehouse.fetching.schedule import BackgroundFetch
from warehouse.worker import run_worker

_LOOK_SECONDS = 1.0


@click.command(epilog="Example: exchequer worker --interval 30")
@click.option(
    "--interval", default=5.0, show_default=True, help="Seconds between looks at the inputs."
)
@click.option(
    "--while-parent", type=int, help="Stop when the process with this number is no longer ours."
)
def worker(interval: float, while_parent: int | None) -> None:
    """Watch what is handed in and decided, and build when it changes.

    Any number may run; one of them works, another takes over when it is gone.
    """
    settings = load_settings()
    set_up_logging(settings.log_level)
    stop = threading.Event()
    _stop_on_signals(stop)
    if while_parent is not None:
        threading.Thread(target=_follow, args=(while_parent, stop), daemon=True).start()
    with opened(settings) as database:
        migrate_records(database)
        fetching = BackgroundFetch(settings.data_dir, settings.var_dir)

        def chores() -> None:
            forget_old(database)
            fetching.start()

        run_worker(
            database,
            settings.data_dir,
            settings.var_dir,
            engine=settings.engine,
            interval=interval,
            stop_event=stop,
            chores=chores,
        )


def forget_old(database: Database) -> None:
    """Delete dead sessions and attempts to sign in that nothing looks back to any more."""
    now = utc_now()
    with database.records() as db:
        forget_old_sessions(db, now)
        forget_old_attempts(db, now)


def _stop_on_signals(stop: threading.Event) -> None:
    """Have a signal set ``stop``, from a thread of its own.

    A handler runs in the thread that it interrupts. That may hold the event's lock just then, and
    a handler that set the event itself would wait for it forever.
    """
    asked: SimpleQueue[None] = SimpleQueue()

    def hand_on() -> None:
        asked.get()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.put(None))
    threading.Thread(target=hand_on, daemon=True).start()


def _follow(parent: int, stop: threading.Event) -> None:
    """Stop with the server that started this worker, however that one ended."""
    while os.getppid() == parent and not stop.wait(_LOOK_SECONDS):
        pass
    stop.set()

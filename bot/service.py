"""What `halqa run` does: the bot, until it is told to end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from bot.core.log import set_up_logging
from bot.core.settings import Settings, load_settings


def prepare(**otherwise: object) -> Settings:
    """The settings of this environment, with the logs as they say; `otherwise` are those that it
    says nothing about.

    :raises SettingsError:
    """
    settings = load_settings(**otherwise)
    set_up_logging(settings.log_level, settings.log_format, settings.secrets())
    if settings.packs_dir is not None:
        # What commands read and write is named as the installation names it.
        from bot.packs.countries import use_packs

        use_packs(settings.packs_dir)
    return settings


def tell(line: str) -> None:
    """Say it to whoever runs the command, at once."""
    print(line, flush=True)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """How far a command has come, beside what it says, where somebody looks on: hears how many of
    how many are done."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(transient=True, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        yield lambda number, total: shown.update(task, completed=number, total=total)


def run(*, simulator: bool = False) -> None:
    """Bring the database up to date, then run the bot until Ctrl-C or a TERM signal.

    :raises SettingsError: something is missing, wrong or taken.
    """
    # The small commands, which read their settings here, need none of it.
    from bot import app
    from bot.core import event_loop
    from bot.storage.lock import take_lock
    from bot.storage.migrations import migrate
    from bot.storage.whereabouts import sqlite_file

    settings = prepare()
    in_simulator = simulator and not app.channels_of(settings)
    if in_simulator:
        # Whoever tries it out reads one line a step, and the address last.
        settings = prepare(log_level="WARNING")
    else:
        app.require_channel(settings)
    app.prepare_data_dir(settings)
    url = settings.resolved_database_url()
    # Before the migration: two that start at once must not both change the tables.
    lock = take_lock(url)
    try:
        if in_simulator:
            event_loop.run(app.refuse_real_people(settings))
        migrate(url)
        if in_simulator:
            tell(f"The database is up to date: {sqlite_file(url) or 'on its server'}")

        async def work(stopped: asyncio.Event) -> None:
            if in_simulator:
                await app.run_in_simulator(settings, stopped, tell, lock)
            else:
                await app.run_on_channels(settings, stopped, tell, lock)

        event_loop.run(_until_signalled(work))
    finally:
        lock.release()


async def _until_signalled(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` until Ctrl-C or a TERM signal sets its event."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await work(stopped)

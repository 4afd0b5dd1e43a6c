"""What `halqa run` does: the bot, until it is told to end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from bot.core.log import set_up_logging
from bot.core.settings import Settings, load_settings


def prepare() -> Settings:
    """The settings of this environment, with the logs as they say.

    :raises SettingsError:
    """
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format, settings.secrets())
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
    from bot.storage.migrations import migrate

    settings = prepare()
    app.prepare_data_dir(settings)
    in_simulator = simulator and not app.channels_of(settings)
    if not in_simulator:
        app.require_channel(settings)
    migrate(settings.resolved_database_url())

    async def work(stopped: asyncio.Event) -> None:
        if in_simulator:
            await app.run_in_simulator(settings, stopped, tell)
        else:
            await app.run_on_channels(settings, stopped, tell)

    event_loop.run(_until_signalled(work))


async def _until_signalled(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` until Ctrl-C or a TERM signal sets its event."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await work(stopped)

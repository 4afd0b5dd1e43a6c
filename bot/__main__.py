"""The command line: `halqa …`."""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.core.country import COUNTRIES
from bot.core.errors import Refused, SettingsError
from bot.core.log import set_up_logging
from bot.core.settings import Settings, load_settings
from bot.core.zones import zone

command = typer.Typer(
    help="Halqa: a chatbot for teachers in professional learning communities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _prepare() -> Settings:
    settings = load_settings()
    hidden = (settings.telegram_token, settings.telegram_webhook_secret, settings.secret_key)
    secrets = frozenset(secret.get_secret_value() for secret in hidden if secret is not None)
    set_up_logging(settings.log_level, settings.log_format, secrets)
    return settings


async def _until_signalled(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` until Ctrl-C or a TERM signal sets its event."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await work(stopped)


def _tell(line: str) -> None:
    print(line, flush=True)


@command.command()
def run(
    *,
    simulator: Annotated[
        bool,
        typer.Option(
            "--simulator",
            help="Without a token: a Telegram on this machine, with phones in a page.",
        ),
    ] = False,
) -> None:
    """Bring the database up to date, then run the bot until Ctrl-C."""
    from bot import app
    from bot.storage.migrations import migrate as bring_up

    settings = _prepare()
    app.prepare_data_dir(settings)
    in_simulator = simulator and settings.telegram_token is None
    if not in_simulator:
        app.require_token(settings)
    bring_up(settings.resolved_database_url())

    async def work(stopped: asyncio.Event) -> None:
        if in_simulator:
            await app.run_in_simulator(settings, stopped, _tell)
        else:
            await app.run_on_telegram(settings, stopped, _tell)

    asyncio.run(_until_signalled(work))


@command.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="A revision, or head.")] = "head",
    *,
    back: Annotated[bool, typer.Option("--back", help="Go down to the revision.")] = False,
) -> None:
    """Bring the database to a revision of its shape."""
    from bot import app
    from bot.storage import migrations

    settings = _prepare()
    app.prepare_data_dir(settings)
    url = settings.resolved_database_url()
    (migrations.migrate_back if back else migrations.migrate)(url, revision)
    _tell(f"the database is at {revision}")


@command.command()
def routes() -> None:
    """Print the map of the conversation: commands, menu words, screens and forms."""
    from bot.app import build_router

    table = Table("what a person does", "leads to", "code")
    for row in build_router().table():
        table.add_row(*row)
    Console().print(table)


@command.command("import-units")
def import_units(
    table: Annotated[Path, typer.Argument(help="A CSV file: name,kind,parent,country,gender.")],
) -> None:
    """Add the units of a table to the tree; those that are there already stay as they are."""
    from bot import upkeep

    settings = _prepare()
    _tell(asyncio.run(upkeep.import_roster(settings, table)))


@command.command()
def units() -> None:
    """Print the tree of units with their ids."""
    from bot import upkeep

    for line in asyncio.run(upkeep.list_units(_prepare())):
        _tell(line)


@command.command()
def invite(
    unit: Annotated[int, typer.Argument(help="Id of the unit.")],
    role: Annotated[str, typer.Argument(help="The role that the link gives there.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days until the link expires.")] = 7,
) -> None:
    """Make an invitation link, for the first administrator or whoever has no link yet."""
    from bot import app, upkeep

    settings = _prepare()
    app.require_token(settings)
    _tell(asyncio.run(upkeep.make_invitation(settings, unit, role, days)))


@command.command()
def when(
    text: Annotated[list[str] | None, typer.Argument(help="A date as people type it.")] = None,
    *,
    locale: Annotated[str, typer.Option(help="ar_SA or ar_MA.")] = "ar_SA",
    now: Annotated[
        datetime | None, typer.Option(help="The local moment to count from; default: now.")
    ] = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read one text a line.")] = False,
) -> None:
    """Read dates and times as people type them; prints one JSON object a line."""
    from bot.arabic.command import describe

    code = locale.rsplit("_", 1)[-1]
    if code not in COUNTRIES:
        raise typer.BadParameter("must be ar_SA or ar_MA", param_hint="--locale")
    local = zone(COUNTRIES[code].timezone)
    start = now.replace(tzinfo=local) if now else datetime.now(local)
    lines = (line.rstrip("\n") for line in sys.stdin) if stdin else [" ".join(text or [])]
    for line in lines:
        print(json.dumps(describe(line, start, locale), ensure_ascii=False))


def main() -> None:
    """Run a command; what is wrong with the settings is one line, not a traceback."""
    try:
        command()
    except SettingsError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except Refused as refusal:
        print(refusal.text, file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

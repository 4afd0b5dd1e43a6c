"""What whoever runs the installation does now and then from the command line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.app import load_secret_key, prepare_data_dir
from bot.channels.telegram import Telegram
from bot.chat.seal import Seal
from bot.core.clock import Clock
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.features.people import actions, queries, roster
from bot.features.people.queries import Role
from bot.storage.database import Database, open_database


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, for one command."""
    prepare_data_dir(settings)
    database = await open_database(settings.resolved_database_url(), Clock())
    try:
        yield database
    finally:
        await database.close()


async def import_roster(settings: Settings, table: Path) -> str:
    """Add the units of a CSV file to the tree; returns what was done in a sentence.

    :raises SettingsError: naming the line that cannot be taken; nothing is kept then.
    """
    try:
        lines = (await asyncio.to_thread(table.read_text, "utf-8-sig")).splitlines()
        async with opened(settings) as database, database.transaction() as tx:
            done = await roster.import_units(tx, lines)
    except (OSError, UnicodeDecodeError, roster.RosterError) as error:
        raise SettingsError(f"{table.name}: {error}") from None
    return f"{done.created} units added, {done.known} were there already"


async def list_units(settings: Settings) -> list[str]:
    """The tree of units, a line each, children indented below their parent."""
    async with opened(settings) as database, database.reading() as tx:
        places = await queries.root_units(tx)
        for root in tuple(places):
            places += await queries.units_under(tx, root.id)
    places.sort(key=lambda place: place.lineage)
    return [
        f"{'  ' * (len(place.lineage) - 1)}{place.id}  {place.name}  ({place.kind})"
        for place in places
    ]


async def make_invitation(settings: Settings, unit_id: int, role: str, days: int) -> str:
    """A link that gives a role at a unit, made without anybody's right: for whoever holds the
    machine.

    :raises SettingsError: for a unit or role that does not exist.
    """
    channel = Telegram(settings, Seal(load_secret_key(settings)))
    try:
        await channel.start()
        async with opened(settings) as database, database.transaction() as tx:
            code = await actions.create_invitation(
                tx, None, unit_id, Role(role), timedelta(days=days)
            )
        return channel.link(code)
    except (LookupError, ValueError) as error:
        raise SettingsError(str(error)) from None
    finally:
        await channel.stop()

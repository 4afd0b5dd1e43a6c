"""What an operator does now and then from the command line."""

import asyncio
import json
import os
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot import filing
from bot.app import load_secret_key, open_channels, prepare_data_dir
from bot.arabic.calendar.school_days import DayKind
from bot.channels.plugin import OpenChannel
from bot.chat.intake import inbox
from bot.chat.person import Person, PersonState, find_person
from bot.chat.seal import Seal
from bot.core.clock import Clock
from bot.core.english import counted
from bot.core.errors import Refused, SettingsError
from bot.core.i18n import Voice
from bot.core.settings import Settings
from bot.documents import calendar as calendar_files
from bot.features import derived, due_work, personal
from bot.features.announcements.actions import files as announcement_files
from bot.features.calendars import actions as calendar_actions
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import pictures as picture_actions
from bot.features.people.queries import personal as personal_queries
from bot.features.people.queries import units as unit_queries
from bot.features.practices.actions import evidence as evidence_actions
from bot.files.folder import open_folder, take_folder
from bot.files.store import BlobStore
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.audit import Verified
from bot.storage.database import Database, open_database
from bot.storage.secret_codes import SecretCodes
from bot.storage.transaction import Tx

ADOPTED_AT_ONCE = 100
WATCH_SECONDS = 0.5
FORMER = "message = ''"
"""Files that a former version showed by a reference: nobody sent them to this one."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, for one command."""
    prepare_data_dir(settings)
    url = settings.resolved_database_url()
    secret_codes = SecretCodes(load_secret_key(settings))
    database = await open_database(url, Clock(), due_work().listeners, secret_codes=secret_codes)
    try:
        yield database
    finally:
        await database.close()


async def take_folder_here(settings: Settings) -> str:
    """Make the folder of the settings the one of this database; returns what is so by now."""
    store = BlobStore(settings.resolved_files_dir())
    async with opened(settings) as database:
        await take_folder(database, store)
        async with database.reading() as tx:
            rows = await tx.fetch("SELECT sha256 FROM blobs")
    there = await asyncio.to_thread(lambda: sum(store.has(sha256) for (sha256,) in rows))
    files = f"of {counted(len(rows), 'file', 'files')}"
    return f"{store.folder} is the folder of this database, with {there} {files}"


@dataclass(frozen=True, slots=True)
class FetchedFiles:
    """What came of bringing over the files of former versions: how many are ours by now, how many
    could not be had, a line each, how many wait for a later attempt, and how many owners of
    pictures were asked about the pupils in them."""

    kept: int
    lost: tuple[str, ...]
    waiting: int
    asked: int


async def fetch_files(settings: Settings, tell: Callable[[int, int], None]) -> FetchedFiles:
    """Bring over what former versions kept by a channel's reference; `tell` hears how many of how
    many are done. What is broken off goes on with the next call, or with the running bot.

    :raises SettingsError: the platform does not know us, or the folder is another one.
    """
    # Former versions knew one channel, which is the first.
    channel = next(iter(open_channels(settings, Seal(load_secret_key(settings))).values()))
    await channel.start()
    try:
        async with opened(settings) as database:
            await open_folder(database, filing.store_of(settings))
            return await _fetch(database, settings, channel, tell)
    finally:
        await channel.stop()


async def _fetch(
    database: Database, settings: Settings, channel: OpenChannel, tell: Callable[[int, int], None]
) -> FetchedFiles:
    for adopt in (evidence_actions.adopt_files, announcement_files.adopt_files):
        more = ADOPTED_AT_ONCE
        while more == ADOPTED_AT_ONCE:
            async with database.transaction() as tx:
                more = await adopt(tx, channel.name, channel.account, ADOPTED_AT_ONCE)
    worker = f"{os.getpid()}-{secrets.token_hex(3)}"
    channels = {channel.name: channel}
    fetcher = filing.make_fetcher(database, settings, Clock(), channels, worker, alone=False)
    total = await _count(database, f"{FORMER} AND state = 'wanted'")
    watching = asyncio.create_task(_watch(database, total, tell))
    await fetcher.start()
    try:
        await fetcher.idle()
    finally:
        watching.cancel()
        await fetcher.stop()
        async with database.transaction() as tx:
            await evidence_actions.forget_references(tx)
            await announcement_files.forget_references(tx)
    asked, more = 0, ADOPTED_AT_ONCE
    while more == ADOPTED_AT_ONCE:
        async with database.transaction() as tx:
            more = await picture_actions.ask_owners(tx, ADOPTED_AT_ONCE)
        asked += more
    waiting = await _count(database, f"{FORMER} AND state = 'wanted'")
    tell(total - waiting, total)
    async with database.reading() as tx:
        lost = await tx.fetch(
            "SELECT id, owner_id, purpose, kind, reason FROM files"  # noqa: S608
            f" WHERE {FORMER} AND state IN ('refused', 'vanished') ORDER BY id"
        )
    return FetchedFiles(
        await _count(database, f"{FORMER} AND blob IS NOT NULL"),
        tuple(
            f"file {number} of person {owner}: {kind} for {purpose}, {reason}"
            for number, owner, purpose, kind, reason in lost
        ),
        waiting,
        asked,
    )


async def _watch(database: Database, total: int, tell: Callable[[int, int], None]) -> None:
    while True:
        tell(total - await _count(database, f"{FORMER} AND state = 'wanted'"), total)
        await asyncio.sleep(WATCH_SECONDS)


async def _count(database: Database, condition: str) -> int:
    async with database.reading() as tx:
        rows = await tx.fetch(f"SELECT count(*) FROM files WHERE {condition}")  # noqa: S608
    return int(rows[0][0])


async def import_calendar(settings: Settings, unit_id: int, file: Path, kind: str) -> str:
    """Import the holidays and examinations of an iCalendar file into a unit's calendar; `kind` is
    "holiday", "exams", or empty to go by their titles. Returns what was done in a sentence.

    :raises SettingsError: for a file that is none, and for a unit or kind that does not exist.
    """
    try:
        wanted = DayKind(kind) if kind else None
        data = await asyncio.to_thread(file.read_bytes)
        async with opened(settings) as database:
            async with database.reading() as tx:
                place = await unit_queries.unit(tx, unit_id)
            found = calendar_files.read_calendar_file(
                data, wanted, timezone=place.timezone if place else ""
            )
            async with database.transaction() as tx:
                done = await calendar_actions.import_days(tx, None, unit_id, found.entries)
    except OSError as error:
        raise SettingsError(f"{file.name}: {error.strerror}") from None
    except (LookupError, ValueError) as error:
        raise SettingsError(f"{file.name}: {error}") from None
    kept = counted(done.kept, "entry", "entries")
    older = f", {done.older} older than what stands there" if done.older else ""
    return f"{kept} kept, {done.withdrawn} withdrawn, {found.skipped} left out{older}"


async def list_units(settings: Settings) -> list[str]:
    """The tree of units, a line each, children indented below their parent."""
    async with opened(settings) as database, database.reading() as tx:
        places = await unit_queries.root_units(tx)
        for root in tuple(places):
            places += await unit_queries.units_under(tx, root.id)
    places.sort(key=lambda place: place.lineage)
    return [
        f"{'  ' * (len(place.lineage) - 1)}{place.id}  {place.name}  ({place.kind})"
        for place in places
    ]


async def make_invitation(
    settings: Settings, unit_id: int, role: str, days: int, channel_name: str = ""
) -> str:
    """A link that gives a role at a unit, made without anybody's right: for whoever controls the
    machine. It opens the bot on the channel of that name, or on the first one.

    :raises SettingsError: for a unit, role or channel that does not exist.
    """
    channels = open_channels(settings, Seal(load_secret_key(settings)))
    channel = channels.get(channel_name or next(iter(channels)))
    if channel is None:
        raise SettingsError(f"the channel must be {' or '.join(channels)}")
    try:
        await channel.start()
        async with opened(settings) as database, database.transaction() as tx:
            code = await invitation_actions.create_invitation(
                tx, None, unit_id, Role(role), timedelta(days=days)
            )
        return channel.link(code)
    except (LookupError, ValueError) as error:
        raise SettingsError(str(error)) from None
    finally:
        await channel.stop()


async def list_set_aside(settings: Settings) -> list[str]:
    """The updates that could not be handled, newest first, a line each. What people wrote is not
    shown."""
    async with opened(settings) as database, database.reading() as tx:
        found = await inbox.list_set_aside(tx)
    return [
        f"{each.id}  {each.received_at:%Y-%m-%d %H:%M:%S}Z  {each.channel}"
        f"  from {each.sender or 'nobody'}  {' '.join(each.error.split())}"
        for each in found
    ]


async def retry_set_aside(settings: Settings, update_id: int) -> None:
    """Have an update handled once more.

    :raises Refused: no such update is set aside.
    """
    async with opened(settings) as database, database.transaction() as tx:
        if not await inbox.retry_set_aside(tx, update_id):
            raise Refused("inbox.not_set_aside", f"{update_id} was not set aside")


async def tell_erasure(settings: Settings, person_id: int) -> list[str]:
    """Who it is, and what becomes of what they did, a line each, before they are erased.

    :raises Refused: nobody of that id is registered.
    """
    async with opened(settings) as database, database.reading() as tx:
        found = await _registered(tx, person_id)
        here = replace(found, voice=Voice("en", found.voice.gender, "latn"))
        told = [await part.tells(tx, here) for part in personal() if part.tells]
    return [f"{found.id}  {found.name}", *filter(None, told)]


async def export(settings: Settings, person_id: int) -> str:
    """Everything that is kept of a person and theirs to have, as JSON, for whoever runs the
    installation and was asked for it.

    :raises Refused: nobody of that id is registered.
    """
    async with opened(settings) as database, database.reading() as tx:
        found = await _registered(tx, person_id)
        kept = await personal_queries.export_person(tx, found.id, personal())
    return json.dumps(kept, ensure_ascii=False, indent=2)


async def erase(settings: Settings, person_id: int) -> None:
    """Erase a person for whoever runs the installation, by the action with which people erase
    themselves; the audit trail says that it was not they.

    :raises Refused: nobody of that id is registered.
    """
    async with opened(settings) as database, database.transaction() as tx:
        found = await _registered(tx, person_id)
        await erasure_actions.erase_person(tx, found, personal(), by_operator=True)


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who was erased: a number, since when it was known and when it was forgotten, in milliseconds
    since 1970."""

    person_id: int
    known_since: int
    erased_at: int


async def list_erasures(url: str) -> list[Erasure]:
    """Whom a backup that is restored must forget again. A database without the list has none."""
    database = await open_database(url, Clock())
    try:
        async with database.reading() as tx:
            rows = await tx.fetch(
                "SELECT person_id, known_since, erased_at FROM erasures ORDER BY id"
            )
    except sqlite3.DatabaseError:
        # So old, or so damaged, that there is none.
        return []
    finally:
        await database.close()
    return [Erasure(*row) for row in rows]


def read_erasures(lines: Iterable[str]) -> list[Erasure]:
    """The list as `halqa erasures` prints it.

    :raises SettingsError: naming the line that is none of it.
    """
    found = []
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
            raise SettingsError(f"line {number} is no erasure: three numbers are expected")
        found.append(Erasure(*map(int, parts)))
    return found


async def erase_again(url: str, erasures: Iterable[Erasure]) -> int:
    """Erase whoever is on the list and in the database still; returns how many these were. A
    number that was given to somebody else since is theirs."""
    database = await open_database(url, Clock(), due_work().listeners)
    erased = 0
    try:
        for each in erasures:
            async with database.transaction() as tx:
                person = await find_person(tx, each.person_id)
                rows = await tx.fetch("SELECT created_at FROM people WHERE id = ?", each.person_id)
                if person is None or person.state is PersonState.GONE:
                    continue
                if rows[0][0] == each.known_since:
                    await erasure_actions.erase_person(tx, person, personal(), by_operator=True)
                    erased += 1
        await database.cleaned()
    finally:
        await database.close()
    return erased


async def _registered(tx: Tx, person_id: int) -> Person:
    found = await find_person(tx, person_id)
    if found is None or not found.is_member:
        raise Refused("people.not_registered", f"nobody with the id {person_id} is registered")
    return found


async def verify_audit(settings: Settings) -> Verified:
    """What the chain of the audit trail proves."""
    async with opened(settings) as database:
        return await audit.verify(database)


async def recount(settings: Settings) -> list[str]:
    """Work out derived rows anew; a line for each table."""
    said = []
    async with opened(settings) as database:
        for each in derived():
            wrong = await each.put_right_in(database)
            rows = counted(wrong, "row", "rows")
            said.append(f"{each.table}: {f'{rows} put right' if wrong else 'right'}")
    return said

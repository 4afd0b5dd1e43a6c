"""The commands of `halqa`, as they are typed."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import list_commands, pack_commands, service
from bot.core.clock import Clock
from bot.core.country import COUNTRIES
from bot.core.english import counted
from bot.core.zones import zone
from bot.service import bar, prepare, tell

command = typer.Typer(
    help="Halqa: a chatbot for teachers in professional learning communities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
list_commands.add_to(command)
pack_commands.add_to(command)


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
    service.run(simulator=simulator)


@command.command("demo-reset")
def demo_reset() -> None:
    """Forget the department of `halqa run --simulator`; the next run makes it anew. A database with
    real people is refused."""
    from bot import app, demo
    from bot.storage.lock import take_lock

    settings = prepare()
    lock = take_lock(settings.resolved_database_url())
    try:
        demo.begin_anew(settings, app.memory_of(settings))
    finally:
        lock.release()
    tell("the department is forgotten; the next run makes it anew")


@command.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="A revision, or head.")] = "head",
    *,
    back: Annotated[bool, typer.Option("--back", help="Go down to the revision.")] = False,
) -> None:
    """Bring the database to a revision of its shape."""
    from bot import app
    from bot.storage import migrations
    from bot.storage.lock import take_lock

    settings = prepare()
    app.prepare_data_dir(settings)
    url = settings.resolved_database_url()
    lock = take_lock(url)
    try:
        (migrations.migrate_back if back else migrations.migrate)(url, revision)
    finally:
        lock.release()
    tell(f"the database is at {revision}")


@command.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Copy the SQLite database and the files of people while the bot runs. secret.key is not in
    it."""
    from bot import filing
    from bot.files.copying import copy_beside
    from bot.storage.backup import back_up

    settings = prepare()
    made = back_up(settings.resolved_database_url(), file, force=force)
    tell(f"{made.path}: {counted(made.size, 'byte', 'bytes')}, revision {made.revision}, checked")
    copied = copy_beside(made.path, filing.store_of(settings))
    size = counted(copied.size, "byte", "bytes")
    tell(f"{copied.folder}: {counted(copied.files, 'file', 'files')}, {size}")
    if copied.missing:
        missing = counted(len(copied.missing), "file was", "files were")
        tell(f"{missing} not to be had: see `halqa doctor`")
    tell("secret.key is not in it: keep a copy of that elsewhere")


@command.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `halqa backup` made.")],
    *,
    erasures: Annotated[
        Path | None,
        typer.Option(
            help="What `halqa erasures` printed last; needed where the database itself is lost."
        ),
    ] = None,
) -> None:
    """Put a backup in place of the SQLite database, and its files into their folder; the bot must
    be stopped. Whoever was erased since is erased from it again."""
    from bot import app, filing, upkeep
    from bot.files.copying import put_back as put_files_back
    from bot.storage.backup import restore as put_back
    from bot.storage.whereabouts import sqlite_file

    settings = prepare()
    app.prepare_data_dir(settings)
    url = settings.resolved_database_url()
    listed = upkeep.read_erasures(erasures.read_text().splitlines()) if erasures else []
    database = sqlite_file(url)
    if database is not None and database.exists():
        listed += asyncio.run(upkeep.list_erasures(url))
    again: list[int] = []

    def forget(draft: str) -> None:
        again.append(asyncio.run(upkeep.erase_again(draft, listed)))

    done = put_back(url, file, Clock().now(), forget)
    tell(f"{done.path}: restored from revision {done.revision}, and brought up to date")
    if any(again):
        erased = counted(again[0], "person who was", "people who were")
        tell(f"erased from it again: {erased} erased since")
    if done.aside:
        tell(f"the database that was there is kept as {done.aside}")
    copied = put_files_back(file, filing.store_of(settings))
    if copied is None:
        tell("no files lie beside it: those in the folder are shown, as far as they are there")
    else:
        found = counted(copied.files, "file of the backup is", "files of the backup are")
        tell(f"{copied.folder}: {found} there")
    tell("buttons and links from before work only with the secret.key of that time")


files = typer.Typer(help="The files that people have sent.", no_args_is_help=True)
command.add_typer(files, name="files")


@files.command()
def fetch() -> None:
    """Bring over the files that former versions left with Telegram; Ctrl-C breaks off, and the next
    call goes on. Owners of pictures are asked about the pupils in them."""
    from bot import app, upkeep

    settings = prepare()
    app.require_channel(settings)
    with bar("files") as told:
        done = asyncio.run(upkeep.fetch_files(settings, told))
    kept = counted(done.kept, "file is", "files are")
    asked = counted(done.asked, "owner was", "owners were")
    tell(f"{kept} ours; {asked} asked about the pupils in them")
    if done.waiting:
        tell(f"{done.waiting} could not be had just now: run it again, or leave it to the bot")
    for line in done.lost:
        tell(f"not to be had: {line}; its owner was told")


@files.command()
def here() -> None:
    """Say that the folder of the settings is the one of this database from now on."""
    from bot import upkeep

    tell(asyncio.run(upkeep.take_folder_here(prepare())))


@command.command()
def doctor() -> None:
    """Check everything that the bot stands on; the exit code is 1 if anything is wrong."""
    from bot.doctor import examine

    sound = True
    for finding in examine():
        sound = sound and finding.fine
        tell(str(finding))
    if not sound:
        raise typer.Exit(1)


@command.command()
def recount() -> None:
    """Put right the derived counts, where `halqa doctor` finds one wrong."""
    from bot import upkeep

    for line in asyncio.run(upkeep.recount(prepare())):
        tell(line)


@command.command("set-aside")
def set_aside(
    *,
    retry: Annotated[
        int | None, typer.Option("--retry", metavar="ID", help="Have it handled once more.")
    ] = None,
) -> None:
    """List the updates that could not be handled, with their errors."""
    from bot import upkeep

    settings = prepare()
    if retry is not None:
        asyncio.run(upkeep.retry_set_aside(settings, retry))
        tell(f"update {retry} waits again; a running bot takes it up within half a minute")
        return
    for line in asyncio.run(upkeep.list_set_aside(settings)) or ["nothing was set aside"]:
        tell(line)


@command.command()
def export(person: Annotated[int, typer.Argument(help="Id of the person.")]) -> None:
    """Print all that is kept of a person and theirs to have, as JSON."""
    from bot import upkeep

    tell(asyncio.run(upkeep.export(prepare(), person)))


@command.command()
def erase(
    person: Annotated[int, typer.Argument(help="Id of the person.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase what is kept of a person, as they can do themselves in the chat; asks first."""
    from bot import upkeep

    settings = prepare()
    for line in asyncio.run(upkeep.tell_erasure(settings, person)):
        tell(line)
    if not yes:
        typer.confirm("Erase it? This cannot be undone.", abort=True)
    asyncio.run(upkeep.erase(settings, person))
    tell(f"erased; {person} is a number without a name now")


@command.command()
def erasures(
    *,
    apply: Annotated[
        Path | None, typer.Option(help="Erase whoever is on this list and here still.")
    ] = None,
) -> None:
    """List who was erased, as numbers and moments, to be kept beside the backups; or, after a
    restored backup, erase them again."""
    from bot import upkeep

    url = prepare().resolved_database_url()
    if apply is None:
        for each in asyncio.run(upkeep.list_erasures(url)):
            tell(f"{each.person_id}\t{each.known_since}\t{each.erased_at}")
        return
    listed = upkeep.read_erasures(apply.read_text().splitlines())
    again = asyncio.run(upkeep.erase_again(url, listed))
    tell(f"{counted(again, 'person', 'people')} erased again")


audit = typer.Typer(help="The log of who did what.", no_args_is_help=True)
command.add_typer(audit, name="audit")


@audit.command()
def verify() -> None:
    """Go through the chain of the log: every entry is as it was sealed, or the first that is not is
    named, and the exit code is 1. Keep the last link elsewhere to notice a log that was cut off."""
    from bot import upkeep

    found = asyncio.run(upkeep.verify_audit(prepare()))
    entries = counted(found.entries, "entry", "entries")
    tell(f"{entries}, of {found.erased} the details are erased")
    if found.unsealed:
        unsealed = counted(found.unsealed, "is", "are")
        tell(f"{unsealed} not sealed yet: a running bot does it within ten minutes")
    if found.broken:
        tell(f"broken: {found.broken}")
        raise typer.Exit(1)
    tell(f"the chain holds; its last link is {found.head or 'none yet'}")


@command.command()
def routes() -> None:
    """Print the map of the conversation: commands, menu words, screens and forms."""
    from rich.console import Console
    from rich.table import Table

    from bot.app import build_router

    table = Table("what a person does", "leads to", "code")
    for row in build_router().table():
        table.add_row(*row)
    Console().print(table)


@command.command("import-calendar")
def import_calendar(
    unit: Annotated[int, typer.Argument(help="Id of the unit; it holds for those below as well.")],
    file: Annotated[Path, typer.Argument(help="An iCalendar file (.ics) with whole days.")],
    *,
    kind: Annotated[
        str, typer.Option(help="holiday or exams, for all entries; default: by their titles.")
    ] = "",
) -> None:
    """Import holidays and examination weeks into the calendar of a unit; a second import of the
    same calendar brings them up to date."""
    from bot import upkeep

    tell(asyncio.run(upkeep.import_calendar(prepare(), unit, file, kind)))


@command.command()
def units() -> None:
    """Print the tree of units with their ids."""
    from bot import upkeep

    for line in asyncio.run(upkeep.list_units(prepare())):
        tell(line)


@command.command("move-unit")
def move_unit(
    unit: Annotated[int, typer.Argument(help="Id of the unit; what lies below it moves along.")],
    below: Annotated[int, typer.Argument(help="Id of the unit below which it is to lie.")],
) -> None:
    """Let a unit lie below another one; everybody keeps their place and roles."""
    from bot import restructuring

    tell(asyncio.run(restructuring.move(prepare(), unit, below)))


@command.command("merge-units")
def merge_units(
    unit: Annotated[int, typer.Argument(help="Id of the unit that is to become part.")],
    into: Annotated[int, typer.Argument(help="Id of the unit that takes it up.")],
) -> None:
    """Let a unit become part of another one, with its people, roles, teams and invitations."""
    from bot import restructuring

    tell(asyncio.run(restructuring.merge(prepare(), unit, into)))


@command.command("close-unit")
def close_unit(unit: Annotated[int, typer.Argument(help="Id of the unit.")]) -> None:
    """Close a unit; its history stays, and whoever waits there is told."""
    from bot import restructuring

    tell(asyncio.run(restructuring.close(prepare(), unit)))


@command.command()
def invite(
    unit: Annotated[int, typer.Argument(help="Id of the unit.")],
    role: Annotated[str, typer.Argument(help="The role that the link gives there.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days until the link expires.")] = 7,
    channel: Annotated[str, typer.Option(help="What it opens; default: the first channel.")] = "",
) -> None:
    """Make an invitation link, for the first administrator or whoever has no link yet."""
    from bot import app, upkeep

    settings = prepare()
    app.require_channel(settings)
    tell(asyncio.run(upkeep.make_invitation(settings, unit, role, days, channel)))


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
    from bot.arabic.dates.description import describe

    code = locale.rsplit("_", 1)[-1]
    if code not in COUNTRIES:
        raise typer.BadParameter("must be ar_SA or ar_MA", param_hint="--locale")
    local = zone(COUNTRIES[code].timezone)
    start = now.replace(tzinfo=local) if now else datetime.now(local)
    lines = (line.rstrip("\n") for line in sys.stdin) if stdin else [" ".join(text or [])]
    for line in lines:
        print(json.dumps(describe(line, start, locale), ensure_ascii=False))

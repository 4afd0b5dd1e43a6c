"""A copy of the SQLite database under load, and its way back.

Only the database is copied: `secret.key` is not in it. All functions block.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bot.core.errors import Refused
from bot.storage.lock import DatabaseLock, InUse
from bot.storage.migrations import known_revisions, migrate
from bot.storage.whereabouts import BESIDE, give_to_owner, sqlite_file, sqlite_url

PATIENCE_SECONDS = 30.0
"""How long a copy waits for whoever writes."""


@dataclass(frozen=True, slots=True)
class Backup:
    path: Path
    size: int
    """In bytes."""
    revision: str


@dataclass(frozen=True, slots=True)
class Restored:
    path: Path
    aside: Path | None
    """Where the database lies now that was there before."""
    revision: str
    """That of the backup, before it was brought up to date."""


def back_up(url: str, target: Path, *, force: bool = False) -> Backup:
    """Copy the database as it is at one instant to `target`, durably, readable by its owner only.

    The bot goes on reading and writing meanwhile. The copy is checked before it takes its name, so
    `target` is either absent, what it was before, or whole.

    :raises Refused: for PostgreSQL, without a database, when `target` exists and `force` is not
        given, when it is the database itself, and when the copy fails.
    """
    database = _find_sqlite(url, "pg_dump")
    if not database.is_file():
        raise Refused("backup.no_database", f"there is no database at {database}")
    own = {database.with_name(database.name + end) for end in BESIDE}
    if target.resolve() in {path.resolve() for path in own}:
        raise Refused("backup.onto_itself", f"{target} belongs to the database itself")
    if target.is_dir():
        raise Refused("backup.folder", f"{target} is a folder: name a file in it")
    if target.exists() and not force:
        raise Refused("backup.exists", f"{target} exists: name another file, or add --force")
    with _draft(target, "backup.failed") as draft:
        _copy(database, draft)
        revision = examine(draft, quick=True)
        _sync(draft)
        draft.replace(target)
        _sync(target.parent)
    return Backup(target, target.stat().st_size, revision)


def restore(
    url: str, source: Path, now: datetime, prepare: Callable[[str], None] | None = None
) -> Restored:
    """Put a backup in the database's place, brought up to date; what was there is kept beside it.

    `prepare` is given the URL of the copy, up to date, before it takes its place.

    Everything is tried on a copy first: until the last step, which is one renaming, the old
    database stays where it is.

    :raises Refused: for PostgreSQL, while a bot runs on the database, when `source` is damaged, is
        not a database of Halqa, or comes from a newer version.
    """
    database = _find_sqlite(url, "pg_restore")
    if not source.is_file():
        raise Refused("restore.no_backup", f"there is no file {source}")
    if database.exists() and source.samefile(database):
        raise Refused("restore.onto_itself", f"{source} is the database itself")
    try:
        lock = DatabaseLock.take(url)
    except InUse:
        raise Refused("restore.in_use", f"a bot runs on {database}: stop it first") from None
    try:
        with _draft(database, "restore.failed") as draft:
            _copy(source, draft)
            revision = examine(draft)
            if revision not in known_revisions():
                raise Refused(
                    "restore.newer",
                    f"{source} is of a newer version of Halqa ({revision}): upgrade first",
                )
            migrate(sqlite_url(draft))
            if prepare is not None:
                prepare(sqlite_url(draft))
            give_to_owner(draft)
            _sync(draft)
            aside = _keep_aside(database, now) if database.exists() else None
            draft.replace(database)
            _sync(database.parent)
    finally:
        lock.release()
    return Restored(database, aside, revision)


def examine(database: Path, *, quick: bool = False) -> str:
    """The revision of a database whose integrity was checked; `quick` leaves out the comparison of
    tables and indices.

    :raises Refused: it is damaged, or it is not a database of Halqa.
    """
    check = "quick_check" if quick else "integrity_check"
    try:
        with closing(_open(database)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(1)")]
            if found != ["ok"]:
                raise Refused("database.damaged", f"{database} is damaged: {found[0]}")
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error as error:
        raise Refused("database.foreign", f"{database} is no database of Halqa: {error}") from None
    if len(rows) != 1:
        raise Refused("database.foreign", f"{database} is no database of Halqa: it is empty")
    return str(rows[0][0])


def _find_sqlite(url: str, instead: str) -> Path:
    path = sqlite_file(url)
    if path is None:
        raise Refused(
            "backup.not_sqlite",
            f"the database is PostgreSQL: use {instead}, as docs/operations.md describes",
        )
    return path


@contextmanager
def _draft(target: Path, code: str) -> Iterator[Path]:
    """A new file beside `target`, readable by its owner only, that is gone afterwards unless it
    was given its name.

    :raises Refused: with `code`, when the disk or the database does not do its part.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Refused(code, f"{target} could not be written: {reason}") from None
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            draft.with_name(draft.name + end).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=PATIENCE_SECONDS)


def _copy(source: Path, draft: Path) -> None:
    try:
        reading = _open(source)
    except sqlite3.Error as error:
        raise Refused("backup.unreadable", f"{source} cannot be read: {error}") from None
    with closing(reading), closing(_open(draft)) as writing:
        try:
            # In one step: between two steps a writer would make it begin again.
            reading.backup(writing, pages=-1)
            # One file, without a journal beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise Refused("database.foreign", f"{source} is damaged: {error}") from None


def _keep_aside(database: Path, now: datetime) -> Path:
    """Give the old database a second, dated name; the caller replaces the first.

    :raises Refused: somebody has the database open.
    """
    stem = f"{database.name}.before-restore-{now:%Y%m%dT%H%M%SZ}"
    aside = database.with_name(stem)
    number = 1
    while aside.exists():
        number += 1
        aside = database.with_name(f"{stem}-{number}")
    try:
        # Its journal must not be taken for that of the new database.
        with closing(_open(database)) as connection:
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise Refused("restore.in_use", f"{database} is in use: stop the bot first") from None
    except sqlite3.DatabaseError:
        # So damaged that it cannot be opened: it is kept as it is.
        pass
    for end in ("-wal", "-shm", "-journal"):
        beside = database.with_name(database.name + end)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + end))
    try:
        os.link(database, aside)
    except OSError:
        # A file system without links: for an instant there is no database.
        database.rename(aside)
    return aside


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

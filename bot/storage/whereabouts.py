"""Where a database is: from its URL to the file, or to what the driver needs; and, where it cannot
be used, why, and what to do.

The path in an SQLite URL is written as in every URL: `%3F` is a question mark, which by itself
would begin options.
"""

import os
import socket
import sqlite3
import ssl
import stat
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, make_url

from bot.core.redaction import describe
from bot.storage.failures import DatabaseAway, driver_error

CONNECT_SECONDS = 10.0
"""How long a server may take to let us in."""
LOCK = ".lock"
TURNS = ".turns"
BESIDE = ("", "-wal", "-shm", "-journal", LOCK, TURNS)
"""How the names of the files end that belong to an SQLite database."""

_SQLSTATES = {
    "28P01": "PostgreSQL refuses the user or the password: mend them",
    "28000": "PostgreSQL lets this user in from here by no way: see its pg_hba.conf, or ?sslmode=",
    "3D000": "PostgreSQL has no database of this name: make it with createdb",
    "42501": "this user may not do that in PostgreSQL: make it the database's owner",
    "53300": "PostgreSQL has no connection free: raise its max_connections, or end what holds them",
    "57P03": "PostgreSQL is just starting or ending: try again in a moment",
}
_SQLITE = {
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database: name another one",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: restore a backup with `halqa restore`",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: give it and its folder to the bot's user",
    sqlite3.SQLITE_READONLY: "the file cannot be written to: give it to the bot's user",
    sqlite3.SQLITE_BUSY: "another program holds the file: end it",
    sqlite3.SQLITE_FULL: "the disk is full: make room",
}


def sqlite_url(path: Path) -> str:
    """The URL of a file."""
    return f"sqlite+aiosqlite:///{quote(str(path))}"


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL, whatever links lead to it; None for a database without one."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database or parts.database == ":memory:":
        return None
    # The files beside it, the lock among them, have to be the same by every name.
    return Path(os.path.realpath(parts.database))


def give_to_owner(path: Path) -> None:
    """Give a file that root made to whoever owns its folder, since the bot runs as that user."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def close_to_others(database: Path) -> None:
    """Let nobody but its owner read a database or what lies beside it: SQLite gives the files that
    it makes there the rights of the first, so that one is made here.

    :raises OSError: it is not there and cannot be made.
    """
    try:
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        give_to_owner(database)
    except FileExistsError:
        pass
    for end in BESIDE:
        close_to_group(database.with_name(database.name + end), 0o600)


def close_to_group(path: Path, mode: int) -> None:
    """Take from everybody but its owner what they may do with a file or folder; one that is not
    there, or is somebody else's, stays as it is."""
    try:
        found = path.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(mode)
    except OSError:
        return


def why_unusable(url: str, error: BaseException) -> str:
    """Why a database cannot be used and what to do about it, in one line that holds no secret; ""
    where the error is no answer of a database."""
    if isinstance(error, DatabaseAway):
        return str(error)
    error = driver_error(error)
    if state := getattr(error, "sqlstate", None):
        return _SQLSTATES.get(state, "")
    if (code := getattr(error, "sqlite_errorcode", None)) is not None:
        if "no such table" in str(error):
            return "the database is not of this version's shape: `halqa migrate`"
        return _SQLITE.get(code & 0xFF, "")
    if not url:
        return ""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        if isinstance(error, OSError) and error.errno:
            return f"the file cannot be used ({error.strerror})"
        return ""
    if type(error).__module__.startswith("asyncpg") and not isinstance(error, OSError):
        return f"PostgreSQL cannot be reached so: {error}"
    return _why_unreachable(parts, error)


def _why_unreachable(parts: URL, error: BaseException) -> str:
    host = str(parts.query.get("host") or parts.host or "localhost")
    place = f"at {host}, port {parts.port or parts.query.get('port') or 5432}"
    if isinstance(error, ssl.SSLError):
        return f"the server's certificate is not trusted ({describe(error)}): see PGSSLROOTCERT"
    if isinstance(error, socket.gaierror):
        return f"the server's name {host} leads nowhere: mend it"
    if isinstance(error, TimeoutError):
        return f"nothing answers {place}: mend the address, or let this machine through"
    if isinstance(error, ConnectionError) and "SSL" in str(error):
        return f"PostgreSQL {place} speaks no TLS: turn it on there, or leave out ?sslmode="
    # Of several addresses none answered: that error has no number.
    if isinstance(error, OSError) and (error.errno or "Multiple exceptions" in str(error)):
        return f"no PostgreSQL answers {place}: start it, or mend the address"
    return ""

"""Errors of the database that pass by themselves, told apart from those that stay.

A *collision* is a transaction that met another one: the same work succeeds when it is done again,
so it is, a bounded number of times. An *outage* is a database that cannot be used at all, whatever
the work is: it lasts as long as it lasts. Everything else is a fault of ours, which no repetition
mends. They are told apart by their codes alone: a class of errors such as `OperationalError` holds
all three.
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

COLLISIONS = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL could not serialize, found a deadlock, or did not get a lock."""
READ_ONLY = "25006"
UNAVAILABLE = frozenset({
    "57P01", "57P02", "57P03", "57P05", READ_ONLY, "53100", "53300", "58030",
})  # fmt: skip
"""PostgreSQL is ending, crashed, starting, has cut an idle session off, takes no writes just now,
like a server that is about to take another's place, has a full disk, no free connection, or a disk
that fails."""
UNAVAILABLE_CLASSES = frozenset({"08"})
"""PostgreSQL's connection exceptions."""
SQLITE_COLLISIONS = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL,
})  # fmt: skip
SQLITE_OUTAGES = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip

SYSTEM_OUTAGES = frozenset({
    errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.ETIMEDOUT, errno.ENOSPC,
    errno.EDQUOT, errno.EIO,
})  # fmt: skip


class DatabaseAway(ConnectionError):
    """The database cannot be used just now: nothing of the work has begun."""


class ConnectionLost(DatabaseAway):
    """The connection to the database ended under a transaction. Nothing of it remains, unless it
    ended while the commit was under way."""


class UndoneTogether(Exception):
    """The commit that several transactions shared was undone for the sake of another one of them;
    with this one nothing is wrong."""


class WroteWhileReading(Exception):
    """Code of ours has tried to write in a transaction that was opened for reading."""


def is_transient(error: BaseException) -> bool:
    """Whether the same work may well succeed later."""
    return is_collision(error) or is_outage(error)


def is_collision(error: BaseException) -> bool:
    """Whether the transaction ended only because it met another one."""
    if isinstance(error, UndoneTogether):
        return True
    error = driver_error(error)
    return _sqlstate(error) in COLLISIONS or _sqlite_code(error) in SQLITE_COLLISIONS


def is_outage(error: BaseException) -> bool:
    """Whether the database itself could not be used, whatever the work was."""
    if isinstance(error, ConnectionError):
        return True
    error = driver_error(error)
    if isinstance(error, OSError):
        return error.errno in SYSTEM_OUTAGES
    code = _sqlstate(error)
    if code in UNAVAILABLE or code[:2] in UNAVAILABLE_CLASSES:
        return True
    return _sqlite_code(error) in SQLITE_OUTAGES


def is_read_only(error: BaseException) -> bool:
    """Whether the database refused to write. In a transaction that was opened for reading that is
    a fault of ours, and no outage."""
    error = driver_error(error)
    refused = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY
    return refused or _sqlstate(error) == READ_ONLY


def _sqlstate(error: BaseException) -> str:
    # The driver's own errors carry the code, and so do SQLAlchemy's wrappers of them.
    return getattr(error, "sqlstate", None) or ""


def _sqlite_code(error: BaseException) -> int:
    """The primary code, which the last byte of an extended one holds; a lack of memory is one,
    wherever it was met."""
    code: int = getattr(error, "sqlite_errorcode", None) or 0
    return sqlite3.SQLITE_NOMEM if code == sqlite3.SQLITE_IOERR_NOMEM else code & 0xFF


def driver_error(error: BaseException) -> BaseException:
    """The driver's own error, which carries the code."""
    return error.orig or error if isinstance(error, DBAPIError) else error

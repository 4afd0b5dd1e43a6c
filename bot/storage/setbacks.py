"""What goes wrong outside of the work itself: the same work may well succeed later."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from bot.storage.crossings import was_crossed

TRANSIENT = (sqlite3.OperationalError, OSError, TimeoutError, NoFreeConnection)
"""A busy or full disk, a lost connection, a pool whose connections are all in use."""
UNAVAILABLE = frozenset({"57P01", "57P02", "57P03", "57P05", "25006"})
"""PostgreSQL is ending, crashed, starting, has cut an idle session off, or takes no writes just
now, as a server does that is about to take another's place."""
UNAVAILABLE_CLASSES = frozenset({"08", "53"})
"""PostgreSQL's connection exceptions, and its wants: disk, memory, free connections."""


AILING = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip


class ConnectionLost(ConnectionError):
    """The connection to the database ended under a transaction. Nothing of it remains, unless it
    ended while the commit was under way."""


def is_transient(error: BaseException) -> bool:
    """Whether the same work may well succeed later."""
    if isinstance(error, TRANSIENT) or was_crossed(error):
        return True
    return is_outage(error) or isinstance(_driver_error(error), TRANSIENT)


def is_outage(error: BaseException) -> bool:
    """Whether the database itself could not be used, whatever the work was: it is gone, full, or
    held by another program."""
    if isinstance(error, ConnectionLost | NoFreeConnection):
        return True
    error = _driver_error(error)
    code = getattr(error, "sqlstate", None) or ""
    if code in UNAVAILABLE or code[:2] in UNAVAILABLE_CLASSES:
        return True
    # Extended codes keep the kind in their last byte.
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in AILING


def _driver_error(error: BaseException) -> BaseException:
    """The driver's own error, which carries the code."""
    return error.orig or error if isinstance(error, DBAPIError) else error

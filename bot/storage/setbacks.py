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


class ConnectionLost(ConnectionError):
    """The connection to the database ended under a transaction. Nothing of it remains, unless it
    ended while the commit was under way."""


def is_transient(error: BaseException) -> bool:
    """Whether the same work may well succeed later."""
    if isinstance(error, TRANSIENT) or was_crossed(error):
        return True
    if isinstance(error, DBAPIError):
        error = error.orig or error
    # The driver's own errors carry the code, and so do SQLAlchemy's wrappers of them.
    code = getattr(error, "sqlstate", None) or ""
    return isinstance(error, TRANSIENT) or code in UNAVAILABLE or code[:2] in UNAVAILABLE_CLASSES

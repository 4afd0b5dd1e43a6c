"""One bot on one SQLite file, and none while a backup takes its place.

The lock belongs to the open file, so it ends with the process however that ends. PostgreSQL knows
several bots and needs none.
"""

import fcntl
import os
from pathlib import Path

from sqlalchemy import make_url


class InUse(Exception):
    """Another process has the database."""


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL; None for a database without one."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database or parts.database == ":memory:":
        return None
    return Path(parts.database)


def give_to_owner(path: Path) -> None:
    """Give a file that root made to whoever owns its folder, since the bot runs as that user."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


class DatabaseLock:
    """Held from `take` to `release`."""

    def __init__(self, handle: int | None) -> None:
        self._handle = handle

    @classmethod
    def take(cls, url: str) -> "DatabaseLock":
        """:raises InUse: somebody else holds it."""
        database = sqlite_file(url)
        if database is None:
            return cls(None)
        path = database.with_name(f"{database.name}.lock")
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            give_to_owner(path)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise InUse(database.name) from None
        except BaseException:
            os.close(handle)
            raise
        return cls(handle)

    def release(self) -> None:
        # The file stays: removing it would let two hold one lock, each on a file of its own.
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

"""One bot on one SQLite file, and none while a backup takes its place.

The lock is the system's own on an open file (`flock`), so it ends with the process however that
ends. PostgreSQL knows several bots and needs none.
"""

from typing import TYPE_CHECKING

from bot.core.errors import SettingsError
from bot.storage.whereabouts import LOCK, give_to_owner, sqlite_file

if TYPE_CHECKING:
    from filelock import UnixFileLock


class InUse(Exception):
    """Another process has the database."""


class DatabaseLock:
    """Held from `take` to `release`."""

    def __init__(self, lock: "UnixFileLock | None") -> None:
        self._lock = lock

    @classmethod
    def take(cls, url: str) -> "DatabaseLock":
        """:raises InUse: somebody else holds it.
        :raises OSError: the file cannot be made or opened, or its file system knows no locks.
        """
        database = sqlite_file(url)
        if database is None:
            return cls(None)
        # Only a start and a restore need it, and it is not loaded in no time.
        from filelock import Timeout, UnixFileLock

        path = database.with_name(database.name + LOCK)
        lock = UnixFileLock(
            path,
            mode=0o600,
            blocking=False,
            thread_local=False,
            # A mark in a file would outlive a kill.
            fallback_to_soft=False,
            # Removing the file would let two hold one lock, each on a file of its own.
            preserve_lock_file=True,
            on_acquired=lambda _: give_to_owner(path),
        )
        try:
            lock.acquire()
        except Timeout:
            raise InUse(database.name) from None
        return cls(lock)

    def release(self) -> None:
        """Let go of it; a second time does nothing."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def take_lock(url: str) -> DatabaseLock:
    """Have a database for ourselves; PostgreSQL is shared.

    :raises SettingsError: another bot runs on it, or its lock cannot be taken.
    """
    try:
        return DatabaseLock.take(url)
    except InUse as error:
        raise SettingsError(
            f"HALQA_DATABASE_URL: another bot runs on {error}: end that one, or name another file"
        ) from None
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or "its file system knows no locks"
        raise SettingsError(f"HALQA_DATABASE_URL: cannot be locked ({reason})") from None

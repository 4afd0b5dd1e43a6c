"""Who is next, where several processes write to one SQLite file.

SQLite lets whoever asks first after a commit go on, and that is nearly always who has just written
and goes on at once: whoever looks every few milliseconds may look for seconds. Here whoever has to
wait holds a place, and nobody begins without it. It is the system's own lock on an open file
(`flock`), so it ends with its process, however that ends. It is courtesy and no more: SQLite alone
keeps two writers apart, so where there is no place to be had (another program, a process that was
stopped while it held it) one goes on without it after a moment.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from bot.storage.whereabouts import TURNS, give_to_owner


class WriteTurns:
    """The place of whoever waits, as one process sees it. Neither call waits."""

    def __init__(self, database: Path | None) -> None:
        self._file: int | None = None
        if database is None:
            return
        path = database.with_name(database.name + TURNS)
        # Where it cannot be made, nobody is polite.
        with suppress(OSError):
            self._file = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
            give_to_owner(path)

    def take(self) -> bool:
        """Take the place, or find that we have it; False: another process waits."""
        if self._file is None:
            return True
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A file system that knows no locks.
            self.close()
        return True

    def leave(self) -> None:
        """Let others have it; a second time does nothing."""
        if self._file is not None:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

"""The bytes that belong to a copy of the database, beside it, and their way back.

Bytes never change under their name, so on one disk a copy is a second name for them. All functions
block.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.core.errors import Refused
from bot.files.store import MARK, BlobStore, sync_folder


@dataclass(frozen=True, slots=True)
class CopiedBytes:
    """What lies in `folder` now: how many files, of how many bytes; and the hashes of those that
    should be there and were not to be had."""

    folder: Path
    files: int
    size: int
    missing: tuple[str, ...]


def folder_beside(backup: Path) -> Path:
    """Where the bytes of a backup lie."""
    return backup.with_name(f"{backup.name}.files")


def copy_beside(backup: Path, store: BlobStore) -> CopiedBytes:
    """Copy the bytes that a copy of the database tells of; what an earlier one has left there and
    this one does not need is removed. They stay for a day after nobody refers to them, so none is
    gone meanwhile.

    :raises Refused: the folder cannot be written.
    """
    beside = BlobStore(folder_beside(backup))
    try:
        beside.prepare()
        for left in beside.drafts():
            # A backup that was killed has left it.
            left.unlink(missing_ok=True)
        wanted = set(_told_by(backup))
        made = _bring(wanted, store, beside)
        for name in set(beside.names()) - wanted:
            beside.remove(name)
        if mark := store.read_mark():
            beside.write_mark(mark)
        sync_folder(beside.folder)
    except OSError as error:
        raise Refused(
            "backup.files", f"{beside.folder} could not be written: {error.strerror}"
        ) from None
    return made


def put_back(backup: Path, store: BlobStore) -> CopiedBytes | None:
    """Put the bytes of a backup back into the folder; what lies there already stays. None: there
    are none beside it.

    :raises Refused: the folder cannot be written.
    """
    beside = BlobStore(folder_beside(backup))
    if not beside.folder.is_dir():
        return None
    try:
        store.prepare()
        made = _bring(set(_told_by(backup)), beside, store)
        if (beside.folder / MARK).exists():
            store.write_mark(beside.read_mark())
    except OSError as error:
        raise Refused(
            "restore.files", f"{store.folder} could not be written: {error.strerror}"
        ) from None
    return made


def _told_by(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'blobs'"
        ).fetchone()
        # One of a former version knows of none.
        rows = connection.execute("SELECT sha256 FROM blobs") if known else ()
        return [str(sha256) for (sha256,) in rows]


def _bring(wanted: Iterable[str], source: BlobStore, target: BlobStore) -> CopiedBytes:
    size, missing, count = 0, [], 0
    for sha256 in sorted(wanted):
        place = target.place(sha256)
        if not place.exists():
            try:
                _link(source.place(sha256), place, target.draft(0, f"{sha256}-{os.getpid()}"))
            except FileNotFoundError:
                missing.append(sha256)
                continue
        size += place.stat().st_size
        count += 1
    return CopiedBytes(target.folder, count, size, tuple(missing))


def _link(source: Path, place: Path, draft: Path) -> None:
    """:raises FileNotFoundError: there is nothing at `source`."""
    if not source.exists():
        raise FileNotFoundError(source)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(source, place)
    except FileExistsError:
        return
    except OSError:
        # Another disk, or one that knows no second names.
        shutil.copyfile(source, draft)
        draft.chmod(0o600)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(place)

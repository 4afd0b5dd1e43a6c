"""The folder of bytes: each file under its hash, durable before it has its name."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

LEAST_FREE = 2 * 2**30
"""Bytes of free disk below which nothing is taken."""
DRAFTS = "incoming"
MADE = "0."
"""How drafts begin that belong to no file that was sent."""
MARK = "mark"
CHUNK = 2**20


class BlobStore:
    """The folder, `ab/cd/<sha256>` below it. All functions but `place` and `draft` block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, sha256: str) -> Path:
        """Where these bytes lie, if they do.

        :raises ValueError: it is no hash, so no name leads out of the folder.
        """
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("no hash")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def draft(self, file_id: int, worker: str) -> Path:
        """Where a file may grow until it is whole."""
        return self.folder / DRAFTS / f"{file_id}.{worker}"

    def prepare(self) -> None:
        """Make the folder, readable by its owner only.

        :raises OSError:
        """
        for folder in (self.folder, self.folder / DRAFTS):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def free_bytes(self) -> int:
        """Free bytes of the disk on which the folder lies, or will."""
        folders = (self.folder, *self.folder.absolute().parents)
        return shutil.disk_usage(next(each for each in folders if each.is_dir())).free

    def has_room(self) -> bool:
        """Whether files are taken at all."""
        return self.free_bytes() >= LEAST_FREE

    def has(self, sha256: str) -> bool:
        return self.place(sha256).is_file()

    def take_in(self, draft: Path, now: datetime) -> tuple[str, int]:
        """Give a whole file its place; returns its hash and size in bytes. Bytes that are there
        already are put there again, so that no sweep takes them for old ones.

        :raises OSError:
        """
        digest, size = hashlib.sha256(), 0
        with draft.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
                size += len(piece)
            os.fchmod(file.fileno(), 0o600)
            os.utime(file.fileno(), (now.timestamp(), now.timestamp()))
            os.fsync(file.fileno())
        place = self.place(digest.hexdigest())
        place.parent.parent.mkdir(mode=0o700, exist_ok=True)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        draft.replace(place)
        for folder in (place.parent, place.parent.parent, self.folder):
            sync_folder(folder)
        return digest.hexdigest(), size

    def names(self) -> Iterator[str]:
        """The hashes of all bytes that lie here, in no order."""
        for first in _folders(self.folder):
            for second in _folders(first):
                yield from (each.name for each in second.iterdir() if len(each.name) == 64)

    def is_older(self, sha256: str, than: datetime) -> bool:
        """Whether these bytes came before `than`; False where they are not there."""
        try:
            return self.place(sha256).stat().st_mtime < than.timestamp()
        except FileNotFoundError:
            return False

    def remove(self, sha256: str) -> None:
        self.place(sha256).unlink(missing_ok=True)

    def drafts(self) -> list[Path]:
        """What is half-written, or was left so."""
        folder = self.folder / DRAFTS
        return list(folder.iterdir()) if folder.is_dir() else []

    def read_mark(self) -> str:
        """The mark that stands here; empty where there is none, or no folder."""
        try:
            return (self.folder / MARK).read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def write_mark(self, mark: str) -> None:
        """:raises OSError:"""
        draft = self.folder / f"{MARK}.{os.getpid()}"
        with draft.open("w", encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(f"{mark}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / MARK)
        sync_folder(self.folder)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [each for each in folder.iterdir() if each.is_dir() and len(each.name) == 2]


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder outlive a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

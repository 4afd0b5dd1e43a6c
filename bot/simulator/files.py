"""Files on the platform: kept in memory, named by a file_id, served to whoever asks."""

from __future__ import annotations

import random
import string
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.refusals import gone, mistake, too_large

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024

_PREFIX = {
    "photo": "AgACAgQAAx",
    "document": "BQACAgQAAx",
    "voice": "AwACAgQAAx",
    "audio": "CQACAgQAAx",
    "video": "BAACAgQAAx",
    "sticker": "CAACAgQAAx",
}
_FOLDER = {"voice": "voice", "audio": "music", "sticker": "stickers"}
_EXTENSION = {
    "photo": ".jpg",
    "voice": ".oga",
    "audio": ".mp3",
    "video": ".mp4",
    "sticker": ".webp",
}
_MIME = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "sticker": "image/webp",
}
_ALPHABET = string.ascii_letters + string.digits + "-_"


@dataclass(slots=True)
class SimUpload:
    """A file part of a request, or bytes that a person sends."""

    data: bytes
    name: str = ""
    mime: str = ""


@dataclass(slots=True)
class SimFile:
    """One stored file. `size` is what the platform claims, which tests may raise."""

    file_id: str
    unique_id: str
    kind: str
    data: bytes = field(repr=False)
    name: str
    mime: str
    size: int
    path: str
    width: int = 0
    height: int = 0
    duration: int = 0
    small_id: str = ""

    @property
    def url(self) -> str:
        """Where the page finds the bytes."""
        return f"/sim/files/{self.unique_id}"

    def wire(self) -> Any:
        """The object (for a photo: the list of sizes) as the Bot API writes it."""
        base: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }
        if self.kind == "photo":
            return self._sizes(base)
        if self.kind == "sticker":
            base |= {"type": "regular", "is_animated": False, "is_video": False}
        if self.kind in ("sticker", "video"):
            base |= {"width": self.width or 512, "height": self.height or 512}
        if self.kind in ("voice", "audio", "video"):
            base["duration"] = self.duration
        if self.kind in ("document", "audio", "video") and self.name:
            base["file_name"] = self.name
        if self.kind != "sticker":
            base["mime_type"] = self.mime
        return base

    def _sizes(self, base: dict[str, Any]) -> list[dict[str, Any]]:
        width, height = self.width or 800, self.height or 600
        scale = 90 / max(width, height)
        small = {
            "file_id": self.small_id,
            "file_unique_id": self.unique_id + "s",
            "file_size": min(self.size, 1500),
            "width": max(1, int(width * scale)),
            "height": max(1, int(height * scale)),
        }
        return [small, {**base, "width": width, "height": height}]


class FileStore:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"files{seed}")
        self._by_id: dict[str, SimFile] = {}
        self._by_unique: dict[str, SimFile] = {}
        self._by_path: dict[str, SimFile] = {}
        self._numbers: dict[str, int] = {}

    def store(self, kind: str, upload: SimUpload, *, size: int | None = None) -> SimFile:
        number = self._numbers[kind] = self._numbers.get(kind, -1) + 1
        extension = _EXTENSION.get(kind, "")
        if kind == "document" and "." in upload.name:
            extension = "." + upload.name.rsplit(".", 1)[1]
        folder = _FOLDER.get(kind, kind + "s")
        width, height = read_dimensions(upload.data) or (0, 0)
        mime = upload.mime or _MIME.get(kind, "application/octet-stream")
        stored = SimFile(
            file_id=self._token(_PREFIX[kind], 40),
            unique_id=self._token("AgAD", 12),
            kind=kind,
            data=upload.data,
            name=upload.name,
            # Telegram recompresses every photo
            mime="image/jpeg" if kind == "photo" else mime,
            size=len(upload.data) if size is None else size,
            path=f"{folder}/file_{number}{extension}",
            width=width,
            height=height,
            small_id=self._token(_PREFIX[kind], 40) if kind == "photo" else "",
        )
        self.add(stored)
        return stored

    def add(self, stored: SimFile) -> None:
        """Let a file be found by all its names."""
        self._by_id[stored.file_id] = stored
        if stored.small_id:
            self._by_id[stored.small_id] = stored
        self._by_unique[stored.unique_id] = stored
        self._by_path[stored.path] = stored

    @property
    def numbers(self) -> dict[str, int]:
        """The last number of each kind."""
        return self._numbers

    def resume(self, numbers: dict[str, int]) -> None:
        """Go on with the numbers of an earlier run."""
        self._numbers = dict(numbers)

    def __iter__(self) -> Iterator[SimFile]:
        return iter(self._by_unique.values())

    def accept(self, kind: str, value: str | SimUpload) -> SimFile:
        """What a bot sends: new bytes, or the file_id of a file that is already here.

        Refused with Telegram's 400: an unknown identifier, a file of another kind, a URL (this
        platform fetches nothing), empty or too large bytes, a photo that is no picture.
        """
        if isinstance(value, SimUpload):
            _check_upload(kind, value)
            return self.store(kind, value)
        known = self._by_id.get(value)
        if known is None:
            if value.startswith(("http://", "https://")):
                raise mistake("failed to get HTTP URL content")
            raise mistake("wrong file identifier/HTTP URL specified")
        if known.kind != kind:
            raise mistake(
                f"can't use file of type {known.kind.capitalize()} as {kind.capitalize()}"
            )
        return known

    def describe(self, file_id: str) -> dict[str, Any]:
        """The answer of getFile; over 20 MB it refuses with `file is too big`."""
        known = self._by_id.get(file_id)
        if known is None:
            raise mistake("wrong file_id or the file is temporarily unavailable")
        if known.size > MAX_DOWNLOAD:
            raise gone("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": known.unique_id,
            "file_size": known.size,
            "file_path": known.path,
        }

    def by_path(self, path: str) -> SimFile | None:
        return self._by_path.get(path)

    def by_unique(self, unique_id: str) -> SimFile | None:
        return self._by_unique.get(unique_id)

    def by_id(self, file_id: str) -> SimFile | None:
        return self._by_id.get(file_id)

    def _token(self, prefix: str, length: int) -> str:
        return prefix + "".join(self._random.choices(_ALPHABET, k=length))


def _check_upload(kind: str, upload: SimUpload) -> None:
    size = len(upload.data)
    if size == 0:
        raise mistake("file must be non-empty")
    if kind == "photo":
        if size > MAX_PHOTO:
            raise mistake(
                f"file of size {size} bytes is too big for a photo; "
                f"the maximum size is {MAX_PHOTO} bytes"
            )
        dimensions = read_dimensions(upload.data)
        if dimensions is None:
            raise mistake("IMAGE_PROCESS_FAILED")
        width, height = dimensions
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise mistake("PHOTO_INVALID_DIMENSIONS")
    elif size > MAX_UPLOAD:
        raise too_large()


def read_dimensions(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG from its header; None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:4] == b"GIF8" and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:2] == b"\xff\xd8":
        return _jpeg_dimensions(data)
    return None


def _jpeg_dimensions(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        # frame headers, except the three markers of that range that are tables
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None

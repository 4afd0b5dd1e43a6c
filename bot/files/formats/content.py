"""The bytes of a file, looked at without reading them all into memory."""

import mmap
import re
from collections.abc import Container

from bot.files.unfit import UnfitFile, UnfitReason

Content = mmap.mmap
PADDING = b"\0 \t\r\n\xff"
MOST_PARTS = 100_000
"""Segments, chunks, boxes or pages of one file; a file that has more was made to keep us busy."""
TAIL_LOOKED_AT = 65_536


def number(content: Content, at: int, size: int, *, little: bool = False) -> int:
    """The whole number of `size` bytes that stands there.

    :raises UnfitFile: where the file ends before
    """
    data = content[at : at + size]
    if len(data) < size:
        raise UnfitFile(UnfitReason.BROKEN)
    return int.from_bytes(data, "little" if little else "big")


def is_padding(content: Content, at: int) -> bool:
    """Whether nothing but filling stands from there to the end."""
    return re.compile(rb"[\0 \t\r\n\xff]*\Z").match(content, at) is not None


def riff_parts(content: Content) -> set[bytes]:
    """The names of the parts of a RIFF file (WEBP, WAV), followed to its end.

    :raises UnfitFile:
    """
    end = 8 + number(content, 4, 4, little=True)
    require(end <= len(content))
    require(is_padding(content, end), UnfitReason.TWO_IN_ONE)
    at, seen, count = 12, set[bytes](), 0
    while at < end:
        count += 1
        require(count <= MOST_PARTS, UnfitReason.HEAVY)
        size = number(content, at + 4, 4, little=True)
        seen.add(content[at : at + 4])
        at += 8 + size + size % 2
        require(at <= end + 1)
    return seen


def ends_as_archive(content: Content) -> bool:
    """Whether a program that reads archives from their end would find one here, whatever stands
    before it (as a GIFAR, or a package behind a picture)."""
    start = max(0, len(content) - TAIL_LOOKED_AT - 22)
    at = content.rfind(b"PK\x05\x06", start)
    while at >= 0:
        if len(content) - at >= 22:
            size = number(content, at + 12, 4, little=True)
            members = number(content, at + 10, 2, little=True)
            directory = at - size
            if members and directory >= 0 and content[directory : directory + 4] == b"PK\x01\x02":
                return True
        at = content.rfind(b"PK\x05\x06", start, at)
    return False


def require(held: bool, reason: UnfitReason = UnfitReason.BROKEN) -> None:
    """Refuse the file where this does not hold."""
    if not held:
        raise UnfitFile(reason)


def require_one_of(found: object, known: Container[object]) -> None:
    require(found in known, UnfitReason.UNKNOWN)

"""Pictures: JPEG, PNG and WEBP, followed from part to part. HEIC is a file of boxes."""

import re
import zlib

from bot.files.formats.boxes import walk_boxes
from bot.files.formats.content import MOST_PARTS, Content, is_padding, number, require, riff_parts
from bot.files.unfit import UnfitFile, UnfitReason

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FILLED = re.compile(rb"\xff+")
_ZEROS = re.compile(rb"\0*")
_ALONE = {0x01, *range(0xD0, 0xD8)}
"""Markers without a length."""
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def check_jpeg(content: Content) -> None:
    """From the first marker to the end of the picture. Behind it cameras write previews, depth and
    moving pictures; nothing else may stand there.

    :raises UnfitFile:
    """
    at = _end_of_jpeg(content, 0)
    while not is_padding(content, at):
        if content[-4:] == b"SEFT" and _is_camera_trailer(content, at):
            return
        begins, at = at, _filling(content, at)
        if content[at : at + 3] == JPEG_START:
            at = _end_of_jpeg(content, at)
        elif (film := content.find(b"ftyp", at, at + 8) - 4) >= begins:
            # Its length begins with zeros itself.
            walk_boxes(content, film)
            return
        else:
            raise UnfitFile(UnfitReason.TWO_IN_ONE)


def _filling(content: Content, at: int) -> int:
    found = _ZEROS.match(content, at)
    return found.end() if found else at


def _is_camera_trailer(content: Content, at: int) -> bool:
    """What some telephones append: blocks, and a directory `SEFH … SEFT` that tells where each
    begins, counted back from the directory."""
    size = number(content, len(content) - 8, 4, little=True)
    directory = len(content) - 8 - size
    if directory < at or content[directory : directory + 4] != b"SEFH":
        return False
    entries = number(content, directory + 8, 4, little=True)
    if not 0 < entries <= 64 or size < 12 + 12 * entries:
        return False
    offsets = [
        number(content, directory + 12 + 12 * entry + 4, 4, little=True) for entry in range(entries)
    ]
    return max(offsets) == directory - at


def _end_of_jpeg(content: Content, start: int) -> int:
    """Where the picture that begins at `start` ends."""
    at, framed, scanned = start + 2, False, False
    for _ in range(MOST_PARTS):
        filling = _FILLED.match(content, at)
        require(filling is not None)
        assert filling is not None
        at = filling.end()
        marker = number(content, at, 1)
        at += 1
        if marker == 0xD9:
            require(framed and scanned)
            return at
        if marker in _ALONE:
            continue
        length = number(content, at, 2)
        require(length >= 2 and at + length <= len(content))
        at += length
        framed = framed or marker in _FRAMES
        if marker == 0xDA:
            scanned = True
            found = _SCAN_ENDS.search(content, at)
            require(found is not None)
            assert found is not None
            at = found.start()
    raise UnfitFile(UnfitReason.HEAVY)


def check_png(content: Content) -> None:
    """Chunk by chunk with their sums, and nothing behind the last.

    :raises UnfitFile:
    """
    at, seen = len(PNG_START), set[bytes]()
    for _ in range(MOST_PARTS):
        length = number(content, at, 4)
        name = content[at + 4 : at + 8]
        require(name.isalpha() and at + 12 + length <= len(content))
        require(bool(seen) or name == b"IHDR")
        total = zlib.crc32(content[at + 4 : at + 8 + length])
        require(total == number(content, at + 8 + length, 4))
        seen.add(name)
        at += 12 + length
        if name == b"IEND":
            require(b"IDAT" in seen)
            require(is_padding(content, at), UnfitReason.TWO_IN_ONE)
            return
    raise UnfitFile(UnfitReason.HEAVY)


def check_webp(content: Content) -> None:
    """:raises UnfitFile:"""
    require(bool(riff_parts(content) & {b"VP8 ", b"VP8L", b"ANMF"}))

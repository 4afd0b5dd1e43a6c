"""Files of boxes (ISO base media, ISO/IEC 14496-12): films, recordings and HEIC pictures."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.files.formats.content import MOST_PARTS, Content, is_padding, number, require
from bot.files.unfit import FileSort, Sniffed, UnfitFile, UnfitReason

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
SOUND_BRANDS = {b"M4A ", b"M4B "}
FILM_BRANDS = {
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ",
    b"MSNV", b"dash", b"f4v ", b"3gp4", b"3gp5", b"3gp6", b"XAVC", b"qt  ",
}  # fmt: skip
HEIC = Sniffed(FileSort.PICTURE, "image/heic", "heic")
M4A = Sniffed(FileSort.RECORDING, "audio/mp4", "m4a")
MP4 = Sniffed(FileSort.FILM, "video/mp4", "mp4")
MOV = Sniffed(FileSort.FILM, "video/quicktime", "mov")


class Box(NamedTuple):
    name: bytes
    start: int
    """Where its content begins."""
    end: int


def read_boxes(content: Content, at: int, end: int) -> Iterator[Box]:
    """The boxes that fill that stretch.

    :raises UnfitFile: where they do not fill it
    """
    count = 0
    while at < end:
        if end - at < 8 and not any(content[at:end]):
            return  # QuickTime ends a list with a zero
        size, name, head = number(content, at, 4), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = number(content, at + 8, 8), 16
        elif size == 0:
            size = end - at
        require(size >= head and at + size <= end)
        count += 1
        require(count <= MOST_PARTS, UnfitReason.HEAVY)
        yield Box(name, at + head, at + size)
        at += size


def walk_boxes(content: Content, start: int = 0) -> list[Box]:
    """The outermost boxes from `start` to the end of the file.

    :raises UnfitFile: cut short, or something else behind them
    """
    found: list[Box] = []
    at = start
    while at < len(content):
        if is_padding(content, at):
            break
        name = content[at + 4 : at + 8]
        if len(name) < 4:
            raise UnfitFile(UnfitReason.BROKEN)
        if not all(32 <= byte < 127 or byte == 0xA9 for byte in name):
            raise UnfitFile(UnfitReason.TWO_IN_ONE)
        box = next(read_boxes(content, at, len(content)))
        found.append(box)
        require(len(found) <= MOST_PARTS, UnfitReason.HEAVY)
        at = box.end
    return found


def sniff_boxes(content: Content) -> Sniffed:
    """:raises UnfitFile:"""
    boxes = walk_boxes(content)
    names = {box.name for box in boxes}
    require(sum(box.name == b"ftyp" for box in boxes) == 1, UnfitReason.TWO_IN_ONE)
    first = boxes[0]
    require((first.end - first.start) % 4 == 0 and first.end - first.start >= 8)
    marks = content[first.start : first.end]
    brands = {marks[at : at + 4] for at in range(0, len(marks), 4) if at != 4}
    major = marks[:4]
    if b"avif" in brands or b"avis" in brands:
        raise UnfitFile(UnfitReason.UNKNOWN)
    if major in HEIC_BRANDS:
        require(b"meta" in names)
        require(b"mdat" in names or content.find(b"idat") >= 0)
        return HEIC
    require(bool(brands & (FILM_BRANDS | SOUND_BRANDS)), UnfitReason.UNKNOWN)
    require(b"moov" in names and b"mdat" in names)
    tracks = _tracks(content, boxes)
    require(bool(tracks & {b"vide", b"soun"}), UnfitReason.UNKNOWN)
    if b"vide" not in tracks:
        return M4A
    return MOV if major == b"qt  " else MP4


def _tracks(content: Content, boxes: list[Box]) -> set[bytes]:
    """Which sorts of tracks there are: `vide`, `soun` …"""
    sorts = set[bytes]()
    for moov in _named(boxes, b"moov"):
        for track in _named(read_boxes(content, moov.start, moov.end), b"trak"):
            for media in _named(_inside(content, track), b"mdia"):
                for handler in _named(_inside(content, media), b"hdlr"):
                    sorts.add(content[handler.start + 8 : handler.start + 12])
    return sorts


def _inside(content: Content, box: Box) -> Iterator[Box]:
    return read_boxes(content, box.start, box.end)


def _named(boxes: "list[Box] | Iterator[Box]", name: bytes) -> Iterator[Box]:
    return (box for box in boxes if box.name == name)

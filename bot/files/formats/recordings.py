"""Recordings and films that are no files of boxes: OGG, MP3, AAC, WAV and WEBM."""

from bot.files.formats.content import MOST_PARTS, Content, is_padding, number, require, riff_parts
from bot.files.unfit import FileSort, Sniffed, UnfitFile, UnfitReason

OGG = Sniffed(FileSort.RECORDING, "audio/ogg", "ogg")
MP3 = Sniffed(FileSort.RECORDING, "audio/mpeg", "mp3")
AAC = Sniffed(FileSort.RECORDING, "audio/aac", "aac")
WAV = Sniffed(FileSort.RECORDING, "audio/wav", "wav")
WEBM = Sniffed(FileSort.FILM, "video/webm", "webm")
WEBA = Sniffed(FileSort.RECORDING, "audio/webm", "weba")
EBML_START = b"\x1a\x45\xdf\xa3"
_SOUND = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
LEAST_FRAMES = 3
MOST_FRAMES = 1_000_000
"""Of sound: six hours."""


def sniff_ogg(content: Content) -> Sniffed:
    """Page by page to the end.

    :raises UnfitFile:
    """
    at, first, count = 0, b"", 0
    while at < len(content) and not (at and is_padding(content, at)):
        count += 1
        require(count <= MOST_PARTS, UnfitReason.HEAVY)
        if content[at : at + 4] != b"OggS":
            rest = len(content) - at
            cut = rest < 4 and b"OggS".startswith(content[at:])
            raise UnfitFile(UnfitReason.BROKEN if cut else UnfitReason.TWO_IN_ONE)
        segments = number(content, at + 26, 1)
        sizes = content[at + 27 : at + 27 + segments]
        require(len(sizes) == segments)
        body = at + 27 + segments
        end = body + sum(sizes)
        require(end <= len(content))
        first = first or content[body : body + 8]
        at = end
    require(first.startswith(_SOUND), UnfitReason.UNKNOWN)
    return OGG


def sniff_wav(content: Content) -> Sniffed:
    """:raises UnfitFile:"""
    require({b"fmt ", b"data"} <= riff_parts(content))
    return WAV


def sniff_frames(content: Content) -> Sniffed:
    """MP3 or AAC, frame by frame; tags may stand before, between and behind.

    The last frame may be cut, as recorders leave it, unless the file itself says how long it is.

    :raises UnfitFile:
    """
    at, frames, found, length = 0, 0, None, None
    while at < len(content):
        if tag := _tag(content, at):
            require(at + tag <= len(content))
            at += tag
            continue
        if is_padding(content, at):
            break
        size, kind = _frame(content, at)
        if not size or found not in (None, kind):
            enough = frames >= LEAST_FRAMES
            cut = len(content) - at < 7
            if enough and cut:
                break
            raise UnfitFile(UnfitReason.TWO_IN_ONE if enough else UnfitReason.UNKNOWN)
        if frames == 0 and kind is MP3:
            length = _stated_length(content, at, size)
        if length is not None:
            require(at + length <= len(content))
            length -= min(length, size)
        found = kind
        at += size
        frames += 1
        require(frames <= MOST_FRAMES, UnfitReason.HEAVY)
    require(found is not None and frames >= LEAST_FRAMES)
    assert found is not None
    return found


def _tag(content: Content, at: int) -> int:
    """The length of the tag that stands there, if one does."""
    head = content[at : at + 8]
    if head[:3] == b"ID3":
        digits = content[at + 6 : at + 10]
        require(len(digits) == 4 and all(byte < 0x80 for byte in digits))
        size = 0
        for byte in digits:
            size = size << 7 | byte
        return 10 + size + (10 if number(content, at + 5, 1) & 0x10 else 0)
    if head[:3] == b"TAG" and len(content) - at == 128:
        return 128
    if head == b"APETAGEX":
        size = number(content, at + 12, 4, little=True)
        is_header = number(content, at + 20, 4, little=True) & 0x20000000
        return size + 32 if is_header else 32
    return 0


def _frame(content: Content, at: int) -> tuple[int, Sniffed]:
    """The length of the frame there, 0 for none, and of which format it is."""
    head = content[at : at + 6]
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0, MP3
    if head[1] & 0xF6 == 0xF0:
        size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return (size if size > 7 and head[2] >> 2 & 15 < 13 else 0), AAC
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    speed, rate, padded = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or rate == 3 or speed in (0, 15):
        return 0, MP3
    first = version == 3
    bits = _BITRATES[1 if first else 2][speed] * 1000
    return (144 if first else 72) * bits // _RATES[version][rate] + padded, MP3


def _stated_length(content: Content, at: int, size: int) -> int | None:
    """How many bytes the recording has by its own word, from the first frame on."""
    frame = content[at : at + min(size, 200)]
    for name in (b"Xing", b"Info"):
        place = frame.find(name)
        if place >= 0 and len(frame) >= place + 16:
            flags = int.from_bytes(frame[place + 4 : place + 8], "big")
            where = place + 8 + (4 if flags & 1 else 0)
            if flags & 2:
                return int.from_bytes(frame[where : where + 4], "big")
    return None


def sniff_webm(content: Content) -> Sniffed:
    """The head says WEBM, and the one segment reaches to the end.

    :raises UnfitFile:
    """
    head, at = _element(content, 4)
    require(head is not None and at + head <= len(content))
    assert head is not None
    require(b"\x42\x82\x84webm" in content[at : at + head], UnfitReason.UNKNOWN)
    at += head
    require(content[at : at + 4] == b"\x18\x53\x80\x67")
    size, at = _element(content, at + 4)
    if size is not None:
        require(at + size <= len(content))
        require(is_padding(content, at + size), UnfitReason.TWO_IN_ONE)
    tracks = content.find(b"\x16\x54\xae\x6b", at, at + 1_000_000)
    require(tracks >= 0)
    size, start = _element(content, tracks + 4)
    require(size is not None and start + size <= len(content))
    assert size is not None
    described = content[start : start + size]
    codecs = {described[place + 2 : place + 4] for place in _codecs(described)}
    require(bool(codecs & {b"V_", b"A_"}), UnfitReason.UNKNOWN)
    return WEBM if b"V_" in codecs else WEBA


def _codecs(described: bytes) -> list[int]:
    return [place for place, byte in enumerate(described) if byte == 0x86]


def _element(content: Content, at: int) -> tuple[int | None, int]:
    """The size of an element, None where it says that it is not known, and where it begins."""
    first = number(content, at, 1)
    require(first > 0)
    width = 9 - first.bit_length()
    value = number(content, at, width) & ((1 << 7 * width) - 1)
    return (None if value == (1 << 7 * width) - 1 else value), at + width

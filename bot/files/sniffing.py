"""What a file is, by its content and never by its name alone.

A format is taken only if the file can be followed from its first byte to its last, so that nothing
else hangs in or behind it. A library that guesses by the first bytes would tell less than that.
"""

import mmap
import unicodedata
from pathlib import Path

from bot.files.formats import boxes, documents, pictures, recordings
from bot.files.formats.content import Content, ends_as_archive, require
from bot.files.unfit import FileSort, Sniffed, UnfitFile, UnfitReason

JPEG = Sniffed(FileSort.PICTURE, "image/jpeg", "jpg")
PNG = Sniffed(FileSort.PICTURE, "image/png", "png")
WEBP = Sniffed(FileSort.PICTURE, "image/webp", "webp")
LONGEST_EXTENSION = 10
MOST_TEXT = 5 * 1024 * 1024

_PICTURE_NAMES = {"jpg", "jpeg", "jpe", "jfif", "png", "webp", "heic", "heif", "hif"}
_NAMES = {
    "pdf": {"pdf"},
    "docx": {"docx"},
    "xlsx": {"xlsx"},
    "pptx": {"pptx"},
    "txt": {"txt", "text", "md"},
    "csv": {"csv"},
    "ogg": {"ogg", "oga", "opus", "spx"},
    "mp3": {"mp3", "mpga"},
    "aac": {"aac"},
    "wav": {"wav"},
    "m4a": {"m4a", "m4b", "mp4", "aac"},
    "mp4": {"mp4", "m4v", "mov", "3gp"},
    "mov": {"mov", "qt", "mp4"},
    "webm": {"webm"},
    "weba": {"weba", "webm"},
}
"""How a name may end, by our extension. Telephones mix some of them up."""

_REFUSED = (
    (b"MZ", UnfitReason.PROGRAM),
    (b"\x7fELF", UnfitReason.PROGRAM),
    (b"\xca\xfe\xba\xbe", UnfitReason.PROGRAM),
    (b"\xfe\xed\xfa", UnfitReason.PROGRAM),
    (b"\xcf\xfa\xed\xfe", UnfitReason.PROGRAM),
    (b"dex\n", UnfitReason.PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnfitReason.OLD_OFFICE),
    (b"Rar!\x1a\x07", UnfitReason.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", UnfitReason.ARCHIVE),
    (b"\x1f\x8b", UnfitReason.ARCHIVE),
    (b"BZh", UnfitReason.ARCHIVE),
    (b"\xfd7zXZ\0", UnfitReason.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", UnfitReason.ARCHIVE),
    (b"MSCF", UnfitReason.ARCHIVE),
)


def sniff(path: Path, name: str = "") -> Sniffed:
    """What the file at `path` is; `name` is what its sender calls it, and may be empty.

    It reads the whole file and belongs in a thread.

    :raises UnfitFile:
    """
    if path.stat().st_size == 0:
        raise UnfitFile(UnfitReason.EMPTY)
    extension = _extension(name)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = _recognise(path, content, extension)
    if extension and extension not in _names(found):
        raise UnfitFile(UnfitReason.MISNAMED)
    return found


def _names(found: Sniffed) -> set[str]:
    # A picture is drawn anew and named by us, so one sort of picture may be called another.
    return _PICTURE_NAMES if found.kind is FileSort.PICTURE else _NAMES[found.extension]


def _extension(name: str) -> str:
    """How the name ends, as a telephone would see it; empty for «2026.12.01»."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cc"))
    extension = seen.rstrip(". ").rpartition(".")[2].strip().lower() if "." in seen else ""
    said = extension.isascii() and extension.isalnum() and not extension.isdigit()
    return extension if said and len(extension) <= LONGEST_EXTENSION else ""


def _recognise(path: Path, content: Content, extension: str) -> Sniffed:
    head = content[:16]
    for start, reason in _REFUSED:
        if head.startswith(start):
            raise UnfitFile(reason)
    if head.startswith(b"PK"):
        return documents.sniff_office(path)
    found = _by_structure(content, head)
    if found is None:
        require(len(content) <= MOST_TEXT, UnfitReason.UNKNOWN)
        return documents.sniff_text(content, extension)
    if ends_as_archive(content):
        raise UnfitFile(UnfitReason.TWO_IN_ONE)
    return found


def _by_structure(content: Content, head: bytes) -> Sniffed | None:
    """What it is if it is followed from part to part, None for what may be text."""
    found: Sniffed | None = None
    if head.startswith(pictures.JPEG_START):
        pictures.check_jpeg(content)
        found = JPEG
    elif head.startswith(pictures.PNG_START):
        pictures.check_png(content)
        found = PNG
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        pictures.check_webp(content)
        found = WEBP
    elif head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        found = recordings.sniff_wav(content)
    elif head[4:8] == b"ftyp":
        found = boxes.sniff_boxes(content)
    elif head.startswith(b"%PDF-"):
        documents.check_pdf(content)
        found = documents.PDF
    elif head.startswith(b"OggS"):
        found = recordings.sniff_ogg(content)
    elif head.startswith(recordings.EBML_START):
        found = recordings.sniff_webm(content)
    elif head.startswith((b"ID3", b"APETAGEX")) or (head[:1] == b"\xff" and _is_frame(head)):
        found = recordings.sniff_frames(content)
    return found


def _is_frame(head: bytes) -> bool:
    # 0xFF 0xFE begins a text in UTF-16, and no frame of sound.
    return len(head) > 1 and head[1] & 0xE0 == 0xE0 and head[1] != 0xFE

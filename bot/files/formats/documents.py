"""Documents: PDF, the Office formats since 2007, and plain text."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from bot.files.formats.content import TAIL_LOOKED_AT, Content, require
from bot.files.unfit import FileSort, Sniffed, UnfitFile, UnfitReason

PDF = Sniffed(FileSort.DOCUMENT, "application/pdf", "pdf")
TEXT = Sniffed(FileSort.DOCUMENT, "text/plain", "txt")
CSV = Sniffed(FileSort.DOCUMENT, "text/csv", "csv")
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = Sniffed(FileSort.DOCUMENT, _OFFICE + "wordprocessingml.document", "docx")
XLSX = Sniffed(FileSort.DOCUMENT, _OFFICE + "spreadsheetml.sheet", "xlsx")
PPTX = Sniffed(FileSort.DOCUMENT, _OFFICE + "presentationml.presentation", "pptx")
MAIN_PARTS = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": PPTX,
}
TYPES = "[Content_Types].xml"
MOST_MEMBERS = 5_000
MOST_DIRECTORY = 2 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
MOST_TIMES = 120
"""So many times its size may a file unpack to, once that is more than `EVEN_SO`."""
EVEN_SO = 20 * 1024 * 1024
CHUNK = 1024 * 1024
_PROGRAMS = {
    "classes.dex", "androidmanifest.xml", "meta-inf/manifest.mf", "resources.arsc",
}  # fmt: skip
_UNSAFE = {
    "apk", "bat", "cmd", "com", "dex", "dll", "exe", "hta", "htm", "html", "jar", "js", "jse",
    "lnk", "msi", "ps1", "scr", "sh", "so", "vbe", "vbs", "wsf",
}  # fmt: skip
_MACROS = ("vbaproject.bin", ".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".pptm", ".ppsm")
_AFTER_END = re.compile(rb"%%EOF[\0 \t\r\n\f]*([^\0 \t\r\n\f])")
_MAY_FOLLOW = b"0123456789xste%"
"""How an update or a nested document goes on behind `%%EOF`: an object, `xref`, `startxref`,
`trailer`, `endstream`, a comment."""
_PAGE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?php|\?xml)|javascript:",
    re.IGNORECASE,
)
_RUNS = (b"#!", b"[internetshortcut]", b"[desktop entry]", b"@echo off", b"<?php", b"{\\rtf")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def check_pdf(content: Content) -> None:
    """It ends as a PDF does, and nothing but its own updates stands behind an end.

    :raises UnfitFile:
    """
    last = content.rfind(b"%%EOF")
    require(last >= 0)
    for found in _AFTER_END.finditer(content):
        if found[1] not in _MAY_FOLLOW:
            raise UnfitFile(UnfitReason.TWO_IN_ONE)
    behind = content[last + 5 : last + 5 + 2048].strip(b"\0 \t\r\n\f")
    # An update that was begun and not ended.
    require(not behind)


def sniff_office(path: Path) -> Sniffed:
    """:raises UnfitFile: it is no such document, or more than one"""
    try:
        _check_end(path)
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            _check_extent(path, members)
            found = _kind(packed, members)
            _unpack(packed, members)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnfitFile(UnfitReason.BROKEN) from error
    except (RuntimeError, ValueError, KeyError, UnicodeError) as error:
        # A password, or a directory that contradicts its members.
        raise UnfitFile(UnfitReason.BROKEN) from error


def _check_end(path: Path) -> None:
    """The archive ends with the file, and its directory is small enough to be read."""
    with path.open("rb") as file:
        file.seek(-min(TAIL_LOOKED_AT, path.stat().st_size), os.SEEK_END)
        tail = file.read()
    require(b"PK\5\6" in tail)
    end = tail[-22:]
    require(end[:4] == b"PK\5\6" and end[20:] == b"\0\0", UnfitReason.TWO_IN_ONE)
    members, directory = struct.unpack("<HI", end[10:16])
    require(members <= MOST_MEMBERS and directory <= MOST_DIRECTORY, UnfitReason.HEAVY)


def _check_extent(path: Path, members: list[zipfile.ZipInfo]) -> None:
    size = path.stat().st_size
    require(0 < len(members) <= MOST_MEMBERS, UnfitReason.HEAVY)
    unpacked = sum(member.file_size for member in members)
    require(unpacked <= MOST_UNPACKED, UnfitReason.HEAVY)
    require(unpacked <= EVEN_SO or unpacked <= MOST_TIMES * size, UnfitReason.HEAVY)
    # Members that share their bytes unpack to far more than they say together.
    require(sum(member.compress_size for member in members) <= size, UnfitReason.HEAVY)
    starts = [member.header_offset for member in members]
    require(len(set(starts)) == len(starts), UnfitReason.HEAVY)
    require(min(starts) == 0, UnfitReason.TWO_IN_ONE)


def _kind(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Sniffed:
    names = [member.filename for member in members]
    require(len({name.lower() for name in names}) == len(names), UnfitReason.TWO_IN_ONE)
    lower = {name.lower() for name in names}
    if lower & _PROGRAMS:
        raise UnfitFile(UnfitReason.PROGRAM)
    mains = [MAIN_PARTS[name] for name in names if name in MAIN_PARTS]
    if TYPES not in names or not mains:
        raise UnfitFile(UnfitReason.ARCHIVE)
    require(len(mains) == 1, UnfitReason.TWO_IN_ONE)
    _check_names(lower)
    require(packed.getinfo(TYPES).file_size <= CHUNK, UnfitReason.HEAVY)
    types = packed.read(TYPES).lower()
    if b"macroenabled" in types or any(name.endswith(_MACROS) for name in lower):
        raise UnfitFile(UnfitReason.MACROS)
    # A template or a slide show has another type.
    require(mains[0].mime.encode() + b".main+xml" in types, UnfitReason.UNKNOWN)
    return mains[0]


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        require(not name.startswith("/") and "\\" not in name and ":" not in name)
        require(".." not in PurePosixPath(name).parts)
        if PurePosixPath(name).suffix[1:] in _UNSAFE:
            raise UnfitFile(UnfitReason.TWO_IN_ONE)


def _unpack(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Read every member, so that its size and its sum are what they say they are."""
    for member in members:
        with packed.open(member) as stream:
            while stream.read(CHUNK):
                pass


def sniff_text(content: Content, extension: str) -> Sniffed:
    """Words in UTF-8, UTF-16 with its mark, or the Arabic code page of Windows.

    :raises UnfitFile:
    """
    data = content[:]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise UnfitFile(UnfitReason.UNKNOWN) from error
    require(_CONTROLS.search(data) is None, UnfitReason.UNKNOWN)
    words = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    require(bool(words), UnfitReason.EMPTY)
    if _PAGE.search(words) or words[:32].lower().startswith(_RUNS):
        raise UnfitFile(UnfitReason.PAGE)
    require(_is_utf8(words) or _is_arabic_windows(words), UnfitReason.UNKNOWN)
    return CSV if extension == "csv" else TEXT


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_arabic_windows(data: bytes) -> bool:
    """Whether its words are mostly Arabic once they are read as Windows-1256."""
    letters = [letter for letter in data.decode("cp1256") if letter > "\x7f"]
    arabic = sum("\u0620" <= letter <= "\u064a" or letter in "،؛؟" for letter in letters)
    return arabic * 10 >= len(letters) * 9

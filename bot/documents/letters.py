"""In which letters a file was written that does not say so."""

import re
from contextlib import suppress

_ARABIC = re.compile("[\u0621-\u064a]{2}")
_HEAD = 2000
"""Bytes by which UTF-16 is told."""


def utf16_in(data: bytes) -> str | None:
    """The text of a file in UTF-16, with its mark or without; None for any other.

    :raises UnicodeDecodeError: it has the mark, or looks like it, and is none.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    head = data[:_HEAD]
    if len(data) % 2 == 0 and head.count(0) * 50 > len(head):
        # Separators and Latin letters in UTF-16 have a zero on the one side or the other.
        order = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return data.decode(order)
    return None


def utf8_or_windows(data: bytes) -> str:
    """The text of a file in UTF-8, or else in what an Arabic or a French Windows writes.
    Windows-1256 has a letter for every byte; of Windows-1252 it knows all that French writes small.

    :raises UnicodeDecodeError: it is UTF-8 of which some bytes were lost.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        damaged = data.decode("utf-8", "replace")
        if sum("\u0600" <= letter <= "\u06ff" for letter in damaged) > damaged.count("\ufffd"):
            raise
        text = data.decode("cp1256")
        if not _ARABIC.search(text):
            with suppress(UnicodeDecodeError):
                return data.decode("cp1252")
        return text

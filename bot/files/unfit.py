"""What a file turned out to be, or why it cannot be taken."""

from dataclasses import dataclass
from enum import StrEnum


class FileSort(StrEnum):
    """What people call it."""

    PICTURE = "picture"
    DOCUMENT = "document"
    RECORDING = "recording"
    FILM = "film"


class UnfitReason(StrEnum):
    EMPTY = "empty"
    BROKEN = "broken"
    """Cut short, damaged, or locked with a password where we must look inside."""
    PROGRAM = "program"
    PAGE = "page"
    """A web page, a drawing with scripts, or a script."""
    ARCHIVE = "archive"
    MACROS = "macros"
    OLD_OFFICE = "old_office"
    """An Office file of before 2007, which hides its macros."""
    TWO_IN_ONE = "two_in_one"
    """Another file hangs behind it, or stands in it where it does not belong."""
    MISNAMED = "misnamed"
    """Its name ends as the names of other files do."""
    UNKNOWN = "unknown"
    PIXELS = "pixels"
    """More pixels than a picture that a camera takes."""
    HEAVY = "heavy"
    """It unpacks to more than belongs into a file, or takes more than its share of work."""


class UnfitFile(Exception):
    """A file that is not taken: expected, and explained to whoever sent it."""

    def __init__(self, reason: UnfitReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is by its content; `extension` is ours, without a dot."""

    kind: FileSort
    mime: str
    extension: str

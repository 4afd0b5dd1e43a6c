"""A file that is wanted: what is known of it, who brings it, and why it may not come."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.files.kinds import Consent, FileKind
from bot.storage.transaction import Tx


class NotFetched(Exception):
    """The channel did not hand the file over."""


class FetchGone(NotFetched):
    """It has it no more, as far as it says; `for_good` where nothing else can come of it."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class FetchTooLarge(NotFetched):
    """The file has more bytes than were asked for."""


class FetchLater(NotFetched):
    """It may yet; not before `after` seconds, where it says so."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__(f"after {after} s")
        self.after = after


class UnfitContent(Exception):
    """What came is not what it says, or not of a kind that is taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claimed file."""

    id: int
    owner_id: int
    kind: FileKind
    name: str
    consent: Consent
    channel: str
    account: str
    reference: str
    attempts: int
    mime: str
    """As the channel told it."""
    part: str = ""
    """Which part of a picture is to be kept; empty: all of it."""
    blob: str = ""
    """What we hold of it by now: that is drawn again, and nothing is fetched."""
    claim: str = ""
    """By which the row knows whoever has claimed it this time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is ready to be kept: where it lies, and what it is by its content."""

    path: Path
    mime: str


class Fetch(Protocol):
    """Brings a file of a channel, of at most `limit` bytes, to `target`.

    :raises NotFetched:
    """

    async def __call__(self, wanted: Wanted, target: Path, limit: int) -> None: ...


Prepare = Callable[[Wanted, Path], Awaitable[Prepared]]
"""Looks into a file and makes of it what is kept; what it leaves besides, is next to it.

:raises UnfitContent:
"""
Tell = Callable[[Tx, Wanted], Awaitable[None]]
"""Tells the owner of a file that was not taken, in the transaction that notes it."""

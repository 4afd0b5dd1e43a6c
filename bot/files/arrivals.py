"""Files that come in: judged by what the channel says of them, and written down as wanted. What a
file really is, is seen when it is fetched (`fetching`)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from sqlalchemy import delete, func, select, update

from bot.core.text import clean_line
from bot.files.kinds import Consent, FileKind, FileState
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.storage.lists import among
from bot.storage.transaction import Tx

MOST_FILES = 200
MOST_BYTES = 300 * 2**20
"""Of one person, kept or on their way."""
WANTED = "files"
"""The signal that something is to be fetched."""
NAME_LENGTH = 100
_REFUSED_ENDS = frozenset(
    {
        "7z", "apk", "bat", "cmd", "com", "dll", "exe", "htm", "html", "iso", "jar", "js", "lnk",
        "msi", "ps1", "rar", "scr", "sh", "svg", "vbs", "xhtml", "zip",
    }
)  # fmt: skip
"""Refused by their names alone; what any other is by its content is seen later."""
_UNFIT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]')


class Unfit(StrEnum):
    """Why a file is not taken, seen before it is fetched."""

    TOO_LARGE = "too_large"
    UNFIT_KIND = "unfit_kind"
    TOO_MANY = "too_many"
    """Its owner has as many files as a person may have."""
    TOO_MUCH = "too_much"
    """Its owner's files have as many bytes as a person's may have."""
    NO_ROOM = "no_room"
    """The installation takes no files, since its disk is nearly full."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """What a channel says of a file that came in: `reference` is how it calls the file to the
    `account` of ours, `message` the id of the message; `size` is in bytes, 0 where it is not
    said."""

    kind: FileKind
    channel: str
    account: str
    reference: str
    message: str = ""
    name: str = ""
    mime: str = ""
    size: int = 0


def plain_name(name: str) -> str:
    """The last part of a name, in one line, without what leads elsewhere or hides its end; may be
    empty."""
    name = PureWindowsPath(PurePosixPath(name).name).name
    name = clean_line(_UNFIT_IN_NAMES.sub("", name)).strip(". ")
    stem, dot, end = name.rpartition(".")
    if len(name) <= NAME_LENGTH or not dot or len(end) > 8:
        return name[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - len(end) - 1]}.{end}"


async def find_unfit(
    tx: Tx, owner_id: int, arrival: SentFile, *, most_bytes: int, store: BlobStore
) -> Unfit | None:
    """Why a file of at most `most_bytes` would not be taken from this person; None: it would be.
    Holds the person's count until the transaction ends, so that two turns do not share a place."""
    if arrival.size > most_bytes:
        return Unfit.TOO_LARGE
    if plain_name(arrival.name).rpartition(".")[2].lower() in _REFUSED_ENDS:
        return Unfit.UNFIT_KIND
    if not store.has_room():
        return Unfit.NO_ROOM
    await tx.lock("files", owner_id)
    count, size = await count_of(tx, owner_id)
    if count >= MOST_FILES:
        return Unfit.TOO_MANY
    return Unfit.TOO_MUCH if size + arrival.size > MOST_BYTES else None


async def count_of(tx: Tx, owner_id: int, *, besides: int = 0) -> tuple[int, int]:
    """How many files a person has, kept or on their way, and of how many bytes together."""
    total = func.coalesce(func.sum(files.c.size), 0).label("bytes")
    row = await tx.first(
        select(func.count(), total).where(
            files.c.owner_id == owner_id,
            files.c.id != besides,
            files.c.state.in_((FileState.WANTED, FileState.KEPT, FileState.CONCEALED)),
        )
    )
    return (int(row[0]), int(row.bytes)) if row else (0, 0)


async def want(
    tx: Tx, owner_id: int, purpose: str, arrival: SentFile, consent: Consent = Consent.NEEDLESS
) -> int:
    """Write a file down as wanted; returns its id. It is fetched soon after the transaction, but
    not while its consent is `WAITING`."""
    number = await tx.insert(
        files,
        owner_id=owner_id,
        purpose=purpose,
        kind=arrival.kind,
        name=plain_name(arrival.name),
        mime=clean_line(arrival.mime)[:NAME_LENGTH],
        size=arrival.size,
        consent=consent,
        state=FileState.WANTED,
        channel=arrival.channel,
        account=arrival.account,
        reference=arrival.reference,
        message=arrival.message,
        made_at=tx.now,
        due_at=tx.now,
        attempts=0,
    )
    tx.signal_after_commit(WANTED)
    return number


async def answer_consent(tx: Tx, owner_id: int, file_id: int, consent: Consent) -> bool:
    """Keep what the owner says of the pupils in a file, and fetch it if that was waited for. False:
    it is not theirs, or is gone."""
    done = await tx.execute(
        update(files)
        .where(files.c.id == file_id, files.c.owner_id == owner_id)
        .values(consent=consent, consented_at=tx.now)
    )
    tx.signal_after_commit(WANTED)
    return bool(done.rowcount)


async def adopt(tx: Tx, owner_id: int, purpose: str, sent: SentFile, consent: Consent) -> int:
    """Write down as wanted what a former version has shown by the channel's reference; returns its
    id. It is in use already, whatever its owner's count."""
    number = await want(tx, owner_id, purpose, sent, consent)
    await use(tx, owner_id, [number])
    return number


async def use(tx: Tx, owner_id: int, ids: list[int]) -> None:
    """These files of the person's are shown with something from now on."""
    await tx.execute(
        update(files)
        .where(among(files.c.id, ids), files.c.owner_id == owner_id, files.c.used_at.is_(None))
        .values(used_at=tx.now)
    )


async def put_back(tx: Tx, owner_id: int, file_id: int) -> bool:
    """The person has taken a file out of a form again. False: it is shown with something, and stays
    until that is saved without it."""
    done = await tx.execute(
        delete(files).where(
            files.c.id == file_id, files.c.owner_id == owner_id, files.c.used_at.is_(None)
        )
    )
    return bool(done.rowcount)


async def let_go(tx: Tx, owner_id: int, ids: list[int]) -> None:
    """Nothing is shown with these files of the person's any more: their rows go, and their bytes
    with the sweep."""
    await tx.execute(delete(files).where(among(files.c.id, ids), files.c.owner_id == owner_id))

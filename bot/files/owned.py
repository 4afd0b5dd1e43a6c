"""What is known of files by their ids, and what is done with those of one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, delete, func, or_, select, update

from bot.files.arrivals import WANTED
from bot.files.kinds import Anew, Consent, FileKind, FileState
from bot.files.tables import copies, files
from bot.storage.lists import among
from bot.storage.transaction import Tx

ERASED = ""
"""The purpose of what belonged to somebody who was erased."""


@dataclass(frozen=True, slots=True)
class OwnedFile:
    """One person's file for one use. `size` is in bytes; `reason` is a code for what was not
    taken."""

    id: int
    owner_id: int
    purpose: str
    kind: FileKind
    name: str
    mime: str
    size: int
    consent: Consent
    state: FileState
    reason: str
    blob: str

    @property
    def is_kept(self) -> bool:
        return self.state is FileState.KEPT

    @property
    def is_coming(self) -> bool:
        return self.state is FileState.WANTED

    @property
    def is_shown_as_before(self) -> bool:
        """Whether a reference of a former version may still show it."""
        if self.state is FileState.REFUSED:
            return self.reason == "too_large"
        return self.state in (FileState.WANTED, FileState.VANISHED)

    def is_shown_to(self, person_id: int) -> bool:
        """Whether there is something to show to this person."""
        return self.is_kept or (self.state is FileState.CONCEALED and self.owner_id == person_id)


_COLUMNS = tuple(files.c[name] for name in OwnedFile.__slots__)


async def find_unused(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Those of these files that nothing holds but, perhaps, a half-filled form."""
    wanted = list(ids)
    if not wanted:
        return set()
    unused = select(files.c.id).where(among(files.c.id, wanted), files.c.used_at.is_(None))
    return set(await tx.scalars(unused))


async def find_files(tx: Tx, ids: Iterable[int]) -> dict[int, OwnedFile]:
    """The files of these ids; one that is gone is left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = await tx.all(select(*_COLUMNS).where(among(files.c.id, wanted)))
    return {row.id: _of(row) for row in rows}


async def find_file(tx: Tx, file_id: int) -> OwnedFile | None:
    row = await tx.first(select(*_COLUMNS).where(files.c.id == file_id))
    return _of(row) if row else None


def _of(row: Row[Any]) -> OwnedFile:
    values = row._asdict()
    return OwnedFile(**values | {name: values[name] or "" for name in ("reason", "blob")})


async def note_asked(tx: Tx, owners: Iterable[int]) -> None:
    """These owners are asked about the pupils in their old pictures."""
    await tx.execute(
        update(files)
        .where(among(files.c.owner_id, list(owners)), files.c.consent == Consent.NOT_ASKED)
        .values(asked_at=tx.now)
    )


async def conceal_unanswered(tx: Tx, owner_id: int) -> list[int]:
    """Show nobody else what its owner was asked about and has said nothing of; returns the ids of
    those files. What we do not hold is not shown any more."""
    open_ = (
        files.c.owner_id == owner_id,
        files.c.consent == Consent.NOT_ASKED,
        files.c.asked_at.is_not(None),
    )
    lost = (FileState.VANISHED, FileState.REFUSED)
    concerned = files.c.state.in_((FileState.KEPT, *lost))
    ids = list(await tx.scalars(select(files.c.id).where(*open_, concerned).order_by(files.c.id)))
    await tx.execute(
        update(files)
        .where(*open_, files.c.state == FileState.KEPT)
        .values(state=FileState.CONCEALED)
    )
    await tx.execute(
        update(files).where(*open_, files.c.state.in_(lost)).values(state=FileState.WITHDRAWN)
    )
    return ids


async def count_preparing(tx: Tx, owner_id: int) -> int:
    """How many pictures of the owner's are still being prepared, to be looked at after that."""
    preparing = (
        files.c.owner_id == owner_id,
        files.c.consent == Consent.HIDING,
        files.c.state == FileState.WANTED,
    )
    query = select(func.count()).select_from(files)
    return int(await tx.scalar(query.where(*preparing)))


async def count_unseen(tx: Tx, owner_id: int) -> int:
    """How many of the owner's pictures are prepared, and not looked at yet."""
    prepared = (
        files.c.owner_id == owner_id,
        files.c.consent == Consent.HIDING,
        files.c.state == FileState.CONCEALED,
    )
    return int(await tx.scalar(select(func.count()).select_from(files).where(*prepared)))


ANEW = f"anew > 0 AND anew IN ({Anew.SOME:d}, {Anew.ALL:d})"
"""Of which files some messages are to be brought in line."""


async def next_anew(tx: Tx) -> tuple[OwnedFile, Anew] | None:
    """A file that some messages do not show as it is."""
    rows = await tx.fetch(f"SELECT id, anew FROM files WHERE {ANEW} ORDER BY id LIMIT 1")  # noqa: S608
    file = await find_file(tx, int(rows[0][0])) if rows else None
    return (file, Anew(rows[0][1])) if file else None


async def note_marked(tx: Tx, file_id: int) -> None:
    """Those that are to show it anew are marked as such."""
    await tx.execute(update(files).where(files.c.id == file_id).values(anew=Anew.SOME))


async def note_in_line(tx: Tx, file_id: int) -> None:
    """Every message shows it as it is, or nothing of it; the row of an erased one soon goes."""
    over = case((files.c.purpose == ERASED, Anew.OVER.value), else_=Anew.NONE.value)
    await tx.execute(update(files).where(files.c.id == file_id).values(anew=over, due_at=tx.now))


async def set_apart(tx: Tx, owner_id: int, ids: Iterable[int]) -> None:
    """A slice has the messages with these files of the person's say something else; it tells by
    `note_in_line` that it has."""
    await tx.execute(
        update(files)
        .where(among(files.c.id, list(ids)), files.c.owner_id == owner_id)
        .values(anew=Anew.APART)
    )


async def retire(tx: Tx, owner_id: int, ids: Iterable[int]) -> None:
    """These files of the person's are shown to nobody any more; their rows stay, for as long as
    messages show them."""
    await tx.execute(
        update(files)
        .where(among(files.c.id, list(ids)), files.c.owner_id == owner_id)
        .values(state=FileState.WITHDRAWN, blob=None, reference="", lease_until=None)
    )


async def origin_of(tx: Tx, file_id: int) -> tuple[str, str] | None:
    """The channel by which a file came, and its id of the message; None where that is not known."""
    row = await tx.first(select(files.c.channel, files.c.message).where(files.c.id == file_id))
    return (row.channel, row.message) if row is not None and row.message else None


def superseded() -> Select[Any]:
    """The ids of files whose former references are not to be used any more: of those that we hold,
    of what was withdrawn, and of what turned out to be unfit. One that is only too large to be
    fetched, or cannot be, is shown by its reference as before."""
    unfit = and_(files.c.state == FileState.REFUSED, files.c.reason != "too_large")
    ours = files.c.state.in_((FileState.KEPT, FileState.CONCEALED, FileState.WITHDRAWN))
    return select(files.c.id).where(or_(ours, unfit))


async def forget_owner(tx: Tx, person_id: int) -> None:
    """Erase what is known of a person's files. Bytes that belong to nobody else go with the sweep;
    of what others may have been shown a number stays, by which it is taken out of their messages,
    piece by piece and until none can be under way."""
    own = files.c.owner_id == person_id
    unused = select(files.c.id).where(own, files.c.used_at.is_(None))
    await tx.execute(delete(copies).where(copies.c.file_id.in_(unused)))
    await tx.execute(delete(files).where(own, files.c.used_at.is_(None)))
    words = ("name", "mime", "channel", "account", "reference", "message")
    facts = ("part", "consented_at", "asked_at", "reason", "blob", "claimed_by", "lease_until")
    apart = case((files.c.anew == Anew.APART, Anew.APART.value), else_=Anew.SOME.value)
    await tx.execute(
        update(files)
        .where(own)
        .values(
            dict.fromkeys(words, "")
            | dict.fromkeys(facts)
            | {"purpose": ERASED, "state": FileState.WITHDRAWN, "consent": Consent.NEEDLESS}
            | {"size": 0, "attempts": 0, "anew": apart}
            | {"made_at": tx.now, "used_at": tx.now, "due_at": tx.now}
        )
    )
    tx.signal_after_commit(WANTED)


async def forget_copies_at(tx: Tx, address_ids: Iterable[int]) -> None:
    """Forget which messages at these addresses show files of others."""
    await tx.execute(delete(copies).where(among(copies.c.address_id, address_ids)))

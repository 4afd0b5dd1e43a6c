"""What is known of files by their ids, and what is done with those of one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, delete, or_, select, update

from bot.files.kinds import Consent, FileKind, FileState
from bot.files.tables import copies, files
from bot.storage.lists import among
from bot.storage.transaction import Tx


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


async def next_anew(tx: Tx) -> int | None:
    """The id of a file that messages in which it was hidden are to show again."""
    rows = await tx.fetch("SELECT id FROM files WHERE anew = 1 ORDER BY id LIMIT 1")
    return int(rows[0][0]) if rows else None


async def note_shown_anew(tx: Tx, file_id: int) -> None:
    """All of them show it."""
    await tx.execute(update(files).where(files.c.id == file_id).values(anew=0))


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
    """Erase what is known of a person's files. Bytes that belong to nobody else go with the
    sweep."""
    own = select(files.c.id).where(files.c.owner_id == person_id)
    await tx.execute(delete(copies).where(copies.c.file_id.in_(own)))
    await tx.execute(delete(files).where(files.c.owner_id == person_id))


async def forget_copies_at(tx: Tx, address_ids: Iterable[int]) -> None:
    """Forget which messages at these addresses show files of others."""
    await tx.execute(delete(copies).where(among(copies.c.address_id, address_ids)))

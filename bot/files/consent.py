"""What the owner of a file says of the pupils in it, and what follows from that.

Nothing is fetched before the answer, and what was hidden is shown to nobody else before its owner
has looked at it.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from sqlalchemy import ColumnElement, select, update

from bot.files.arrivals import WANTED
from bot.files.kinds import Anew, Consent, FileKind, FileState
from bot.files.owned import OwnedFile
from bot.files.pictures import Crop
from bot.files.tables import files
from bot.storage import audit
from bot.storage.lists import among
from bot.storage.transaction import Tx

PARTS: Mapping[str, Crop] = {
    "top": Crop(bottom=500),
    "bottom": Crop(top=500),
    "right": Crop(left=500),
    "left": Crop(right=500),
    "middle": Crop(left=250, top=250, right=750, bottom=750),
}
"""Which part of a picture may be kept, by its code."""
_PICTURES = {"jpg", "jpeg", "jpe", "jfif", "png", "webp", "heic", "heif", "hif"}
_FILMS = {"m4v", "mov", "mp4", "qt", "webm", "3gp"}
_SOUNDS = {"aac", "m4a", "m4b", "mp3", "mpga", "oga", "ogg", "opus", "wav", "weba"}
_HELD = (FileState.KEPT, FileState.CONCEALED)
UNANSWERED = (Consent.WAITING, Consent.NOT_ASKED)


def is_picture(kind: FileKind, mime: str, name: str) -> bool:
    """Whether it is a picture by what its sender says, of which faces or parts can be taken."""
    if kind is FileKind.DOCUMENT:
        return mime.startswith("image/") or _ending(name) in _PICTURES
    return kind is FileKind.PHOTO


def is_film(kind: FileKind, mime: str, name: str) -> bool:
    """Whether it is a film by what its sender says."""
    if kind is FileKind.DOCUMENT:
        return mime.startswith("video/") or _ending(name) in _FILMS
    return kind is FileKind.VIDEO


def may_show_pupils(kind: FileKind, mime: str, name: str) -> bool:
    """Whether somebody can be seen or heard in it, by what its sender says."""
    if kind is FileKind.DOCUMENT:
        known = mime.startswith(("image/", "video/", "audio/"))
        return known or _ending(name) in _PICTURES | _FILMS | _SOUNDS
    return True


def first_consent_of_old(kind: FileKind, mime: str, name: str) -> Consent:
    """What is known of a file that was taken before anybody was asked."""
    return Consent.NOT_ASKED if may_show_pupils(kind, mime, name) else Consent.NEEDLESS


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix[1:].lower()


async def answer(tx: Tx, owner_id: int, asked: Sequence[OwnedFile], consent: Consent) -> None:
    """Keep what the owner says of the pupils in these files of theirs, with its moment; what was
    waited for is fetched, and what we hold of one already is drawn again where the faces are to go.
    The word that the guardians have consented is in the audit trail too."""
    which = _own(owner_id, [file.id for file in asked]), files.c.consent.in_(UNANSWERED)
    if consent is Consent.HIDING:
        held = files.c.state.in_(_HELD)
        again = {"state": FileState.WANTED, "due_at": tx.now, "attempts": 0}
        await tx.execute(update(files).where(*which, held).values(**again))
        # Who is fetching it as it is, has it no longer.
        await tx.execute(update(files).where(*which).values(claimed_by=None, lease_until=None))
    else:
        concealed = files.c.state == FileState.CONCEALED
        shown = await tx.scalars(
            update(files)
            .where(*which, concealed)
            .values(state=FileState.KEPT)
            .returning(files.c.id)
        )
        for number in shown:
            await _show_anew(tx, number)
    await tx.execute(update(files).where(*which).values(consent=consent, consented_at=tx.now))
    if consent is Consent.GUARDIANS:
        for file in asked:
            await audit.record(tx, owner_id, "files.consent", file.id, purpose=file.purpose)
    tx.signal_after_commit(WANTED)


async def keep_part(tx: Tx, owner_id: int, file_id: int, part: str) -> None:
    """Keep only this part of a picture, by its code in `PARTS`: of one that was not fetched yet, or
    of what is left of one by now. It is drawn soon after the transaction."""
    await tx.execute(
        update(files)
        .where(
            _own(owner_id, [file_id]),
            files.c.state.in_((FileState.WANTED, *_HELD)),
            files.c.consent.in_((*UNANSWERED, Consent.HIDING)),
        )
        .values(
            consent=Consent.HIDING,
            consented_at=tx.now,
            part=part,
            state=FileState.WANTED,
            due_at=tx.now,
            attempts=0,
            claimed_by=None,
            lease_until=None,
        )
    )
    tx.signal_after_commit(WANTED)


async def confirm(tx: Tx, owner_id: int, file_id: int) -> None:
    """The owner has looked at what is left of a picture: from now on others may see it."""
    done = await tx.execute(
        update(files)
        .where(
            _own(owner_id, [file_id]),
            files.c.state == FileState.CONCEALED,
            files.c.consent == Consent.HIDING,
        )
        .values(consent=Consent.HIDDEN, consented_at=tx.now, state=FileState.KEPT)
    )
    if done.rowcount:
        await _show_anew(tx, file_id)


async def _show_anew(tx: Tx, file_id: int) -> None:
    """The messages in which it was hidden are to show it soon, as it is by now; so are those that
    have come to others since it was hidden, and show what it was before."""
    await tx.execute(update(files).where(files.c.id == file_id).values(anew=Anew.ALL))
    tx.signal_after_commit(WANTED)


async def withdraw(tx: Tx, file: OwnedFile) -> list[int]:
    """Nobody is shown the file any more, nor what else its owner has made of the same bytes;
    returns the ids of all that. What is on its way is not fetched; the bytes go with the sweep."""
    same = (files.c.owner_id == file.owner_id) & (files.c.blob == file.blob)
    which = (files.c.id == file.id) | same if file.blob else files.c.id == file.id
    gone = list(await tx.scalars(select(files.c.id).where(which)))
    await tx.execute(
        update(files)
        .where(among(files.c.id, gone))
        .values(state=FileState.WITHDRAWN, blob=None, reference="", lease_until=None)
    )
    return gone


def _own(owner_id: int, ids: Sequence[int]) -> ColumnElement[bool]:
    return among(files.c.id, list(ids)) & (files.c.owner_id == owner_id)

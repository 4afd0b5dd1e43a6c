"""Writes about the evidence of a practice and its files."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from bot.chat.forms.fields import TEXT_PIECE, EvidencePiece
from bot.chat.person import Person, PersonState, people
from bot.features.people.actions import files as file_actions
from bot.features.practices.models import EvidenceKind, evidence, practices
from bot.files import arrivals
from bot.files.arrivals import SentFile
from bot.files.consent import first_consent_of_old
from bot.files.kinds import FileKind, FileState
from bot.files.owned import OwnedFile, find_files, superseded
from bot.storage.transaction import Tx

LOST = (FileState.REFUSED, FileState.VANISHED, FileState.WITHDRAWN)


async def set_evidence(
    tx: Tx, author: Person, practice_id: int, pieces: Sequence[EvidencePiece]
) -> None:
    """Give a practice these pieces. Of a file that was not taken its words stay; files that it
    showed before and shows no more are let go."""
    shown = await tx.scalars(
        select(evidence.c.file_id).where(
            evidence.c.practice_id == practice_id, evidence.c.file_id.is_not(None)
        )
    )
    await tx.execute(delete(evidence).where(evidence.c.practice_id == practice_id))
    held = await find_files(tx, [piece.file for piece in pieces if piece.file])
    kept = [each for piece in pieces if (each := _without_lost(author, piece, held))]
    rows = [
        {
            "practice_id": practice_id,
            "position": position,
            "kind": EvidenceKind(piece.kind),
            "text": piece.text,
            "file_id": piece.file or None,
            "ref": piece.ref,
            "name": piece.name,
            "mime": piece.mime,
            "size": piece.size,
        }
        for position, piece in enumerate(kept)
    ]
    if rows:
        await tx.execute(evidence.insert(), rows)
    used = [piece.file for piece in kept if piece.file]
    await arrivals.use(tx, author.id, used)
    gone = sorted(set(shown) - set(used))
    await file_actions.let_go(tx, author, gone)


def _without_lost(
    author: Person, piece: EvidencePiece, held: dict[int, OwnedFile]
) -> EvidencePiece | None:
    if not piece.file:
        return piece
    file = held.get(piece.file)
    if file is not None and file.owner_id == author.id and file.state not in LOST:
        return piece
    return EvidencePiece(TEXT_PIECE, piece.text) if piece.text else None


async def adopt_files(tx: Tx, channel: str, account: str, most: int) -> int:
    """Have files fetched that former versions showed by the channel's reference, at most so many;
    returns how many. They are shown as before meanwhile."""
    rows = await tx.all(
        select(evidence, practices.c.author_id)
        .join(practices, practices.c.id == evidence.c.practice_id)
        .join(people, people.c.id == practices.c.author_id)
        .where(
            evidence.c.ref != "",
            evidence.c.file_id.is_(None),
            people.c.state == PersonState.MEMBER,
        )
        .order_by(evidence.c.practice_id, evidence.c.position)
        .limit(most)
    )
    for row in rows:
        kind = FileKind(row.kind.value)
        sent = SentFile(kind, channel, account, row.ref, "", row.name, row.mime, row.size)
        consent = first_consent_of_old(kind, row.mime, row.name)
        number = await arrivals.adopt(tx, row.author_id, "practice", sent, consent)
        await _set_file(tx, row.practice_id, row.position, file_id=number)
    return len(rows)


async def forget_references(tx: Tx) -> None:
    """Forget the channel's references of what is ours by now, or is not to be shown."""
    await tx.execute(
        update(evidence)
        .where(evidence.c.ref != "", evidence.c.file_id.in_(superseded()))
        .values(ref="")
    )


async def _set_file(tx: Tx, practice_id: int, position: int, **values: object) -> None:
    await tx.execute(
        update(evidence)
        .where(evidence.c.practice_id == practice_id, evidence.c.position == position)
        .values(**values)
    )

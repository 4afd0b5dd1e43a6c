"""Writes about the files of announcements that former versions kept by a reference."""

from sqlalchemy import select, update

from bot.chat.person import PersonState, people
from bot.features.announcements.models import announcements
from bot.files import arrivals
from bot.files.arrivals import SentFile
from bot.files.consent import first_consent_of_old
from bot.files.kinds import FileKind
from bot.files.owned import superseded
from bot.storage.transaction import Tx


async def adopt_files(tx: Tx, channel: str, account: str, most: int) -> int:
    """Have files fetched that former versions showed by the channel's reference, at most so many;
    returns how many. They are shown as before meanwhile."""
    rows = await tx.all(
        select(announcements.c.id, announcements.c.author_id, announcements.c.file)
        .join(people, people.c.id == announcements.c.author_id)
        .where(
            announcements.c.file.is_not(None),
            announcements.c.file_id.is_(None),
            people.c.state == PersonState.MEMBER,
        )
        .order_by(announcements.c.id)
    )
    old = [row for row in rows if row.file.get("ref")][:most]
    for row in old:
        kind, told = FileKind(row.file["kind"]), row.file
        name, mime, size = told.get("name", ""), told.get("mime", ""), told.get("size", 0)
        sent = SentFile(kind, channel, account, told["ref"], "", name, mime, size)
        consent = first_consent_of_old(kind, mime, name)
        number = await arrivals.adopt(tx, row.author_id, "announcement", sent, consent)
        await _set(tx, row.id, file_id=number)
    return len(old)


async def forget_references(tx: Tx) -> None:
    """Forget the channel's references of what is ours by now, or is not to be shown."""
    rows = await tx.all(
        select(announcements.c.id, announcements.c.file).where(
            announcements.c.file_id.in_(superseded())
        )
    )
    for row in rows:
        if row.file and row.file.get("ref"):
            await _set(tx, row.id, file=row.file | {"ref": ""})


async def _set(tx: Tx, announcement_id: int, **values: object) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )

"""Writes about the files of announcements: what former versions kept by a reference, what is
withdrawn or hidden, and what authors leave who are erased."""

from datetime import timedelta

from sqlalchemy import select, update

from bot.chat.person import Person, PersonState, people
from bot.delivery import copies
from bot.features.announcements import notices
from bot.features.announcements.models import announcements
from bot.features.people.actions.files import IN_ITS_PLACE, SaidAnew, say_some
from bot.files import arrivals, owned
from bot.files.arrivals import SentFile
from bot.files.consent import first_consent_of_old
from bot.files.kinds import FileKind
from bot.files.owned import superseded
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

WITHOUT_FILE_JOB = "announcements.without_file"
LATE = (timedelta(minutes=1), timedelta(minutes=10))
"""How long after its author was erased it is looked once more for messages that were under way."""


_SAID_ANEW = SaidAnew(*[notices.SAID_ANEW] * 3)


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


async def take_files_out(tx: Tx, author: Person) -> None:
    """Have the messages of what the author sent say it without their file, which is about to be
    erased; of the file its kind stays, and the words that were read under it."""
    rows = await tx.all(
        select(announcements.c.id, announcements.c.file, announcements.c.file_id)
        .where(announcements.c.author_id == author.id, announcements.c.file.is_not(None))
        .order_by(announcements.c.id)
    )
    for row in rows:
        words = (row.file or {}).get("text", "")
        left = {"kind": row.file["kind"], "text": words} if words else None
        await _set(tx, row.id, file=left)
    shown = {row.file_id: row.id for row in rows if row.file_id is not None}
    await owned.set_apart(tx, author.id, shown)
    for file_id, number in shown.items():
        told = {"announcement": number, "file": file_id, "late": 0}
        topic = f"announcement file:{file_id}"
        await due.set_due(tx, WITHOUT_FILE_JOB, topic, "some", anchor=tx.now, payload=told)


async def take_file_out(tx: Tx, row: DueRow) -> None:
    """Have the next messages with the file say the announcement without it, and plan what is left:
    the next ones, or another look for what was under way."""
    told = row.payload
    file_id, late = int(told["file"]), int(told["late"])
    kind, about = notices.SAID_ANEW, int(told["announcement"])
    at = tx.now
    if await copies.take_back_some(tx, kind, file_id, announcement=about) < copies.AT_ONCE:
        if late == len(LATE):
            await owned.note_in_line(tx, file_id)
            return
        at, late = tx.now + LATE[late], late + 1
    told = told | {"late": late}
    await due.set_due(tx, row.job, row.topic, row.slot, anchor=at, payload=told)


async def say_file_anew(tx: Tx, row: DueRow) -> None:
    """A file may be seen no longer, or again: have the next messages with it say their announcement
    without it, or with it, and plan the rest. Without an announcement that bears it they say only
    what has become of it."""
    file = await owned.find_file(tx, row.payload["file"])
    if file is None or file.purpose == owned.ERASED:
        return
    bearing = select(announcements.c.id).where(announcements.c.file_id == file.id)
    number = await tx.scalar(bearing)
    # A row of a former version says nothing of it, and spared its owner.
    late = row.payload.get("late", True)
    if number is None:
        done = await say_some(tx, file, IN_ITS_PLACE, late=late)
    else:
        done = await say_some(tx, file, _SAID_ANEW, late=late, announcement=number)
    if done:
        await due.set_due(tx, row.job, row.topic, row.slot, anchor=tx.now, payload=row.payload)


async def _set(tx: Tx, announcement_id: int, **values: object) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )

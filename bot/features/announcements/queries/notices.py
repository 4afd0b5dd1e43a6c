"""What the messages about announcements say, read for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.person import Person, PersonState, find_people
from bot.delivery.backlog import changing, have_left, staying
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.announcements.models import AnnouncementState
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement, Signature
from bot.features.announcements.queries.reports import Report
from bot.features.people.queries.roles import acting_in
from bot.files import owned
from bot.files.owned import OwnedFile
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

ASKED_FOR = timedelta(minutes=10)
"""How long whoever had something sent waits for what comes of it."""


@dataclass(frozen=True, slots=True)
class SentAnnouncement:
    """What a recipient is told, and whether they have said that they read it."""

    sent: Announcement
    sender: Signature
    read: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What its author is told of its way, in a message that `stays` as it is, or is drawn anew as
    soon as more is known. It `waits` for the end of a time of rest where it is not a moment since
    its author had it sent."""

    sent: Announcement
    report: Report
    stays: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Halted:
    """What its author, or whoever stands above them, is told of a stop, or of its end. `by` has
    done it, perhaps as a deputy in the place of `behalf`; `reads` says whether its words are for
    the reader."""

    sent: Announcement
    report: Report
    by: Person | None
    reads: bool
    behalf: Person | None = None


async def announced(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[SentAnnouncement]]:
    """To recipients: the announcement, unless it was stopped before it came to them, or the right
    by which it goes has ended. What has left already stays to be read."""
    facts: dict[int, Found[SentAnnouncement]] = {}
    for number, asked in by_announcement(rows).items():
        sent = await announcement_queries.announcement(tx, number)
        if sent is None:
            facts |= {row.id: Gone("stopped") for row in asked}
            continue
        sender = await announcement_queries.signature(tx, sent)
        if gone := await _why_gone(tx, sent, sender):
            left = await have_left(tx, [row.id for row in asked])
            facts |= {row.id: gone for row in asked if row.id not in left}
            asked = [row for row in asked if row.id in left]
        facts |= await _told(tx, sent, sender, asked)
    return facts


@dataclass(frozen=True, slots=True)
class AnnouncementAnew:
    """What stays with whoever was shown a file, and what has become of that: None where it is
    erased, or was `exchanged` by its author meanwhile. It `asks` recipients alone whether they have
    read it; whoever may not read its words was shown the file by itself."""

    told: SentAnnouncement
    file: OwnedFile | None
    asks: bool
    reads: bool
    exchanged: bool


async def said_anew(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[AnnouncementAnew]]:
    """To whoever was shown a file that is shown no more, or again."""
    files = await owned.find_files(tx, {row.params["file"] for row in rows})
    left = {number: each for number, each in files.items() if each.purpose != owned.ERASED}
    facts: dict[int, Found[AnnouncementAnew]] = {}
    for number, asked in by_announcement(rows).items():
        sent = await announcement_queries.announcement(tx, number)
        assert sent is not None
        sender = await announcement_queries.signature(tx, sent)
        told = await _told(tx, sent, sender, asked)
        people = {row.to.id: row.to for row in asked}
        recipients = await announcement_queries.readers_among(tx, number, list(people))
        # Whoever answers for the pupils in a picture has looked at it without its words.
        others = [each for each in people.values() if each.id not in recipients]
        readers = recipients | {
            each.id
            for each in others
            if await announcement_queries.sees_announcement(tx, each, sent)
        }
        # As few facts as there are, so that each is drawn once.
        drawn: dict[tuple[int, int, bool, bool], AnnouncementAnew] = {}
        bears = sent.file.id if sent.file else 0
        by_author = sent.author.state is not PersonState.GONE
        for row in asked:
            one, file = told[row.id], row.params["file"]
            is_asked, reads = row.to.id in recipients, row.to.id in readers
            facts[row.id] = drawn.setdefault(
                (id(one), file, is_asked, reads),
                AnnouncementAnew(one, left.get(file), is_asked, reads, by_author and bears != file),
            )
    return facts


async def _told(
    tx: Tx, sent: Announcement, sender: Signature, asked: Sequence[NoticeRow]
) -> dict[int, SentAnnouncement]:
    readers = await _readers_among(tx, sent.id, [row.to.id for row in asked])
    # Two facts for all of them, so that each is drawn once.
    told = [SentAnnouncement(sent, sender, read) for read in (False, True)]
    return {row.id: told[row.to.id in readers] for row in asked}


async def _why_gone(tx: Tx, sent: Announcement, sender: Signature) -> Gone | None:
    """Why nobody else is to get it. The author's right was read with their signature: it costs
    nothing more to ask it with every few copies."""
    if sent.state is AnnouncementState.CANCELLED:
        return Gone("stopped")
    by_author = sent.let_on_by is None
    stands = sender.role is not None if by_author else await announcement_queries.stands(tx, sent)
    return None if stands else Gone("out_of_reach")


async def progress_of(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Progress]]:
    """To the author: how far it has come."""
    facts: dict[int, Found[Progress]] = {}
    stays = await staying(tx, [row.id for row in rows])
    changes = await changing(tx, [row.id for row in rows])
    for number, asked in by_announcement(rows).items():
        sent = await announcement_queries.announcement(tx, number)
        if sent is None:
            facts |= {row.id: Gone("erased") for row in asked}
            continue
        report = await report_queries.report(tx, number)
        for row in asked:
            # What changes a message makes no sound.
            waits = row.id not in changes and _is_unasked(sent, row)
            facts[row.id] = Progress(sent, report, row.id in stays, waits)
    return facts


def _is_unasked(sent: Announcement, row: NoticeRow) -> bool:
    """Whether it was sent without its author's pressing a button just before."""
    began = sent.send_at or row.queued_at
    return bool(row.params.get("planned")) or row.queued_at - began > ASKED_FOR


async def written(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Announcement]]:
    """To the author: the announcement itself."""
    facts: dict[int, Found[Announcement]] = {}
    for number, asked in by_announcement(rows).items():
        found = await announcement_queries.announcement(tx, number) or Gone("erased")
        facts |= {row.id: found for row in asked}
    return facts


async def halted(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Halted]]:
    """To its author and to whoever stands above them: how it was stopped, unless it goes on."""
    return {
        number: Gone("goes on")
        if isinstance(told, Halted) and told.sent.state is not AnnouncementState.CANCELLED
        else told
        for number, told in (await went_on(tx, rows)).items()
    }


async def went_on(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Halted]]:
    """The same, however it stands by now."""
    facts: dict[int, Found[Halted]] = {}
    people = await find_people(tx, acting_in(rows))
    for number, asked in by_announcement(rows).items():
        sent = await announcement_queries.announcement(tx, number)
        if sent is None or not sent.title:
            facts |= {row.id: Gone("erased") for row in asked}
            continue
        report = await report_queries.report(tx, number)
        for row in asked:
            by = people.get(row.params.get("by", 0))
            reads = await announcement_queries.sees_announcement(tx, row.to, sent)
            behalf = people.get(row.params.get("for") or 0)
            facts[row.id] = Halted(sent, report, by, reads, behalf)
    return facts


def by_announcement(rows: Sequence[NoticeRow]) -> dict[int, list[NoticeRow]]:
    sorted_rows: dict[int, list[NoticeRow]] = {}
    for row in rows:
        sorted_rows.setdefault(row.params["announcement"], []).append(row)
    return sorted_rows


async def _readers_among(tx: Tx, announcement_id: int, people: Sequence[int]) -> set[int]:
    rows = await tx.touch(
        with_ids(
            tx,
            "SELECT person_id FROM receipts WHERE announcement_id = ? AND person_id IN (ids)"
            " AND acknowledged_at IS NOT NULL",
        ),
        announcement_id,
        as_list(tx, people),
    )
    return {int(row[0]) for row in rows}

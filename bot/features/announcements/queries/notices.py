"""What the messages about announcements say, read for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.announcements.models import AnnouncementState
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries.announcements import Announcement, Report, Signature
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class SentAnnouncement:
    """What a recipient is told, and whether they have said that they read it."""

    sent: Announcement
    sender: Signature
    read: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What its author is told of its way."""

    sent: Announcement
    report: Report


async def announced(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[SentAnnouncement]]:
    """To recipients: the announcement, unless it was stopped before it came to them."""
    facts: dict[int, Found[SentAnnouncement]] = {}
    for number, asked in by_announcement(rows).items():
        sent = await announcement_queries.announcement(tx, number)
        if sent is None or sent.state is AnnouncementState.CANCELLED:
            facts |= {row.id: Gone("stopped") for row in asked}
            continue
        sender = await announcement_queries.signature(tx, sent)
        readers = await _readers_among(tx, number, [row.to.id for row in asked])
        # Two facts for all of them, so that each is drawn once.
        told = [SentAnnouncement(sent, sender, read) for read in (False, True)]
        facts |= {row.id: told[row.to.id in readers] for row in asked}
    return facts


async def progress_of(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Progress]]:
    """To the author: how far it has come."""
    facts: dict[int, Found[Progress]] = {}
    for number, asked in by_announcement(rows).items():
        sent = await announcement_queries.announcement(tx, number)
        if sent is None:
            facts |= {row.id: Gone("erased") for row in asked}
            continue
        now = Progress(sent, await announcement_queries.report(tx, number))
        facts |= {row.id: now for row in asked}
    return facts


async def written(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Announcement]]:
    """To the author: the announcement itself."""
    facts: dict[int, Found[Announcement]] = {}
    for number, asked in by_announcement(rows).items():
        found = await announcement_queries.announcement(tx, number) or Gone("erased")
        facts |= {row.id: found for row in asked}
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

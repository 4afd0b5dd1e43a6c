"""What is said of people's files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.chat.person import Person, find_people
from bot.delivery import outbox
from bot.delivery.copies import count_dropped, topic_of
from bot.delivery.message import MessageState
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.people.models import BELONGS, placements
from bot.features.people.queries.roles import acting_in
from bot.files.kinds import Consent, FileKind, FileState
from bot.files.owned import OwnedFile, count_unseen, find_files, find_unused
from bot.files.tables import files
from bot.storage.transaction import Tx

DELETED_WITHIN = timedelta(hours=47)
"""Channels let a bot delete what a person wrote to it for two days."""
ARRIVED = (MessageState.SENT, MessageState.DELIVERED, MessageState.READ)


SHOWN_AGAIN = "shown again"
"""Why a file is not taken out of a message after all."""


@dataclass(frozen=True, slots=True)
class FileNews:
    """A file that was not taken: as what it came, its name, which may be empty, and the code of
    why; `is_gone` where the channel did not have it any more, `in_form` where nothing that was
    saved holds it: a form may be waiting for another."""

    id: int
    kind: FileKind
    name: str
    reason: str
    is_gone: bool
    in_form: bool


_UNANSWERED = (
    "consent = 'not_asked' AND (state IN ('kept', 'concealed')"
    " OR state IN ('vanished', 'refused') AND reason IN ('gone', 'too_large'))"
)
"""What is shown, or was until it was hidden, though nobody has said anything of the pupils."""


async def unanswered(tx: Tx, person_id: int) -> list[OwnedFile]:
    """What a person has said nothing about, the oldest first."""
    rows = await tx.fetch(
        f"SELECT id FROM files WHERE owner_id = ? AND {_UNANSWERED} ORDER BY id",  # noqa: S608
        person_id,
    )
    found = await find_files(tx, [row[0] for row in rows])
    return [found[row[0]] for row in rows if row[0] in found]


async def owners_to_ask(tx: Tx, most: int) -> list[int]:
    """Whose old pictures were brought over, and who was not asked about them yet."""
    rows = await tx.fetch(
        "SELECT DISTINCT owner_id FROM files"  # noqa: S608
        f" WHERE asked_at IS NULL AND {_UNANSWERED} ORDER BY owner_id LIMIT ?",
        most,
    )
    return [int(row[0]) for row in rows]


async def asked_about(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[int]]:
    """To the owner: how many of their old pictures wait for an answer."""
    facts: dict[int, Found[int]] = {}
    for row in rows:
        left = len(await unanswered(tx, row.to.id))
        facts[row.id] = left or Gone("answered")
    return facts


async def prepared(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[int]]:
    """To the owner of pictures in which faces were hidden, or of which a part is kept: how many
    they have not looked at."""
    facts: dict[int, Found[int]] = {}
    for row in rows:
        facts[row.id] = await count_unseen(tx, row.to.id) or Gone("looked_at")
    return facts


async def not_taken(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[FileNews]]:
    """To the owner of each."""
    found = await find_files(tx, {row.params["file"] for row in rows})
    in_forms = await find_unused(tx, found)
    facts: dict[int, Found[FileNews]] = {}
    for row in rows:
        file = found.get(row.params["file"])
        if file is None or file.state not in (FileState.REFUSED, FileState.VANISHED):
            facts[row.id] = Gone("erased")
            continue
        is_gone = file.state is FileState.VANISHED
        facts[row.id] = FileNews(
            file.id, file.kind, file.name, file.reason, is_gone, file.id in in_forms
        )
    return facts


@dataclass(frozen=True, slots=True)
class WithdrawalNews:
    """A file of the reader's that was withdrawn, by whom, and in whose place, if by a deputy."""

    kind: FileKind
    name: str
    by: Person
    behalf: Person | None = None


async def withdrawn(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[WithdrawalNews]]:
    """To the owner of each."""
    found = await find_files(tx, {row.params["file"] for row in rows})
    people = await find_people(tx, acting_in(rows))
    facts: dict[int, Found[WithdrawalNews]] = {}
    for row in rows:
        file, by = found.get(row.params["file"]), people.get(row.params["by"])
        if file is None or by is None:
            facts[row.id] = Gone("erased")
        else:
            behalf = people.get(row.params.get("for") or 0)
            facts[row.id] = WithdrawalNews(file.kind, file.name, by, behalf)
    return facts


async def taken_back(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[int]]:
    """In place of a file that its reader has been shown. It leaves even where all else of the file
    is erased."""
    return {row.id: row.params["file"] for row in rows}


async def hidden(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[int]]:
    """In place of one that is hidden, unless it may be seen again."""
    found = await find_files(tx, {row.params["file"] for row in rows})
    seen = {number for number, file in found.items() if file.is_kept}
    return {
        row.id: Gone(SHOWN_AGAIN) if row.params["file"] in seen else row.params["file"]
        for row in rows
    }


async def shown_anew(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[OwnedFile]]:
    """In place of what says that it is hidden: the file as it is by now."""
    found = await find_files(tx, {row.params["file"] for row in rows})
    facts: dict[int, Found[OwnedFile]] = {}
    for row in rows:
        file = found.get(row.params["file"])
        facts[row.id] = file if file is not None and file.is_kept else Gone("not shown")
    return facts


@dataclass(frozen=True, slots=True)
class LeftCopies:
    """Out of how many messages a withdrawn file was taken, and in how many that was not
    possible."""

    done: int
    left: int


async def copies_left(tx: Tx, file_ids: Sequence[int]) -> LeftCopies:
    """How the taking back of these files stands; what is still on its way counts as left."""
    done = left = 0
    for number in file_ids:
        states = await outbox.count_states(tx, topic_of(number))
        sent = sum(states.get(state, 0) for state in ARRIVED)
        needless = await count_dropped(tx, number, SHOWN_AGAIN)
        done, left = done + sent, left + sum(states.values()) - sent - needless
    return LeftCopies(done, left)


async def left_copies(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[LeftCopies]]:
    """To whoever withdrew them."""
    facts: dict[int, Found[LeftCopies]] = {}
    for row in rows:
        found = await copies_left(tx, row.params["files"])
        facts[row.id] = found if found.left else Gone("all taken back")
    return facts


_ANSWERED = (Consent.NOBODY, Consent.HIDDEN, Consent.GUARDIANS, Consent.NOT_ASKED)


async def files_at(
    tx: Tx, unit_id: int, *, offset: int, limit: int
) -> tuple[list[OwnedFile], bool]:
    """Pictures, films and recordings that people of a unit show to others, the newest first; and
    whether there are more."""
    query = (
        select(files.c.id)
        .join(placements, placements.c.person_id == files.c.owner_id)
        .where(
            placements.c.unit_id == unit_id,
            placements.c.standing.in_(BELONGS),
            files.c.state == FileState.KEPT,
            files.c.used_at.is_not(None),
            files.c.consent.in_(_ANSWERED),
        )
        .order_by(files.c.id.desc())
    )
    ids = list(await tx.scalars(query.offset(offset).limit(limit + 1)))
    found = await find_files(tx, ids[:limit])
    return [found[number] for number in ids[:limit]], len(ids) > limit


async def came_lately(tx: Tx, file_id: int) -> bool:
    """Whether the message with which a file came may still be deleted for its owner."""
    row = await tx.first(select(files.c.made_at, files.c.message).where(files.c.id == file_id))
    return row is not None and bool(row.message) and tx.now - row.made_at < DELETED_WITHIN


async def answered_at(tx: Tx, file_id: int) -> datetime | None:
    """When its owner said what they said of the pupils in a file."""
    row = await tx.first(select(files.c.consented_at).where(files.c.id == file_id))
    return row.consented_at if row else None

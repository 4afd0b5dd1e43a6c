"""Who did what to what, and when. Rows are added in the transaction of the act itself.

Some minutes later they are sealed, by one process at a time: each is given a place, a salted digest
of its details, and a link that follows from the link before. So a row cannot be changed, put in or
taken out unnoticed; and its details can be erased with their salt, and the links still hold.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.columns import (
    Identifier,
    Json,
    Moment,
    decode,
    encode,
    id_column,
    metadata,
    partial_index,
    to_millis,
)
from bot.storage.database import Database
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

audit_trail = Table(
    "audit_trail",
    metadata,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("actor_id", ForeignKey("people.id"), comment="empty: the bot itself"),
    Column("action", String(48), nullable=False, comment="verb of the slice, e.g. teams.join"),
    Column("subject_id", Identifier, comment="id of the row it was done to"),
    Column("details", Json, nullable=False, comment="no names and no texts of people"),
    Column("unit_id", Identifier, comment="where it was done; its head reads of it"),
    Column("seq", BigInteger, comment="place in the chain; empty: not sealed yet"),
    Column("salt", String(32), comment="of the digest; empty: the details are erased"),
    Column("digest", String(64), comment="of salt and details"),
    Column("link", String(64), comment="digest of the row, its digest and the link before"),
    Index("ix_audit_trail_action_subject", "action", "subject_id"),
    Index("ix_audit_trail_actor", "actor_id", "id"),
    Index("ix_audit_trail_unit", "unit_id", "id"),
    partial_index("uq_audit_trail_seq", "seq", unique=True, where=text("seq IS NOT NULL")),
    partial_index("ix_audit_trail_unsealed", "id", where=text("seq IS NULL")),
    partial_index("ix_audit_trail_salted", "at", where=text("salt IS NOT NULL")),
)

person_views = Table(
    "person_views",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False,
           comment="whose data it was"),
    Column("viewer_id", ForeignKey("people.id"), primary_key=True, autoincrement=False,
           comment="who saw it by a role above"),
    Column("day", Integer, primary_key=True, autoincrement=False, comment="days since 1970"),
    Column("what", Integer, nullable=False, comment="1: in a list, 2: their page, 3: exported"),
    Index("ix_person_views_day", "day"),
    Index("ix_person_views_viewer_id", "viewer_id"),
    comment="one row a viewer, person and day",
    sqlite_with_rowid=False,
)  # fmt: skip

NOTHING = "{}"
AT_ONCE = 5000
"""Rows that are verified together."""


async def record(
    tx: Tx, actor_id: int | None, action: str, subject_id: int | None = None, **details: object
) -> None:
    """Write that `actor_id` did `action` (as `slice.verb`) to `subject_id`. A detail `unit` says
    where; otherwise it is where the actor works when it is sealed."""
    await record_all(tx, actor_id, action, [(subject_id, details)])


async def record_all(
    tx: Tx,
    actor_id: int | None,
    action: str,
    subjects: Iterable[tuple[int | None, Mapping[str, object]]],
) -> None:
    """`record` for many subjects at once, each with its details."""
    rows = [
        {
            "at": tx.now,
            "actor_id": actor_id,
            "action": action,
            "subject_id": subject_id,
            "details": dict(details),
            "unit_id": details.get("unit"),
        }
        for subject_id, details in subjects
    ]
    if len(rows) == 1:
        await tx.execute(audit_trail.insert().values(rows[0]))
    elif rows:
        await tx.execute(audit_trail.insert(), rows)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as the chain knows it; the moment is in milliseconds since 1970."""

    id: int
    at: int
    actor_id: int | None
    action: str
    subject_id: int | None
    unit_id: int | None
    details: str
    seq: int = 0
    salt: str | None = None
    digest: str = ""
    link: str = ""

    def digested(self) -> str:
        """Of the salt and the details, as they stand here."""
        return _hash(self.salt or "", self.details)

    def linked(self, before: str) -> str:
        """The link of this row after the one before."""
        known = (
            self.seq, self.id, self.at, self.actor_id, self.action, self.subject_id, self.unit_id,
        )  # fmt: skip
        return _hash(before, encode(list(known)), self.digest)


_READ = (
    "SELECT id, at, actor_id, action, subject_id, unit_id, details, seq, salt, digest, link"
    " FROM audit_trail"
)


Places = Callable[[Tx, Collection[int]], Awaitable[Mapping[int, int]]]
"""In which units people work now, by their ids."""


async def seal(tx: Tx, most: int, places: Places) -> int:
    """Give the rows that have none their places in the chain, at most so many, the oldest first;
    returns how many. Only one process may do it at a time."""
    waiting = await tx.fetch(
        f"{_READ} WHERE seq IS NULL ORDER BY id LIMIT ?",
        most,
    )
    last = await tx.fetch(
        "SELECT seq, link FROM audit_trail WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1"
    )
    seq, link = last[0] if last else (0, "")
    where = await places(tx, {row[2] for row in waiting if row[2] and not row[5]})
    sealed = []
    for row in waiting:
        seq += 1
        entry = replace(Entry(*row), seq=seq, salt=secrets.token_hex(16))
        entry = replace(
            entry, digest=entry.digested(), unit_id=entry.unit_id or where.get(entry.actor_id or 0)
        )
        link = entry.linked(link)
        sealed.append((seq, entry.salt, entry.digest, link, entry.unit_id, entry.id))
    if sealed:
        await tx.run_many(
            "UPDATE audit_trail SET seq = ?, salt = ?, digest = ?, link = ?, unit_id = ?"
            " WHERE id = ?",
            sealed,
        )
    return len(sealed)


async def erase_details(tx: Tx, person_id: int, of_person: Sequence[str]) -> None:
    """Erase what was noted of acts of this person, and of those acts whose subject they are, with
    the salt: nobody can find it out from the digest. That it happened stays."""
    cleared = f"UPDATE audit_trail SET details = '{NOTHING}', salt = NULL"  # noqa: S608
    await tx.run(f"{cleared} WHERE actor_id = ?", person_id)
    if of_person:
        marks = ", ".join("?" * len(of_person))
        await tx.run(
            f"{cleared} WHERE action IN ({marks}) AND subject_id = ?", *of_person, person_id
        )


async def forget_details(tx: Tx, before: datetime, most: int) -> int:
    """The same of acts from before that moment, at most so many; returns how many."""
    old = first_of(
        tx, "id", "FROM audit_trail WHERE salt IS NOT NULL AND at < ? ORDER BY at LIMIT ?"
    )
    rows = await tx.fetch(
        f"UPDATE audit_trail SET details = '{NOTHING}', salt = NULL WHERE {old}"  # noqa: S608
        " RETURNING id",
        to_millis(before),
        most,
    )
    return len(rows)


@dataclass(frozen=True, slots=True)
class Verified:
    """What the chain proves: how many rows it holds, of how many the details are erased, how many
    are not sealed yet, the last link, and the first row that is not as it was sealed, with why."""

    entries: int
    erased: int
    unsealed: int
    head: str
    broken: str = ""


async def verify(database: Database) -> Verified:
    """Go through the whole chain, in pieces; the bot may go on meanwhile."""
    seq, link, erased, broken = 0, "", 0, ""
    while not broken:
        async with database.reading() as tx:
            rows = await tx.fetch(f"{_READ} WHERE seq > ? ORDER BY seq LIMIT ?", seq, AT_ONCE)
        for row in rows:
            entry = Entry(*row)
            broken = _flaw(entry, seq, link)
            if broken:
                break
            seq, link = entry.seq, entry.link
            erased += entry.salt is None
        if len(rows) < AT_ONCE:
            break
    async with database.reading() as tx:
        rows = await tx.fetch("SELECT count(*) FROM audit_trail WHERE seq IS NULL")
    return Verified(seq, erased, int(rows[0][0]), link, broken)


def _flaw(entry: Entry, seq: int, link: str) -> str:
    named = f"entry {entry.seq} (row {entry.id})"
    if entry.seq != seq + 1:
        return f"entry {seq + 1} is missing before {named}"
    if entry.linked(link) != entry.link:
        return f"{named} is not what was sealed, or follows another one"
    if entry.salt is None:
        return "" if decode(entry.details) == {} else f"{named} has details that were never sealed"
    return "" if entry.digested() == entry.digest else f"the details of {named} were changed"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

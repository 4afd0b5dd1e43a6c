"""Who looked at whose data by a role above: one row a viewer, person and day.

A colleague's glance and a search are nobody's business, and are not noted.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

from bot.chat.person import Person
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

EPOCH_DAY = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - a day, and no moment


class Seen(IntEnum):
    """What was seen, the most of a day."""

    LISTED = 1
    PAGE = 2
    EXPORTED = 3


_NOTE = (
    "INSERT INTO person_views (person_id, viewer_id, day, what) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (person_id, viewer_id, day) DO UPDATE SET what = excluded.what"
    " WHERE person_views.what < excluded.what"
)


def day_of(moment: datetime) -> int:
    """The day of a moment as it is stored: days since 1970, in UTC."""
    return moment.toordinal() - EPOCH_DAY


async def note_views(tx: Tx, viewer: Person, people: Iterable[int], seen: Seen) -> None:
    """Note that the viewer, who looks after them, sees these people; nobody views themselves."""
    day = day_of(tx.now)
    # In one order, so that two viewers never wait for one another.
    rows = [(number, viewer.id, day, seen.value) for number in sorted(set(people) - {viewer.id})]
    if rows:
        await tx.run_many(_NOTE, rows)


async def forget_views(tx: Tx, before: datetime, most: int) -> int:
    """Delete what was noted before the day of that moment, at most so many rows; returns how
    many."""
    key = "person_id, viewer_id, day"
    old = first_of(tx, key, "FROM person_views WHERE day < ? ORDER BY day LIMIT ?")
    rows = await tx.fetch(
        f"DELETE FROM person_views WHERE {old} RETURNING day",  # noqa: S608
        day_of(before),
        most,
    )
    return len(rows)


async def forget_viewer(tx: Tx, person_id: int) -> None:
    """Erase who looked at a person, and at whom the person looked."""
    await tx.run("DELETE FROM person_views WHERE person_id = ?", person_id)
    await tx.run("DELETE FROM person_views WHERE viewer_id = ?", person_id)

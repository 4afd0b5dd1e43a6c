"""Who has looked at somebody's data by a role above."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.chat.person import Person, find_people
from bot.storage.audit import person_views
from bot.storage.transaction import Tx

_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PersonView:
    """One viewer on one day; `what` is 1 in a list, 2 the page, 3 an export."""

    viewer: Person
    day: datetime
    what: int


async def views_of(tx: Tx, person_id: int, *, offset: int, limit: int) -> list[PersonView]:
    """Who has looked at the person's data, the newest first."""
    query = (
        select(person_views.c.viewer_id, person_views.c.day, person_views.c.what)
        .where(person_views.c.person_id == person_id)
        .order_by(person_views.c.day.desc(), person_views.c.viewer_id)
    )
    rows = await tx.all(query.offset(offset).limit(limit))
    found = await find_people(tx, [row.viewer_id for row in rows])
    return [
        PersonView(found[row.viewer_id], _FIRST_DAY + timedelta(days=row.day), row.what)
        for row in rows
    ]

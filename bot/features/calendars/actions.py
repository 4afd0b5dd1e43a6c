"""Writes about the days on which units do not work as usual."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete

from bot.arabic.calendar.school_days import DayKind
from bot.chat.person import Person
from bot.core.errors import Refused
from bot.documents.calendar_entries import CalendarEntry, update_of
from bot.features.calendars import queries
from bot.features.calendars.models import calendar_days
from bot.features.calendars.queries import CalendarDays
from bot.features.calendars.rights import access_kept_calendar
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

QUIET_TIMES_CHANGED = Event("manners.changed")
"""When somebody may be written to has changed, or the days of a unit: the id as `person` or `unit`.
Slices that write at a time of their own choosing plan anew."""

LONGEST = timedelta(days=200)
"""How long one entry may be; a longer one is a slip of the year."""
_ENTER = (
    "INSERT INTO calendar_days (unit_id, first_day, last_day, kind, title, uid, created_by,"
    " created_at, sequence, stamped_at, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (unit_id, uid) DO UPDATE SET first_day = excluded.first_day,"
    " last_day = excluded.last_day, kind = excluded.kind, title = excluded.title,"
    " sequence = excluded.sequence, stamped_at = excluded.stamped_at,"
    " withdrawn_at = excluded.withdrawn_at"
)


@dataclass(frozen=True, slots=True)
class DaysDraft:
    """Days to be entered by hand; `last` belongs to them."""

    kind: DayKind
    first: date
    last: date
    title: str


@dataclass(frozen=True, slots=True)
class CalendarImport:
    """What an import did, in numbers of entries; an `older` one changed nothing."""

    kept: int
    withdrawn: int
    older: int


async def announce_change(tx: Tx, **whose: int) -> None:
    """Let whoever listens plan anew."""
    ((what, number),) = whose.items()
    await publish(tx, QUIET_TIMES_CHANGED, f"manners:{what}:{number}", whose)


async def add_days(tx: Tx, actor: Person, unit_id: int, draft: DaysDraft) -> CalendarDays:
    """Enter a holiday or examinations for a unit and everything below it.

    :raises Refused: as `access_kept_calendar`; "manners.span" when the last day lies before the
        first, or further than `LONGEST` after it.
    """
    await access_kept_calendar(tx, actor, unit_id)
    if not timedelta() <= draft.last - draft.first <= LONGEST:
        raise Refused(
            "manners.span",
            actor.voice.say("The last day comes before the first, or very long after it."),
        )
    days_id = await tx.insert(
        calendar_days,
        unit_id=unit_id,
        first_day=draft.first.isoformat(),
        last_day=draft.last.isoformat(),
        kind=draft.kind,
        title=draft.title,
        uid=f"halqa-{secrets.token_hex(8)}",
        created_by=actor.id,
        created_at=tx.now,
    )
    behalf = await _on_behalf(tx, actor, unit_id)
    await audit.record(tx, actor.id, "manners.add_days", days_id, unit=unit_id, **behalf)
    await announce_change(tx, unit=unit_id)
    return CalendarDays(days_id, unit_id, draft.first, draft.last, draft.kind, draft.title)


async def remove_days(tx: Tx, actor: Person, days_id: int) -> Unit | None:
    """Take an entry out of its calendar; None when it was gone already.

    :raises Refused: as `access_kept_calendar`.
    """
    found = await queries.days(tx, days_id)
    if found is None:
        return None
    place = await access_kept_calendar(tx, actor, found.unit_id)
    await tx.execute(delete(calendar_days).where(calendar_days.c.id == days_id))
    behalf = await _on_behalf(tx, actor, place.id)
    await audit.record(tx, actor.id, "manners.remove_days", days_id, unit=place.id, **behalf)
    await announce_change(tx, unit=place.id)
    return place


async def import_days(
    tx: Tx, actor: Person | None, unit_id: int, entries: Iterable[CalendarEntry]
) -> CalendarImport:
    """Take the entries of an iCalendar file into a unit's calendar. Entries that were imported
    before are brought up to date; cancelled ones go, and times on which one falls no longer. What a
    newer version has said stays. Without an actor nobody's right is asked.

    :raises Refused: as `access_kept_calendar`; :raises LookupError: for a unit that does not exist.
    """
    if actor is not None:
        await access_kept_calendar(tx, actor, unit_id)
    elif await unit_queries.unit(tx, unit_id) is None:
        raise LookupError(f"there is no unit {unit_id}")
    by = actor.id if actor else None
    await tx.lock("calendar", unit_id)
    update = update_of(entries, await queries.known_entries(tx, unit_id))
    for uid in update.gone.difference(each.uid for each in update.cancelled):
        await tx.run("DELETE FROM calendar_days WHERE unit_id = ? AND uid = ?", unit_id, uid)
    now = to_millis(tx.now)
    for entry in (*update.kept, *update.cancelled):
        stamped = entry.version.stamped
        await tx.run(
            _ENTER,
            unit_id,
            entry.first.isoformat(),
            entry.last.isoformat(),
            entry.kind.value,
            # Nobody reads what a cancelled one was about.
            "" if entry.withdrawn else entry.title,
            entry.uid,
            None if entry.withdrawn else by,
            now,
            entry.version.sequence,
            to_millis(stamped) if stamped else None,
            now if entry.withdrawn else None,
        )
    done = CalendarImport(len(update.kept), len(update.gone), len(update.older))
    behalf = await _on_behalf(tx, actor, unit_id) if actor is not None else {}
    counts = {"kept": done.kept, "withdrawn": done.withdrawn}
    counts |= {"older": done.older} if done.older else {}
    await audit.record(tx, by, "manners.import_days", unit_id, **counts, **behalf)
    await announce_change(tx, unit=unit_id)
    return done


async def _on_behalf(tx: Tx, actor: Person, unit_id: int) -> dict[str, int]:
    place = await unit_queries.unit(tx, unit_id)
    return await role_queries.on_behalf(tx, actor.id, queries.KEEPERS, place)

"""With whom a request to be let in lies, and what they are told of who waits."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.core.country import country
from bot.core.zones import zone
from bot.delivery import outbox
from bot.features.people.models import Answerer, UnitStanding, placements, units
from bot.features.people.notices import admission as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit, below, unit
from bot.scheduling import due
from bot.storage.transaction import Tx

GO_ON = "people.go_on"
"""The job that passes on a request that nobody has answered."""
TELL_WAITING = "people.tell_waiting"
"""The job that tells those who answer at a unit of everybody who has come since they were told."""
PATIENCE_DAYS = 3
"""Working days after which a request goes on to those above."""
FOLDED = timedelta(hours=1)
"""Within which those who answer at a unit are told once, of however many."""


def working_days_after(now: datetime, at: Unit, days: int) -> datetime:
    """The moment so many working days of the unit's country later."""
    pack, moment = country(at.country), now
    while days:
        moment += timedelta(days=1)
        days -= moment.astimezone(zone(at.timezone)).weekday() not in pack.weekend
    return moment


async def lay(tx: Tx, found: UnitPlacement, lies_with: Answerer) -> None:
    """Let a request lie with somebody, who is told, until it goes on to the next."""
    await lay_untold(tx, found, lies_with)
    last = await admission_queries.told_last(tx, found.unit.id, lies_with)
    if last is None or tx.now - last >= FOLDED:
        await tell_waiting(tx, found.unit.id, lies_with)
        return
    await _plan(tx, found.unit.id, lies_with, last + FOLDED)


async def lay_untold(tx: Tx, found: UnitPlacement, lies_with: Answerer) -> None:
    """The same, of one of many: whoever does it to them calls `tell_untold` at the end."""
    own = placements.c.id == found.id
    lies = {"lies_with": lies_with, "lies_since": tx.now, "told_at": None}
    await tx.execute(update(placements).where(own).values(**lies))
    anchor = working_days_after(tx.now, found.unit, PATIENCE_DAYS)
    payload = {"placement": found.id}
    await due.set_due(tx, GO_ON, found.topic, "go on", anchor=anchor, payload=payload)


async def _plan(tx: Tx, unit_id: int, lies_with: Answerer, at: datetime) -> None:
    told = {"unit": unit_id, "lies_with": lies_with.value}
    slot = f"waiting {lies_with.value}"
    await due.set_due(tx, TELL_WAITING, f"unit:{unit_id}", slot, anchor=at, payload=told)


async def tell_untold(tx: Tx, unit_id: int) -> None:
    """Tell whoever answers at a unit, each once, of all who wait there and of whom they do not
    know."""
    for lies_with in sorted(await admission_queries.untold(tx, unit_id)):
        await tell_waiting(tx, unit_id, lies_with)


async def tell_waiting(tx: Tx, unit_id: int, lies_with: Answerer) -> None:
    """Tell those with whom it lies, each once, that somebody waits whom they do not know of."""
    news = (
        placements.c.unit_id == unit_id,
        placements.c.standing == UnitStanding.WAITING,
        placements.c.lies_with == lies_with,
        placements.c.told_at.is_(None),
    )
    told = update(placements).where(*news).values(told_at=tx.now).returning(placements.c.id)
    here = await unit(tx, unit_id)
    if not await tx.all(told) or here is None:
        return
    readers = (await admission_queries.answering_at(tx, here)).people.get(lies_with, ())
    topic = f"waiting:{unit_id}"
    await outbox.send(tx, notices.WAITING, readers, {"unit": unit_id}, topic=topic)


async def tell_anew_below(tx: Tx, moved: Unit) -> None:
    """Others stand above a unit that was moved: what lies with those above is news to them, at it
    and below it."""
    lie = (
        placements.c.unit_id.in_(select(units.c.id).where(below(moved.path))),
        placements.c.standing == UnitStanding.WAITING,
        placements.c.lies_with.in_((Answerer.ABOVE, Answerer.ADMINISTRATOR)),
    )
    anew = update(placements).where(*lie).values(told_at=None)
    rows = await tx.all(anew.returning(placements.c.unit_id, placements.c.lies_with))
    for unit_id, lies_with in sorted({(row.unit_id, row.lies_with) for row in rows}):
        await _plan(tx, unit_id, lies_with, tx.now)

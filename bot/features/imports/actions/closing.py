"""Those who stand on a list of a unit that is merged or closed."""

from typing import Any

from sqlalchemy import Row, delete, func, select, update

from bot.chat.person import find_people
from bot.delivery import outbox
from bot.features.imports import notices
from bot.features.imports.models import ListedState, imported_people, imports
from bot.storage.lists import among
from bot.storage.transaction import Tx

AT_ONCE = 50


async def follow_unit(tx: Tx, unit_id: int, after: int, into: int) -> int:
    """Let those who stand on a list of the unit, and whose ids are above `after`, wait at the other
    one, so many at once; a slip that was handed over holds there. Whoever stands on a list of both
    stands there once. Returns the id of the last one, 0 when there are no more."""
    here = imported_people.c.unit_id == unit_id
    query = select(imported_people.c.id).where(here, imported_people.c.id > after)
    ids = list(await tx.scalars(query.order_by(imported_people.c.id).limit(AT_ONCE)))
    for number in ids:
        await tx.lock("listed", number)
        await _follow(tx, number, into)
    return ids[-1] if len(ids) == AT_ONCE else 0


async def _follow(tx: Tx, number: int, into: int) -> None:
    columns = (imported_people.c[name] for name in ("id", "state", "listed_as", "slip_digest"))
    query = select(*columns)
    own = await tx.first(query.where(imported_people.c.id == number))
    if own is None:
        return
    same = (imported_people.c.unit_id == into, imported_people.c.listed_as == own.listed_as)
    twin = await tx.first(query.where(*same))
    if twin is not None:
        gives_way = twin if _stays(own, twin) else own
        gone = await tx.execute(
            delete(imported_people).where(
                imported_people.c.id == gives_way.id, imported_people.c.state == ListedState.OPEN
            )
        )
        # Where both have claimed their place, each stays with what was so.
        if gives_way is own or not gone.rowcount:
            return
    await tx.execute(
        update(imported_people).where(imported_people.c.id == number).values(unit_id=into)
    )


def _stays(own: Row[Any], twin: Row[Any]) -> bool:
    """Whether somebody who comes stays, and not their row that stands there: by a claimed place, or
    a slip in their hand; else the earlier one, as if the later list had met it there already."""
    if own.state is ListedState.CLAIMED or (own.slip_digest and not twin.slip_digest):
        return True
    alike = bool(own.slip_digest) == bool(twin.slip_digest)
    return alike and twin.state is ListedState.OPEN and bool(own.id < twin.id)


async def forget_waiting(tx: Tx, unit_id: int, after: int) -> int:
    """Forget those of a closed unit who have not claimed their place, so many at once: nobody can
    any more. Whoever brought the lists is told once, how many they were. Returns 1 where there may
    be more, else 0."""
    waiting = (imported_people.c.unit_id == unit_id, imported_people.c.state == ListedState.OPEN)
    if not after:
        query = (
            select(imports.c.made_by, func.count().label("number"))
            .join(imported_people, imported_people.c.import_id == imports.c.id)
            .where(*waiting, imports.c.made_by.is_not(None))
            .group_by(imports.c.made_by)
        )
        counts = {row.made_by: int(row.number) for row in await tx.all(query)}
        for person in (await find_people(tx, sorted(counts))).values():
            if person.is_member:
                told = {"unit": unit_id, "number": counts[person.id]}
                await outbox.send(tx, notices.LEFT_AT_CLOSED, person.id, told)
    ids = list(
        await tx.scalars(
            select(imported_people.c.id)
            .where(*waiting)
            .order_by(imported_people.c.id)
            .limit(AT_ONCE)
        )
    )
    await tx.execute(delete(imported_people).where(among(imported_people.c.id, ids), *waiting))
    return 1 if len(ids) == AT_ONCE else 0

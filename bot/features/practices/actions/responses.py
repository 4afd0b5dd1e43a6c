"""What colleagues do with a practice: read it, apply it, give thanks for it."""

from typing import Any

from sqlalchemy import and_, select, update

from bot.chat.person import Person
from bot.delivery import outbox
from bot.delivery.notice import NoticeKind, Value
from bot.features.practices import notices
from bot.features.practices.models import ApplicationState, applications
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice
from bot.features.practices.rights import practices as practice_rights
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx


async def read_practice(tx: Tx, reader: Person, practice_id: int) -> Practice:
    """The practice, with the reader counted once; its author does not count, nor whoever is not
    let in yet.

    :raises Refused: "practices.not_visible"
    """
    practice = await practice_queries.visible_practice(tx, reader, practice_id)
    if practice.author.id != reader.id and reader.is_member:
        await tx.run(
            "INSERT INTO practice_readers (practice_id, person_id, read_at) VALUES (?, ?, ?)"
            " ON CONFLICT (practice_id, person_id) DO NOTHING",
            practice_id,
            reader.id,
            to_millis(tx.now),
        )
    return practice


async def toggle_application(
    tx: Tx, actor: Person, practice_id: int, wish: bool | None = None
) -> bool:
    """Note that the actor applied the practice, or take that back; returns whether it stands. With
    a `wish` it is as they wish, however often they say so.

    The author hears of each colleague once.

    :raises Refused: "practices.not_visible", "practices.own"
    """
    practice = await practice_rights.access_colleagues_practice(tx, actor, practice_id)
    await tx.lock("practice", practice_id)
    own = and_(applications.c.practice_id == practice_id, applications.c.person_id == actor.id)
    state = await tx.scalar(select(applications.c.state).where(own))
    if state is not None:
        was = state is ApplicationState.APPLIED
        applied = not was if wish is None else wish
        if applied is was:
            return was
        new = ApplicationState.APPLIED if applied else ApplicationState.TAKEN_BACK
        await tx.execute(update(applications).where(own).values(state=new, applied_at=tx.now))
        return applied
    if wish is False:
        return False
    await tx.execute(
        applications.insert().values(
            practice_id=practice_id,
            person_id=actor.id,
            state=ApplicationState.APPLIED,
            applied_at=tx.now,
        )
    )
    await audit.record(tx, actor.id, "practices.apply", practice_id)
    await tell_author(tx, practice, notices.APPLIED, by=actor.id)
    return True


async def thank_author(tx: Tx, actor: Person, practice_id: int) -> bool:
    """Thank the author, once; False when the actor had done so before.

    :raises Refused: "practices.not_visible", "practices.own"
    """
    practice = await practice_rights.access_colleagues_practice(tx, actor, practice_id)
    new = await tx.fetch(
        "INSERT INTO practice_thanks (practice_id, person_id, thanked_at) VALUES (?, ?, ?)"
        " ON CONFLICT (practice_id, person_id) DO NOTHING RETURNING person_id",
        practice_id,
        actor.id,
        to_millis(tx.now),
    )
    if new:
        await tell_author(tx, practice, notices.THANKED, by=actor.id)
    return bool(new)


async def tell_author(
    tx: Tx, practice: Practice, kind: NoticeKind[Any], topic: str | None = None, **told: Value
) -> None:
    """Send the author a notice about their practice, unless they are gone."""
    if practice.author.is_member:
        about = {"practice": practice.id, **told}
        await outbox.send(tx, kind, practice.author.id, about, topic=topic)

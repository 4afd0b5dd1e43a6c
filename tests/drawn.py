"""What the messages of the outbox say, for tests without a sender: drawn as it would draw them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.entries import say_once
from bot.chat.screen import Screen
from bot.chat.turn import Turn, WorkApart
from bot.core.clock import FrozenClock
from bot.core.i18n import Voice
from bot.delivery.drawing import Drawing, Undrawn
from bot.delivery.message import Message, MessageState, NoticeRef, outbox
from bot.delivery.notice import Gone
from bot.features import notice_kinds
from bot.features.imports.screens import slips as slip_screens
from bot.storage.columns import encode, to_millis
from bot.storage.database import Database

NOTHING_MADE: dict[object, object] = {
    slip_screens.make_sheet: slip_screens.SheetMade([], None, None)
}
"""What stands for work whose outcome is more than the bytes of a file."""


async def drawn(
    database: Database, *conditions: ColumnElement[bool], at: datetime | None = None
) -> list[tuple[datetime, Screen]]:
    """When each of the messages was queued, and what it says `at` a moment, or at that one; nothing
    where it has lost its sense by the time of the database."""
    found = await _drawn(database, conditions, at)
    return [(queued_at, screen) for queued_at, screen, _ in found]


async def shown(turn: Turn, route: str, *args: object) -> Screen:
    """The screen of a route. What is made for it beside the turn is taken as made, whatever it is:
    it is the same for whoever may have it."""
    try:
        return await turn.show(route, *args)
    except WorkApart as apart:
        made = NOTHING_MADE.get(getattr(apart.work, "func", None), b"made")
        turn.incoming = replace(turn.incoming, made=made)
        return await turn.show(route, *args)


def words_of(screen: Screen) -> list[str]:
    """All that it says, also what its list does, wherever a channel puts that."""
    screen = say_once(screen, TELEGRAM, Voice())
    labels = [each.label for each in screen.choices]
    return [screen.title, screen.text, screen.quote, screen.footer, *labels]


async def said(database: Database, *conditions: ColumnElement[bool]) -> list[Screen | str]:
    """What each of the messages that are queued says now, or why it says nothing any more."""
    waiting = (outbox.c.state == MessageState.QUEUED, *conditions)
    async with database.reading() as tx:
        now = tx.now
    found = await _drawn(database, waiting, now)
    return [undrawn.reason if isinstance(undrawn, Gone) else says for _, says, undrawn in found]


async def _drawn(
    database: Database, conditions: Sequence[ColumnElement[bool]], at: datetime | None
) -> list[tuple[datetime, Screen, Undrawn | None]]:
    query = select(outbox).where(*conditions).order_by(outbox.c.id)
    async with database.reading() as tx:
        rows = await tx.all(query)
    found = []
    for row in rows:
        ref = None
        if row.notice_id is not None:
            args = encode(row.args) if row.args else None
            ref = NoticeRef(row.notice_id, args, to_millis(row.queued_at))
        screen = Screen.from_json(row.screen) if row.screen else Screen()
        message = Message(
            row.id, 0, "telegram", "", row.person_id, row.kind, screen, notice=ref,
            expires_at=None,
        )  # fmt: skip
        drawing = Drawing(
            database,
            FrozenClock(at or row.queued_at),
            notice_kinds(),
            traits={"telegram": TELEGRAM},
        )
        undrawn = await drawing.draw([message])
        found.append((row.queued_at, message.screen, undrawn.get(message.id)))
    return found

"""This bot's way out: an announcement, its receipts, a row for each reader, the sender."""

from sqlalchemy import insert

from bench.children import Answer, obey, setup
from bench.population import ADMINISTRATOR
from bench.script import ANSWER, TITLE
from bench.stacks.halqa import build
from bot.app import App, running
from bot.core import event_loop
from bot.delivery import outbox
from bot.delivery.message import MessageState
from bot.features.announcements.jobs import PIECE
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.notices import ANNOUNCED
from bot.features.announcements.queries.announcements import topic_of


async def announce(app: App, first: int, people: int) -> int:
    """Queue an announcement to the people after `first`, as its pieces do, and return its id when
    the last result is written."""
    async with app.database.transaction() as tx:
        number = await tx.insert(
            announcements,
            author_id=ADMINISTRATOR,
            unit_id=1,
            title=TITLE,
            text=ANSWER,
            state=AnnouncementState.SENDING,
            bodies={},
            total=people,
            created_at=tx.now,
            send_at=tx.now,
            # Whatever hour it is where they live.
            urgent=1,
        )
        notice = await outbox.add_notice(tx, ANNOUNCED, {"announcement": number}, lasting=True)
    for start in range(first, first + people, PIECE):
        ids = range(start + 1, min(start + PIECE, first + people) + 1)
        async with app.database.transaction() as tx:
            await tx.execute(
                insert(receipts), [{"announcement_id": number, "person_id": n} for n in ids]
            )
            await outbox.broadcast(tx, notice, ids, topic=topic_of(number))
    await app.sender.idle()
    return number


async def main() -> None:
    given = setup()
    app = await build(given)

    async def broadcast(order: Answer) -> Answer:
        number = await announce(app, order["first"], order["people"])
        async with app.database.reading() as tx:
            states = await outbox.count_states(tx, topic_of(number))
        assert states == {MessageState.SENT: order["people"]}, states
        return {}

    async with running(app):
        await obey({"broadcast": broadcast})


if __name__ == "__main__":
    event_loop.run(main())

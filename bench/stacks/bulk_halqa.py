"""This bot's way out: an announcement's body, a row for each reader, the sender, Telegram."""

import asyncio

from bench.children import Answer, obey, setup
from bench.script import ANSWER, TITLE
from bench.stacks.halqa import build
from bot.app import App, running
from bot.chat.screen import Screen, choice
from bot.delivery import message as outbox_tables
from bot.delivery import outbox


async def send(app: App, first: int, people: int, topic: str) -> None:
    """Queue a broadcast to so many people and return when the last result is written."""
    screen = Screen(title=TITLE, text=ANSWER).with_rows([choice("قرأته", "announce.ack", 1)])
    body: int | None = None
    for start in range(first, first + people, 500):
        ids = range(start + 1, min(start + 500, first + people) + 1)
        async with app.database.transaction() as tx:
            if body is None:
                body = await outbox.add_body(tx, screen)
            await outbox.broadcast(tx, body, ids, topic=topic)
    await app.sender.idle()


async def main() -> None:
    given = setup()
    app = await build(given)

    async def broadcast(order: Answer) -> Answer:
        topic = f"announcement:{order['people']}"
        await send(app, order["first"], order["people"], topic)
        async with app.database.reading() as tx:
            states = await outbox.count_states(tx, topic)
        assert states == {outbox_tables.MessageState.SENT: order["people"]}, states
        return {}

    async with running(app):
        await obey({"broadcast": broadcast})


if __name__ == "__main__":
    asyncio.run(main())

"""aiogram sending one message after the other to everybody, 64 at a time, and keeping nothing."""

import asyncio
import ssl

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bench.children import Answer, obey, setup
from bench.population import CHAT_OFFSET
from bench.script import ANSWER, TITLE

IN_FLIGHT = 64


async def main() -> None:
    given = setup()
    session = AiohttpSession(api=TelegramAPIServer.from_base(given["url"]), limit=100)
    session._connector_init["ssl"] = ssl.create_default_context()
    bot = Bot("123456:BENCHMARK", session=session)
    text = f"<b>{TITLE}</b>\n\n{ANSWER}"

    async def broadcast(order: Answer) -> Answer:
        people = iter(range(order["first"] + 1, order["first"] + order["people"] + 1))

        async def carry() -> None:
            for person in people:
                button = InlineKeyboardButton(text="قرأته", callback_data=f"read:{person}")
                await bot.send_message(
                    person + CHAT_OFFSET,
                    text,
                    parse_mode="HTML",
                    reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
                )

        await asyncio.gather(*(carry() for _ in range(IN_FLIGHT)))
        return {}

    await obey({"broadcast": broadcast})
    await session.close()


if __name__ == "__main__":
    asyncio.run(main())

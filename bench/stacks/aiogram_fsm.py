"""aiogram with its state machine, on a store that keeps state and data of each turn in SQLite."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiosqlite
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from bench.children import obey, setup
from bench.script import ENDING, QUESTIONS, TITLE


class SqliteStorage(BaseStorage):
    """State and data of each chat in a row, every change durable before it returns."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, path: Path) -> "SqliteStorage":
        connection = await aiosqlite.connect(path, isolation_level=None)
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS chats (chat INTEGER, person INTEGER, state TEXT,"
            " data TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (chat, person))"
        )
        return cls(connection)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._connection.execute_fetchall(
            "INSERT INTO chats (chat, person, state) VALUES (?, ?, ?)"
            " ON CONFLICT (chat, person) DO UPDATE SET state = excluded.state",
            (key.chat_id, key.user_id, name),
        )

    async def get_state(self, key: StorageKey) -> str | None:
        rows = await self._connection.execute_fetchall(
            "SELECT state FROM chats WHERE chat = ? AND person = ?", (key.chat_id, key.user_id)
        )
        return next((row[0] for row in rows), None)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._connection.execute_fetchall(
            "INSERT INTO chats (chat, person, data) VALUES (?, ?, ?)"
            " ON CONFLICT (chat, person) DO UPDATE SET data = excluded.data",
            (key.chat_id, key.user_id, json.dumps(data, ensure_ascii=False)),
        )

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        rows = await self._connection.execute_fetchall(
            "SELECT data FROM chats WHERE chat = ? AND person = ?", (key.chat_id, key.user_id)
        )
        return next((json.loads(row[0]) for row in rows), {})

    async def close(self) -> None:
        await self._connection.close()


class Asking(StatesGroup):
    """One state for each question."""

    first = State()
    second = State()
    third = State()
    fourth = State()
    fifth = State()


STATES = (Asking.first, Asking.second, Asking.third, Asking.fourth, Asking.fifth)
BACK = InlineKeyboardButton(text="رجوع", callback_data="back")
CANCEL = InlineKeyboardButton(text="إلغاء", callback_data="cancel")
MENU = InlineKeyboardButton(text="القائمة الرئيسية", callback_data="menu")


async def _ask(message: Message, number: int) -> None:
    row = [CANCEL] if number == 0 else [BACK, CANCEL]
    await message.answer(
        f"<b>{TITLE} ({number + 1} / {len(QUESTIONS)})</b>\n\n{QUESTIONS[number]}",
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]),
    )


async def begin(message: Message, state: FSMContext) -> None:
    await state.set_state(STATES[0])
    await state.set_data({})
    await _ask(message, 0)


async def answer(message: Message, state: FSMContext, raw_state: str) -> None:
    number = next(i for i, step in enumerate(STATES) if step.state == raw_state)
    await state.update_data({f"q{number}": message.text})
    if number + 1 < len(QUESTIONS):
        await state.set_state(STATES[number + 1])
        await _ask(message, number + 1)
        return
    await state.set_state(None)
    await message.answer(
        ENDING, parse_mode="HTML", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[MENU]])
    )


async def main() -> None:
    given = setup()
    session = AiohttpSession(api=TelegramAPIServer.from_base(given["url"]))
    bot = Bot("123456:BENCHMARK", session=session)
    dispatcher = Dispatcher(storage=await SqliteStorage.open(Path(given["database"])))
    dispatcher.message.register(begin, Command("form"))
    dispatcher.message.register(answer, F.text, StateFilter(Asking))
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    await obey({})
    await dispatcher.stop_polling()
    await polling


if __name__ == "__main__":
    asyncio.run(main())

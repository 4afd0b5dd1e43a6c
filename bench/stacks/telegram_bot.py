"""python-telegram-bot as it comes: its own HTTP client, a ConversationHandler, and a persistence
that has each turn in SQLite before the next one begins."""

import asyncio
import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import aiosqlite
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    Application,
    BaseHandler,
    BasePersistence,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    filters,
)

from bench.children import obey, setup
from bench.script import ENDING, QUESTIONS, TITLE

Context = ContextTypes.DEFAULT_TYPE
Data = dict[Any, Any]


class SqlitePersistence(BasePersistence[Data, Data, Data]):
    """People's data and their place in the conversation, a row each, durable when it returns."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        store = PersistenceInput(bot_data=False, chat_data=False, callback_data=False)
        super().__init__(store_data=store, update_interval=3600)
        self._connection = connection

    @classmethod
    async def open(cls, path: Path) -> "SqlitePersistence":
        connection = await aiosqlite.connect(path, isolation_level=None)
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute("CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, data)")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS talks (name TEXT, key TEXT, state, PRIMARY KEY (name, key))"
        )
        return cls(connection)

    async def update_user_data(self, user_id: int, data: Data) -> None:
        await self._connection.execute_fetchall(
            "INSERT INTO people VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data",
            (user_id, json.dumps(data, ensure_ascii=False)),
        )

    async def update_conversation(
        self, name: str, key: tuple[int | str, ...], new_state: object | None
    ) -> None:
        await self._connection.execute_fetchall(
            "INSERT INTO talks VALUES (?, ?, ?)"
            " ON CONFLICT (name, key) DO UPDATE SET state = excluded.state",
            (name, json.dumps(key), pickle.dumps(new_state)),
        )

    async def get_user_data(self) -> dict[int, Data]:
        return {}

    async def get_conversations(self, name: str) -> dict[Any, Any]:
        return {}

    async def get_bot_data(self) -> Data:
        return {}

    async def get_chat_data(self) -> dict[int, Data]:
        return {}

    async def get_callback_data(self) -> None:
        return None

    async def update_bot_data(self, data: Data) -> None: ...

    async def update_chat_data(self, chat_id: int, data: Data) -> None: ...

    async def update_callback_data(self, data: Any) -> None: ...

    async def drop_chat_data(self, chat_id: int) -> None: ...

    async def drop_user_data(self, user_id: int) -> None: ...

    async def refresh_bot_data(self, bot_data: Data) -> None: ...

    async def refresh_chat_data(self, chat_id: int, chat_data: Data) -> None: ...

    async def refresh_user_data(self, user_id: int, user_data: Data) -> None: ...

    async def flush(self) -> None:
        await self._connection.close()


class DurableApplication(Application[Any, Any, Any, Any, Any, Any]):
    """Keeps what a turn has changed before it takes the next one."""

    async def process_update(self, update: object) -> None:
        await super().process_update(update)
        await self.update_persistence()


BACK = InlineKeyboardButton("رجوع", callback_data="back")
CANCEL = InlineKeyboardButton("إلغاء", callback_data="cancel")
MENU = InlineKeyboardButton("القائمة الرئيسية", callback_data="menu")


async def _ask(message: Message, number: int) -> int:
    row = [CANCEL] if number == 0 else [BACK, CANCEL]
    await message.reply_text(
        f"<b>{TITLE} ({number + 1} / {len(QUESTIONS)})</b>\n\n{QUESTIONS[number]}",
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup([row]),
    )
    return number


async def begin(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data.clear()
    return await _ask(update.message, 0)


async def answer(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    number = len(context.user_data)
    context.user_data[f"q{number}"] = update.message.text
    if number + 1 < len(QUESTIONS):
        return await _ask(update.message, number + 1)
    await update.message.reply_text(
        ENDING, parse_mode="HTML", reply_markup=InlineKeyboardMarkup([[MENU]])
    )
    return ConversationHandler.END


async def main() -> None:
    given = setup()
    warnings.simplefilter("ignore")
    application = (
        Application.builder()
        .application_class(DurableApplication)
        .token("123456:BENCHMARK")
        .base_url(f"{given['url']}/bot")
        .persistence(await SqlitePersistence.open(Path(given["database"])))
        .build()
    )
    steps: BaseHandler[Update, Context, object] = MessageHandler(
        filters.TEXT & ~filters.COMMAND, answer
    )
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("form", begin)],
            states={number: [steps] for number in range(len(QUESTIONS))},
            fallbacks=[],
            name="form",
            persistent=True,
        )
    )
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        await obey({})
        await application.updater.stop()
        await application.stop()


if __name__ == "__main__":
    asyncio.run(main())

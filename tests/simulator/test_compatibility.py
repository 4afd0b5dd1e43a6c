"""Everything that leaves the server is understood by two independent libraries."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import telegram
from pydantic import BaseModel

from bot.simulator import FaultRule, Simulator

if TYPE_CHECKING:
    # Its models take seconds to build: no process builds them that has only collected the tests.
    import aiogram

MARYAM, SUAD = 11, 12
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02" * 9
KEYBOARD = {"inline_keyboard": [[{"text": "نعم", "callback_data": "yes"}]]}


async def act_in_every_way(simulator: Simulator) -> None:
    written = await simulator.send_text(MARYAM, "/start a@b.co #وسم https://a.org")
    await simulator.edit_text(MARYAM, written.message_id, "معدل")
    await simulator.send_text(MARYAM, "رد", reply_to=written.message_id)
    for kind in ("photo", "document", "voice", "audio", "video", "sticker"):
        caption = "" if kind == "sticker" else "شرح"
        await simulator.send_file(MARYAM, kind, b"bytes", name="a.bin", caption=caption)
    await simulator.send_location(MARYAM, 24.7, 46.7)
    await simulator.send_contact(MARYAM, "+9660000000")
    await simulator.press(MARYAM, 9999, "gone", forged=True)
    await simulator.block(MARYAM)
    await simulator.unblock(MARYAM)
    simulator.add_group(-50, "مجموعة", [MARYAM, SUAD])
    await simulator.send_text(MARYAM, "/plan", chat_id=-50)
    await simulator.migrate_group(-50, -1_000_000_000_050)


def find_unknown(value: Any, path: str) -> Iterator[str]:
    """Fields that aiogram's models of the Bot API do not have."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from find_unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from find_unknown(item, path)


@pytest.fixture
async def aiobot(simulator: Simulator) -> AsyncIterator[aiogram.Bot]:
    import aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(simulator.url))
    bot = aiogram.Bot(simulator.token, session=session)
    yield bot
    await bot.session.close()


async def test_aiogram_knows_every_field(simulator: Simulator, aiobot: aiogram.Bot) -> None:
    from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

    await act_in_every_way(simulator)
    file = BufferedInputFile(b"bytes", "تقرير.pdf")
    text = await aiobot.send_message(
        MARYAM, "<b>س</b>", parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup.model_validate(KEYBOARD),
    )  # fmt: skip
    await simulator.press(MARYAM, text.message_id, "yes")
    poll = await aiobot.send_poll(MARYAM, "متى؟", ["الأحد", "الاثنين"])
    await simulator.vote(MARYAM, poll.message_id, [0])
    document = await aiobot.send_document(MARYAM, file, caption="س")
    assert document.document is not None
    assert document.document.file_name == "تقرير.pdf"
    answers: list[Any] = [
        await aiobot.get_me(),
        text,
        poll,
        document,
        await aiobot.send_photo(MARYAM, BufferedInputFile(PNG, "a.png")),
        await aiobot.send_voice(MARYAM, BufferedInputFile(b"ogg", "a.oga"), duration=3),
        await aiobot.forward_message(MARYAM, MARYAM, text.message_id),
        await aiobot.copy_message(MARYAM, MARYAM, text.message_id),
        await aiobot.send_location(MARYAM, 33.9, -6.8),
        await aiobot.stop_poll(MARYAM, poll.message_id),
        await aiobot.get_chat(MARYAM),
        await aiobot.get_chat_member(MARYAM, MARYAM),
        await aiobot.get_webhook_info(),
        await aiobot.get_file(document.document.file_id),
        await aiobot.get_updates(),
    ]
    assert list(find_unknown(answers, "")) == []
    assert len(answers[-1]) == simulator.pending_updates
    assert simulator.refused == []


@pytest.fixture
async def ptb(simulator: Simulator) -> AsyncIterator[telegram.Bot]:
    base = simulator.url
    bot = telegram.Bot(simulator.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")
    async with bot:
        yield bot


async def test_python_telegram_bot_reads_every_update(
    simulator: Simulator, ptb: telegram.Bot
) -> None:
    await act_in_every_way(simulator)
    updates = await ptb.get_updates()
    assert len(updates) == simulator.pending_updates
    assert all(not update.api_kwargs for update in updates)
    messages = [update.message for update in updates if update.message]
    assert all(not message.api_kwargs for message in messages)
    assert messages[1].reply_to_message is not None
    assert messages[1].reply_to_message.text == "معدل"
    photo = messages[2].photo
    assert bytes(await (await photo[-1].get_file()).download_as_bytearray()) == b"bytes"


async def test_python_telegram_bot_sends_and_edits(simulator: Simulator, ptb: telegram.Bot) -> None:
    await simulator.send_text(MARYAM, "/start")
    markup = telegram.InlineKeyboardMarkup.de_json(KEYBOARD, ptb)
    sent = await ptb.send_message(MARYAM, "<b>س</b>", parse_mode="HTML", reply_markup=markup)
    await sent.edit_text("ص")
    file = telegram.InputFile(b"%PDF", "تقرير.pdf")
    document = await ptb.send_document(MARYAM, file, caption="شرح")
    assert document.document is not None
    assert document.document.file_name == "تقرير.pdf"
    again = telegram.InputMediaDocument(document.document.file_id, caption="جديد")
    await ptb.edit_message_media(again, MARYAM, document.message_id)
    await ptb.send_media_group(
        MARYAM, [telegram.InputMediaPhoto(PNG), telegram.InputMediaPhoto(PNG, caption="أ")]
    )
    await ptb.set_my_commands([telegram.BotCommand("start", "البداية")], language_code="ar")
    await ptb.send_poll(MARYAM, "متى؟", ["الأحد", "الاثنين"])
    await ptb.set_chat_menu_button(MARYAM, telegram.MenuButtonCommands())
    await ptb.set_message_reaction(MARYAM, sent.message_id, "👍")
    shown = [message.shown_text for message in simulator.messages(MARYAM)]
    assert shown == ["/start", "ص", "جديد", "", "أ", ""]
    assert simulator.refused == []


async def test_python_telegram_bot_understands_the_refusals(
    simulator: Simulator, ptb: telegram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(telegram.error.Forbidden):
        await ptb.send_message(MARYAM, "س")
    await simulator.send_text(MARYAM, "/start")
    simulator.faults.migrate[-7] = -8
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await ptb.send_message(-7, "س")
    assert moved.value.new_chat_id == -8
    for fault in ("429", "500", "reset_before", "reset_after"):
        simulator.faults.rules.append(FaultRule("sendMessage", fault))
        with pytest.raises((telegram.error.RetryAfter, telegram.error.NetworkError)):
            await ptb.send_message(MARYAM, "س")

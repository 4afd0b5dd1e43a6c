"""A bot and a person talk: what each of them sees."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.simulator import Simulator

MARYAM, SUAD = 11, 12
KEYBOARD = {"inline_keyboard": [[{"text": "نعم", "callback_data": "yes"}]]}


async def test_a_command_comes_in_and_a_question_with_a_button_goes_out(
    simulator: Simulator, client: Any
) -> None:
    written = await simulator.send_text(MARYAM, "/start")
    [update] = await client.updates()
    assert update["message"]["text"] == "/start"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert update["message"]["from"]["first_name"] == "مريم"

    sent = await client.do("sendMessage", chat_id=MARYAM, text="هل تشاركين؟", reply_markup=KEYBOARD)
    shown = simulator.messages(MARYAM)
    assert [message.text for message in shown] == ["/start", "هل تشاركين؟"]
    assert [message.from_bot for message in shown] == [False, True]
    assert shown[0].message_id == written.message_id
    assert sent["reply_markup"] == KEYBOARD

    query_id = await simulator.press(MARYAM, sent["message_id"], "yes")
    [press] = await client.updates(update["update_id"] + 1)
    assert press["callback_query"]["id"] == query_id
    assert press["callback_query"]["data"] == "yes"
    assert press["callback_query"]["message"]["message_id"] == sent["message_id"]

    await client.do("answerCallbackQuery", callback_query_id=query_id, text="شكراً")
    await client.do(
        "editMessageText", chat_id=MARYAM, message_id=sent["message_id"], text="تم التسجيل"
    )
    assert simulator.toasts(MARYAM) == ["شكراً"]
    assert simulator.messages(MARYAM)[-1].text == "تم التسجيل"
    assert simulator.messages(MARYAM)[-1].edited
    assert simulator.messages(MARYAM)[-1].keyboard is None
    assert simulator.refused == []


async def test_a_bot_cannot_write_first(simulator: Simulator, client: Any) -> None:
    refusal = await client.fails("sendMessage", chat_id=MARYAM, text="مرحباً")
    assert refusal == "403 Forbidden: bot can't initiate conversation with a user"
    await simulator.send_text(MARYAM, "مرحباً")
    await client.do("sendMessage", chat_id=MARYAM, text="مرحباً")
    assert simulator.refused == []


async def test_a_person_who_blocks_is_out_of_reach_until_they_return(
    simulator: Simulator, client: Any
) -> None:
    await simulator.send_text(MARYAM, "/start")
    await simulator.block(MARYAM)
    refusal = await client.fails("sendMessage", chat_id=MARYAM, text="مرحباً")
    assert refusal == "403 Forbidden: bot was blocked by the user"
    await simulator.send_text(MARYAM, "/start")
    await client.do("sendMessage", chat_id=MARYAM, text="مرحباً")
    kinds = [
        update["my_chat_member"]["new_chat_member"]["status"]
        for update in await client.updates()
        if "my_chat_member" in update
    ]
    assert kinds == ["kicked", "member"]


async def test_a_reply_keyboard_stays_until_it_is_used_or_removed(
    simulator: Simulator, client: Any
) -> None:
    await simulator.send_text(MARYAM, "/start")
    once = {"keyboard": [["الرياضيات", {"text": "العلوم"}]], "one_time_keyboard": True}
    await client.do("sendMessage", chat_id=MARYAM, text="المادة؟", reply_markup=once)
    assert simulator.reply_keyboard(MARYAM) == [["الرياضيات", "العلوم"]]
    await simulator.send_text(MARYAM, "شيء آخر")
    assert simulator.reply_keyboard(MARYAM) is not None
    await simulator.send_text(MARYAM, "العلوم")
    assert simulator.reply_keyboard(MARYAM) is None

    always = {"keyboard": [["القائمة"]]}
    await client.do("sendMessage", chat_id=MARYAM, text="تفضلي", reply_markup=always)
    await client.do(
        "sendMessage", chat_id=MARYAM, text="انتهى", reply_markup={"remove_keyboard": True}
    )
    assert simulator.reply_keyboard(MARYAM) is None


async def test_a_key_shares_the_number_of_whoever_presses_it(
    simulator: Simulator, client: Any
) -> None:
    await simulator.send_text(MARYAM, "/start")
    shares = {"text": "رقمي", "request_contact": True}
    keys = {"keyboard": [[shares], ["رجوع"]], "one_time_keyboard": True}
    await client.do("sendMessage", chat_id=MARYAM, text="رقمك؟", reply_markup=keys)
    with pytest.raises(LookupError):
        await simulator.press_key(MARYAM, "شيء")
    written = await simulator.send_text(MARYAM, "كلام")
    await simulator.press_key(MARYAM, "رقمي")
    assert simulator.reply_keyboard(MARYAM) is None
    shared = (await client.updates())[-1]["message"]
    assert shared["message_id"] > written.message_id
    assert shared["contact"]["user_id"] == shared["from"]["id"] == MARYAM
    assert shared["contact"]["phone_number"].isdecimal()
    wrong = {"keyboard": [[shares | {"request_location": True}]]}
    refused = await client.ask("sendMessage", chat_id=MARYAM, text="؟", reply_markup=wrong)
    assert refused["error_code"] == 400


async def test_a_button_that_is_not_there_cannot_be_pressed_by_accident(
    simulator: Simulator, client: Any
) -> None:
    await simulator.send_text(MARYAM, "/start")
    sent = await client.do("sendMessage", chat_id=MARYAM, text="؟", reply_markup=KEYBOARD)
    with pytest.raises(LookupError, match="no button"):
        await simulator.press(MARYAM, sent["message_id"], "no")
    await simulator.press(MARYAM, sent["message_id"], "no", forged=True)
    assert (await client.updates())[-1]["callback_query"]["data"] == "no"


async def test_a_deleted_message_leaves_the_screen(simulator: Simulator, client: Any) -> None:
    await simulator.send_text(MARYAM, "/start")
    sent = await client.do("sendMessage", chat_id=MARYAM, text="مؤقت")
    await client.do("deleteMessage", chat_id=MARYAM, message_id=sent["message_id"])
    assert [message.text for message in simulator.messages(MARYAM)] == ["/start"]


async def test_an_edited_text_reaches_the_bot_as_an_edit(simulator: Simulator, client: Any) -> None:
    written = await simulator.send_text(MARYAM, "السبت")
    await simulator.edit_text(MARYAM, written.message_id, "الأحد")
    first, second = await client.updates()
    assert first["message"]["text"] == "السبت"
    assert second["edited_message"]["text"] == "الأحد"
    assert second["edited_message"]["edit_date"] >= second["edited_message"]["date"]


async def test_a_long_text_arrives_in_pieces_as_phones_send_it(
    simulator: Simulator, client: Any
) -> None:
    await simulator.send_text(MARYAM, "س" * 5000)
    lengths = [len(update["message"]["text"]) for update in await client.updates()]
    assert lengths == [4096, 904]


async def test_a_group_talks_to_the_bot_only_when_it_is_meant(
    simulator: Simulator, client: Any
) -> None:
    simulator.add_group(-50, "مجموعة العلوم", [MARYAM, SUAD])
    await simulator.send_text(SUAD, "صباح الخير", chat_id=-50)
    await simulator.send_text(SUAD, "/plan", chat_id=-50)
    added, command = await client.updates()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert command["message"]["chat"] == {"id": -50, "type": "group", "title": "مجموعة العلوم"}
    with pytest.raises(LookupError):
        await simulator.send_text(99, "/plan", chat_id=-50)


async def test_a_group_that_grows_gets_a_new_id(simulator: Simulator, client: Any) -> None:
    simulator.add_group(-50, "مجموعة العلوم", [MARYAM])
    await simulator.migrate_group(-50, -1_000_000_000_050)
    body = await client.ask("sendMessage", chat_id=-50, text="تذكير")
    assert body["description"] == ("Bad Request: group chat was upgraded to a supergroup chat")
    new_id = body["parameters"]["migrate_to_chat_id"]
    await client.do("sendMessage", chat_id=new_id, text="تذكير")
    moves = [update["message"] for update in await client.updates() if "message" in update]
    assert moves[0]["migrate_to_chat_id"] == moves[1]["chat"]["id"] == new_id
    assert moves[1]["migrate_from_chat_id"] == -50
    assert simulator.refused == []


async def test_a_poll_is_voted_on_and_stopped(simulator: Simulator, client: Any) -> None:
    await simulator.send_text(MARYAM, "/start")
    poll = await client.do(
        "sendPoll",
        chat_id=MARYAM,
        question="متى؟",
        options=["الأحد", "الاثنين"],
        is_anonymous=False,
    )
    await simulator.vote(MARYAM, poll["message_id"], [1])
    answer = (await client.updates())[-1]["poll_answer"]
    assert answer["poll_id"] == poll["poll"]["id"]
    assert answer["option_ids"] == [1]
    closed = await client.do("stopPoll", chat_id=MARYAM, message_id=poll["message_id"])
    assert closed["is_closed"]
    assert [option["voter_count"] for option in closed["options"]] == [0, 1]


async def test_the_menu_shows_the_commands_of_the_persons_language(
    simulator: Simulator, client: Any
) -> None:
    await client.do("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    arabic = [{"command": "start", "description": "البداية"}]
    await client.do("setMyCommands", commands=arabic, language_code="ar")
    chat = await client.page("GET", f"/sim/chats/{MARYAM}")
    assert chat["commands"] == arabic
    assert await client.do("getMyCommands", language_code="ar") == arabic


async def test_every_person_has_a_chat_of_their_own(simulator: Simulator, client: Any) -> None:
    await asyncio.gather(*(simulator.send_text(user, "/start") for user in (MARYAM, SUAD)))
    await client.do("sendMessage", chat_id=SUAD, text="لسعاد")
    assert [message.text for message in simulator.messages(MARYAM)] == ["/start"]
    assert [message.text for message in simulator.messages(SUAD)] == ["/start", "لسعاد"]
    assert simulator.deliveries == [(SUAD, simulator.messages(SUAD)[-1].message_id, "لسعاد")]

"""What Telegram refuses, with its own words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator import Simulator

MARYAM = 11


@pytest.fixture(autouse=True)
async def started(simulator: Simulator) -> None:
    await simulator.send_text(MARYAM, "/start")


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "نعم", **fields}]]}


TOO_MANY = {"inline_keyboard": [[{"text": "س", "callback_data": "x"}] * 8] * 13}
CARELESS = [
    ({"text": "س" * 4097}, "message is too long"),
    ({"text": "  \n "}, "message text is empty"),
    ({"text": "\u202e"}, "message text is empty"),
    ({}, "message text is empty"),
    ({"text": "س", "txet": "س"}, 'unknown parameter "txet"'),
    ({"text": 5}, 'field "text" must be of type String'),
    ({"text": "س", "disable_notification": "maybe"}, "must be of type Boolean"),
    ({"text": "س", "chat_id": ""}, "chat_id is empty"),
    ({"text": "س", "chat_id": [1]}, 'field "chat_id" must be of type Number'),
    ({"text": "<b>س", "parse_mode": "HTML"}, 'find end tag corresponding to start tag "b"'),
    ({"text": "*س*", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
    ({"text": "س", "reply_markup": button(callback_data="س" * 33)}, "BUTTON_DATA_INVALID"),
    ({"text": "س", "reply_markup": button(callback_data="")}, "BUTTON_DATA_INVALID"),
    ({"text": "س", "reply_markup": button()}, "Text buttons are unallowed"),
    ({"text": "س", "reply_markup": button(url="x")}, "Wrong HTTP URL"),
    ({"text": "س", "reply_markup": button(calback_data="x")}, 'unknown field "calback_data"'),
    ({"text": "س", "reply_markup": {"rows": []}}, "can't parse reply_markup"),
    ({"text": "س", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
    ({"text": "س", "reply_markup": TOO_MANY}, "REPLY_MARKUP_TOO_LONG"),
]


@pytest.mark.parametrize(("params", "words"), CARELESS)
async def test_a_careless_message_is_refused_and_remembered(
    simulator: Simulator, client: Any, params: dict[str, Any], words: str
) -> None:
    refusal = await client.fails("sendMessage", **{"chat_id": MARYAM, **params})
    assert refusal.startswith("400 Bad Request: ")
    assert words in refusal
    assert [request.description for request in simulator.refused] == [refusal[4:]]
    assert len(simulator.messages(MARYAM)) == 1


async def test_the_limits_themselves_are_allowed(simulator: Simulator, client: Any) -> None:
    markup = button(callback_data="س" * 32)
    await client.do("sendMessage", chat_id=MARYAM, text="س" * 4096, reply_markup=markup)
    await client.do("sendMessage", chat_id=MARYAM, text="<b>س</b>" * 4096, parse_mode="HTML")
    refusal = await client.fails("sendMessage", chat_id=MARYAM, text="😀" * 2049)
    assert refusal == "400 Bad Request: message is too long"


async def test_an_unknown_method_and_a_wrong_token(simulator: Simulator, client: Any) -> None:
    assert await client.fails("sendMesage", chat_id=MARYAM) == "404 Not Found"
    url = f"{simulator.url}/bot99:WRONG/getMe"
    async with client.session.get(url) as answer:
        assert answer.status == 401
        assert (await answer.json())["description"] == "Unauthorized"
    assert [request.error_code for request in simulator.refused] == [404]


async def test_life_is_not_carelessness(simulator: Simulator, client: Any, clock: Any) -> None:
    sent = await client.do(
        "sendMessage", chat_id=MARYAM, text="سؤال", reply_markup=button(callback_data="x")
    )
    place = {"chat_id": MARYAM, "message_id": sent["message_id"]}
    same = await client.fails(
        "editMessageText", **place, text="سؤال", reply_markup=button(callback_data="x")
    )
    assert same.startswith("400 Bad Request: message is not modified: ")
    lost = await client.fails("editMessageText", chat_id=MARYAM, message_id=9999, text="س")
    assert lost == "400 Bad Request: message to edit not found"
    assert await client.fails("sendMessage", chat_id=404, text="س") == (
        "400 Bad Request: chat not found"
    )
    query_id = await simulator.press(MARYAM, sent["message_id"], "x")
    clock.advance(seconds=151)
    assert await client.fails("answerCallbackQuery", callback_query_id=query_id) == (
        "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    clock.advance(hours=48)
    assert await client.fails("deleteMessage", **place) == (
        "400 Bad Request: message can't be deleted for everyone"
    )
    assert simulator.refused == []


async def test_a_bot_edits_only_what_it_wrote(simulator: Simulator, client: Any) -> None:
    [own] = simulator.messages(MARYAM)
    refusal = await client.fails(
        "editMessageText", chat_id=MARYAM, message_id=own.message_id, text="س"
    )
    assert refusal == "400 Bad Request: message can't be edited"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "Start", "description": "س"}, "BOT_COMMAND_INVALID"),
        ({"command": "s" * 33, "description": "س"}, "BOT_COMMAND_INVALID"),
        ({"command": "start", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "start", "description": "س" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_commands_have_limits(client: Any, command: dict[str, str], words: str) -> None:
    assert words in await client.fails("setMyCommands", commands=[command])


async def test_other_limits(client: Any) -> None:
    refusal = await client.fails("answerCallbackQuery", callback_query_id="1", text="س" * 201)
    assert "MESSAGE_TOO_LONG" in refusal
    refusal = await client.fails("setMyShortDescription", short_description="س" * 121)
    assert "TOO_LONG" in refusal
    poll = {"chat_id": MARYAM, "question": "س" * 301, "options": ["أ", "ب"]}
    assert "poll question length" in await client.fails("sendPoll", **poll)
    poll = {"chat_id": MARYAM, "question": "س", "options": ["س"] * 13}
    assert "poll must have 1-12 options" in await client.fails("sendPoll", **poll)


async def test_parameters_may_come_in_the_address_or_as_a_form(
    simulator: Simulator, client: Any
) -> None:
    base = f"{simulator.url}/bot{simulator.token}"
    query = {"chat_id": str(MARYAM), "text": "من العنوان"}
    async with client.session.get(f"{base}/sendmessage", params=query) as answer:
        assert (await answer.json())["ok"]
    form = {"chat_id": str(MARYAM), "text": "+ & =", "disable_notification": "true"}
    async with client.session.post(f"{base}/sendMessage", data=form) as answer:
        assert (await answer.json())["ok"]
    assert [message.text for message in simulator.messages(MARYAM)[1:]] == ["من العنوان", "+ & ="]

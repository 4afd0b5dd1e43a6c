"""The page's own routes, its events, and the routes of a failure suite."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bench.crowd import patience
from bot.simulator import FaultRule, Simulator, SimUser, control
from bot.simulator.events import MAX_WAITING, EventStream

MARYAM, SUAD = 11, 12
KEYBOARD = {
    "inline_keyboard": [[
        {"text": "نعم", "callback_data": "yes"}, {"text": "الموقع", "url": "https://a.org"}
    ]]
}  # fmt: skip


async def test_the_page_learns_who_is_there(simulator: Simulator, client: Any) -> None:
    await simulator.send_text(MARYAM, "/start")
    await client.do("sendMessage", chat_id=MARYAM, text="أهلاً")
    await client.do(
        "setMyCommands", commands=[{"command": "start", "description": "س"}], language_code="ar"
    )
    state = await client.page("GET", "/sim/state")
    assert state["bot"] == {"username": "halqa_bot", "name": "حلقة"}
    assert [user["name"] for user in state["users"]] == ["مريم", "سعاد"]
    assert state["users"][0]["note"] == "معلمة"
    assert state["users"][0]["unread"] == 1
    assert state["clock"]["movable"]
    assert state["commands"] == {"ar": [{"command": "start", "description": "س"}]}
    await client.page("GET", f"/sim/chats/{MARYAM}")
    assert (await client.page("GET", "/sim/state"))["users"][0]["unread"] == 0


async def test_a_chat_is_driven_from_the_page(simulator: Simulator, client: Any) -> None:
    chat = f"/sim/chats/{MARYAM}"
    written = await client.page("POST", f"{chat}/text", {"text": "/start"})
    sent = await client.do("sendMessage", chat_id=MARYAM, text="؟", reply_markup=KEYBOARD)
    await client.page("POST", f"{chat}/press", {"message_id": sent["message_id"], "data": "yes"})
    await client.page("POST", f"{chat}/edit", {"message_id": written["made"], "text": "/help"})
    shown = await client.page("GET", chat)
    mine, theirs = shown["messages"]
    assert (mine["from"], mine["text"], mine["edited"]) == ("me", "/help", True)
    assert theirs["from"] == "bot"
    assert theirs["keyboard"] == [
        [{"text": "نعم", "data": "yes"}, {"text": "الموقع", "url": "https://a.org"}]
    ]
    assert not shown["blocked"]
    await client.page("POST", f"{chat}/block")
    assert (await client.page("GET", chat))["blocked"]
    await client.page("POST", f"{chat}/unblock")
    kinds = [next(key for key in update if key != "update_id") for update in await client.updates()]
    assert kinds == [
        "message", "callback_query", "edited_message", "my_chat_member", "my_chat_member"
    ]  # fmt: skip


async def test_a_file_goes_up_from_the_page_and_is_shown(simulator: Simulator, client: Any) -> None:
    form = aiohttp.FormData({"kind": "photo", "caption": "الدرس"})
    form.add_field("file", b"picture", filename="a.jpg", content_type="image/jpeg")
    url = f"{simulator.url}/sim/chats/{MARYAM}/file"
    async with client.session.post(url, data=form) as answer:
        assert answer.status == 200
    [message] = (await client.page("GET", f"/sim/chats/{MARYAM}"))["messages"]
    assert message["text"] == "الدرس"
    assert message["media"]["kind"] == "photo"
    async with client.session.get(simulator.url + message["media"]["url"]) as answer:
        assert await answer.read() == b"picture"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_has_no_bytes_is_shown_too(simulator: Simulator, client: Any) -> None:
    chat = f"/sim/chats/{MARYAM}"
    await client.page("POST", f"{chat}/location", {"latitude": 24.7, "longitude": 46.7})
    await client.page("POST", f"{chat}/contact", {"phone": "+9660000000"})
    poll = await client.do("sendPoll", chat_id=MARYAM, question="متى؟", options=["أ", "ب"])
    await client.page("POST", f"{chat}/vote", {"message_id": poll["message_id"], "choices": [1]})
    place, card, question = (await client.page("GET", chat))["messages"]
    assert (place["media"]["kind"], place["text"]) == ("location", "24.7, 46.7")
    assert (card["media"]["kind"], card["text"]) == ("contact", "مريم +9660000000")
    assert (question["media"], question["text"]) == (None, "متى؟")
    assert [option["voter_count"] for option in question["poll"]["options"]] == [0, 1]


async def test_a_file_that_could_run_in_the_page_is_a_download(
    simulator: Simulator, client: Any
) -> None:
    sent = await simulator.send_file(
        MARYAM, "document", b"<script>", name="a.html", mime="text/html"
    )
    assert sent.media is not None
    async with client.session.get(simulator.url + sent.media.url) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.content_type == "application/octet-stream"


async def test_stopping_ends_streams_polls_and_hanging_requests(
    simulator: Simulator, client: Any
) -> None:
    simulator.faults.rules.append(FaultRule("getMe", "timeout_after"))
    async with client.session.get(f"{simulator.url}/sim/events") as stream:
        await stream.content.readline()
        poll = asyncio.create_task(client.ask("getUpdates", timeout=50))
        hanging = asyncio.create_task(client.ask("getMe"))
        await client.until(lambda: simulator.world.updates.is_polled and simulator.requests)
        async with patience(5):
            await simulator.stop()
            assert await poll == {"ok": True, "result": []}
            with pytest.raises(aiohttp.ClientError):
                await hanging
            await stream.content.read()


@pytest.fixture
async def events(simulator: Simulator, client: Any) -> AsyncIterator[Any]:
    """Reads the next event of the stream."""
    async with client.session.get(f"{simulator.url}/sim/events") as stream:
        assert stream.content_type == "text/event-stream"

        async def read() -> Any:
            async with patience(5):
                while not (line := await stream.content.readline()).startswith(b"data: "):
                    assert line
            return json.loads(line[6:])

        await stream.content.readline()
        yield read


async def test_the_page_hears_what_happens(simulator: Simulator, client: Any, events: Any) -> None:
    await simulator.send_text(MARYAM, "/start")
    assert (await events())["message"]["text"] == "/start"
    await client.do("sendChatAction", chat_id=MARYAM, action="typing")
    assert await events() == {"type": "typing", "chat": MARYAM}
    sent = await client.do("sendMessage", chat_id=MARYAM, text="؟", reply_markup=KEYBOARD)
    assert (await events())["type"] == "message"
    query_id = await simulator.press(MARYAM, sent["message_id"], "yes")
    await client.do("answerCallbackQuery", callback_query_id=query_id, text="تم", show_alert=True)
    assert await events() == {"type": "toast", "chat": MARYAM, "text": "تم", "alert": True}
    place = {"chat_id": MARYAM, "message_id": sent["message_id"]}
    await client.do("editMessageText", **place, text="تم")
    assert (await events())["type"] == "edit"
    await client.do("deleteMessage", **place)
    assert await events() == {
        "type": "delete", "chat": MARYAM, "message": {"id": sent["message_id"]}
    }  # fmt: skip
    await client.do("sendMessage", chat_id=MARYAM, text="س", reply_markup={"keyboard": [["أ"]]})
    assert [(await events())["type"] for _ in range(2)] == ["message", "keyboard"]


async def test_the_clock_moves_on_request(
    simulator: Simulator, client: Any, clock: Any, events: Any
) -> None:
    start = clock.now()
    moved = await client.page("POST", "/sim/clock", {"advance": 90})
    assert datetime.fromisoformat(moved["now"]) == start + timedelta(seconds=90)
    moved = await client.page("POST", "/sim/clock", {"next": True})
    assert datetime.fromisoformat(moved["now"]) == start + timedelta(hours=1, seconds=90)
    await client.page("POST", "/sim/clock", {"to": "2027-01-01T00:00:00+00:00"})
    assert simulator.world.now().year == 2027
    assert [(await events())["type"] for _ in range(3)] == ["clock"] * 3


async def test_a_page_that_stopped_reading_is_cut_off() -> None:
    events = EventStream()
    queue = events.listen()
    for _ in range(MAX_WAITING + 5):
        events.publish("typing", MARYAM)
    heard = [queue.get_nowait() for _ in range(queue.qsize())]
    assert heard[-1] is None
    assert len(heard) == MAX_WAITING


async def test_other_sites_and_wrong_requests_are_refused(
    simulator: Simulator, client: Any
) -> None:
    url = f"{simulator.url}/sim/chats/{MARYAM}/text"
    foreign = {"Origin": "https://example.org"}
    async with client.session.post(url, json={"text": "س"}, headers=foreign) as answer:
        assert answer.status == 403
    own = {"Origin": simulator.url}
    async with client.session.post(url, json={"text": "س"}, headers=own) as answer:
        assert answer.status == 200
    for path, body, status in (
        ("/sim/nothing", {}, 404),
        ("/sim/chats/99/text", {"text": "س"}, 404),
        (f"/sim/chats/{MARYAM}/text", {}, 400),
        ("/sim/faults", {"rate_of_luck": 1}, 400),
        ("/sim/users", {"first_name": "ن", "age": 5}, 400),
    ):
        async with client.session.post(simulator.url + path, json=body) as answer:
            assert (answer.status, path) == (status, path)
            assert (await answer.json())["error"]


async def test_the_page_and_nothing_beside_it_is_served(
    simulator: Simulator, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "phone.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(control, "PAGE", folder)
    for path, status in (
        ("/", 200), ("/page/phone.js", 200), ("/page/", 404), ("/page/none.js", 404),
        ("/page/..%2Fsecret.txt", 404), ("/secret.txt", 404),
    ):  # fmt: skip
        async with client.session.get(simulator.url + path) as answer:
            assert (path, answer.status) == (path, status)


async def test_a_suite_drives_many_people_and_counts(simulator: Simulator, client: Any) -> None:
    people = [{"id": 100 + n, "first_name": f"م{n}", "started": True} for n in range(20)]
    await client.page("POST", "/sim/users", people)
    await client.page("POST", "/sim/faults", {"blocked": [100], "rules": [
        {"method": "sendMessage", "fault": "reset_after", "chat": 101}
    ]})  # fmt: skip
    for person in people:
        try:
            await client.ask("sendMessage", chat_id=person["id"], text="؟", reply_markup=KEYBOARD)
        except aiohttp.ClientError:
            assert person["id"] == 101
    made = await client.page("POST", "/sim/bulk", [
        {"user_id": 101, "text": "حاضرة"}, {"user_id": 102, "press": "yes"},
        {"user_id": 103, "block": True},
    ])  # fmt: skip
    assert len(made["made"]) == 3
    counts = await client.page("GET", "/sim/counts")
    assert counts["methods"]["sendMessage"] == {"ok": 19, "403": 1, "reset_after": 1}
    assert counts["delivered"] == {str(100 + n): 1 for n in range(1, 20)}
    assert counts["pending_updates"] == 3
    deliveries = await client.page("GET", "/sim/deliveries?since=17")
    assert [message[0] for message in deliveries["messages"]] == [118, 119]
    requests = await client.page("GET", "/sim/requests?limit=2&method=sendMessage")
    assert [request["params"]["chat_id"] for request in requests] == [118, 119]
    assert (await client.page("GET", "/sim/messages/101"))[0]["text"] == "؟"
    assert await client.page("GET", "/sim/refused") == []


async def test_a_suite_sets_rates_and_updates(simulator: Simulator, client: Any) -> None:
    rates = await client.page("POST", "/sim/rates", {"enforce": True, "overall_per_second": 5})
    assert rates["enforce"]
    assert simulator.rates.overall_per_second == 5
    await client.page("POST", "/sim/updates", [{"x": 1}, {"x": 2}])
    assert [update["x"] for update in await client.updates()] == [1, 2]
    await client.page("POST", "/sim/groups", {"id": -9, "title": "م", "members": [MARYAM]})
    await client.page("POST", "/sim/groups/-9/migrate", {"to": -1_000_000_000_009})
    body = await client.ask("sendMessage", chat_id=-9, text="س")
    assert body["parameters"] == {"migrate_to_chat_id": -1_000_000_000_009}
    await client.page("POST", "/sim/reset")
    assert len(simulator.requests) == 0


async def test_without_a_clock_of_its_own_time_cannot_be_moved() -> None:
    simulator = Simulator(users=[SimUser(SUAD, "سعاد")])
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{simulator.url}/sim/state") as answer:
            assert (await answer.json())["clock"] == {"movable": False, "next": None}
        async with session.post(f"{simulator.url}/sim/clock", json={"advance": 1}) as answer:
            assert answer.status == 400
    await simulator.stop()

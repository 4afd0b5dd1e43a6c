"""`make run`: the bot and its simulator in one process, started again on the same data."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bench.crowd import patience
from bot.app import memory_of, run_in_simulator
from bot.core.clock import Clock
from bot.core.settings import Settings
from bot.demo import begin_anew
from bot.simulator.memory import Memory
from bot.storage.migrations import migrate
from tests.databases import run_apart

NEWCOMER, NOURA = 5032, 5001
LINE = "كتبته قبل أن يُغلق الجهاز"


class Page:
    """The page of phones, as its script speaks to the simulator."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, path: str) -> Any:
        async with self._session.get(f"/sim/{path}") as answer:
            return await answer.json()

    async def do(self, path: str, **body: Any) -> Any:
        async with self._session.post(f"/sim/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def shown(self, person: int) -> list[dict[str, Any]]:
        return list((await self.ask(f"chats/{person}"))["messages"])

    async def says(self, person: int, text: str) -> str:
        """What the bot answers."""
        await self.do(f"chats/{person}/text", text=text)
        while True:
            last = (await self.shown(person))[-1]
            if last["from"] == "bot":
                return str(last["text"])
            await asyncio.sleep(0.05)

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self.ask("state"))["now"])


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Page]:
    stopped, said = asyncio.Event(), asyncio.Queue[str]()
    run = asyncio.create_task(run_in_simulator(settings, stopped, said.put_nowait))
    try:
        async with patience(20):
            address = (await said.get()).split()[4]
            async with aiohttp.ClientSession(address) as session:
                yield Page(session)
    finally:
        stopped.set()
        await run


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=sqlite_url, data_dir=tmp_path, listen_port=0)


async def test_the_phones_are_answered_in_a_second_run_as_well(settings: Settings) -> None:
    for _ in range(2):
        async with running(settings) as page:
            assert "حلقة" in await page.says(NEWCOMER, "/start")


async def test_a_second_run_goes_on_where_the_first_ended(settings: Settings) -> None:
    async with running(settings) as page:
        person = await page.do("users", first_name="سارة", note="معلمة جديدة")
        await page.says(person["id"], "/start")
        await page.says(NOURA, LINE)
        await page.do("clock", to=(Clock().now() + timedelta(days=9)).isoformat())
        moment, before = await page.now(), await page.shown(NOURA)
        keys = (await page.ask(f"chats/{NOURA}"))["reply_keyboard"]
        strangers = await page.shown(person["id"])
    async with running(settings) as page:
        assert timedelta(0) <= await page.now() - moment < timedelta(minutes=1)
        people = {each["id"]: each for each in (await page.ask("state"))["users"]}
        assert (people[person["id"]]["name"], people[person["id"]]["note"]) == (
            "سارة", "معلمة جديدة",
        )  # fmt: skip
        after = await page.shown(NOURA)
        assert after[: len(before)] == before
        assert keys
        assert (await page.ask(f"chats/{NOURA}"))["reply_keyboard"] == keys
        assert await page.shown(person["id"]) == strangers
        # A button of before still does what it says.
        pressed = next(each for each in reversed(after) if each["keyboard"])
        data = pressed["keyboard"][-1][-1]["data"]
        await page.do(f"chats/{NOURA}/press", message_id=pressed["id"], data=data)
        assert await page.says(NOURA, "/help")


async def test_where_the_phones_were_lost_the_database_still_knows_its_people_and_its_days(
    settings: Settings,
) -> None:
    async with running(settings) as page:
        person = await page.do("users", first_name="سارة")
        await page.says(person["id"], "/start")
        await page.do("clock", advance=1)
        await page.do("clock", to=(Clock().now() + timedelta(days=9)).isoformat())
        await page.says(NOURA, LINE)
        moment = await page.now()
    memory_of(settings).forget()
    async with running(settings) as page:
        assert await page.now() >= moment - timedelta(minutes=1)
        people = {each["id"]: each for each in (await page.ask("state"))["users"]}
        assert people[person["id"]]["started"]
        assert "حلقة" in await page.says(NEWCOMER, "/start")


async def test_what_is_begun_anew_is_as_it_was_on_the_first_day(settings: Settings) -> None:
    async with running(settings) as page:
        await page.says(NOURA, LINE)
        person = await page.do("users", first_name="سارة")
        await page.do("clock", to=(Clock().now() + timedelta(days=9)).isoformat())
    run_apart(begin_anew, settings, memory_of(settings))
    run_apart(migrate, settings.resolved_database_url())
    async with running(settings) as page:
        assert abs(await page.now() - Clock().now()) < timedelta(minutes=1)
        assert person["id"] not in {each["id"] for each in (await page.ask("state"))["users"]}
        assert LINE not in {each["text"] for each in await page.shown(NOURA)}
        assert "حلقة" in await page.says(NEWCOMER, "/start")


async def test_a_memory_that_cannot_be_read_is_put_aside(settings: Settings) -> None:
    memory_of(settings).folder.mkdir(parents=True)
    (memory_of(settings).folder / "state.json").write_text('{"version": 1, "now": ')
    async with running(settings) as page:
        assert "حلقة" in await page.says(NEWCOMER, "/start")
    # The department was made in that run: the phones were those of nobody.
    assert Memory(memory_of(settings).folder).phones()


async def test_an_hour_more_stops_at_each_reminder_on_its_way(settings: Settings) -> None:
    async with running(settings) as page:
        while True:
            moved = await page.do("clock", next=True)
            due = datetime.fromisoformat(moved["next"])
            if due - await page.now() > timedelta(minutes=50):
                break
        await page.do("clock", to=(due - timedelta(minutes=40)).isoformat())
        moved = await page.do("clock", advance=3600)
        assert moved["stopped"]
        assert timedelta(0) <= datetime.fromisoformat(moved["now"]) - due < timedelta(seconds=5)
        further = await page.do("clock", advance=1)
        assert datetime.fromisoformat(further["now"]) > due


async def test_time_that_is_moved_far_passes_every_reminder_at_its_moment(
    settings: Settings,
) -> None:
    async with running(settings) as page:
        start = await page.now()
        await page.do("clock", to=(start + timedelta(days=4)).isoformat())
        dates = [
            datetime.fromisoformat(each["date"])
            for person in (5001, 5002, 5003, 5004, 5005)
            for each in await page.shown(person)
        ]
        later = {date for date in dates if date > start + timedelta(minutes=5)}
        assert later, "nothing fell due within four days"
        assert any(date < start + timedelta(days=3) for date in later)

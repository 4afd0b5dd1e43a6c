"""`make run`: the bot and its simulator in one process, started again on the same data."""

import asyncio
from pathlib import Path

import aiohttp

from bench.crowd import patience
from bot.app import run_in_simulator
from bot.core.settings import Settings

NEWCOMER = 5032


async def test_the_phones_are_answered_in_a_second_run_as_well(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path, listen_port=0)
    for _ in range(2):
        assert "حلقة" in await first_answer(settings)


async def first_answer(settings: Settings) -> str:
    """Start, greet the bot as a newcomer, stop: what the phone showed."""
    stopped, said = asyncio.Event(), asyncio.Queue[str]()
    run = asyncio.create_task(run_in_simulator(settings, stopped, said.put_nowait))
    try:
        async with patience(20):
            address = (await said.get()).split()[4]
            async with aiohttp.ClientSession(address) as page:
                await page.post(f"/sim/chats/{NEWCOMER}/text", json={"text": "/start"})
                while True:
                    async with page.get(f"/sim/chats/{NEWCOMER}") as chat:
                        shown = (await chat.json())["messages"]
                    if shown[-1]["from"] == "bot":
                        return str(shown[-1]["text"])
                    await asyncio.sleep(0.05)
    finally:
        stopped.set()
        await run

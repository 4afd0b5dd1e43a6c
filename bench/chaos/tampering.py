"""What is done to a bot from inside its own process: faults of disk, clock and network."""

import asyncio
import errno
import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import aiohttp

from bench.crowd import patience
from bot.app import App
from bot.arabic.search import index as search_index
from bot.channels.telegram import transport
from bot.scheduling import ticker
from bot.storage.failures import is_transient
from bot.storage.transaction import Tx


def _replace(owner: object, name: str, function: Callable[..., Any]) -> None:
    """Put a function in place of another one, which has to be there."""
    getattr(owner, name)
    setattr(owner, name, function)


def shorten_patience(read_seconds: float | None) -> None:
    """Let an answer that never comes be given up sooner than after Telegram's 20 seconds."""
    if read_seconds is None:
        return
    original = transport.Transport._timeout

    def shortened(self: transport.Transport, asked: Any) -> aiohttp.ClientTimeout:
        longer = isinstance(asked, int | float) and asked > transport.READ_SECONDS
        return original(self, asked if longer else read_seconds)

    _replace(transport.Transport, "_timeout", shortened)


def look_at_the_clock_every(seconds: float | None) -> None:
    """Let a clock that was set be noticed sooner than by the ticker's 30 seconds."""
    if seconds is not None:
        ticker.SAFETY_TICK = timedelta(seconds=seconds)


def refuse_connections(share: float, seed: int) -> None:
    """Refuse this share of the connections for sending, as a server does that is not there."""
    if not share:
        return
    dice = random.Random(seed)
    original = aiohttp.TCPConnector.connect

    async def connect(self: aiohttp.TCPConnector, req: Any, *args: Any, **named: Any) -> Any:
        if req.url.path.endswith("/sendMessage") and dice.random() < share:
            refused = OSError(errno.ECONNREFUSED, "Connection refused")
            raise aiohttp.ClientConnectorError(req.connection_key, refused)
        return await original(self, req, *args, **named)

    _replace(aiohttp.TCPConnector, "connect", connect)


def let_searches_fail() -> None:
    """Let every search end in a statement that SQLite will never take."""
    too_large = "SELECT 1 WHERE " + " OR ".join(["1 = 2"] * 1500)

    async def fail(tx: Tx, *_: Any, **__: Any) -> Any:
        return await tx.fetch(too_large)

    _replace(search_index, "find", fail)


_servers: list[asyncio.Server] = []
"""Kept as long as the bot runs."""


async def listen(path: str, bot: App) -> None:
    """Take orders at a socket, one JSON line each, answered with one."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                order = json.loads(line)
                answer = await _ORDERS[order.pop("do")](bot, **order)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    _servers.append(server)


async def _advance(bot: App, seconds: float) -> str:
    """Move the bot's clock, tell everybody who waits for a moment, and let all that is due now
    happen."""
    bot.clock.advance(timedelta(seconds=seconds))
    async with patience(20):
        await bot.idle()
    return bot.clock.now().isoformat()


async def _set_clock(bot: App, seconds: float) -> str:
    """Move the bot's clock as a machine's clock is set: nobody is told."""
    bot.clock._offset += timedelta(seconds=seconds)
    return bot.clock.now().isoformat()


async def _fill_disk(bot: App, pages: int) -> int:
    """Let the database grow by so many pages more and then be full; returns its pages."""
    held = await _pragma(bot, "page_count")
    await _pragma(bot, f"max_page_count={held + pages}")
    return held


async def _free_disk(bot: App) -> int:
    return await _pragma(bot, "max_page_count=1073741823")


async def _pragma(bot: App, pragma: str) -> int:
    # On the writer's own connection, to which alone such a limit applies. Turns share its commit,
    # and these may just be failing for want of room.
    while True:
        try:
            async with bot.database.transaction() as tx:
                rows = await tx.fetch(f"PRAGMA {pragma}")
            return int(rows[0][0])
        except Exception as error:
            if not is_transient(error):
                raise
            await asyncio.sleep(0.05)


_ORDERS: dict[str, Any] = {
    "advance": _advance,
    "set_clock": _set_clock,
    "fill_disk": _fill_disk,
    "free_disk": _free_disk,
}

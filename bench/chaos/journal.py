"""What a bot itself saw of its requests for messages: when each left, and when a 429 was heard.

A platform sees a request when the machine comes to it. On a busy one that is tenths of a second
after it has left, and an answer is heard as late. What a bot promises is about what it knows and
lets go, so each keeps a journal of that, a line as it happens, which outlives its being killed.
Instants are those of `time.monotonic`, which all processes of a machine share.
"""

import json
import os
import time
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bot.channels.telegram import transport

METHOD = "/sendMessage"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `what` is "asked" (handed to the transport), "left" (written to its connection) or
    "heard" (a 429, of which `after` are the seconds)."""

    at: float
    bot: int
    """The process."""
    what: str
    chat: int
    after: float = 0.0


def keep_journal(path: str) -> None:
    """Let this process write one from now on."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    bot = os.getpid()
    asking: ContextVar[int] = ContextVar("asking", default=0)
    exchange, send = transport.Transport._exchange, aiohttp.ClientRequest.send

    def note(what: str, chat: int, after: float = 0.0) -> None:
        line = json.dumps([time.monotonic(), bot, what, chat, after])
        os.write(file, line.encode() + b"\n")

    async def noted_exchange(
        self: transport.Transport, method: str, url: str, body: Any, read_seconds: Any
    ) -> tuple[int, bytes]:
        if not url.endswith(METHOD):
            return await exchange(self, method, url, body, read_seconds)
        chat = int(orjson.loads(body)["chat_id"])
        asking.set(chat)
        note("asked", chat)
        try:
            return await exchange(self, method, url, body, read_seconds)
        except transport.Answered as error:
            if error.status == 429:
                note("heard", chat, float(error.retry_after or 0))
            raise

    async def noted_send(self: aiohttp.ClientRequest, conn: Any) -> aiohttp.ClientResponse:
        if self.url.path.endswith(METHOD):
            note("left", asking.get())
        return await send(self, conn)

    transport.Transport._exchange = noted_exchange  # type: ignore[method-assign]
    aiohttp.ClientRequest.send = noted_send  # type: ignore[method-assign]


def read_journal(path: Path) -> list[Entry]:
    """All that was written so far, oldest first."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return sorted((Entry(*json.loads(line)) for line in lines), key=lambda entry: entry.at)

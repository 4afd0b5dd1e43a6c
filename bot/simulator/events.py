"""What the page hears: a stream of events, free of cost while nobody listens."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.simulator.chats import Chat, SimMessage
from bot.simulator.wire import page_message

# a page that stopped reading is cut off rather than fed for ever
MAX_WAITING = 5000


class EventStream:
    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self.told = 0
        """How often anything was told, whether or not somebody listened."""

    def listen(self) -> asyncio.Queue[dict[str, Any] | None]:
        """A queue of events; None at its end means that the stream is over."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(MAX_WAITING)
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[dict[str, Any] | None]) -> None:
        self._listeners.discard(queue)

    def publish(self, kind: str, chat: int | None = None, **more: Any) -> None:
        self.told += 1
        if not self._listeners:
            return
        event = {"type": kind, "chat": chat, **more}
        for queue in list(self._listeners):
            if queue.full():
                self._listeners.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    def tell_message(self, kind: str, chat: Chat, message: SimMessage) -> None:
        if self._listeners:
            self.publish(kind, chat.id, message=page_message(message))
        else:
            self.told += 1

    async def wait(
        self, queue: asyncio.Queue[dict[str, Any] | None], patience: float
    ) -> dict[str, Any] | None:
        """The next event, empty when none came within `patience` seconds, None at the end."""
        try:
            async with asyncio.timeout(patience):
                return await queue.get()
        except TimeoutError:
            return {}

    def close(self) -> None:
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(None)
        self._listeners.clear()

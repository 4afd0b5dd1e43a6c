"""The simulator seen from outside: acting as people, setting faults, reading what arrived."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as a person sees it, new or changed; `at` by this process's loop."""

    chat: int
    message: int
    text: str
    data: tuple[str, ...]
    """What its buttons carry, row by row."""
    at: float


class SimulatorClient:
    """A client of the simulator's control routes. Use it as a context manager."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pushed = 0
        """Updates that people made."""
        self.news: defaultdict[int, asyncio.Queue[Shown]] = defaultdict(asyncio.Queue)
        self._watched: set[int] = set()
        self._session: aiohttp.ClientSession | None = None
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "SimulatorClient":
        timeout = aiohttp.ClientTimeout(total=120)
        connector = aiohttp.TCPConnector(limit=64)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def get(self, route: str, **query: str | int) -> Any:
        assert self._session is not None
        async with self._session.get(f"{self.url}/sim/{route}", params=query) as answer:
            return await _content(answer)

    async def post(self, route: str, body: Any) -> Any:
        assert self._session is not None
        async with self._session.post(f"{self.url}/sim/{route}", json=body) as answer:
            return await _content(answer)

    # People

    async def act(self, *acts: Json) -> None:
        """What people do, in this order: `{user_id, text}` or `{user_id, press, message_id}`."""
        self.pushed += len(acts)
        await self.post("bulk", acts)

    async def say(self, user: int, text: str) -> None:
        await self.act({"user_id": user, "text": text})

    async def press(self, shown: Shown, data: str) -> None:
        await self.act({"user_id": shown.chat, "press": data, "message_id": shown.message})

    async def send_photo(self, user: int, data: bytes) -> None:
        self.pushed += 1
        assert self._session is not None
        form = aiohttp.FormData({"kind": "photo"})
        form.add_field("file", data, filename="photo.jpg", content_type="image/jpeg")
        async with self._session.post(f"{self.url}/sim/chats/{user}/file", data=form) as answer:
            await _content(answer)

    async def digest_of(self, url: str) -> str:
        """The SHA-256 of what a phone shows at this address."""
        assert self._session is not None
        async with self._session.get(f"{self.url}{url}") as answer:
            return hashlib.sha256(await answer.read()).hexdigest()

    async def push(self, *updates: Json) -> None:
        """Hand the bot any JSON as updates."""
        self.pushed += len(updates)
        await self.post("updates", updates)

    async def watch(self, users: Iterable[int]) -> None:
        """Keep what appears on these phones in `news`."""
        self._watched |= set(users)
        if self._listener is None:
            connected = asyncio.Event()
            self._listener = asyncio.create_task(self._listen(connected))
            await connected.wait()

    async def _listen(self, connected: asyncio.Event) -> None:
        assert self._session is not None
        forever = aiohttp.ClientTimeout(total=None, sock_read=60)
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self._session.get(f"{self.url}/sim/events", timeout=forever) as stream:
                    connected.set()
                    waiting = b""
                    async for piece in stream.content.iter_any():
                        *lines, waiting = (waiting + piece).split(b"\n\n")
                        for line in lines:
                            self._take(line)
            await asyncio.sleep(0.1)

    def _take(self, line: bytes) -> None:
        if not line.startswith((b'data: {"type": "message"', b'data: {"type": "edit"')):
            return
        event = json.loads(line[6:])
        message = event["message"]
        if event["chat"] not in self._watched or message["from"] != "bot":
            return
        buttons = [button for row in message["keyboard"] or [] for button in row]
        data = tuple(button["data"] for button in buttons if "data" in button)
        now = asyncio.get_running_loop().time()
        shown = Shown(event["chat"], message["id"], message["text"], data, now)
        self.news[event["chat"]].put_nowait(shown)

    def forget_news(self, user: int) -> None:
        while not self.news[user].empty():
            self.news[user].get_nowait()

    # The platform

    async def fail(self, **faults: Any) -> None:
        await self.post("faults", faults)

    async def limit(self, **rates: Any) -> None:
        await self.post("rates", rates)

    async def counts(self) -> Json:
        found: Json = await self.get("counts")
        return found

    async def sends(self) -> list[Json]:
        """Every request for a message so far, oldest first."""
        found: list[Json] = await self.get("requests", method="sendMessage", limit=1_000_000)
        return found

    async def deliveries(self) -> list[tuple[int, int, str]]:
        """Every message that reached a chat: chat, number, text."""
        found = await self.get("deliveries")
        return [(chat, number, text) for chat, number, text in found["messages"]]


async def _content(answer: aiohttp.ClientResponse) -> Any:
    found = await answer.json()
    if answer.status != 200:
        raise RuntimeError(f"the simulator refuses {answer.url.path}: {found}")
    return found

"""The other side: a Bot API server with people who converse, as light as it can be.

It runs on a core of its own. Everybody writes their next message as soon as the bot's answer to
their last one has come in, so as many turns are under way as there are people talking.
"""

import asyncio
import ssl
import time
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from bench.children import Answer, obey, setup
from bench.script import TURNS, answered_turn, message

BOT = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
UNSAID = {
    "Commands": b"[]",
    "Description": b'{"description":""}',
    "ShortDescription": b'{"short_description":""}',
}
"""What the bot says of itself as long as it was not told."""
FIRST_PERSON = 1_000_000


class People:
    """Who converses, how far each has come, and what waits to be asked for."""

    def __init__(self) -> None:
        self._turns: dict[int, int] = {}
        self._goal = self._length = 0
        self._waiting: deque[int] = deque()
        self._updates: deque[bytes] = deque()
        self._numbers = 1
        self._confirmed = 0
        self._news = asyncio.Event()
        self._finished = asyncio.Event()
        self.answered = 0
        self.disordered = 0
        self.sent = 0

    def start(self, first: int, count: int, turns: int, at_once: int) -> None:
        """Let `count` people take so many turns each, `at_once` of them at the same time."""
        self.answered = self.disordered = 0
        self._goal = count * turns
        self._length = turns
        self._finished.clear()
        for person in range(first, first + count):
            self._turns[person] = 0
            self._waiting.append(person)
        for _ in range(min(at_once, count)):
            self._write(self._waiting.popleft())

    async def finish(self) -> None:
        await self._finished.wait()

    def _write(self, person: int) -> None:
        update = self._numbers
        self._numbers += 1
        text = message(self._turns[person])
        user = {"id": person, "is_bot": False, "first_name": "معلمة", "language_code": "ar"}
        content: dict[str, Any] = {
            "message_id": update,
            "date": int(time.time()),
            "chat": {"id": person, "type": "private", "first_name": "معلمة"},
            "from": user,
            "text": text,
        }
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._updates.append(orjson.dumps({"update_id": update, "message": content}))
        self._news.set()

    def hear(self, person: int, text: str) -> None:
        """A message of the bot has come in."""
        self.sent += 1
        turn = self._turns.get(person)
        step = answered_turn(text)
        if turn is None or step is None or turn >= self._length:
            return
        if step != turn % TURNS:
            self.disordered += 1
            return
        self._turns[person] = turn + 1
        self.answered += 1
        if turn + 1 < self._length:
            self._write(person)
        elif self._waiting:
            self._write(self._waiting.popleft())
        if self.answered >= self._goal:
            self._finished.set()

    async def poll(self, offset: int, limit: int, seconds: float) -> bytes:
        """The next updates as a JSON list; what lies before `offset` is confirmed."""
        while self._confirmed + 1 < offset and self._updates:
            self._updates.popleft()
            self._confirmed += 1
        if not self._updates:
            self._news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                return b"[]"
        batch = [self._updates[i] for i in range(min(limit, len(self._updates)))]
        return b"[" + b",".join(batch) + b"]"


class BenchServer:
    """Answers every method; only sending, asking for updates and what the bot says of itself
    mean anything."""

    def __init__(self, latency: float) -> None:
        self.people = People()
        self.latency = latency
        self._messages = 0
        self._arrivals: list[float] = []
        self._profile: dict[tuple[str, str], bytes] = {}
        """What the bot says of itself, by what it is and the language."""

    def most_in_a_second(self) -> int:
        """The most messages that came in within any one second."""
        start = most = 0
        for end, at in enumerate(self._arrivals):
            while self._arrivals[start] <= at - 1:
                start += 1
            most = max(most, end - start + 1)
        return most

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        given = await _read(request)
        if method == "getUpdates":
            seconds = float(given.get("timeout", 0))
            result = await self.people.poll(int(given.get("offset", 0)), 100, seconds)
        elif method == "sendMessage":
            result = self._send(int(given["chat_id"]), str(given["text"]))
        elif method == "getMe":
            result = orjson.dumps(BOT)
        elif method.startswith("getMy"):
            what, language = method.removeprefix("getMy"), str(given.get("language_code", ""))
            result = self._profile.get((what, language), UNSAID[what])
        else:
            if method.startswith("setMy"):
                what, language = method.removeprefix("setMy"), str(given.pop("language_code", ""))
                said = given.get("commands", given)
                self._profile[what, language] = (
                    said.encode() if isinstance(said, str) else orjson.dumps(said)
                )
            result = b"true"
        if method != "getUpdates" and self.latency:
            await asyncio.sleep(self.latency)
        return web.Response(
            body=b'{"ok":true,"result":' + result + b"}", content_type="application/json"
        )

    def _send(self, chat: int, text: str) -> bytes:
        self._messages += 1
        self._arrivals.append(time.perf_counter())
        # The person reads what was sent half a round trip before its sender knows of it.
        delay = self.latency / 2
        asyncio.get_running_loop().call_later(delay, self.people.hear, chat, text)
        return orjson.dumps(
            {
                "message_id": self._messages,
                "date": int(time.time()),
                "chat": {"id": chat, "type": "private", "first_name": "معلمة"},
                "from": BOT,
                "text": text,
            }
        )


async def _read(request: web.BaseRequest) -> dict[str, Any]:
    body = await request.read()
    if not body:
        return dict(request.query)
    if request.content_type == "application/json":
        given: dict[str, Any] = orjson.loads(body)
        return given
    if request.content_type == "multipart/form-data":
        raise ValueError("the benchmark sends no files")
    return dict(parse_qsl(body.decode()))


async def main() -> None:
    given = setup()
    server = BenchServer(float(given.get("latency", 0.0)))
    context = None
    if certificate := given.get("certificate"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Path(certificate))
    loop = asyncio.get_running_loop()

    def make_request(
        message: Any, payload: Any, protocol: Any, writer: Any, task: Any
    ) -> web.BaseRequest:
        return web.BaseRequest(message, payload, protocol, writer, task, loop)

    runner = web.ServerRunner(
        web.Server(server.handle, request_factory=make_request, access_log=None),
        shutdown_timeout=0.5,
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024, ssl_context=context).start()
    port = runner.addresses[0][1]

    async def talk(order: Answer) -> Answer:
        people = server.people
        people.start(order["first"], order["people"], order["turns"], order["at_once"])
        began = time.perf_counter()
        await people.finish()
        return {
            "answered": people.answered,
            "disordered": people.disordered,
            "seconds": time.perf_counter() - began,
        }

    async def count(_order: Answer) -> Answer:
        return {"sent": server.people.sent, "most": server.most_in_a_second()}

    scheme = "https" if context else "http"
    await obey({"talk": talk, "count": count}, url=f"{scheme}://localhost:{port}")
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())

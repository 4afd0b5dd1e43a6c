"""Delivery of updates by POST to the bot's own address, until it answers 2xx."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.simulator.refusals import mistake
from bot.simulator.updates import Pending, UpdateQueue

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
_PORTS = (443, 80, 88, 8443)
_LOCAL = ("127.0.0.1", "localhost", "::1")
ANSWER_TIMEOUT = 60.0

Answered = Callable[[dict[str, Any]], Awaitable[None]]


class SimWebhook:
    """Posts pending updates, at most `max_connections` at once, each until it is taken.

    An answer other than 2xx is tried again after `backoff` seconds, doubled up to
    `longest_backoff`; Telegram's own waits are longer, tests have no time for them.
    """

    def __init__(self, updates: UpdateQueue, now: Callable[[], datetime]) -> None:
        self._updates = updates
        self._now = now
        self._task: asyncio.Task[None] | None = None
        self._deliveries: set[asyncio.Task[None]] = set()
        self.backoff = 0.2
        self.longest_backoff = 5.0
        self.answered: Answered | None = None
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self._last_error: tuple[datetime, str] | None = None

    def check(self, params: dict[str, Any]) -> None:
        """400 for an address or secret that Telegram refuses; plain HTTP only to this machine."""
        url = params["url"]
        if not url:
            return
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise mistake("bad webhook: invalid webhook URL specified")
        if parts.hostname not in _LOCAL:
            if parts.scheme != "https":
                raise mistake("bad webhook: An HTTPS URL must be provided for webhook")
            if (parts.port or 443) not in _PORTS:
                raise mistake(
                    "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
                )
        secret = params.get("secret_token", "")
        if secret and not _SECRET.match(secret):
            raise mistake("secret token contains unallowed characters")
        if not 1 <= params.get("max_connections", 40) <= 100:
            raise mistake("max_connections must be between 1 and 100")

    def open(self, url: str, secret: str, max_connections: int) -> None:
        """Starts delivering to `url`; an empty one ends delivery."""
        self.stop()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._last_error = None
        if url:
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        self.url = ""
        for task in (self._task, *self._deliveries):
            if task is not None:
                task.cancel()
        self._task = None
        self._deliveries.clear()

    def describe(self) -> dict[str, Any]:
        """The answer of getWebhookInfo."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self.url:
            info |= {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if self._last_error is not None:
            moment, reason = self._last_error
            info |= {
                "last_error_date": int(moment.timestamp()),
                "last_error_message": reason,
            }
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        return info

    async def _run(self) -> None:
        slots = asyncio.Semaphore(self.max_connections)
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
        connector = aiohttp.TCPConnector(limit=self.max_connections)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            while True:
                pending = self._updates.next_unsent()
                if pending is None:
                    await self._updates.arrive()
                    continue
                await slots.acquire()
                pending.sent = True
                task = asyncio.create_task(self._deliver(session, pending))
                self._deliveries.add(task)
                task.add_done_callback(self._deliveries.discard)
                task.add_done_callback(lambda _: slots.release())

    async def _deliver(self, session: aiohttp.ClientSession, pending: Pending) -> None:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        body = json.dumps(pending.update, ensure_ascii=False).encode()
        wait = self.backoff
        while pending.expires > self._now():
            failure = await self._post(session, body, headers)
            if failure is None:
                self._updates.confirm(pending)
                return
            self._last_error = (self._now(), failure)
            await asyncio.sleep(wait)
            wait = min(wait * 2, self.longest_backoff)

    async def _post(
        self, session: aiohttp.ClientSession, body: bytes, headers: dict[str, str]
    ) -> str | None:
        """None when the bot took the update, else why it did not."""
        try:
            async with session.post(self.url, data=body, headers=headers) as answer:
                if not 200 <= answer.status < 300:
                    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
                text = await answer.read()
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError as error:
            return f"Connection failed: {type(error).__name__}"
        if text.startswith(b"{") and self.answered is not None:
            await self._follow(text)
        return None

    async def _follow(self, text: bytes) -> None:
        """A bot may put one method into its answer instead of calling it."""
        try:
            call = json.loads(text)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str) and self.answered:
            await self.answered(call)

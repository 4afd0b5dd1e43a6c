"""Long polling that confirms an update only after it is stored.

The library's own polling confirms what it has merely queued in memory, and parses a batch as a
whole; here the answer is read as plain JSON, stored and committed, and the next request confirms
it. Telegram answers one asker at a time, so of several processes one polls and the others stand by.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from telegram.error import TelegramError

from bot.channels.telegram.backoff import SOON_SECONDS, Backoff, Pause
from bot.channels.telegram.connection import Connected
from bot.channels.telegram.transport import Answered, Unanswered
from bot.channels.telegram.updates import ALLOWED_UPDATES, CHANNEL, Digest, arrival, read_json
from bot.chat.intake.inbox import store
from bot.core import metrics
from bot.storage.database import Database
from bot.storage.leader_election import LeaderElection

logger = logging.getLogger(__name__)

POLL_SECONDS = 50
BATCH = 100
GRACE_SECONDS = 10.0
"""What an answer may take beyond the poll itself."""
STOP_SECONDS = 0.8
WARN_SECONDS = 60.0
"""How often the log says that the platform is still away."""

T = TypeVar("T")


class Poller:
    """Asks Telegram for updates until it is stopped.

    `on_stored` is called after each commit. The offset lives only from one request to the next: it
    confirms what was stored a moment ago and is forgotten once Telegram has taken it. So a restart
    of Telegram's numbering cannot hide anything, and after a crash the same updates come again and
    are recognised by their key.

    With a `lead` it asks only while this process has it, and leaves it when it stops.
    """

    mode = "polling"

    def __init__(
        self,
        channel: Connected,
        database: Database,
        on_stored: Callable[[], None],
        *,
        lead: LeaderElection | None = None,
        digest: Digest | None = None,
        poll_seconds: int = POLL_SECONDS,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._connection = channel.connection
        self._database = database
        self._on_stored = on_stored
        self._digest = digest
        self._lead = lead
        if lead is not None:
            lead.on_lost = self._break_off
        self._poll_seconds = poll_seconds
        self._pause = pause
        self._backoff = Backoff()
        self._absence = Backoff(cap=SOON_SECONDS)
        self._warn_at = 0.0
        self._offset = 0
        self._task: asyncio.Task[None] | None = None
        self._interruptible: asyncio.Future[Any] | None = None
        self._stopping = False
        self.connected = False
        """Whether the last request was answered."""

    @property
    def runs(self) -> bool:
        """Whether Telegram is being asked, or will be again."""
        return self._task is not None and not self._task.done()

    @property
    def stands_by(self) -> bool:
        """Whether another process asks, which this one would replace."""
        return not self._leads()

    @property
    def mount(self) -> None:
        """It needs nothing of the web server."""

    def _leads(self) -> bool:
        return self._lead is None or self._lead.held

    async def start(self) -> None:
        """Begin to poll in the background; returns at once."""
        self._stopping = False
        if self._lead is not None:
            self._lead.start()
        self._task = asyncio.create_task(self._run(), name="telegram.poll")

    async def stop(self) -> None:
        """End within a second. Updates that are not stored by then are not confirmed."""
        self._stopping = True
        self._break_off()
        if self._task is not None:
            task, self._task = self._task, None
            _, late = await asyncio.wait({task}, timeout=STOP_SECONDS)
            if late:
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self.connected = False
        if self._lead is not None:
            await self._lead.stop()

    def _break_off(self) -> None:
        if self._interruptible is not None:
            self._interruptible.cancel()

    async def _run(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        while not self._stopping:
            try:
                await self._poll_while_leading()
            except asyncio.CancelledError:
                if task.cancelling() and not self._stopping:
                    raise
            self.connected = False

    async def _poll_while_leading(self) -> None:
        if self._lead is not None:
            await self._interrupt(self._lead.gained())
        await self._interrupt(self._free_updates())
        self.connected = True
        self._offset = 0
        while not self._stopping and self._leads():
            await self._poll()

    async def _interrupt(self, work: Coroutine[Any, Any, T]) -> T:
        """Do what `stop` may interrupt: a request or a pause, never the storing."""
        self._interruptible = task = asyncio.ensure_future(work)
        try:
            return await task
        finally:
            self._interruptible = None

    async def _free_updates(self) -> None:
        # While a webhook is set, Telegram refuses to be polled.
        await self._connection.insist(
            "telegram.poll.free", self._connection.bot.delete_webhook, give_up=False
        )

    async def _poll(self) -> None:
        try:
            updates = await self._interrupt(self._ask())
        except TelegramError as error:
            await self._wait_after(error)
            return
        self.connected = True
        self._offset = 0
        self._absence.succeed()
        self._warn_at = 0.0
        if not updates:
            self._backoff.succeed()
            return
        try:
            await self._keep(updates)
        except Exception:
            # A full disk, say: not confirmed, so the same updates come again.
            metrics.UPDATES_NOT_STORED.inc()
            logger.exception("updates not stored", extra={"action": "telegram.poll.not_stored"})
            await self._interrupt(self._sleep(self._backoff.fail()))
            return
        self._confirm(updates)
        self._on_stored()
        if self._offset:
            self._backoff.succeed()
        else:
            # Without a number nothing can be confirmed; asking at once would spin.
            logger.error("updates without a number", extra={"action": "telegram.poll.unnumbered"})
            await self._interrupt(self._sleep(self._backoff.fail()))

    async def _ask(self) -> list[Any]:
        parameters: dict[str, Any] = {
            "timeout": self._poll_seconds,
            "limit": BATCH,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset:
            parameters["offset"] = self._offset
        answer = await self._connection.ask(
            "getUpdates", parameters, self._poll_seconds + GRACE_SECONDS
        )
        return _read_batch(answer)

    async def _keep(self, updates: list[Any]) -> None:
        arrivals = [arrival(update, self._digest) for update in updates]
        async with self._database.transaction() as tx:
            await store(tx, CHANNEL, arrivals)
        logger.debug("%d updates stored", len(arrivals), extra={"action": "telegram.poll.stored"})

    def _confirm(self, updates: list[Any]) -> None:
        # The last number, not the highest: after an idle week numbering restarts anywhere.
        for update in reversed(updates):
            number = update.get("update_id") if isinstance(update, dict) else None
            if type(number) is int:
                self._offset = number + 1
                return

    async def _wait_after(self, error: TelegramError) -> None:
        self.connected = False
        asked, action, backoff = 0.0, "telegram.poll.failed", self._absence
        if isinstance(error, Answered) and error.status < 500:
            # It is there, and does not want us: there is no hurry to ask again.
            asked, backoff = error.retry_after or 0.0, self._backoff
            if error.status == 409:
                action = "telegram.poll.conflict"
            elif error.status == 401:
                action = "telegram.unauthorized"
        delay = backoff.fail(asked)
        # An absence of hours is no reason for a line every other second.
        now = asyncio.get_running_loop().time()
        away = backoff is self._absence
        level = logging.DEBUG if away and now < self._warn_at else logging.WARNING
        if away and level == logging.WARNING:
            self._warn_at = now + WARN_SECONDS
        logger.log(level, "polling again in %.1f s: %s", delay, error, extra={"action": action})
        await self._interrupt(self._sleep(delay))

    async def _sleep(self, seconds: float) -> None:
        await self._pause(seconds)


def _read_batch(answer: bytes) -> list[Any]:
    """The updates of an answer, each as it came.

    :raises Unanswered: when it is not an answer of the Bot API.
    """
    content = read_json(answer)
    updates = content.get("result") if isinstance(content, dict) else None
    if not isinstance(updates, list):
        raise Unanswered("the answer is not one of the Bot API")
    return updates

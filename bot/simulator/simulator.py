"""The simulator as tests and the command line hold it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.botapi import BotApi
from bot.simulator.chats import ChatStore, SimMessage, SimUser
from bot.simulator.clocks import ClockControl, utcnow
from bot.simulator.control import Control
from bot.simulator.faults import Faults
from bot.simulator.files import FileStore
from bot.simulator.ledger import BotRequest, Ledger
from bot.simulator.memory import Memory
from bot.simulator.persons import Persons
from bot.simulator.profile import SimProfile
from bot.simulator.rates import RateGate, Rates
from bot.simulator.server import HttpServer
from bot.simulator.suite import Suite
from bot.simulator.updates import UpdateQueue
from bot.simulator.validation import load_table
from bot.simulator.webhook import SimWebhook
from bot.simulator.wire import Wire
from bot.simulator.world import SimWorld

DEFAULT_TOKEN = "123456:SIMULATOR"  # noqa: S105 - it opens nothing but this simulator
KEPT_WHEN_COUNTING = 50


@dataclass(frozen=True)
class Recording:
    """How much is remembered. `what="counts"` keeps counters and the newest messages of each
    chat only; "all" keeps every message, and the last `requests` requests."""

    what: str = "all"
    requests: int = 100_000

    def __post_init__(self) -> None:
        if self.what not in ("all", "counts"):
            raise ValueError("recording is 'all' or 'counts'")


class Simulator(Persons):
    """A Telegram on this machine, for one bot.

    With a `clock` its time is the simulator's, unless `now` says otherwise. Persons act through
    the methods of `Persons`; what they see is in `messages`, `toasts` and `reply_keyboard`.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        bot_username: str = "halqa_bot",
        users: Sequence[SimUser] = (),
        now: Callable[[], datetime] | None = None,
        faults: Faults | None = None,
        rates: Rates | None = None,
        clock: ClockControl | None = None,
        record: str | Recording = "all",
    ) -> None:
        recording = Recording(record) if isinstance(record, str) else record
        everything = recording.what == "all"
        self.token = token
        self.faults = faults or Faults()
        self.rates = rates or Rates()
        self.url = ""
        self._random = random.Random(self.faults.seed)
        time = now or (clock.now if clock is not None else utcnow)
        chat_store = ChatStore(None if everything else KEPT_WHEN_COUNTING)
        updates = UpdateQueue(time, self.faults.seed)
        updates.duplicates = lambda: self.faults.duplicate_updates
        bot = _describe_bot(token, bot_username)
        self.world = SimWorld(
            bot=bot,
            now=time,
            faults=self.faults,
            gate=RateGate(self.rates),
            chats=chat_store,
            files=FileStore(self.faults.seed),
            updates=updates,
            ledger=Ledger(recording.requests, keep=everything),
            profile=SimProfile(),
            webhook=SimWebhook(updates, time),
            wire=Wire(bot),
            keep_deliveries=everything,
        )
        api = BotApi(self.world, load_table())
        self.world.webhook.answered = api.follow
        control = Control(self, Suite(self), clock)
        self._server = HttpServer(self.world, api, control, token)
        self._memory: Memory | None = None
        self._keeper: asyncio.Task[None] | None = None
        for user in users:
            self.add_user(user)

    def recall(self, memory: Memory) -> datetime | None:
        """Go on where an earlier run has ended, and remember from here on; before anything else
        happens. Returns the moment of that end, None where nothing was remembered."""
        self._memory = memory
        return memory.recall(self.world)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """:raises OSError: nobody can listen there."""
        bound = await self._server.start(host, port)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        if self._memory:
            self._keeper = asyncio.create_task(self._memory.keep(self.world), name="memory")

    async def stop(self) -> None:
        self.world.webhook.stop()
        await self._server.stop()
        if self._keeper is not None and self._memory is not None:
            keeper, self._keeper = self._keeper, None
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            self._memory.save(self.world)

    def messages(self, chat_id: int) -> list[SimMessage]:
        """The chat as the person sees it now, oldest first: edited, without what was deleted."""
        return list(self.world.chats.chat(chat_id).messages.values())

    def toasts(self, user_id: int) -> list[str]:
        """The answers to button presses that flashed on the person's phone."""
        return list(self.world.chats.chat(user_id).toasts)

    def reply_keyboard(self, user_id: int) -> list[list[str]] | None:
        return self.world.chats.chat(user_id).reply_keyboard

    def file_bytes(self, file_id: str) -> bytes:
        stored = self.world.files.by_id(file_id)
        if stored is None:
            raise LookupError(f"no file {file_id}")
        return stored.data

    @property
    def requests(self) -> deque[BotRequest]:
        return self.world.ledger.requests

    @property
    def counts(self) -> dict[str, Counter[str]]:
        """Outcomes by method: `ok`, or the error code, or `lost`; and the faults it met."""
        return self.world.ledger.counts

    @property
    def refused(self) -> list[BotRequest]:
        """Requests that a correct bot never makes; a good test ends with this empty."""
        return list(self.world.ledger.refused)

    @property
    def deliveries(self) -> list[tuple[int, int, str]]:
        """Every message that reached a chat, as (chat, number, text), with repeats."""
        return self.world.deliveries

    @property
    def pending_updates(self) -> int:
        return len(self.world.updates)

    async def confirmed(self) -> None:
        """Waits until the bot has confirmed every update, or they have grown too old."""
        await self.world.updates.drain()

    def restart_update_ids(self) -> None:
        """Numbers start at random again, as after an idle week."""
        self.world.updates.renumber()


def _describe_bot(token: str, username: str) -> dict[str, Any]:
    return {
        "id": int(token.split(":", 1)[0]),
        "is_bot": True,
        "first_name": "حلقة",
        "username": username,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }

"""The bot at the Bot API: its session, its identity, and calls by name.

Everything that happens once (identity, commands, webhook) goes through python-telegram-bot's
`Bot`. What happens for every message goes as plain JSON through the same transport: building and
parsing the library's types nearly doubles its cost (0.48 instead of 0.26 ms of CPU), and a message
that Telegram accepted must count as sent even where its echo cannot be parsed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.backoff import SOON_SECONDS, Backoff, Pause
from bot.channels.telegram.profile import publish_steps
from bot.channels.telegram.transport import READ_SECONDS, Answered, Transport, Upload
from bot.chat.profile import BotProfile
from bot.core.errors import SettingsError

logger = logging.getLogger(__name__)

OFFICIAL = "https://api.telegram.org"
START_SECONDS = 10.0
"""How long a start waits for the bot's identity before it continues without it."""
LOUD_FAILURES, QUIET_FAILURES = 5, 25
"""How many failures in a row the log tells of, and every how many after that, some
a minute."""


class _Bot(Bot):
    """The library's bot, whose `repr` does not show its token."""

    def __repr__(self) -> str:
        return "Bot"


class Connected(Protocol):
    """Whatever has a connection."""

    connection: "Connection"


class Connection:
    """One bot at one Bot API server; `api_url` as `http://host:port`, None for Telegram's own."""

    def __init__(
        self, token: str, api_url: str | None = None, *, pause: Pause = asyncio.sleep
    ) -> None:
        # Below WARNING the library says what we say ourselves, with an action.
        library = logging.getLogger("telegram")
        library.setLevel(max(logging.WARNING, logging.getLogger().level))
        base = (api_url or OFFICIAL).rstrip("/")
        self.is_own = api_url is not None
        """The server is not Telegram's: it may name files of this machine."""
        self.account = token.partition(":")[0]
        """The bot's id, which stays when its token is given anew."""
        self._transport = Transport(proxied=api_url is None)
        self._pause = pause
        self._tasks: set[asyncio.Task[None]] = set()
        self._known = asyncio.Event()
        self._refused = False
        self._username = ""
        self._methods = f"{base}/bot{token}/"
        self._files = f"{base}/file/bot{token}/"
        self.bot: Bot = _Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._transport,
            get_updates_request=self._transport,
        )

    async def start(self, *, patience: float = START_SECONDS) -> None:
        """Open the connection and ask who the bot is.

        Returns once that is known or `patience` seconds have passed; the question is repeated in
        the background.

        :raises SettingsError: Telegram does not know the token.
        """
        await self.open()
        self.in_background(
            self.insist("telegram.identify", self._identify, give_up=False), "telegram.identify"
        )
        try:
            await asyncio.wait_for(self._known.wait(), patience)
        except TimeoutError:
            logger.warning("Telegram is out of reach", extra={"action": "telegram.start.offline"})
        if self._refused:
            await self.close()
            raise SettingsError("HALQA_TELEGRAM_TOKEN: Telegram does not know this token")

    async def open(self) -> None:
        """Open the session, asking nothing yet."""
        await self._transport.initialize()

    async def close(self) -> None:
        """End what runs in the background and close the session."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.shutdown()

    def announce(self, profile: BotProfile) -> None:
        """Publish what differs from what Telegram shows of the bot, in the background."""
        self.in_background(self._publish(profile), "telegram.announce")

    def in_background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run `work` until it ends or the connection is closed."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def username(self) -> str:
        """The bot's name at Telegram, empty until it is known."""
        return self._username

    def link(self, payload: str) -> str:
        """A link that opens the bot with `/start payload` (1–64 of A-Z a-z 0-9 _ -), or just
        opens it where `payload` is empty.

        :raises RuntimeError: the bot does not know its own name yet, and a payload needs it.
        """
        if not self._username:
            if payload:
                raise RuntimeError("the bot does not know its own name yet")
            return f"tg://user?id={self.bot.token.partition(':')[0]}"
        address = f"https://t.me/{self._username}"
        return f"{address}?start={payload}" if payload else address

    async def call(
        self,
        method: str,
        parameters: Mapping[str, Any],
        file: Upload | None = None,
        *,
        read_seconds: float = READ_SECONDS,
    ) -> Any:
        """Call a method; the `result` of its answer.

        :raises Unsent, Unanswered, Answered:
        """
        url = self._methods + method
        if file is None:
            answer = await self._transport.ask(url, parameters, read_seconds)
        else:
            answer = await self._transport.upload(url, parameters, file)
        return self._transport.parse_json_payload(answer)["result"]

    async def ask(self, method: str, parameters: Mapping[str, Any], read_seconds: float) -> bytes:
        """Call a method; the whole answer as it came.

        :raises Unsent, Unanswered, Answered:
        """
        return await self._transport.ask(self._methods + method, parameters, read_seconds)

    async def download(self, path: str, target: BinaryIO, limit: int) -> None:
        """Write a file of at most `limit` bytes, by the path that getFile gave, to `target`.

        :raises TooLarge, Unsent, Answered:
        """
        await self._transport.download(self._files + quote(path), target, limit)

    async def insist(
        self, action: str, step: Callable[[], Awaitable[object]], *, give_up: bool = True
    ) -> None:
        """Repeat `step` until it works, with growing pauses, logging failures as `action`.

        With `give_up`, what the Bot API refuses for good (4xx except 429) is logged and given up.
        """
        refused, absent = Backoff(), Backoff(cap=SOON_SECONDS)
        failures = 0
        while True:
            try:
                await step()
            except TelegramError as error:
                asked = error.retry_after if isinstance(error, Answered) else None
                final = isinstance(error, Answered) and error.status < 500 and asked is None
                away = not isinstance(error, Answered) or error.status >= 500
                failures += 1
                level = logging.ERROR if final else logging.WARNING
                if away and failures > LOUD_FAILURES and failures % QUIET_FAILURES:
                    level = logging.DEBUG
                logger.log(
                    level,
                    "Telegram: %s",
                    error,
                    extra={"action": action},
                )
                if final and give_up:
                    return
                await self._pause((absent if away else refused).fail(asked or 0.0))
            else:
                return

    async def _publish(self, profile: BotProfile) -> None:
        for step in publish_steps(self.bot, profile):
            await self.insist("telegram.announce", step)

    async def _identify(self) -> None:
        try:
            self._username = str((await self.bot.get_me()).username)
        except Answered as error:
            # Telegram answers 404 for a token that is not even well formed.
            if error.status in (401, 404):
                self._refused = True
                self._known.set()
            raise
        self._refused = False
        self._known.set()
        logger.info("This is @%s", self._username, extra={"action": "telegram.identified"})

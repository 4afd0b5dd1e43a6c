"""What a channel declares, so that a bot is put together without knowing which channels there are.

Each is a package beside this file with one `ChannelPlugin`; `bot/app.py: PLUGINS` names them all.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from bot.chat.profile import BotProfile
from bot.chat.seal import Seal
from bot.core.checks import CheckResult
from bot.core.clock import Clock
from bot.core.settings import Settings, SettingsPart
from bot.delivery.channel import Channel
from bot.delivery.limits import Limits
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Intake:
    """Where updates go: stored in the database, of which `on_stored` is told. `worker` names this
    process, and what is made of `secret_key` is the same in every process of one bot."""

    database: Database
    on_stored: Callable[[], None]
    worker: str
    secret_key: str


class Receiver(Protocol):
    """Takes the updates of a channel from `start` to `stop`."""

    mode: str
    """How they come: polling, webhook."""
    connected: bool

    @property
    def runs(self) -> bool: ...

    @property
    def stands_by(self) -> bool:
        """Another process takes them, which this one would replace."""
        ...

    @property
    def mount(self) -> Callable[[web.Application], None] | None:
        """What it needs of the web server; None: nothing."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class OpenChannel(Channel, Protocol):
    """A channel with its connection."""

    @property
    def account(self) -> str:
        """Ours there: whose references its files have."""
        ...

    async def start(self) -> None:
        """Open the connection. What is out of reach is tried again in the background.

        :raises SettingsError: the platform does not know us.
        """
        ...

    async def stop(self) -> None:
        """Close the connection; nothing can be sent after that."""
        ...

    def announce(self, profile: BotProfile) -> None:
        """Publish the commands and what the bot is in the background, as far as there is a place
        for them. What stands there already is not sent again, and no refusal stops anything."""
        ...

    def link(self, payload: str) -> str:
        """An address that opens the bot and tells it `payload`, or just opens it where that is
        empty."""
        ...

    async def fetch_file(self, ref: str, limit: int) -> bytes:
        """The content of a file that somebody sent, of at most `limit` bytes.

        :raises FileTooLarge: and everything that `send` raises.
        """
        ...

    def receiver(self, intake: Intake) -> Receiver: ...


class Opening(Protocol):
    def __call__(
        self, settings: Settings, seal: Seal, *, limits: Limits | None = None
    ) -> OpenChannel: ...


@dataclass(frozen=True, slots=True)
class ChannelPlugin:
    """One channel, by the name that its addresses bear; `title` is what people call it, the message
    `channel.<name>` of the catalogues."""

    name: str
    title: str
    settings: type[SettingsPart]
    is_set: Callable[[Settings], bool]
    """Whether the settings name a bot of this channel.

    :raises SettingsError: one of them is wrong.
    """
    missing: str
    """What to set where there is none, in a line."""
    open: Opening
    """The channel, `limits` in place of what the platform allows."""
    examine: Callable[[Settings, Clock], Coroutine[Any, Any, list[CheckResult]]]
    """What `halqa doctor` says of it; nothing is changed."""

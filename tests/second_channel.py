"""A channel beside Telegram, as small as one can be: what people write is put into the inbox, and
what they are answered is kept."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.plugin import ChannelPlugin, Intake, Receiver
from bot.channels.telegram import TELEGRAM
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.intake.inbox import Arrival, store
from bot.chat.profile import BotProfile
from bot.chat.seal import Seal
from bot.chat.traits import Traits
from bot.core.checks import CheckResult
from bot.core.clock import Clock
from bot.core.settings import Secret, Settings, SettingsPart
from bot.delivery.limits import Limits
from tests.delivery.scripted import ScriptedChannel


class SecondSettings(SettingsPart, frozen=True, kw_only=True):
    second_token: Secret | None = None


@dataclass
class SecondReceiver:
    """Its updates come when a test says so."""

    intake: Intake
    mode: str = "webhook"
    connected: bool = False
    stands_by: bool = False
    runs: bool = False
    mount: Callable[[web.Application], None] | None = None
    updates: int = 0

    async def start(self) -> None:
        self.runs = self.connected = True

    async def stop(self) -> None:
        self.runs = self.connected = False

    async def takes(self, sender: str, text: str) -> None:
        """Somebody writes."""
        self.updates += 1
        arrival = Arrival(str(self.updates), sender, json.dumps([sender, text]))
        async with self.intake.database.transaction() as tx:
            await store(tx, "second", [arrival])
        self.intake.on_stored()


@dataclass
class SecondChannel(ScriptedChannel):
    """Everything it is told stays in `seen` and `announced`."""

    announced: list[BotProfile] = field(default_factory=list)
    receivers: list[SecondReceiver] = field(default_factory=list)

    def parse(self, body: str) -> Incoming:
        sender, text = json.loads(body)
        return Incoming(Address("second", sender), IncomingKind.TEXT, text)

    async def start(self) -> None:
        self.log.append("start")

    async def stop(self) -> None:
        self.log.append("stop")

    def announce(self, profile: BotProfile) -> None:
        self.announced.append(profile)

    def link(self, payload: str) -> str:
        return f"https://second.example.org/{payload}"

    async def fetch_file(self, ref: str, limit: int) -> bytes:
        return b"content"[:limit]

    def receiver(self, intake: Intake) -> Receiver:
        self.receivers.append(SecondReceiver(intake))
        return self.receivers[-1]


def open_second(
    settings: Settings, seal: Seal, *, limits: Limits | None = None, traits: Traits = TELEGRAM
) -> SecondChannel:
    channel = SecondChannel(lambda: 0.0, "second", traits=traits)
    channel.limits = limits or Limits(5)
    return channel


def _is_set(settings: Settings) -> bool:
    return settings.part(SecondSettings).second_token is not None


async def _examine(settings: Settings, clock: Clock) -> list[CheckResult]:
    return [CheckResult("second", True, "works")]


SECOND = ChannelPlugin(
    "second", "", SecondSettings, _is_set, "HALQA_SECOND_TOKEN: is missing", open_second, _examine
)

"""A second channel in the town: a chat that is named by its key, with buttons that open."""

import json
from dataclasses import dataclass

from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.intake import inbox
from bot.chat.intake.inbox import Arrival
from bot.chat.screen import Screen
from bot.delivery.channel import Receipt
from bot.delivery.channel_sender import ChannelSender
from tests.delivery.scripted import ScriptedChannel
from tests.reading import readable
from tests.town import Town, telegram_of

CHANNEL = "elsewhere"


class Elsewhere(ScriptedChannel):
    """Takes updates as JSON: who, and what they wrote or pressed."""

    def parse(self, body: str) -> Incoming:
        update = json.loads(body)
        where = Address(CHANNEL, update["from"])
        if token := update.get("press"):
            return Incoming(where, IncomingKind.CHOICE, choice=token, message=update["on"])
        also = tuple(update.get("also", "").split())
        return Incoming(where, IncomingKind.TEXT, text=update["text"], aliases=also)

    async def send(self, chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        receipt = await super().send(chat, person_id, screen, reference)
        self.shown.append((chat, person_id, screen))
        return receipt

    async def edit(self, chat: str, person_id: int, message: str, screen: Screen) -> Receipt:
        receipt = await super().edit(chat, person_id, message, screen)
        self.shown.append((chat, person_id, screen))
        return receipt

    async def stop(self) -> None:
        """Nothing is open."""

    shown: list[tuple[str, int, Screen]]


@dataclass
class Handset:
    """Somebody's chat on the second channel."""

    town: Town
    channel: Elsewhere
    key: str
    sent: int = 0

    async def says(self, text: str, *, also: str = "", by: str = "") -> None:
        """Write; `also` are further keys that the channel names with it, and `by` is the one that
        it names instead."""
        await self._act({"text": text, "also": also} | ({"from": by} if by else {}))

    async def taps(self, label: str) -> None:
        """Press the newest button with these words."""
        for chat, person_id, screen in reversed(self.channel.shown):
            for choice in screen.choices:
                if chat == self.key and label in readable(choice.label):
                    seal = telegram_of(self.town.app)._seal
                    token = seal.close(person_id, choice.route, choice.args, of_screen=True)
                    return await self._act({"press": token, "on": "1"})
        raise AssertionError(f"no button «{label}» in {self.texts()}")

    def texts(self) -> list[str]:
        return [
            readable(f"{screen.title}\n{screen.text}\n{screen.footer}")
            for chat, _, screen in self.channel.shown
            if chat == self.key
        ]

    def sees(self, *texts: str) -> None:
        """Each text stands in the newest message."""
        for text in texts:
            assert text in self.texts()[-1], self.texts()

    async def _act(self, update: dict[str, str]) -> None:
        self.town.look()
        self.sent += 1
        body = json.dumps({"from": self.key} | update)
        async with self.town.app.database.transaction() as tx:
            arrival = Arrival(f"{self.key}-{self.sent}", update.get("from", self.key), body)
            await inbox.store(tx, CHANNEL, [arrival])
        self.town.app.dispatcher.wake()
        await self.town.settles()


def opens_elsewhere(town: Town) -> Elsewhere:
    """Let the bot of the town speak on the second channel as well."""
    app = town.app
    channel = Elsewhere(
        lambda: town.clock.now().timestamp(), name=CHANNEL, limits=telegram_of(app).limits
    )
    channel.shown = []
    senders = app.sender._channel_senders
    senders[CHANNEL] = ChannelSender(channel, senders["telegram"]._hooks)
    for channels in (app.dispatcher._parsers, app.dispatcher._dialogue._replies._channels):  # type: ignore[attr-defined]
        channels[CHANNEL] = channel  # type: ignore[index]
    links = app.dispatcher._dialogue._installation.links  # type: ignore[attr-defined]
    links[CHANNEL] = lambda payload: f"https://elsewhere.example/{payload}"
    return channel

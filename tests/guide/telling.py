"""The department of `make run`, with phones whose screens are kept for the guide."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.core.clock import FrozenClock
from bot.core.settings import Settings
from bot.demo import fill
from bot.simulator import DEFAULT_TOKEN, SimMessage, Simulator, SimUser
from tests.reading import readable
from tests.town import MORNING, Phone, Town, inhabited, open_app

CHANCE = re.compile(r"(?<=start=)[\w-]{5,}|\b\d{4} ?\d{3} ?\d{3}\b|^\d{6}$", re.MULTILINE)
"""What is drawn by lot, so that it reads otherwise the next time: links and codes."""


class Picturing(Protocol):
    """Takes the picture of what a phone shows."""

    async def takes(
        self, name: str, phone: Phone, shown: list[SimMessage], *, menu: bool
    ) -> None: ...


class Hand(Phone):
    """A phone that presses the button which says just this, rather than one that says more."""

    async def taps(self, label: str) -> None:
        for message in reversed(self.messages()):
            for button in message.buttons():
                if bare(button["text"]) == label and "callback_data" in button:
                    await self.presses(message, button["callback_data"])
                    return
        await super().taps(label)


def bare(label: str) -> str:
    """What a button says without its sign."""
    return re.sub(r"^\W+", "", readable(label))


@dataclass
class Guide:
    """What the stories leave: by the name of a picture the texts in it."""

    town: Town
    camera: Picturing | None = None
    shown: dict[str, str] = field(default_factory=dict)

    def phone(self, number: int) -> Hand:
        """The phone of somebody in the department."""
        if number not in self.town.phones:
            user = self.town.simulator.world.chats.person(number)
            self.town.phones[number] = Hand(self.town, user)
        phone = self.town.phones[number]
        assert isinstance(phone, Hand)
        return phone

    def newcomer(self, number: int, first: str, last: str, language: str = "ar") -> Hand:
        """The phone of somebody of whom nobody has heard."""
        user = SimUser(number, first, last, language_code=language)
        self.town.simulator.add_user(user)
        return self.phone(number)

    async def shows(
        self, name: str, hand: Hand, messages: int = 1, *, menu: bool = False, about: str = ""
    ) -> None:
        """Keep what the newest `messages` of the chat say, up to the last one that tells `about`,
        and the menu where it belongs to it."""
        assert name not in self.shown, f"two pictures are called {name}"
        chat = hand.messages()
        while about not in readable(chat[-1].shown_text):
            chat.pop()
        shown = chat[-messages:]
        pieces = [_written(each) for each in shown]
        if menu:
            pieces.append("\n".join(f"[{word}]" for word in hand.menu()))
        self.shown[name] = "\n———\n".join(pieces) + "\n"
        if self.camera:
            await self.camera.takes(name, hand, shown, menu=menu)


def _written(message: SimMessage) -> str:
    words = readable(message.shown_text)
    if message.media is not None:
        words = f"({message.media.kind}) {words}".strip()
    keys = [f"[{label}]" for row in message.keyboard or [] for label in _in_order(row)]
    said = "\n".join([words if message.from_bot else f"> {words}", *keys])
    return CHANCE.sub("…", "\n".join(line.rstrip() for line in said.splitlines()))


def _in_order(row: list[dict[str, Any]]) -> list[str]:
    """The labels of a row as they are read: where they are Arabic, from the right."""
    labels = [readable(button["text"]) for button in row]
    return labels[::-1] if any("ء" <= char <= "ي" for char in "".join(labels)) else labels


Story = Callable[[Guide], Awaitable[None]]


@asynccontextmanager
async def department(url: str, folder: Path) -> AsyncIterator[Town]:
    """The bot in the department of `make run`, on a Sunday morning; `url` is of a migrated and
    empty database, `folder` where files may lie."""
    clock = FrozenClock(MORNING)
    simulator = Simulator(token=DEFAULT_TOKEN, now=clock.now)
    await simulator.start()
    settings = Settings.of(
        {
            "database_url": url,
            "data_dir": folder,
            "telegram_token": DEFAULT_TOKEN,
            "telegram_api_url": simulator.url,
        }
    )
    try:
        app = await open_app(settings, clock)
        for person in await fill(app.database):
            simulator.add_user(SimUser(**person.as_user()), started=person.is_known)  # type: ignore[arg-type]
        async with inhabited(Town(app, simulator, clock, settings)) as town:
            await town.settles()
            yield town
    finally:
        await simulator.stop()

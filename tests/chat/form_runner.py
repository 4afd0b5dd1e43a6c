"""Fills in forms without a database or a channel."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.conversation import Contact
from bot.chat.forms import engine, sessions
from bot.chat.forms.form import Form
from bot.chat.forms.reading import Given
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.menu import MENU_SLICE
from bot.chat.person import Person, PersonState, Reach
from bot.chat.router import Router, Slice
from bot.chat.routes import Route
from bot.chat.screen import Screen
from bot.chat.turn import Installation, Turn
from bot.core.i18n import Voice
from bot.core.settings import Settings
from bot.storage.columns import decode, encode
from bot.storage.transaction import Tx

HERE = Address("test", "1")
ENGLISH = Voice(locale="en", numerals="latn", calendar="gregorian")


async def start(turn: Turn) -> Screen:
    return Screen(text="welcome")


class Nowhere:
    """A transaction in which there is nothing yet, and nothing is kept; files are numbered."""

    now = datetime(2026, 11, 22, 7, tzinfo=UTC)
    numbers = count(1)

    async def lock(self, kind: str, number: int) -> None:
        return None

    async def first(self, statement: object) -> None:
        return None

    async def insert(self, table: object, **values: object) -> int:
        return next(self.numbers)

    def signal_after_commit(self, name: str) -> None:
        return None


@dataclass
class FormRunner:
    """Fills in `form` and `others`; each step is one turn whose state passes through JSON, as in
    life."""

    form: Form[Any]
    voice: Voice = ENGLISH
    others: tuple[Form[Any], ...] = ()
    contact: Contact = field(init=False)
    screen: Screen = field(default_factory=Screen)

    def __post_init__(self) -> None:
        person = Person(1, PersonState.MEMBER, "Maryam", self.voice)
        self.contact = Contact(HERE, 1, person, Reach.REACHABLE, [])
        forms = [self.form, *self.others]
        slices = [MENU_SLICE, Slice(screens=[Route("start", start, open=True)], forms=forms)]
        self.router = Router.of(slices)

    def turn(self) -> Turn:
        self.contact.forms = decode(encode(self.contact.forms))
        tx = cast(Tx, Nowhere())
        installation = Installation(Settings(), {HERE.channel: str}, accounts={HERE.channel: "1"})
        incoming = Incoming(HERE, IncomingKind.TEXT)
        return Turn(tx, self.contact, incoming, self.router, installation, TELEGRAM)

    def begins(self, **known: Any) -> None:
        self.screen = asyncio.run(self.turn().begin(self.form.name, **known))

    def answers(self, text: str = "", **given: Any) -> None:
        screen = asyncio.run(engine.answer(self.turn(), Given(text=text, **given)))
        assert isinstance(screen, Screen)
        self.screen = screen

    def presses(self, label: str) -> None:
        """Press the button with this label on the present screen."""
        self.screen = asyncio.run(engine.press(self.turn(), *self.button(label)))

    def presses_old(self, screen: Screen, label: str) -> None:
        self.screen = asyncio.run(engine.press(self.turn(), *self.button(label, screen)))

    def button(self, label: str, screen: Screen | None = None) -> tuple[str, str, str]:
        for choice in (screen or self.screen).choices:
            if choice.label == label and choice.route == sessions.ROUTE:
                form_id, serial, word = choice.args
                return form_id, serial, word
        raise AssertionError(f"no button {label!r} in {self.labels(screen)}")

    def labels(self, screen: Screen | None = None) -> list[str]:
        return [choice.label for choice in (screen or self.screen).choices]

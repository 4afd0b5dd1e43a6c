"""A small town to tell stories in: the real bot, a strict platform, and people with phones.

    maryam = town.person("مريم")
    await maryam.says("/start")
    maryam.sees("أهلًا")
    await maryam.taps("السعودية")

The platform is a strict Telegram, or the narrow one (`tests/narrow`), where nothing is edited and
nothing but messages answers a press: the mark `every_channel` tells a story on both.

Time stands still until `await town.moves(...)`. At the end of every story each request that the
bot made must have been valid, nothing may have been set aside and no message may have failed.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.crowd import patience
from bot import app as composition
from bot.app import App
from bot.channels.telegram import Poller, Telegram, rates
from bot.chat.intake.flood import FloodGate
from bot.chat.intake.inbox import UpdateState, updates
from bot.chat.person import addresses, people
from bot.core.clock import FrozenClock
from bot.core.settings import Settings
from bot.simulator import DEFAULT_TOKEN, SimMessage, Simulator, SimUser
from tests.narrow import channel as narrow_channel
from tests.narrow.platform import NarrowPlatform
from tests.platforms import Platform
from tests.reading import as_read, readable
from tests.results import is_said
from tests.sent import sent_file

MORNING = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""Sunday 22 November 2026, 10:00 in Riyadh, 07:00 in Rabat."""
PATIENCE = 20.0
MORE = "المزيد"
"""What leads to the actions that have no room on a message."""


@dataclass
class Phone:
    """One person and their chat with the bot."""

    town: "Town"
    user: SimUser
    _before: dict[int, str] = field(default_factory=dict)
    _toasts: int = 0

    @property
    def id(self) -> int:
        return self.user.id

    async def says(self, text: str) -> None:
        """Write a message, or a command."""
        await self._act(self.town.platform.send_text(self.id, text))

    async def replies(self, to: str, text: str) -> None:
        """Write a message as a reply to the newest one of the bot that contains `to`."""
        (*_, said) = [m for m in self.messages() if m.from_bot and to in readable(m.shown_text)]
        await self._act(self.town.simulator.send_text(self.id, text, reply_to=said.message_id))

    async def edits(self, old: str, new: str) -> None:
        """Change one of their own messages that contains `old`."""
        own = [m for m in self.messages() if not m.from_bot and old in m.text]
        await self._act(self.town.platform.edit_text(self.id, own[-1].message_id, new))

    async def sends(self, kind: str, data: bytes | None = None, **more: Any) -> None:
        """Send a file: photo, document, voice, audio, video or sticker; without `data` a sound one
        of its kind."""
        data = sent_file(kind) if data is None else data
        await self._act(self.town.platform.send_file(self.id, kind, data, **more))

    async def shows(self, kind: str, data: bytes | None = None, **more: Any) -> None:
        """Send what others will see, and answer that no pupil can be recognised in it."""
        await self.sends(kind, data, **more)
        await self.taps("لا، لا يُعرف أحد")

    async def sends_location(self) -> None:
        await self._act(self.town.platform.send_location(self.id, 34.02, -6.83))

    async def taps(self, label: str) -> None:
        """Press the newest button, inline or of the menu, that says `label` or is the number before
        it in the text; one that has no room on its message is looked for among the others."""
        for message in reversed(self.messages()):
            for button in message.buttons():
                if label in as_read(button["text"], message.shown_text) and "url" not in button:
                    return await self.presses(message, button["callback_data"])
        words = [word for row in self.town.platform.reply_keyboard(self.id) or [] for word in row]
        if found := [word for word in words if label in readable(word)]:
            return await self.says(found[0])
        if self.offers(MORE):
            await self.taps(MORE)
            return await self.taps(label)
        raise AssertionError(f"{self.user.name} sees no button «{label}»:\n{self.transcript()}")

    async def corrects(self, answer: str) -> None:
        """Press what changes this answer of the review: there, or on the page where all stand."""
        if not self.offers(f"✏️ {answer}") and self.offers("تعديل"):
            await self.taps("تعديل")
        await self.taps(answer)

    def offers(self, label: str) -> bool:
        """Whether the newest message of the bot has such a button."""
        return any(label in each for each in self.buttons())

    async def presses(self, message: SimMessage, data: str) -> None:
        """Press a certain button of a certain message, however old. What came of it stands on
        the phone, whether or not its toast is seen."""
        await self._act(self.town.platform.press(self.id, message.message_id, data))
        shown = [message, *self._changed()]
        if self.town.is_narrow:
            assert self._changed(), f"silence answers {self.user.name}:\n{self.transcript()}"
        texts = [each.shown_text for each in shown]
        texts += [button["text"] for each in shown for button in each.buttons()]
        for toast in self.town.platform.toasts(self.id)[self._toasts :]:
            nothing_happened = not self._changed() and toast in self.town.alerts()
            assert nothing_happened or is_said(toast, texts), (
                f"only a toast tells {self.user.name}: «{readable(toast)}»\n{self.transcript()}"
            )

    async def reads_on(self) -> None:
        """Open what headlines have just announced, where nothing else may be sent."""
        for message in self._changed():
            if message.details.get("headline"):
                opens = message.buttons()[0]["callback_data"]
                await self.town.platform.press(self.id, message.message_id, opens)
        await self.town.settles()

    async def blocks(self) -> None:
        await self._act(self.town.platform.block(self.id))

    async def unblocks(self) -> None:
        await self._act(self.town.platform.unblock(self.id))

    async def _act(self, action: Any) -> None:
        self.town.look()
        await action
        await self.town.settles()

    # What a person sees

    def messages(self) -> list[SimMessage]:
        return self.town.platform.messages(self.id)

    def news(self) -> list[str]:
        """What appeared or changed on this phone since anybody last did something."""
        shown = [readable(m.shown_text) for m in self._changed()]
        return shown + [readable(t) for t in self.town.platform.toasts(self.id)[self._toasts :]]

    def _changed(self) -> list[SimMessage]:
        return [
            m
            for m in self.messages()
            if m.from_bot and self._before.get(m.message_id) != _appearance(m)
        ]

    def sees(self, *texts: str) -> None:
        """Each text stands in something that is new on the phone."""
        news = self.news()
        for text in texts:
            said = any(readable(text) in shown for shown in news)
            assert said or (self.town.is_narrow and self._is_echoed(text)), (
                f"{self.user.name} does not see «{text}» but:\n" + "\n———\n".join(news)
            )

    def _is_echoed(self, toast: str) -> bool:
        """Whether a message says what elsewhere a toast says as well."""
        changed = self._changed()
        texts = [message.shown_text for message in changed]
        return is_said(toast, texts + [b["text"] for m in changed for b in m.buttons()])

    def sees_nothing(self) -> None:
        """Nothing new on this phone."""
        assert self.news() == [], f"{self.user.name} sees:\n" + "\n———\n".join(self.news())

    def sees_button(self, label: str) -> None:
        assert self.offers(label), f"«{label}» is not in {self.buttons()}"

    def sees_no_button(self, label: str) -> None:
        assert not self.offers(label), f"«{label}» is in {self.buttons()}"

    def buttons(self) -> list[str]:
        """Labels on the newest message of the bot, in order; a number with what it stands for."""
        for message in reversed(self.messages()):
            if message.from_bot:
                rows = message.keyboard or []
                cells = [cell for row in rows for cell in reversed(row)]
                return [as_read(cell["text"], message.shown_text) for cell in cells]
        return []

    def menu(self) -> list[str]:
        """The words of the menu; where there is none, what the newest message offers."""
        if self.town.is_narrow:
            return self.buttons()
        rows = self.town.platform.reply_keyboard(self.id) or []
        return [readable(word) for row in rows for word in reversed(row)]

    def last(self) -> SimMessage:
        """The newest message of the bot."""
        return [m for m in self.messages() if m.from_bot][-1]

    def link(self) -> str:
        """What the newest link on this phone that opens the bot tells it."""
        buttons = [button.get("url", "") for button in self.last().buttons()]
        shown = "\n".join([self.transcript(), *buttons])
        found = re.findall(r"(?:\?start=|\?text=/start%20)([\w-]+)", shown)
        assert found, f"{self.user.name} sees no link:\n{shown}"
        return str(found[-1])

    def transcript(self) -> str:
        """The whole chat, for a failing story."""
        return "\n".join(
            f"{'bot' if m.from_bot else self.user.name}: {readable(m.shown_text)}"
            + "".join(f" [{readable(b['text'])}]" for b in m.buttons())
            for m in self.messages()
        )

    def look(self) -> None:
        self._before = {m.message_id: _appearance(m) for m in self.messages()}
        self._toasts = len(self.town.platform.toasts(self.id))


def _appearance(message: SimMessage) -> str:
    return message.shown_text + repr(message.keyboard)


@dataclass
class Town:
    """The bot, its platform, its clock, and everybody in it."""

    app: App
    platform: Platform
    clock: FrozenClock
    settings: Settings
    phones: dict[int, Phone] = field(default_factory=dict)
    expects_trouble: bool = False
    """A story about our own faults says so; otherwise nothing may be set aside or fail."""

    @property
    def simulator(self) -> Simulator:
        """The Telegram that this town is on."""
        assert isinstance(self.platform, Simulator)
        return self.platform

    @property
    def is_narrow(self) -> bool:
        return isinstance(self.platform, NarrowPlatform)

    @property
    def channel(self) -> str:
        """The name of the channel that people reach the bot by."""
        return next(iter(self.app.channels))

    def person(self, first_name: str, *, language: str = "ar", number: int | None = None) -> Phone:
        """Somebody with a phone who has never written to the bot."""
        user = SimUser(number or 1000 + len(self.phones), first_name, language_code=language)
        self.platform.add_user(user)
        phone = self.phones[user.id] = Phone(self, user)
        return phone

    async def settles(self) -> None:
        """Wait until the bot has taken every update and has nothing left to do for now."""
        async with patience(PATIENCE):
            await self.platform.confirmed()
            await self.app.idle()
            if isinstance(self.platform, NarrowPlatform):
                while await self.platform.tells():
                    await self.app.idle()

    async def moves(self, by: timedelta | None = None, *, to: datetime | None = None) -> None:
        """Move the clock, and let everything that falls due happen."""
        self.look()
        self.clock.move_to(to or self.clock.now() + (by or timedelta()))
        await self.settles()

    async def moves_to_next(self) -> datetime:
        """Move the clock to the next thing that is due."""
        due = await self.app.next_event()
        assert due is not None, "nothing is due"
        await self.moves(to=due)
        return due

    async def starts_again(self) -> None:
        """The bot ends, and another process takes up what it has left."""
        self.look()
        await self.app.stop()
        self.app = await open_app(self.settings, self.clock)
        await self.settles()

    def look(self) -> None:
        for phone in self.phones.values():
            phone.look()

    def alerts(self) -> set[str]:
        """The toasts that waited to be closed."""
        if self.is_narrow:
            return set()
        answers = [r.params for r in self.simulator.requests if r.method == "answerCallbackQuery"]
        return {each["text"] for each in answers if each.get("show_alert")}

    def pages(self, entries: int) -> int:
        """On how many pages a list of so many entries stands."""
        return -(-entries // self.app.channels[self.channel].traits.entries_size)

    def arrived(self, number: int) -> str:
        """How a report counts what arrived: more closely where the channel tells more of it."""
        return f"بلغ الهاتف: {number}" if self.is_narrow else f"وصل: {number}"

    async def person_id(self, phone: Phone) -> int:
        """The database's id of the person with this phone."""
        async with self.app.database.reading() as tx:
            found = await tx.scalar(
                select(people.c.id)
                .join(addresses, addresses.c.person_id == people.c.id)
                .where(addresses.c.external == str(phone.id))
            )
        return int(found)

    async def rows(self, table: Any, **where: Any) -> list[Any]:
        """Rows of a table in which these columns have these values, in the order of their keys."""
        conditions: Iterable[Any] = (table.c[name] == value for name, value in where.items())
        async with self.app.database.reading() as tx:
            query = select(table).where(*conditions).order_by(*table.primary_key.columns)
            return list(await tx.all(query))

    async def check(self) -> None:
        """What must hold at the end of every story."""
        refused = [(r.method, r.description, r.params) for r in self.platform.refused]
        assert not refused, f"the platform refused: {refused}"
        if not self.expects_trouble:
            aside = await self.rows(updates, state=UpdateState.SET_ASIDE)
            assert not aside, f"set aside: {[row.error for row in aside]}"


def telegram_of(app: App) -> Telegram:
    """The channel of a bot that has Telegram."""
    channel = app.channels["telegram"]
    assert isinstance(channel, Telegram)
    return channel


def poller_of(app: App) -> Poller:
    """What takes its updates where there is no webhook."""
    receiver = app.receivers["telegram"]
    assert isinstance(receiver, Poller)
    return receiver


async def open_app(settings: Settings, clock: FrozenClock) -> App:
    """A bot as patient as people are fast."""
    unlimited = rates(overall=None, per_chat=None, per_group_minute=None)
    app = await App.build(settings, clock, limits=unlimited, flood=FloodGate(burst=1e6))
    await app.start()
    return app


@pytest.fixture
async def town(
    channel: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    """A bot without anybody in it yet, on a migrated database."""
    clock = FrozenClock(MORNING)
    known = {"database_url": database_url, "data_dir": tmp_path, "administrators": "999"}
    if channel == "narrow":
        narrow = NarrowPlatform(clock.now)
        monkeypatch.setattr(composition, "PLUGINS", (narrow_channel.plugin(narrow),))
        settings = Settings.of({**known, "narrow_token": narrow_channel.TOKEN})
        async with inhabited(Town(await open_app(settings, clock), narrow, clock, settings)) as it:
            yield it
        return
    simulator = Simulator(token=DEFAULT_TOKEN, now=clock.now)
    await simulator.start()
    telegram = {"telegram_token": DEFAULT_TOKEN, "telegram_api_url": simulator.url}
    settings = Settings.of({**known, **telegram})
    try:
        app = await open_app(settings, clock)
        async with inhabited(Town(app, simulator, clock, settings)) as it:
            yield it
    finally:
        await simulator.stop()


@asynccontextmanager
async def inhabited(town: Town) -> AsyncIterator[Town]:
    """The town until its story ends."""
    try:
        yield town
        await town.check()
    finally:
        await town.app.stop()

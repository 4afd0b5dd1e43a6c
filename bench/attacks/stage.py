"""The stage of an attack: the whole bot in this process, on SQLite, at a Telegram of this machine,
with people who press and write in English. Its time stands still until it is moved."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.crowd import patience
from bot.app import App, load_secret_key
from bot.channels.telegram import rates
from bot.chat.intake.flood import FloodGate
from bot.chat.person import Person, addresses, find_person
from bot.chat.seal import Seal
from bot.core.clock import FrozenClock
from bot.core.settings import Settings
from bot.core.text import unmarked
from bot.features.people.actions.invitations import create_invitation
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft, create_unit
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.simulator import DEFAULT_TOKEN, SimMessage, Simulator, SimUser
from bot.storage.migrations import migrate

MORNING = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""A Sunday morning in both countries."""
PATIENCE = 60.0
WEEK = timedelta(days=7)


@dataclass
class Phone:
    """One person and their chat with the bot."""

    stage: "Stage"
    user: SimUser

    @property
    def id(self) -> int:
        return self.user.id

    async def says(self, text: str) -> str:
        """Write, and read what the bot says to it."""
        seen = len(self.messages())
        await self.stage.simulator.send_text(self.id, text)
        await self.stage.settles()
        return "\n".join(each.shown_text for each in self.messages()[seen:])

    async def taps(self, label: str) -> None:
        """Press the newest button with these words on it, or with the number beside them; where
        they are the only item, the one that opens it."""
        for message in reversed(self.messages()):
            beside = re.search(
                rf"^\W*(\d+)\. .*{re.escape(label)}", message.shown_text, re.MULTILINE
            )
            number = beside[1] if beside else None
            for button in message.buttons():
                said = unmarked(button["text"])
                opens = number == "1" and said == "Open"
                is_it = label in said or number in re.findall(r"\d+", said) or opens
                if is_it and "callback_data" in button:
                    data = button["callback_data"]
                    await self.stage.simulator.press(self.id, message.message_id, data)
                    return await self.stage.settles()
        raise LookupError(f"no button {label!r} for {self.user.name}: {self.labels()}")

    async def forges(self, data: str) -> str:
        """Press what no button of theirs carries; the words that answer it."""
        toasts = len(self.stage.simulator.toasts(self.id))
        last = self.messages()[-1].message_id
        await self.stage.simulator.press(self.id, last, data, forged=True)
        await self.stage.settles()
        return " ".join(self.stage.simulator.toasts(self.id)[toasts:])

    def messages(self) -> list[SimMessage]:
        return self.stage.simulator.messages(self.id)

    def received(self) -> list[SimMessage]:
        return [each for each in self.messages() if each.from_bot]

    def labels(self) -> list[str]:
        return [b["text"] for each in self.messages()[-1:] for b in each.buttons()]

    def tokens(self) -> list[str]:
        """What every button on this phone sends back."""
        found = [b.get("callback_data") for each in self.messages() for b in each.buttons()]
        return [data for data in found if data]


@dataclass
class Stage:
    """A bot with one department and one school, and whoever comes."""

    app: App
    simulator: Simulator
    clock: FrozenClock
    school: Unit
    phones: dict[int, Phone] = field(default_factory=dict)

    def stranger(self, name: str = "Thief") -> Phone:
        """Somebody who has never written to the bot."""
        user = SimUser(5000 + len(self.phones), name, language_code="en")
        self.simulator.add_user(user)
        phone = self.phones[user.id] = Phone(self, user)
        return phone

    async def member(self, name: str, *roles: Role) -> Phone:
        """Somebody who has registered at the school by an invitation, with these roles there."""
        phone = self.stranger(name)
        async with self.app.database.transaction() as tx:
            code = await create_invitation(tx, None, self.school.id, Role.TEACHER, WEEK)
        await phone.says(f"/start {code}")
        for label in ("Register", "as to a woman"):
            await phone.taps(label)
        await phone.says(name)
        for label in ("Mathematics", "Primary"):
            await phone.taps(label)
        person = await self.person_of(phone)
        assert person.is_member, phone.messages()[-1].shown_text
        async with self.app.database.transaction() as tx:
            for role in roles:
                await hold(tx, None, person.id, role, self.school.id)
        return phone

    async def person_of(self, phone: Phone) -> Person:
        async with self.app.database.reading() as tx:
            where = addresses.c.external == str(phone.id)
            number = await tx.scalar(select(addresses.c.person_id).where(where))
            found = await find_person(tx, int(number))
        assert found is not None
        return found

    def digest(self, text: str) -> str:
        """What the bot stores of a short code."""
        return Seal(load_secret_key(self.app.settings)).digest(text)

    async def settles(self) -> None:
        """Wait until the bot has answered everything."""
        async with patience(PATIENCE):
            await self.simulator.confirmed()
            await self.app.idle()

    async def moves(self, by: timedelta) -> None:
        self.clock.move_to(self.clock.now() + by)
        await self.settles()

    async def count(self, *tables: Any) -> int:
        """Rows of these tables together."""
        async with self.app.database.reading() as tx:
            found = [await tx.scalar(select(func.count()).select_from(each)) for each in tables]
        return sum(int(number) for number in found)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """A bot that takes as much as one sends, so that what holds is not the flood gate alone."""
    await asyncio.to_thread(folder.mkdir)
    clock = FrozenClock(MORNING)
    simulator = Simulator(token=DEFAULT_TOKEN, now=clock.now)
    await simulator.start()
    url = f"sqlite+aiosqlite:///{folder / 'halqa.sqlite3'}"
    known = {"database_url": url, "data_dir": folder, "telegram_api_url": simulator.url}
    settings = Settings.of(known | {"telegram_token": DEFAULT_TOKEN})
    try:
        await asyncio.to_thread(migrate, url)
        unlimited = rates(overall=None, per_chat=None, per_group_minute=None)
        app = await App.build(settings, clock, limits=unlimited, flood=FloodGate(burst=1e6))
        await app.start()
        try:
            yield Stage(app, simulator, clock, await _school(app))
        finally:
            await app.stop()
    finally:
        await simulator.stop()


async def _school(app: App) -> Unit:
    zone = "Asia/Riyadh"
    async with app.database.transaction() as tx:
        above = UnitDraft("department", "إدارة الوادي", "SA", zone, UnitGender.MIXED, None)
        top = await create_unit(tx, None, above)
        draft = UnitDraft("school", "مدرسة الندى", "SA", zone, UnitGender.GIRLS, top.id)
        return await create_unit(tx, None, draft)

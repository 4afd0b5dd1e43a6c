"""Announcements through a channel that tells what became of each message."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chat.incoming import Address, DeliveryState, DeliveryStatus, Incoming, IncomingKind
from bot.chat.intake import inbox
from bot.chat.intake.flood import FloodGate
from bot.chat.intake.inbox import Arrival, UpdateState, updates
from bot.chat.person import Person, PersonState, addresses
from bot.core.i18n import Voice
from bot.delivery import statuses
from bot.delivery.message import outbox
from bot.delivery.statuses import delivery_statuses
from bot.features import personal
from bot.features.announcements import notices as announcement_notices
from bot.features.announcements.models import AnnouncementState, announcements
from bot.features.announcements.queries.announcements import Announcement
from bot.features.announcements.queries.reports import Report
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.queries.audiences import Audience
from tests.features.test_announcements import WORDS, Office, office
from tests.reading import readable
from tests.town import Phone, Town, telegram_of

__all__ = ["office"]
SENT, DELIVERED, REFUSED, READ = DeliveryState


@dataclass
class TellingOffice:
    """Al-Nada, whose people are reached by a channel that tells."""

    office: Office

    @property
    def town(self) -> Town:
        return self.office.town

    async def tells(
        self, phone: Phone, message: str, state: DeliveryState, *, closes: bool = False
    ) -> None:
        """The channel tells something of a message to this phone."""
        status = [message, state, closes]
        arrival = Arrival(f"{message}:{state}", str(phone.id), json.dumps({"status": status}))
        async with self.town.app.database.transaction() as tx:
            await inbox.store(tx, "telegram", [arrival])
        self.town.app.dispatcher.wake()
        await self.town.settles()

    async def copies(self, number: int) -> dict[str, str]:
        """The channel's ids of an announcement's messages, by whom they went to."""
        query = (
            select(addresses.c.external, outbox.c.message)
            .join(addresses, addresses.c.id == outbox.c.address_id)
            .where(outbox.c.topic == f"announcement:{number}")
        )
        async with self.town.app.database.reading() as tx:
            found = {row.external: row.message for row in await tx.all(query)}
        return {name: found[str(phone.id)] for name, phone in self.readers.items()}

    @property
    def readers(self) -> dict[str, Phone]:
        return {"هدى": self.office.huda, "مريم": self.office.maryam}

    async def report(self) -> str:
        amal = self.office.amal
        await amal.says("/announcements")
        await amal.taps("إعلاناتي")
        await amal.taps("لقاء المدرسة")
        return readable(amal.last().shown_text)

    def progress(self) -> str:
        """The message that counts along."""
        (shown,) = [
            readable(message.shown_text)
            for message in self.office.amal.messages()
            if message.from_bot and "أُرسل الإعلان إلى" in readable(message.shown_text)
        ]
        return shown


@pytest.fixture
async def telling(office: Office, monkeypatch: pytest.MonkeyPatch) -> TellingOffice:
    channel = telegram_of(office.town.app)
    parse = channel.parse

    def parse_told(body: str) -> Incoming:
        update = json.loads(body)
        if "status" not in update:
            return parse(body)
        message, state, closes = update["status"]
        status = DeliveryStatus(message, DeliveryState(state), reason="131026", closes=closes)
        return Incoming(Address("telegram", "7"), IncomingKind.STATUS, status=status)

    monkeypatch.setattr(channel, "parse", parse_told)
    monkeypatch.setattr(channel, "reports_status", True)
    return TellingOffice(office)


async def test_the_report_becomes_finer(telling: TellingOffice) -> None:
    number = await telling.office.announces()
    copies = await telling.copies(number)
    assert "وصل: 2" in await telling.report()
    await telling.tells(telling.office.huda, copies["هدى"], DELIVERED)
    report = await telling.report()
    assert "أُرسل: 2\n📱 بلغ الهاتف: 1\n👁 اطّلع: 0" in report
    await telling.tells(telling.office.huda, copies["هدى"], READ)
    await telling.tells(telling.office.maryam, copies["مريم"], REFUSED, closes=True)
    report = await telling.report()
    assert "أُرسل: 1\n📱 بلغ الهاتف: 1\n👀 فُتح: 1\n👁 اطّلع: 0\n↩️ ارتدّ بعد الإرسال: 1" in report
    assert "وصل:" not in report


async def test_the_author_s_message_follows(telling: TellingOffice) -> None:
    number = await telling.office.announces()
    await telling.town.moves(timedelta(seconds=6))
    assert "وصل: 2" in telling.progress()
    copies = await telling.copies(number)
    await telling.tells(telling.office.huda, copies["هدى"], READ)
    await telling.town.moves(timedelta(seconds=40))
    assert "بلغ الهاتف: 1" in telling.progress()
    # Days later, when a phone is switched on again.
    await telling.town.moves(timedelta(days=3))
    await telling.tells(telling.office.maryam, copies["مريم"], READ)
    await telling.town.moves(timedelta(hours=7))
    assert "بلغ الهاتف: 2" in telling.progress()
    figures = select(announcements.c.figures).where(announcements.c.id == number)
    async with telling.town.app.database.reading() as tx:
        assert await tx.scalar(figures) == {"read": 2}


async def test_opened_is_not_acknowledged(telling: TellingOffice) -> None:
    """A chat that is opened, or a phone that tells nothing of it, says nothing of who has read."""
    number = await telling.office.announces()
    copies = await telling.copies(number)
    await telling.tells(telling.office.huda, copies["هدى"], READ)
    await telling.report()
    await telling.office.amal.taps("لم يطّلع بعد")
    telling.office.amal.sees("هدى", "مريم")
    await telling.office.huda.taps("اطّلعت")
    assert "فُتح: 1\n👁 اطّلع: 1" in await telling.report()


async def test_it_is_nobody_s_turn(telling: TellingOffice) -> None:
    number = await telling.office.announces()
    copies = await telling.copies(number)
    town, huda = telling.town, telling.office.huda
    people = len(await town.rows(addresses))
    stranger = Phone(town, huda.user.__class__(4711, "غريب"))
    town.look()
    await telling.tells(huda, copies["هدى"], READ)
    await telling.tells(stranger, "elsewhere", READ)
    huda.sees_nothing()
    assert len(await town.rows(addresses)) == people
    # Whoever is told to be out of reach is so, and comes back with a word.
    await telling.tells(telling.office.maryam, copies["مريم"], REFUSED, closes=True)
    await telling.office.maryam.says("/menu")
    telling.office.maryam.sees("ماذا تودّين")


async def test_so_many_are_no_flood(telling: TellingOffice) -> None:
    town, huda = telling.town, telling.office.huda
    town.app.dispatcher._flood = FloodGate(burst=1)
    town.look()
    arrivals = [
        Arrival(f"many {n}", str(huda.id), json.dumps({"status": [f"m{n}", READ, False]}))
        for n in range(400)
    ]
    async with town.app.database.transaction() as tx:
        await inbox.store(tx, "telegram", arrivals)
    town.app.dispatcher.wake()
    await town.settles()
    huda.sees_nothing()
    assert len(await town.rows(updates, state=UpdateState.DONE)) >= 400
    assert await town.rows(updates, state=UpdateState.SKIPPED) == []
    await huda.says("/menu")
    huda.sees("ماذا تودّين")


async def test_of_a_fault_nobody_is_told(
    telling: TellingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ZeroDivisionError

    telling.town.expects_trouble = True
    monkeypatch.setattr(statuses, "note_status", fails)
    telling.town.look()
    await telling.tells(telling.office.huda, "1", READ)
    telling.office.huda.sees_nothing()
    (aside,) = await telling.town.rows(updates, state=UpdateState.SET_ASIDE)
    assert "ZeroDivisionError" in aside.error


async def test_whoever_is_erased_leaves_no_number(telling: TellingOffice) -> None:
    number = await telling.office.announces()
    copies = await telling.copies(number)
    async with telling.town.app.database.transaction() as tx:
        await erasure_actions.erase_person(tx, telling.office.people["هدى"], personal())
    assert await telling.town.rows(delivery_statuses, message=copies["هدى"]) == []
    await telling.tells(telling.office.huda, copies["هدى"], READ)
    assert "وصل: 2" in await telling.report()


async def test_an_installation_on_telegram_alone_counts_as_before(office: Office) -> None:
    number = await office.announces()
    await office.town.moves(timedelta(seconds=6))
    figures = select(announcements.c.figures).where(announcements.c.id == number)
    async with office.town.app.database.reading() as tx:
        assert await tx.scalar(figures) == {"sent": 2}
    assert await office.town.rows(delivery_statuses) == []
    told = [readable(message.shown_text) for message in office.amal.messages()]
    assert any("📬 وصل: 2\n👁 اطّلع: 0" in text for text in told)
    assert not any("أُرسل: " in text for text in told)


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("ar", "📤 أُرسل: 9\n📱 بلغ الهاتف: 7\n👀 فُتح: 5\n👁 اطّلع: 3\n↩️ ارتدّ بعد الإرسال: 1"),
        ("fr", "📤 Envoyée : 9\n📱 Sur le téléphone : 7\n👀 Ouverte : 5"),
        ("en", "📤 Sent: 9\n📱 On the phone: 7\n👀 Opened: 5\n👁 Read: 3\n↩️ Came back: 1"),
    ],
)
def test_the_counts_in_every_language(locale: str, line: str) -> None:
    report = Report(0, 9, 0, 0, 0, 0, 3, refused=1, on_phone=7, opened=5)
    author = Person(1, PersonState.MEMBER, "أمل", Voice())
    at = datetime(2026, 11, 22, tzinfo=UTC)
    sent = Announcement(
        1, author, Audience(1), "لقاء", WORDS, None, AnnouncementState.SENT, 10, at, at
    )
    shown = announcement_notices.counts(Voice(locale=locale, numerals="latn"), sent, report)
    assert line in readable(shown).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    assert report.total == 10

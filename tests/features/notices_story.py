"""A team whose notices are true or not: what happens to it, and to the process that tells of it."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.chat.person import Person, change_person
from bot.chat.screen import Screen
from bot.core.clock import FrozenClock
from bot.core.log import correlation
from bot.delivery.channel import Ambiguous, Receipt
from bot.delivery.notice import Facts, Found, NoticeKind, NoticeRow, Rest
from bot.features import due_work, notice_kinds
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.packs.roles import Role
from bot.scheduling.ticker import Ticker
from bot.storage.database import Database, open_database
from bot.storage.failures import DatabaseAway
from bot.storage.transaction import Tx
from tests.delivery.board import Board
from tests.delivery.conftest import DeliveryStory
from tests.delivery.scripted import ScriptedChannel, WatchedTimer
from tests.features.notices_oracle import Rows, Said, moment, read_rows, what_is_wrong, why_gone
from tests.features.practices_school import PracticeSchools

START = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""Sunday, ten o'clock in Riyadh."""
HOLD = timedelta(seconds=31)
"""After this everything that is said has been read anew."""
NADA = "مدرسة الندى"
NAMES = ("نورة", "هدى", "Emma", "Luc")
"""The lead and the members of the team; the last is away from the school's zone."""
AUTHOR = "أمل"
TEAM = "فريق القراءة"
MOST_HOPS = 12


async def build_world(url: str) -> None:
    """A school with a team and somebody who speaks to all of it."""
    database = await open_database(url, FrozenClock(START), due_work().listeners)
    try:
        school = await PracticeSchools(database).build()
        await school.person(AUTHOR, NADA, number=1, role=Role.PRINCIPAL)
        people = [
            await school.person(name, NADA, number=n, role=None if n > 2 else Role.PRINCIPAL)
            for n, name in enumerate(NAMES, 2)
        ]
        async with database.transaction() as tx:
            await change_person(tx, people[2].id, language="en", numerals="latn")
            moved = {"country": "MA", "timezone": "Africa/Casablanca"}
            await change_person(tx, people[3].id, language="fr", numerals="latn", **moved)
            card = NotificationSettings(card_at=time(7))
            await settings_actions.choose_settings(tx, people[1], card)
        await school.team(TEAM, people[0], *people[1:], unit=NADA)
        async with database.transaction() as tx:
            await tx.run("DELETE FROM outbox")
            await tx.run("DELETE FROM notices")
    finally:
        await database.close()


class RealKinds(Board):
    """The kinds of the slices, whose facts can be read unless the database is away."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

    def kinds(self) -> dict[str, NoticeKind[Any]]:
        kinds = notice_kinds().items()
        return {name: replace(kind, facts=self._unless_away(kind.facts)) for name, kind in kinds}

    def _unless_away(self, facts: Facts[Any]) -> Facts[Any]:
        async def read(tx: Any, rows: Sequence[NoticeRow]) -> Mapping[int, Found[Any]]:
            if self.away:
                raise DatabaseAway("gone for a moment")
            return await facts(tx, rows)

        return read

    async def rest_of(self, tx: Tx, people: Sequence[Person]) -> dict[int, Rest]:
        return await settings_queries.rest_of(tx, people)


@dataclass
class JudgedChannel(ScriptedChannel):
    """A channel at which everything is judged as it arrives."""

    judge: Callable[[int, str, Screen], Awaitable[None]] | None = None
    accepted: Counter[int] = field(default_factory=Counter)
    doubts: Counter[int] = field(default_factory=Counter)
    """By message: how often it arrived, and how often that was left in doubt."""
    fuse: tuple[int, bool] | None = None
    """After so many requests the process dies; True: the last of them has arrived."""
    struck: bool = False

    async def send(self, chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        await self._arrive(chat, screen)
        with self._doubting():
            receipt = await super().send(chat, person_id, screen, reference)
        await self._strike(arrived=True)
        return receipt

    async def edit(self, chat: str, person_id: int, sent: str, screen: Screen) -> Receipt:
        await self._arrive(chat, screen)
        with self._doubting():
            receipt = await super().edit(chat, person_id, sent, screen)
        self.accepted[_number()] += 1
        await self._strike(arrived=True)
        return receipt

    async def _arrive(self, chat: str, screen: Screen) -> None:
        assert self.judge is not None
        await self.judge(_number(), chat, screen)
        await self._strike(arrived=False)

    def _doubting(self) -> "_Doubting":
        return _Doubting(self.doubts)

    async def _strike(self, *, arrived: bool) -> None:
        if self.fuse is None or self.fuse[1] is not arrived:
            return
        left = self.fuse[0] - 1
        self.fuse = (left, arrived)
        if left <= 0:
            self.struck = True
            # For whoever waits until all is with the channel, it is.
            self.in_flight += 1
            try:
                await asyncio.Event().wait()
            finally:
                self.in_flight -= 1

    def _deliver(self, chat: str, screen: Screen, reference: str) -> Receipt:
        self.accepted[_number()] += 1
        return super()._deliver(chat, screen, reference)


class _Doubting:
    def __init__(self, doubts: Counter[int]) -> None:
        self.doubts = doubts

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, Ambiguous):
            self.doubts[_number()] += 1


def _number() -> int:
    """The message whose request this is."""
    return int(correlation.get().removeprefix("m"))


@dataclass
class NoticeStory(DeliveryStory):
    """A delivery with the kinds of the slices, due work, and a watch on what is said."""

    ticker: Ticker | None = None
    watch: Database | None = None
    """Through which the oracle reads."""
    ever: set[str] = field(default_factory=set)
    past: deque[Rows] = field(default_factory=deque)
    """How things stood, the newest last; only where what was true lately may be said."""
    lately: bool = False
    faults: list[str] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)
    """Moments (milliseconds) at which something was taken back."""
    finished: set[int] = field(default_factory=set)
    attempts: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    # The process

    async def begins(self) -> None:
        work = due_work()
        self.database.listeners = work.listeners
        await self.opens()
        self.ticker = Ticker(self.database, self.clock, work.jobs, worker="one")
        await self.ticker.start()

    async def killed(self) -> None:
        """The process dies and is started again."""
        rows = await self.looks()
        for row in rows.tables["outbox"]:
            if row["state"] == "sending" and row["kind"] != "broadcast":
                self._channel.doubts[row["id"]] += 1
        await self._stop_ticker()
        await self.dies()
        self.kills += 1
        self._channel.struck, self._channel.fuse = False, None
        await self.begins()
        await self.rests()

    async def _stop_ticker(self) -> None:
        if self.ticker is not None:
            self.ticker._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)
            self.ticker = None

    @property
    def _channel(self) -> JudgedChannel:
        assert isinstance(self.channel, JudgedChannel)
        return self.channel

    @property
    def kinds(self) -> RealKinds:
        assert isinstance(self.board, RealKinds)
        return self.board

    async def ends(self) -> None:
        if self.ticker is not None:
            await self.ticker.stop()
        for sender in self.senders:
            await sender.stop()
        await self.database.close()
        if self.watch is not None:
            await self.watch.close()

    # The time

    async def rests(self) -> None:
        """Let everything be done that can be done at this moment."""
        while True:
            assert self.ticker is not None
            await self.ticker.idle()
            idle = self._all_idle()
            await self.stands_still(idle)
            calm = idle.done()
            idle.cancel()
            await asyncio.gather(idle, return_exceptions=True)
            if self._channel.struck:
                await self.killed()
                return
            if any(each.carriers for s in self.senders for each in s._channel_senders.values()):
                await asyncio.sleep(0)
            elif any(sender._recorder.results for sender in self.senders):
                # As if they had been gathered for long enough.
                for sender in self.senders:
                    sender._round.set()
                await asyncio.sleep(0)
            elif (calm or self._all_wait()) and not self.ticker._bell.is_set():
                break
        await self.checks()

    async def jumps(self, by: timedelta) -> None:
        """The clock is another one at once."""
        self.clock.advance(by)
        await self.rests()

    async def lives(self, by: timedelta) -> None:
        """So much time passes, with what falls due in it at its own moment."""
        end = self.clock.now() + by
        for _ in range(MOST_HOPS):
            at = await self._next()
            if at is None or at >= end:
                break
            await self.jumps(max(at - self.clock.now(), timedelta(milliseconds=1)))
        if end > self.clock.now():
            await self.jumps(end - self.clock.now())

    async def _next(self) -> datetime | None:
        """The next moment at which something happens by itself."""
        assert self.watch is not None
        async with self.watch.reading() as tx:
            found = await tx.fetch(
                "SELECT min(due_at) FROM due WHERE state = 'waiting' UNION ALL"
                " SELECT min(not_before) FROM outbox WHERE state = 'queued'"
            )
        moments = [moment(row[0]) for row in found if row[0] is not None]
        wait = self.timer.waits
        paces = [at for s in self.senders if (at := wait.get(s._pace)) is not None]
        ahead = self.clock.now().timestamp() - self.timer.seconds()
        moments += [
            datetime.fromtimestamp(at + ahead, UTC) + timedelta(microseconds=1) for at in paces
        ]
        return min(moments, default=None)

    # The watch

    async def looks(self) -> Rows:
        assert self.watch is not None
        async with self.watch.reading() as tx:
            rows = await read_rows(tx)
        self.ever |= rows.words()
        return rows

    async def judges(self, number: int, chat: str, screen: Screen) -> None:
        now, rows = self.clock.now(), await self.looks()
        self._forget(now)
        self.attempts[Said.of(rows, number).kind] += 1
        stands = [rows]
        if self.lately:
            # What held at some moment of the last half minute, by the rows of the message itself.
            stands += [replace(each, tables={**each.tables, **_own(rows)}) for each in self.past]
        wrong = []
        for each in stands:
            try:
                wrong.append(what_is_wrong(each, number, chat, screen, now, self.ever))
            except LookupError as error:
                # It speaks of what was not there yet.
                wrong.append(repr(error))
        if all(wrong):
            self.faults.append(wrong[0])

    async def remembers(self) -> None:
        """Keep how things stand, and forget how they stood more than half a minute ago."""
        self.past.append(await self.looks())
        self._forget(self.clock.now())

    def _forget(self, now: datetime) -> None:
        # What was so until a moment within the half minute counts as well.
        while len(self.past) > 1 and self.past[1].at < now - timedelta(seconds=30):
            self.past.popleft()

    async def checks(self) -> None:
        """What has ended since the last time has ended rightly."""
        rows = await self.looks()
        assert not self.faults, self.faults
        for row in rows.tables["outbox"]:
            number, state = row["id"], row["state"]
            arrived, doubts = self._channel.accepted[number], self._channel.doubts[number]
            # An edit that would show what stands there already is not sent.
            most = 1 if row["kind"] == "broadcast" else 1 + doubts
            assert arrived <= most, f"{row} arrived {arrived} times"
            if state in ("queued", "sending") or number in self.finished:
                continue
            self.finished.add(number)
            said, told = Said.of(rows, number), f"{row} at {self.clock.now()}"
            match state:
                case "sent":
                    assert arrived or row["kind"] == "progress", told
                case "dropped":
                    late = row["error"] == "late" and said.kind == "meetings.reminder"
                    lately = self.lately or late or why_gone(rows, said, self.clock.now())
                    assert row["error"], told
                    assert lately, told
                case "cancelled":
                    assert row["finished_at"] in self.withdrawn, told
                case "expired":
                    assert row["expires_at"] <= row["finished_at"], told
                case "unknown":
                    assert row["kind"] == "broadcast" or doubts >= 30, told
                case "unreachable":
                    assert rows.row("people", said.to)["state"] == "gone", told
                case _:
                    raise AssertionError(told)
            if state not in ("sent", "unknown"):
                assert arrived <= doubts, told

    async def counts_all(self) -> Rows:
        """Nothing is on its way, nobody is missing, and what waits waits for a moment."""
        rows = await self.looks()
        numbers = [row["id"] for row in rows.tables["outbox"]]
        assert numbers == list(range(min(numbers, default=1), max(numbers, default=0) + 1))
        for row in rows.tables["outbox"]:
            waits = row["state"] == "queued" and row["not_before"]
            assert row["id"] in self.finished or waits, row
            if waits:
                assert moment(row["not_before"]) > self.clock.now(), row
        told = Counter(
            (row["person_id"], row["args"])
            for row in rows.tables["outbox"]
            if Said.of(rows, row["id"]).kind == "meetings.reminder"
        )
        assert not told or max(told.values()) == 1, told
        return rows


def _own(rows: Rows) -> dict[str, Any]:
    return {name: rows.tables[name] for name in ("outbox", "notices", "addresses")}


@asynccontextmanager
async def told_story(url: str, *, lately: bool = False) -> AsyncIterator[NoticeStory]:
    """The story of a world at this address, while its process runs."""
    clock = FrozenClock(START)
    timer = WatchedTimer(clock)
    database, watch = await open_database(url, clock), await open_database(url, clock)
    channel = JudgedChannel(timer.seconds)
    story = NoticeStory(
        database, clock, timer, channel, board=RealKinds(), watch=watch, lately=lately
    )
    channel.judge = story.judges
    try:
        await story.begins()
        yield story
    finally:
        await story.ends()

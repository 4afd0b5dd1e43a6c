"""Notices become words: what is so at this moment is read for many at once, in a snapshot of its
own, and a text is drawn once for all who are spoken to alike.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.chat.parts import fit_delivered
from bot.chat.person import Person, PersonState, find_people
from bot.chat.rest import Waiting, earliest
from bot.chat.screen import Screen
from bot.chat.traits import Traits
from bot.core.clock import Clock
from bot.core.errors import new_reference
from bot.core.i18n import Voice
from bot.core.redaction import describe
from bot.delivery.message import Message, NoticeRef
from bot.delivery.notice import (
    Gone,
    Haste,
    Later,
    NoticeKind,
    NoticeRow,
    Queued,
    Recipient,
    Rest,
    Unheard,
)
from bot.delivery.timer import ClockTimer
from bot.delivery.windows import find_closed, headline_of, wait_for_a_word, windows_of
from bot.storage.columns import decode, from_millis, to_millis
from bot.storage.database import Database
from bot.storage.failures import is_transient
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

FACTS_HOLD_SECONDS = 30.0
"""How long what was read may be said: what has waited longer is read again before it leaves."""
READ_WITHIN_SECONDS = 10.0
"""For how long facts are waited for, in real time: meanwhile no result is written and no lease
renewed, which runs out after 20."""
WAITED = timedelta(minutes=5)
"""What does not hurry and is older than that has waited, for a morning or for the end of an
outage."""
TEXTS_KEPT = 512
NOTICES_KEPT = 512

Kinds: TypeAlias = Mapping[str, NoticeKind[Any]]
RestOf: TypeAlias = Callable[[Tx, Sequence[Person]], Awaitable[Mapping[int, Rest]]]


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be drawn, through a fault of ours that stands in the log under `reference`."""

    reference: str
    error: str


@dataclass(frozen=True, slots=True)
class Away:
    """The facts could not be read just now."""


Undrawn: TypeAlias = Gone | Later | Unheard | Failed | Away


@dataclass(slots=True)
class Drawn:
    """From what a message was drawn, and when."""

    kind: NoticeKind[Any]
    row: NoticeRow
    facts: Any
    read_at: float
    """The instant, by the timer, which goes on where the clock is set back."""
    minute: int


@dataclass(frozen=True, slots=True)
class _Notice:
    kind: NoticeKind[Any]
    version: int
    params: dict[str, Any]


class Unknown(LookupError):
    """A notice of a kind or version that this program does not know, as a newer one may write."""


@dataclass(frozen=True, slots=True)
class _UnknownNotice:
    name: str
    version: int


class Drawing:
    """Draws the messages of one process. `kinds` are those of the slices, by name; `rest_of` says
    whose time of rest this moment is, and when that ends; `traits` are those of the channels, by
    their names."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        kinds: Kinds,
        rest_of: RestOf | None = None,
        timer: ClockTimer | None = None,
        traits: Mapping[str, Traits] | None = None,
    ) -> None:
        self._traits = traits or {}
        self._windows = windows_of(self._traits)
        self._rest_of = rest_of
        self._timer = timer or ClockTimer(clock)
        self._database = database
        self._clock = clock
        self._kinds = kinds
        self._notices: OrderedDict[int, _Notice | _UnknownNotice | None] = OrderedDict()
        self._texts: OrderedDict[tuple[str, Any, Voice, int, str], Screen] = OrderedDict()

    async def draw(self, messages: Sequence[Message]) -> dict[int, Undrawn]:
        """Give each message of a notice its screen, as things stand now. Returns what became of
        those that are not to be sent now, by their ids."""
        asked = [message for message in messages if message.notice is not None]
        if not asked:
            return {}
        try:
            async with asyncio.timeout(READ_WITHIN_SECONDS):
                return await self._draw(asked)
        except Exception as error:  # noqa: BLE001 -- of one, of all, or of the database
            if isinstance(error, TimeoutError) or is_transient(error):
                logger.warning(
                    "notices not read",
                    extra={"action": "delivery.undrawn", "reason": describe(error)},
                )
                return {message.id: Away() for message in asked}
            if len(asked) == 1:
                return {asked[0].id: _fail(asked[0], error)}
        # One of them is at fault: the others are drawn without it.
        undrawn: dict[int, Undrawn] = {}
        for message in asked:
            undrawn |= await self.draw([message])
        return undrawn

    def is_stale(self, message: Message, now: float) -> bool:
        """Whether its facts have to be read again before it leaves at `now`, by the timer."""
        drawn = message.drawn
        return isinstance(drawn, Drawn) and now - drawn.read_at > FACTS_HOLD_SECONDS

    def keep_true(self, message: Message) -> None:
        """Draw it again where its words depend on the minute, and that is another one by now."""
        drawn = message.drawn
        if not isinstance(drawn, Drawn) or not drawn.kind.by_minute or message.screen.headline_of:
            return
        now = self._clock.now()
        minute = _minute(now)
        if minute != drawn.minute:
            drawn.minute = minute
            message.screen = self._text(
                drawn.kind, drawn.row.to.voice, drawn.facts, now, message.channel
            )

    async def _draw(self, asked: Sequence[Message]) -> dict[int, Undrawn]:
        now, read_at = self._clock.now(), self._timer.seconds()
        minute = _minute(now)
        found: dict[int, Any] = {}
        async with self._database.reading() as tx:
            await self._load(tx, {m.notice.id for m in asked if m.notice})
            people = await find_people(tx, {message.person_id for message in asked})
            by_kind, undrawn = self._rows(asked, people)
            closed = await find_closed(tx, asked, self._windows, now) if self._windows else {}
            for name, rows in by_kind.items():
                found.update(await self._kinds[name].facts(tx, rows))
            resting = await self._resting(tx, by_kind, found)
        kinds = {row.id: (self._kinds[name], row) for name, rows in by_kind.items() for row in rows}
        # Most facts are one object for many, and identity is faster than comparison.
        same: dict[tuple[str, int, int, str], Screen] = {}
        rung: set[int] = set()
        for message in asked:
            if message.id in undrawn:
                continue
            kind, row = kinds[message.id]
            try:
                rest = resting.get(message.id)
                facts, silent = self._settle(kind, found[message.id], rest, message.channel)
                if message.id in closed and not kind.headline:
                    message.heard_at = closed[message.id]
                    facts = wait_for_a_word(facts, message, now)
                if isinstance(facts, Gone | Later | Unheard):
                    undrawn[message.id] = facts
                    continue
                message.drawn = Drawn(kind, row, facts, read_at, minute)
                if message.id in closed:
                    message.screen = headline_of(kind, row.to.voice, message.id)
                    continue
                if not silent and _has_waited(kind, row, now):
                    # What waited together rings once.
                    silent = message.person_id in rung and self._can_be_silent(message.channel)
                    rung.add(message.person_id)
                alike = kind.name, id(facts), id(row.to.voice), message.channel
                if alike not in same:
                    same[alike] = self._text(kind, row.to.voice, facts, now, message.channel)
                message.screen = replace(same[alike], silent=True) if silent else same[alike]
            except Exception as error:  # noqa: BLE001 -- this one's fault, not the others'
                undrawn[message.id] = _fail(message, error)
        return undrawn

    def _rows(
        self, asked: Sequence[Message], people: Mapping[int, Person]
    ) -> tuple[dict[str, list[NoticeRow]], dict[int, Undrawn]]:
        """What each kind is asked about, and what became of those of which nothing is asked."""
        by_kind: dict[str, list[NoticeRow]] = {}
        undrawn: dict[int, Undrawn] = {}
        for message in asked:
            if people[message.person_id].state is PersonState.GONE:
                undrawn[message.id] = Gone("erased")
                continue
            try:
                assert message.notice is not None
                kind, row = self._row(message.id, message.notice, people[message.person_id])
            except Exception as error:  # noqa: BLE001 -- this one's fault, not the others'
                undrawn[message.id] = _fail(message, error)
                continue
            if kind is None:
                undrawn[message.id] = Gone("forgotten")
                continue
            by_kind.setdefault(kind.name, []).append(row)
        return by_kind, undrawn

    async def draw_for(self, tx: Tx, to: Person, number: int) -> Screen | None:
        """What the message of this id says to its reader as things stand now; None where it says
        nothing any more, or is another's."""
        rows = await tx.fetch(
            "SELECT notice_id, args FROM outbox"
            " WHERE id = ? AND person_id = ? AND notice_id IS NOT NULL",
            number,
            to.id,
        )
        if not rows:
            return None
        # Asked for just now, whenever it was queued.
        ref = NoticeRef(rows[0][0], rows[0][1], to_millis(tx.now))
        await self._load(tx, {ref.id})
        kind, row = self._row(number, ref, to)
        if kind is None:
            return None
        facts = (await kind.facts(tx, [row]))[number]
        if isinstance(facts, Gone | Later):
            return None
        screen: Screen = kind.draw(to.voice, facts, self._clock.now())
        return screen

    async def waiting(self, tx: Tx, actor_id: int) -> Waiting | None:
        """Whom of others the messages that this transaction has queued reach after their time of
        rest. Each kind is asked once whether it may wait, about the first of its readers."""
        patient = [each for each in tx.queued if each.kind.haste is Haste.DAY]
        ids = {to.person_id for each in patient for to in each.recipients} - {actor_id}
        if not ids or self._rest_of is None:
            return None
        people = await find_people(tx, ids)
        rests = await self._rest_of(tx, list(people.values()))
        found: dict[int, datetime] = {}
        for queued in patient:
            resting = [to for to in queued.recipients if to.person_id in rests]
            resting = [to for to in resting if not rests[to.person_id].silent]
            if resting and await self._may_wait(tx, queued, resting[0], people, rests):
                found |= {to.person_id: rests[to.person_id].until for to in resting}
        return earliest([(people[number], until) for number, until in found.items()], len(ids))

    async def _may_wait(
        self,
        tx: Tx,
        queued: Queued,
        to: Recipient,
        people: Mapping[int, Person],
        rests: Mapping[int, Rest],
    ) -> bool:
        row = queued.row_for(to, people[to.person_id], tx.now)
        facts = (await queued.kind.facts(tx, [row]))[row.id]
        if isinstance(facts, Gone | Later):
            return isinstance(facts, Later)
        return queued.kind.may_wait(facts, rests[to.person_id].until)

    async def _resting(
        self, tx: Tx, by_kind: Mapping[str, Sequence[NoticeRow]], found: Mapping[int, Any]
    ) -> dict[int, Rest]:
        """Whose time of rest it is, of those whom what does not hurry is for, by the row's id."""
        patient = [
            row
            for name, rows in by_kind.items()
            if self._kinds[name].haste is Haste.DAY
            for row in rows
            if self._kinds[name].waits_at_all(found.get(row.id), tx.now)
        ]
        if not patient or self._rest_of is None:
            return {}
        found = await self._rest_of(tx, [row.to for row in patient])
        return {row.id: found[row.to.id] for row in patient if row.to.id in found}

    def _settle(
        self, kind: NoticeKind[Any], facts: Any, rest: Rest | None, channel: str
    ) -> tuple[Any, bool]:
        """What becomes of a message in its reader's time of rest, and whether it comes without a
        sound."""
        if rest is None or isinstance(facts, Gone):
            return facts, False
        if not isinstance(facts, Later) and not kind.may_wait(facts, rest.until):
            return facts, False
        if rest.silent and not isinstance(facts, Later) and self._can_be_silent(channel):
            return facts, True
        return Later(rest.until), False

    def _can_be_silent(self, channel: str) -> bool:
        traits = self._traits.get(channel)
        return traits is not None and traits.silence

    def _row(
        self, number: int, ref: NoticeRef, to: Person
    ) -> tuple[NoticeKind[Any] | None, NoticeRow]:
        notice = self._notices[ref.id]
        args = decode(ref.args) if ref.args else []
        if notice is None:
            return None, NoticeRow(number, to, {}, args, from_millis(ref.queued_at))
        if isinstance(notice, _UnknownNotice):
            raise Unknown(f"no notice {notice.name} of version {notice.version}")
        kind, params = notice.kind, notice.params
        for version in range(notice.version, kind.version):
            params, args = kind.upgrades[version](dict(params), list(args))
        return kind, NoticeRow(number, to, params, args, from_millis(ref.queued_at))

    def _text(
        self, kind: NoticeKind[Any], voice: Voice, facts: Any, now: datetime, channel: str
    ) -> Screen:
        # What depends on the minute is drawn as of its beginning, so that it is the same for all.
        minute = _minute(now) if kind.by_minute else 0
        key = (kind.name, facts, voice, minute, channel)
        screen = self._texts.get(key)
        if screen is None:
            at = now.replace(second=0, microsecond=0) if kind.by_minute else now
            screen = kind.draw(voice, facts, at)
            if traits := self._traits.get(channel):
                screen = fit_delivered(screen, traits, voice)
            rtl = voice.language == "ar"
            screen = screen if screen.rtl is rtl else replace(screen, rtl=rtl)
            self._texts[key] = screen
            if len(self._texts) > TEXTS_KEPT:
                self._texts.popitem(last=False)
        else:
            self._texts.move_to_end(key)
        return screen

    async def _load(self, tx: Tx, ids: Iterable[int]) -> None:
        """Know these notices; what is written of one never changes."""
        wanted = set(ids)
        missing = [number for number in wanted if number not in self._notices]
        if missing:
            rows = await tx.fetch(
                with_ids(tx, "SELECT id, kind, version, params FROM notices WHERE id IN (ids)"),
                as_list(tx, missing),
            )
            known = {int(row[0]): row for row in rows}
            while len(self._notices) > max(NOTICES_KEPT - len(missing), 0):
                oldest = next(iter(self._notices))
                if oldest in wanted:
                    break
                del self._notices[oldest]
            for number in missing:
                self._notices[number] = self._read(known[number]) if number in known else None

    def _read(self, row: Sequence[Any]) -> _Notice | _UnknownNotice:
        _, name, version, params = row
        kind = self._kinds.get(name)
        if kind is None or version > kind.version:
            return _UnknownNotice(name, version)
        return _Notice(kind, version, decode(params))


def _has_waited(kind: NoticeKind[Any], row: NoticeRow, now: datetime) -> bool:
    return kind.haste is Haste.DAY and now - row.queued_at > WAITED


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _fail(message: Message, error: Exception) -> Failed:
    reference = new_reference()
    logger.error(
        "notice not drawn",
        exc_info=error,
        extra={"action": "delivery.undrawn", "parcel": message.id, "reference": reference},
    )
    return Failed(reference, describe(error))

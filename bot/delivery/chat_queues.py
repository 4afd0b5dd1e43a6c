"""What waits in memory to leave: one line for each chat, the most urgent chat first.

Pure: every method is given the time, in seconds. A chat has at most one message on its way, so its
order is kept.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from math import inf

from bot.delivery.limits import Pacer
from bot.delivery.message import ANSWER, BULK, Parcel
from bot.delivery.pacing import Wanted

Rank = tuple[int, int]
"""Urgency and id: the order in which parcels leave."""


class _Line:
    __slots__ = ("busy", "parcels")

    def __init__(self) -> None:
        self.parcels: list[tuple[int, int, Parcel]] = []
        self.busy = False


class Lines:
    """The waiting parcels of one channel."""

    def __init__(self, pacer: Pacer, is_group: Callable[[str], bool]) -> None:
        self._pacer = pacer
        self._is_group = is_group
        self._lines: dict[str, _Line] = {}
        # Both heaps may hold stale entries; they are recognised when they come up.
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[float, str]] = []
        self._put_off: dict[str, float] = {}
        self.waiting = 0
        self.waiting_bulk = 0

    def add(self, parcel: Parcel, now: float) -> None:
        """Let a parcel wait for its turn."""
        line = self._lines.get(parcel.chat)
        if line is None:
            line = self._lines[parcel.chat] = _Line()
        heappush(line.parcels, (parcel.urgency, parcel.id, parcel))
        self.waiting += 1
        self.waiting_bulk += parcel.is_bulk
        self._offer(parcel.chat, line, now)

    def next(self, now: float, *, bulk: bool = True) -> Parcel | None:
        """Take the parcel that leaves now, or None. Its chat is busy until `finish`. Without
        `bulk`, broadcasts stay."""
        while self._later and self._later[0][0] <= now:
            chat = heappop(self._later)[1]
            if line := self._lines.get(chat):
                self._offer(chat, line, now)
        line = self._first(now)
        urgency = line.parcels[0][0] if line else BULK
        is_bulk = urgency == BULK
        if line is None or (is_bulk and not bulk):
            self._pacer.await_place(False)
            return None
        if self._pacer.open_at(urgency == ANSWER) > now:
            self._pacer.await_place(True)
            return None
        parcel = heappop(line.parcels)[2]
        heappop(self._ready)
        line.busy = True
        self.waiting -= 1
        self.waiting_bulk -= is_bulk
        self._pacer.take(parcel.chat, self._is_group(parcel.chat), now)
        return parcel

    def next_at(self, now: float, *, bulk: bool = True) -> float | None:
        """The instant at which `next` may have something again; None: not before an `add` or a
        `finish`."""
        instants = [self._later[0][0]] if self._later else []
        if line := self._first(now):
            urgency = line.parcels[0][0]
            if bulk or urgency != BULK:
                instants.append(self._pacer.open_at(urgency == ANSWER))
        at = min(instants, default=inf)
        return at if at < inf else None

    def ready(self, now: float, *, bulk: bool = True) -> Wanted:
        """How many messages could leave now if there was a place for each: one for each chat."""
        ready = [0, 0, 0]
        for chat, line in self._lines.items():
            if not line.busy and line.parcels and self._pacer.chat_free_at(chat) <= now:
                ready[line.parcels[0][0]] += 1
        return Wanted(ready[ANSWER], ready[1], ready[BULK] if bulk else 0)

    def finish(self, chat: str, now: float) -> None:
        """The chat's message has its answer: the next one may follow."""
        line = self._lines.get(chat)
        if line is None:
            return
        line.busy = False
        if line.parcels:
            self._offer(chat, line, now)
        else:
            del self._lines[chat]

    def put_off_until(self, parcel: Parcel, now: float, patience: float) -> float | None:
        """The instant until which a parcel should wait in the database rather than here, because
        its turn is more than `patience` seconds away; None: let it wait here.

        What follows it to the same chat is put off as well, so that it is not overtaken.
        """
        line = self._lines.get(parcel.chat)
        until = max(self._pacer.chat_free_at(parcel.chat), self._pacer.halted_until(), now)
        if line:
            until += len(line.parcels) * self._pacer.gap(self._is_group(parcel.chat))
        until = max(until, self._put_off.get(parcel.chat, 0.0))
        if until - now <= patience and self._put_off.get(parcel.chat, 0.0) <= now:
            self._put_off.pop(parcel.chat, None)
            return None
        self.put_off(parcel.chat, until)
        return until

    def put_off(self, chat: str, until: float) -> None:
        """A parcel of this chat waits in the database until then."""
        self._put_off[chat] = max(until, self._put_off.get(chat, 0.0))

    def overtakes(self, chat: str, now: float, patience: float) -> bool:
        """Whether an answer that waits here overtakes what a wait of more than `patience` seconds
        has sent back to the database: an older screen would then take the place of a newer one."""
        held = self._pacer.chat_free_at(chat) - now > patience
        return held and self._put_off.get(chat, 0.0) > now

    def count(self, chats: Iterable[str]) -> int:
        """How many parcels wait for these chats."""
        return sum(len(self._lines[chat].parcels) for chat in chats if chat in self._lines)

    def take_bulk(self) -> list[Parcel]:
        """Take out every broadcast that waits."""
        return self._take_where(lambda parcel: parcel.is_bulk)

    def take_address(self, address_id: int) -> list[Parcel]:
        """Take out everything that waits for an address."""
        return self._take_where(lambda parcel: parcel.address_id == address_id)

    def take_superseded(self, newer: Parcel) -> list[Parcel]:
        """Take out the answers that `newer` makes pointless: all but the last of those that wait
        to appear in the same place of the same chat. Files are never dropped."""
        line = self._lines.get(newer.chat)
        if line is None:
            return []
        same = sorted(
            number
            for _, number, parcel in line.parcels
            if parcel.kind is newer.kind
            and parcel.edit_message == newer.edit_message
            and parcel.screen.attachment is None
        )
        pointless = set(same[:-1])
        if not pointless:
            return []
        return self._take_where(lambda parcel: parcel.id in pointless, [newer.chat])

    def take_all(self) -> list[Parcel]:
        return self._take_where(lambda parcel: True)

    def _take_where(
        self, chosen: Callable[[Parcel], bool], chats: Iterable[str] | None = None
    ) -> list[Parcel]:
        taken: list[Parcel] = []
        for chat in list(self._lines if chats is None else chats):
            line = self._lines[chat]
            mine = [entry for entry in line.parcels if chosen(entry[2])]
            if not mine:
                continue
            taken.extend(entry[2] for entry in mine)
            # A sorted list is a heap.
            line.parcels = sorted(entry for entry in line.parcels if not chosen(entry[2]))
            if line.parcels:
                self._offer(chat, line, 0.0)
            elif not line.busy:
                del self._lines[chat]
        self.waiting -= len(taken)
        self.waiting_bulk -= sum(parcel.is_bulk for parcel in taken)
        return taken

    def _offer(self, chat: str, line: _Line, now: float) -> None:
        if line.busy or not line.parcels:
            return
        at = self._pacer.chat_free_at(chat)
        if at > now:
            heappush(self._later, (at, chat))
        else:
            urgency, number, _ = line.parcels[0]
            heappush(self._ready, (urgency, number, chat))

    def _first(self, now: float) -> _Line | None:
        """The line whose first parcel leaves next, its entry on top of the ready heap."""
        while self._ready:
            urgency, number, chat = self._ready[0]
            line = self._lines.get(chat)
            if line and not line.busy and line.parcels and line.parcels[0][:2] == (urgency, number):
                if (at := self._pacer.chat_free_at(chat)) <= now:
                    return line
                heappush(self._later, (at, chat))
            heappop(self._ready)
        return None

"""What waits in memory to leave: one queue for each chat, the most urgent chat first.

Pure: every method is given the time, in seconds. A chat has at most one message on its way, so its
order is kept.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from math import inf

from bot.delivery.limits import RateLimiter
from bot.delivery.message import ANSWER, BULK, Message
from bot.delivery.pacing import SlotDemand


class _ChatQueue:
    __slots__ = ("busy", "messages")

    def __init__(self) -> None:
        self.messages: list[tuple[int, int, Message]] = []
        self.busy = False


class ChatQueues:
    """The waiting messages of one channel."""

    def __init__(self, pacer: RateLimiter) -> None:
        self._pacer = pacer
        self._queues: dict[str, _ChatQueue] = {}
        # Both heaps may hold stale entries; they are recognised when they come up.
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[float, str]] = []
        self._put_off: dict[str, float] = {}
        self.waiting = 0
        self.waiting_bulk = 0

    def add(self, message: Message, now: float) -> None:
        """Let a message wait for its turn."""
        queue = self._queues.get(message.chat)
        if queue is None:
            queue = self._queues[message.chat] = _ChatQueue()
        heappush(queue.messages, (message.urgency, message.id, message))
        self.waiting += 1
        self.waiting_bulk += message.is_bulk
        self._offer(message.chat, queue, now)

    def next(self, now: float, *, bulk: bool = True) -> Message | None:
        """Take the message that leaves now, or None. Its chat is busy until `finish`. Without
        `bulk`, broadcasts stay."""
        while self._later and self._later[0][0] <= now:
            chat = heappop(self._later)[1]
            if queue := self._queues.get(chat):
                self._offer(chat, queue, now)
        queue = self._first(now)
        urgency = queue.messages[0][0] if queue else BULK
        is_bulk = urgency == BULK
        if queue is None or (is_bulk and not bulk):
            self._pacer.await_slot(False)
            return None
        if self._pacer.open_at(urgency == ANSWER) > now:
            self._pacer.await_slot(True)
            return None
        message = heappop(queue.messages)[2]
        heappop(self._ready)
        queue.busy = True
        self.waiting -= 1
        self.waiting_bulk -= is_bulk
        self._pacer.take(message.chat, now)
        return message

    def next_at(self, now: float, *, bulk: bool = True) -> float | None:
        """The instant at which `next` may have something again; None: not before an `add` or a
        `finish`."""
        instants = [self._later[0][0]] if self._later else []
        if queue := self._first(now):
            urgency = queue.messages[0][0]
            if bulk or urgency != BULK:
                instants.append(self._pacer.open_at(urgency == ANSWER))
        at = min(instants, default=inf)
        return at if at < inf else None

    def ready(self, now: float, *, bulk: bool = True) -> SlotDemand:
        """How many messages could leave now if there was a slot for each: one for each chat."""
        ready = [0, 0, 0]
        for chat, queue in self._queues.items():
            if not queue.busy and queue.messages and self._pacer.chat_free_at(chat) <= now:
                ready[queue.messages[0][0]] += 1
        return SlotDemand(ready[ANSWER], ready[1], ready[BULK] if bulk else 0)

    def finish(self, chat: str, now: float) -> None:
        """The chat's message has its answer: the next one may follow."""
        queue = self._queues.get(chat)
        if queue is None:
            return
        queue.busy = False
        if queue.messages:
            self._offer(chat, queue, now)
        else:
            del self._queues[chat]

    def put_off_until(self, message: Message, now: float, patience: float) -> float | None:
        """The instant until which a message should wait in the database rather than here, because
        its turn is more than `patience` seconds away; None: let it wait here.

        What follows it to the same chat is put off as well, so that it is not overtaken.
        """
        queue = self._queues.get(message.chat)
        until = max(self._pacer.chat_free_at(message.chat), self._pacer.halted_until(), now)
        if queue:
            until += len(queue.messages) * self._pacer.gap(message.chat)
        until = max(until, self._put_off.get(message.chat, 0.0))
        if until - now <= patience and self._put_off.get(message.chat, 0.0) <= now:
            self._put_off.pop(message.chat, None)
            return None
        self.put_off(message.chat, until)
        return until

    def put_off(self, chat: str, until: float) -> None:
        """A message of this chat waits in the database until then."""
        self._put_off[chat] = max(until, self._put_off.get(chat, 0.0))

    def overtakes(self, chat: str, now: float, patience: float) -> bool:
        """Whether an answer that waits here overtakes what a wait of more than `patience` seconds
        has sent back to the database: an older screen would then take the place of a newer one."""
        held = self._pacer.chat_free_at(chat) - now > patience
        return held and self._put_off.get(chat, 0.0) > now

    def count(self, chats: Iterable[str]) -> int:
        """How many messages wait for these chats."""
        return sum(len(self._queues[chat].messages) for chat in chats if chat in self._queues)

    def take_bulk(self) -> list[Message]:
        """Take out every broadcast that waits."""
        return self._take_where(lambda message: message.is_bulk)

    def take_address(self, address_id: int) -> list[Message]:
        """Take out everything that waits for an address."""
        return self._take_where(lambda message: message.address_id == address_id)

    def take_following(self, message: Message) -> list[Message]:
        """Take out what waits for the same chat and leaves after `message`."""
        if message.chat not in self._queues:
            return []
        turn = message.urgency, message.id
        return self._take_where(lambda other: (other.urgency, other.id) > turn, [message.chat])

    def take_superseded(self, newer: Message) -> list[Message]:
        """Take out the answers that `newer` makes pointless: all but the last of the changes of
        one message, and whatever says the same. Whoever asks five things gets five answers. Files
        are never dropped."""
        queue = self._queues.get(newer.chat)
        if queue is None:
            return []
        same = sorted(
            number
            for _, number, message in queue.messages
            if message.kind is newer.kind
            and message.edit_message == newer.edit_message
            and message.press_over == newer.press_over
            and (_is_change(newer) or _says(message) == _says(newer))
            and message.screen.attachment is None
        )
        pointless = set(same[:-1] if _is_change(newer) else same)
        if not pointless:
            return []
        return self._take_where(lambda message: message.id in pointless, [newer.chat])

    def take_all(self) -> list[Message]:
        return self._take_where(lambda message: True)

    def _take_where(
        self, chosen: Callable[[Message], bool], chats: Iterable[str] | None = None
    ) -> list[Message]:
        taken: list[Message] = []
        for chat in list(self._queues if chats is None else chats):
            queue = self._queues[chat]
            mine = [entry for entry in queue.messages if chosen(entry[2])]
            if not mine:
                continue
            taken.extend(entry[2] for entry in mine)
            # A sorted list is a heap.
            queue.messages = sorted(entry for entry in queue.messages if not chosen(entry[2]))
            if queue.messages:
                self._offer(chat, queue, 0.0)
            elif not queue.busy:
                del self._queues[chat]
        self.waiting -= len(taken)
        self.waiting_bulk -= sum(message.is_bulk for message in taken)
        return taken

    def _offer(self, chat: str, queue: _ChatQueue, now: float) -> None:
        if queue.busy or not queue.messages:
            return
        at = self._pacer.chat_free_at(chat)
        if at > now:
            heappush(self._later, (at, chat))
        else:
            urgency, number, _ = queue.messages[0]
            heappush(self._ready, (urgency, number, chat))

    def _first(self, now: float) -> _ChatQueue | None:
        """The queue whose first message leaves next, its entry on top of the ready heap."""
        while self._ready:
            urgency, number, chat = self._ready[0]
            queue = self._queues.get(chat)
            if (
                queue
                and not queue.busy
                and queue.messages
                and queue.messages[0][:2] == (urgency, number)
            ):
                if (at := self._pacer.chat_free_at(chat)) <= now:
                    return queue
                heappush(self._later, (at, chat))
            heappop(self._ready)
        return None


def _is_change(message: Message) -> bool:
    """Whether it takes the place of what stood in a message."""
    return bool(message.edit_message) and not message.press_over


def _says(message: Message) -> tuple[str, str, str]:
    screen = message.screen
    return screen.title, screen.text, screen.footer

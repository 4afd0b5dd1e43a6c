"""Answers to presses: what makes a button stop spinning, with a word or without one.

Not messages: they have no place in a chat's order and no share of its rate, so they leave at once
and are tried again by themselves. Words that are all that a press gets are a row of the outbox, and
when the press cannot be answered any more they go out as a message; an acknowledgement beside
another answer is kept in memory only.
"""

import asyncio
import logging
from asyncio import sleep
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from heapq import heappop, heappush
from itertools import count

from bot.chat.screen import Screen
from bot.core import metrics
from bot.core.log import correlation
from bot.core.redaction import describe
from bot.delivery.channel import Ambiguous, Channel, RetryLater, Undelivered
from bot.delivery.cooldowns import ChatWaits
from bot.delivery.hooks import SenderHooks
from bot.delivery.limits import back_off
from bot.delivery.message import Message
from bot.storage.columns import to_millis

logger = logging.getLogger(__name__)

AT_ONCE = 64
"""Requests under way."""
MOST_KEPT = 10_000
"""Acknowledgements without a row that wait in memory: what 67 presses a second make in a life."""
INTRODUCED_WITHIN = 150.0
"""Seconds for which words in a place of several people are tried again."""
NOBODY = 0
"""The id of no person: nothing that is sealed for it opens."""
LAST_ATTEMPTS = 3
"""Of each when the process ends, within some two seconds."""


class Words(Enum):
    """What became of words that are all that a press gets."""

    SHOWN = "shown"
    TOO_LATE = "too late"
    """The press cannot be answered any more."""
    RETURNED = "returned"
    """The process ends before the press could be answered."""


@dataclass(slots=True)
class Acknowledgement:
    """One press that is to be answered until the instant `until`, by the timer."""

    press: str
    chat: str
    toast: str
    alert: bool
    until: float
    message: Message | None = None
    """The row that holds the words; None: the answer is another message."""
    screen: Screen | None = None
    """What is said in a place of several people, instead of answering a press."""
    attempts: int = 0
    correlation: str = field(default_factory=correlation.get)


class Acknowledgements:
    """Those of one channel: under way, and waiting for their next attempt."""

    def __init__(
        self, channel: Channel, hooks: SenderHooks, on_words: Callable[[Message, Words], None]
    ) -> None:
        self._channel = channel
        self._hooks = hooks
        self._timer = hooks.timer
        self._on_words = on_words
        self._waiting: list[tuple[float, int, Acknowledgement]] = []
        self._numbers = count()
        self._waits = ChatWaits()
        self._halted_until = 0.0
        self.tasks: set[asyncio.Task[None]] = set()
        self.closed = False

    def answer(self, chat: str, press: str, toast: str, alert: bool) -> None:
        """Answer a press whose answer is something else: in memory, as long as it lives."""
        if len(self._waiting) >= MOST_KEPT:
            logger.warning("press left alone", extra={"action": "delivery.acknowledge"})
            return
        traits = self._channel.traits
        until = self._timer.seconds() + traits.press_life.total_seconds()
        self._add(Acknowledgement(press, chat, toast if traits.toasts else "", alert, until))

    def introduce(self, chat: str, screen: Screen) -> None:
        """Say something in a place of several people: in memory, for as long as a press lives, and
        once where it may have arrived."""
        until = self._timer.seconds() + INTRODUCED_WITHIN
        self._add(Acknowledgement("", chat, "", False, until, screen=screen))

    def show(self, message: Message) -> None:
        """Answer a press by the words of a message that is `sending`."""
        left = (message.expires_at or 0) - to_millis(self._hooks.clock.now())
        until = self._timer.seconds() + left / 1000
        screen = message.screen
        self._add(
            Acknowledgement(
                message.press, message.chat, screen.text, screen.alert, until, message,
                correlation=message.correlation,
            )
        )  # fmt: skip

    def _add(self, one: Acknowledgement) -> None:
        self._wait(one, self._timer.seconds())
        self.dispatch()

    def dispatch(self) -> float | None:
        """Send what may leave now; returns the instant at which more may leave."""
        now = self._timer.seconds()
        while self._waiting and len(self.tasks) < AT_ONCE:
            if self._waiting[0][0] > now:
                return self._waiting[0][0]
            one = heappop(self._waiting)[2]
            held_until = max(self._halted_until, self._waits.until(one.chat))
            if one.until <= now:
                self._give_up(one, None)
            elif held_until > now:
                self._wait_until(one, held_until, None)
            else:
                self._start(one)
        return None

    def is_calm(self) -> bool:
        """Whether nothing is on its way, and what waits, waits for its next attempt."""
        if self.tasks:
            return False
        return not self._waiting or self._waiting[0][0] > self._timer.seconds()

    def close(self) -> None:
        """Keep nothing in memory that has a row."""
        self.closed = True
        waiting, self._waiting = self._waiting, []
        for entry in waiting:
            self._wait(entry[2], entry[0])

    async def finish(self) -> None:
        """Answer what is left, a few times at most, in real time; what a 429 holds is left out."""
        try:
            for attempt in range(1, LAST_ATTEMPTS + 1):
                now = self._timer.seconds()
                waiting, self._waiting = self._waiting, []
                for _, _, one in waiting:
                    if max(self._halted_until, self._waits.until(one.chat)) <= now < one.until:
                        self._start(one)
                if self.tasks:
                    await asyncio.wait(set(self.tasks))
                if not self._waiting or attempt == LAST_ATTEMPTS:
                    return
                await sleep(back_off(attempt))
        finally:
            for task in self.tasks:
                task.cancel()

    def _start(self, one: Acknowledgement) -> None:
        task = asyncio.get_running_loop().create_task(
            self._attempt(one), context=self._hooks.context.copy()
        )
        self.tasks.add(task)
        task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._hooks.on_answer()

    async def _attempt(self, one: Acknowledgement) -> None:
        correlation.set(one.correlation)
        try:
            if one.screen is not None:
                await self._channel.send(one.chat, NOBODY, one.screen)
            else:
                await self._channel.acknowledge(one.press, one.toast, one.alert)
        except RetryLater as error:
            self._obey(one, error)
        except (Undelivered, Ambiguous) as error:
            reason = "ambiguous" if isinstance(error, Ambiguous) else "undelivered"
            if one.screen is not None and isinstance(error, Ambiguous):
                self._give_up(one, error)
                return
            metrics.RETRIES[reason,].inc()
            one.attempts += 1
            self._wait_until(one, self._timer.seconds() + back_off(one.attempts), error)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the words go out otherwise
            self._give_up(one, error)
        else:
            if one.message is not None:
                self._on_words(one.message, Words.SHOWN)

    def _obey(self, one: Acknowledgement, error: RetryLater) -> None:
        """A 429 holds the acknowledgements of its chat, and those of all only where a second chat
        has one within the wait; never a message."""
        now = self._timer.seconds()
        until = now + error.after
        everybody = not error.only_chat and self._waits.add(one.chat, now, until)
        logger.warning(
            "asked to wait with acknowledgements",
            extra={
                "action": "delivery.acknowledge", "seconds": error.after,
                "only_chat": not everybody,
            },
        )  # fmt: skip
        metrics.RATE_WAITS.inc()
        metrics.RATE_WAIT_SECONDS.inc(error.after)
        if everybody:
            self._halted_until = max(self._halted_until, until)
        self._wait_until(one, until, error)

    def _wait_until(self, one: Acknowledgement, at: float, error: Exception | None) -> None:
        if error is not None:
            logger.info(
                "press not acknowledged yet",
                extra={"action": "delivery.acknowledge", "reason": describe(error)},
            )
        if at >= one.until:
            # Its life is over by then: no use in waiting.
            self._give_up(one, error)
        else:
            self._wait(one, at)

    def _wait(self, one: Acknowledgement, at: float) -> None:
        if self.closed and one.message is not None:
            self._on_words(one.message, Words.RETURNED)
        else:
            heappush(self._waiting, (at, next(self._numbers), one))

    def _give_up(self, one: Acknowledgement, error: Exception | None) -> None:
        logger.info(
            "press not acknowledged",
            extra={
                "action": "delivery.acknowledge",
                "reason": describe(error) if error else "too late",
            },
        )  # fmt: skip
        if one.message is not None:
            self._on_words(one.message, Words.TOO_LATE)

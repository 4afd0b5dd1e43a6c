"""People who converse: they write, wait for the answer, and press its buttons.

They find buttons by what these lead to, not by their words: the suite knows the key that the bot
seals them with.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from bench.chaos.records import Records
from bench.chaos.setup import SECRET_KEY
from bench.chaos.telegram import Shown, SimulatorClient
from bench.chaos.town import user_of
from bench.crowd import patience
from bot.chat.seal import Seal

SEAL = Seal(SECRET_KEY)
Button = tuple[str, tuple[str, ...]]


class Stuck(Exception):
    """No answer came in time; the message says to what."""


def opened(shown: Shown, person: int) -> dict[Button, str]:
    """Where the buttons of a message lead: (route, arguments) → what is pressed."""
    found = {}
    for data in shown.data:
        if button := SEAL.open(person, data):
            found[button] = data
    return found


@dataclass
class ScriptedTeacher:
    """One person with a phone. `patience` is how long an answer may take, in seconds of a quiet
    machine."""

    telegram: SimulatorClient
    person: int
    patience: float = 30.0

    @property
    def user(self) -> int:
        return user_of(self.person)

    async def sees(self, wanted: Callable[[Shown], bool], about: str) -> Shown:
        """The next message, new or changed, that is the wanted one.

        :raises Stuck: none came within `patience`.
        """
        try:
            async with patience(self.patience):
                while True:
                    shown = await self.telegram.news[self.user].get()
                    if wanted(shown):
                        return shown
        except TimeoutError:
            raise Stuck(f"person {self.person}: {about}") from None

    async def asks(self, text: str) -> float:
        """Write something and wait for any answer; returns how many seconds it took."""
        self.telegram.forget_news(self.user)
        began = asyncio.get_running_loop().time()
        await self.telegram.say(self.user, text)
        shown = await self.sees(lambda _: True, text)
        return shown.at - began

    async def finds(self, route: str, about: str) -> tuple[Shown, str]:
        """The next message with a button to `route`, and what that button carries."""
        found: list[str] = []

        def has(shown: Shown) -> bool:
            found[:] = [data for (to, _), data in opened(shown, self.person).items() if to == route]
            return bool(found)

        shown = await self.sees(has, about)
        return shown, found[0]


@dataclass(frozen=True)
class PracticeText:
    """What one teacher shares: each answer names its author and its step, so that an answer that
    was lost, doubled or mistaken for another one shows in the row."""

    person: int

    @property
    def answers(self) -> tuple[str, str, str, str]:
        n = self.person
        return (
            f"title of person {n}",
            f"difficulty that person {n} met",
            f"steps that person {n} took",
            f"result that person {n} saw",
        )


class Sharing:
    """The whole way through the form of practices: a command, four texts, two buttons."""

    STEPS = 7

    def __init__(self, teacher: ScriptedTeacher, dice: Random, think: float = 0.0) -> None:
        self._teacher = teacher
        self._dice = dice
        self._think = think
        self._serial = -1
        self.answers: list[float] = []
        """How long each answer took, in seconds."""

    async def go(self) -> None:
        """:raises Stuck: an answer did not come."""
        say = self._teacher.telegram.say
        user = self._teacher.user
        shown = await self._step(say(user, "/share"), "opening the form")
        for number, text in enumerate(PracticeText(self._teacher.person).answers):
            shown = await self._step(say(user, text), f"answer {number + 1}")
        shown = await self.give_evidence(shown)
        await self._pause()
        began = asyncio.get_running_loop().time()
        await self._press(shown, "send")
        shown, _ = await self._teacher.finds("practices.open", "the end of the form")
        self.answers.append(shown.at - began)

    async def give_evidence(self, shown: Shown) -> Shown:
        """From the question about evidence to the review.

        :raises Stuck: an answer did not come.
        """
        return await self._step(self._press(shown, "skip"), "skipping")

    async def _press(self, shown: Shown, word: str) -> None:
        for (_, args), data in opened(shown, self._teacher.person).items():
            if args[-1:] == (word,):
                return await self._teacher.telegram.press(shown, data)
        raise Stuck(f"person {self._teacher.person}: no button «{word}»")

    async def _step(self, act: Awaitable[None], about: str) -> Shown:
        await self._pause()
        began = asyncio.get_running_loop().time()
        await act
        shown = await self._teacher.sees(self._is_next, about)
        self.answers.append(shown.at - began)
        return shown

    def _is_next(self, shown: Shown) -> bool:
        """Each question has a higher serial than the one before: a repeated one is not it."""
        serials = [
            int(args[1])
            for route, args in opened(shown, self._teacher.person)
            if route == "f" and len(args) == 3
        ]
        if not serials or max(serials) <= self._serial:
            return False
        self._serial = max(serials)
        return True

    async def _pause(self) -> None:
        if self._think:
            await asyncio.sleep(self._dice.uniform(0, 2 * self._think))


async def check_practices(records: Records, persons: list[int]) -> tuple[int, int]:
    """How many of these people's practices are missing or hold a wrong answer, and how many there
    are too many."""
    rows = await records.fetch(
        "SELECT author_id, title, difficulty, actions_taken, result FROM practices ORDER BY id"
    )
    by_author: dict[int, list[tuple[str, ...]]] = {}
    for author, *answers in rows:
        by_author.setdefault(author, []).append(tuple(answers))
    lost = sum(PracticeText(n).answers not in by_author.get(n, []) for n in persons)
    doubled = sum(max(0, len(found) - 1) for found in by_author.values())
    return lost, doubled


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

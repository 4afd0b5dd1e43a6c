"""The platform's rates, kept to the letter and used to the full."""

import asyncio
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from bench.chaos.cases.broadcasts import TRUE_LIMITS
from bench.chaos.outcome import CaseOutcome
from bench.chaos.setup import CaseSetup
from bench.chaos.town import phones, queue, settle, user_of

GROUP = -5002
IN_GROUP, PATIENT = 1, 2
"""The person who is reached in a group, and the one with a long line of messages."""
USED = 0.97
FORGIVEN = 0.1
"""Seconds by which two messages may come closer on their way to the platform, or where the machine
stands still between a message's slot and its connection."""
NEVER_REFUSED = 0.5
"""What the platform itself forgives: how close they came is judged here, where it is known how long
each was on its way."""


@dataclass(frozen=True, slots=True)
class Densest:
    """How many messages at most lay within a second, a second of one chat, a minute of the group;
    each less what is forgiven."""

    second: int
    chat: int
    group: int

    def is_within_limits(self) -> bool:
        return self.second <= 30 and self.chat <= 1 and self.group <= 20


def find_densest(seen: Sequence[tuple[float, int]]) -> Densest:
    """Of instants and chats, in the order of time."""
    by_chat: dict[int, list[float]] = defaultdict(list)
    for at, chat in seen:
        by_chat[chat].append(at)
    in_group = by_chat.pop(GROUP, [])
    return Densest(
        most_within([at for at, _ in seen], 1 - FORGIVEN),
        max((most_within(times, 1 - FORGIVEN) for times in by_chat.values()), default=0),
        most_within(in_group, 60 - FORGIVEN),
    )


def longest_delay(left: Sequence[tuple[float, int]], came: Sequence[tuple[float, int]]) -> float:
    """By how many seconds the slowest message was longer on its way than the fastest. The two have
    clocks of their own; a chat has one message on its way at a time."""
    by_chat: dict[int, list[float]] = defaultdict(list)
    for at, chat in left:
        by_chat[chat].append(at)
    waits = [at - by_chat[chat].pop(0) for at, chat in came]
    return max(waits) - min(waits)


def most_within(times: list[float], window: float) -> int:
    """The most of these instants that lie within any window of so many seconds."""
    return max(
        (bisect_left(times, at + window) - place for place, at in enumerate(times)), default=0
    )


async def keep_the_rates(setup: CaseSetup) -> CaseOutcome:
    """A flood of messages on a strict platform: no 429, and nearly everything it allows is used."""
    seconds = setup.size(60, 10)
    people = list(range(1, 31 * (seconds + 3)))
    began = time.monotonic()
    outcome = CaseOutcome({"messages waiting": 0, "seconds": seconds})
    simulator = {
        "users": phones(people),
        "groups": [{"id": GROUP, "title": "Group", "members": [user_of(IN_GROUP)]}],
        "rates": {"enforce": True, "tolerance": NEVER_REFUSED},
    }
    async with setup.case_bot(simulator, limits=TRUE_LIMITS) as case_bot:
        await settle(case_bot.records, people, chats={IN_GROUP: GROUP})
        texts = (f"message {n}" for n in range(10**9))
        await queue(
            case_bot.records, "notice", 1, [IN_GROUP] * 60 + [PATIENT] * 90, _take(texts, 150)
        )
        others = people[2:]
        await queue(case_bot.records, "broadcast", 2, others, _take(texts, len(others)))
        await case_bot.bot.start()
        await asyncio.sleep(seconds + 2.5)
        sends = await case_bot.telegram.sends()
    came = [(_seconds(send["at"]), send["params"]["chat_id"]) for send in sends]
    left = [(entry.at, entry.chat) for entry in case_bot.journal() if entry.what == "left"]
    first = left[0][0] + 1.0
    at = [moment for moment, _ in left]
    used = (bisect_left(at, first + seconds) - bisect_left(at, first)) / (30 * seconds)
    enough = USED / setup.crowd.stretch(began)
    as_left, as_came, delay = find_densest(left), find_densest(came), longest_delay(left, came)
    refused = sum(send["error_code"] == 429 for send in sends)
    outcome.injected["messages waiting"] = len(others) + 150
    outcome.measured = {
        "most in a second": as_left.second,
        "most in a second to a chat": as_left.chat,
        "most in a minute to the group": as_left.group,
        "the same as they came": list(astuple(as_came)),
        "longer on the way by": round(delay, 3),
        "used": round(used, 3),
        "429": refused,
    }
    outcome.late = int(used < enough)
    outcome.expect(used >= enough, f"only {used:.1%} of the rate was used")
    outcome.expect(as_left.second <= 30, f"{as_left.second} messages in a second")
    outcome.expect(as_left.chat <= 1, f"{as_left.chat} messages in a second to one chat")
    outcome.expect(as_left.group <= 20, f"{as_left.group} messages in a minute to the group")
    # Where the way took longer than is forgiven, what came together did not leave together.
    outcome.expect(
        as_came.is_within_limits() or delay > FORGIVEN, f"{as_came} as they came to the platform"
    )
    outcome.expect(not refused, f"{refused} times over the limits")
    return outcome


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _take(texts: Iterator[str], number: int) -> list[str]:
    return [next(texts) for _ in range(number)]

"""The platform's rates, kept to the letter and used to the full."""

import asyncio
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
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
"""Seconds by which two messages may come closer on their way to the platform."""


def most_within(times: list[float], window: float) -> int:
    """The most of these instants that lie within any window of so many seconds."""
    return max(
        (bisect_left(times, at + window) - place for place, at in enumerate(times)), default=0
    )


async def keep_the_rates(setup: CaseSetup) -> CaseOutcome:
    """A flood of messages on a strict platform: no 429, and nearly everything it allows is used."""
    seconds = setup.size(60, 10)
    people = list(range(1, 31 * (seconds + 3)))
    began, forgiven = time.monotonic(), setup.forgive(FORGIVEN)
    outcome = CaseOutcome({"messages waiting": 0, "seconds": seconds})
    simulator = {
        "users": phones(people),
        "groups": [{"id": GROUP, "title": "Group", "members": [user_of(IN_GROUP)]}],
        "rates": {"enforce": True, "tolerance": forgiven},
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
    at = [datetime.fromisoformat(send["at"]).timestamp() for send in sends]
    by_chat: dict[int, list[float]] = defaultdict(list)
    for send, moment in zip(sends, at, strict=True):
        by_chat[send["params"]["chat_id"]].append(moment)
    first = at[0] + 1.0
    used = (bisect_left(at, first + seconds) - bisect_left(at, first)) / (30 * seconds)
    enough = USED / setup.crowd.stretch(began)
    per_second = most_within(at, 1 - forgiven)
    per_chat = max(most_within(by_chat[chat], 1 - forgiven) for chat in by_chat if chat > 0)
    per_group = most_within(by_chat[GROUP], 60 - forgiven)
    refused = sum(send["error_code"] == 429 for send in sends)
    outcome.injected["messages waiting"] = len(others) + 150
    outcome.measured = {
        "most in a second": per_second,
        "most in a second to a chat": per_chat,
        "most in a minute to the group": per_group,
        "used": round(used, 3),
        "429": refused,
    }
    outcome.late = int(used < enough)
    outcome.expect(used >= enough, f"only {used:.1%} of the rate was used")
    outcome.expect(per_second <= 30, f"{per_second} messages in a second")
    outcome.expect(per_chat <= 1, f"{per_chat} messages in a second to one chat")
    outcome.expect(per_group <= 20, f"{per_group} messages in a minute to the group")
    outcome.expect(not refused, f"{refused} times over the limits")
    return outcome


def _take(texts: Iterator[str], number: int) -> list[str]:
    return [next(texts) for _ in range(number)]

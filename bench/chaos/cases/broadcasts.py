"""A broadcast to a whole department, under everything that a network and a platform can do."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.chaos.journal import Entry
from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import SEAL, ScriptedTeacher, percentile
from bench.chaos.records import count, tally
from bench.chaos.setup import FAST, CaseBot, CaseSetup, until
from bench.chaos.town import (
    appoint_supervisor,
    draft_announcement,
    phones,
    settle,
    user_of,
)
from bench.crowd import Crowd

TITLE = "Announcement under fire"
AUTHOR = 1
GROUP, SUPERGROUP = -5001, -1_000_000_005_001
TOPIC = "announcement:1"
TOPIC_IS = f"topic = '{TOPIC}'"
AMBIGUOUS = ("500", "500_after", "reset_before", "reset_after", "timeout_after")
TOLERANCE = 0.05
"""Seconds that a strict platform forgives between two messages."""
RETRY_AFTER = 1
REMEMBERED_WITHIN = 0.5
"""Seconds on a quiet machine after which the database knows of a 429."""
TRUE_LIMITS = {"overall": 30, "per_chat": 1, "per_group_minute": 20}


@dataclass
class Recipients:
    """Who is to be reached, and who cannot be."""

    people: list[int]
    blocked: list[int]
    deactivated: list[int]
    unknown: list[int]
    migrating: int

    @property
    def unreachable(self) -> set[int]:
        return {*self.blocked, *self.deactivated, *self.unknown}

    def chat_of(self, person: int) -> int:
        """Where a message for the person ends up."""
        return SUPERGROUP if person == self.migrating else user_of(person)


@dataclass
class Kills:
    """What was on its way at each kill, by the bot's own records, and when that was."""

    in_flight: list[set[int]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    @property
    def people(self) -> set[int]:
        return set().union(*self.in_flight)


def choose_recipients(size: int, dice: Random) -> Recipients:
    people = list(range(2, size + 2))
    few = dice.sample(people, size // 20 + 1)
    three, one = size * 3 // 100, size // 100
    return Recipients(
        people, few[:three], few[three : three + one], few[three + one : three + 2 * one], few[-1]
    )


def simulate_recipients(recipients: Recipients, seed: int) -> dict[str, Any]:
    """The simulator's configuration: people, the group that moves, and all the faults."""
    faults = {
        "seed": seed,
        "methods": ["sendMessage"],
        "latency": 0.02,
        "jitter": 0.01,
        "rate_429": 0.05,
        "retry_after": RETRY_AFTER,
        "rate_500": 0.01,
        "rate_500_after": 0.01,
        "rate_reset_before": 0.01,
        "rate_reset_after": 0.01,
        "rate_timeout_after": 0.01,
        "blocked": [user_of(n) for n in recipients.blocked],
        "deactivated": [user_of(n) for n in recipients.deactivated],
        "unknown": [user_of(n) for n in recipients.unknown],
        "migrate": {GROUP: SUPERGROUP},
    }
    members = [user_of(recipients.migrating)]
    return {
        "users": phones([AUTHOR, *recipients.people]),
        "groups": [
            {"id": GROUP, "title": "Group", "members": members},
            {"id": SUPERGROUP, "title": "Group", "members": members},
        ],
        "faults": faults,
    }


async def press(case_bot: CaseBot, route: str, *more: str) -> None:
    """The author presses a button about the announcement, however old."""
    data = SEAL.close(AUTHOR, route, ("1", *more))
    user = user_of(AUTHOR)
    await case_bot.telegram.act({"user_id": user, "press": data, "message_id": 1, "forged": True})


async def is_sent(case_bot: CaseBot) -> bool:
    """Whether every recipient's message has come to an end."""
    queued = await case_bot.records.fetch("SELECT queued_at FROM announcements")
    waiting = await count(
        case_bot.records, f"outbox WHERE {TOPIC_IS} AND state IN ('queued', 'sending')"
    )
    return queued[0][0] is not None and waiting == 0


IN_FLIGHT = "outbox WHERE state = 'sending' AND kind = 'broadcast'"


async def kill_while_sending(
    case_bot: CaseBot, times: int, people: int, dice: Random, kills: Kills, crowd: Crowd
) -> None:
    """Half of the kills come at any instant, half while something is on its way. A saboteur is
    killed whenever another part of the messages has arrived: by the clock of a busy machine all may
    have by the second kill, so that nothing is left to go wrong."""
    sabotaged = "sabotage" in case_bot.bot.plan

    async def is_flying() -> bool:
        return bool(await count(case_bot.records, IN_FLIGHT)) or await is_sent(case_bot)

    for number in range(times):
        share = (number + 0.5) / (times + 1)

        async def has_come_so_far(share: float = share) -> bool:
            arrived = await count(case_bot.records, f"outbox WHERE {TOPIC_IS} AND state = 'sent'")
            return arrived >= share * people

        if sabotaged:
            await until(has_come_so_far, 60.0, 0.01)
        else:
            await asyncio.sleep(dice.uniform(0.05, 1.6) * crowd.stretch())
        if number % 2 and not sabotaged:
            await until(is_flying, 5.0, 0.01)
        if await is_sent(case_bot):
            return
        kills.at.append(time.monotonic())
        await case_bot.bot.kill()
        rows = await case_bot.records.fetch(f"SELECT person_id FROM {IN_FLIGHT}")  # noqa: S608
        kills.in_flight.append({person for (person,) in rows})
        await case_bot.bot.start()


async def broadcast_under_fire(setup: CaseSetup, sabotage: str = "") -> CaseOutcome:
    """Kills, 429, 5xx, resets, time-outs, refusals, and people who are gone: nobody is missed,
    nobody doubled without an excuse, and everybody stands in a named state."""
    outcome = CaseOutcome()
    dice = setup.dice("broadcast")
    recipients = choose_recipients(setup.size(2000 if sabotage else 10_000, 400), dice)
    plan: dict[str, Any] = {"refused": 0.05, "read_seconds": 2.0 * setup.crowd.stretch()}
    simulator = simulate_recipients(recipients, setup.seed)
    if sabotage:
        # Slow and without cooldowns, so that each kill finds something on its way.
        plan |= {"sabotage": sabotage, "limits": FAST | {"overall": 100}}
        simulator["faults"]["rate_429"] = 0.0
    async with setup.case_bot(simulator, **plan) as case_bot:
        await settle(
            case_bot.records, [AUTHOR, *recipients.people], chats={recipients.migrating: GROUP}
        )
        await appoint_supervisor(case_bot.records, AUTHOR)
        await draft_announcement(case_bot.records, AUTHOR, TITLE)
        await case_bot.bot.start()
        await press(case_bot, "announce.sent", f"d{len(recipients.people)}")
        kills = Kills()
        times, people = setup.size(20, 4), len(recipients.people)
        await kill_while_sending(case_bot, times, people, dice, kills, setup.crowd)
        patience = setup.size(600, 60)
        outcome.expect(
            await until(lambda: is_sent(case_bot), patience, 0.3), "the broadcast did not end"
        )
        unknown = await count(case_bot.records, f"outbox WHERE {TOPIC_IS} AND state = 'unknown'")
        await send_again(case_bot, outcome)
        await judge(case_bot, outcome, recipients, kills, setup.crowd)
        outcome.injected |= {
            "recipients": len(recipients.people),
            "kills": len(kills.in_flight),
            "unreachable": len(recipients.unreachable),
        }
        outcome.measured["unknown before the author sent again"] = unknown
    return outcome


async def send_again(case_bot: CaseBot, outcome: CaseOutcome) -> None:
    """The author has those served again whom it may have missed, on a calm network."""
    calm = ("rate_429", "rate_500", "rate_500_after", "rate_reset_before", "rate_reset_after")
    await case_bot.telegram.fail(rate_timeout_after=0.0, **dict.fromkeys(calm, 0.0))

    async def known() -> bool:
        doubtful = "('queued', 'sending', 'unknown')"
        return not await count(case_bot.records, f"outbox WHERE {TOPIC_IS} AND state IN {doubtful}")

    for _ in range(3):
        await press(case_bot, "announce.resent")
        if await until(known, 10):
            return
    outcome.broken.append("some stay unknown after being sent again")


async def judge(
    case_bot: CaseBot, outcome: CaseOutcome, recipients: Recipients, kills: Kills, crowd: Crowd
) -> None:
    """Every recipient by name: reached, or excused; once, or excused."""
    sends = [s for s in await case_bot.telegram.sends() if TITLE in s["params"].get("text", "")]
    got = Counter(chat for chat, _, text in await case_bot.telegram.deliveries() if TITLE in text)
    doubted = {s["params"]["chat_id"] for s in sends if s["fault"] in AMBIGUOUS}
    for person in recipients.people:
        copies = got[recipients.chat_of(person)]
        outcome.lost += copies == 0 and person not in recipients.unreachable
        chats = {recipients.chat_of(person), GROUP if person == recipients.migrating else 0}
        excused = person in kills.people or bool(chats & doubted)
        outcome.doubled += 0 if excused else max(0, copies - 1)
    doubled = sum(max(0, copies - 1) for copies in got.values())
    in_flight = sum(map(len, kills.in_flight))
    bound = in_flight + sum(s["fault"] in AMBIGUOUS for s in sends)
    outcome.expect(doubled <= bound, f"{doubled} copies too many, {bound} may be")
    states = await tally(case_bot.records, "outbox", TOPIC_IS)
    final = sum(states.get(state, 0) for state in ("sent", "unreachable"))
    outcome.unlabelled += len(recipients.people) - final
    rows = await count(case_bot.records, f"outbox WHERE {TOPIC_IS}")
    outcome.expect(
        rows == len(recipients.people), f"{rows} rows for {len(recipients.people)} people"
    )
    _judge_permanent(outcome, sends, recipients, kills)
    _judge_patience(outcome, case_bot.journal(), kills, crowd.stretch())
    outcome.injected |= {
        "429": sum(s["fault"] == "429" for s in sends),
        "ambiguous": sum(s["fault"] in AMBIGUOUS for s in sends),
        "refused connections": "5 %",
        "groups that move": 1,
    }
    outcome.measured |= {
        "states": states,
        "copies too many": doubled,
        "they may be": bound,
        "most in flight at a kill": max(map(len, kills.in_flight), default=0),
    }


def _judge_permanent(
    outcome: CaseOutcome, sends: list[dict[str, Any]], recipients: Recipients, kills: Kills
) -> None:
    refused = Counter(
        s["params"]["chat_id"]
        for s in sends
        if not s["fault"] and s["error_code"] in (400, 403) and s["params"]["chat_id"] != GROUP
    )
    excused = {user_of(person) for person in kills.people}
    again = [chat for chat, times in refused.items() if times > 1 and chat not in excused]
    outcome.expect(not again, f"{len(again)} people who cannot be reached were tried again")
    never = recipients.unreachable - {chat - user_of(0) for chat in refused}
    outcome.expect(len(never) == 0, f"{len(never)} people who cannot be reached were never tried")


def _judge_patience(outcome: CaseOutcome, journal: list[Entry], kills: Kills, busy: float) -> None:
    """After a bot has heard of a 429 it asks nothing more for its chat before its time, and after
    one of another chat within that time nothing at all; and so does one that was started since.
    `busy` as `Crowd.stretch`."""
    early = restarted = heard = 0
    unknown = REMEMBERED_WITHIN * busy
    waits: dict[int, dict[int, float]] = {}
    for place, refusal in enumerate(journal):
        if refusal.what != "heard":
            continue
        heard += 1
        chat, until = refusal.chat, refusal.at + refusal.after
        others = waits.setdefault(refusal.bot, {})
        # A group has a rate of its own, which says nothing of the others.
        everybody = chat > 0 and any(
            other != chat and later > refusal.at for other, later in others.items()
        )
        if chat > 0:
            others[chat] = until
        for later in journal[place + 1 :]:
            if later.at >= until - 0.01:
                break
            if later.what != "asked" or (later.chat != chat and not everybody):
                continue
            if later.bot == refusal.bot:
                # What goes to a chat that has just moved is the same message, which has begun.
                early += later.chat != SUPERGROUP or chat == SUPERGROUP
            elif not any(refusal.at < kill < refusal.at + unknown for kill in kills.at):
                restarted += 1
    outcome.measured |= {
        "429 heard": heard, "too early": early, "too early after a restart": restarted
    }  # fmt: skip
    outcome.expect(not early, f"{early} messages left before a 429 allowed it")
    outcome.expect(
        not restarted, f"{restarted} messages left before a 429 allowed it, after a restart"
    )


async def converse_during_a_broadcast(setup: CaseSetup) -> CaseOutcome:
    """A teacher asks and reads on while thousands are served: answers within a second."""
    people = list(range(1, setup.size(10_000, 1_500) + 1))
    turns = setup.size(40, 8)
    outcome = CaseOutcome({"recipients": len(people), "questions": turns})
    async with setup.case_bot({"users": phones(people)}, limits=TRUE_LIMITS) as case_bot:
        await settle(case_bot.records, people)
        await appoint_supervisor(case_bot.records, AUTHOR)
        await draft_announcement(case_bot.records, AUTHOR, TITLE)
        teacher = ScriptedTeacher(case_bot.telegram, people[-1])
        await case_bot.telegram.watch([teacher.user])
        await case_bot.telegram.limit(enforce=True, tolerance=setup.forgive(TOLERANCE))
        await case_bot.bot.start()
        began = time.monotonic()
        await teacher.asks("/help")
        await asyncio.sleep(1.2)
        await press(case_bot, "announce.sent", f"d{len(people)}")
        dice = setup.dice("pauses")
        answers = []
        for turn in range(turns):
            answers.append(await teacher.asks(("/help", "/practices", "/menu")[turn % 3]))
            await asyncio.sleep(1.1 + dice.random() * 0.4)
        outcome.expect(not await is_sent(case_bot), "the broadcast ended before the talk")
        p95 = percentile(answers, 0.95)
        outcome.late = int(p95 > setup.crowd.stretch(began))
        outcome.measured = {
            "p50": round(percentile(answers, 0.5), 3),
            "p95": round(p95, 3),
            "slowest": round(max(answers), 3),
            "broadcast so far": await tally(case_bot.records, "outbox", TOPIC_IS),
        }
        counts = await case_bot.telegram.counts()
        refused = counts["methods"]["sendMessage"].get("429", 0)
        outcome.expect(not refused, f"{refused} times over the limits")
    return outcome

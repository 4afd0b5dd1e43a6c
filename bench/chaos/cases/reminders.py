"""Reminders: a bot that was down, clocks that are set, zones that change their time."""

import asyncio
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from bench.chaos.outcome import CaseOutcome
from bench.chaos.records import count, tally
from bench.chaos.setup import CaseBot, CaseSetup, settled, until
from bench.chaos.town import (
    Appointment,
    Zone,
    arrange,
    form_team,
    midday,
    now_millis,
    phones,
    settle,
    user_of,
)

DOWN = 600
"""Seconds for which the bot was down."""
SOON = 5.0
HOUR = 3_600_000
SAFETY = 32.0
"""Seconds within which a clock that was set without a word is noticed."""


async def started_after_a_pause(setup: CaseSetup) -> CaseOutcome:
    """Down for ten minutes over 500 reminders: each is started or expired, the first within 5 s of
    the start, none twice."""
    number = setup.size(500, 100)
    people = list(range(1, number + 1))
    outcome = CaseOutcome(
        {"reminders": number, "of which expire": number // 5, "seconds down": DOWN}
    )
    async with setup.case_bot({"users": phones(people)}) as case_bot:
        await settle(case_bot.records, people, midday())
        dice = setup.dice("due")
        now = now_millis()
        appointments = []
        for n in people:
            await form_team(case_bot.records, n, n)
            # Not before a slow machine has started and ended the bot once.
            due = now + 60_000 + dice.randrange(DOWN * 1000 - 180_000)
            expires = due + 60_000 if n % 5 == 0 else due + HOUR * 5 // 6
            appointments.append(Appointment(n, n, n, due + HOUR, expires=expires))
        await arrange(case_bot.records, appointments)
        await case_bot.bot.start()
        await settled(case_bot)
        await case_bot.bot.kill()
        before = (await tally(case_bot.records, "due", "job = 'meetings.nudge'")).get("waiting", 0)
        await case_bot.bot.start(clock=DOWN)
        began, since = time.time(), time.monotonic()

        async def done() -> bool:
            return not await count(
                case_bot.records, "due WHERE state = 'waiting' AND job = 'meetings.nudge'"
            )

        await until(done, 60)
        await settled(case_bot)
        sends = await case_bot.telegram.sends()
        first = min((datetime.fromisoformat(s["at"]).timestamp() for s in sends), default=0.0)
        states = await tally(case_bot.records, "due", "job = 'meetings.nudge'")
        outcome.lost = before - states.get("done", 0) - states.get("expired", 0)
        outcome.unlabelled = sum(
            n for state, n in states.items() if state not in ("done", "expired")
        )
        late = [at for s in sends if (at := datetime.fromisoformat(s["at"]).timestamp()) < began]
        got = Counter(chat for chat, _, _ in await case_bot.telegram.deliveries())
        outcome.doubled = sum(max(0, copies - 1) for copies in got.values())
        outcome.lost += max(0, states.get("done", 0) - len(got))
        outcome.late = int(first - began > SOON * setup.crowd.stretch(since))
        expired = states.get("expired", 0)
        outcome.expect(expired == number // 5, f"{expired} expired, not {number // 5}")
        outcome.measured = {
            "waiting before": before,
            "states": states,
            "first after": round(first - began, 2),
            "sent before the pause": len(late),
        }
    return outcome


# Clocks and zones

ZONES = (
    Zone("Asia/Riyadh", "SA", "arab"),
    Zone("Africa/Casablanca", "MA", "latn"),
    Zone("Africa/Cairo", "SA", "arab"),
    Zone("Europe/Paris", "SA", "latn"),
)
LOCAL = (16, 20)
"""When everybody's meeting begins, by their own clock."""
_TIME = re.compile(r"(\d{1,2}):(\d\d)")
WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone as the newest rules have it, whatever this machine's own database says."""
    source = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with source.open("rb") as rules:
        return ZoneInfo.from_file(rules, name)


def changing_days(after: datetime, most: int) -> list[datetime]:
    """Days, at noon in UTC, on which one of the zones changes its time, with the day before."""
    days: list[datetime] = []
    day = after.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for _ in range(800):
        day += timedelta(days=1)
        next_day = day + timedelta(days=1)
        zones = (zone_of(zone.timezone) for zone in ZONES)
        if any(day.astimezone(z).utcoffset() != next_day.astimezone(z).utcoffset() for z in zones):
            days += [day, next_day]
    return days[:most]


async def clocks_and_zones(setup: CaseSetup) -> CaseOutcome:
    """The clock set an hour forth and back, and meetings around every change of time: each
    reminder comes once, at its hour, and says the local time."""
    outcome = CaseOutcome()
    people = list(range(1, len(ZONES) + 1))
    plan: dict[str, Any] = {"safety_seconds": 3.0} if setup.short else {}
    async with setup.case_bot({"users": phones([*people, 9])}, **plan) as case_bot:
        for person, zone in zip(people, ZONES, strict=True):
            await settle(case_bot.records, [person], zone)
            await form_team(case_bot.records, person, person)
        await settle(case_bot.records, [9], midday())
        await form_team(case_bot.records, 9, 9)
        await _set_the_clock(case_bot, outcome)
        await _pass_the_changes(setup, case_bot, outcome, people)
    return outcome


async def _set_the_clock(case_bot: CaseBot, outcome: CaseOutcome) -> None:
    """Nobody tells the bot that its clock was set: it notices by itself."""
    now = now_millis()
    soon, later = now + 30 * 60_000, now + 90 * 60_000
    await arrange(
        case_bot.records,
        [Appointment(900, 9, 9, soon + HOUR), Appointment(901, 9, 9, later + HOUR)],
    )
    await case_bot.bot.start()

    async def reminded(times: int) -> bool:
        return len(await case_bot.telegram.deliveries()) >= times

    await asyncio.sleep(1.0)
    outcome.expect(not await reminded(1), "a reminder came half an hour early")
    began = time.monotonic()
    await case_bot.bot.order("set_clock", seconds=3600)
    outcome.late += not await until(lambda: reminded(1), SAFETY)
    outcome.measured["noticed after"] = round(time.monotonic() - began, 1)
    outcome.expect(await settled(case_bot), "the bot did not come to rest")
    await case_bot.bot.order("set_clock", seconds=-3600)
    await case_bot.bot.kill()
    await case_bot.bot.start()
    await asyncio.sleep(1.5)
    outcome.doubled += max(0, len(await case_bot.telegram.deliveries()) - 1)
    await case_bot.bot.order("advance", seconds=91 * 60)
    outcome.late += not await until(lambda: reminded(2), 10)
    outcome.doubled += max(0, len(await case_bot.telegram.deliveries()) - 2)
    outcome.injected["hours set"] = "+1, -1"


async def _pass_the_changes(
    setup: CaseSetup, case_bot: CaseBot, outcome: CaseOutcome, people: list[int]
) -> None:
    now = datetime.now(UTC) + timedelta(seconds=91 * 60)
    days = changing_days(now, setup.size(24, 6))
    appointments = []
    for number, day in enumerate(days):
        for person, zone in zip(people, ZONES, strict=True):
            local = datetime(day.year, day.month, day.day, *LOCAL, tzinfo=zone_of(zone.timezone))
            starts = round(local.timestamp() * 1000)
            appointments.append(Appointment(number * 10 + person, person, person, starts))
    await arrange(case_bot.records, appointments)
    wrong = 0
    for day in days:
        before = len(await case_bot.telegram.deliveries())
        midnight = day + timedelta(hours=11)
        passed = (midnight - now).total_seconds()
        now = midnight
        # In steps, as time passes: each reminder is still of use when its turn comes.
        await case_bot.bot.order("advance", seconds=passed - 12 * 3600)
        for _ in range(24):
            await case_bot.bot.order("advance", seconds=1800)
        outcome.expect(await _none_due(case_bot, day), "a reminder stays undone")
        outcome.expect(await settled(case_bot), "the bot did not come to rest")
        shown = (await case_bot.telegram.deliveries())[before:]
        for person in people:
            texts = [text for chat, _, text in shown if chat == user_of(person)]
            outcome.lost += not texts
            outcome.doubled += max(0, len(texts) - 1)
            wrong += sum(not says_local_time(text) for text in texts)
    outcome.expect(not wrong, f"{wrong} reminders tell a wrong time")
    outcome.injected |= {"zones": len(ZONES), "days around changes": len(days)}
    outcome.measured |= {"reminders": len(appointments), "wrong local times": wrong}


async def _none_due(case_bot: CaseBot, day: datetime) -> bool:
    """Whether every reminder of meetings up to the end of a day was taken up in time."""
    end = round((day + timedelta(hours=12)).timestamp() * 1000)

    async def none_waits() -> bool:
        waiting = "due WHERE job = 'meetings.nudge' AND state = 'waiting' AND anchor_at < ?"
        return not await count(case_bot.records, waiting, end)

    return await until(none_waits, 20)


def says_local_time(text: str) -> bool:
    """Whether the first time of day in the text is `LOCAL`, on the clock of twelve or of 24."""
    found = _TIME.search(text.translate(WESTERN))
    if found is None:
        return False
    return (int(found[1]) % 12, int(found[2])) == (LOCAL[0] % 12, LOCAL[1])

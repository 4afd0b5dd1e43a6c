"""A circular to a department of thirty schools, all of whom have claimed their places: stopped
half-way by an overseer and let go on, while the bot is killed again and again."""

import re
from collections import Counter
from random import Random

from bench.chaos.cases.broadcasts import IN_FLIGHT, TOPIC_IS, Kills, is_sent
from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import SEAL, ScriptedTeacher
from bench.chaos.records import count, tally
from bench.chaos.setup import FAST, CaseBot, CaseSetup, settled, until
from bench.chaos.town import (
    appoint_supervisor,
    draft_announcement,
    list_and_claim,
    phones,
    settle,
    user_of,
)
from bot.core.text import western

TITLE = "A circular to everybody"
AUTHOR, OVERSEER = 1, 2
SCHOOLS = 30
A_SECOND = 400
"""Messages that the platform takes: slow enough to be stopped half-way."""
SIGNS = {"waiting": "⏳", "sent": "📬", "cancelled": "✋", "unreachable": "🚫", "unknown": "❔"}
"""How a report's lines begin, by what they count."""
OTHERS = f"{TOPIC_IS} AND kind = 'broadcast' AND person_id <> {OVERSEER}"
"""The messages of those who see nothing of it but the circular."""


async def stopped_half_way(setup: CaseSetup) -> CaseOutcome:
    """Nobody gets it twice, nobody is missed, and the page, the rows and the phones say the same:
    when it is stopped, and when it has gone to the rest."""
    dice, outcome = setup.dice("circular"), CaseOutcome()
    people = list(range(3, setup.size(5_000, 120) + 3))
    blocked = dice.sample(people, len(people) // 50)
    simulator = {
        "users": phones([AUTHOR, OVERSEER, *people]),
        "faults": {
            "seed": setup.seed, "methods": ["sendMessage"], "latency": 0.02, "jitter": 0.01,
            "blocked": [user_of(n) for n in blocked],
        },
    }  # fmt: skip
    limits = FAST | {"overall": setup.size(A_SECOND, A_SECOND // 8)}
    async with setup.case_bot(simulator, limits=limits) as case_bot:
        await settle(case_bot.records, [AUTHOR, OVERSEER, *people])
        await list_and_claim(case_bot.records, people, SCHOOLS)
        for person in (AUTHOR, OVERSEER):
            await appoint_supervisor(case_bot.records, person)
        await draft_announcement(case_bot.records, AUTHOR, TITLE)
        await case_bot.telegram.watch([user_of(AUTHOR), user_of(OVERSEER)])
        await case_bot.bot.start()
        kills, half = Kills(), setup.size(6, 1)
        everybody = len(people) + 1
        await _press(case_bot, AUTHOR, "announce.sent", f"d{everybody}")
        await _kill_until(case_bot, everybody // 2, half, dice, kills)
        await _press(case_bot, OVERSEER, "announce.stopped", "s")
        outcome.expect(await settled(case_bot), "the bot did not come to rest after the stop")
        await _compare(case_bot, "stopped", everybody, outcome, kills)
        got = await _copies(case_bot)
        outcome.expect(len(got) < len(people), "nobody was left when it was stopped")
        await _press(case_bot, OVERSEER, "announce.wenton", "0")
        await _kill_until(case_bot, everybody, half, dice, kills)
        ended = await until(lambda: is_sent(case_bot), setup.size(300, 60), 0.2)
        outcome.expect(ended, "it did not end after it was let go on")
        await _serve_doubtful(case_bot, outcome)
        await _compare(case_bot, "sent", everybody, outcome, kills)
        await _judge(case_bot, people, blocked, kills, outcome)
        outcome.injected |= {
            "recipients": everybody, "schools": SCHOOLS, "kills": len(kills.in_flight),
            "unreachable": len(blocked), "got it before the stop": len(got),
        }  # fmt: skip
    return outcome


async def _press(case_bot: CaseBot, person: int, route: str, *more: str) -> None:
    data = SEAL.close(person, route, ("1", *more))
    act = {"user_id": user_of(person), "press": data, "message_id": 1, "forged": True}
    await case_bot.telegram.act(act)


async def _copies(case_bot: CaseBot) -> Counter[int]:
    """How many copies lie in each chat; the overseer's shows the report as well, and is left
    out."""
    shown = await case_bot.telegram.deliveries()
    apart = (user_of(AUTHOR), user_of(OVERSEER))
    return Counter(chat for chat, _, text in shown if TITLE in text and chat not in apart)


async def _kill_until(
    case_bot: CaseBot, share: int, times: int, dice: Random, kills: Kills
) -> None:
    """Kill it so often until so many have been served; each kill finds something on its way."""
    begin = await count(case_bot.records, f"outbox WHERE {TOPIC_IS} AND state = 'sent'")

    async def reaches(wanted: float) -> None:
        async def served() -> bool:
            arrived = await count(case_bot.records, f"outbox WHERE {TOPIC_IS} AND state = 'sent'")
            return arrived >= wanted or await is_sent(case_bot)

        await until(served, 120.0, 0.01)

    for number in range(times):
        await reaches(begin + (share - begin) * (number + dice.random()) / times)
        if await is_sent(case_bot):
            return
        await case_bot.bot.kill()
        rows = await case_bot.records.fetch(f"SELECT person_id FROM {IN_FLIGHT}")  # noqa: S608
        kills.in_flight.append({person for (person,) in rows})
        await case_bot.bot.start()
    await reaches(share)


async def _serve_doubtful(case_bot: CaseBot, outcome: CaseOutcome) -> None:
    """The author has those served again whom a kill may have kept from it."""

    async def known() -> bool:
        doubtful = "('queued', 'sending', 'unknown')"
        return not await count(case_bot.records, f"outbox WHERE {TOPIC_IS} AND state IN {doubtful}")

    async def is_over() -> bool:
        return bool(await count(case_bot.records, "announcements WHERE state = 'sent'"))

    outcome.expect(await until(is_over, 60.0), "it never came to its end")
    for _ in range(3):
        await _press(case_bot, AUTHOR, "announce.resent")
        if await until(known, 10.0):
            return
    outcome.broken.append("some stay unknown after being sent again")


async def _compare(
    case_bot: CaseBot, when: str, everybody: int, outcome: CaseOutcome, kills: Kills
) -> None:
    """The page of the overseer, the rows, and the phones: the same number of each."""
    await settled(case_bot)
    states = await tally(case_bot.records, "outbox", f"{TOPIC_IS} AND kind = 'broadcast'")
    page = await _page(case_bot)
    [(state, total)] = await case_bot.records.fetch("SELECT state, total FROM announcements")
    got = await _copies(case_bot)
    rows = {name: states.get(name, 0) for name in SIGNS}
    rows["waiting"] = states.get("queued", 0) + states.get("sending", 0)
    rows["cancelled"] += states.get("dropped", 0)
    found = {name: page.get(name, 0) for name in SIGNS}
    outcome.expect(found == rows, f"{when}: the page says {found}, the rows {rows}")
    outcome.expect(sum(rows.values()) == everybody, f"{when}: {rows} of {everybody}")
    others = await tally(case_bot.records, "outbox", OTHERS)
    sent, doubtful = others.get("sent", 0), others.get("unknown", 0)
    outcome.expect(
        sent <= len(got) <= sent + doubtful,
        f"{when}: {len(got)} phones have it, the rows say {sent} and {doubtful} in doubt",
    )
    outcome.expect(total == everybody, f"{when}: the total is {total}, of {everybody}")
    outcome.measured |= {
        f"{when}: page": page, f"{when}: rows": states, f"{when}: phones": len(got),
        f"{when}: state": state,
    }  # fmt: skip


async def _page(case_bot: CaseBot) -> dict[str, int]:
    """What the overseer's report counts."""
    reader = ScriptedTeacher(case_bot.telegram, OVERSEER)
    case_bot.telegram.forget_news(reader.user)
    await _press(case_bot, OVERSEER, "announce.report")
    shown = await reader.sees(lambda each: SIGNS["sent"] in each.text, "the report")
    found = {}
    for name, sign in SIGNS.items():
        if line := re.search(rf"{sign}.*", western(shown.text)):
            found[name] = int(re.sub(r"\D", "", line[0]))
    return found


async def _judge(
    case_bot: CaseBot, people: list[int], blocked: list[int], kills: Kills, outcome: CaseOutcome
) -> None:
    """Each by name: once, or excused by a kill."""
    got, gone = await _copies(case_bot), set(blocked)
    for person in people:
        copies = got[user_of(person)]
        outcome.lost += copies == 0 and person not in gone
        outcome.doubled += 0 if person in kills.people else max(0, copies - 1)
    states = await tally(case_bot.records, "outbox", OTHERS)
    ended = states.get("sent", 0) + states.get("unreachable", 0)
    outcome.unlabelled += len(people) - ended
    readers = await count(case_bot.records, "receipts")
    outcome.expect(readers == len(people) + 1, f"{readers} readers for {len(people) + 1} people")

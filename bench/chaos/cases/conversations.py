"""Updates: killed at any instant, repeated, out of order, impossible to read."""

import asyncio
from random import Random
from typing import Any

import aiohttp

from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import PracticeText, ScriptedTeacher, Sharing, Stuck, check_practices
from bench.chaos.processes import BotProcess
from bench.chaos.records import count, tally
from bench.chaos.setup import WEBHOOK_SECRET, CaseBot, CaseSetup, settled
from bench.chaos.town import now_millis, phones, settle, user_of
from bench.crowd import Crowd

SOONEST, LATEST = 0.02, 1.0
"""Seconds from a start to the next kill: some fall into the start itself."""


SENDS = ("sendMessage", "editMessageText")


async def kill_at_random(bot: BotProcess, times: int, dice: Random, crowd: Crowd) -> None:
    """Kill the bot and start it again, over and over; it runs at the end."""
    for _ in range(times):
        await asyncio.sleep(dice.uniform(SOONEST, LATEST) * crowd.stretch())
        await bot.kill()
        await bot.start()


async def converse(
    case_bot: CaseBot, people: list[int], setup: CaseSetup, over: float
) -> tuple[list[str], list[float]]:
    """Let everybody share a practice, each beginning at some moment `over` so many seconds;
    returns who got stuck, and how long each answer took."""
    # Long enough for all the kills to pass, even on a busy machine.
    patience = 4.0 if "sabotage" in case_bot.bot.plan else 240.0
    await case_bot.telegram.watch(map(user_of, people))
    stuck: list[str] = []
    answers: list[float] = []

    async def share(person: int) -> None:
        dice = setup.dice("share", person)
        await asyncio.sleep(dice.uniform(0, over))
        sharing = Sharing(ScriptedTeacher(case_bot.telegram, person, patience), dice, think=0.05)
        try:
            await sharing.go()
        except Stuck as reason:
            stuck.append(str(reason))
        answers.extend(sharing.answers)

    await asyncio.gather(*map(share, people))
    return stuck, answers


async def account(case_bot: CaseBot, outcome: CaseOutcome, people: list[int], updates: int) -> None:
    """Compare what people did with what the bot has made of it."""
    rested = await settled(case_bot)
    lost, doubled = await check_practices(case_bot.records, people)
    states = await tally(case_bot.records, "updates")
    outcome.lost += lost + max(0, updates - states.get("done", 0))
    outcome.doubled += doubled + max(0, sum(states.values()) - updates)
    outcome.unlabelled += sum(n for state, n in states.items() if state != "done")
    outcome.measured |= {
        "updates": updates,
        "practices": await count(case_bot.records, "practices"),
    }
    counts = await case_bot.telegram.counts()
    outcome.lost += counts["dropped_updates"]
    outcome.expect(rested, "the bot did not come to rest")
    outcome.expect(not counts["refused"], f"{counts['refused']} requests were invalid")
    if not case_bot.bot.kills:
        # Without a crash there is no excuse for sending anything twice.
        sent = await count(case_bot.records, "outbox WHERE state = 'sent'")
        made = sum(counts["methods"].get(m, {}).get("ok", 0) for m in SENDS)
        outcome.doubled += max(0, made - sent)
    for action in ("turn.failed", "turn.lost", "update.set_aside"):
        found = case_bot.bot.logged(action)
        outcome.expect(not found, f"{found} times {action} in the log")


async def killed_while_people_converse(setup: CaseSetup, sabotage: str = "") -> CaseOutcome:
    """kill -9 at random instants, by polling and by webhook: no update lost, no effect twice."""
    outcome = CaseOutcome()
    for mode in ("polling",) if sabotage else ("polling", "webhook"):
        people = list(range(1, setup.size(200 if sabotage else 1000, 30) + 1))
        kills = setup.size(20 if sabotage else 100, 5)
        plan = {"sabotage": sabotage} if sabotage else {}
        async with setup.case_bot(
            {"users": phones(people)}, webhook=mode == "webhook", **plan
        ) as case_bot:
            await settle(case_bot.records, people)
            await case_bot.bot.start()
            over = kills * (SOONEST + LATEST) / 2 * 0.9 * setup.crowd.stretch()
            killing = kill_at_random(case_bot.bot, kills, setup.dice("kills", mode), setup.crowd)
            talking = converse(case_bot, people, setup, over)
            (stuck, answers), _ = await asyncio.gather(talking, killing)
            await account(case_bot, outcome, people, case_bot.telegram.pushed)
            outcome.expect(not stuck, f"{len(stuck)} people got stuck, as {stuck[:1]}")
            outcome.injected[f"kills by {mode}"] = case_bot.bot.kills
            outcome.injected[f"people by {mode}"] = len(people)
            outcome.measured["slowest answer"] = round(max(answers, default=0.0), 2)
    return outcome


async def repeated_and_out_of_order(setup: CaseSetup) -> CaseOutcome:
    """Each update three times, people's updates in any order among each other: one effect each."""
    outcome = CaseOutcome()
    people = list(range(1, setup.size(300, 20) + 1))
    for mode in ("polling", "webhook"):
        faults = {"seed": setup.seed, "duplicate_updates": 2}
        async with setup.case_bot(
            {"users": phones(people), "faults": faults}, webhook=mode == "webhook"
        ) as case_bot:
            await settle(case_bot.records, people)
            await case_bot.bot.start()
            stuck, _ = await converse(case_bot, people, setup, over=setup.size(10, 1))
            await account(case_bot, outcome, people, case_bot.telegram.pushed)
            outcome.expect(not stuck, f"{len(stuck)} people got stuck, as {stuck[:1]}")
            if mode == "webhook":
                await _post_shuffled(setup, case_bot, outcome, people)
    outcome.injected = {
        "people": len(people),
        "times each": 3,
        "shuffled updates": 12 * len(people),
    }
    return outcome


async def _post_shuffled(
    setup: CaseSetup, case_bot: CaseBot, outcome: CaseOutcome, people: list[int]
) -> None:
    """Four texts of each person's form, each posted three times, in one big shuffle that keeps
    only each person's own order; numbers rise in no order at all."""
    dice = setup.dice("shuffle")
    for person in people:
        await case_bot.telegram.say(user_of(person), "/share")
    outcome.expect(await settled(case_bot), "the forms were not opened")
    before = case_bot.telegram.pushed
    number = iter(dice.sample(range(10**6, 2 * 10**6), len(people) * 4))
    lines = {
        n: [_message(next(number), n, text) for text in PracticeText(n).answers] for n in people
    }
    turns = [n for n in people for _ in range(4)]
    dice.shuffle(turns)
    copies: list[dict[str, Any]] = []
    for person in turns:
        update = lines[person].pop(0)
        copies += [update, update]
        # The third copy comes late, among other people's updates.
        copies.insert(dice.randrange(max(0, len(copies) - 200), len(copies)), update)
    first_seen = list({update["update_id"]: update for update in copies}.values())
    for update in first_seen:
        person = update["message"]["from"]["id"]
        lines[person - user_of(0)].append(update)
    await _post(case_bot, _in_order(copies, lines))
    outcome.expect(await settled(case_bot), "the shuffled updates were not all handled")
    rows = await case_bot.records.fetch("SELECT address_id, forms FROM conversations")
    for person, forms in rows:
        answers = PracticeText(person).answers
        right = all(forms.count(f'"{text}"') == 1 for text in answers)
        outcome.lost += not right
    outcome.expect(len(rows) == len(people), f"{len(rows)} forms stand open")
    stored = await count(case_bot.records, "updates")
    outcome.doubled += max(0, stored - before - 4 * len(people))


def _in_order(
    copies: list[dict[str, Any]], lines: dict[int, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The same places, but a person's first copies in the order in which they wrote."""
    order = {
        update["update_id"]: place
        for updates in lines.values()
        for place, update in enumerate(sorted(updates, key=lambda u: u["message"]["message_id"]))
    }
    places: dict[int, list[int]] = {}
    for place, update in enumerate(copies):
        places.setdefault(update["message"]["from"]["id"], []).append(place)
    arranged = list(copies)
    for own in places.values():
        updates = sorted((copies[place] for place in own), key=lambda u: order[u["update_id"]])
        for place, update in zip(own, updates, strict=True):
            arranged[place] = update
    return arranged


_numbers = iter(range(500_000, 10**9))


def _message(update_id: int, person: int, text: str) -> dict[str, Any]:
    user = {"id": user_of(person), "is_bot": False, "first_name": "P", "language_code": "ar"}
    chat = {"id": user_of(person), "type": "private", "first_name": "P"}
    message = {"message_id": next(_numbers), "date": now_millis() // 1000, "chat": chat}
    return {"update_id": update_id, "message": {**message, "from": user, "text": text}}


async def _post(case_bot: CaseBot, updates: list[dict[str, Any]]) -> None:
    """Post updates to the bot's webhook, many at once, a person's one after the other."""
    url = case_bot.bot.environment["HALQA_TELEGRAM_WEBHOOK_URL"]
    headers = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
    locks: dict[int, asyncio.Lock] = {}
    slots = asyncio.Semaphore(40)

    async with aiohttp.ClientSession(headers=headers) as session:

        async def post(update: dict[str, Any]) -> None:
            person = update["message"]["from"]["id"]
            lock = locks.setdefault(person, asyncio.Lock())
            async with lock, slots, session.post(url, json=update) as answer:
                answer.raise_for_status()

        await asyncio.gather(*map(post, updates))


UNREADABLE = {"message": {"message_id": "x", "chat": 5, "from": {"id": user_of(1)}, "text": []}}


async def one_unreadable_among_many(setup: CaseSetup) -> CaseOutcome:
    """One update that cannot be read among a hundred: the others are handled, it is set aside."""
    people = list(range(1, 100))
    outcome = CaseOutcome({"updates": 100, "unreadable": 1})
    async with setup.case_bot({"users": phones(people)}) as case_bot:
        await settle(case_bot.records, people)
        place = setup.dice("place").randrange(99)
        for person in people[:place]:
            await case_bot.telegram.say(user_of(person), "/help")
        await case_bot.telegram.push(UNREADABLE)
        for person in people[place:]:
            await case_bot.telegram.say(user_of(person), "/help")
        await case_bot.bot.start_by_command()
        outcome.expect(await settled(case_bot), "the bot did not come to rest")
        states = await tally(case_bot.records, "updates")
        outcome.measured = states
        outcome.lost = 99 - states.get("done", 0)
        outcome.unlabelled = abs(1 - states.get("set_aside", 0)) + states.get("waiting", 0)
        answered = {chat for chat, _, _ in await case_bot.telegram.deliveries()}
        outcome.lost += len(set(map(user_of, people)) - answered)
        rows = await case_bot.records.fetch("SELECT error FROM updates WHERE state = 'set_aside'")
        outcome.expect(all(error for (error,) in rows), "its error is not told")
        outcome.expect(case_bot.bot.logged("update.set_aside") == 1, "the log does not tell it")
        code = await case_bot.bot.stop()
        outcome.expect(code == 0, f"the bot ended with {code}")
    return outcome

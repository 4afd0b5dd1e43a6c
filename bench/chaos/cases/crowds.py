"""Many at once: a crowd at one button, one impatient thumb, one flood of messages."""

import asyncio
import random
import time
from collections import Counter

from bench.chaos.cases.broadcasts import TRUE_LIMITS
from bench.chaos.cases.reminders import WESTERN
from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import SEAL, ScriptedTeacher, Stuck, percentile
from bench.chaos.records import count
from bench.chaos.setup import CaseSetup, settled, until
from bench.chaos.town import (
    Appointment,
    arrange,
    form_team,
    now_millis,
    phones,
    settle,
    user_of,
)

HOUR = 3_600_000
THUMB = 20
"""How often the impatient one presses."""


async def many_press_at_once(setup: CaseSetup) -> CaseOutcome:
    """Fifty people answer one invitation in the same instant, and one presses twenty times: one
    row for each, and the right count."""
    people = list(range(1, 51))
    outcome = CaseOutcome({"people": len(people), "presses of one": THUMB})
    async with setup.case_bot({"users": phones(people)}) as case_bot:
        await settle(case_bot.records, people)
        await form_team(case_bot.records, 1, 1, people[1:])
        await arrange(case_bot.records, [Appointment(1, 1, 1, now_millis() + 72 * HOUR)])
        await case_bot.bot.start()
        dice = setup.dice("presses")
        pressing = [*people, *[people[-1]] * (THUMB - 1)]
        dice.shuffle(pressing)
        await case_bot.telegram.act(
            *(
                {
                    "user_id": user_of(n),
                    "press": SEAL.close(n, "meetings.rsvp", ("1", "yes", "0")),
                    "message_id": 1,
                    "forged": True,
                }
                for n in pressing
            )
        )
        outcome.expect(await settled(case_bot), "the bot did not come to rest")
        rows = await case_bot.records.fetch("SELECT person_id, answer FROM meeting_answers")
        by_person = Counter(person for person, _ in rows)
        outcome.lost = len(set(people) - by_person.keys())
        outcome.doubled = sum(by_person.values()) - len(by_person)
        outcome.expect(all(answer == "yes" for _, answer in rows), "an answer is not the pressed")
        # Each new answer is written down once in the audit trail; the same one again is none.
        noted = await count(case_bot.records, "audit_trail WHERE action = 'meetings.answer'")
        outcome.expect(noted == len(people), f"{noted} answers in the audit trail")
        done = await count(case_bot.records, "updates WHERE state = 'done'")
        outcome.unlabelled = len(pressing) - done
        outcome.measured = {"rows": len(rows), "in the audit trail": noted, "updates": done}
    return outcome


async def _talk(
    teacher: ScriptedTeacher,
    dice: random.Random,
    end: float,
    answers: list[float],
    stuck: list[str],
) -> None:
    """Ask again and again until the end; how long each answer took, or why none came."""
    while time.monotonic() < end:
        # Not faster than the platform lets anybody be answered.
        await asyncio.sleep(dice.uniform(1.1, 2.0))
        try:
            answers.append(await teacher.asks("/menu"))
        except Stuck as reason:
            stuck.append(str(reason))


async def one_person_floods(setup: CaseSetup) -> CaseOutcome:
    """A thousand messages of one person in ten seconds: the others hardly notice, and the flooder
    gets three answers at most, and at the end one that counts what was left unread."""
    seconds = setup.size(10, 4)
    messages = seconds * 100
    others = list(range(2, 12))
    outcome = CaseOutcome({"messages": messages, "seconds": seconds, "others": len(others)})
    answers: list[float] = []
    quiet: list[float] = []
    stuck: list[str] = []
    async with setup.case_bot({"users": phones([1, *others])}, limits=TRUE_LIMITS) as case_bot:
        await settle(case_bot.records, [1, *others])
        await case_bot.telegram.watch([user_of(n) for n in [1, *others]])
        await case_bot.bot.start()
        await ScriptedTeacher(case_bot.telegram, others[0]).asks("/menu")

        async def talk(answers: list[float], seconds: float) -> None:
            teachers = [ScriptedTeacher(case_bot.telegram, person) for person in others]
            end = time.monotonic() + seconds
            await asyncio.gather(
                *(_talk(each, setup.dice("talk", n), end, answers, stuck)
                  for n, each in zip(others, teachers, strict=True))
            )  # fmt: skip

        # In the full form: how it is without the flood, to compare.
        if not setup.short:
            await talk(quiet, seconds)
        began = time.monotonic()
        end = began + seconds

        async def flood() -> None:
            for n in range(messages // 10):
                burst = ({"user_id": user_of(1), "text": f"message {n}.{i}"} for i in range(10))
                await case_bot.telegram.act(*burst)
                await asyncio.sleep(max(0.0, end - seconds + (n + 1) / 10 - time.monotonic()))

        await asyncio.gather(flood(), talk(answers, seconds))

        async def handled() -> bool:
            return not await count(case_bot.records, "updates WHERE state = 'waiting'")

        outcome.expect(await until(handled, 30), "the bot did not come to rest")
        await asyncio.sleep(3.0)
        shown = await case_bot.telegram.deliveries()
        got = sum(chat == user_of(1) for chat, _, _ in shown)
        coming = "outbox WHERE person_id = 1 AND state IN ('queued', 'sending')"
        got += await count(case_bot.records, coming)
        busy = setup.crowd.stretch(began)
        outcome.late = int(percentile(answers, 0.95) > busy)
        outcome.lost = len(stuck)
        outcome.unlabelled = await count(case_bot.records, "updates WHERE state = 'waiting'")
        # One a second at most, until what may be read is read.
        outcome.expect(got <= 3 * busy, f"the flooder got {got} answers")
        outcome.expect(got >= 1, "the flooder was not told why")
        unread = await count(case_bot.records, "updates WHERE state = 'skipped'")

        async def counted() -> bool:
            untold = "updates WHERE state = 'skipped' AND done_at IS NULL"
            told = "outbox WHERE person_id = 1 AND kind = 'notice' AND state = 'sent'"
            return not await count(case_bot.records, untold) and bool(
                await count(case_bot.records, told)
            )

        outcome.expect(await until(counted, 30), "the flooder was not told what was left unread")
        texts = [
            text for chat, _, text in await case_bot.telegram.deliveries() if chat == user_of(1)
        ]
        counts = sum(str(unread) in text.translate(WESTERN) for text in texts)
        outcome.expect(counts == 1, f"{counts} times told that {unread} messages were left unread")
        outcome.measured = {
            "answers to the flooder": got,
            "left unread": unread,
            "p95 of the others": round(percentile(answers, 0.95), 3),
            **({"p95 of the others before": round(percentile(quiet, 0.95), 3)} if quiet else {}),
            "slowest of the others": round(max(answers, default=0.0), 3),
        }
    return outcome


async def one_statement_fails_for_good(setup: CaseSetup) -> CaseOutcome:
    """A hundred people search, and each search ends in a statement that the database will never
    take: each is told, nothing is tried for ever, and the others hardly notice."""
    searching = list(range(1, 101))
    others = list(range(101, 111))
    seconds = setup.size(15, 4)
    outcome = CaseOutcome({"searches": len(searching), "others": len(others)})
    answers: list[float] = []
    stuck: list[str] = []
    people = [*searching, *others]
    async with setup.case_bot({"users": phones(people)}, failing_search=True) as case_bot:
        await settle(case_bot.records, people)
        await case_bot.telegram.watch(map(user_of, people))
        await case_bot.bot.start()
        await ScriptedTeacher(case_bot.telegram, others[0]).asks("/menu")
        began = time.monotonic()
        end = began + seconds

        async def talk(person: int) -> None:
            dice = setup.dice("beside", person)
            teacher = ScriptedTeacher(case_bot.telegram, person)
            while time.monotonic() < end:
                await asyncio.sleep(dice.uniform(0.1, 0.5))
                try:
                    answers.append(await teacher.asks("/menu"))
                except Stuck as reason:
                    stuck.append(str(reason))

        async def search() -> None:
            words = ({"user_id": user_of(n), "text": "/search something"} for n in searching)
            await case_bot.telegram.act(*words)

        await asyncio.gather(search(), *map(talk, others))
        outcome.expect(await settled(case_bot), "the bot did not come to rest")
        apologies = await case_bot.records.fetch(
            "SELECT count(*), count(DISTINCT error) FROM updates WHERE state = 'set_aside'"
        )
        told = {chat for chat, _, _ in await case_bot.telegram.deliveries()}
        outcome.lost = len(set(map(user_of, searching)) - told) + len(stuck)
        outcome.expect(apologies == [(100, 100)], f"{apologies} apologies with a reference each")
        outcome.expect(
            not case_bot.bot.logged("turn.retry"),
            "what can never succeed was tried again",
        )
        outcome.late = int(percentile(answers, 0.95) > setup.crowd.stretch(began))
        outcome.measured = {
            "answers beside": len(answers),
            "p95 of the others": round(percentile(answers, 0.95), 3),
            "slowest of the others": round(max(answers, default=0.0), 3),
        }
    return outcome

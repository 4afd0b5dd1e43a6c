"""Three bots on one PostgreSQL: one is killed, and nobody notices."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from bench.chaos.balancer import Balancer
from bench.chaos.cases.broadcasts import TRUE_LIMITS
from bench.chaos.cases.pacing import FORGIVEN, most_within
from bench.chaos.outcome import CaseOutcome
from bench.chaos.processes import BotProcess, free_port, run_command, start_simulator
from bench.chaos.records import PostgresRecords, count, tally
from bench.chaos.setup import (
    JOURNAL,
    CaseBot,
    CaseSetup,
    environment,
    until,
    webhook_environment,
)
from bench.chaos.telegram import SimulatorClient
from bench.chaos.town import (
    Appointment,
    arrange,
    form_team,
    midday,
    now_millis,
    phones,
    settle,
    user_of,
)
from bench.postgresql import start_server

BOTS = 3
HOUR = 3_600_000
RECOVERED = 12.0


@asynccontextmanager
async def postgresql(directory: Path) -> AsyncIterator[str]:
    """A PostgreSQL of this case with an empty database; gives its address for asyncpg."""
    home = directory / "postgresql"
    server = await asyncio.to_thread(start_server, home)
    try:
        connection = await asyncpg.connect(server.get_uri())
        await connection.execute("CREATE DATABASE chaos TEMPLATE template0")
        await connection.close()
        yield f"postgresql://postgres@/chaos?host={home}"
    finally:
        await asyncio.to_thread(server.cleanup)


@asynccontextmanager
async def three_bots(
    setup: CaseSetup, people: list[int]
) -> AsyncIterator[tuple[list[CaseBot], PostgresRecords]]:
    """Three bots that share database, simulator and public address; no bot runs yet."""
    directory = setup.make_directory()
    public, ports = free_port(), [free_port() for _ in range(BOTS)]
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(postgresql(directory))
        process, url = await start_simulator(
            directory,
            {"users": phones(people), "faults": {"seed": setup.seed, "latency": 0.1}},
        )
        stack.push_async_callback(process.wait)
        stack.callback(process.kill)
        shared = environment(url, directory, dsn)
        code, said = await run_command(shared, "migrate")
        if code:
            raise RuntimeError(f"the database cannot be made: {said}")
        balancer = Balancer(public, ports)
        await balancer.start()
        stack.push_async_callback(balancer.stop)
        telegram = await stack.enter_async_context(SimulatorClient(url))
        records = PostgresRecords(dsn)
        case_bots = []
        for number, port in enumerate(ports):
            plan: dict[str, Any] = {
                "seed": setup.seed + number,
                "limits": TRUE_LIMITS,
                "journal": str(directory / JOURNAL),
            }
            bot = BotProcess(
                setup.launcher,
                shared | webhook_environment(port, public),
                directory / f"bot{number}.log",
                plan,
            )
            stack.push_async_callback(bot.kill)
            case_bots.append(CaseBot(directory, bot, telegram, records))
        yield case_bots, records


async def three_on_one_database(setup: CaseSetup) -> CaseOutcome:
    """Reminders and conversations shared by three processes of which one dies: each exactly once,
    all that the dead one held taken over in 12 s, and the rate kept by all together."""
    reminders, talks = setup.size(1000, 60), setup.size(2000, 120)
    outcome = CaseOutcome(
        {"bots": BOTS, "killed": 1, "reminders": reminders, "conversations": talks}
    )
    people = list(range(1, max(reminders, talks) + 1))
    async with three_bots(setup, people) as (case_bots, records):
        telegram = case_bots[0].telegram
        await settle(records, people, midday())
        began = time.monotonic()
        length = (reminders + talks) / 30
        dice = setup.dice("several")
        due = [now_millis() + 3000 + dice.randrange(round(length * 800)) for _ in range(reminders)]
        for n in range(1, reminders + 1):
            await form_team(records, n, n)
        numbered = enumerate(due, 1)
        await arrange(records, [Appointment(n, n, n, at + HOUR) for n, at in numbered])
        for case_bot in case_bots:
            await case_bot.bot.start()
        await asyncio.sleep(1.5)
        recovered = await _talk_and_kill(setup, case_bots, records, talks, outcome)

        async def done() -> bool:
            waiting = await count(records, "updates WHERE state = 'waiting'")
            waiting += await count(records, "outbox WHERE state IN ('queued', 'sending')")
            waiting += await count(records, "due WHERE state = 'waiting' AND job LIKE 'meetings%'")
            return waiting == 0 and not (await telegram.counts())["pending_updates"]

        outcome.expect(await until(done, length + 50, 0.5), "some work stays undone")
        outcome.late = int(recovered > RECOVERED * setup.crowd.stretch(began))
        await _judge(setup, outcome, case_bots[0], records, reminders, talks)
        outcome.measured["recovered after"] = round(recovered, 1)
    return outcome


async def _held_by(bot: BotProcess, records: PostgresRecords) -> int:
    """How many messages and updates are still in the hands of a process."""
    mine = f"{bot.pid}-%"
    messages = "outbox WHERE state = 'sending' AND claimed_by LIKE ?"
    updates = "updates WHERE state = 'waiting' AND claimed_by LIKE ?"
    return await count(records, messages, mine) + await count(records, updates, mine)


async def _talk_and_kill(
    setup: CaseSetup,
    case_bots: list[CaseBot],
    records: PostgresRecords,
    talks: int,
    outcome: CaseOutcome,
) -> float:
    """Everybody says one thing, spread over the time; in the middle of it the first bot dies with
    something in hand. Returns after how many seconds the others have taken it over."""
    telegram, dice, length = case_bots[0].telegram, setup.dice("talks"), talks / 20
    moments = sorted((dice.uniform(0, length), n) for n in range(1, talks + 1))
    began = time.monotonic()

    async def talk() -> None:
        for at, person in moments:
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            await telegram.say(user_of(person), "/menu")

    talking = asyncio.create_task(talk())
    await asyncio.sleep(length * dice.uniform(0.3, 0.6))

    async def holds() -> bool:
        return bool(await _held_by(case_bots[0].bot, records))

    await until(holds, 10, 0.01)
    await case_bots[0].bot.kill()
    killed_at = time.monotonic()
    outcome.measured["held at the kill"] = await _held_by(case_bots[0].bot, records)

    async def free() -> bool:
        return not await _held_by(case_bots[0].bot, records)

    outcome.expect(await until(free, 60), "what the dead one held stays held")
    recovered = time.monotonic() - killed_at
    await talking
    return recovered


async def _judge(
    setup: CaseSetup,
    outcome: CaseOutcome,
    case_bot: CaseBot,
    records: PostgresRecords,
    reminders: int,
    talks: int,
) -> None:
    updates = await tally(records, "updates")
    replies = await records.fetch(
        "SELECT person_id, count(*) FROM outbox WHERE kind = 'reply' GROUP BY person_id"
    )
    reminded = await records.fetch(
        "SELECT person_id, count(*) FROM outbox WHERE kind = 'reminder' GROUP BY person_id"
    )
    outcome.lost = (talks - len(replies)) + (reminders - len(reminded))
    outcome.doubled = sum(n - 1 for _, n in replies) + sum(n - 1 for _, n in reminded)
    outcome.unlabelled = sum(n for state, n in updates.items() if state != "done")
    states = await tally(records, "outbox")
    outcome.measured["reminders"] = await tally(records, "due", "job = 'meetings.nudge'")
    outcome.unlabelled += sum(n for state, n in states.items() if state != "sent")
    at = [entry.at for entry in case_bot.journal() if entry.what == "left"]
    most = most_within(at, 1 - setup.forgive(FORGIVEN))
    outcome.expect(most <= 30, f"{most} messages in a second from all together")
    outcome.measured |= {
        "updates": updates,
        "outbox": states,
        "most in a second": most,
    }

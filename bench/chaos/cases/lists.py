"""A list of thousands is looked through, added and taken back while the bot is killed again and
again, people claim their places, schools are closed, merged and moved, and a second list of half of
the same people comes from the command line, which is killed as well and never started again."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from bench.chaos.cases.several import postgresql
from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import SEAL, ScriptedTeacher, Stuck
from bench.chaos.processes import (
    ROOT,
    BotProcess,
    plain_environment,
    run_command,
    start_simulator,
)
from bench.chaos.records import PostgresRecords, count
from bench.chaos.setup import FAST, CaseBot, CaseSetup, environment, settled, until
from bench.chaos.telegram import SimulatorClient
from bench.chaos.town import DEPARTMENT, SCHOOL, STAGE, SUBJECT, now_millis, phones, settle, user_of
from bot.arabic.order import order_key
from bot.chat.person import find_person
from bot.core.clock import Clock
from bot.features import derived, due_work
from bot.features.imports.actions import slips, staging
from bot.features.imports.models import ImportKind
from bot.features.imports.queries.reading import read_list
from bot.features.imports.rights.lists import ABANDONED_AFTER
from bot.features.people.actions import unit_changes
from bot.features.people.actions.headcounts import SHARDS
from bot.storage.database import Database, open_database

ADMINISTRATOR = 1
SCHOOLS = 12
CLOSED, MERGED, INTO, MOVED, OFFICE = range(SCHOOL + 1, SCHOOL + 6)
"""What becomes of some of the units while a list adds people to them: `MOVED` moves to the
`OFFICE`."""
FAMILY = "Almadar"
BROUGHT, TYPED = 1, 2
"""The list that an administrator brings, and the one of the command line."""


@dataclass
class _Play:
    """What is played, and with what."""

    case_bot: CaseBot
    database: Database
    environment: dict[str, str]
    size: int
    dice: Random
    kills: int
    """In each step."""
    outcome: CaseOutcome
    claims: int
    claimed: list[int] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    async def figures(self, number: int) -> dict[str, object]:
        names = ["state", "parts_done", "rows", "fresh", "known", "changed", "wrong", "added"]
        columns = ", ".join(names)
        found = await self.case_bot.records.fetch(
            f"SELECT {columns} FROM imports WHERE id = ?",  # noqa: S608
            number,
        )
        return dict(zip(names, found[0], strict=True)) if found else {"state": "none"}


async def on_sqlite(setup: CaseSetup) -> CaseOutcome:
    """Nothing is doubled, nothing half, and it goes on by itself."""
    async with setup.case_bot(_simulator(setup)) as case_bot:
        settings = environment(case_bot.telegram.url, case_bot.directory)
        url = f"sqlite+aiosqlite:///{case_bot.database}"
        return await _play(setup, case_bot, settings, url)


async def on_postgresql(setup: CaseSetup) -> CaseOutcome:
    """The same."""
    directory = setup.make_directory()
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(postgresql(directory))
        process, url = await start_simulator(
            directory, {"faults": {"seed": setup.seed}} | _simulator(setup)
        )
        stack.push_async_callback(process.wait)
        stack.callback(process.kill)
        settings = environment(url, directory, dsn)
        code, said = await run_command(settings, "migrate")
        if code:
            raise RuntimeError(f"the database cannot be made: {said}")
        telegram = await stack.enter_async_context(SimulatorClient(url))
        plan = {"seed": setup.seed, "limits": FAST}
        bot = BotProcess(setup.launcher, settings, directory / "bot.log", plan)
        stack.push_async_callback(bot.kill)
        case_bot = CaseBot(directory, bot, telegram, PostgresRecords(dsn))
        asynchronous = dsn.replace("postgresql://", "postgresql+asyncpg://")
        return await _play(setup, case_bot, settings, asynchronous)


def _simulator(setup: CaseSetup) -> dict[str, object]:
    return {"users": phones(range(1, setup.size(60, 8) + 2))}


async def _play(
    setup: CaseSetup, case_bot: CaseBot, settings: dict[str, str], url: str
) -> CaseOutcome:
    outcome, claims = CaseOutcome(), setup.size(60, 8)
    await settle(case_bot.records, range(1, claims + 2))
    await _build(case_bot)
    async with _opened(url) as database:
        play = _Play(
            case_bot, database, settings, setup.size(20_000, 1_500), setup.dice("lists"),
            setup.size(10, 1), outcome, claims,
        )  # fmt: skip
        async with database.transaction() as tx:
            actor = await find_person(tx, ADMINISTRATOR)
            data = _list_of(range(play.size))
            table = await asyncio.to_thread(read_list, data, ImportKind.PEOPLE, SEAL.digest, "SA")
            staged = await staging.stage(tx, actor, ImportKind.PEOPLE, "brought.csv", table)
            assert staged.id == BROUGHT
            await staging.go_on_later(tx, BROUGHT)
        await case_bot.bot.start()
        await _kill_until(play, BROUGHT, "checked")
        await _compare(play, "looked through")
        await _press(case_bot, "imports.add", str(BROUGHT))
        claiming = asyncio.create_task(_claim_all(play))
        changing = asyncio.create_task(_change_units(play))
        typing = asyncio.create_task(_begin_typed(play))
        await _kill_until(play, BROUGHT, "done")
        await changing
        await settled(case_bot)
        await _compare(play, "added")
        await typing
        await _go_on_with_typed(play)
        await _compare(play, "both added")
        await _press(case_bot, "imports.undone", str(BROUGHT))
        await _kill_until(play, BROUGHT, "undone")
        await claiming
        await settled(case_bot)
        await _compare(play, "taken back")
        await _judge(play)
        outcome.injected |= {
            "people": play.size, "kills": case_bot.bot.kills + 1, "claims": len(play.claimed)
        }  # fmt: skip
        outcome.measured |= {"kept waiting": len(play.stuck)}
    return outcome


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, Clock(), due_work().listeners)
    try:
        yield database
    finally:
        await database.close()


async def _build(case_bot: CaseBot) -> None:
    now, schools = now_millis(), range(SCHOOL + 1, SCHOOL + 1 + SCHOOLS)
    await case_bot.records.add(
        "units",
        "id, parent_id, kind, name, country, timezone, gender, path, state, created_at, sort_key",
        [
            (unit, DEPARTMENT, "office" if unit == OFFICE else "school", _school(unit), "SA",
             "Asia/Riyadh", "mixed", f"/1/{unit}/", "active", now, order_key(_school(unit)))
            for unit in schools
        ],
    )  # fmt: skip
    await case_bot.records.add(
        "roles",
        "person_id, role, unit_id, state, granted_at",
        [(ADMINISTRATOR, "administrator", DEPARTMENT, "active", now)],
    )
    await case_bot.records.add(
        "headcounts",
        "unit_id, role, subject, stage, lane, people",
        [(DEPARTMENT, "administrator", SUBJECT, STAGE, ADMINISTRATOR % SHARDS, 1)],
    )


def _school(unit: int) -> str:
    return f"School of the palms {unit}"


def _unit_of(number: int) -> int:
    return SCHOOL + 1 + number % SCHOOLS


def _list_of(numbers: range) -> bytes:
    lines = ["name;school;role;subject;staff number"]
    lines += [
        f"Nora Salma {FAMILY};{_school(_unit_of(n))};teacher;mathematics;{n:08}" for n in numbers
    ]
    return "\n".join(lines).encode()


async def _press(case_bot: CaseBot, route: str, *arguments: str) -> None:
    data = SEAL.close(ADMINISTRATOR, route, arguments)
    act = {"user_id": user_of(ADMINISTRATOR), "press": data, "message_id": 1, "forged": True}
    await case_bot.telegram.act(act)


async def _kill_until(play: _Play, number: int, state: str) -> None:
    """Kill the bot at random pieces of a step; it runs at the end, and the step is over."""
    bot, dice = play.case_bot.bot, play.dice
    pieces = max(2, play.size // 250)
    for at in sorted(dice.randrange(pieces) for _ in range(play.kills)):

        async def reached(wanted: int = at) -> bool:
            found = await play.figures(number)
            return found["state"] == state or int(str(found["parts_done"])) >= wanted

        await until(reached, 60.0, 0.005)
        await asyncio.sleep(dice.uniform(0, 0.05))
        await bot.kill()
        await bot.start()

    async def over() -> bool:
        return (await play.figures(number))["state"] == state

    came = await until(over, 120.0, 0.02)
    play.outcome.expect(came, f"list {number}: {await play.figures(number)}, wanted {state}")


async def _change_units(play: _Play) -> None:
    """Close one, merge one and move one while people are added to them."""
    pieces = max(3, play.size // 250)
    acts: list[Callable[..., Awaitable[object]]] = [
        lambda tx: unit_changes.move_unit(tx, None, MOVED, OFFICE),
        lambda tx: unit_changes.merge_units(tx, None, MERGED, INTO),
        lambda tx: unit_changes.close_unit(tx, None, CLOSED),
    ]
    for at, act in zip(sorted(play.dice.randrange(pieces) for _ in acts), acts, strict=True):

        async def reached(wanted: int = at) -> bool:
            found = await play.figures(BROUGHT)
            return found["state"] == "done" or int(str(found["parts_done"])) >= wanted

        await until(reached, 60.0, 0.005)
        async with play.database.transaction() as tx:
            await act(tx)


async def _begin_typed(play: _Play) -> None:
    """The second list, from the command line: the last half of the first one, and as many more. It
    waits for the first one, and is killed in the middle of its adding."""
    file = play.case_bot.directory / "typed.csv"
    file.write_bytes(_list_of(_typed(play)))
    wanted = play.dice.randrange(max(1, play.size // 250 // 2))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "import-people", str(file), "--yes",
        cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
        env=plain_environment() | play.environment,
    )  # fmt: skip

    async def reached() -> bool:
        found = await play.figures(TYPED)
        adds = found["state"] == "adding" and int(str(found["parts_done"])) >= wanted
        return adds or found["state"] == "done"

    play.outcome.expect(await until(reached, 120.0, 0.002), "the command line never began")
    if process.returncode is None:
        process.kill()
    await process.wait()
    play.outcome.measured["left by the command"] = await play.figures(TYPED)


async def _go_on_with_typed(play: _Play) -> None:
    """Nobody gives that command again: the bot goes on with its list. Those of the closed school
    are forgotten by then, and those of the merged one have followed."""
    waiting = "imported_people WHERE unit_id IN (?, ?) AND state = 'open'"
    await play.case_bot.bot.kill()
    await play.case_bot.bot.start(clock=ABANDONED_AFTER.total_seconds() + 5)

    async def over() -> bool:
        done = (await play.figures(TYPED))["state"] == "done"
        return done and not await count(play.case_bot.records, waiting, CLOSED, MERGED)

    came = await until(over, 60.0)
    play.outcome.expect(came, f"nobody goes on with the list: {await play.figures(TYPED)}")


async def _claim_all(play: _Play) -> None:
    """One after the other comes with a code for somebody who stands on a list by then."""
    for person in range(2, play.claims + 2):
        query = (
            "SELECT id FROM imported_people WHERE state = 'open' AND slip_seed IS NULL"
            " AND unit_id NOT IN (?, ?) ORDER BY id LIMIT 20"
        )

        async def waits(query: str = query) -> bool:
            return bool(await play.case_bot.records.fetch(query, CLOSED, MERGED))

        if not await until(waits, 10.0, 0.02):
            return
        rows = await play.case_bot.records.fetch(query, CLOSED, MERGED)
        if not rows:
            return
        with suppress(Exception):
            # Whoever hands out codes may come too late, as anybody.
            async with play.database.transaction() as tx:
                actor = await find_person(tx, ADMINISTRATOR)
                assert actor is not None
                slip = await slips.make_slip(tx, actor, play.dice.choice(rows)[0], SEAL.digest)
            teacher = ScriptedTeacher(play.case_bot.telegram, person, patience=10.0)
            await play.case_bot.telegram.watch([teacher.user])
            try:
                await teacher.asks(f"/claim {slip.code}")
                await teacher.asks(FAMILY)
            except Stuck as stuck:
                play.stuck.append(str(stuck))
                continue
            play.claimed.append(person)


async def _compare(play: _Play, when: str) -> None:
    """The report's figures agree with the rows, and nobody stands there twice."""
    outcome, records = play.outcome, play.case_bot.records
    doubled = await count(
        records, "(SELECT listed_as FROM imported_people GROUP BY listed_as HAVING count(*) > 1) d"
    )
    outcome.doubled += doubled
    shown: dict[str, object] = {}
    for number, numbers in ((BROUGHT, range(play.size)), (TYPED, _typed(play))):
        found = await play.figures(number)
        shown[str(number)] = list(found.values())
        if len(found) < 2:
            continue
        state = found.pop("state")
        figures = {name: int(str(value)) for name, value in found.items()}
        if state == "checking":
            continue
        parts = sum(figures[name] for name in ("fresh", "known", "changed", "wrong"))
        outcome.expect(parts == len(numbers), f"{when}: {parts} of {len(numbers)} rows: {figures}")
        if state == "done":
            closed = sum(_unit_of(n) == CLOSED for n in numbers)
            kept = await count(records, "imported_people WHERE import_id = ?", number)
            outcome.expect(
                kept <= figures["added"] <= kept + closed, f"{when}: {figures}, {kept} rows"
            )
            outcome.expect(
                kept <= figures["fresh"] <= kept + closed, f"{when}: {figures}, {kept} rows"
            )
    outcome.measured[when] = shown
    most = {"added": play.size, "both added": play.size + play.size // 2}
    if when in most:
        wanted = sum(_unit_of(n) != CLOSED for n in range(most[when]))
        there = await count(records, "imported_people")
        outcome.lost += max(0, wanted - there)
        # The second list may have begun by then.
        exact = when == "added" or there == wanted
        outcome.expect(exact, f"{when}: {there} stand on the lists, of {wanted}")


def _typed(play: _Play) -> range:
    return range(play.size // 2, play.size + play.size // 2)


async def _judge(play: _Play) -> None:
    """After it was taken back: who has claimed a place has it, and nothing else is left of it."""
    outcome, records = play.outcome, play.case_bot.records
    left = await count(records, "imported_people WHERE import_id = ? AND state = 'open'", BROUGHT)
    parts = await count(records, "import_parts WHERE import_id = ?", BROUGHT)
    outcome.expect((left, parts) == (0, 0), f"{left} people and {parts} pieces of it are left")
    claimed = await records.fetch(
        "SELECT claimed_by, unit_id FROM imported_people WHERE state = 'claimed'"
    )
    placed = await records.fetch(
        "SELECT person_id, unit_id FROM placements WHERE unit_id <> ? AND standing = 'member'",
        SCHOOL,
    )
    given = await records.fetch(
        "SELECT person_id, unit_id FROM roles WHERE unit_id > ? AND role = 'teacher'"
        " AND state = 'active'",
        SCHOOL,
    )
    outcome.unlabelled += len(set(claimed) ^ set(placed)) + len(set(claimed) ^ set(given))
    outcome.expect(bool(claimed), "nobody has claimed a place")
    told = await records.fetch(
        "SELECT params, count(*) FROM outbox JOIN notices ON notices.id = outbox.notice_id"
        " WHERE notices.kind = 'imports.settled' GROUP BY params"
    )
    times = sorted(number for _, number in told)
    outcome.expect(times == [3], f"whoever brought the list was told {times} times, not three")
    for table in derived():
        wrong = await table.put_right_in(play.database)
        outcome.expect(not wrong, f"{table.table}: {wrong} rows are not what others say")

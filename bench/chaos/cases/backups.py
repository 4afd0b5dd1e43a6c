"""A copy taken while everybody talks, and a bot that lives on from it."""

import asyncio
import sqlite3
from contextlib import closing

from bench.chaos.cases.conversations import converse
from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import ScriptedTeacher
from bench.chaos.processes import run_command
from bench.chaos.setup import CaseSetup
from bench.chaos.town import phones, settle, user_of

COMMITTED = (
    "SELECT key FROM updates WHERE state = 'done'",
    "SELECT author_id, title, result FROM practices",
    "SELECT action, actor_id, subject_id FROM audit_trail",
)


async def backed_up_and_restored(setup: CaseSetup) -> CaseOutcome:
    """`halqa backup` under load, `halqa restore` elsewhere: sound, and nothing is missing that was
    committed before the backup began."""
    outcome = CaseOutcome()
    people = list(range(1, setup.size(200, 30) + 1))
    async with setup.case_bot({"users": phones(people)}) as case_bot:
        await settle(case_bot.records, people)
        await case_bot.bot.start()
        over = setup.size(20, 3)
        talking = asyncio.create_task(converse(case_bot, people, setup, over))
        await asyncio.sleep(over * 0.7)
        before = [set(await case_bot.records.fetch(sql)) for sql in COMMITTED]
        copy = case_bot.directory / "copy"
        code, said = await run_command(case_bot.bot.environment, "backup", str(copy))
        outcome.expect(code == 0, f"`halqa backup` ends with {code}: {said[-200:]}")
        busy = not talking.done()
        stuck, _ = await talking
        outcome.expect(not stuck, f"{len(stuck)} people got stuck, as {stuck[:1]}")
        await case_bot.bot.stop()
        if code:
            return outcome
        home = setup.make_directory()
        environment = case_bot.bot.environment | {"HALQA_DATA_DIR": str(home)}
        code, said = await run_command(environment, "restore", str(copy))
        outcome.expect(code == 0, f"`halqa restore` ends with {code}: {said[-200:]}")
        if code:
            return outcome
        with closing(sqlite3.connect(home / "halqa.sqlite3")) as restored:
            after = [set(restored.execute(sql).fetchall()) for sql in COMMITTED]
            sound = restored.execute("PRAGMA integrity_check").fetchall()
            broken = restored.execute("PRAGMA foreign_key_check").fetchall()
        outcome.expect(sound == [("ok",)], f"integrity_check: {sound[:1]}")
        outcome.expect(not broken, f"{len(broken)} rows point to nothing")
        outcome.lost = sum(len(old - new) for old, new in zip(before, after, strict=True))
        case_bot.bot.environment["HALQA_DATA_DIR"] = str(home)
        await case_bot.bot.start()
        await ScriptedTeacher(case_bot.telegram, people[0]).asks("/help")
        outcome.injected = {"people": len(people), "backups under load": int(busy)}
        outcome.measured = {
            "committed before": sum(map(len, before)),
            "in the copy": sum(map(len, after)),
            "bytes": sum(f.stat().st_size for f in case_bot.directory.glob("copy*") if f.is_file()),
            "answered": user_of(people[0]),
        }
    return outcome

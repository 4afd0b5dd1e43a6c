"""A database that cannot be written to: the disk is full, or another program holds it."""

import asyncio
from contextlib import closing

from bench.chaos.cases.conversations import account, converse
from bench.chaos.outcome import CaseOutcome
from bench.chaos.setup import CaseBot, CaseSetup
from bench.chaos.town import phones, settle, user_of

BUSY_SECONDS = 7.0
"""Longer than the bot waits for the lock, which is 5 s."""


async def disk_full_and_locked(setup: CaseSetup) -> CaseOutcome:
    """Full, freed, locked, released, all while people converse: nothing is half done, nothing is
    confirmed that is not stored, and the bot recovers by itself."""
    outcome = CaseOutcome()
    people = list(range(1, setup.size(200, 30) + 1))
    chatty = len(people) + 1
    async with setup.case_bot({"users": phones([*people, chatty])}) as case_bot:
        await settle(case_bot.records, [*people, chatty])
        await case_bot.bot.start()
        pid = case_bot.bot.pid
        over = setup.size(40, 12)
        talking = asyncio.create_task(converse(case_bot, people, setup, over))
        dice = setup.dice("disk")
        for _ in range(setup.size(3, 1)):
            await asyncio.sleep(dice.uniform(0.5, 2.0))
            await _fill(case_bot, outcome, chatty, dice.uniform(2.0, 4.0))
            await asyncio.sleep(dice.uniform(0.5, 2.0))
            await _lock(case_bot, outcome)
        stuck, _ = await talking
        outcome.expect(not stuck, f"{len(stuck)} people got stuck, as {stuck[:1]}")
        await account(case_bot, outcome, people, case_bot.telegram.pushed)
        outcome.expect(case_bot.bot.pid == pid and case_bot.bot.runs, "the bot had to be restarted")
        sound = await case_bot.records.fetch("PRAGMA integrity_check")
        outcome.expect(sound == [("ok",)], f"integrity_check: {sound[:1]}")
        outcome.injected |= {"people": len(people)}
        outcome.measured |= {
            "turns tried again": case_bot.bot.logged("turn.retry"),
            "batches not stored": case_bot.bot.logged("telegram.poll.not_stored"),
        }
    return outcome


async def _fill(case_bot: CaseBot, outcome: CaseOutcome, chatty: int, full_for: float) -> None:
    """Some updates are taken and not yet handled, some not even taken when the disk is full."""
    words = [{"user_id": user_of(chatty), "text": f"/help {n}"} for n in range(30)]
    await case_bot.telegram.act(*words[:15])
    await case_bot.bot.order("fill_disk", pages=0)
    await case_bot.telegram.act(*words[15:])
    await asyncio.sleep(full_for)
    await _check_confirmed(case_bot, outcome, "while the disk was full")
    await case_bot.bot.order("free_disk")
    outcome.injected["times full"] = outcome.injected.get("times full", 0) + 1


async def _lock(case_bot: CaseBot, outcome: CaseOutcome) -> None:
    with closing(case_bot.records.hold_writer()):  # type: ignore[attr-defined]
        await asyncio.sleep(BUSY_SECONDS)
        await _check_confirmed(case_bot, outcome, "while the database was locked")
    outcome.injected["times locked"] = outcome.injected.get("times locked", 0) + 1


async def _check_confirmed(case_bot: CaseBot, outcome: CaseOutcome, when: str) -> None:
    """What Telegram may forget must stand in the inbox."""
    confirmed = (await case_bot.telegram.counts())["confirmed_updates"]
    stored = await case_bot.records.fetch("SELECT count(*) FROM updates")
    ahead = confirmed - stored[0][0]
    outcome.expect(ahead <= 0, f"{ahead} updates were confirmed and not stored {when}")

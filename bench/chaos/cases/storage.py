"""A database that cannot be written to: the disk is full, or another program holds it."""

import asyncio
from contextlib import closing

from bench.chaos.cases.conversations import account, converse
from bench.chaos.outcome import Outcome
from bench.chaos.stage import Scene, Theatre
from bench.chaos.town import phones, settle, user_of

BUSY_SECONDS = 7.0
"""Longer than the bot waits for the lock, which is 5 s."""


async def disk_full_and_locked(theatre: Theatre) -> Outcome:
    """Full, freed, locked, released, all while people converse: nothing is half done, nothing is
    confirmed that is not stored, and the bot recovers by itself."""
    outcome = Outcome()
    people = list(range(1, theatre.size(200, 30) + 1))
    chatty = len(people) + 1
    async with theatre.scene({"users": phones([*people, chatty])}) as scene:
        await settle(scene.records, [*people, chatty])
        await scene.bot.start()
        pid = scene.bot.pid
        over = theatre.size(40, 12)
        talking = asyncio.create_task(converse(scene, people, theatre, over))
        dice = theatre.dice("disk")
        for _ in range(theatre.size(3, 1)):
            await asyncio.sleep(dice.uniform(0.5, 2.0))
            await _fill(scene, outcome, chatty, dice.uniform(2.0, 4.0))
            await asyncio.sleep(dice.uniform(0.5, 2.0))
            await _lock(scene, outcome)
        stuck, _ = await talking
        outcome.expect(not stuck, f"{len(stuck)} people got stuck, as {stuck[:1]}")
        await account(scene, outcome, people, scene.telegram.pushed)
        outcome.expect(scene.bot.pid == pid and scene.bot.runs, "the bot had to be restarted")
        sound = await scene.records.fetch("PRAGMA integrity_check")
        outcome.expect(sound == [("ok",)], f"integrity_check: {sound[:1]}")
        outcome.injected |= {"people": len(people)}
        outcome.measured |= {
            "turns tried again": scene.bot.logged("turn.retry"),
            "batches not stored": scene.bot.logged("telegram.poll.not_stored"),
        }
    return outcome


async def _fill(scene: Scene, outcome: Outcome, chatty: int, full_for: float) -> None:
    """Some updates are taken and not yet handled, some not even taken when the disk is full."""
    words = [{"user_id": user_of(chatty), "text": f"/help {n}"} for n in range(30)]
    await scene.telegram.act(*words[:15])
    await scene.bot.order("fill_disk", pages=0)
    await scene.telegram.act(*words[15:])
    await asyncio.sleep(full_for)
    await _check_confirmed(scene, outcome, "while the disk was full")
    await scene.bot.order("free_disk")
    outcome.injected["times full"] = outcome.injected.get("times full", 0) + 1


async def _lock(scene: Scene, outcome: Outcome) -> None:
    with closing(scene.records.hold_writer()):  # type: ignore[attr-defined]
        await asyncio.sleep(BUSY_SECONDS)
        await _check_confirmed(scene, outcome, "while the database was locked")
    outcome.injected["times locked"] = outcome.injected.get("times locked", 0) + 1


async def _check_confirmed(scene: Scene, outcome: Outcome, when: str) -> None:
    """What Telegram may forget must stand in the inbox."""
    confirmed = (await scene.telegram.counts())["confirmed_updates"]
    stored = await scene.records.fetch("SELECT count(*) FROM updates")
    ahead = confirmed - stored[0][0]
    outcome.expect(ahead <= 0, f"{ahead} updates were confirmed and not stored {when}")

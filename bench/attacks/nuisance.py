"""What one person may cause in another's chat in a day, and what a flood costs the others."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from bench.attacks.deeds import ask_to_join, found_team, withdraw
from bench.attacks.figures import Figures
from bench.attacks.stage import stage
from bench.attacks.tools import Tools
from bot.packs.roles import Role

ROOT = Path(__file__).resolve().parents[2]
A_DAY = 3
"""Messages that one person's coming and going may leave in another's chat in a day."""


async def ask_all_day(folder: Path, tools: Tools) -> Figures:
    """Somebody asks to join and thinks again, from morning to evening."""
    figures = Figures("asking", "asking to join and withdrawing, all day")
    async with stage(folder) as here:
        lead = await here.member("Maryam", Role.LEAD)
        await found_team(lead)
        stranger = await here.member("Sara")
        before = len(lead.received())
        times = tools.size(50, 8)
        for number in range(times):
            await ask_to_join(stranger, f"Please, for the {number}th time")
            await here.moves(timedelta(minutes=5))
            await withdraw(stranger)
            await here.moves(timedelta(minutes=5))
        figures.tried = times * 2
        told = len(lead.received()) - before
        figures.through = max(0, told - A_DAY)
        figures.measured = {"messages to the lead": told, "allowed": A_DAY}
    return figures


async def flood(folder: Path, tools: Tools) -> Figures:
    """A hundred messages a second of one person, while ten others talk: case 11 of the failure
    suite, with a bot in a process of its own."""
    figures = Figures("flood", "100 messages a second of one person, while ten others talk")
    found = folder.with_suffix(".json")
    words = ["--case", "11", "--seed", str(tools.seed), "--json", str(found)]
    command = [sys.executable, "-m", "bench.chaos", *words, *(["--short"] if tools.short else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: ASYNC221
    if not found.exists():
        figures.expect(False, done.stderr[-500:])
        return figures
    [case] = json.loads(found.read_text("utf-8"))["cases"]
    figures.tried = case["injected"]["messages"]
    figures.through = case["lost"] + case["unlabelled"]
    figures.broken = case["broken"] + ([] if case["ok"] else ["the case did not hold"])
    figures.measured = case["measured"]
    return figures

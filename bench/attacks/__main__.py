"""Runs the attacks, prints what they found, and ends with 1 if anything got through."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console

from bench.attacks import buttons, codes, nuisance, others, words
from bench.attacks.figures import Figures, show
from bench.attacks.tools import Tools

Attack = Callable[[Path, Tools], Awaitable[Figures]]
ATTACKS: dict[str, Attack] = {
    "tokens": buttons.forge_tokens,
    "stolen": buttons.steal_tokens,
    "slips": codes.guess_slips,
    "proofs": codes.prove_falsely,
    "linking": codes.guess_linking,
    "links": codes.guess_links,
    "names": words.call_oneself,
    "strangers": words.write_to_strangers,
    "texts": words.share_with_colleagues,
    "asking": nuisance.ask_all_day,
    "flood": nuisance.flood,
    "rights": others.try_every_right,
    "files": others.send_hostile_files,
}
ELSEWHERE = ("flood", "rights", "files")
"""What the tests run by themselves: the short form leaves it to them."""


async def attack(names: Sequence[str], tools: Tools, console: Console) -> list[Figures]:
    """Try these attacks, one after the other."""
    found = []
    with tempfile.TemporaryDirectory(prefix="halqa-attacks-") as folder:
        for name in names:
            began = time.monotonic()
            try:
                figures = await ATTACKS[name](Path(folder) / name, tools)
            except Exception as error:  # noqa: BLE001 - the other attacks are still worth trying
                where = traceback.extract_tb(error.__traceback__)[-1]
                figures = Figures(name, "")
                figures.broken.append(f"{type(error).__name__}: {error} ({where.lineno})")
            figures.seconds = time.monotonic() - began
            found.append(figures)
            state = "held" if figures.ok else "DID NOT HOLD"
            console.print(f"{name}: {state}, {figures.seconds:.0f} s", highlight=False)
    return found


def main() -> int:
    """0 when everything held, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench.attacks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ATTACKS, metavar="ATTACK")
    parser.add_argument("--seed", type=int, default=1, help="of chance; the same tries the same")
    parser.add_argument("--short", action="store_true", help="the form that the tests run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    tools, console = Tools(arguments.seed, arguments.short), Console()
    names = arguments.only or [
        name for name in ATTACKS if not (arguments.short and name in ELSEWHERE)
    ]
    found = asyncio.run(attack(names, tools, console))
    show(found, console)
    if arguments.json:
        content = {"seed": arguments.seed, "short": arguments.short}
        content["attacks"] = [each.to_json() for each in found]
        arguments.json.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    return 0 if all(each.ok for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())

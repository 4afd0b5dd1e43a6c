"""Starts bots quickly: this process has imported everything and forks a bot for each order.

A fresh start takes two seconds of importing, a forked one a tenth of a second, so a hundred kills
fit into a minute. What is forked is the whole bot of `bot.app`, killed and awaited like any other.
Orders come as JSON lines on standard input: `{"env": …, "log": path, "plan": …}`. Each is answered
with `{"pid": n}`, and each end of a bot with `{"ended": pid, "code": n}`.
"""

import asyncio
import gc
import json
import os
import selectors
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.chaos import journal, sabotage, tampering
from bot import app
from bot.channels.telegram import rates
from bot.core.clock import Clock
from bot.core.log import set_up_logging
from bot.core.settings import load_settings


async def run(plan: dict[str, Any]) -> None:
    """Run a bot until it is told to end. `plan` may hold `limits`, `clock` (seconds), `sabotage`,
    `refused` (share of sends), `failing_search`, `read_seconds`, `safety_seconds`, `seed`,
    `journal` (path of a file) and `control` (path of a socket)."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    clock = Clock()
    if "clock" in plan:
        clock.advance(timedelta(seconds=plan["clock"]))
    tampering.shorten_patience(plan.get("read_seconds"))
    tampering.look_at_the_clock_every(plan.get("safety_seconds"))
    tampering.refuse_connections(plan.get("refused", 0.0), plan.get("seed", 0))
    if plan.get("failing_search"):
        tampering.let_searches_fail()
    if "journal" in plan:
        journal.keep_journal(plan["journal"])
    if "sabotage" in plan:
        sabotage.SABOTAGES[plan["sabotage"]]()
    limits = rates(**plan["limits"]) if "limits" in plan else None
    bot = await app.App.build(load_settings(), clock, limits=limits)
    async with app.running(bot):
        if "control" in plan:
            await tampering.listen(plan["control"], bot)
        await stopped.wait()


def _become_a_bot(order: dict[str, Any]) -> None:
    os.environ.update(order["env"])
    with Path(order["log"]).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    set_up_logging("INFO", "json")
    asyncio.run(run(order["plan"]))


def _start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _become_a_bot(order)
        code = 0
    except BaseException as error:  # noqa: BLE001 - a child may never return to the loop below
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _tell(**said: Any) -> None:
    os.write(1, json.dumps(said).encode() + b"\n")


def _note_ended(children: set[int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        children.discard(pid)
        _tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def main() -> None:
    """Serve orders until standard input ends, then end every bot that still runs."""
    gc.collect()
    gc.freeze()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    children: set[int] = set()
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        _tell(ready=True)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if woken in ready:
                os.read(woken, 1024)
                _note_ended(children)
            if 0 not in ready:
                continue
            piece = os.read(0, 65536)
            if not piece:
                break
            *lines, waiting = (waiting + piece).split(b"\n")
            for line in lines:
                pid = _start(json.loads(line))
                children.add(pid)
                _tell(pid=pid)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()

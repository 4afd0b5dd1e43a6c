"""The simulator as a process of its own; prints its address and runs until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path
from typing import Any

from bot.simulator import (
    DEFAULT_TOKEN,
    Faults,
    OffsetClock,
    Rates,
    Recording,
    Simulator,
    SimUser,
)


def build(config: dict[str, Any]) -> Simulator:
    """A simulator from JSON: token, bot_username, users, groups, faults, rates, record,
    request_log, webhook_backoff. A user with `started: true` can be written to at once."""
    faults = Faults()
    faults.change(config.get("faults", {}))
    simulator = Simulator(
        token=config.get("token", DEFAULT_TOKEN),
        bot_username=config.get("bot_username", "halqa_bot"),
        faults=faults,
        rates=Rates(**config.get("rates", {})),
        clock=OffsetClock(),
        record=Recording(config.get("record", "all"), config.get("request_log", 100_000)),
    )
    for entry in config.get("users", []):
        user = dict(entry)
        started = bool(user.pop("started", False))
        simulator.add_user(SimUser(**user), started=started)
    for group in config.get("groups", []):
        simulator.add_group(group["id"], group["title"], group.get("members", []))
    if "webhook_backoff" in config:
        simulator.world.webhook.backoff = config["webhook_backoff"]
    return simulator


async def run(host: str, port: int, config: dict[str, Any]) -> None:
    simulator = build(config)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await simulator.start(host, port)
    print(simulator.url, flush=True)
    await stop.wait()
    await simulator.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--config", type=Path, help="a JSON file")
    arguments = parser.parse_args()
    config = json.loads(arguments.config.read_text("utf-8")) if arguments.config else {}
    asyncio.run(run(arguments.host, arguments.port, config))


if __name__ == "__main__":
    main()

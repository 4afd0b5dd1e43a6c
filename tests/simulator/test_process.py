"""The simulator as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp

from bench.crowd import patience

ROOT = Path(__file__).resolve().parents[2]


async def test_it_prints_its_address_serves_and_stops_when_told(tmp_path: Path) -> None:
    config = tmp_path / "simulator.json"
    config.write_text(json.dumps({
        "token": "77:OTHER",
        "users": [{"id": 5, "first_name": "هدى", "started": True}],
        "groups": [{"id": -5, "title": "م", "members": [5]}],
        "faults": {"deactivated": [6]},
        "rates": {"per_chat_burst": 2},
        "record": "counts",
    }))  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.simulator", "--config", str(config)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with patience(60):
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session:
            message = {"chat_id": 5, "text": "أهلاً"}
            async with session.post(f"{url}/bot77:OTHER/sendMessage", json=message) as answer:
                assert (await answer.json())["ok"]
            async with session.post(f"{url}/sim/clock", json={"advance": 3600}) as answer:
                assert answer.status == 200
            async with session.get(f"{url}/sim/counts") as answer:
                assert (await answer.json())["delivered"] == {"5": 1}
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0

"""The processes of a case: bots, started fast and killed, and the simulator beside them."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.crowd import patience

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class DidNotStart(RuntimeError):
    """A process ended, or said nothing, before it was ready; the message tells its last lines."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_environment() -> dict[str, str]:
    """Our environment without settings of a bot of one's own, optimized as docs/deploy runs it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HALQA_")}
    return kept | {"PYTHONOPTIMIZE": "2"}


class Launcher:
    """The process that forks bots; see `bench.chaos.launcher`."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._pids: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._order = asyncio.Lock()

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.chaos.launcher",
            cwd=ROOT, stdin=PIPE, stdout=PIPE, env=plain_environment(),
        )  # fmt: skip
        assert self._process.stdout is not None
        async with patience(PATIENCE * 2):
            if not await self._process.stdout.readline():
                raise DidNotStart("the launcher ended at once")
        self._reader = asyncio.create_task(self._read())

    async def launch(self, order: dict[str, Any]) -> tuple[int, "asyncio.Future[int]"]:
        """A new bot: its pid, and the future of its exit code."""
        assert self._process is not None
        assert self._process.stdin is not None
        async with self._order:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            await self._process.stdin.drain()
            async with patience(PATIENCE):
                pid = await self._pids.get()
        return pid, self._ended[pid]

    async def stop(self) -> None:
        if self._process is None or self._reader is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        with suppress(TimeoutError):
            async with patience(PATIENCE):
                await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            said = json.loads(line)
            if "pid" in said:
                self._ended[said["pid"]] = asyncio.get_running_loop().create_future()
                self._pids.put_nowait(said["pid"])
            else:
                self._ended.pop(said["ended"]).set_result(said["code"])


@dataclass
class BotProcess:
    """One bot, started and killed as often as a case likes, always on the same database."""

    launcher: Launcher
    environment: dict[str, str]
    log: Path
    plan: dict[str, Any] = field(default_factory=dict)
    starts: int = 0
    kills: int = 0
    pid: int = 0
    started_at: float = 0.0
    _ended: "asyncio.Future[int] | None" = None
    _cli: Process | None = None

    async def start(self, **plan: Any) -> None:
        """Start it; returns at once. `plan` changes what the launcher is told from now on."""
        self.plan |= plan
        self.starts += 1
        self.started_at = time.monotonic()
        order = {"env": self.environment, "log": str(self.log), "plan": self.plan}
        self.pid, self._ended = await self.launcher.launch(order)

    async def start_by_command(self) -> None:
        """Start it as `halqa run` does: a fresh interpreter, no launcher, no plan."""
        self.starts += 1
        self.started_at = time.monotonic()
        with self.log.open("ab") as log:
            self._cli = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                cwd=ROOT, stdin=DEVNULL, stdout=log, stderr=log,
                env=plain_environment() | self.environment,
            )  # fmt: skip
        self.pid = self._cli.pid

    @property
    def runs(self) -> bool:
        if self._cli is not None:
            return self._cli.returncode is None
        return self._ended is not None and not self._ended.done()

    async def kill(self) -> None:
        """End it at this instant, as a power cut does."""
        self.kills += self.runs
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End it politely; returns its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        if self.runs:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        try:
            async with patience(PATIENCE):
                return await self._wait()
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            return await self._wait()

    async def _wait(self) -> int:
        if self._cli is not None:
            return await self._cli.wait()
        return await asyncio.shield(self._ended) if self._ended is not None else 0

    async def order(self, do: str, **values: Any) -> Any:
        """Have something done inside the bot; it needs `control` in its plan."""
        path = self.plan["control"]
        async with patience(PATIENCE):
            reader, writer = await _connect(path)
            writer.write(json.dumps({"do": do, **values}).encode() + b"\n")
            answer = json.loads(await reader.readline())
        writer.close()
        return answer

    def logged(self, action: str) -> int:
        """How many lines of the log have this action."""
        if not self.log.exists():
            return 0
        mark = f'"action": "{action}"'
        with self.log.open(encoding="utf-8") as lines:
            return sum(mark in line for line in lines)

    def tail(self, lines: int = 12) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


async def _connect(path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The socket at the path, as soon as somebody listens on it."""
    while True:
        try:
            return await asyncio.open_unix_connection(path)
        except (FileNotFoundError, ConnectionRefusedError):
            await asyncio.sleep(0.05)


async def start_simulator(directory: Path, config: Mapping[str, Any]) -> tuple[Process, str]:
    """The simulator as a process of its own, and its address."""
    path = directory / "simulator.json"
    path.write_text(json.dumps(config), "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.simulator", "--config", str(path),
        cwd=ROOT, stdout=PIPE, env=plain_environment(),
    )  # fmt: skip
    assert process.stdout is not None
    async with patience(PATIENCE):
        line = await process.stdout.readline()
    if not line:
        raise DidNotStart("the simulator ended at once")
    return process, line.decode().strip()


def drawing_processes(mark: Path) -> list[int]:
    """The processes that draw pictures for a bot whose path for commands ends with `mark`."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError):
            draws = b"bot.files.drawing" in (folder / "cmdline").read_bytes()
            if draws and str(mark).encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


async def run_command(environment: Mapping[str, str], *words: str) -> tuple[int, str]:
    """One `halqa` command to its end: exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=ROOT, stdin=DEVNULL, stdout=PIPE, stderr=asyncio.subprocess.STDOUT,
        env=plain_environment() | dict(environment),
    )  # fmt: skip
    async with patience(PATIENCE * 4):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode("utf-8", "replace").strip()

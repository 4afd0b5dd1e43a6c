"""Processes that are measured, each pinned to a core, and the orders they are given.

An order is one line of JSON on standard input, its answer one line on standard output.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 300.0

Answer = dict[str, Any]
Order = Callable[[Answer], Awaitable[Answer]]


def cores() -> tuple[int, int]:
    """The core of whoever is measured and that of everything else."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


class Child:
    """A process of a module of the benchmark, started at once; a context manager that ends it."""

    def __init__(self, module: str, core: int, setup: Mapping[str, Any], **environment: str):
        kept = {name: value for name, value in os.environ.items() if "HALQA_" not in name}
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"bench.{module}", str(core), json.dumps(setup)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=kept | environment,
        )
        self.ready = self._read()

    def ask(self, order: str, **details: Any) -> Answer:
        """Give an order and wait for its answer.

        :raises RuntimeError: the process ended, or took longer than `PATIENCE_SECONDS`.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"order": order, **details}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Answer:
        assert self._process.stdout is not None
        alarm = Timer(PATIENCE_SECONDS, self._process.kill)
        alarm.start()
        try:
            line = self._process.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        answer: Answer = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def setup() -> dict[str, Any]:
    """In the child: take the core that was given, and return what it was set up with."""
    os.sched_setaffinity(0, {int(sys.argv[1])})
    given: dict[str, Any] = json.loads(sys.argv[2])
    return given


async def obey(orders: Mapping[str, Order], **ready: Any) -> None:
    """In the child: say that it is ready, then follow orders until the parent hangs up."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    known = {"mark": mark, **orders}
    _say(ready)
    try:
        while line := await reader.readline():
            order = json.loads(line)
            _say(await known[order["order"]](order))
    except Exception:  # noqa: BLE001 -- it ends the process
        # The thread of an open database would keep the process, and its parent, waiting.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


async def mark(order: Answer) -> Answer:
    """What the process has used so far: CPU and wall seconds, and the memory it holds in MB."""
    cpu, wall = time.process_time(), time.perf_counter()
    if order.get("collect"):
        gc.collect()
    return {"cpu": cpu, "wall": wall, "memory": resident_of(os.getpid())}


def resident_of(pid: int) -> float:
    """Memory that a process holds, in MB (10⁶ bytes)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _say(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer), flush=True)

"""How much else goes on on this machine, and patience that heeds it.

A bound in seconds says what a machine can do that has nothing else to do. Where others keep it
busy, everything takes so many times longer as there are others for each of its processors: twelve
busy loops on two of them make six seconds of one. Whatever this run does itself does not count, so
on a quiet machine every bound holds as it is written, and a bot that has become slow excuses
nobody.
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PROC = Path("/proc")
RUNS = ("pytest", "bench.chaos")
"""What the command of a process says that belongs to a run of tests."""
LOOK_SECONDS = 0.25
WATCH_SECONDS = 1.0
"""A look costs some milliseconds."""
LOOKS = 4
"""At least so many before the machine is called busy or quiet."""
KEPT = 4_000


def _stat(path: Path) -> tuple[str, int]:
    """State and parent of a process or thread.

    :raises OSError, ValueError, IndexError: it is gone.
    """
    state, parent, *_ = path.read_text().rpartition(")")[2].split(maxsplit=2)
    return state, int(parent)


def _find_root() -> int:
    """The first process of this run, of which everything that it does is a descendant."""
    root = pid = os.getpid()
    with suppress(OSError, ValueError, IndexError):
        while pid > 1:
            words = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
            if any(name in words for name in RUNS):
                root = pid
            pid = _stat(PROC / str(pid) / "stat")[1]
    return root


def _running_threads(pid: int) -> int:
    running = 0
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            with suppress(OSError, ValueError, IndexError):
                running += _stat(task / "stat")[0] == "R"
    return running


def count_others() -> int:
    """How many others want a processor at this instant; 0 where the system does not tell."""
    found: dict[int, tuple[str, int]] = {}
    try:
        names = [path.name for path in PROC.iterdir() if path.name.isdigit()]
        running = int((PROC / "loadavg").read_text().split()[3].split("/")[0])
    except (OSError, ValueError, IndexError):
        return 0
    for name in names:
        with suppress(OSError, ValueError, IndexError):
            found[int(name)] = _stat(PROC / name / "stat")
    root = _find_root()
    ours = {root}
    # Children mostly have higher numbers than their parents; where numbers began anew, once more.
    for _ in range(2):
        for pid in sorted(found):
            if found[pid][1] in ours:
                ours.add(pid)
    others = sum(state == "R" for pid, (state, _) in found.items() if pid not in ours)
    # Whoever runs in another container is in no list, but in the count.
    return max(others, running - sum(map(_running_threads, ours & found.keys())))


class Crowd:
    """What was seen of the others so far, newest last."""

    def __init__(self, look: Callable[[], int] = count_others, processors: int = 0) -> None:
        self._look = look
        self._processors = processors or len(os.sched_getaffinity(0))
        self._seen: deque[tuple[float, int]] = deque(maxlen=KEPT)

    def look(self) -> None:
        self._seen.append((time.monotonic(), self._look()))

    def stretch(self, since: float = 0.0) -> float:
        """How many times longer than on a quiet machine everything took from `since` (by
        `time.monotonic`) until now; 1 where too little was seen."""
        seen = [others for at, others in self._seen if at >= since]
        if len(seen) < LOOKS:
            return 1.0
        return max(1.0, sum(seen) / len(seen) / self._processors)

    async def watch(self) -> None:
        """Look again and again until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(WATCH_SECONDS)


class Patience:
    """So many `seconds` of a quiet machine, from now on. Ask `is_over` as often as `pause` says:
    each time looks at the others."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = time.monotonic()
        self._crowd = Crowd()
        self._looks = 0

    def is_over(self) -> bool:
        self._crowd.look()
        self._looks += 1
        passed = time.monotonic() - self._began
        return self._looks >= LOOKS and passed >= self._seconds * self._crowd.stretch()

    @property
    def pause(self) -> float:
        """Seconds until it is worth asking again."""
        if self._looks < LOOKS - 1:
            return self._seconds / LOOKS
        return max(LOOK_SECONDS, self._seconds / 100)


@asynccontextmanager
async def patience(seconds: float) -> AsyncIterator[None]:
    """Like `asyncio.timeout`, for so many seconds of a quiet machine.

    :raises TimeoutError:
    """
    loop = asyncio.get_running_loop()
    left = Patience(seconds)
    async with asyncio.timeout(None) as limit:

        def ask() -> None:
            if left.is_over():
                limit.reschedule(loop.time())
            else:
                looks.append(loop.call_later(left.pause, ask))

        looks = [loop.call_later(left.pause, ask)]
        try:
            yield
        finally:
            looks[-1].cancel()


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Like `asyncio.wait_for`, for so many seconds of a quiet machine.

    :raises TimeoutError:
    """
    async with patience(seconds):
        return await work


async def look_around() -> float:
    """How many times longer than on a quiet machine everything takes just now."""
    crowd = Crowd()
    for _ in range(LOOKS):
        crowd.look()
        await asyncio.sleep(0.05)
    return crowd.stretch()

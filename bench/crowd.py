"""How much else goes on on this machine, and patience that heeds it.

A bound in seconds says what a machine can do that has nothing else to do. Where there are more
others than processors, everything takes at least so many times longer as there are others for each
of these: twelve busy loops on two of them make six seconds of one. It takes even longer where the
system gives them more than their share, as the time tells that this run's own processes wait for a
processor. On a quiet machine neither counts: every bound holds as it is written, however slow the
bot has become.
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")

PROC = Path("/proc")
SUITE = "bench.chaos"
RUNS = ("pytest", SUITE)
"""What the command of a process says that belongs to a run of tests."""
LOOK_SECONDS = 0.25
WATCH_SECONDS = 1.0
"""A look costs some milliseconds."""
LOOKS = 4
"""At least so many before the machine is called busy or quiet."""
KEPT = 4_000
ENOUGH_NS = 5_000_000
"""Whoever worked less tells nothing about how long they had to wait for it."""
MOST = 60.0
"""So that a hang ends on any machine."""


def _stat(path: Path) -> tuple[str, int]:
    """State and parent of a process or thread.

    :raises OSError, ValueError, IndexError: it is gone.
    """
    state, parent, *_ = path.read_text().rpartition(")")[2].split(maxsplit=2)
    return state, int(parent)


def _find_root() -> int:
    """The first process of this run, of which everything that it does is a descendant. To the
    failure suite the tests that run beside it are others."""
    root = pid = os.getpid()
    with suppress(OSError, ValueError, IndexError):
        while pid > 1:
            words = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
            if any(name in words for name in RUNS):
                root = pid
            if SUITE in words:
                break
            pid = _stat(PROC / str(pid) / "stat")[1]
    return root


def _running_threads(pid: int) -> int:
    running = 0
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            with suppress(OSError, ValueError, IndexError):
                running += _stat(task / "stat")[0] == "R"
    return running


class Machine(NamedTuple):
    """What was found at one instant; nothing where the system does not tell."""

    others: int = 0
    """How many of those who want a processor have nothing to do with this run."""
    work: Mapping[int, tuple[int, int]] = {}
    """How long each process of this run has worked, and waited for a processor, so far, in ns."""


def look_at_machine() -> Machine:
    found: dict[int, tuple[str, int]] = {}
    try:
        names = [path.name for path in PROC.iterdir() if path.name.isdigit()]
        running = int((PROC / "loadavg").read_text().split()[3].split("/")[0])
    except (OSError, ValueError, IndexError):
        return Machine()
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
    others = max(others, running - sum(map(_running_threads, ours & found.keys())))
    work = {}
    for pid in ours & found.keys():
        with suppress(OSError, ValueError, IndexError):
            worked, waited, *_ = (PROC / str(pid) / "schedstat").read_text().split()
            work[pid] = int(worked), int(waited)
    return Machine(others, work)


class Sample(NamedTuple):
    at: float
    others: int
    worked: int
    waited: int


class Crowd:
    """What was seen of the others so far, newest last."""

    def __init__(self, look: Callable[[], Machine] = look_at_machine, processors: int = 0) -> None:
        self._look = look
        self._processors = processors or len(os.sched_getaffinity(0))
        self._work: Mapping[int, tuple[int, int]] | None = None
        self._seen: deque[Sample] = deque(maxlen=KEPT)

    def look(self) -> None:
        others, work = self._look()
        worked = waited = 0
        if self._work is not None:
            for pid, now in work.items():
                before = self._work.get(pid, (0, 0))
                worked, waited = worked + now[0] - before[0], waited + now[1] - before[1]
        self._work = work
        self._seen.append(Sample(time.monotonic(), others, worked, waited))

    def stretch(self, since: float = 0.0) -> float:
        """How many times longer than on a quiet machine everything took from `since` (by
        `time.monotonic`) until now; 1 where too little was seen."""
        seen = [look for look in self._seen if look.at >= since]
        if len(seen) < LOOKS:
            return 1.0
        times = sum(look.others for look in seen) / len(seen) / self._processors
        if times <= 1:
            return 1.0
        worked, waited = sum(look.worked for look in seen), sum(look.waited for look in seen)
        share = (worked + waited) / worked if worked > ENOUGH_NS else 1.0
        return min(max(times, share), MOST)

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

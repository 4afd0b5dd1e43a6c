"""A bound in seconds is meant for a quiet machine: a busy one has more of them, and an end too."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from bench import crowd
from bench.crowd import LOOKS, MOST, Crowd, Machine, Patience, patience, within


def seen(*others: int, processors: int = 2) -> Crowd:
    """A crowd that was looked at so often."""
    counts = iter(others)
    found = Crowd(lambda: Machine(next(counts)), processors)
    for _ in others:
        found.look()
    return found


@pytest.mark.parametrize(
    ("others", "times"),
    [
        ([], 1.0),
        ([12] * (LOOKS - 1), 1.0),
        ([0] * 10, 1.0),
        ([2, 1, 2, 1], 1.0),
        ([12] * 10, 6.0),
        ([0, 12] * 10, 3.0),
    ],
    ids=["unseen", "hardly seen", "quiet", "no more than it can do", "busy", "half the time"],
)
def test_everything_takes_longer_by_the_others_for_each_processor(
    others: list[int], times: float
) -> None:
    assert seen(*others).stretch() == times


@pytest.mark.parametrize(
    ("others", "waited", "times"),
    [(6, 9.0, 10.0), (6, 0.5, 3.0), (2, 9.0, 1.0), (6, 1e6, MOST)],
    ids=["less than its share", "its share", "quiet", "hardly any"],
)
def test_whoever_gets_less_than_their_share_takes_even_longer(
    others: int, waited: float, times: float
) -> None:
    """Processes of ours that only get in each other's way on a quiet machine excuse nothing."""
    second = 10**9
    rounds = iter(range(LOOKS + 1))

    def look() -> Machine:
        n = next(rounds)
        work = {7: (n * second, round(n * waited * second))}
        # A process that came in between counts from its beginning, one that went no more.
        return Machine(others, work | ({8: (second, round(waited * second))} if n == 2 else {}))

    found = Crowd(look, 2)
    for _ in range(LOOKS + 1):
        found.look()
    assert found.stretch() == times


def test_only_what_was_seen_since_then_counts() -> None:
    noisy = seen(*[40] * 10)
    since = time.monotonic()
    assert noisy.stretch(since) == 1.0
    noisy._look = lambda: Machine(8)
    for _ in range(LOOKS):
        noisy.look()
    assert noisy.stretch(since) == 4.0


async def test_a_quiet_machine_has_as_many_seconds_as_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowd, "Crowd", lambda: Crowd(lambda: Machine(0), 2))
    left = Patience(0.2)
    over = []
    for _ in range(LOOKS):
        await asyncio.sleep(left.pause)
        over.append(left.is_over())
    assert over == [False] * (LOOKS - 1) + [True]


async def test_a_busy_machine_has_more_and_a_hang_ends_there_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowd, "Crowd", lambda: Crowd(lambda: Machine(12), 2))
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await within(0.2, asyncio.Event().wait())
    assert time.monotonic() - began >= 6 * 0.2


async def test_what_is_done_in_time_is_not_waited_for() -> None:
    async with patience(3600):
        await asyncio.sleep(0)
    assert await within(3600, asyncio.sleep(0, "done")) == "done"


def machine(proc: Path, running: int, **processes: tuple[int, int, str, str]) -> None:
    """A system that tells of these processes: number, parent, state and command."""
    (proc / "loadavg").write_text(f"9.00 8.00 7.00 {running}/300 4711\n")
    for name, (number, parent, state, command) in processes.items():
        stat = f"{number} (a ) {name}) {state} {parent} 1 1 0"
        for folder in (proc / f"{number}", proc / f"{number}" / "task" / f"{number}"):
            folder.mkdir(parents=True)
            (folder / "stat").write_text(stat)
        (proc / f"{number}" / "schedstat").write_text(f"{number} 7 3\n")
        (proc / f"{number}" / "cmdline").write_bytes(command.replace(" ", "\0").encode())


def test_what_a_run_does_itself_is_nobody_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = os.getpid()
    monkeypatch.setattr(crowd, "PROC", tmp_path)
    machine(
        tmp_path,
        6,
        init=(1, 0, "S", "init"),
        terminal=(own + 1, 1, "S", "sh"),
        run=(own + 2, own + 1, "R", "python -m pytest -n 3"),
        worker=(own, own + 2, "R", "python -c execnet"),
        browser=(own + 3, own, "R", "chromium"),
        loop=(own + 4, own + 1, "R", "python -c while"),
        editor=(own + 5, 1, "S", "editor"),
    )
    # One in a list of ours, and two of which only the number is known.
    found = crowd.look_at_machine()
    assert found.others == 3
    assert found.work == {pid: (pid, 7) for pid in (own, own + 2, own + 3)}
    (tmp_path / "loadavg").write_text("9.00 8.00 7.00 1/300 4711")
    assert crowd.look_at_machine().others == 1
    (tmp_path / "loadavg").unlink()
    assert crowd.look_at_machine() == (0, {})

"""One person who writes without end is told once, and spares everybody else."""

import pytest

from bot.chat.intake.flood import (
    BURST,
    HEAP_SECONDS,
    MOST_SENDERS,
    PER_SECOND,
    QUIET_SECONDS,
    WORDS,
    FloodGate,
    FloodVerdict,
)

SALMA, NOURA = ("telegram", "1"), ("telegram", "2")
OF_A_HEAP = int(BURST + PER_SECOND * HEAP_SECONDS)


def test_an_album_is_no_flood() -> None:
    gate = FloodGate()
    assert {gate.judge(SALMA, 0.01 * i) for i in range(int(BURST))} == {FloodVerdict.TAKE}


def test_what_is_forwarded_in_one_go_has_one_time_and_is_no_flood() -> None:
    gate = FloodGate()
    assert {gate.judge(SALMA, 1_000.0) for _ in range(100)} == {FloodVerdict.TAKE}


def test_a_flood_is_answered_once_and_ends_with_quiet() -> None:
    gate = FloodGate()
    verdicts = [gate.judge(SALMA, 0.01 * i) for i in range(1000)]
    assert verdicts.count(FloodVerdict.WARN) == 1
    assert verdicts.count(FloodVerdict.TAKE) <= BURST + 3
    assert gate.judge(NOURA, 10.0) is FloodVerdict.TAKE
    assert gate.judge(SALMA, 10.0 + QUIET_SECONDS) is FloodVerdict.TAKE


def test_a_flood_in_whole_seconds_is_the_same_flood() -> None:
    gate = FloodGate()
    verdicts = [gate.judge(SALMA, float(i // 100)) for i in range(1000)]
    assert verdicts.count(FloodVerdict.WARN) == 1
    assert BURST <= verdicts.count(FloodVerdict.TAKE) <= BURST + 3
    assert gate.judge(SALMA, 9.0 + QUIET_SECONDS) is FloodVerdict.TAKE


def test_whoever_slows_down_after_a_flood_is_read_again() -> None:
    """A message every four seconds is never quiet for five."""
    gate = FloodGate()
    for i in range(300):
        gate.judge(SALMA, 0.01 * i)
    slow = [gate.judge(SALMA, 3.0 + 4.0 * i) for i in range(1, 10)]
    assert slow.count(FloodVerdict.SKIP) <= 2
    assert set(slow[2:]) == {FloodVerdict.TAKE}


def test_a_steady_writer_is_never_stopped() -> None:
    gate = FloodGate()
    assert {gate.judge(SALMA, 0.6 * i) for i in range(500)} == {FloodVerdict.TAKE}


def test_times_that_go_back_are_no_flood_and_no_rest() -> None:
    """What was set aside yesterday is tried again, and two webhooks overtake each other."""
    gate = FloodGate()
    times = (100_000.0 + i + (-90_000.0, 0.0, -3.0)[i % 3] for i in range(500))
    assert {gate.judge(SALMA, at) for at in times} == {FloodVerdict.TAKE}
    gate = FloodGate()
    verdicts = [gate.judge(SALMA, 100.0 - 5 * (i % 2)) for i in range(1000)]
    assert verdicts.count(FloodVerdict.TAKE) == BURST


def test_a_heap_of_presses_is_no_flood() -> None:
    """All that the platform may have kept of one person who presses as fast as anybody may."""
    gate = FloodGate()
    heap = {gate.judge(SALMA, 500.0 + 0.001 * i, stored=True) for i in range(OF_A_HEAP)}
    assert heap == {FloodVerdict.TAKE}


def test_presses_without_end_are_a_flood_with_a_word_for_some() -> None:
    gate = FloodGate()
    verdicts = [gate.judge(SALMA, 0.01 * i, stored=True) for i in range(2_000)]
    assert verdicts.count(FloodVerdict.WARN) == 1
    assert OF_A_HEAP <= verdicts.count(FloodVerdict.TAKE) <= OF_A_HEAP + PER_SECOND * 20
    told = len(verdicts) - verdicts.count(FloodVerdict.TAKE) - verdicts.count(FloodVerdict.DROP)
    assert WORDS <= told <= WORDS + PER_SECOND * 20
    assert gate.judge(SALMA, 20.0 + QUIET_SECONDS, stored=True) is FloodVerdict.TAKE


@pytest.mark.parametrize("ahead", [-3600.0, 0.0, 3600.0])
def test_the_clock_of_the_platform_may_be_any(ahead: float) -> None:
    """Messages tell the platform's time, presses ours: neither takes anything from the other."""
    gate = FloodGate()
    verdicts = set()
    for i in range(500):
        verdicts.add(gate.judge(SALMA, 10_000.0 + i + ahead))
        verdicts.add(gate.judge(SALMA, 10_000.0 + i, stored=True))
    assert verdicts == {FloodVerdict.TAKE}


def test_the_gate_keeps_those_it_heard_of_last() -> None:
    gate = FloodGate()
    for _ in range(300):
        gate.judge(SALMA, 0.0)
    for i in range(MOST_SENDERS - 1):
        gate.judge(("telegram", f"somebody {i}"), 1000.0)
    assert gate.judge(SALMA, 1.0) is FloodVerdict.SKIP
    for i in range(2 * MOST_SENDERS):
        gate.judge(("telegram", f"somebody else {i}"), 1000.0)
    assert len(gate._buckets) == MOST_SENDERS
    assert gate.judge(SALMA, 1.0) is FloodVerdict.TAKE

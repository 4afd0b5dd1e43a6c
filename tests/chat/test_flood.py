"""One person who writes without end is told once, and spares everybody else."""

from bot.chat.flood import BURST, QUIET_SECONDS, FloodGate, Verdict

SALMA, NOURA = ("telegram", "1"), ("telegram", "2")


def test_an_album_is_no_flood() -> None:
    gate = FloodGate()
    assert {gate.judge(SALMA, 0.01 * i) for i in range(int(BURST))} == {Verdict.TAKE}


def test_a_flood_is_answered_once_and_ends_with_quiet() -> None:
    gate = FloodGate()
    verdicts = [gate.judge(SALMA, 0.01 * i) for i in range(1000)]
    assert verdicts.count(Verdict.WARN) == 1
    assert verdicts.count(Verdict.TAKE) <= BURST + 3
    assert gate.judge(NOURA, 10.0) is Verdict.TAKE
    assert gate.judge(SALMA, 10.0 + QUIET_SECONDS) is Verdict.TAKE


def test_a_steady_writer_is_never_stopped() -> None:
    gate = FloodGate()
    assert {gate.judge(SALMA, 0.6 * i) for i in range(500)} == {Verdict.TAKE}


def test_the_gate_forgets_who_is_quiet() -> None:
    gate = FloodGate()
    for i in range(1000):
        gate.judge(("telegram", str(i)), 0.0)
    gate.judge(SALMA, 1000.0)
    assert len(gate._buckets) == 1

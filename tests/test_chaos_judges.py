"""How the failure suite judges what a bot noted of its own requests: each breach turns it red, and
what no bot can help does not."""

import pytest

from bench.chaos.cases.broadcasts import GROUP, SUPERGROUP, Kills, _judge_patience
from bench.chaos.cases.pacing import GROUP as PACED_GROUP
from bench.chaos.cases.pacing import Densest, find_densest, longest_delay
from bench.chaos.journal import Entry
from bench.chaos.outcome import CaseOutcome

BOT, NEXT_BOT = 100, 101
MARYAM, SALMA, HUDA = 1, 2, 3


def heard(at: float, chat: int, bot: int = BOT) -> Entry:
    return Entry(at, bot, "heard", chat, 1.0)


def asked(at: float, chat: int, bot: int = BOT) -> Entry:
    return Entry(at, bot, "asked", chat)


REFUSED_TWICE = [heard(10.0, MARYAM), heard(10.2, SALMA)]


@pytest.mark.parametrize(
    ("journal", "kills", "early", "restarted"),
    [
        pytest.param([heard(10.0, MARYAM), asked(10.5, MARYAM)], [], 1, 0, id="its chat"),
        pytest.param([heard(10.0, MARYAM), asked(11.0, MARYAM)], [], 0, 0, id="in time"),
        pytest.param([heard(10.0, MARYAM), asked(10.5, HUDA)], [], 0, 0, id="another chat"),
        pytest.param([*REFUSED_TWICE, asked(10.3, HUDA)], [], 1, 0, id="everybody"),
        pytest.param([*REFUSED_TWICE, asked(11.2, HUDA)], [], 0, 0, id="everybody, in time"),
        pytest.param([*REFUSED_TWICE, asked(10.3, SUPERGROUP)], [], 0, 0, id="has begun"),
        pytest.param(
            [heard(10.0, MARYAM), heard(10.2, GROUP), asked(10.3, HUDA)], [], 0, 0, id="a group"
        ),
        pytest.param(
            [*REFUSED_TWICE, asked(11.0, HUDA, NEXT_BOT)], [10.9], 0, 1, id="forgotten by a kill"
        ),
        pytest.param(
            [*REFUSED_TWICE, asked(11.0, HUDA, NEXT_BOT)], [10.3], 0, 0, id="killed too soon"
        ),
        pytest.param(
            [heard(10.0, MARYAM), heard(10.9, SALMA, NEXT_BOT), asked(11.0, HUDA, NEXT_BOT)],
            [10.1], 0, 0, id="the second after a restart",
        ),
    ],
)  # fmt: skip
def test_silence_is_judged_by_what_a_bot_has_heard(
    journal: list[Entry], kills: list[float], early: int, restarted: int
) -> None:
    outcome = CaseOutcome()
    _judge_patience(outcome, journal, Kills(at=kills), busy=1.0)
    assert outcome.measured["too early"] == early
    assert outcome.measured["too early after a restart"] == restarted
    assert outcome.ok == (not early and not restarted)


def test_a_rate_is_judged_by_when_messages_left() -> None:
    evenly = [(number / 29, number + 10) for number in range(60)]
    assert find_densest(evenly).is_within_limits()
    together = sorted([*evenly, *((0.5, number) for number in range(100, 106))])
    assert not find_densest(together).is_within_limits()
    assert not find_densest([(0.0, MARYAM), (0.8, MARYAM)]).is_within_limits()
    assert not find_densest([(2.0 * n, PACED_GROUP) for n in range(30)]).is_within_limits()
    assert Densest(30, 1, 20).is_within_limits()


def test_how_much_longer_the_slowest_was_on_its_way() -> None:
    left = [(0.0, MARYAM), (0.1, SALMA), (2.0, MARYAM)]
    came = [(50.01, MARYAM), (50.41, SALMA), (52.01, MARYAM)]
    assert longest_delay(left, came) == pytest.approx(0.3)

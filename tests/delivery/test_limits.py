"""The rates hold whatever is asked for, whenever it is asked for."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import cycle, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram import rates
from bot.chat.screen import Screen
from bot.delivery.chat_queues import ChatQueues
from bot.delivery.limits import Limits, RateLimiter
from bot.delivery.message import Message, MessageKind
from bot.delivery.pacing import LEAD

NEVER = -1.0
"""In place of when its turn came: it has been asked for already."""
CHATS = ["maryam", "salma", "huda", "-100"]
Asked = tuple[float, str, MessageKind]
asked = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.sampled_from(CHATS + [f"teacher{n}" for n in range(50)]),
        st.sampled_from(list(MessageKind)),
    ),
    max_size=200,
)


def is_group(chat: str) -> bool:
    return chat.startswith("-")


def send_all(
    wanted: list[Asked],
    limits: Limits,
    halt: tuple[float, float] | None = None,
    late: Sequence[float] = (0.0,),
    held_up: Sequence[float] = (0.0,),
) -> list[tuple[float, Message]]:
    """Hand messages in at their times and let each leave as early as it may, where the machine is
    late by the seconds of `late` in turn, and each is held up by those of `held_up` after its turn
    has come; answers take 0.05 s. Returns when each left."""
    pacer = RateLimiter(limits)
    queues = ChatQueues(pacer)
    coming = sorted(
        (
            (at, Message(number, number, "telegram", chat, 1, kind, Screen()))
            for number, (at, chat, kind) in enumerate(wanted)
        ),
        key=lambda entry: entry[0],
    )
    answers: list[tuple[float, str]] = []
    leaving: list[tuple[float, float, int, Message]] = []
    left: list[tuple[float, Message]] = []
    now = 0.0
    lateness, hold_ups = cycle(late), cycle(held_up)
    while coming or answers or leaving or queues.waiting:
        while coming and coming[0][0] <= now:
            queues.add(coming.pop(0)[1], now)
        while answers and answers[0][0] <= now:
            queues.finish(answers.pop(0)[1], now)
        if halt and halt[0] <= now:
            pacer.halt(halt[1])
            halt = None
        while message := queues.next(now):
            heappush(leaving, (now + next(hold_ups), now, message.id, message))
        while leaving and leaving[0][0] <= now:
            _, taken_at, _, message = heappop(leaving)
            if taken_at >= 0 and (free := pacer.leave_late(message.chat, taken_at, now)) > now:
                heappush(leaving, (free, NEVER, message.id, message))
                continue
            left.append((now, message))
            insort(answers, (now + 0.05, message.chat))
        instants = [entry[0] for entry in (coming[:1] + answers[:1])]
        instants += [entry[0] for entry in leaving[:1]]
        if (at := queues.next_at(now)) is not None:
            assert at > now
            instants.append(at)
        if halt:
            instants.append(halt[0])
        if instants:
            now = max(now, min(instants)) + next(lateness)
    return left


def most_in_any(seconds: float, times: list[float]) -> int:
    times = sorted(times)
    return max(
        (bisect_left(times, time + seconds) - number for number, time in enumerate(times)),
        default=0,
    )


@given(asked)
def test_every_limit_holds_and_nothing_is_lost(wanted: list[Asked]) -> None:
    left = send_all(wanted, rates(overall=10, per_chat=1, per_group_minute=3))
    assert sorted(message.id for _, message in left) == list(range(len(wanted)))
    assert most_in_any(1, [at for at, _ in left]) <= 10
    for chat in {message.chat for _, message in left}:
        times = [at for at, message in left if message.chat == chat]
        if is_group(chat):
            assert most_in_any(60, times) <= 3
        else:
            assert most_in_any(1, times) <= 1


@given(asked)
def test_the_order_of_a_chat_is_kept_within_an_urgency(wanted: list[Asked]) -> None:
    together = [(0.0, chat, kind) for _, chat, kind in wanted]
    left = [message for _, message in send_all(together, rates())]
    for chat in {message.chat for message in left}:
        ranks = [(message.urgency, message.id) for message in left if message.chat == chat]
        assert ranks == sorted(ranks)


@given(asked, st.floats(0, 2), st.floats(0.001, 20))
def test_a_halt_is_kept_to_its_end(wanted: list[Asked], start: float, length: float) -> None:
    end = start + length
    left = send_all(wanted, rates(), (start, end))
    assert not [at for at, _ in left if start < at < end]
    assert len(left) == len(wanted)


@given(asked)
def test_without_limits_nothing_waits_but_for_its_own_chat(wanted: list[Asked]) -> None:
    left = send_all(wanted, rates(None, None, None))
    first: dict[str, float] = {}
    for at, message in left:
        first.setdefault(message.chat, at)
    for chat, at in first.items():
        assert at == min(when for when, where, _ in wanted if where == chat)


@given(asked, st.lists(st.floats(0, 0.1), min_size=1, max_size=7))
def test_a_machine_that_is_late_keeps_the_rate_as_well(
    wanted: list[Asked], late: list[float]
) -> None:
    left = send_all(wanted, rates(per_chat=None), late=late)
    assert len(left) == len(wanted)
    assert most_in_any(1, [at for at, _ in left]) <= 30


@given(asked, st.lists(st.floats(0, 0.6), min_size=1, max_size=7))
@example([(0.0, f"teacher{n}", MessageKind.NOTICE) for n in range(70)], [0.3, *[0.0] * 40])
@example([(0.0, "-100", MessageKind.NOTICE)] * 5, [0.0, 0.0, 0.5, 0.0])
def test_what_is_held_up_after_its_turn_counts_from_when_it_leaves(
    wanted: list[Asked], held_up: list[float]
) -> None:
    left = send_all(wanted, rates(per_group_minute=3), held_up=held_up)
    assert len(left) == len(wanted)
    assert most_in_any(1, [at for at, _ in left]) <= 30
    for chat in {message.chat for _, message in left}:
        times = [at for at, message in left if message.chat == chat]
        assert most_in_any(60 if is_group(chat) else 1, times) <= (3 if is_group(chat) else 1)


@pytest.mark.parametrize("kind", [MessageKind.REMINDER, MessageKind.BROADCAST])
@pytest.mark.parametrize("before", [0, 5])
def test_many_leave_evenly(kind: MessageKind, before: int) -> None:
    crowd = [(1.0, f"teacher{n}", kind) for n in range(300)]
    answers = [(0.9, f"asker{n}", MessageKind.REPLY) for n in range(before)]
    left = [at for at, message in send_all(crowd + answers, rates()) if message.kind is kind]
    gaps = [later - earlier for earlier, later in pairwise(left)]
    assert min(gaps) > 1 / 30
    assert max(gaps) < 1 / 29


@given(st.lists(st.floats(0, 0.015), min_size=1, max_size=9), st.sampled_from(list(MessageKind)))
def test_the_rate_is_used_to_the_full(late: list[float], kind: MessageKind) -> None:
    crowd = [(0.0, f"teacher{n}", kind) for n in range(300)]
    left = [at for at, _ in send_all(crowd, rates(), late=late)]
    assert most_in_any(1, left) <= 30
    # In nine seconds; what falls on their edges is one.
    assert bisect_left(left, 10.0) - bisect_left(left, 1.0) >= 0.97 * 30 * 9 - 1


@given(asked, st.lists(st.floats(0, 3), max_size=20))
def test_an_answer_waits_for_other_answers_and_one_slot(
    wanted: list[Asked], questions: list[float]
) -> None:
    """Whatever else there is: each answer leaves after at most a slot for each that came within
    the last second, and one more."""
    others = [each for each in wanted if each[2] is not MessageKind.REPLY]
    replies = [(at, f"asker{n}", MessageKind.REPLY) for n, at in enumerate(questions)]
    crowd = [(0.0, f"reader{n}", MessageKind.BROADCAST) for n in range(90)]
    left = send_all(others + replies + crowd, rates())
    came = {chat: at for at, chat, _ in replies}
    for at, message in left:
        if message.chat in came:
            asked_at = came[message.chat]
            near = sum(asked_at - 1.1 <= other <= at for other in came.values())
            assert at - asked_at <= 0.035 * near


def test_answers_leave_at_once_in_a_quiet_moment() -> None:
    replies = [(5.0, f"asker{n}", MessageKind.REPLY) for n in range(LEAD + 1)]
    later = [(10.0, "asker0", MessageKind.REPLY)]
    left = [at for at, _ in send_all(replies + later, rates())]
    assert left == [5.0] * (LEAD + 1) + [10.0]


@given(st.floats(0, 30), st.integers(1, 3))
def test_an_answer_finds_room_in_the_middle_of_a_broadcast(at: float, answers: int) -> None:
    crowd = [(0.0, f"teacher{n}", MessageKind.BROADCAST) for n in range(900)]
    replies = [(at, f"asker{n}", MessageKind.REPLY) for n in range(answers)]
    left = send_all(crowd + replies, rates())
    waits = [when - at for when, message in left if message.kind is MessageKind.REPLY]
    assert len(waits) == answers
    assert max(waits) <= 0.035 * answers
    assert left[-1][0] < 900 / 29


def test_old_chats_are_forgotten() -> None:
    pacer = RateLimiter(rates(overall=None, per_chat=1))
    for number in range(20_000):
        pacer.take(f"teacher{number}", number * 0.01)
    assert len(pacer._chat_free) < 5_000

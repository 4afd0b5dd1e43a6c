"""The rates hold whatever is asked for, whenever it is asked for."""

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.screen import Screen
from bot.delivery.lines import Lines
from bot.delivery.parcel import Parcel, ParcelKind
from bot.delivery.rates import Limits, Pacer

CHATS = ["maryam", "salma", "huda", "-100"]
Asked = tuple[float, str, ParcelKind]
asked = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.sampled_from(CHATS + [f"teacher{n}" for n in range(50)]),
        st.sampled_from(list(ParcelKind)),
    ),
    max_size=200,
)


def is_group(chat: str) -> bool:
    return chat.startswith("-")


def send_all(
    wanted: list[Asked], limits: Limits, halt: tuple[float, float] | None = None
) -> list[tuple[float, Parcel]]:
    """Hand parcels in at their times and let each leave as early as it may; answers take 0.05 s.
    Returns when each left."""
    pacer = Pacer(limits)
    lines = Lines(pacer, is_group)
    coming = sorted(
        (
            (at, Parcel(number, number, "telegram", chat, 1, kind, Screen()))
            for number, (at, chat, kind) in enumerate(wanted)
        ),
        key=lambda entry: entry[0],
    )
    answers: list[tuple[float, str]] = []
    left: list[tuple[float, Parcel]] = []
    now = 0.0
    while coming or answers or lines.waiting:
        while coming and coming[0][0] <= now:
            lines.add(coming.pop(0)[1], now)
        while answers and answers[0][0] <= now:
            lines.finish(answers.pop(0)[1], now)
        if halt and halt[0] <= now:
            pacer.halt(halt[1])
            halt = None
        while parcel := lines.next(now):
            left.append((now, parcel))
            answers.append((now + 0.05, parcel.chat))
        instants = [entry[0] for entry in (coming[:1] + answers[:1])]
        if (at := lines.next_at(now)) is not None:
            assert at > now
            instants.append(at)
        if halt:
            instants.append(halt[0])
        if instants:
            now = max(now, min(instants))
    return left


def most_in_any(seconds: float, times: list[float]) -> int:
    times = sorted(times)
    return max(
        (bisect_left(times, time + seconds) - number for number, time in enumerate(times)),
        default=0,
    )


@given(asked)
def test_every_limit_holds_and_nothing_is_lost(wanted: list[Asked]) -> None:
    left = send_all(wanted, Limits(overall=10, per_chat=1, per_group_minute=3))
    assert sorted(parcel.id for _, parcel in left) == list(range(len(wanted)))
    assert most_in_any(1, [at for at, _ in left]) <= 10
    for chat in {parcel.chat for _, parcel in left}:
        times = [at for at, parcel in left if parcel.chat == chat]
        if is_group(chat):
            assert most_in_any(60, times) <= 3
        else:
            assert most_in_any(1, times) <= 1


@given(asked)
def test_the_order_of_a_chat_is_kept_within_an_urgency(wanted: list[Asked]) -> None:
    together = [(0.0, chat, kind) for _, chat, kind in wanted]
    left = [parcel for _, parcel in send_all(together, Limits())]
    for chat in {parcel.chat for parcel in left}:
        ranks = [(parcel.urgency, parcel.id) for parcel in left if parcel.chat == chat]
        assert ranks == sorted(ranks)


@given(asked, st.floats(0, 2), st.floats(0.001, 20))
def test_a_halt_is_kept_to_its_end(wanted: list[Asked], start: float, length: float) -> None:
    end = start + length
    left = send_all(wanted, Limits(), (start, end))
    assert not [at for at, _ in left if start < at < end]
    assert len(left) == len(wanted)


@given(asked)
def test_without_limits_nothing_waits_but_for_its_own_chat(wanted: list[Asked]) -> None:
    left = send_all(wanted, Limits(None, None, None))
    first: dict[str, float] = {}
    for at, parcel in left:
        first.setdefault(parcel.chat, at)
    for chat, at in first.items():
        assert at == min(when for when, where, _ in wanted if where == chat)


@given(st.floats(0, 30), st.integers(1, 3))
def test_an_answer_finds_room_in_the_middle_of_a_broadcast(at: float, answers: int) -> None:
    crowd = [(0.0, f"teacher{n}", ParcelKind.BROADCAST) for n in range(900)]
    replies = [(at, f"asker{n}", ParcelKind.REPLY) for n in range(answers)]
    left = send_all(crowd + replies, Limits())
    waits = [when - at for when, parcel in left if parcel.kind is ParcelKind.REPLY]
    assert len(waits) == answers
    assert max(waits) <= 0.2 * answers
    assert left[-1][0] < 900 / 29


def test_old_chats_are_forgotten() -> None:
    pacer = Pacer(Limits(overall=None, per_chat=1))
    for number in range(20_000):
        pacer.take(f"teacher{number}", False, True, number * 0.01)
    assert len(pacer._chat_free) < 5_000


def test_processes_share_the_overall_rate() -> None:
    pacer = Pacer(Limits(overall=30))
    pacer.share_among(3)
    for number in range(9):
        assert pacer.open_at(False) <= 5
        pacer.take(f"teacher{number}", False, False, 5.0)
    assert pacer.open_at(False) > 6
    pacer.share_among(2)
    assert pacer.open_at(False) <= 5

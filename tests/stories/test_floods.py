"""Too many messages of one person: those that only come late are all read, and whoever really
writes without end hears of it once, and afterwards how many were left unread."""

from datetime import timedelta

import pytest

from bot.chat.intake.flood import BURST, HEAP_SECONDS, PER_SECOND, WORDS, FloodGate
from bot.chat.intake.inbox import KEEP_DONE, UpdateState, updates
from bot.features.people.actions.floods import EVERY, QUIET
from bot.simulator import SimMessage
from tests.reading import readable
from tests.town import Phone, Town, poller_of

SECOND = timedelta(seconds=1)
AT_ONCE = int(BURST)
BEGINS = "أترك ما يليها دون قراءة"
OVER = "دون قراءة، لأن رسائل كثيرة وصلت دفعة واحدة"
AGAIN = "الضغط مرة أخرى"


@pytest.fixture
def hours_ahead() -> int:
    """How far the platform's clock is ahead of the bot's."""
    return 0


@pytest.fixture
async def maryam(town: Town, hours_ahead: int) -> Phone:
    """Somebody with a bot that is as patient as any, not more."""
    town.app.dispatcher._flood = FloodGate()
    ahead = timedelta(hours=hours_ahead)
    town.simulator.world.now = lambda: town.clock.now() + ahead
    maryam = town.person("مريم")
    await maryam.says("/language")
    await town.moves(timedelta(minutes=5))
    return maryam


async def write(phone: Phone, count: int, *, every: timedelta = timedelta()) -> None:
    """So many messages, one after the other, while nobody looks on."""
    for number in range(count):
        phone.town.clock.advance(every)
        await phone.town.simulator.send_text(phone.id, f"/help {number}")


async def outage_ends(town: Town) -> None:
    await poller_of(town.app).start()
    await town.settles()


def told(phone: Phone, words: str) -> list[SimMessage]:
    return [m for m in phone.messages() if m.from_bot and words in readable(m.shown_text)]


async def states(town: Town) -> tuple[int, int]:
    """How many updates were handled, and how many left unread."""
    rows = await town.rows(updates)
    done = [row for row in rows if row.state is UpdateState.DONE]
    return len(done), len(rows) - len(done)


@pytest.mark.parametrize("hours_ahead", [0, 1, -1], ids=["one clock", "ahead", "behind"])
async def test_what_was_written_in_an_outage_is_read(town: Town, maryam: Phone) -> None:
    """Over minutes, and all at once after them; whatever the platform's clock says."""
    await poller_of(town.app).stop()
    await write(maryam, 2 * AT_ONCE, every=2 * SECOND)
    await outage_ends(town)
    assert (await states(town))[1] == 0
    await town.moves(EVERY)
    assert told(maryam, "دون قراءة") == []


async def test_what_waited_in_the_inbox_is_read(town: Town, maryam: Phone) -> None:
    """Stored in time, and handled by the next run: the gate's memory is empty."""
    await town.app.dispatcher.stop()
    await write(maryam, 2 * AT_ONCE, every=2 * SECOND)
    await town.simulator.confirmed()
    town.app.dispatcher._flood = FloodGate()
    await town.app.dispatcher.start()
    await town.settles()
    assert (await states(town))[1] == 0


async def test_a_flood_is_told_once_and_counted_when_it_is_over(town: Town, maryam: Phone) -> None:
    before = await states(town)
    await write(maryam, 3 * AT_ONCE)
    await town.settles()
    assert await states(town) == (before[0] + AT_ONCE, 2 * AT_ONCE)
    assert len(told(maryam, BEGINS)) == 1
    await write(maryam, 50, every=SECOND / 20)
    await town.settles()
    assert len(told(maryam, "دون قراءة")) == 1
    await town.moves(QUIET)
    maryam.sees(f"تركت ٢٥٠ رسالة {OVER}")
    await maryam.says("/language")
    assert len(await town.rows(updates, state=UpdateState.DONE)) == before[0] + AT_ONCE + 1
    await town.moves(KEEP_DONE)
    assert len(told(maryam, OVER)) == 1


async def test_a_flood_that_is_handled_late_is_one_that_is_over(town: Town, maryam: Phone) -> None:
    """Nobody needs to be asked to wait any more."""
    await poller_of(town.app).stop()
    await write(maryam, 3 * AT_ONCE, every=SECOND / 100)
    town.clock.advance(10 * EVERY)
    await outage_ends(town)
    read, unread = await states(town)
    assert AT_ONCE <= read <= AT_ONCE + 10
    assert told(maryam, BEGINS) == []
    await town.moves(QUIET)
    assert len(told(maryam, OVER)) == 1
    assert read + unread == 3 * AT_ONCE + 1


@pytest.mark.parametrize("pause", [6, 15], ids=["just enough to be read", "enough to be told"])
async def test_whoever_floods_again_and_again_is_not_told_again_and_again(
    town: Town, maryam: Phone, pause: int
) -> None:
    """Twenty times with pauses."""
    town.app.dispatcher._flood = FloodGate(burst=15)
    for _ in range(20):
        await write(maryam, 25)
        await town.settles()
        await town.moves(timedelta(seconds=pause))
    await town.moves(EVERY)
    minutes = 20 * pause // 60
    assert 1 <= len(told(maryam, BEGINS)) <= minutes + 1
    assert 1 <= len(told(maryam, OVER)) <= minutes + 1
    unread = await town.rows(updates, state=UpdateState.SKIPPED)
    assert len(unread) >= 100
    assert all(row.done_at for row in unread)


async def test_several_bots_tell_of_one_flood_once(town: Town, maryam: Phone) -> None:
    """Each judges the part that it gets, as after a restart in the middle of it."""
    for _ in range(3):
        town.app.dispatcher._flood = FloodGate()
        await write(maryam, 2 * AT_ONCE, every=SECOND / 100)
        await town.settles()
    assert len(told(maryam, BEGINS)) == 1
    await town.moves(QUIET)
    assert len(told(maryam, OVER)) == 1


async def test_whoever_is_gone_by_then_is_not_waited_for(town: Town, maryam: Phone) -> None:
    """What is left of a flood is forgotten like everything else."""
    await write(maryam, AT_ONCE + 5)
    await town.settles()
    await maryam.blocks()
    await town.moves(QUIET)
    await town.moves(KEEP_DONE + timedelta(hours=12))
    assert await town.rows(updates, state=UpdateState.SKIPPED) == []


# Presses


async def press_often(phone: Phone, count: int, *, every: timedelta = timedelta()) -> None:
    message = [m for m in phone.messages() if m.keyboard][-1]
    data = message.buttons()[-1]["callback_data"]
    for _ in range(count):
        phone.town.clock.advance(every)
        await phone.town.simulator.press(phone.id, message.message_id, data)


async def test_a_heap_of_presses_is_answered(town: Town, maryam: Phone) -> None:
    """Made while the bot was away; all come at once, and none tells when it was made."""
    await poller_of(town.app).stop()
    await press_often(maryam, 3 * AT_ONCE, every=SECOND / PER_SECOND)
    await outage_ends(town)
    assert (await states(town))[1] == 0
    assert town.simulator.counts["answerCallbackQuery"].total() == 3 * AT_ONCE


async def test_a_press_too_many_is_answered_with_a_word(town: Town, maryam: Phone) -> None:
    """Every one is acknowledged, so that no button spins; the words come to an end, though."""
    many = int(AT_ONCE + PER_SECOND * HEAP_SECONDS + WORDS)
    await press_often(maryam, many + 100)
    await town.settles()
    assert (await states(town))[1] == WORDS + 100
    words = [t for t in town.simulator.toasts(maryam.id) if AGAIN in readable(t)]
    assert len(words) == WORDS
    assert town.simulator.counts["answerCallbackQuery"].total() == many + 100
    await town.moves(QUIET)
    assert told(maryam, "دون قراءة") == []
    await maryam.says("/language")
    maryam.sees_button("English")
    await maryam.taps("English")
    assert (await states(town))[1] == WORDS + 100


async def test_what_gets_no_answer_anyway_leaves_the_messages_alone(
    town: Town, maryam: Phone
) -> None:
    """Whoever blocks the bot and comes back, over and over, can write as ever."""
    for _ in range(AT_ONCE):
        await town.simulator.block(maryam.id)
        await town.simulator.unblock(maryam.id)
    await town.settles()
    await write(maryam, AT_ONCE)
    await town.settles()
    assert (await states(town))[1] == 0

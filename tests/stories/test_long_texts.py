"""A text that a phone cuts in two is one text: judged once, by the whole of it. It waits a moment
for its rest, and nothing else waits."""

from datetime import timedelta

import pytest

from bot.chat.intake.inbox import UpdateState, updates
from tests.features.test_practices import Story, story
from tests.town import Phone

__all__ = ["story"]
every_channel = pytest.mark.every_channel
LATER = timedelta(seconds=1.6)
STEP = "الخطوة الأولى أن نقرأ الفقرة معا ثم نناقش كلماتها الجديدة واحدة واحدة. "
ASKED = "ماذا فعلت"


async def asked_what_was_done(phone: Phone) -> None:
    await phone.says("/share")
    await phone.taps("فريقي")
    await phone.says("القراءة الجهرية المتدرجة")
    await phone.says("تتعثر الطالبات في الكلمات الطويلة")
    phone.sees(ASKED)


async def writes(phone: Phone, *parts: str) -> None:
    """Write several messages at once, as a phone does that cuts a long one."""
    phone.town.look()
    for part in parts:
        await phone.town.platform.send_text(phone.id, part)
    await phone.town.settles()


def told_lengths(phone: Phone) -> list[str]:
    return [text for text in phone.news() if "نصك " in text]


@every_channel
async def test_two_parts_are_one_answer(story: Story) -> None:
    await asked_what_was_done(story.huda)
    whole = (STEP * 80).strip()
    first = whole[:4090].rpartition(" ")[0]
    await writes(story.huda, first, whole[len(first) :].strip())
    (told,) = told_lengths(story.huda)
    assert f"نصك {len(whole)} " in told
    story.huda.sees(ASKED)


@every_channel
async def test_three_parts_are_joined_in_their_order(story: Story) -> None:
    await asked_what_was_done(story.huda)
    await writes(story.huda, "أ" * 4096, "ب" * 4001 + ".", "ت" * 10)
    (told,) = told_lengths(story.huda)
    # A new line where a sentence ends, and nothing in the midst of a word.
    assert f"نصك {4096 + 4002 + 10 + (1 if not story.town.is_narrow else 2)} " in told


@every_channel
async def test_a_long_text_without_a_rest_is_judged_after_a_moment(story: Story) -> None:
    await asked_what_was_done(story.huda)
    await writes(story.huda, "ن" * 4050)
    story.huda.sees_nothing()
    await story.town.moves(LATER)
    assert "نصك 4050 حرفًا،" in " ".join(told_lengths(story.huda))


@every_channel
async def test_what_is_cut_is_whole_after_a_kill_in_between(story: Story) -> None:
    await asked_what_was_done(story.huda)
    await writes(story.huda, "ن" * 4050)
    (waiting,) = await story.town.rows(updates, state=UpdateState.WAITING)
    assert "ن" * 4050 in waiting.body
    await story.town.starts_again()
    story.huda.sees_nothing()
    await writes(story.huda, "ه" * 30)
    (told,) = told_lengths(story.huda)
    assert "نصك 4081 حرفًا،" in told
    assert not await story.town.rows(updates, state=UpdateState.WAITING)


@every_channel
async def test_a_press_does_not_wait_for_a_rest(story: Story) -> None:
    await asked_what_was_done(story.huda)
    await writes(story.huda, "ن" * 4050)
    await story.huda.taps("رجوع")
    story.huda.sees("نصك 4050 حرفًا،")


@every_channel
async def test_what_is_written_later_is_another_message(story: Story) -> None:
    """Although both come at once, as after an outage."""
    huda = story.huda
    await asked_what_was_done(huda)
    await story.town.app.dispatcher.stop()
    huda.look()
    await story.town.platform.send_text(huda.id, "ن" * 4050)
    story.town.clock.advance(timedelta(minutes=1))
    await story.town.platform.send_text(huda.id, "نقرأ الفقرة معًا")
    await story.town.platform.confirmed()
    await story.town.app.dispatcher.start()
    await story.town.settles()
    huda.sees("نصك 4050 حرفًا،")
    huda.sees("ماذا تغيّر")


@every_channel
async def test_nobody_else_waits_and_no_ordinary_text_does(story: Story) -> None:
    await asked_what_was_done(story.huda)
    await writes(story.huda, "ن" * 4050)
    await story.maryam.says("/menu")
    story.maryam.sees("ماذا تود")
    await writes(story.huda, "ه" * 3999)
    assert "نصك 8050 حرفًا،" in " ".join(told_lengths(story.huda))
    await writes(story.huda, "ه" * 3999)
    assert "نصك 3999 حرفًا،" in " ".join(told_lengths(story.huda))

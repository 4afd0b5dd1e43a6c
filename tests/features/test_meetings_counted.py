"""A lead has the answers counted along in one message: changed at most once a minute, true at each
change, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.delivery.message import outbox
from bot.features.communities.models import MemberRole, memberships
from bot.features.meetings.actions.counting import COUNTED_EVERY
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.reading import readable
from tests.town import town

__all__ = ["school", "town"]


async def opens_answers(school: MeetingSchool) -> None:
    await school.noura.says("/meetings")
    await school.noura.taps("تحليل نتائج")
    await school.noura.taps("من يحضر؟")


def card(school: MeetingSchool) -> str:
    """What stands in Noura's message by now."""
    (found,) = [m for m in school.noura.messages() if "🗳" in m.shown_text]
    return readable(found.shown_text)


async def test_the_answers_are_counted_along_and_once_a_minute(school: MeetingSchool) -> None:
    await school.meets()
    noura, huda, khalid, town = school.noura, school.huda, school.khalid, school.town
    await opens_answers(school)
    await noura.taps("متابعة الإجابات")
    noura.sees("تعدّ الرسالة التالية الإجابات أولًا بأول")
    assert "عضوان لم يُجيبا بعد" in card(school)
    before = len(noura.messages())
    await huda.taps("سأحضر")
    await khalid.taps("ربما")
    await huda.taps("ربما")
    await huda.taps("سأحضر")
    assert "عضوان لم يُجيبا بعد" in card(school), "not before the minute is over"
    await town.moves(COUNTED_EVERY)
    counted = card(school)
    assert "لم يُجب" not in counted
    assert "الإجابات حتى 10:01" in counted.replace("\u00a0", " ")
    assert len(noura.messages()) == before, "no further message"
    edits = [row for row in await town.rows(outbox) if row.edit_parcel and row.kind == "progress"]
    assert len(edits) == 1
    await noura.says("/meetings")
    await noura.taps("تحليل نتائج")
    await noura.taps("إلغاء الاجتماع")
    await noura.says("ظرف طارئ")
    await noura.taps("نعم، إلغاء الاجتماع")
    await town.moves(COUNTED_EVERY)
    assert "أُلغي هذا الاجتماع" in card(school)
    assert "يحضر" not in card(school)


async def test_who_leads_no_more_reads_so_and_nothing_more(school: MeetingSchool) -> None:
    await school.meets()
    await opens_answers(school)
    await school.noura.taps("متابعة الإجابات")
    async with school.town.app.database.transaction() as tx:
        noura = memberships.c.person_id == school.people[school.noura.id].id
        await tx.execute(update(memberships).where(noura).values(role=MemberRole.MEMBER))
    await school.huda.taps("سأحضر")
    await school.town.moves(COUNTED_EVERY)
    school.noura.sees("توقف عدّ الإجابات هنا")
    assert not [m for m in school.noura.messages() if "🗳" in m.shown_text]


@pytest.mark.every_channel
async def test_where_nothing_can_be_changed_the_page_says_as_of_when(
    school: MeetingSchool,
) -> None:
    """There a message that counts would stay as it was: none is offered."""
    await school.meets()
    await school.huda.taps("سأحضر")
    await opens_answers(school)
    offered = school.noura.offers("متابعة الإجابات")
    assert offered != school.town.is_narrow
    await school.noura.says("/meetings")
    await school.noura.taps("تحليل نتائج")
    school.noura.sees("الإجابات حتى")
    await school.town.moves(to=school.town.clock.now() + timedelta(days=9))
    await school.noura.says("/meetings")
    school.noura.sees_no_button("متابعة الإجابات")

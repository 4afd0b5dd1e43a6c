"""One person on two channels: linked by a code, reminded on one of them, else on the other."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.chat.person import addresses, find_person
from bot.delivery.channel import Unreachable
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.meetings.actions import meetings as meeting_actions
from tests.features.addresses_chat import opens_code
from tests.features.elsewhere import CHANNEL, Handset, opens_elsewhere
from tests.features.meetings_team import add_member, add_person, add_team, draft
from tests.features.people_school import found_school
from tests.town import Town, town

__all__ = ["town"]

KEY = "+966500000001"


async def test_a_reminder_takes_the_preferred_channel_and_then_the_other(town: Town) -> None:
    school = await found_school(town)
    channel = opens_elsewhere(town)
    maryam, handset = town.person("مريم"), Handset(town, channel, KEY)
    await school.registers(maryam, "مريم العلي", "الندى")
    code = await opens_code(maryam)
    await handset.says("السلام عليكم")
    handset.sees("أهلًا بك في «حلقة»")
    await handset.taps("السعودية")
    await handset.says(code)
    handset.sees("ارتبط الحسابان: هذا الحساب لك أيضًا يا مريم العلي.", "لم يبق ما كنت بدأته هنا.")
    maryam.sees("ارتبط حساب آخر باسمك: Elsewhere (…0001)")
    await handset.says("/link")
    handset.sees("1. تيليجرام", "2. Elsewhere (…0001) · هنا")
    await handset.taps("العنوان 2")
    await handset.taps("تفضيل هذا العنوان")
    handset.sees("سأكتب إليك هناك من الآن.")

    start = town.clock.now() + timedelta(hours=30)
    async with town.app.database.transaction() as tx:
        lead = await add_person(tx, "نورة", external=str(town.person("نورة").id))
        person = await find_person(tx, await town.person_id(maryam))
        assert person is not None
        team = await add_team(tx, lead)
        await add_member(tx, team, person)
        given = draft(starts_at=start, ends_at=start + timedelta(hours=1), title="لقاء القراءة")
        await meeting_actions.schedule_meeting(tx, lead, team, given)
    await town.settles()
    handset.sees("لقاء القراءة")
    maryam.sees_nothing()
    said = len(handset.texts())
    await town.moves(to=start - timedelta(hours=24))
    assert len(handset.texts()) == said + 1
    handset.sees("لقاء القراءة")
    maryam.sees_nothing()

    channel.will(KEY, Unreachable("blocked"))
    await town.moves(to=start - timedelta(hours=1))
    maryam.sees("لقاء القراءة")
    assert len(handset.texts()) == said + 1
    # What was told counts her once.
    async with town.app.database.reading() as tx:
        own = outbox.c.person_id == person.id, outbox.c.kind == MessageKind.REMINDER
        states = await tx.scalars(select(outbox.c.state).where(*own))
        reach = select(addresses.c.reach).where(addresses.c.channel == CHANNEL)
        assert list(states) == [MessageState.SENT] * 2
        assert await tx.scalar(reach) == "unreachable"
        assert await tx.scalar(select(func.count()).select_from(addresses)) == 3
    # Whoever writes is back, and preferred as before.
    await maryam.taps("سأحضر")
    await handset.says("/profile")
    handset.sees("مدرسة الندى")
    await town.moves(to=start - timedelta(minutes=10))
    handset.sees("لقاء القراءة")
    maryam.sees_nothing()


async def test_each_of_two_channels_is_told_of_the_deletion(town: Town) -> None:
    school = await found_school(town)
    channel = opens_elsewhere(town)
    maryam, handset = town.person("مريم"), Handset(town, channel, KEY)
    await school.registers(maryam, "مريم العلي", "الندى")
    await handset.says(await opens_code(maryam))
    await maryam.says("/privacy")
    await maryam.taps("حذف بياناتي")
    await maryam.taps("نعم، حذف كل شيء")
    maryam.sees("حُذفت بياناتك")
    handset.sees("حُذفت بياناتك")
    assert await town.rows(addresses, external=KEY) == []


async def test_a_chat_is_known_by_another_key_that_the_channel_names(town: Town) -> None:
    channel = opens_elsewhere(town)
    handset = Handset(town, channel, "user-1")
    await handset.says("/start", also=KEY)
    await handset.taps("لغة أخرى")
    await handset.taps("Français")
    await handset.says("/start", by=KEY)
    handset.sees("Bienvenue")
    assert {chat for chat, _, _ in channel.shown} == {"user-1"}
    # Whoever has the number by now has a lasting key of their own, and is somebody else.
    other = Handset(town, channel, "user-2")
    await other.says("/start", also=KEY)
    other.sees("أهلًا بك في «حلقة»")
    await other.says("/start", by=KEY)
    other.sees("أهلًا بك في «حلقة»")
    assert len(await town.rows(addresses)) == 2

"""Pauses for prayer follow the town of one's unit: what its name tells, or what was set for it."""

import pytest
from sqlalchemy import select

from bot.features.notification_settings.models import Pause
from bot.features.notification_settings.queries.settings import availability_of_members
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.placements import place
from bot.features.people.actions.unit_changes import (
    merge_units,
    move_unit,
    place_unit,
    rename_unit,
)
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import CameBy, units
from bot.features.people.queries.people import workplaces
from bot.features.people.queries.unit_places import place_at
from bot.features.people.queries.units import Unit
from bot.scheduling.quiet import Cause, Timing
from tests.features.people_school import School, school
from tests.features.test_announcements import Office, office
from tests.features.test_reminders_in_quiet_times import QuietTeam, riyadh, team
from tests.features.test_units_in_chat import admin, opens
from tests.town import Phone, Town, town

__all__ = ["admin", "office", "school", "team", "town"]


@pytest.mark.every_channel
async def test_a_reminder_follows_the_sun_of_jeddah(team: QuietTeam) -> None:
    """In Riyadh the afternoon prayer is at 14:43, in Jeddah at 15:18: there the reminder of 15:00
    disturbs nobody, and that of half past does."""
    await team.wants(team.huda, NotificationSettings(pause=Pause.ALL))
    await team.meets(riyadh(4, 16))
    await team.meets(riyadh(5, 16, 30), "نتائج الفصل")
    await team.town.moves(to=riyadh(4, 9))
    # It is set when the reminders are near and planned already.
    async with team.town.app.database.transaction() as tx:
        await place_unit(tx, None, team.unit_id, "jeddah")
    await team.lives_until(riyadh(5, 16, 25))
    first, second = [each for each in await team.reminders(team.huda) if each[0] == "1h"]
    assert first == ("1h", riyadh(4, 15), Timing.ON_TIME, None)
    _, at, timing, cause = second
    assert (timing, cause) == (Timing.EARLIER, Cause.PRAYER)
    assert riyadh(5, 15) < at < riyadh(5, 15, 15)

    # Whoever plans a meeting reads whose sun it is, and so does who chooses the pauses.
    await team.huda.says("/quiet")
    await team.huda.taps("التوقف للصلاة")
    team.huda.sees("أوقات الصلاة بتوقيت جدة")


@pytest.mark.every_channel
async def test_a_reminder_follows_whoever_comes_to_another_school(team: QuietTeam) -> None:
    """Her school in Riyadh becomes part of the one above it, which lies in Jeddah."""
    await team.wants(team.huda, NotificationSettings(pause=Pause.ALL))
    async with team.town.app.database.transaction() as tx:
        above = UnitDraft("department", "مجمع الندى بجدة", "SA", "Asia/Riyadh")
        whole = await unit_actions.create_unit(tx, None, above)
        below = UnitDraft("school", "مدرسة المجمع", "SA", "Asia/Riyadh", parent_id=whole.id)
        school_ = await unit_actions.create_unit(tx, None, below)
        await place_unit(tx, None, school_.id, "riyadh")
        await place(tx, team.people[team.huda.id].id, school_.id, CameBy.SERVER)
    assert await _town(team) == "riyadh"
    await team.meets(riyadh(4, 16, 30))
    await team.town.moves(to=riyadh(4, 9))
    async with team.town.app.database.transaction() as tx:
        await merge_units(tx, None, school_.id, whole.id)
    await team.lives_until(riyadh(4, 16, 25))
    (found,) = [each for each in await team.reminders(team.huda) if each[0] == "1h"]
    _, at, timing, cause = found
    assert (timing, cause) == (Timing.EARLIER, Cause.PRAYER)
    assert riyadh(4, 15) < at < riyadh(4, 15, 15)


@pytest.mark.every_channel
async def test_a_circular_after_prayer_goes_by_the_sun_of_its_sender(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        work = (await workplaces(tx, [office.people["أمل"].id]))[office.people["أمل"].id]
        await place_unit(tx, None, work.id, "jeddah")
        await office.writes(tx)
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    await office.amal.taps("إرسال لاحقًا")
    await office.amal.says("غدا بعد صلاة العصر")
    office.amal.sees("تحين صلاة العصر نحو الساعة", "بتوقيت جدة")


async def _town(team: QuietTeam) -> str:
    async with team.town.app.database.reading() as tx:
        number = team.people[team.huda.id].id
        return (await availability_of_members(tx, [number]))[number].place


async def test_the_name_tells_and_what_lies_above_and_what_was_set(team: QuietTeam) -> None:
    assert await _town(team) == ""
    async with team.town.app.database.transaction() as tx:
        await rename_unit(tx, None, team.unit_id, "مدرسة الندى بتبوك")
    assert await _town(team) == "tabuk"
    async with team.town.app.database.transaction() as tx:
        with pytest.raises(LookupError):
            await place_unit(tx, None, team.unit_id, "dakhla")
        await place_unit(tx, None, team.unit_id, "jeddah")
    assert await _town(team) == "jeddah"
    async with team.town.app.database.transaction() as tx:
        await place_unit(tx, None, team.unit_id, None)
    assert await _town(team) == "tabuk"


async def test_a_school_is_not_where_its_namesake_is(town: Town) -> None:
    async def add(kind: str, name: str, parent: Unit | None, country: str = "SA") -> Unit:
        draft = UnitDraft(
            kind, name, country, "Asia/Riyadh", parent_id=parent.id if parent else None
        )
        async with town.app.database.transaction() as tx:
            return await unit_actions.create_unit(tx, None, draft)

    async def where(unit: Unit) -> str | None:
        async with town.app.database.reading() as tx:
            found = await place_at(tx, unit)
        return found.code if found else None

    ministry = await add("ministry", "وزارة التعليم", None)
    riyadh_ = await add("department", "الإدارة العامة للتعليم بمنطقة الرياض", ministry)
    south = await add("office", "مكتب التعليم بالنسيم", riyadh_)
    taif = await add("school", "مدرسة الطائف الابتدائية", south)
    kharj = await add("school", "مدرسة الخرج الأولى", south)
    jeddah = await add("department", "إدارة تعليم جدة", ministry)
    alone = await add("school", "مدرسة حائل", ministry)
    both = await add("school", "مدرسة تبوك بجدة", ministry)
    assert [await where(each) for each in (ministry, south, taif, kharj, jeddah, alone, both)] == [
        None, "riyadh", "riyadh", "kharj", "jeddah", "hail", "jeddah",
    ]  # fmt: skip
    async with town.app.database.transaction() as tx:
        moved = await move_unit(tx, None, south.id, jeddah.id)
    async with town.app.database.reading() as tx:
        rows = await tx.all(select(units.c.path).where(units.c.id == taif.id))
        assert rows[0].path.startswith(moved.path)
    # Below Jeddah, a school of the name of Taif is near enough to be there.
    async with town.app.database.transaction() as tx:
        assert await where(await rename_unit(tx, None, taif.id, "مدرسة الطائف الأولى")) == "taif"


@pytest.mark.every_channel
async def test_who_administers_says_where_a_unit_lies(
    town: Town, school: School, admin: Phone
) -> None:
    await opens(admin, "مدرسة الندى", "تعديل الجهة")
    await admin.taps("المكان")
    admin.sees("مدينتها غير معروفة", "بتوقيت العاصمة")
    await admin.says("أطلنطس")
    admin.sees("لا أعرف مدينة ولا محافظة بهذا الاسم في البلد", "أقرب مدينة كبيرة")
    await admin.says("تبوق")
    admin.sees("هل هي إحدى هذه؟")
    await admin.taps("تبوك")
    admin.sees("صارت أوقات الصلاة فيها بتوقيت تبوك")
    # One tap more for a neighbour, or a name; and back to what the name tells.
    await admin.taps("المكان")
    admin.sees("أوقات الصلاة فيها الآن بتوقيت تبوك")
    await admin.says("جده")
    admin.sees("صارت أوقات الصلاة فيها بتوقيت جدة")
    assert (await town.rows(units, id=school.nada.id))[0].place == "jeddah"
    await admin.taps("المكان")
    await admin.taps("بحسب الاسم")
    admin.sees("صارت أوقات الصلاة فيها بتوقيت العاصمة")

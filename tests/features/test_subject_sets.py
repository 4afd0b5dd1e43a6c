"""Who teaches several subjects, in several stages: in each audience, and once in every count."""

import pytest

from bot.core.clock import FrozenClock
from bot.features.people.actions.headcounts import HEADCOUNTS
from bot.features.people.models import profiles, roles
from bot.features.people.queries.audiences import Audience, audience_ids, count_audience
from bot.features.people.queries.roles import HeldRole
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
    stages,
)
from bot.packs.roles import Role
from bot.storage.database import open_database
from bot.storage.migrations import migrate, migrate_back
from bot.storage.transaction import Tx
from tests.databases import run_apart
from tests.features.ministry import NOW
from tests.features.people_school import School
from tests.town import Town, town

__all__ = ["town"]

PLACES = (
    "INSERT INTO units (id, parent_id, kind, name, country, timezone, gender, path, state,"
    " created_at) VALUES"
    " (1, NULL, 'department', 'أ', 'SA', 'Asia/Riyadh', 'mixed', '/1/', 'active', 0),"
    " (2, 1, 'school', 'ب', 'SA', 'Asia/Riyadh', 'girls', '/1/2/', 'active', 0)"
)
PERSON = (
    "INSERT INTO people (id, state, name, gender, country, language, timezone, numerals, calendar,"
    " created_at) VALUES (?, 'member', 'س', 'f', 'SA', 'ar', 'Asia/Riyadh', 'arab',"
    " 'both', 0)"
)
PROFILE = (
    "INSERT INTO profiles (person_id, unit_id, subject, stage, consent_version, consented_at,"
    " changed_at) VALUES (?, 2, ?, ?, '1', 0, 0)"
)
ROLE = (
    "INSERT INTO roles (person_id, role, unit_id, subject, state, granted_at)"
    " VALUES (1, 'supervisor', 1, ?, 'active', 0)"
)


@pytest.mark.every_channel
async def test_somebody_of_two_subjects_is_in_both_audiences_and_counts_once(
    town: Town, school: School
) -> None:
    maryam = town.person("مريم")
    await maryam.says(f"/start {await school.invites('الندى')}")
    for label in ("بدء التسجيل", "المؤنث"):
        await maryam.taps(label)
    await maryam.says("مريم")
    await maryam.says("لا شيء من هذا")
    maryam.sees("أحد الأزرار")
    await maryam.says("علوم والرياضيات")
    await maryam.taps("أكثر من مرحلة")
    maryam.sees("اضغطي كل ما ينطبق")
    maryam.sees_no_button("هذا كل شيء")
    for label in ("المرحلة المتوسطة", "المرحلة الثانوية", "الطفولة", "✓ الطفولة"):
        await maryam.taps(label)
    await maryam.says("الطفولة")
    await maryam.taps("✓ الطفولة")
    await maryam.taps("هذا كل شيء")
    maryam.sees("اكتمل تسجيلك")
    (row,) = await town.rows(profiles)
    assert (row.subject, row.stage) == (("mathematics", "science"), ("middle", "secondary"))
    huda = town.person("هدى")
    await school.registers(huda, "هدى")
    hers, other = await town.person_id(maryam), await town.person_id(huda)
    top = school.department.id
    async with town.app.database.transaction() as tx:
        for audience, members in (
            (Audience(top), [hers, other]),
            (Audience(top, ("science",)), [hers]),
            (Audience(top, ("mathematics",)), [hers, other]),
            (Audience(top, ("mathematics", "science")), [hers, other]),
            (Audience(top, ("mathematics",), ("middle",)), [hers]),
            (Audience(top, (), ("secondary", "middle"), Role.TEACHER), [hers]),
            (Audience(top, ("arabic",), ("middle",)), []),
        ):
            assert await audience_ids(tx, audience) == members
            assert await count_audience(tx, audience) == len(members)
    await huda.says("/profile")
    await huda.taps("الإعدادات")
    await huda.taps("المرحلة")
    await huda.taps("أكثر من مرحلة")
    await huda.taps("المرحلة الثانوية")
    await huda.taps("المرحلة الابتدائية")
    await huda.taps("هذا كل شيء")
    huda.sees("حُفظ", "المرحلة: الابتدائية والثانوية")
    async with town.app.database.transaction() as tx:
        assert await count_audience(tx, Audience(top, (), ("secondary",))) == 2
        assert await HEADCOUNTS.count_wrong(tx) == 0


async def test_picking_is_left_as_it_was_found(town: Town, school: School) -> None:
    """Whoever begins to pick and goes back keeps what they had answered."""
    maryam = town.person("مريم")
    await maryam.says(f"/start {await school.invites('الندى')}")
    for label in ("بدء التسجيل", "المؤنث"):
        await maryam.taps(label)
    await maryam.says("مريم")
    await maryam.taps("العلوم")
    await maryam.taps("رجوع")
    await maryam.taps("أكثر من مادة")
    await maryam.taps("الفيزياء")
    maryam.sees_button("✓ العلوم")
    maryam.sees_button("✓ الفيزياء")
    await maryam.taps("إبقاء إجابتي")
    await maryam.taps("المرحلة الابتدائية")
    (row,) = await town.rows(profiles)
    assert row.subject == ("science",)


def test_a_role_for_some_subjects_reaches_what_lies_within_them() -> None:
    place = Unit(1, None, "school", "أ", "SA", "Asia/Riyadh", UnitGender.GIRLS, "/1/")
    held = HeldRole(Role.SUPERVISOR, place, ("arabic", "islamic"))
    assert held.is_for(("arabic",))
    assert held.is_for(("islamic", "arabic"))
    assert not held.is_for(("arabic", "science"))
    assert not held.is_for(())
    assert HeldRole(Role.SUPERVISOR, place).is_for(())


async def test_nobody_falls_out_of_an_audience_with_the_upgrade(database_url: str) -> None:
    run_apart(migrate_back, database_url, "0030")
    database = await open_database(database_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.run(PLACES)
        for number, subject, stage in ((1, "arabic", "all"), (2, "science", "middle")):
            await tx.run(PERSON, number)
            await tx.run(PROFILE, number, subject, stage)
        await tx.run(ROLE, "arabic")
        await tx.run(HEADCOUNTS.fill)
    await database.close()
    run_apart(migrate, database_url)
    database = await open_database(database_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        for stage in stages():
            members = [1, 2] if stage == "middle" else [1]
            assert await audience_ids(tx, Audience(1, (), (stage,))) == members
            assert await count_audience(tx, Audience(1, (), (stage,))) == len(members)
        assert await HEADCOUNTS.count_wrong(tx) == 0
        await tx.execute(
            profiles.update().where(profiles.c.person_id == 2).values(subject=("science", "art"))
        )
        await tx.execute(roles.update().values(subject=("islamic", "arabic")))
        await HEADCOUNTS.put_right(tx)
    await database.close()
    run_apart(migrate_back, database_url, "0030")
    database = await open_database(database_url, FrozenClock(NOW))
    async with database.reading() as tx:
        assert await _taught(tx) == [(1, "arabic", "all"), (2, "art", "middle")]
        assert await tx.fetch("SELECT subject FROM roles") == [("arabic",)]
        assert await HEADCOUNTS.count_wrong(tx) == 0
    await database.close()


async def _taught(tx: Tx) -> list[tuple[object, ...]]:
    rows = await tx.fetch("SELECT person_id, subject, stage FROM profiles ORDER BY person_id")
    return [tuple(row) for row in rows]

"""One's own data, as chats: taken along, seen by whom, and what is seen of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.person import find_person
from bot.chat.person import people as accounts
from bot.core.settings import Settings
from bot.features import personal
from bot.features.people.actions import standings
from bot.features.people.actions.views import Seen
from bot.features.people.queries.consent import NOTICE_SINCE
from bot.features.people.queries.placements import placements_of
from bot.features.people.screens.export import COLUMNS, TITLES
from bot.files.made import KEPT_FOR
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.packs.organisation import Role
from bot.storage.audit import person_views
from tests.features.practices_school import PracticeSchools
from tests.features.test_announcements import Office, office
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["office", "town"]

NADA = "مدرسة الندى"
TERMS = Settings()


async def _opens(phone: Phone, label: str) -> None:
    await phone.says("/profile")
    await phone.taps("الإعدادات")
    await phone.taps("بياناتي")
    await phone.taps(label)


async def _school(town: Town) -> tuple[Phone, Phone, PracticeSchools]:
    department = await PracticeSchools(town.app.database, town.channel).build()
    amal, huda = town.person("أمل"), town.person("هدى")
    await department.person("أمل", NADA, number=amal.id, role=Role.PRINCIPAL)
    await department.person("هدى", NADA, number=huda.id)
    for phone in (amal, huda):
        await phone.says("/menu")
    return amal, huda, department


async def test_data_is_taken_along_as_a_page_and_as_json(town: Town) -> None:
    _, huda, _ = await _school(town)
    await _opens(huda, "نسخة من بياناتي")
    huda.sees("بياناتك في صفحة تُفتح في أي متصفح.")
    await huda.taps("للبرامج")
    huda.sees("بياناتك كاملة")
    page, whole = await _made(town)
    assert '<html lang="ar" dir="rtl">' in page
    assert "هدى" in page
    assert "width=device-width" in page
    assert "http" not in page, "nothing comes from elsewhere"
    assert json.loads(whole)["people"][0]["name"] == "هدى"
    await town.moves(KEPT_FOR + timedelta(hours=7))
    assert await town.rows(files) == []


async def _made(town: Town) -> list[str]:
    """What the bot has made for somebody, as it lies on the disk."""
    store = BlobStore(town.settings.resolved_files_dir())
    rows = await town.rows(files)
    return [store.place(row.blob).read_text("utf-8") for row in rows]


async def test_everybody_sees_who_looked_by_a_role_above(town: Town) -> None:
    amal, huda, _ = await _school(town)
    await _opens(huda, "من اطّلع على بياناتي")
    huda.sees("لم يطّلع عليها أحد بصلاحية أعلى.")
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await _opens(huda, "من اطّلع على بياناتي")
    huda.sees("أمل (مديرة المدرسة)", "ضمن قائمة")
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("هدى")
    await _opens(huda, "من اطّلع على بياناتي")
    huda.sees("صفحتك")
    rows = await town.rows(person_views)
    assert len(rows) == 1, "one row a viewer, person and day, and none of oneself"
    await town.moves(timedelta(days=1))
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    assert len(await town.rows(person_views)) == 2
    await town.moves(timedelta(days=TERMS.keep_views_days + 1))
    assert await town.rows(person_views) == []


async def test_whoever_has_not_read_a_circular_sees_who_was_told_so(office: Office) -> None:
    """The list of silent readers names them to somebody above, as other lists do."""
    await office.announces()
    await office.town.moves(timedelta(seconds=20))
    await office.huda.says("/announcements")
    for label in ("لقاء المدرسة", "اطّلعت"):
        await office.huda.taps(label)
    await office.amal.says("/announcements")
    for label in ("إعلاناتي", "لقاء المدرسة", "مَن لم يطّلع"):
        await office.amal.taps(label)
    office.amal.sees("مريم")
    amal, maryam = office.people["أمل"].id, office.people["مريم"].id
    rows = await office.town.rows(person_views)
    assert [(row.viewer_id, row.person_id, row.what) for row in rows] == [(amal, maryam, 1)]
    await _opens(office.maryam, "من اطّلع على بياناتي")
    office.maryam.sees("أمل (مديرة المدرسة)", "ضمن قائمة")


async def test_whoever_stands_outside_sees_who_looked_as_well(town: Town) -> None:
    """Those who are suspended stand on a list and a page of their own."""
    amal, _, department = await _school(town)
    sara = town.person("سارة")
    await department.person("سارة", NADA, number=sara.id)
    await sara.says("/menu")
    async with town.app.database.transaction() as tx:
        people = {row.name: row.id for row in await tx.all(select(accounts))}
        (placement,) = await placements_of(tx, people["سارة"])
        head = await find_person(tx, people["أمل"])
        assert head
        until = tx.now + timedelta(days=2)
        await standings.suspend(tx, head, placement.id, "مراجعة", until)
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    for label, what in (("موقوف", Seen.LISTED), ("سارة", Seen.PAGE)):
        await amal.taps(label)
        seen = {row.person_id: row.what for row in await town.rows(person_views)}
        assert seen[people["سارة"]] == what


async def test_a_colleagues_glance_is_noted_nowhere(town: Town) -> None:
    _, _, department = await _school(town)
    sara = town.person("سارة")
    await department.person("سارة", NADA, number=sara.id)
    await sara.says("/menu")
    await sara.says("/search هدى")
    assert await town.rows(person_views) == []


async def test_what_others_see_is_drawn_from_their_rights(town: Town) -> None:
    _, huda, department = await _school(town)
    await _opens(huda, "ما الذي يراه غيري؟")
    huda.sees(
        "ما الذي تراه مديرتي والإشراف عني؟",
        "مديرة المدرسة: أمل",
        "✓ الاسم والمادة ومكان العمل والأدوار",
        "✓ صورك وما قلته عن الطلاب فيها",
    )
    sami = town.person("سامي")
    await department.person("سامي", "إدارة تعليم الوادي", number=sami.id, role=Role.SUPERVISOR)
    await _opens(huda, "ما الذي يراه غيري؟")
    huda.sees("سامي", "✗ صورك وما قلته عن الطلاب فيها", "✓ تأكيدك الاطلاع على ما يُعلَن لك")
    # Of what there is nothing of, nothing is said.
    assert not any("دعوات" in each or "القائمة" in each for each in huda.news())
    noura = await department.person("نورة", NADA, number=77, role=Role.LEAD)
    async with town.app.database.reading() as tx:
        own = await find_person(tx, await town.person_id(huda))
    assert own is not None
    await department.team("فريق القراءة", noura, own, unit=NADA)
    await _opens(huda, "ما الذي يراه غيري؟")
    huda.sees("مديرة المدرسة: أمل", "✗ جوابك عن دعوات الاجتماعات وسببه")


async def test_a_new_notice_is_told_once(town: Town) -> None:
    _, huda, _ = await _school(town)
    await huda.says("/start")
    assert not any("بيان الخصوصية" in each for each in huda.news())
    await town.moves(to=NOTICE_SINCE + timedelta(hours=7))
    await huda.says("/start")
    huda.sees("تجدد بيان الخصوصية")
    await huda.says("/start")
    assert not any("بيان الخصوصية" in each for each in huda.news())
    await huda.says("/privacy")
    huda.sees("خوادم")


def test_every_table_of_people_is_read_on_the_page_or_is_for_machines() -> None:
    exported = {each.name: each for part in personal() for each in part.tables if each.exported}
    assert set(TITLES) <= set(exported)
    readable = {"name", "title", "text", "words", "goals", "difficulty"}
    for name, each in exported.items():
        columns = set(each.exported.split())
        if columns & readable:
            assert name in TITLES, f"{name} has words that people read"
        if name in TITLES:
            assert columns & set(COLUMNS), f"nothing of {name} is read"

"""One's own data, as chats: taken along, seen by whom, and what is seen of it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Column, MetaData, String, Table, select

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
from bot.packs.roles import Role
from bot.storage.audit import person_views
from bot.storage.columns import Enumerated, Json, metadata
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
    huda.sees("سامي", "✗ صورك وما قلته عن الطلاب فيها", "✓ تأكيدك الاطّلاع على ما يُعلَن لك")
    # Of what there is nothing of, nothing is said.
    assert not any("دعوات" in each or "القائمة" in each for each in huda.news())
    noura = await department.person("نورة", NADA, number=77, role=Role.LEAD)
    async with town.app.database.reading() as tx:
        own = await find_person(tx, await town.person_id(huda))
    assert own is not None
    await department.team("فريق القراءة", noura, own, unit=NADA)
    await _opens(huda, "ما الذي يراه غيري؟")
    huda.sees("مديرة المدرسة: أمل", "✗ إجابتك عن دعوات الاجتماعات وسببها")


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


FOR_MACHINES = {
    "address_aliases": "how channels call the same account",
    "announcements": "file figures",
    "audit_trail": "details",
    "delivery_statuses": "what channels tell of each message",
    "files": "mime part",
    "kept_choices": "what stood behind a button",
    "meeting_reminders": "which of three reminders",
    "outbox": "what messages were about",
    "people": "timezone numerals calendar",
    "practice_evidence": "ref mime",
    "profiles": "consent_version",
    "teams": "form_of_work",
}
"""What of it stands in the JSON alone: single columns, or why a whole table does."""


def unread(tables: Iterable[Table]) -> list[str]:
    """Words and codes that are exported, and stand neither on the page nor in the list above."""
    exported = {each.name: each for part in personal() for each in part.tables if each.exported}
    found = []
    for table in tables:
        if table.name not in exported or (table.name in FOR_MACHINES and table.name not in TITLES):
            continue
        given = set(exported[table.name].exported.split())
        apart = set(FOR_MACHINES.get(table.name, "").split())
        for column in table.columns:
            words = isinstance(column.type, String | Json) and not isinstance(
                column.type, Enumerated
            )
            read = column.name in COLUMNS and table.name in TITLES
            if words and column.name in given - apart and not read:
                found.append(f"{table.name}.{column.name}")
    return found


def test_whatever_is_exported_in_words_is_read_on_the_page_or_is_for_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exported = {each.name: each for part in personal() for each in part.tables if each.exported}
    assert set(TITLES) <= set(exported)
    assert set(FOR_MACHINES) <= set(exported)
    for name in TITLES:
        assert set(exported[name].exported.split()) & set(COLUMNS), f"nothing of {name} is read"
    assert unread(metadata.sorted_tables) == []
    # What nobody sees to is found, in a table of the page and in one that has no place there.
    for name in ("placements", "unit_requests", "person_views"):
        copy = MetaData()
        for table in metadata.sorted_tables:
            table.to_metadata(copy)
        copy.tables[name].append_column(Column("remark", String(20)))
        told = [
            replace(
                part,
                tables=tuple(
                    replace(each, exported=f"{each.exported} remark") if each.name == name else each
                    for each in part.tables
                ),
            )
            for part in personal()
        ]
        monkeypatch.setattr("tests.features.test_own_data.personal", lambda told=told: told)
        assert unread(copy.tables.values()) == [f"{name}.remark"]
        monkeypatch.undo()


async def test_the_page_says_by_name_what_is_kept_as_a_number_or_a_code(town: Town) -> None:
    _, huda, _ = await _school(town)
    await _opens(huda, "نسخة من بياناتي")
    [page] = await _made(town)
    assert NADA in page.partition("مكان عملك")[2]
    assert "المؤنث" in page
    assert "السعودية" in page

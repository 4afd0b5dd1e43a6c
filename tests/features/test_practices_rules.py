"""Who may see, change, hide and find a practice, asked of the database itself."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, make_url, select

from bot.chat.forms.fields import EvidencePiece
from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.message import MessageState
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import search as people_index
from bot.features.people.actions.roles import hold
from bot.features.people.models import searches
from bot.features.people.queries import search as people_search
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.features.practices.models import (
    ApplicationState,
    EvidenceKind,
    PracticeState,
    applications,
    practices,
)
from bot.features.practices.queries import lists as practice_lists
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries import search as practice_search
from bot.features.practices.queries.lists import Selection
from bot.packs.roles import Role
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.features.practices_school import READING, PracticeSchools

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
NADA, AMAL, FALAH = "مدرسة الندى", "مدرسة الأمل", "مدرسة الفلاح"
WADI, MARJAN = "إدارة تعليم الوادي", "مدرسة المرجان"


@dataclass
class Cast:
    """Maryam and Huda belong to Noura's team at one school; the others look on."""

    database: Database
    department: PracticeSchools
    noura: Person
    maryam: Person
    huda: Person
    sara: Person
    fahd: Person
    salma: Person
    supervisor: Person
    team: Team


@pytest.fixture
async def cast(database_url: str) -> AsyncIterator[Cast]:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        yield await gather(database)
    finally:
        await database.close()


async def gather(database: Database) -> Cast:
    town = await PracticeSchools(database).build()
    noura = await town.person("نورة", NADA, number=1, role=Role.LEAD)
    maryam = await town.person("مريم", NADA, number=2)
    huda = await town.person("هدى", NADA, number=3)
    sara = await town.person("سارة", AMAL, number=4)
    fahd = await town.person("فهد", FALAH, number=5, gender="m")
    salma = await town.person("سلمى", MARJAN, number=6)
    supervisor = await town.person("ليلى", WADI, number=7, role=Role.SUPERVISOR)
    team = await town.team("فريق القراءة", noura, maryam, huda, unit=NADA)
    return Cast(database, town, noura, maryam, huda, sara, fahd, salma, supervisor, team)


async def share(cast: Cast, author: Person, **changes: object) -> int:
    async with cast.database.transaction() as tx:
        draft = replace(READING, **changes)  # type: ignore[arg-type]
        return (await practice_actions.share_practice(tx, author, draft)).practice.id


async def sees(tx: Tx, reader: Person, practice_id: int) -> bool:
    """Whether the door opens; lists and search must agree with it."""
    try:
        await practice_queries.visible_practice(tx, reader, practice_id)
    except Refused:
        return False
    return True


async def finds(tx: Tx, reader: Person, words: str) -> list[int]:
    found = await practice_search.find(tx, reader, words, 1, 8)
    return [finding.card.id for finding in found.found]


async def lists(tx: Tx, reader: Person, shelf: Selection | None = None) -> list[int]:
    page = await practice_lists.list_practices(tx, reader, shelf or Selection(), 1, 8)
    return [card.id for card in page.cards]


async def test_a_team_practice_is_for_the_team_and_those_above_it(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    async with cast.database.reading() as tx:
        for reader in (cast.maryam, cast.noura, cast.huda, cast.supervisor):
            assert await sees(tx, reader, number)
            assert await lists(tx, reader) == [number]
            assert await finds(tx, reader, "القراءة الجهرية") == [number]
        for stranger in (cast.sara, cast.fahd, cast.salma):
            assert not await sees(tx, stranger, number)
            assert await lists(tx, stranger) == []
            assert await lists(tx, stranger, Selection(team_id=cast.team.id)) == []
            assert await finds(tx, stranger, "القراءة الجهرية") == []


async def test_a_practice_for_everybody_stays_in_the_district_and_its_gender(cast: Cast) -> None:
    number = await share(cast, cast.maryam)
    async with cast.database.reading() as tx:
        for reader in (cast.maryam, cast.huda, cast.sara, cast.supervisor):
            assert await sees(tx, reader, number)
            assert await lists(tx, reader) == [number]
            assert await finds(tx, reader, "القراءة الجهرية") == [number]
        for stranger in (cast.fahd, cast.salma):
            assert not await sees(tx, stranger, number)
            assert await lists(tx, stranger) == []
            assert await finds(tx, stranger, "القراءة الجهرية") == []


async def test_a_principal_finds_nothing_of_the_boys_school_next_door(cast: Cast) -> None:
    number = await share(cast, cast.fahd)
    async with cast.database.transaction() as tx:
        await hold(tx, None, cast.sara.id, Role.PRINCIPAL, cast.department.units[AMAL].id)
        assert not await sees(tx, cast.sara, number)
        assert await finds(tx, cast.sara, "القراءة الجهرية") == []
        assert await lists(tx, cast.sara) == []
        assert await finds(tx, cast.supervisor, "القراءة الجهرية") == [number]


async def test_who_may_no_longer_read_what_they_hid_hears_nothing_of_it(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    draft = replace(READING, team_id=cast.team.id, title="من غير أسماء")

    async def told(tx: Tx) -> int:
        rows = await tx.fetch(
            "SELECT count(*) FROM outbox WHERE person_id = ? AND topic LIKE 'hiding:%'",
            cast.noura.id,
        )
        return int(rows[0][0])

    async with cast.database.transaction() as tx:
        await practice_actions.hide_practice(tx, cast.noura, number, "فيها أسماء طالبات")
        before = await told(tx)
        await practice_actions.change_practice(tx, cast.maryam, number, draft)
        assert await told(tx) == before + 1
        huda = await member_queries.standing_of(tx, cast.team.id, cast.huda.id)
        assert huda is not None
        await leadership_actions.hand_over(tx, cast.noura, huda.id)
        before = await told(tx)
        await practice_actions.change_practice(tx, cast.maryam, number, draft)
        assert await told(tx) == before


async def test_nobody_shares_with_a_team_they_do_not_belong_to(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        await share(cast, cast.sara, team_id=cast.team.id)
    assert refused.value.code == "practices.not_in_team"
    async with cast.database.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(practices)) == 0


async def test_only_the_author_edits_and_withdraws(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    for act in (practice_actions.withdraw_practice, practice_actions.share_again):
        async with cast.database.transaction() as tx:
            with pytest.raises(Refused) as refused:
                await act(tx, cast.noura, number)
            assert refused.value.code == "practices.not_author"
    async with cast.database.transaction() as tx:
        with pytest.raises(Refused):
            await practice_actions.change_practice(tx, cast.huda, number, READING)


async def test_a_withdrawn_practice_is_left_to_its_author(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    async with cast.database.transaction() as tx:
        assert await outbox.count_states(tx, f"practice:{number}") == {MessageState.QUEUED: 2}
        await practice_actions.withdraw_practice(tx, cast.maryam, number)
        # Who has not heard of it yet need not hear of it any more.
        assert await outbox.count_states(tx, f"practice:{number}") == {MessageState.CANCELLED: 2}
        assert not await sees(tx, cast.huda, number)
        assert not await sees(tx, cast.supervisor, number)
        assert await lists(tx, cast.huda) == []
        assert await finds(tx, cast.huda, "القراءة") == []
        assert await sees(tx, cast.maryam, number)
        assert await lists(tx, cast.maryam, Selection(mine=True)) == [number]
        await practice_actions.share_again(tx, cast.maryam, number)
        assert await finds(tx, cast.huda, "القراءة") == [number]


async def test_the_lead_hides_and_a_member_cannot(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    async with cast.database.transaction() as tx:
        with pytest.raises(Refused) as refused:
            await practice_actions.hide_practice(tx, cast.huda, number, "لا يعجبني")
        assert refused.value.code == "practices.not_moderator"
        await practice_actions.hide_practice(tx, cast.noura, number, "فيها أسماء طالبات")
        assert not await sees(tx, cast.huda, number)
        assert await finds(tx, cast.huda, "القراءة") == []
        for reader in (cast.maryam, cast.noura, cast.supervisor):
            assert await sees(tx, reader, number)
        assert await lists(tx, cast.noura, Selection(team_id=cast.team.id)) == [number]
        assert await lists(tx, cast.huda, Selection(team_id=cast.team.id)) == []


async def test_withdrawing_does_not_undo_a_hiding(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    async with cast.database.transaction() as tx:
        await practice_actions.hide_practice(tx, cast.noura, number, "فيها أسماء طالبات")
        await practice_actions.withdraw_practice(tx, cast.maryam, number)
        again = await practice_actions.share_again(tx, cast.maryam, number)
        assert again.state is PracticeState.HIDDEN
        shown = await practice_actions.reveal_practice(tx, cast.noura, number)
        assert shown.is_shared


async def test_whoever_leaves_the_team_loses_sight_but_keeps_their_own(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    async with cast.database.transaction() as tx:
        await membership_actions.leave_team(tx, cast.huda, cast.team.id)
        await membership_actions.leave_team(tx, cast.maryam, cast.team.id)
        assert not await sees(tx, cast.huda, number)
        assert await sees(tx, cast.maryam, number)
        edited = replace(READING, title="عنوان أوضح", team_id=cast.team.id)
        changed = await practice_actions.change_practice(tx, cast.maryam, number, edited)
        assert changed.title == "عنوان أوضح"


async def test_each_colleague_counts_once_and_the_author_not_at_all(cast: Cast) -> None:
    number = await share(cast, cast.maryam, team_id=cast.team.id)
    async with cast.database.transaction() as tx:
        for reader in (cast.maryam, cast.huda, cast.huda, cast.noura):
            await response_actions.read_practice(tx, reader, number)
        assert [
            await response_actions.toggle_application(tx, cast.huda, number) for _ in range(3)
        ] == [
            True,
            False,
            True,
        ]
        assert [await response_actions.thank_author(tx, cast.huda, number) for _ in range(2)] == [
            True,
            False,
        ]
        found = await practice_queries.response_counts(tx, number, cast.huda.id)
        assert (found.readers, found.applied, found.thanked) == (2, 1, 1)
        assert found.reader_applied
        assert found.reader_thanked
        told = await tx.fetch(
            "SELECT count(*) FROM outbox WHERE person_id = ? AND topic IS NULL", cast.maryam.id
        )
        # Two notices: one application and one word of thanks, however often it was pressed.
        assert told[0][0] == 2
        for act in (response_actions.toggle_application, response_actions.thank_author):
            with pytest.raises(Refused) as refused:
                await act(tx, cast.maryam, number)
            assert refused.value.code == "practices.own"


async def test_search_forgives_spelling_and_shows_the_words(cast: Cast) -> None:
    number = await share(cast, cast.maryam)
    async with cast.database.reading() as tx:
        found = await practice_search.find(tx, cast.sara, "المجموعه الصغيره", 1, 8)
        assert [f.card.id for f in found.found] == [number]
        assert found.found[0].words == ("مجموعات", "صغيرة")
        assert "مجموعات صغيرة" in found.found[0].passage
        by_subject = await practice_search.find(tx, cast.sara, "اللغه العربيه", 1, 8)
        assert [f.card.id for f in by_subject.found] == [number]


async def test_search_offers_a_nearer_spelling_only_of_what_the_reader_may_find(
    cast: Cast,
) -> None:
    await share(cast, cast.maryam, team_id=cast.team.id, title="بطاقات الكلمات")
    async with cast.database.reading() as tx:
        for reader in (cast.huda, cast.supervisor):
            found = await practice_search.find(tx, reader, "الكلماط", 1, 8)
            assert (found.found, found.offer) == ((), "الكلمات")
        strange = await practice_search.find(tx, cast.sara, "الكلماط", 1, 8)
        assert (strange.found, strange.offer) == ((), "")


async def test_many_practices_come_in_pages_newest_first(cast: Cast) -> None:
    numbers = [await share(cast, cast.maryam, title=f"ممارسة رقم {n}") for n in range(10)]
    async with cast.database.reading() as tx:
        first = await practice_lists.list_practices(tx, cast.sara, Selection(), 1, 8)
        assert [card.id for card in first.cards] == numbers[:1:-1]
        beyond = await practice_lists.list_practices(tx, cast.sara, Selection(), 9, 8)
        assert (beyond.number, beyond.pages, beyond.total) == (2, 2, 10)
        assert [card.id for card in beyond.cards] == numbers[1::-1]
        assert await practice_lists.subjects_with_practices(tx, cast.sara) == {"arabic": 10}
        found = await practice_search.find(tx, cast.sara, "ممارسة", 2, 8)
        assert (len(found.found), found.page.total) == (2, 10)


async def test_deleting_ones_data_leaves_the_text_without_name_and_files(cast: Cast) -> None:
    photo = EvidencePiece("photo", ref="abc", size=9)
    text = EvidencePiece("text", "لاحظت حماسًا أكبر")
    number = await share(cast, cast.maryam, team_id=cast.team.id, evidence=[photo, text])
    withdrawn = await share(cast, cast.maryam)
    other = await share(cast, cast.huda)
    async with cast.database.transaction() as tx:
        await practice_actions.withdraw_practice(tx, cast.maryam, withdrawn)
        await response_actions.read_practice(tx, cast.huda, number)
        await response_actions.toggle_application(tx, cast.maryam, other)
        await people_index.remember_search(tx, cast.maryam, "شيء خاص")
        await membership_actions.leave_every_team(tx, cast.maryam)
        await practice_actions.forget_author(tx, cast.maryam)
        await erasure_actions.delete_own_data(tx, cast.maryam)
    async with cast.database.reading() as tx:
        left = await practice_queries.visible_practice(tx, cast.huda, number)
        assert left.author.name == ""
        assert [(p.kind, p.text) for p in left.evidence] == [
            (EvidenceKind.TEXT, "لاحظت حماسًا أكبر")
        ]
        assert await finds(tx, cast.huda, "الجهرية المتدرجة") == [other, number]
        assert await tx.all(select(practices).where(practices.c.id == withdrawn)) == []
        assert await tx.all(select(applications)) == []
        assert await tx.all(select(searches)) == []


async def test_a_taken_back_application_is_remembered_as_such(cast: Cast) -> None:
    number = await share(cast, cast.maryam)
    async with cast.database.transaction() as tx:
        await response_actions.toggle_application(tx, cast.sara, number)
        await response_actions.toggle_application(tx, cast.sara, number)
        rows = await tx.all(select(applications.c.state))
        assert [row.state for row in rows] == [ApplicationState.TAKEN_BACK]
        assert (await practice_queries.response_counts(tx, number, cast.sara.id)).applied == 0


async def test_searches_are_kept_for_turning_pages_only(cast: Cast) -> None:
    async with cast.database.transaction() as tx:
        ids = [await people_index.remember_search(tx, cast.sara, f"كلمة {n}") for n in range(12)]
        assert await people_search.searched_words(tx, cast.sara, ids[-1]) == "كلمة 11"
        assert await people_search.searched_words(tx, cast.sara, ids[0]) == ""
        assert await people_search.searched_words(tx, cast.huda, ids[-1]) == ""


def test_a_list_reads_only_what_it_shows_of_a_district(sqlite_url: str) -> None:
    """Most units have few practices and a few have very many: SQLite, which knows the average,
    would read all that lies at a district for each subject."""
    path = make_url(sqlite_url).database
    assert path is not None
    asked = practice_lists._Ranges("practice_places", ("unit_id", "circle"), [(1, "mixed")])
    sql, values = asked.select("sqlite", "subject", 100, ["arabic", "science"])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ANALYZE")
        connection.executemany(
            "INSERT INTO sqlite_stat1 VALUES ('practice_places', ?, ?)",
            [
                ("ix_practice_places_subject", "800000 27 14 14 1 1"),
                ("ix_practice_places_circle", "800000 27 14 1 1"),
                ("practice_places", "800000 4 1"),
            ],
        )
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    shown = next(step for step in plan if "part" in step)
    assert "practice_id=?" in shown, plan

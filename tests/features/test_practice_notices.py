"""What others are told about practices is so when the message leaves, or it is not sent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.delivery.message import outbox
from bot.delivery.notice import NoticeRow
from bot.features import personal, practices
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions.people import ProfileChanges
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.packs.roles import Role
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.drawn import said
from tests.features.practices_school import READING, PracticeSchools
from tests.reading import readable

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
NADA, AMAL = "مدرسة الندى", "مدرسة الأمل"
WADI = "إدارة تعليم الوادي"


@dataclass
class Circle:
    """Maryam shares with Noura's team; Huda belongs to it, and Laila supervises them all."""

    database: Database
    noura: Person
    maryam: Person
    huda: Person
    laila: Person
    team: Team
    practice: int = 0

    async def says(self, to: Person) -> list[str]:
        """What leaves for somebody now: the words of each message, or why there are none."""
        found = await said(self.database, outbox.c.person_id == to.id)
        return [
            each if isinstance(each, str) else readable(f"{each.text}|{each.quote}")
            for each in found
        ]

    async def forgets(self) -> None:
        """Only what is told from now on counts."""
        async with self.database.transaction() as tx:
            await tx.run("UPDATE outbox SET state = 'sent' WHERE state = 'queued'")

    async def shares(self, **changes: object) -> int:
        await self.forgets()
        draft = replace(READING, team_id=self.team.id, **changes)  # type: ignore[arg-type]
        async with self.database.transaction() as tx:
            shared = await practice_actions.share_practice(tx, self.maryam, draft)
        return shared.practice.id

    async def edits(self, number: int, team: int | None, **changes: object) -> None:
        draft = replace(READING, team_id=team, **changes)  # type: ignore[arg-type]
        async with self.database.transaction() as tx:
            await practice_actions.change_practice(tx, self.maryam, number, draft)

    async def hides(self, by: Person, number: int, reason: str = "فيها أسماء طالبات") -> None:
        async with self.database.transaction() as tx:
            await practice_actions.hide_practice(tx, by, number, reason)

    async def reveals(self, by: Person, number: int) -> None:
        async with self.database.transaction() as tx:
            await practice_actions.reveal_practice(tx, by, number)

    async def withdraws(self, number: int) -> None:
        async with self.database.transaction() as tx:
            await practice_actions.withdraw_practice(tx, self.maryam, number)

    async def applies(self, by: Person, number: int) -> None:
        async with self.database.transaction() as tx:
            await response_actions.toggle_application(tx, by, number)

    async def thanks(self, by: Person, number: int) -> None:
        async with self.database.transaction() as tx:
            await response_actions.thank_author(tx, by, number)

    async def renames(self, person: Person, name: str) -> None:
        async with self.database.transaction() as tx:
            await people_actions.update_profile(tx, person, ProfileChanges(name=name))

    async def erases(self, person: Person) -> None:
        async with self.database.transaction() as tx:
            await erasure_actions.erase_person(tx, person, personal())


@pytest.fixture
async def circle(database_url: str) -> AsyncIterator[Circle]:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        town = await PracticeSchools(database).build()
        noura = await town.person("نورة", NADA, number=1, role=Role.LEAD)
        maryam = await town.person("مريم", NADA, number=2)
        huda = await town.person("هدى", NADA, number=3)
        laila = await town.person("ليلى", WADI, number=4, role=Role.SUPERVISOR)
        team = await town.team("فريق القراءة", noura, maryam, huda, unit=NADA)
        yield Circle(database, noura, maryam, huda, laila, team)
    finally:
        await database.close()


async def test_news_of_a_practice_has_the_words_of_the_moment(circle: Circle) -> None:
    number = await circle.shares()
    (before,) = await circle.says(circle.huda)
    assert before == "شاركت مريم ممارسة مع فريق القراءة:|القراءة الجهرية المتدرجة"
    await circle.edits(number, circle.team.id, title="قراءة بالدور")
    await circle.renames(circle.maryam, "مريم السالم")
    assert await circle.says(circle.huda) == [
        "شاركت مريم السالم ممارسة مع فريق القراءة:|قراءة بالدور"
    ]
    assert await circle.says(circle.noura) == await circle.says(circle.huda)


async def test_news_of_a_practice_is_for_whoever_may_still_read_it(circle: Circle) -> None:
    await circle.shares()
    async with circle.database.transaction() as tx:
        await membership_actions.leave_team(tx, circle.huda, circle.team.id)
    assert await circle.says(circle.huda) == ["left"]
    assert len(await circle.says(circle.noura)) > 1


async def test_news_of_a_practice_that_is_for_others_by_now_is_not_sent(circle: Circle) -> None:
    number = await circle.shares()
    await circle.edits(number, None)
    assert await circle.says(circle.huda) == ["moved"]


async def test_news_of_a_practice_ends_with_its_team(circle: Circle) -> None:
    await circle.shares()
    async with circle.database.transaction() as tx:
        await closing_actions.close_team(tx, circle.noura, circle.team.id)
    assert (await circle.says(circle.huda))[0] == "closed"


async def test_nobody_is_told_of_a_practice_whose_author_has_left_for_good(
    circle: Circle,
) -> None:
    await circle.shares()
    await circle.erases(circle.maryam)
    assert (await circle.says(circle.huda))[0] == "author_gone"


async def test_nobody_is_told_of_a_practice_that_was_withdrawn(circle: Circle) -> None:
    """Its news is taken back; what was claimed before that is not sent either."""
    number = await circle.shares()
    await circle.withdraws(number)
    async with circle.database.transaction() as tx:
        await tx.run("UPDATE outbox SET state = 'queued' WHERE state = 'cancelled'")
    assert await circle.says(circle.huda) == ["withdrawn"]
    await circle.erases(circle.maryam)
    assert (await circle.says(circle.huda))[0] == "erased"


async def test_an_application_is_told_as_long_as_it_stands(circle: Circle) -> None:
    number = await circle.shares()
    await circle.applies(circle.huda, number)
    await circle.renames(circle.huda, "هدى العمري")
    (text,) = await circle.says(circle.maryam)
    assert text.startswith("جرّبت هدى العمري ممارستك «القراءة الجهرية المتدرجة»")
    await circle.applies(circle.huda, number)
    assert await circle.says(circle.maryam) == ["taken_back"]
    await circle.applies(circle.huda, number)
    assert await circle.says(circle.maryam) == [text]
    await circle.withdraws(number)
    assert await circle.says(circle.maryam) == [text]


async def test_responses_of_whoever_has_left_for_good_are_not_told(circle: Circle) -> None:
    number = await circle.shares()
    await circle.applies(circle.huda, number)
    await circle.thanks(circle.huda, number)
    await circle.thanks(circle.noura, number)
    await circle.erases(circle.huda)
    first, second, third = await circle.says(circle.maryam)
    assert (first, second) == ("taken_back", "taken_back")
    assert third.startswith("تشكرك نورة على ممارستك «القراءة الجهرية المتدرجة»")


async def test_the_author_learns_who_hides_a_practice_and_why(circle: Circle) -> None:
    number = await circle.shares()
    await circle.hides(circle.noura, number)
    await circle.edits(number, circle.team.id, title="قراءة بالدور")
    (text,) = await circle.says(circle.maryam)
    assert text == ("أخفت نورة ممارستك «قراءة بالدور» عن الآخرين مؤقتًا، والسبب:|فيها أسماء طالبات")
    # It would come back hidden: this they still have to know.
    await circle.withdraws(number)
    assert await circle.says(circle.maryam) == [text]


async def test_the_author_is_not_told_of_a_hiding_that_has_ended(circle: Circle) -> None:
    number = await circle.shares()
    await circle.hides(circle.noura, number)
    await circle.reveals(circle.laila, number)
    hidden, revealed = await circle.says(circle.maryam)
    assert hidden == "revealed"
    assert revealed == "خبر طيب: عادت ممارستك «القراءة الجهرية المتدرجة» متاحة للقراءة.|"
    await circle.hides(circle.laila, number, "فيها صورة طالبة")
    first, second, third = await circle.says(circle.maryam)
    assert (first, second) == ("revealed", "hidden")
    assert third.endswith("|فيها صورة طالبة")
    await circle.reveals(circle.noura, number)
    await circle.withdraws(number)
    assert set(await circle.says(circle.maryam)) == {"revealed", "withdrawn"}


async def test_the_author_is_told_once_of_what_was_hidden_shown_and_hidden_again(
    circle: Circle,
) -> None:
    number = await circle.shares()
    await circle.hides(circle.noura, number)
    await circle.reveals(circle.noura, number)
    await circle.hides(circle.noura, number, "فيها صورة طالبة")
    first, second, third = await circle.says(circle.maryam)
    assert (first, second) == ("hidden_again", "hidden")
    assert third.endswith("|فيها صورة طالبة")
    await circle.reveals(circle.noura, number)
    *earlier, last = await circle.says(circle.maryam)
    assert earlier == ["revealed", "revealed_again", "revealed"]
    assert last.startswith("خبر طيب")


async def test_what_a_version_before_has_queued_about_a_hiding_is_told(circle: Circle) -> None:
    """It did not know which time it was."""
    number = await circle.shares()
    await circle.hides(circle.noura, number)
    async with circle.database.transaction() as tx:
        former = f'{{"practice": {number}, "by": {circle.noura.id}}}'
        await tx.run(
            "UPDATE notices SET version = 1, params = ? WHERE kind = 'practices.hidden'", former
        )
    (text,) = await circle.says(circle.maryam)
    assert text.endswith("|فيها أسماء طالبات")


async def test_the_author_learns_of_a_hiding_though_whoever_did_it_has_left(
    circle: Circle,
) -> None:
    number = await circle.shares()
    await circle.hides(circle.laila, number)
    await circle.erases(circle.laila)
    (text,) = await circle.says(circle.maryam)
    assert "بقرار من أحد الزملاء السابقين" in text
    assert text.endswith("|فيها أسماء طالبات")


async def test_whoever_hid_a_practice_learns_of_its_change(circle: Circle) -> None:
    number = await circle.shares()
    await circle.hides(circle.noura, number)
    await circle.forgets()
    await circle.edits(number, circle.team.id, title="من غير أسماء")
    await circle.renames(circle.maryam, "مريم السالم")
    (text,) = await circle.says(circle.noura)
    assert "مريم السالم" in text
    assert "من غير أسماء" in text
    await circle.reveals(circle.laila, number)
    assert await circle.says(circle.noura) == ["shared"]
    await circle.hides(circle.laila, number)
    assert await circle.says(circle.noura) == ["hidden_by_another"]


async def test_whoever_may_no_longer_show_a_practice_again_hears_no_more_of_it(
    circle: Circle,
) -> None:
    number = await circle.shares()
    await circle.hides(circle.noura, number)
    await circle.forgets()
    await circle.edits(number, circle.team.id)
    async with circle.database.transaction() as tx:
        huda = await member_queries.standing_of(tx, circle.team.id, circle.huda.id)
        assert huda is not None
        await leadership_actions.hand_over(tx, circle.noura, huda.id)
    assert (await circle.says(circle.noura))[0] == "not_moderator"


async def test_a_supervisor_hears_of_the_change_by_her_role(circle: Circle) -> None:
    number = await circle.shares()
    await circle.hides(circle.laila, number)
    await circle.forgets()
    await circle.edits(number, circle.team.id)
    assert len(await circle.says(circle.laila)) == 1
    assert (await circle.says(circle.laila))[0] != "not_moderator"
    await circle.erases(circle.maryam)
    assert await circle.says(circle.laila) == ["erased"]


async def test_many_messages_are_read_in_as_few_statements_as_one(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [await circle.shares(title=f"ممارسة {n}") for n in range(12)]
    for number in numbers:
        await circle.applies(circle.huda, number)
        await circle.thanks(circle.huda, number)
        await circle.hides(circle.noura, number)
        await circle.edits(number, circle.team.id)
    statements = Statements(monkeypatch)

    def rows(count: int, *readers: Person) -> list[NoticeRow]:
        about = [
            {"practice": number, "by": by, "turn": 1}
            for number in numbers[:count]
            for by in (noura, huda)
        ]
        told = [(to, params) for to in readers for params in about]
        return [NoticeRow(n, to, params, (), NOW) for n, (to, params) in enumerate(told)]

    noura, huda = circle.noura.id, circle.huda.id
    everybody = circle.noura, circle.huda, circle.maryam, circle.laila
    for kind in practices.NOTICES:
        async with circle.database.reading() as tx:
            one = await statements.of(kind.facts(tx, rows(1, circle.noura)))
            many = await statements.of(kind.facts(tx, rows(12, *everybody)))
        assert many <= one + 1, kind.name
        assert many <= 6, kind.name


class Statements:
    """Counts what is asked of the database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._count = 0
        for name in ("all", "first", "scalar", "scalars", "fetch", "touch", "execute"):
            monkeypatch.setattr(Tx, name, self._counting(getattr(Tx, name)))

    def _counting(self, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any, **kwargs: Any) -> Any:
            self._count += 1
            return await ask(*args, **kwargs)

        return counted

    async def of(self, work: Awaitable[object]) -> int:
        before = self._count
        await work
        return self._count - before

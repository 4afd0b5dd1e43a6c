"""What is left nowhere when somebody deletes their data: column by column.

What each slice keeps for the others, and what goes with time, stands in `test_leaving.py`.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.chat.conversation import conversations, load_contact, save_forms
from bot.chat.forms.fields import EvidencePiece
from bot.chat.incoming import Address
from bot.chat.intake.inbox import UpdateState, updates
from bot.chat.person import Person, people
from bot.delivery.message import outbox
from bot.features import personal
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import erasure as erasure_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import SEND_JOB, AnnouncementDraft
from bot.features.announcements.models import AnnouncementState, announcements
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.models import MembershipState, memberships
from bot.features.communities.queries.teams import Team
from bot.features.people.actions import erasure
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.actions.search import remember_search
from bot.features.people.models import InvitationState, invitations, searches
from bot.features.people.queries.audiences import Audience
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.features.practices.models import evidence, practices, readers, thanks
from bot.features.practices.queries import search as practice_search
from bot.packs.roles import Role
from bot.scheduling.due import DueState, due
from bot.storage.transaction import Tx
from tests.features.practices_school import READING, PracticeSchools
from tests.features.test_leaving import deletes
from tests.town import Phone, Town, town

__all__ = ["town"]

NADA = "مدرسة الندى"
WORDS = "ظرف عائلي لا يعرفه أحد"


@dataclass
class LeavingTeam:
    """Noura leads a team of Al-Nada to which Huda belongs; Amal is the principal."""

    town: Town
    department: PracticeSchools
    phones: dict[str, Phone]
    people: dict[str, Person]
    team: Team

    async def arrives(self, name: str) -> None:
        """One more teacher of the school, with a phone."""
        phone = self.phones[name] = self.town.person(name)
        self.people[name] = await self.department.person(name, NADA, number=phone.id)
        await phone.says("/menu")

    async def searches(self, tx: Tx, words: str) -> list[str]:
        """The titles of the practices that Noura finds."""
        found = await practice_search.find(tx, self.people["نورة"], words, 1, 8)
        return [each.card.title for each in found.found]


@pytest.fixture
async def leaving(town: Town) -> LeavingTeam:
    department = await PracticeSchools(town.app.database, town.channel).build()
    phones: dict[str, Phone] = {}
    people: dict[str, Person] = {}
    for name, role in (("نورة", Role.LEAD), ("هدى", None), ("أمل", Role.PRINCIPAL)):
        phone = phones[name] = town.person(name)
        people[name] = await department.person(name, NADA, number=phone.id, role=role)
        await phone.says("/menu")
    team = await department.team("فريق القراءة", people["نورة"], people["هدى"], unit=NADA)
    await town.settles()
    return LeavingTeam(town, department, phones, people, team)


async def test_what_was_written_is_emptied_as_it_came(town: Town, leaving: LeavingTeam) -> None:
    huda, noura = leaving.phones["هدى"], leaving.phones["نورة"]
    await huda.says(WORDS)
    await noura.says("كلام نورة")
    # What is handled is empty; what was set aside waits for whoever mends the fault.
    async with town.app.database.transaction() as tx:
        for phone, words in ((huda, WORDS), (noura, "كلام نورة")):
            last = max(row.id for row in await town.rows(updates, sender=str(phone.id)))
            aside = update(updates).where(updates.c.id == last)
            told = {"body": words, "error": f"ValueError: {words}"}
            await tx.execute(aside.values(state=UpdateState.SET_ASIDE, **told))
    town.expects_trouble = True
    await deletes(huda)
    assert await town.rows(updates, sender=str(huda.id)) == []
    gone = await town.rows(updates, sender="gone")
    assert len(gone) >= 5
    assert {(row.body, row.error) for row in gone} == {("", None)}
    assert "كلام نورة" in str(await town.rows(updates, sender=str(noura.id)))


async def test_no_half_filled_form_is_left(town: Town, leaving: LeavingTeam) -> None:
    huda = leaving.people["هدى"]
    async with town.app.database.transaction() as tx:
        contact = await load_contact(tx, Address("telegram", str(leaving.phones["هدى"].id)))
        assert contact is not None
        contact.forms = [{"form": "practices.share", "answers": {"difficulty": WORDS}}]
        await save_forms(tx, contact)
        await erasure.delete_own_data(tx, huda)
    assert WORDS not in str(await town.rows(conversations))


async def test_the_person_is_a_number(town: Town, leaving: LeavingTeam) -> None:
    await deletes(leaving.phones["هدى"])
    (row,) = await town.rows(people, id=leaving.people["هدى"].id)
    assert (row.name, row.gender, row.registered_at) == ("", "neutral", None)


async def test_a_link_ends_with_whoever_made_it(town: Town, leaving: LeavingTeam) -> None:
    amal, sara = leaving.phones["أمل"], town.person("سارة")
    async with town.app.database.transaction() as tx:
        unit = leaving.department.units[NADA]
        code = await invitation_actions.create_invitation(
            tx, leaving.people["أمل"], unit.id, Role.LEAD, timedelta(days=7)
        )
    await deletes(amal)
    (row,) = await town.rows(invitations)
    assert row.state is InvitationState.WITHDRAWN
    await sara.says(f"/start {code}")
    sara.sees("سُحبت هذه الدعوة")


async def test_what_they_searched_for_is_forgotten(town: Town, leaving: LeavingTeam) -> None:
    async with town.app.database.transaction() as tx:
        await remember_search(tx, leaving.people["هدى"], WORDS)
        await remember_search(tx, leaving.people["نورة"], "القراءة")
    await deletes(leaving.phones["هدى"])
    assert [row.words for row in await town.rows(searches)] == ["القراءة"]


async def test_nothing_that_was_sent_to_them_is_kept_but_the_farewell(
    town: Town, leaving: LeavingTeam
) -> None:
    """And of that only where it went: its words stand in their chat."""
    huda = leaving.phones["هدى"]
    await huda.says("/profile")
    await deletes(huda)
    huda.sees("حُذفت بياناتك")
    mine = await town.rows(outbox, person_id=leaving.people["هدى"].id)
    assert len(mine) > 3
    kept = [row for row in mine if row.screen or row.message or row.error or row.address_id]
    assert kept == [max(mine, key=lambda row: row.id)]
    assert [row.screen for row in kept] == [None]


async def test_a_name_that_was_changed_leaves_no_word_behind(
    town: Town, leaving: LeavingTeam
) -> None:
    async with town.app.database.transaction() as tx:
        huda = await people_actions.update_profile(
            tx, leaving.people["هدى"], ProfileChanges(name="سلوى زهير")
        )
        await people_actions.update_profile(tx, huda, ProfileChanges(name="سلوى مراد"))
        words = await tx.fetch("SELECT word, shown FROM search_spellings WHERE kind = 'person'")
        entries = await tx.fetch("SELECT title, words FROM search_entries WHERE kind = 'person'")
    assert "مراد" in str(words)
    assert "زهير" not in str([*words, *entries])


async def of(town: Town, person: Person) -> Any:
    (row,) = await town.rows(memberships, person_id=person.id)
    return row


async def test_a_member_leaves_their_teams_and_their_role_card(
    town: Town, leaving: LeavingTeam
) -> None:
    huda, noura = leaving.people["هدى"], leaving.people["نورة"]
    async with town.app.database.transaction() as tx:
        (row,) = await town.rows(memberships, person_id=huda.id)
        await membership_actions.set_responsibility(tx, noura, row.id, "تكتب المحضر مع أنها مريضة")
    await deletes(leaving.phones["هدى"])
    row = await of(town, huda)
    assert (row.state, row.responsibility) == (MembershipState.LEFT, "")
    leaving.phones["نورة"].sees("خروج من فريق القراءة: أحد الزملاء السابقين")


async def test_who_asked_to_join_takes_back_request_and_words(
    town: Town, leaving: LeavingTeam
) -> None:
    await leaving.arrives("ريم")
    async with town.app.database.transaction() as tx:
        await membership_actions.ask_to_join(tx, leaving.people["ريم"], leaving.team.id, WORDS)
    assert (await of(town, leaving.people["ريم"])).state is MembershipState.ASKED
    await deletes(leaving.phones["ريم"])
    row = await of(town, leaving.people["ريم"])
    assert (row.state, row.word) == (MembershipState.LEFT, "")


async def test_who_was_declined_leaves_words_and_reason(town: Town, leaving: LeavingTeam) -> None:
    await leaving.arrives("منى")
    async with town.app.database.transaction() as tx:
        asked = await membership_actions.ask_to_join(
            tx, leaving.people["منى"], leaving.team.id, WORDS
        )
        await membership_actions.decline_request(tx, leaving.people["نورة"], asked.id, "لا تناسبنا")
    await deletes(leaving.phones["منى"])
    row = await of(town, leaving.people["منى"])
    assert (row.state, row.word, row.reason) == (MembershipState.DECLINED, "", "")


async def test_what_they_read_and_thanked_for_is_forgotten(
    town: Town, leaving: LeavingTeam
) -> None:
    noura, huda, amal = (leaving.people[name] for name in ("نورة", "هدى", "أمل"))
    async with town.app.database.transaction() as tx:
        shared = (await practice_actions.share_practice(tx, noura, READING)).practice
        for reader in (huda, amal):
            await response_actions.read_practice(tx, reader, shared.id)
            await response_actions.thank_author(tx, reader, shared.id)
    await deletes(leaving.phones["هدى"])
    assert [row.person_id for row in await town.rows(readers)] == [amal.id]
    assert [row.person_id for row in await town.rows(thanks)] == [amal.id]


async def test_what_stood_under_a_file_is_found_no_more(town: Town, leaving: LeavingTeam) -> None:
    huda = leaving.people["هدى"]
    photo = EvidencePiece("photo", "الصورة مع زميلتي وجدان", "abc")
    async with town.app.database.transaction() as tx:
        await practice_actions.share_practice(tx, huda, replace(READING, evidence=[photo]))
        assert await leaving.searches(tx, "وجدان") == [READING.title]
    await deletes(leaving.phones["هدى"])
    assert await town.rows(evidence) == []
    async with town.app.database.reading() as tx:
        assert await leaving.searches(tx, "القراءة الجهرية") == [READING.title]
        assert await leaving.searches(tx, "وجدان") == []


async def test_a_practice_that_was_hidden_goes_altogether(town: Town, leaving: LeavingTeam) -> None:
    huda, noura = leaving.people["هدى"], leaving.people["نورة"]
    draft = replace(READING, team_id=leaving.team.id, evidence=[EvidencePiece("text", WORDS)])
    async with town.app.database.transaction() as tx:
        shared = (await practice_actions.share_practice(tx, huda, draft)).practice
        await practice_actions.hide_practice(tx, noura, shared.id, "فيها أسماء طالبات")
    await deletes(leaving.phones["هدى"])
    assert await town.rows(practices) == []
    assert await town.rows(evidence) == []


async def test_nothing_is_left_of_what_was_never_sent(town: Town, leaving: LeavingTeam) -> None:
    amal = leaving.people["أمل"]
    audience = Audience(leaving.department.units[NADA].id)
    file = EvidencePiece("photo", WORDS, "abc")
    async with town.app.database.transaction() as tx:
        _, second = [
            await announcement_actions.write_draft(
                tx, amal, AnnouncementDraft(audience, "مسودة خاصة", WORDS, file)
            )
            for _ in range(2)
        ]
        await stopping_actions.stop(tx, amal, second)
        await erasure_actions.forget_person(tx, amal)
    kept = await town.rows(announcements)
    assert [(row.title, row.text, row.file) for row in kept] == [("", "", None)] * 2


async def test_nothing_is_left_of_what_had_not_begun_to_be_sent(
    town: Town, leaving: LeavingTeam
) -> None:
    """One waits for tomorrow, one was called off before its time, one was sent this moment."""
    amal = leaving.people["أمل"]
    audience = Audience(leaving.department.units[NADA].id)
    file = EvidencePiece("photo", WORDS, "abc")
    async with town.app.database.transaction() as tx:
        waiting, called_off, pressed = [
            await announcement_actions.write_draft(
                tx, amal, AnnouncementDraft(audience, "تعميم خاص", WORDS, file)
            )
            for _ in range(3)
        ]
        for number in (waiting, called_off):
            await announcement_actions.send(tx, amal, number, tx.now + timedelta(days=1))
        await stopping_actions.stop(tx, amal, called_off)
        await announcement_actions.send(tx, amal, pressed)
        await erasure.erase_person(tx, amal, personal())
    await town.moves(timedelta(days=2))
    kept = await town.rows(announcements)
    gone = (AnnouncementState.CANCELLED, "", "", None)
    assert [(row.state, row.title, row.text, row.file) for row in kept] == [gone] * 3
    assert {row.state for row in await town.rows(due, job=SEND_JOB)} == {DueState.CANCELLED}


async def test_what_others_were_sent_stays_with_them(town: Town, leaving: LeavingTeam) -> None:
    amal, huda = leaving.people["أمل"], leaving.phones["هدى"]
    audience = Audience(leaving.department.units[NADA].id)
    async with town.app.database.transaction() as tx:
        draft = AnnouncementDraft(audience, "لقاء الأحد", "نلتقي يوم الأحد")
        number = await announcement_actions.write_draft(tx, amal, draft)
        await announcement_actions.send(tx, amal, number)
    await town.settles()
    await deletes(leaving.phones["أمل"])
    await huda.says("/announcements")
    await huda.taps("لقاء الأحد")
    huda.sees("نلتقي يوم الأحد")

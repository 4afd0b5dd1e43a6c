"""What the slices erase when somebody deletes their data, at once or after a while."""

import json
from datetime import timedelta

import pytest

from bot.app import load_secret_key
from bot.chat.seal import Seal
from bot.delivery.message import outbox
from bot.delivery.retention import KEEP_FINISHED
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.communities.models import MembershipState, memberships
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from tests.features.meetings_team import draft
from tests.features.practices_school import PracticeSchools
from tests.town import Phone, Town, town

__all__ = ["town"]

NADA = "مدرسة الندى"


async def deletes(phone: Phone) -> None:
    await phone.says("/privacy")
    await phone.taps("حذف بياناتي")
    await phone.taps("نعم، حذف كل شيء")
    phone.sees("حُذفت بياناتك")


@pytest.mark.every_channel
async def test_drafts_and_unread_announcements_go_with_a_person(town: Town) -> None:
    department = await PracticeSchools(town.app.database, town.channel).build()
    amal, huda, noura = town.person("أمل"), town.person("هدى"), town.person("نورة")
    head = await department.person("أمل", NADA, number=amal.id, role=Role.PRINCIPAL)
    for phone, name in ((huda, "هدى"), (noura, "نورة")):
        await department.person(name, NADA, number=phone.id)
    for phone in (amal, huda, noura):
        await phone.says("/menu")
    audience = Audience(department.units[NADA].id)
    async with town.app.database.transaction() as tx:
        sent = await announcement_actions.write_draft(
            tx, head, AnnouncementDraft(audience, "لقاء", "نلتقي")
        )
        await announcement_actions.send(tx, head, sent)
        await announcement_actions.write_draft(
            tx, head, AnnouncementDraft(audience, "مسودة", "رأي خاص")
        )
    await town.moves(timedelta(minutes=1))
    assert len(await town.rows(receipts)) == 2
    await deletes(huda)
    (left,) = await town.rows(receipts)
    assert left.person_id == await town.person_id(noura)
    await deletes(amal)
    first, second = await town.rows(announcements)
    assert (first.title, first.text) == ("لقاء", "نلتقي")
    assert (second.state, second.title, second.text) == (AnnouncementState.DISCARDED, "", "")


FAREWELLS = ("announce", "manners", "meetings", "practices", "teams")


@pytest.mark.parametrize("word", ["tell", "do"])
async def test_the_routes_that_parted_from_people_are_of_an_earlier_version(
    town: Town, word: str
) -> None:
    """Each slice had a screen that erased what it kept, without a question, given a word. No button
    led there; one that somebody got hold of all the same is answered, and erases nothing."""
    department = await PracticeSchools(town.app.database, town.channel).build()
    huda = town.person("هدى")
    person = await department.person("هدى", NADA, number=huda.id, role=Role.LEAD)
    await department.team("فريق القراءة", person, unit=NADA)
    await huda.says("/menu")
    seal = Seal(load_secret_key(town.settings))
    for slice_ in FAREWELLS:
        token = seal.close(person.id, f"{slice_}.farewell", (word,))
        press = town.simulator.press(huda.id, huda.last().message_id, token, forged=True)
        await huda._act(press)
        huda.sees("هذا الزر من إصدار سابق")
    (row,) = await town.rows(memberships)
    assert row.state is MembershipState.ACTIVE


@pytest.mark.every_channel
async def test_the_reason_of_an_apology_stays_in_no_message(town: Town) -> None:
    department = await PracticeSchools(town.app.database, town.channel).build()
    noura, huda = town.person("نورة"), town.person("هدى")
    lead = await department.person("نورة", NADA, number=noura.id, role=Role.LEAD)
    member = await department.person("هدى", NADA, number=huda.id)
    team = await department.team("فريق القراءة", lead, member, unit=NADA)
    for phone in (noura, huda):
        await phone.says("/menu")
    reason = "ظرف خاص بالعائلة"
    async with town.app.database.transaction() as tx:
        found, _ = await meeting_actions.schedule_meeting(tx, lead, team.id, draft())
        await meeting_actions.answer_meeting(
            tx, member, found.id, Rsvp.NO, moved_count=0, reason=reason
        )
    await town.settles()
    noura.sees(reason)
    await deletes(huda)
    for _ in range(2):
        await town.moves(KEEP_FINISHED + timedelta(days=1))
    words = [json.dumps(row.screen, ensure_ascii=False) for row in await town.rows(outbox)]
    assert not any(reason in each for each in words)

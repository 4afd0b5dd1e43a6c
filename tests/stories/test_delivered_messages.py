"""Opening does not destroy: what has been delivered keeps its words and its buttons. What a press
opens from it comes below; what a press records marks the message itself."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

from bot.app import load_secret_key
from bot.chat.seal import Seal
from bot.simulator import SimMessage
from tests.data.upgrade.hands import Step
from tests.features.communities_chat import asks, button, founds
from tests.features.people_school import School
from tests.features.test_announcements import NADA, WORDS, Office, office
from tests.features.test_communities import lead
from tests.features.test_meetings_chat import MeetingSchool
from tests.features.test_meetings_chat import school as meeting_school
from tests.features.test_practices import Story, story
from tests.reading import readable
from tests.test_buttons import busy
from tests.town import Phone, Town

__all__ = ["busy", "lead", "meeting_school", "office", "story"]

BOT = Path(__file__).resolve().parents[2] / "bot"
MARKING = {
    "announce.ack": {"announce.ack"},
    "meetings.rsvp": {"meetings.why"},
    "teams.accept": {"teams.accept", "teams.decline"},
}
"""What records something, and which buttons of the message may make no sense from then on."""
NO_FILE = "announce.file"
"""The picture of `busy` is made up, so it does not open."""
MINUTE = timedelta(minutes=1)
OFTEN = 2
"""Messages with the same buttons on which one person presses each of them."""


class Hand:
    """Presses what hangs on delivered messages, and looks at what becomes of them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.seal = Seal(load_secret_key(town.settings))
        self.pressed = Counter[str]()

    def delivered(self, person: int, message: SimMessage) -> list[tuple[str, Step]]:
        """The buttons of a delivered message; none of a screen of the conversation."""
        found = []
        for each in message.buttons():
            data = each.get("callback_data", "")
            if (opened := self.seal.unseal(person, data)) and not opened.of_screen:
                found.append((data, (opened.route, opened.args)))
        return found

    async def press(self, phone: Phone, person: int, message: SimMessage, data: str) -> None:
        """Press it: the message keeps its words, and all buttons that still make sense."""
        step = self.seal.open(person, data)
        assert step is not None
        before, number = readable(message.shown_text), phone.last().message_id
        there = [step for _, step in self.delivered(person, message)]
        looked = repr(message.keyboard)
        await phone.presses(message, data)
        self.pressed[step[0]] += 1
        now = next(m for m in phone.messages() if m.message_id == message.message_id)
        kept = [step for _, step in self.delivered(person, now)]
        lost = {each[0] for each in there if each not in kept}
        assert readable(now.shown_text).startswith(before), f"{step} took the words:\n{before}"
        assert lost <= MARKING.get(step[0], set()), f"{step} took {lost} from:\n{before}"
        assert phone.news(), f"{step} is answered by silence"
        if step[0] not in MARKING:
            assert (readable(now.shown_text), repr(now.keyboard)) == (before, looked), step
            refused = phone.last().message_id == number
            assert not refused or phone.town.simulator.toasts(phone.id), f"{step} opens nothing"


async def test_every_button_of_every_delivered_message_leaves_it_there(busy: Story) -> None:
    hand = Hand(busy.town)
    for phone in (busy.noura, busy.maryam, busy.huda, busy.sara):
        person = await busy.town.person_id(phone)
        often = Counter[tuple[str, ...]]()
        for message in [each for each in phone.messages() if each.from_bot]:
            held = hand.delivered(person, message)
            kind = tuple(step[0] for _, step in held)
            often[kind] += 1
            for data, step in held if often[kind] <= OFTEN else ():
                if step[0] != NO_FILE:
                    await hand.press(phone, person, message, data)
    assert set(hand.pressed) >= {
        "announce.ack", "announce.report", "meetings.page", "meetings.rsvp",
        "meetings.whycard", "meetings.whynow", "practices.edit", "practices.open", "teams.accept",
        "teams.decline", "teams.page",
    }  # fmt: skip


async def test_a_circular_keeps_its_mark_and_its_words(office: Office) -> None:
    huda = office.huda
    await office.announces()
    huda.sees("لقاء المدرسة", WORDS)
    circular = huda.last()
    assert huda.buttons() == ["✅ اطّلعت"]
    await huda.taps("✅ اطّلعت")
    huda.sees("سُجّل اطّلاعك")
    assert huda.last().message_id == circular.message_id
    shown = readable(circular.shown_text)
    assert WORDS in shown
    assert shown.endswith("✅ اطّلعت على هذا الإعلان.")

    # The list opens below, and whatever is pressed there takes the list's place.
    await huda.taps("الإعلانات")
    huda.sees("الإعلانات الموجّهة إليك")
    listed = huda.last()
    assert listed.message_id > circular.message_id
    await huda.taps("✓ لقاء المدرسة")
    huda.sees(WORDS, "✅ اطّلعت على هذا الإعلان.")
    huda.sees_no_button("✅ اطّلعت")
    await huda.taps("رجوع")
    assert huda.last().message_id == listed.message_id
    assert readable(circular.shown_text) == shown
    assert [readable(each["text"]) for each in circular.buttons()] == ["الإعلانات"]


async def test_a_circular_that_is_opened_in_the_list_is_marked_there(office: Office) -> None:
    huda = office.huda
    await office.announces()
    circular = huda.last()
    await huda.says("/announcements")
    await huda.taps("🔵 لقاء المدرسة")
    await huda.taps("✅ اطّلعت")
    huda.sees("✅ اطّلعت على هذا الإعلان.")
    assert huda.buttons() == ["رجوع"]
    await huda.presses(circular, circular.buttons()[0]["callback_data"])
    huda.sees("سجّلنا اطّلاعك من قبل")
    assert readable(circular.shown_text).endswith("✅ اطّلعت على هذا الإعلان.")


async def test_a_circular_with_a_file_keeps_it(office: Office) -> None:
    amal, huda = office.amal, office.huda
    for words in (WORDS, WORDS * 30):
        await writes_with_a_photo(amal, words)
        await amal.taps("إرسال الآن")
        circular, files = huda.last(), [m for m in huda.messages() if m.media]
        if not circular.media:
            await huda.taps("فتح المرفق")
            assert huda.last().media
            assert huda.last().message_id > circular.message_id
            await huda.presses(circular, button(circular, "اطّلعت"))
        else:
            await huda.taps("✅ اطّلعت")
            assert circular.media is files[-1].media
        assert readable(circular.shown_text).endswith("✅ اطّلعت على هذا الإعلان.")
        assert WORDS in readable(circular.shown_text)


async def writes_with_a_photo(amal: Phone, words: str) -> None:
    """Up to the preview."""
    await amal.says("/announcements")
    await amal.taps("إعلان جديد")
    await amal.taps(NADA)
    await amal.says("تعميم مهم")
    await amal.says(words)
    await amal.shows("photo")


async def test_whoever_asks_why_can_still_answer(meeting_school: MeetingSchool) -> None:
    await meeting_school.meets()
    huda, town = meeting_school.huda, meeting_school.town
    invitation = huda.last()
    await town.moves_to_next()
    huda.sees("تذكير: تحليل نتائج الاختبار", "هل تحضرين؟")
    reminder = huda.last()
    words, buttons = readable(reminder.shown_text), huda.buttons()
    assert buttons[:3] == ["سأحضر", "ربما", "أعتذر"]
    await huda.taps("لماذا وصلني هذا؟")
    huda.sees("أذكّر قبل الاجتماع بيوم")
    assert huda.last().message_id > reminder.message_id

    await huda.taps("أعتذر")
    assert readable(reminder.shown_text) == words
    assert labels(reminder) == ["سأحضر", "ربما", "✅ أعتذر", "إضافة سبب", *buttons[3:]]
    await huda.taps("سأحضر")
    huda.sees("سُجّلت إجابتك: سأحضر")
    assert labels(reminder) == ["✅ سأحضر", *buttons[1:]]
    # The invitation is a message of its own: it stands as it came, and can be answered as well.
    assert labels(invitation)[:3] == ["سأحضر", "ربما", "أعتذر"]
    await huda.presses(invitation, button(invitation, "ربما"))
    assert labels(invitation)[:3] == ["سأحضر", "✅ ربما", "أعتذر"]
    assert "تدعوك نورة إلى اجتماع" in readable(invitation.shown_text)


async def test_an_answer_that_cannot_be_marked_is_said(meeting_school: MeetingSchool) -> None:
    await meeting_school.meets()
    huda, town = meeting_school.huda, meeting_school.town
    invitation = huda.last()
    data = button(invitation, "سأحضر")
    del town.simulator.world.chats.chat(huda.id).messages[invitation.message_id]
    await town.simulator.press(huda.id, invitation.message_id, data, forged=True)
    await town.settles()
    huda.sees("سُجّلت إجابتك: سأحضر. نلتقي على خير!")
    assert huda.buttons()[0] == "✅ سأحضر"


async def test_a_report_is_read_while_the_sending_goes_on(office: Office) -> None:
    amal = office.amal
    await office.announces()
    progress = amal.last()
    assert "📣 لقاء المدرسة" in readable(progress.shown_text)
    await amal.taps("التقرير")
    amal.sees("إلى: مدرسة الندى", "الحالة: قيد الإرسال")
    report = amal.last()
    shown = readable(report.shown_text)
    assert report.message_id > progress.message_id
    await office.town.moves(MINUTE)
    assert "أُرسل الإعلان إلى شخصين." in readable(progress.shown_text)
    assert readable(report.shown_text) == shown
    await office.huda.taps("✅ اطّلعت")
    await office.town.moves(MINUTE)
    assert "👁 اطّلع: 1" in readable(progress.shown_text)
    assert readable(report.shown_text) == shown
    await amal.taps("تحديث")
    assert "👁 اطّلع: 1" in readable(report.shown_text)


async def test_an_accepted_request_keeps_the_words_of_whoever_asked(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await sara.says("فرقي")
    await sara.taps("استعراض الفرق")
    await sara.taps("حلقة الرياضيات")
    await asks(sara, word="عندي تجارب في حل المسائل")
    request = lead.last()
    words = readable(request.shown_text)
    await lead.taps("قبول")
    lead.sees("✅ أصبحت سارة عضوة في الفريق، ويصلها الخبر.")
    assert lead.last().message_id == request.message_id
    assert readable(request.shown_text).startswith(words)
    assert labels(request) == ["كتابة بطاقة المهام", "صفحة الفريق"]
    await lead.taps("صفحة الفريق")
    assert readable(request.shown_text).startswith(words)


def test_only_answers_are_screens_of_the_conversation() -> None:
    """No notice of any slice may say of itself that what it opens takes its place."""
    said = {
        str(path.relative_to(BOT))
        for path in BOT.rglob("*.py")
        if re.search(r"\bof_conversation=", path.read_text("utf-8"))
    }
    assert said == {
        "chat/dialogue.py", "chat/parts.py", "chat/screen.py", "delivery/outbox.py",
    }  # fmt: skip


def labels(message: SimMessage) -> list[str]:
    """In reading order."""
    rows = message.keyboard or []
    return [readable(each["text"]) for row in rows for each in reversed(row)]

"""What reaches the bot beside words and single files: albums, gifts, notes of the platform, presses
of buttons that bear nothing, groups."""

from itertools import count
from typing import Any

import pytest

from bot.chat.intake.inbox import UpdateState, updates
from bot.chat.person import people
from bot.simulator import FaultRule
from tests.features.test_announcements import NADA, Office, fills_in, office
from tests.features.test_practices import Story, story
from tests.reading import readable
from tests.sent import sent_file
from tests.town import Phone, Town

__all__ = ["office", "story"]
NUMBERS = count(700_000)
GROUP = -4_000


async def receives(phone: Phone, **content: Any) -> None:
    """A message as the platform's JSON, for what the simulated phones cannot send."""
    who = {"id": phone.id, "is_bot": False, "first_name": phone.user.name, "language_code": "ar"}
    chat = {"id": phone.id, "type": "private"}
    number = next(NUMBERS)
    message = {"message_id": number, "date": 1, "chat": chat, "from": who, **content}
    phone.town.look()
    await phone.town.simulator.push_raw({"update_id": number, "message": message})
    await phone.town.settles()


async def sends_album(phone: Phone, kind: str, number: int, album: str = "77") -> None:
    """Send several files together."""
    phone.town.look()
    for n in range(number):
        data = sent_file(kind) + b" %d" % n
        await phone.town.simulator.send_file(phone.id, kind, data, album=album)
    await phone.town.settles()


async def test_an_album_that_nobody_asked_for_gets_one_answer(story: Story) -> None:
    await sends_album(story.huda, "photo", 4, "1")
    (told,) = story.huda.news()
    assert "لا أعرف" in told
    await sends_album(story.huda, "photo", 2, "2")
    assert len(story.huda.news()) == 1


async def test_an_album_where_words_are_asked_gets_one_answer(story: Story) -> None:
    huda = story.huda
    await huda.says("/share")
    await huda.taps("فريقي")
    await sends_album(huda, "photo", 5)
    (told,) = huda.news()
    assert "لا مكان لملف هنا" in told or "كلمات" in told
    await huda.says("القراءة الجهرية")
    huda.sees("ما الصعوبة")


async def test_of_an_album_where_one_file_is_asked_one_is_kept_and_that_is_said(
    office: Office,
) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await sends_album(amal, "photo", 3)
    assert len([text for text in amal.news() if "ملف واحد فقط" in text]) == 1
    assert "لا، لا يُعرف أحد" in amal.buttons()
    await amal.taps("لا، لا يُعرف أحد")
    amal.sees("مرفق")


async def test_of_documents_sent_together_one_is_kept_and_that_is_said_once(office: Office) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await sends_album(amal, "voice", 1, "a")
    await amal.taps("حذف")
    await sends_album(amal, "document", 4)
    assert len([text for text in amal.news() if "ملف واحد فقط" in text]) == 1


async def test_files_sent_one_by_one_learn_it_as_well(office: Office) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await amal.sends("photo")
    await amal.sends("photo")
    amal.sees("ملف واحد فقط")


@pytest.mark.parametrize("gift", ["gift", "unique_gift"])
async def test_a_gift_is_thanked_for(story: Story, gift: str) -> None:
    await receives(story.huda, **{gift: {}})
    story.huda.sees("شكرًا على الهدية")


async def test_what_the_platform_notes_in_a_chat_is_not_answered(story: Story) -> None:
    huda = story.huda
    await huda.says("/share")
    await huda.taps("فريقي")
    for note in ("chat_background_set", "suggested_post_paid", "something_new_happened_and_ended"):
        await receives(huda, **{note: {}})
        huda.sees_nothing()


async def test_a_place_that_moves_is_answered_once(story: Story) -> None:
    await story.huda.sends_location()
    story.huda.sees("لا أستطيع قراءة")
    location = {"latitude": 1.0, "longitude": 2.0}
    number = next(NUMBERS)
    who = {"id": story.huda.id, "is_bot": False, "first_name": "هدى"}
    chat = {"id": story.huda.id, "type": "private"}
    moved = {"message_id": 5, "date": 1, "edit_date": 2, "chat": chat, "from": who}
    story.town.look()
    edited = {"update_id": number, "edited_message": moved | {"location": location}}
    await story.town.simulator.push_raw(edited)
    await story.town.settles()
    story.huda.sees_nothing()


async def test_a_press_of_a_button_that_bears_nothing_stops_spinning(story: Story) -> None:
    huda = story.huda
    who = {"id": huda.id, "is_bot": False, "first_name": "هدى"}
    number = next(NUMBERS)
    query = {"id": "5511", "from": who, "chat_instance": "1", "game_short_name": "chess"}
    story.town.expects_trouble = True  # the platform knows no such press
    await story.town.simulator.push_raw({"update_id": number, "callback_query": query})
    await story.town.settles()
    answers = [r for r in story.town.simulator.requests if r.method == "answerCallbackQuery"]
    assert answers[-1].params["callback_query_id"] == "5511"
    assert not await story.town.rows(updates, state=UpdateState.SET_ASIDE)
    story.town.simulator.requests.clear()


async def test_in_a_group_the_bot_says_once_what_it_is(town: Town) -> None:
    huda, sara = town.person("هدى"), town.person("سارة")
    town.simulator.add_group(GROUP, "معلمات الصف الثالث", [huda.id, sara.id])
    await town.settles()
    (told,) = [m for m in town.simulator.messages(GROUP) if m.from_bot]
    assert "حلقة" in readable(told.shown_text)
    assert [button["url"] for button in told.buttons()] == [f"https://t.me/{bot_name(town)}"]
    for text in ("/start", "/help", f"@{bot_name(town)} مرحبا"):
        await town.simulator.send_text(huda.id, text, chat_id=GROUP)
    await town.settles()
    assert len([m for m in town.simulator.messages(GROUP) if m.from_bot]) == 1
    assert not await town.rows(people), "nobody is known by a group"
    huda.sees_nothing()


async def test_what_is_said_in_a_group_is_tried_again(town: Town) -> None:
    town.expects_trouble = True
    huda = town.person("هدى", language="fr")
    rule = FaultRule("sendMessage", "429", times=1, chat=GROUP, retry_after=2)
    town.simulator.faults.rules.append(rule)
    town.simulator.add_group(GROUP, "3e", [huda.id])
    await town.settles()
    assert not [m for m in town.simulator.messages(GROUP) if m.from_bot]


def bot_name(town: Town) -> str:
    return next(iter(town.app.channels.values())).link("").rpartition("/")[2]

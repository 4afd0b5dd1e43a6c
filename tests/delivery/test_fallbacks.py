"""What a platform refuses goes out in another form, and what it refuses in every form is told."""

from datetime import timedelta

import pytest

from bot.channels.telegram import rates
from bot.chat.screen import Attachment, Choice, Screen, choice
from bot.delivery import outbox
from bot.delivery.channel import (
    Ambiguous,
    CannotEdit,
    RefusedForm,
    RefusedPart,
    Rejected,
    RetryLater,
)
from bot.delivery.message import MessageKind
from bot.files.kinds import FileKind
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory
from tests.reading import readable

ONE_A_SECOND = rates(overall=None, per_chat=1, per_group_minute=None)
VOICE = Attachment(FileKind.VOICE, ref="voice-1")
LINK = Choice("الخريطة", url="https://maps.example")
OTHER = Choice("الرابط", url="https://meet.example")
HERE = choice("رجوع", "home")
FULL = Screen("الاجتماع غدًا", actions=(LINK, HERE, OTHER), attachment=VOICE)
MOST_REQUESTS = 8


async def states(delivery: DeliveryStory) -> list[tuple[str, str]]:
    rows = await delivery.do(lambda tx: tx.fetch("SELECT state, error FROM outbox ORDER BY id"))
    return [(state, error or "") for state, error in rows]


async def notified(delivery: DeliveryStory, screen: Screen, *answers: Exception) -> Screen:
    """What a person gets of a notice that is refused so often."""
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.will("maryam", *answers)
    await delivery.do(lambda tx: former.notify(tx, maryam, screen))
    await delivery.settles()
    assert delivery.channel.requests == len(answers) + 1
    (shown,) = delivery.channel.screens
    return shown


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (RefusedPart.FILE, "تعذّر عرض الملف هنا"),
        (RefusedPart.RECORDING, "إعدادات الخصوصية في التطبيق لا تقبلها"),
    ],
)
async def test_a_file_that_is_refused_is_left_out(
    delivery: DeliveryStory, part: RefusedPart, words: str
) -> None:
    shown = await notified(delivery, FULL, RefusedForm("no", part))
    assert shown.attachment is None
    assert shown.text == FULL.text
    assert shown.actions == FULL.actions
    assert words in readable(shown.footer)
    assert await states(delivery) == [("sent", "without file")]


async def test_a_button_that_is_named_goes_alone(delivery: DeliveryStory) -> None:
    shown = await notified(delivery, FULL, RefusedForm("no", RefusedPart.BUTTONS, LINK.url))
    assert shown.actions == (HERE, OTHER)
    assert shown.attachment == VOICE
    assert "الخريطة: https://maps.example" in shown.text


async def test_buttons_go_with_addresses_first_and_then_all(delivery: DeliveryStory) -> None:
    refused = RefusedForm("BUTTON_DATA_INVALID", RefusedPart.BUTTONS)
    shown = await notified(delivery, FULL, refused, refused)
    assert shown.choices == ()
    assert "https://maps.example" in shown.text
    assert "https://meet.example" in shown.text
    assert "تعذّر عرض أزرار" in readable(shown.footer)
    assert await states(delivery) == [("sent", "without links buttons")]


async def test_a_text_loses_its_format_or_half_of_its_length(delivery: DeliveryStory) -> None:
    long = Screen("كلمة " * 100, quote="قول " * 100)
    refused = RefusedForm("can't parse entities", RefusedPart.FORMAT)
    shown = await notified(delivery, long, refused, RefusedForm("too long", RefusedPart.LENGTH))
    assert shown.plain
    assert shown.text.endswith("…")
    assert shown.quote.endswith("…")
    assert 200 < len(shown.text) < 260


async def test_what_is_not_named_is_tried_in_a_fixed_order(delivery: DeliveryStory) -> None:
    shown = await notified(delivery, FULL, *[RefusedForm("odd")] * 3)
    assert shown.attachment is None
    assert shown.choices == ()
    assert not shown.plain
    assert await states(delivery) == [("sent", "without file links buttons")]


async def test_a_notice_that_is_refused_in_every_form_fails_with_a_reference(
    delivery: DeliveryStory, caplog: pytest.LogCaptureFixture
) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.every = RefusedForm("odd", RefusedPart.BUTTONS)
    await delivery.do(lambda tx: former.notify(tx, maryam, FULL, kind=MessageKind.REMINDER))
    await delivery.settles()
    assert delivery.channel.requests <= MOST_REQUESTS
    ((state, error),) = await states(delivery)
    assert state == "failed"
    assert error.split()[0] in [getattr(record, "reference", "") for record in caplog.records]


async def test_an_answer_that_is_refused_in_every_form_is_apologised_for(
    delivery: DeliveryStory, caplog: pytest.LogCaptureFixture
) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.will("maryam", CannotEdit(), RefusedForm("odd"), Rejected("odd"))
    await delivery.answers("maryam", "step 2", edit="7")
    await delivery.settles()
    (text,) = delivery.channel.texts("maryam")
    ((state, error),) = await states(delivery)
    assert state == "failed"
    reference = error.split()[0]
    assert reference in readable(text)
    assert reference in [getattr(record, "reference", "") for record in caplog.records]


async def test_an_apology_that_is_refused_as_well_is_the_end(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.every = RefusedForm("odd")
    await delivery.answers("maryam", "step 2", edit="7")
    await delivery.says_briefly("maryam", "no", "press")
    await delivery.settles()
    delivery.channel.every_press = Rejected("too old")
    await delivery.says_briefly("maryam", "no", "late")
    await delivery.settles()
    assert delivery.channel.requests <= 3 * MOST_REQUESTS
    assert [state for state, _ in await states(delivery)] == ["failed", "sent", "failed"]


async def test_a_form_outlives_trouble_and_takes_its_turn(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens(limits=ONE_A_SECOND)
    refused = RefusedForm("no", RefusedPart.FILE)
    delivery.channel.will("maryam", refused, Ambiguous("502"), RetryLater(2))
    await delivery.do(lambda tx: former.notify(tx, maryam, FULL))
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("second")))
    await delivery.passes(timedelta(seconds=30))
    assert delivery.channel.texts("maryam") == [FULL.text, "second"]
    assert delivery.channel.requests == 5
    assert delivery.channel.screens[0].attachment is None


async def test_after_a_kill_a_message_begins_anew_and_comes_once(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens(limits=ONE_A_SECOND)
    delivery.channel.will("maryam", RefusedForm("no", RefusedPart.FILE))
    await delivery.do(lambda tx: former.notify(tx, maryam, FULL))
    await delivery.until(lambda: delivery.channel.requests == 1)
    await delivery.dies()
    delivery.channel.will("maryam", RefusedForm("no", RefusedPart.FILE))
    await delivery.opens(limits=ONE_A_SECOND)
    await delivery.passes(timedelta(seconds=30))
    assert delivery.channel.texts("maryam") == [FULL.text]
    assert (await states(delivery))[0][0] == "sent"


async def test_a_reader_without_recordings_changes_nothing_for_the_others(
    delivery: DeliveryStory,
) -> None:
    names = [f"teacher{n}" for n in range(20)]
    await delivery.knows(*names)
    await delivery.opens()
    for name in names[::2]:
        delivery.channel.will(name, RefusedForm("VOICE_MESSAGES_FORBIDDEN", RefusedPart.RECORDING))
    async with delivery.database.transaction() as tx:
        body = await former.add_body(tx, FULL)
        people = [delivery.people[name] for name in names]
        await former.broadcast(tx, body, people, topic="announcement:1")
    await delivery.settles()
    assert {seen.chat for seen in delivery.channel.seen if not seen.file} == set(names[::2])
    assert {seen.chat for seen in delivery.channel.seen if seen.file} == set(names[1::2])
    assert {state for state, _ in await states(delivery)} == {"sent"}


async def test_a_notice_that_is_drawn_anew_does_without_what_was_refused(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "begins"
    await delivery.opens()
    trouble = [Ambiguous("502")] * 9
    delivery.channel.will("maryam", RefusedForm("no", RefusedPart.FORMAT), *trouble)
    kind = delivery.board.kinds()["tests.clock"]
    await delivery.do(lambda tx: outbox.send(tx, kind, maryam, {"line": 1}))
    await delivery.passes(timedelta(minutes=10))
    (shown,) = delivery.channel.screens
    assert shown.text != "begins at 07:00"
    assert shown.plain
    assert delivery.channel.requests == len(trouble) + 2

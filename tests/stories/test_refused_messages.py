"""What Telegram refuses for good is told: in another form, or to whoever waits for it."""

from datetime import timedelta

from sqlalchemy import select

from bot.chat.forms.fields import EvidencePiece
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.meetings.actions import meetings as meeting_actions
from bot.simulator.faults import FaultRule
from tests.features.meetings_team import THURSDAY, draft
from tests.features.test_practices import Story, begin_sharing, forgive_lost_files, story
from tests.reading import readable
from tests.town import Phone, Town

__all__ = ["story"]
LINK = "https://meet.example.org/abc"


async def shares_a_recording(phone: Phone) -> str:
    """A practice with a recording; returns the reference of the file."""
    await begin_sharing(phone, "فريقي «فريق القراءة»")
    await phone.says("ارتفعت الطلاقة من 40 إلى 65 كلمة")
    await phone.shows("voice")
    media = next(m.media for m in reversed(phone.messages()) if m.media)
    await phone.taps("هذا كل شيء")
    await phone.taps("نشر الممارسة")
    return str(media.file_id)


async def calls_a_meeting(story: Story) -> None:
    async with story.town.app.database.transaction() as tx:
        lead, team = story.people["نورة"], story.team.id
        await meeting_actions.schedule_meeting(tx, lead, team, draft())
    story.town.look()
    await story.town.settles()


async def opens_the_meeting(phone: Phone) -> None:
    await phone.says("/meetings")
    await phone.taps("تحليل نتائج الاختبار")


async def failed(town: Town) -> list[tuple[MessageKind, str]]:
    async with town.app.database.reading() as tx:
        query = select(outbox.c.kind, outbox.c.error).where(outbox.c.state == MessageState.FAILED)
        return [(row.kind, row.error) for row in await tx.all(query)]


def on_phone(phone: Phone, words: str) -> int:
    return sum(words in readable(m.shown_text) for m in phone.messages() if m.from_bot)


async def test_who_takes_no_recordings_reads_that_there_is_one(story: Story) -> None:
    await shares_a_recording(story.maryam)
    story.town.simulator.faults.no_voices = {story.huda.id}
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("رسالة صوتية 1")
    story.huda.sees("الشاهد 1 من 1", "لأن إعدادات الخصوصية في التطبيق لا تقبلها")
    await story.huda.taps("العودة إلى الممارسة")
    story.huda.sees("بقلم مريم")
    await story.noura.taps("قراءة الممارسة")
    await story.noura.taps("رسالة صوتية 1")
    media = story.noura.last().media
    assert media is not None
    assert media.kind == "voice"
    forgive_lost_files(story.town)


async def test_a_file_of_a_former_version_and_token_is_named_as_missing(story: Story) -> None:
    """Nothing but a reference was kept, and another bot took over: `wrong file identifier`."""
    await story.shared(team_id=story.team.id, evidence=[EvidencePiece("voice", ref="lost")])
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("رسالة صوتية 1")
    story.huda.sees("الشاهد 1 من 1", "تعذّر عرض الملف هنا")
    story.huda.sees_button("العودة إلى الممارسة")
    story.town.simulator.world.ledger.refused.clear()


async def test_an_edit_that_is_refused_without_a_known_reason_is_a_new_message(
    story: Story,
) -> None:
    unknown = "Bad Request: MESSAGE_SOMETHING_NEW"
    story.town.simulator.faults.rules = [FaultRule("editMessageText", "error", description=unknown)]
    await story.huda.says("/language")
    before = len(story.huda.messages())
    await story.huda.taps("English")
    story.huda.sees("English")
    assert len(story.huda.messages()) == before + 1
    assert await failed(story.town) == []


async def test_an_invitation_comes_without_the_button_that_is_refused(story: Story) -> None:
    refused = f"Bad Request: inline keyboard button URL '{LINK}' is invalid: Wrong HTTP URL"
    story.town.simulator.faults.rules = [
        FaultRule("sendMessage", "error", None, description=refused, holds=f'"url": "{LINK}"')
    ]
    await calls_a_meeting(story)
    for phone in (story.maryam, story.huda):
        phone.sees("تدعوك نورة إلى اجتماع", LINK)
        assert on_phone(phone, "تدعوك نورة") == 1
        phone.sees_button("سأحضر")
    assert await failed(story.town) == []


async def test_an_invitation_comes_without_buttons_where_none_is_named(story: Story) -> None:
    story.town.simulator.faults.rules = [
        FaultRule(
            "sendMessage", "error", None, description="Bad Request: BUTTON_DATA_INVALID",
            holds="inline_keyboard", chat=story.huda.id,
        )
    ]  # fmt: skip
    await calls_a_meeting(story)
    story.huda.sees("تدعوك نورة إلى اجتماع", LINK, "تعذّر عرض أزرار هذه الرسالة")
    assert on_phone(story.huda, "تدعوك نورة") == 1
    story.maryam.sees_button("سأحضر")


async def test_an_invitation_that_cannot_be_read_as_html_comes_as_it_is(story: Story) -> None:
    story.town.simulator.faults.rules = [
        FaultRule(
            "sendMessage", "error", None, holds="HTML", chat=story.huda.id,
            description="Bad Request: can't parse entities: Unsupported start tag",
        )
    ]  # fmt: skip
    await calls_a_meeting(story)
    story.huda.sees("تدعوك نورة إلى اجتماع")
    story.huda.sees_button("سأحضر")
    assert "<" not in story.huda.last().text


async def test_an_invitation_that_is_refused_in_every_form_has_a_reference(
    story: Story,
) -> None:
    story.town.simulator.faults.rules = [
        FaultRule("sendMessage", "error", None, description="Bad Request: odd", chat=story.huda.id)
    ]
    await calls_a_meeting(story)
    story.huda.sees_nothing()
    story.maryam.sees("تدعوك نورة إلى اجتماع")
    ((kind, error),) = await failed(story.town)
    assert kind is MessageKind.NOTICE
    assert "Bad Request: odd" in error
    await opens_the_meeting(story.noura)
    story.noura.sees("لم تصل رسالتنا الأخيرة إلى: هدى")
    await opens_the_meeting(story.maryam)
    assert "لم تصل رسالتنا" not in readable(story.maryam.last().text)


async def test_who_is_reached_again_is_no_longer_named(story: Story) -> None:
    story.town.simulator.faults.blocked = {story.huda.id}
    await calls_a_meeting(story)
    await opens_the_meeting(story.noura)
    story.noura.sees("لم تصل رسالتنا الأخيرة إلى: هدى")
    story.town.simulator.faults.blocked = set()
    await story.huda.says("/menu")
    await story.town.moves(to=THURSDAY - timedelta(hours=1))
    await opens_the_meeting(story.noura)
    assert "لم تصل رسالتنا" not in readable(story.noura.last().text)


async def test_whose_answer_is_refused_in_every_form_gets_a_reference(story: Story) -> None:
    story.town.simulator.faults.rules = [
        FaultRule("sendMessage", "error", 3, description="Bad Request: odd", chat=story.huda.id)
    ]
    await story.huda.says("/language")
    ((kind, error),) = await failed(story.town)
    assert kind is MessageKind.REPLY
    story.huda.sees(error.split()[0], "لكن تعذّر عرض الرد عليها")

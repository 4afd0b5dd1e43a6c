"""Practices as people share, read and look for them."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.chat.person import Person, change_person
from bot.features.communities.queries.teams import Team
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.models import applications, practices
from bot.packs.roles import Role
from bot.simulator import SimMessage
from tests.features.practices_school import READING, PracticeSchools
from tests.reading import readable
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel

NADA, AMAL = "مدرسة الندى", "مدرسة الأمل"


@dataclass
class Story:
    """Noura leads the team of Maryam and Huda; Sara works at another school."""

    town: Town
    department: PracticeSchools
    noura: Phone
    maryam: Phone
    huda: Phone
    sara: Phone
    people: dict[str, Person]
    team: Team

    async def shared(self, author: str = "مريم", **changes: object) -> int:
        """A practice that stands already when the story begins."""
        async with self.town.app.database.transaction() as tx:
            draft = replace(READING, **changes)  # type: ignore[arg-type]
            done = await practice_actions.share_practice(tx, self.people[author], draft)
        await self.town.settles()
        return done.practice.id


@pytest.fixture
async def story(town: Town) -> Story:
    department = await PracticeSchools(town.app.database, town.channel).build()
    people: dict[str, Person] = {}
    phones: dict[str, Phone] = {}
    places = {"نورة": NADA, "مريم": NADA, "هدى": NADA, "سارة": AMAL}
    for name, unit in places.items():
        phone = phones[name] = town.person(name)
        role = Role.LEAD if name == "نورة" else None
        people[name] = await department.person(name, unit, number=phone.id, role=role)
        await phone.says("/menu")
    members = people["مريم"], people["هدى"]
    team = await department.team("فريق القراءة", people["نورة"], *members, unit=NADA)
    await town.settles()
    noura, maryam, huda, sara = (phones[name] for name in places)
    return Story(town, department, noura, maryam, huda, sara, people, team)


def shown_file(phone: Phone) -> str:
    """The kind of the file on the newest message of the bot."""
    media = phone.last().media
    return media.kind if media else ""


def forgive_lost_files(town: Town) -> None:
    """No message can lose its file: Telegram says so, and the text comes as a new message."""
    if town.is_narrow:
        return
    refused = town.simulator.world.ledger.refused
    assert {r.description for r in refused} <= {
        "Bad Request: there is no text in the message to edit"
    }
    refused.clear()


async def begin_sharing(phone: Phone, audience: str) -> None:
    """Answer the questions up to the result."""
    await phone.taps("الممارسات")
    await phone.taps("مشاركة ممارسة")
    phone.sees("مع من تودّين أن تشاركيها؟", "(1 من 6)")
    await phone.taps(audience)
    phone.sees("ماذا تسمّين هذه الممارسة")
    await phone.says("القراءة الجهرية المتدرجة")
    phone.sees("ما الصعوبة التي واجهتها طالباتك")
    await phone.says("تتعثر الطالبات في الكلمات الطويلة")
    await phone.says("قسمنا الفصل إلى مجموعات صغيرة\nتقرأ كل منها فقرة")
    phone.sees("ماذا تغيّر عند الطالبات")


async def test_a_practice_with_evidence_reaches_the_team(story: Story) -> None:
    maryam, huda = story.maryam, story.huda
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.says("ارتفعت الطلاقة من 40 إلى 65 كلمة")
    await maryam.shows("photo")
    maryam.sees("وصل")
    await maryam.shows("voice")
    await maryam.says("قالت إحداهن: صرت أحب القراءة")
    await maryam.taps("هذا كل شيء")
    # Subject and stage come from her profile and wait in the review.
    maryam.sees("المادة: اللغة العربية", "لمن: فريقي «فريق القراءة»")
    await maryam.taps("نشر الممارسة")
    maryam.sees(
        "نُشرت ممارستك «القراءة الجهرية المتدرجة»", "سيصل خبرها الآن إلى شخصين في فريق القراءة"
    )
    huda.sees("شاركت مريم ممارسة مع فريق القراءة", "القراءة الجهرية المتدرجة")
    story.noura.sees("شاركت مريم ممارسة")
    story.sara.sees_nothing()

    await huda.taps("قراءة الممارسة")
    huda.sees("بقلم مريم، مدرسة الندى", "مجموعات صغيرة", "من 40 إلى 65", "قرأها شخص واحد")
    await huda.taps("صورة 1")
    huda.sees("الشاهد 1 من 3")
    assert shown_file(huda) == "photo"
    await huda.taps("التالي")
    assert shown_file(huda) == "voice"
    await huda.taps("التالي")
    huda.sees("صرت أحب القراءة")
    await huda.taps("العودة إلى الممارسة")
    huda.sees("بقلم مريم")
    forgive_lost_files(story.town)


async def test_the_author_hears_once_that_her_practice_was_applied(story: Story) -> None:
    number = await story.shared(team_id=story.team.id)
    maryam, huda = story.maryam, story.huda
    await huda.taps("قراءة الممارسة")
    maryam.sees_nothing()
    await huda.taps("جرّبتها")
    huda.sees("رائع! سيصل الخبر السعيد إلى مريم", "جرّبها شخص واحد")
    maryam.sees("جرّبت هدى ممارستك «القراءة الجهرية المتدرجة» في فصلها")
    await huda.taps("جرّبتها")
    huda.sees("أُلغي تسجيل تجربتك")
    maryam.sees_nothing()
    await huda.taps("جرّبتها")
    maryam.sees_nothing()
    await huda.taps("شكرًا")
    huda.sees("تلقّت شكرًا واحدًا")
    huda.sees_no_button("شكرًا")
    maryam.sees("تشكرك هدى على ممارستك")
    await maryam.taps("قراءة الممارسة")
    maryam.sees("قرأها شخص واحد · جرّبها شخص واحد · تلقّت شكرًا واحدًا")
    maryam.sees_no_button("جرّبتها")
    assert (await story.town.rows(practices))[0].id == number


async def presses_again(phone: Phone, message: SimMessage, button: dict[str, Any]) -> None:
    """Press a button that may have changed under the finger."""
    data = button["callback_data"]
    phone.town.look()
    await phone.town.platform.press(phone.id, message.message_id, data, forged=True)
    await phone.town.settles()


async def test_what_was_applied_is_not_taken_back_by_the_button_that_says_so(story: Story) -> None:
    """Pressed twice in haste, or again on the page that stands further up."""
    await story.shared(team_id=story.team.id)
    maryam, huda = story.maryam, story.huda
    await huda.taps("قراءة الممارسة")
    page = huda.last()
    told = next(b for b in page.buttons() if readable(b["text"]) == "جرّبتها")
    await huda.presses(page, told["callback_data"])
    page = huda.last()
    undone = next(b for b in page.buttons() if "جرّبتها" in readable(b["text"]))
    maryam.sees("جرّبت هدى ممارستك «القراءة الجهرية المتدرجة» في فصلها")
    await presses_again(huda, page, told)
    assert [row.state for row in await story.town.rows(applications)] == ["applied"]
    for _ in range(2):
        await presses_again(huda, page, undone)
        assert [row.state for row in await story.town.rows(applications)] == ["taken_back"]
    maryam.sees_nothing()


async def test_evidence_is_added_to_what_is_there(story: Story) -> None:
    maryam = story.maryam
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.taps("تخطّي السؤال")
    await maryam.shows("photo")
    await maryam.taps("هذا كل شيء")
    await maryam.taps("نشر الممارسة")
    await maryam.taps("عرض الممارسة")
    await maryam.taps("تعديل")
    await maryam.corrects("الشواهد")
    await maryam.sends("document", name="نتائج.pdf")
    await maryam.taps("هذا كل شيء")
    await maryam.taps("حفظ")
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("نتائج.pdf")
    assert shown_file(story.huda) == "document"
    await story.huda.taps("السابق")
    assert shown_file(story.huda) == "photo"


async def test_who_leaves_for_good_leaves_the_text_without_a_name(story: Story) -> None:
    await story.shared(team_id=story.team.id)
    maryam, huda = story.maryam, story.huda
    await maryam.says("/privacy")
    await maryam.taps("حذف بياناتي")
    maryam.sees("تبقى ممارساتك المنشورة لمن يستفيد منها من غير اسمك")
    await maryam.taps("نعم، حذف كل شيء")
    await huda.taps("قراءة الممارسة")
    huda.sees("القراءة الجهرية المتدرجة")
    assert all("مريم" not in shown for shown in huda.news())
    huda.sees_no_button("شكرًا")


async def test_a_result_may_follow_later(story: Story) -> None:
    maryam = story.maryam
    await begin_sharing(maryam, "جميع منسوبي إدارة تعليم الوادي")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("نشر الممارسة")
    maryam.sees("يمكن لجميع منسوبي إدارة تعليم الوادي أن يجدوها الآن")
    story.huda.sees_nothing()
    await maryam.taps("عرض الممارسة")
    await maryam.taps("تعديل")
    maryam.sees("العنوان: القراءة الجهرية المتدرجة", "النتيجة: —")
    await maryam.corrects("النتيجة")
    await maryam.says("تحسنت الطلاقة كثيرًا")
    await maryam.taps("حفظ")
    maryam.sees("حُفظت تعديلاتك", "تحسنت الطلاقة كثيرًا")
    await story.sara.says("/search الطلاقة")
    story.sara.sees(
        "ممارسة واحدة عن «الطلاقة»", "تحسنت الطلاقة كثيرًا", "الكلمات المطابقة: القراءة والطلاقة"
    )


async def test_from_the_page_of_a_team_the_team_is_set_already(story: Story) -> None:
    maryam = story.maryam
    await maryam.says("/teams")
    await maryam.taps("فريق القراءة")
    await maryam.taps("الممارسات")
    maryam.sees("لا ممارسات في هذا الفريق بعد")
    await maryam.taps("مشاركة مع الفريق")
    maryam.sees("(1 من 5)")
    await maryam.says("بطاقات الكلمات")
    await maryam.says("يخلطن بين الحروف المتشابهة")
    await maryam.says("لعبنا لعبة البطاقات عشر دقائق يوميًا")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("تخطّي السؤال")
    maryam.sees("لمن: فريقي «فريق القراءة»")
    await maryam.taps("نشر الممارسة")
    story.noura.sees("بطاقات الكلمات")


async def test_the_lead_hides_with_a_reason_and_shows_again(story: Story) -> None:
    await story.shared(team_id=story.team.id)
    noura, maryam, huda = story.noura, story.maryam, story.huda
    await noura.taps("قراءة الممارسة")
    await noura.taps("إخفاء عن الآخرين")
    await noura.says("فيها اسم طالبة، احذفيه من فضلك")
    await noura.taps("إخفاء الممارسة")
    noura.sees("أُخفيت الممارسة", "مخفية عن الآخرين")
    maryam.sees("أخفت نورة ممارستك «القراءة الجهرية المتدرجة»", "فيها اسم طالبة")
    await huda.taps("قراءة الممارسة")
    huda.sees("هذه الممارسة غير متاحة لك")
    await maryam.taps("تعديل الممارسة")
    await maryam.corrects("العنوان")
    maryam.sees("النص الحالي", "القراءة الجهرية المتدرجة")
    await maryam.says("القراءة الجهرية")
    await maryam.taps("حفظ")
    noura.sees("عدّلت مريم الممارسة «القراءة الجهرية» التي أخفيتها")
    await noura.taps("قراءة الممارسة")
    await noura.taps("إعادة الإظهار")
    maryam.sees("عادت ممارستك «القراءة الجهرية» متاحة للقراءة")
    await huda.taps("قراءة الممارسة")
    huda.sees("بقلم مريم")


async def test_the_number_of_an_item_is_typed_instead_of_pressed(story: Story) -> None:
    await story.shared(title="بطاقات الكلمات")
    await story.shared()
    maryam = story.maryam
    for said in ("٢", "2.", "02"):
        await maryam.says("/practices")
        await maryam.taps("ممارساتي")
        maryam.sees("1. القراءة الجهرية المتدرجة", "2. بطاقات الكلمات")
        await maryam.says(said)
        maryam.sees("بطاقات الكلمات", "صعوبة التعلم", "بقلم مريم")
    # It is one of the last list alone; any other number is words that nobody asked for.
    for said in ("٢", "٩"):
        await maryam.says(said)
        maryam.sees("لم أفهم هذه الرسالة")
        await maryam.says("/practices")
        await maryam.taps("ممارساتي")


async def test_a_withdrawn_practice_stays_with_its_author(story: Story) -> None:
    await story.shared(team_id=story.team.id)
    maryam, huda = story.maryam, story.huda
    await maryam.says("/practices")
    await maryam.taps("ممارساتي")
    await maryam.taps("1. القراءة الجهرية")
    await maryam.taps("سحب الممارسة")
    maryam.sees("سُحبت الممارسة", "لا يراها غيرك")
    await huda.taps("قراءة الممارسة")
    huda.sees("غير متاحة لك")
    await huda.says("/search القراءة الجهرية")
    huda.sees("لم أجد ممارسة عن «القراءة الجهرية»")
    await maryam.taps("إعادة النشر")
    await huda.says("/search القراءه الجهريه")
    huda.sees("ممارسة واحدة عن «القراءه الجهريه»", "بقلم مريم")


async def test_a_search_that_finds_nothing_offers_the_nearest_spelling(story: Story) -> None:
    await story.shared(title="بطاقات الكلمات")
    sara = story.sara
    await sara.says("/search الكلماط")
    sara.sees("لم أجد ممارسة عن «الكلماط»", "هل تقصدين «الكلمات»؟")
    await sara.taps("البحث عن «الكلمات»")
    sara.sees("ممارسة واحدة عن «الكلمات»")
    await sara.taps("بحث آخر")
    sara.sees("عمّ تبحثين؟")
    await sara.says("الفيزياء النووية")
    sara.sees("لم أجد ممارسة عن «الفيزياء النووية»", "جرّبي كلمة أخرى")


async def test_a_list_is_paged_and_found_again_after_reading(story: Story) -> None:
    for n in range(1, 11):
        await story.shared(title=f"ممارسة رقم {n}")
    sara, pages = story.sara, story.town.pages(10)
    await sara.says("/practices")
    await sara.taps("الأحدث")
    sara.sees("1. ممارسة رقم 10", f"الصفحة 1 من {pages}")
    for _ in range(1, pages):
        await sara.taps("الصفحة التالية")
    sara.sees("10. ممارسة رقم 1")
    await sara.taps("9. ممارسة رقم 2")
    sara.sees("بقلم مريم")
    await sara.taps("رجوع")
    sara.sees(f"الصفحة {pages} من {pages}")
    await sara.taps("رجوع")
    await sara.taps("حسب المادة")
    await sara.taps("اللغة العربية (10)")
    await sara.taps("3. ممارسة رقم 8")
    await sara.taps("رجوع")
    sara.sees("اللغة العربية", "3. ممارسة رقم 8")
    await sara.says("/search ممارسة")
    await sara.taps("الصفحة التالية")
    sara.sees(f"الصفحة 2 من {pages}")


async def test_a_long_practice_is_read_page_by_page(story: Story) -> None:
    steps = "\n".join(f"الخطوة {n}: نقرأ فقرة قصيرة معًا ثم نلخصها بكلماتنا" for n in range(1, 60))
    await story.shared(team_id=story.team.id, actions_taken=steps, difficulty="صعوبة " * 160)
    huda = story.huda
    await huda.taps("قراءة الممارسة")
    pages = 6 if story.town.is_narrow else 2
    huda.sees(f"الصفحة 1 من {pages}", "صعوبة صعوبة")
    for _ in range(1, pages):
        await huda.taps("متابعة القراءة")
    huda.sees(f"الصفحة {pages} من {pages}", "الخطوة 59:", "ارتفعت الطلاقة")
    for _ in range(1, pages):
        await huda.taps("الصفحة السابقة")
    # A change of pages is no second reader.
    huda.sees("قرأها شخص واحد")


async def test_morocco_has_its_own_words(story: Story) -> None:
    maryam = story.maryam
    async with story.town.app.database.transaction() as tx:
        await change_person(tx, story.people["مريم"].id, country="MA", numerals="latn")
    await maryam.says("/share")
    await maryam.taps("جميع أطر إدارة تعليم الوادي")
    await maryam.says("القراءة الجهرية")
    maryam.sees("تلاميذك")
    await maryam.says("يتعثرون في الكلمات الطويلة")
    await maryam.says("قسمنا القسم إلى مجموعات صغيرة")
    await maryam.taps("تخطّي السؤال")
    maryam.sees("هل لديك وثائق إثبات؟")
    await maryam.taps("تخطّي السؤال")
    maryam.sees("السلك الابتدائي")


async def test_an_old_button_opens_no_withdrawn_practice(story: Story) -> None:
    number = await story.shared(team_id=story.team.id)
    huda, maryam = story.huda, story.maryam
    notice = huda.last()
    data = notice.buttons()[0]["callback_data"]
    await maryam.says("/practices")
    await maryam.taps("ممارساتي")
    await maryam.taps("1. القراءة")
    await maryam.taps("سحب الممارسة")
    await huda.presses(notice, data)
    huda.sees("غير متاحة لك")
    rows = await story.town.rows(practices, id=number)
    assert rows[0].state == "withdrawn"

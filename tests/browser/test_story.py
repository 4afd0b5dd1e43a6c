"""A newcomer's first days, seen on the phones of the simulator's page."""

import asyncio

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.browser.phones_page import Handset, PhonesPage
from tests.browser.pictures import Camera, photograph_cards

pytestmark = pytest.mark.browser

TEAM = "مجتمع رياضيات ضياء السدر"
PRACTICE = "بطاقات المسائل المصوّرة"
MEETING = "قراءة في نتائج الاختبار"
NOTICE = "لقاء معلمات المتوسطة"


async def register(sara: Handset) -> None:
    """By an invitation that the page shows, pressing and typing, up to the menu."""
    await sara.starts()
    await sara.says("/start i-raghad")
    await sara.taps("بدء التسجيل")
    await sara.taps("المؤنث")
    await sara.says("سارة الياسمين")
    await sara.taps("الرياضيات")
    await sara.taps("المتوسط")
    await sara.sees("أهلًا بك يا سارة الياسمين!")


async def join_the_team(sara: Handset, hind: Handset) -> None:
    """By a request that the lead accepts on her own phone."""
    await sara.taps("فرقي")
    await sara.taps("استعراض الفرق")
    await sara.taps(TEAM)
    await sara.taps("طلب الانضمام")
    await sara.says("أدرّس الأول المتوسط، وأودّ أن نتعاون في حل المسائل.")
    await hind.sees("تطلب سارة الياسمين الانضمام", "وأودّ أن نتعاون في حل المسائل")
    await hind.taps("قبول")
    await sara.sees("قُبل طلبك، فأهلًا بك")


async def share_a_practice(sara: Handset, photo: FilePayload) -> None:
    """Five questions, a photo, and a last look at the card."""
    await sara.taps("الممارسات")
    await sara.taps("مشاركة ممارسة")
    await sara.taps("فريقي")
    await sara.says(PRACTICE)
    await sara.says("تتعثر الطالبات في فهم نص المسألة اللفظية.")
    await sara.says("رسمت كل طالبة المسألة على بطاقة ملوّنة قبل أن تحلّها، ثم شرحتها لزميلتها.")
    await sara.says("ارتفعت الإجابات الصحيحة من ٤٠ إلى ٧٠ في المئة خلال ثلاثة أسابيع.")
    await sara.sends_photo(photo, "بطاقات الأسبوع الأول")
    await sara.sees("هل يمكن التعرف على واحدة من الطالبات في الصورة؟")
    await sara.taps("لا، لا يُعرف أحد")
    await sara.sees("وصلني شاهد واحد")
    await sara.taps("هذا كل شيء")
    await sara.taps("نشر الممارسة")
    await sara.sees("نُشرت ممارستك")


async def find_the_practice(noura: Handset) -> None:
    """On another phone, by words in another spelling."""
    await noura.sees("شاركت سارة الياسمين ممارسة")
    await noura.says("/search المسأله اللفظيه")
    await noura.taps(PRACTICE)
    await noura.sees("ارتفعت الإجابات الصحيحة من 40 إلى 70")


async def try_the_practice(noura: Handset) -> None:
    await noura.taps("صورة 1")
    await expect(noura.root.locator(".bubble img").last).to_be_visible()
    await noura.taps("العودة إلى الممارسة")
    await noura.taps("جرّبتها")


async def write_an_announcement(amal: Handset) -> None:
    """A supervisor chooses her audience and writes."""
    await amal.taps("الإعلانات")
    await amal.taps("إعلان جديد")
    await amal.taps("متوسطة ضياء السدر للبنات")
    await amal.taps("الجميع")
    await amal.taps("كل المواد")
    await amal.taps("كل المراحل")
    await amal.says(NOTICE)
    await amal.says(
        "الزميلات الكريمات، يسرّنا حضوركنّ لقاءً قصيرًا عن الزيارات الصفية التبادلية صباح الخميس"
        " في غرفة المصادر. تحضر كل واحدة سؤالًا واحدًا تودّ أن تلاحظه عند زميلتها."
    )
    await amal.taps("تخطّي السؤال")


async def announce(amal: Handset, sara: Handset) -> None:
    """She sees a preview first, then one message that is edited as it counts along."""
    await amal.sees("سيصل إلى 6 أشخاص", "يسرّنا حضوركنّ")
    assert not await sara.has_heard(NOTICE)
    await amal.taps("إرسال الآن")
    await sara.sees(NOTICE, "من أمل المرجاني")
    progress = amal.message("أُرسل الإعلان إلى 6 أشخاص")
    await progress.shows("وصل: 6", "عُدّلت")
    await sara.taps("اطّلعت")
    await sara.sees("سُجّل اطّلاعك")
    read = sara.message("✅ اطّلعت على هذا الإعلان.")
    await read.shows("يسرّنا حضوركنّ")
    await sara.taps("الإعلانات")
    await sara.sees_in_newest("الإعلانات الموجّهة إليك")
    await read.shows("يسرّنا حضوركنّ", "✅ اطّلعت على هذا الإعلان.")
    await amal.taps("التقرير")
    await amal.sees("اطّلع: 1")
    await progress.shows("أُرسل الإعلان إلى 6 أشخاص")


async def plan_a_meeting(hind: Handset) -> None:
    """By typed Arabic and buttons, up to the card that waits to be sent."""
    await hind.taps("فرقي")
    await hind.taps(TEAM)
    await hind.taps("اجتماع جديد")
    await hind.says(MEETING)
    await hind.says("أن نتفق على خطوة علاجية واحدة نطبقها جميعًا.")
    await hind.says("عرض النتائج\nبطاقات سارة المصوّرة\nالاتفاق على خطوة")
    await hind.says("بعد غد الساعة الرابعة عصراً")
    await hind.sees("4:00 عصرًا")
    await hind.taps("ساعة")
    await hind.says("غرفة المصادر")


async def apologise(noura: Handset) -> None:
    await noura.taps("أعتذر")
    await noura.taps("إضافة سبب")
    await noura.says("عندي زيارة صفية في الوقت نفسه")


async def move_the_meeting(hind: Handset) -> None:
    await hind.taps("اجتماعاتي")
    await hind.taps(MEETING)
    await hind.taps("تغيير الموعد")
    await hind.says("بعد غد الساعة الخامسة عصراً")
    await hind.says("تتأخر الحافلات يوم اللقاء ساعة")
    await hind.taps("تغيير الموعد")


async def ask_why_and_answer(noura: Handset) -> None:
    """The reminder stays as it came, with the answers under it."""
    reminder = noura.message(f"تذكير: {MEETING}")
    await noura.taps("لماذا وصلني هذا؟")
    await noura.sees_in_newest("أذكّر قبل الاجتماع بيوم")
    await noura.taps("سأحضر")
    await noura.sees("سُجّلت إجابتك: سأحضر")
    await reminder.shows("هل تحضرين؟")


async def cancel_the_meeting(hind: Handset) -> None:
    await hind.taps("اجتماعاتي")
    await hind.taps(MEETING)
    await hind.taps("إلغاء الاجتماع")
    await hind.taps("تخطّي السؤال")
    await hind.taps("نعم، إلغاء الاجتماع")


async def test_a_newcomer_walks_through_the_whole_story(
    phones_page: PhonesPage, browser: Browser, camera: Camera
) -> None:
    """What several people do side by side is done side by side, as it is among colleagues."""
    await camera.waits_for_daylight(phones_page)
    hind = await phones_page.phone("هند الغديري")
    noura = await phones_page.phone("نورة الواحي")
    amal = await phones_page.phone("أمل المرجاني")
    sara = await phones_page.new_person("سارة", "الياسمين", "معلمة رياضيات جديدة")

    await asyncio.gather(register(sara), write_an_announcement(amal))
    await join_the_team(sara, hind)
    photo = await photograph_cards(browser)
    await asyncio.gather(share_a_practice(sara, photo), plan_a_meeting(hind))
    await find_the_practice(noura)
    await asyncio.gather(try_the_practice(noura), announce(amal, sara))
    await sara.sees("جرّبت نورة الواحي ممارستك")

    await hind.taps("إرسال الدعوات")
    await hind.sees("تحدّد موعد الاجتماع")
    await sara.sees("تدعوك هند الغديري إلى اجتماع", "هل تحضرين؟")
    await asyncio.gather(sara.taps("سأحضر"), apologise(noura))
    await sara.sees("سُجّلت إجابتك: سأحضر")
    await hind.sees("اعتذرت نورة الواحي", "زيارة صفية في الوقت نفسه")
    await move_the_meeting(hind)
    await sara.sees("تغيّر موعد الاجتماع", "5:00 عصرًا")
    await noura.sees("تغيّر موعد الاجتماع")
    await camera.takes_the_phones("phones", sara, hind, amal)
    await sara.taps("سأحضر")

    await phones_page.moves_a_day()
    await phones_page.moves_on_until(sara, f"تذكير: {MEETING}")
    await ask_why_and_answer(noura)
    await cancel_the_meeting(hind)
    await sara.sees("أُلغي الاجتماع")
    await noura.sees("أُلغي الاجتماع")

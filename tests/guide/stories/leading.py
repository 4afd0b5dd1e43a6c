"""What somebody who leads a team does."""

from tests.guide.stories.cast import FAHAD, HIND, NASSER, READERS, SALEM, SARA, TEAM
from tests.guide.telling import Guide


async def founds_a_team(guide: Guide) -> None:
    hind = guide.phone(HIND)
    await hind.taps("فرقي")
    await hind.taps("تأسيس فريق")
    await hind.says("فريق دراسة الدرس")
    await hind.says("كيف نسأل أسئلة تكشف فهم الطالبات؟")
    await hind.says("درس مشترك نعدّه معًا كل شهر\nزيارة صفية واحدة لكل عضوة")
    await hind.taps("اعتماد هذه القواعد")
    await hind.taps("مجموعة تخصص")
    await hind.taps("حضوريًا")
    await hind.taps("تأسيس الفريق")


async def shares_the_link(guide: Guide) -> None:
    fahad = guide.phone(FAHAD)
    await fahad.taps("فرقي")
    await fahad.taps(READERS)
    await guide.shows("team", fahad)
    await fahad.taps("إدارة الفريق")
    await fahad.taps("رابط الدعوة")


async def writes_a_card(guide: Guide) -> None:
    hind, sara = guide.phone(HIND), guide.phone(SARA)
    await hind.taps("فرقي")
    await hind.taps(TEAM)
    await hind.taps("الأعضاء")
    await hind.taps(sara.user.name)
    await hind.taps("كتابة بطاقة المهام")
    await hind.says("جمع بطاقات الطالبات وعرض أجملها كل أسبوع")


async def calls_a_meeting(guide: Guide) -> None:
    """In one line; the invited answer, and one of them apologises."""
    fahad, nasser, salem = guide.phone(FAHAD), guide.phone(NASSER), guide.phone(SALEM)
    await fahad.taps("فرقي")
    await fahad.taps(READERS)
    await fahad.taps("اجتماع جديد")
    await fahad.says("الخميس الساعة ١٠ في معمل العلوم عن فقرات القراءة")
    await guide.shows("meeting-review", fahad, 2)
    await fahad.taps("إرسال الدعوات")
    await nasser.taps("سأحضر")
    await guide.shows("invited", nasser)
    await salem.taps("أعتذر")
    await salem.taps("إضافة سبب")
    await salem.says("عندي زيارة صفية في الوقت نفسه")
    await fahad.taps("من يحضر؟")
    await guide.shows("who-comes", fahad)


async def moves_a_meeting(guide: Guide) -> None:
    fahad = guide.phone(FAHAD)
    await fahad.taps("اجتماعاتي")
    await fahad.taps("فقرات القراءة")
    await fahad.taps("تغيير الموعد")
    await fahad.says("الخميس الساعة ١١ صباحًا")
    await fahad.says("تتأخر الحافلات ساعة")
    await fahad.taps("تغيير الموعد")
    await guide.shows("moved", guide.phone(NASSER))

"""A half-filled form of every kind that the bot has, at different steps; the last one of each
person is the one being filled in, the others wait."""

from typing import TYPE_CHECKING

from tests.data.upgrade.hands import Step

if TYPE_CHECKING:
    from tests.data.upgrade.story import Story

JPEG = b"\xff\xd8\xff\xe0" + b"\x01" * 60
PDF = b"%PDF-1.4 for a form"
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a department//AR
BEGIN:VEVENT
UID:winter
DTSTAMP:20260901T000000Z
DTSTART;VALUE=DATE:20270103
DTEND;VALUE=DATE:20270110
SUMMARY:إجازة منتصف العام
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

SETTINGS = ("/profile", "people.settings")


def setting(name: str) -> Step:
    return "people.edit", (name,)


async def leave_forms(story: "Story") -> None:
    for leave in (
        _teacher, _settings, _asker, _newcomer, _lead, _abroad, _supervisor, _principal, _visitors
    ):  # fmt: skip
        await leave(story)


async def _teacher(story: "Story") -> None:
    """Practices, with evidence as far as it goes; an apology; a subject."""
    salma, hands = story["سلمى"], story.hands
    await hands.goes(salma, *SETTINGS, setting("subject"))
    await hands.goes(salma, "/meetings")
    await salma.taps("قراءة في النتائج")
    number = next(s[1][0] for _, _, s in await hands.buttons(salma) if s[0] == "meetings.rsvp")
    await hands.press(salma, "meetings.rsvp", number, "no")
    await hands.press(salma, "meetings.why")
    await hands.goes(salma, "/practices", "practices.mine")
    await salma.taps("بطاقات المسائل")
    await hands.press(salma, "practices.edit")
    await hands.fills(salma, ".edit", ".e3", "بطاقات المسائل اللفظية", ".edit", ".e6")
    await salma.says("/search")
    await salma.says("/share")
    await salma.taps("مجتمع الرياضيات")
    await hands.fills(
        salma, "ساعة القراءة", "تتردد الطالبات في القراءة أمام الزميلات",
        "خصصنا ساعة أسبوعية تقرأ فيها كل طالبة لزميلتها", "زادت المشاركة",
    )  # fmt: skip
    await salma.sends("photo", JPEG, caption="من الحصة")
    await salma.sends("document", PDF, name="جدول.pdf")


async def _settings(story: "Story") -> None:
    for name in ("gender", "stage", "language", "numerals", "calendar"):
        await story.hands.goes(story["هدى"], *SETTINGS, setting(name))


async def _newcomer(story: "Story") -> None:
    """The other settings; the last one at a question that an answer has brought up."""
    reem, hands = story["ريم"], story.hands
    for name in ("hijri_shift", "timezone", "country", "unit"):
        await hands.goes(reem, *SETTINGS, setting(name))
    await reem.says("الأمل")
    await hands.goes(reem, *SETTINGS, setting("name"))
    await reem.says("نوره")


async def _asker(story: "Story") -> None:
    """A request for a team; a practice for everybody at its review."""
    muna, hands = story["منى"], story.hands
    await hands.goes(muna, "/teams", "teams.find")
    await muna.taps("مجتمع الرياضيات")
    await hands.press(muna, "teams.ask")
    await hands.goes(muna, "/teams", "teams.find", "teams.search")
    await muna.says("/share")
    await hands.fills(
        muna, "خريطة المفاهيم", "تنسى الطالبات ما درسنه قبل أسبوع",
        "رسمنا خريطة واحدة للوحدة كلها ونعود إليها كل يوم", ".skip", ".skip",
    )  # fmt: skip


async def _lead(story: "Story") -> None:
    noura, hands = story["نورة"], story.hands
    await hands.goes(noura, "/teams")
    await noura.taps("مجتمع الرياضيات")
    await hands.press(noura, "teams.lead")
    await hands.press(noura, "teams.edit")
    await hands.fills(noura, ".edit", ".e2", "هدف جديد نتفق عليه")
    await hands.goes(noura, "/teams", "teams.requests", "teams.decline")
    await hands.goes(noura, "/teams")
    await noura.taps("مجتمع الرياضيات")
    for route in ("teams.lead", "teams.members"):
        await hands.press(noura, route)
    await noura.taps("هدى")
    await hands.press(noura, "teams.card")
    await noura.says("/search بطاقات المسائل")
    await hands.press(noura, "practices.open")
    await hands.press(noura, "practices.hide")
    await noura.says("نراجع الصياغة معًا")
    await hands.goes(noura, "/teams")
    await noura.taps("مجتمع الرياضيات")
    await hands.press(noura, "meetings.new")
    await hands.fills(noura, "لقاء التخطيط", ".skip", "عرض\nنقاش", "الأحد القادم الساعة 12 ظهرًا")


async def _abroad(story: "Story") -> None:
    """Meetings in another country, and a team at the theme."""
    zainab, hands = story["زينب"], story.hands
    await hands.goes(zainab, "/teams", "teams.create")
    await hands.fills(zainab, "نادي القراءة")
    for route, given in (
        ("meetings.cancel", ("سفر",)), ("meetings.place", ("قاعة المختبر",)),
        ("meetings.move", ("الجمعة القادمة الساعة 4 عصرًا",)),
    ):  # fmt: skip
        await hands.goes(zainab, "/meetings")
        await zainab.taps("معرض الربيع")
        await hands.press(zainab, route)
        await hands.fills(zainab, *given)
    fahd = story["فهد"]
    await hands.goes(fahd, "/teams")
    await fahd.taps("فريق القيادة")
    await hands.press(fahd, "meetings.new")
    await hands.fills(
        fahd, "لقاء المدير", "نتفق على الجدول", "الجدول\nالمناوبة", "الأحد القادم من 12 إلى 1 ظهرًا"
    )
    await hands.fills(fahd, "https://meet.example.org/fahd")


async def _supervisor(story: "Story") -> None:
    amal, hands = story["أمل"], story.hands
    await hands.goes(amal, "/profile", "people.invite")
    await hands.fills(amal, "الفلاح", ".o0")
    await hands.goes(amal, "/profile", "people.reach")
    await hands.press(amal, "manners.unit")
    await hands.press(amal, "manners.add")
    await hands.fills(amal, ".o1", "اختبارات الفصل", "الأحد 13 ديسمبر", ".o0", "الخميس 17 ديسمبر")
    await hands.goes(amal, "/announcements", "announce.mine")
    await amal.taps("مسودة لم ترسل")
    await hands.press(amal, "announce.later")
    await amal.says("الأربعاء القادم")
    await hands.goes(amal, "/announcements", "announce.new")
    await hands.fills(
        amal, "الندى", ".o0", ".o0", ".o0", ".o0", "زيارة صفية", "نزور فصول المدرسة يوم الثلاثاء."
    )
    await amal.sends("photo", JPEG)


async def _principal(story: "Story") -> None:
    hind, hands = story["هند"], story.hands
    await hands.goes(hind, "/profile", "people.invite")
    await hands.word(hind, "o0")
    await hands.goes(hind, "/announcements", "announce.new")
    await hands.fills(hind, ".o0", ".o0", ".o0", ".o0", "اجتماع المعلمات")
    await hands.goes(hind, "/profile", "people.reach", "teams.colleague")
    await hands.goes(hind, "/profile", "people.reach", "manners.unit", "manners.file")
    await hind.sends("document", ICS, name="الفصل الثاني.ics")


async def _visitors(story: "Story") -> None:
    """Who is about to register: by an invitation, by a team's link, and at the review."""
    by_invitation, by_link, last = (story.town.person(name) for name in ("ليلى", "يوسف", "عمر"))
    story.people |= {"ليلى": by_invitation, "يوسف": by_link, "عمر": last}
    hands = story.hands
    story.people["عائشة"] = story.town.person("عائشة")
    await story["عائشة"].says("/start")
    await hands.goes(by_invitation, f"/start {story.links['ليلى']}", "people.join")
    await hands.fills(by_invitation, ".o0", ".o0", "ليلى")
    await hands.goes(by_link, f"/start {story.links['حلقة العلوم']}", "people.join")
    await hands.fills(by_link, ".o0", ".o1")
    await hands.goes(last, "/start", "people.join")
    await hands.fills(last, ".o0", ".o1", "عمر", "الفلاح", ".o0")
    await last.taps("الرياضيات")
    await last.taps("الابتدائي")

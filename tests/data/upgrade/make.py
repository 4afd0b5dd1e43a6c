"""Builds an installation of a former version and stores it, for `tests/storage/test_upgrade.py`.

See README.md beside it for how to run this. People act as they do on their phones, so this needs of
a version only its `tests/town.py`, its command line's functions and the names of its tables.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot import bulk
from bot.features.imports.models import ImportKind
from bot.simulator.faults import FaultRule
from tests.data.upgrade.halves import leave_forms
from tests.data.upgrade.hands import KEY
from tests.data.upgrade.store import store
from tests.data.upgrade.story import TEXT, Story
from tests.town import MORNING, Town

UNITS = """name,kind,parent,country,gender
إدارة تعليم الوادي,department,,SA,mixed
مدرسة الندى,school,إدارة تعليم الوادي,,girls
مدرسة الأمل,school,إدارة تعليم الوادي,,girls
مدرسة الفلاح,school,إدارة تعليم الوادي,,boys
أكاديمية الجبال,academy,,MA,mixed
ثانوية الأطلس,institution,أكاديمية الجبال,,mixed
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a department//AR
BEGIN:VEVENT
UID:autumn
DTSTAMP:20260901T000000Z
DTSTART;VALUE=DATE:20261213
DTEND;VALUE=DATE:20261216
SUMMARY:إجازة الخريف
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As in the tests, with the key of the installation in its place before it starts."""
    (tmp_path / "secret.key").write_text(KEY)
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


async def settle_people(story: Story) -> None:
    """Who is there, in both countries; one has gone again."""
    hands = story.hands
    await story.registers("أمينة", "الوادي", number=999)
    for name, unit, gender in (
        ("أمل", "الوادي", "f"), ("هند", "الندى", "f"), ("نورة", "الندى", "f"),
        ("سلمى", "الندى", "f"), ("هدى", "الندى", "f"), ("ريم", "الندى", "f"),
        ("لمى", "الندى", "f"), ("منى", "الندى", "f"), ("جود", "الأمل", "neutral"),
        ("فهد", "الفلاح", "m"), ("سعد", "الفلاح", "m"), ("وفاء", "الندى", "f"),
        ("زينب", "الأطلس", "f"), ("إدريس", "الأطلس", "m"), ("كريم", "الأطلس", "m"),
        ("غادة", "الندى", "f"),
    ):  # fmt: skip
        await story.registers(name, unit, gender)
    await story.appoints("أمل", "الوادي", "مشرف")
    await story.appoints("هند", "الندى", "مدير")
    for name, unit in (("نورة", "الندى"), ("فهد", "الفلاح"), ("زينب", "الأطلس")):
        await story.appoints(name, unit, "قائد")
    await hands.goes(story["كريم"], "/language", ("people.speak", ("fr",)))
    await hands.goes(story["سعد"], "/language", ("people.speak", ("en",)))


async def work_together(story: Story) -> None:
    hands = story.hands
    await story.found_team("نورة", "مجتمع الرياضيات", "حل المسائل")
    for name in ("سلمى", "هدى", "جود", "غادة"):
        await story.joins(name, "مجتمع الرياضيات")
    await story.asks("ريم", "مجتمع الرياضيات", "أود أن أشارك خبرتي")
    await story.asks("لمى", "مجتمع الرياضيات", "هل من مكان؟")
    await story.found_team("نورة", "فريق الخط", "الخط الجميل")
    await story.joins("سلمى", "فريق الخط")
    await story.found_team("نورة", "فريق النشاط", "الأنشطة")
    await story.joins("سلمى", "فريق النشاط")
    await story.found_team("زينب", "حلقة العلوم", "التجارب")
    for name in ("إدريس", "كريم"):
        await story.joins(name, "حلقة العلوم")
    await story.found_team("فهد", "فريق القيادة", "الإدارة الصفية")
    await story.joins("سعد", "فريق القيادة")
    await story.shares("سلمى", "بطاقات المسائل", "مجتمع الرياضيات", "photo", "document", "text")
    await story.shares("سلمى", "لوحة الأخطاء", "مجتمع الرياضيات", "voice")
    await story.shares("هدى", "القراءة الجهرية", "جميع")
    await story.shares("هدى", "ركن الكتب", "جميع", "video")
    await story.shares("إدريس", "تجربة الضوء", "حلقة العلوم", "audio")
    await story.shares("غادة", "دفتر الحساب", "مجتمع الرياضيات", "photo")
    await story.shares("سلمى", "حروف من طين", "فريق الخط", "photo")
    # Words that find a practice and a colleague.
    await story.shares("هدى", "طريقة نورة في الحوار", "جميع")
    for name, title in (("هدى", "بطاقات المسائل"), ("نورة", "بطاقات المسائل")):
        await story[name].says(f"/search {title}")
        await hands.press(story[name], "practices.open")
        await hands.press(story[name], "practices.apply")
    await hands.press(story["هدى"], "practices.thank")
    await story["نورة"].says("/search لوحة الأخطاء")
    await hands.press(story["نورة"], "practices.open")
    await hands.press(story["نورة"], "practices.hide")
    await hands.fills(story["نورة"], "فيها أسماء طالبات", ".send")
    await hands.goes(story["هدى"], "/practices", "practices.mine")
    await story["هدى"].taps("ركن الكتب")
    await hands.press(story["هدى"], "practices.draw")


async def plan_ahead(story: Story) -> None:
    hands, town = story.hands, story.town
    await story.meets("نورة", "مجتمع الرياضيات", "لقاء قريب", "اليوم الساعة 11 صباحًا")
    await town.moves(timedelta(hours=2, minutes=30))
    await story.meets("نورة", "مجتمع الرياضيات", "قراءة في النتائج", "الخميس القادم الساعة 4 عصرًا")
    await story.meets("نورة", "مجتمع الرياضيات", "لقاء الشهر", "15 ديسمبر الساعة 10 صباحًا")
    await story.meets("نورة", "مجتمع الرياضيات", "لقاء يلغى", "الثلاثاء القادم الساعة 5 عصرًا")
    await story.meets("نورة", "فريق النشاط", "لقاء النشاط", "الأربعاء القادم الساعة 11 صباحًا")
    await story.meets("نورة", "فريق الخط", "لقاء الخط", "الأربعاء القادم الساعة 5 عصرًا")
    await story.meets("نورة", "مجتمع الرياضيات", "لقاء الزيارات", "بعد غد الساعة 10 صباحًا")
    await story.meets("زينب", "حلقة العلوم", "تحضير المعرض", "بعد غد الساعة 5 عصرًا")
    await story.meets("زينب", "حلقة العلوم", "معرض الربيع", "الخميس القادم الساعة 10 صباحًا")
    await story.meets("فهد", "فريق القيادة", "خطة الفصل", "الأربعاء القادم الساعة 6 مساءً")
    await hands.goes(story["نورة"], "/meetings")
    await story["نورة"].taps("لقاء يلغى")
    await hands.press(story["نورة"], "meetings.cancel")
    await hands.fills(story["نورة"], "يوم اختبارات", ".send")
    await hands.goes(story["نورة"], "/meetings")
    await story["نورة"].taps("قراءة في النتائج")
    await hands.press(story["نورة"], "meetings.move")
    await story["نورة"].says("الخميس القادم الساعة 5 عصرًا")
    await hands.fills(story["نورة"], ".skip", ".send")
    for name, title, answer in (
        ("سلمى", "قراءة في النتائج", "yes"), ("هدى", "قراءة في النتائج", "no"),
        ("إدريس", "تحضير المعرض", "maybe"), ("سعد", "خطة الفصل", "yes"),
    ):  # fmt: skip
        await hands.goes(story[name], "/meetings")
        await story[name].taps(title)
        number = next(s[1][0] for _, _, s in await hands.buttons(story[name]) if "rsvp" in s[0])
        await hands.press(story[name], "meetings.rsvp", number, answer)
    await hands.goes(story["سلمى"], "/quiet", "manners.cards", ("manners.card", ("480",)))
    await hands.goes(story["هدى"], "/quiet", "manners.from", "manners.until", "manners.quiet")
    await hands.goes(story["إدريس"], "/quiet", "manners.pauses", ("manners.pause", ("all",)))
    hind = story["هند"]
    await hands.goes(hind, "/profile", "people.reach", "manners.unit", "manners.add")
    await hands.fills(hind, ".o0", "يوم المعلم", "6 ديسمبر", ".o0", "7 ديسمبر", ".o0", ".send")
    await hands.press(hind, "manners.file")
    await hind.sends("document", CALENDAR, name="تقويم.ics")
    await hands.word(hind, "o0")


async def announce(story: Story) -> None:
    hands, amal = story.hands, story["أمل"]
    # The answer of one recipient's message is lost, so nobody knows whether it arrived.
    lost = FaultRule("sendMessage", "reset_after", chat=story["لمى"].id)
    story.town.simulator.faults.rules.append(lost)
    await story.writes("لقاء المعلمات", unit="الندى", file=True, text=TEXT * 16)
    await hands.press(amal, "announce.send")
    await hands.agrees(amal, "announce.sent")
    await hands.press(story["سلمى"], "announce.ack")
    await story.town.moves(timedelta(seconds=40))
    await story.writes("مسودة لم ترسل", file=True)
    await story.writes("برنامج الأسبوع")
    await hands.press(amal, "announce.later")
    await amal.says("غدًا الساعة 10 صباحًا")
    await hands.word(amal, "send")
    await story.writes("إعلان ألغي", unit="الفلاح")
    await hands.press(amal, "announce.later")
    await amal.says("بعد غد الساعة 10 صباحًا")
    await hands.word(amal, "send")
    await hands.press(amal, "announce.stop")
    await hands.agrees(amal, "announce.stopped")


async def look_closer(story: Story) -> None:
    """What the first of its kind does not show: each left open in a message of its own."""
    hands = story.hands
    story.links["ليلى"] = await story.invites(story["هند"], "", "معلم")
    for person, command, *way in (
        ("أمل", "/announcements", "announce.mine", "لقاء المعلمات", "announce.silent"),
        ("أمل", "/announcements", "announce.mine", "لقاء المعلمات"),
        ("أمل", "/announcements", "announce.mine", "مسودة لم ترسل"),
        ("أمل", "/announcements", "announce.mine", "برنامج الأسبوع"),
        ("سلمى", "/announcements", "لقاء المعلمات"),
        ("هند", "/profile", "people.reach", "manners.unit", "manners.drop"),
        ("هند", "/profile", "people.reach", "سلمى"),
        ("هند", "/profile", "people.reach", "نورة"),
        ("هند", "/profile", "people.invites"),
        ("نورة", "/teams", "مجتمع الرياضيات", "teams.lead", "teams.members", "سلمى"),
        ("نورة", "/teams", "مجتمع الرياضيات", "teams.lead", "teams.members", "سلمى", "teams.hand"),
        ("نورة", "/teams", "مجتمع الرياضيات", "teams.lead", "teams.members", "جود", "teams.remove"),
        ("نورة", "/teams", "مجتمع الرياضيات", "teams.lead", "teams.close"),
        ("أمل", "/search مجتمع الرياضيات", "teams.found", "teams.page", "teams.leads"),
        ("أمل", "/search مجتمع الرياضيات", "teams.found", "teams.page", "teams.leads", "هدى"),
        ("ريم", "/teams", "مجتمع الرياضيات"),
        ("منى", "/teams", "teams.find", "مجتمع الرياضيات"),
        ("سلمى", "/practices", "practices.mine", "بطاقات المسائل"),
        ("هدى", "/practices", "practices.mine", "ركن الكتب"),
        ("نورة", "/practices", "practices.team", "لوحة الأخطاء"),
    ):  # fmt: skip
        await story[person].says(command)
        for each in way:
            await (hands.press(story[person], each) if "." in each else story[person].taps(each))
    await story.writes("رسالة إلى الجميع", file=True)
    async with story.town.app.database.transaction() as tx:
        await tx.run(
            "UPDATE profiles SET consent_version = '2025-01-01' WHERE person_id = ?",
            await story.town.person_id(story["إدريس"]),
        )
    await story["إدريس"].says("/start")
    await story["منى"].says(f"/start {story.links['مجتمع الرياضيات']}")


async def part(story: Story) -> None:
    """A team ends, and somebody takes her leave for good."""
    hands = story.hands
    await hands.goes(story["نورة"], "/teams")
    await story["نورة"].taps("فريق الخط")
    for route in ("teams.lead", "teams.close", "teams.closed"):
        await hands.press(story["نورة"], route)
    ghada = story.people.pop("غادة")
    await hands.goes(ghada, "/profile", "people.settings", "people.delete", "people.deleted")


async def look_around(story: Story) -> None:
    for name in ("نورة", "أمل", "هند", "سلمى", "ريم", "هدى", "زينب", "كريم"):
        await story.hands.looks_around(
            story[name], "/start", "/menu", "/profile", "/teams", "/meetings", "/practices",
            "/announcements", "/quiet", "/privacy", "/search القراءة", "/search نورة", "/help",
            "/search مجتمع", "/search الندى", "/search القراه", "/language",
        )  # fmt: skip


async def trouble(story: Story) -> None:
    """An update that nobody can read, and a flood."""
    town, wafa = story.town, story["وفاء"]
    town.expects_trouble = True
    await town.simulator.push_raw({"message": {"chat": {"id": wafa.id}}})
    await town.settles()
    gate = town.app.dispatcher._flood
    town.app.dispatcher._flood = type(gate)()
    for number in range(50):
        await town.simulator.send_text(wafa.id, f"رسالة {number}")
    await town.settles()
    town.app.dispatcher._flood = gate


async def break_off(story: Story) -> None:
    """The last moments: an announcement is on its way, the platform wants a pause, nothing that
    falls due is done any more, then nothing that comes in is handled."""
    town, hands = story.town, story.hands
    amal, wafa, noura, jude = (story[name] for name in ("أمل", "وفاء", "نورة", "جود"))
    await story["سعد"].blocks()
    await trouble(story)
    await wafa.says(f"/start {story.links['مجتمع الرياضيات']}")
    await hands.goes(jude, "/quiet", "manners.from", "manners.until")
    await hands.goes(jude, "/profile", "people.settings", ("people.edit", ("timezone",)))
    await hands.goes(noura, "/teams")
    await noura.taps("فريق النشاط")
    for route in ("teams.lead", "teams.close"):
        await hands.press(noura, route)
    await hands.goes(amal, "/announcements", "announce.mine")
    await amal.taps("رسالة إلى الجميع")
    rules = town.simulator.faults.rules
    lost = FaultRule("*", "reset_after", chat=story["ريم"].id)
    rules += [lost, FaultRule("sendDocument", "429", times=None, skip=6, retry_after=600)]
    await amal.taps("إرسال الآن")
    await hands.agrees(amal, "announce.sent")
    await town.app.ticker.stop()
    await hands.word(jude, "o1")
    await hands.press(jude, "manners.quiet")
    await hands.press(noura, "teams.closed")
    await hands.press(wafa, "teams.enter")
    await town.app.dispatcher.stop()
    newcomer = story.people["بدر"] = town.person("بدر")
    sent = [
        town.simulator.send_text(number, text)
        for number, text in (
            (story["هدى"].id, "/meetings"), (story["كريم"].id, "/teams"),
            (story["منى"].id, "النشر للجميع؟"), (newcomer.id, "/start"),
        )
    ]  # fmt: skip
    for each in sent:
        await each
    await town.simulator.confirmed()
    now = int(town.clock.now().timestamp() * 1000)
    async with town.app.database.transaction() as tx:
        # What a kill in the midst of two requests leaves.
        await tx.run(
            "UPDATE outbox SET state = 'sending', claimed_by = 'killed', lease_until = ?"
            " WHERE id IN (SELECT min(id) FROM outbox WHERE state = 'queued' GROUP BY kind)",
            now + 60_000,
        )
        # What migration 0015 set.
        await tx.run(
            "INSERT INTO due (job, topic, slot, anchor_at, offset_seconds, due_at, payload, state)"
            " VALUES ('people.index_anew', 'search:anew', 'texts', ?, 0, ?, ?, 'waiting')",
            now,
            now,
            '{"after":0}',
        )


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_make(town: Town, request: pytest.FixtureRequest) -> None:
    story = Story(town)
    table = town.settings.data_dir / "units.csv"
    await asyncio.to_thread(table.write_text, UNITS)
    found = await bulk.check_list(town.settings, ImportKind.UNITS, table, None, print)
    await bulk.add_list(town.settings, found.id, print)
    await settle_people(story)
    await work_together(story)
    await plan_ahead(story)
    await town.moves(to=MORNING + timedelta(hours=22, minutes=5))
    await town.moves(to=MORNING + timedelta(days=1))
    await announce(story)
    await part(story)
    await look_around(story)
    await look_closer(story)
    await leave_forms(story)
    await break_off(story)
    await store(story)

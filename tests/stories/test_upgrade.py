"""An installation of a former version is taken over: nothing is lost, and what was under way goes
on. Its forms and its delivered buttons have stories of their own beside this one."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.features import derived, due_work
from bot.simulator import SimMessage
from bot.storage.backup import restore
from bot.storage.secret_codes import digest_of
from tests.reading import readable
from tests.town import MORNING, Phone
from tests.upgraded import Counts, Upgraded, count_rows, former_names, stored

TO_ALL, OF_WEEK = "رسالة إلى الجميع", "برنامج الأسبوع"
EVERYBODY = {
    "أمينة", "هند", "نورة", "سلمى", "هدى", "ريم", "لمى", "منى", "جود", "فهد", "سعد", "وفاء",
}  # fmt: skip
"""Whom the supervisor's department holds, apart from herself."""
BLOCKED = "سعد"
GOES_AWAY = set[str]()
"""Tables from which a migration since then takes rows, each with a note in the change log."""


def told(phone: Phone, title: str) -> list[SimMessage]:
    """The announcements of this title in a chat; not what its author sees of it."""
    shown = [(m, readable(m.shown_text)) for m in phone.messages() if m.from_bot]
    return [m for m, text in shown if f"📣 {title}" in text and "من أمل، مشرفة تربوية" in text]


def test_migrating_loses_no_row(former_counts: dict[str, Counts], former_sqlite: object,
                                former_postgresql: object) -> None:  # fmt: skip
    for dialect, counts in former_counts.items():
        kept = {name: counts.after.get(name, 0) for name in counts.before}
        lost = {name for name, number in counts.before.items() if kept[name] < number}
        assert lost <= GOES_AWAY, dialect


async def test_running_on_it_loses_no_row(
    upgraded: Upgraded, former_counts: dict[str, Counts]
) -> None:
    before = former_counts[upgraded.town.app.database.dialect].after
    now = count_rows(str(upgraded.town.settings.database_url))
    assert {name: number for name, number in before.items() if now[name] < number} == {}
    async with upgraded.town.app.database.reading() as tx:
        wrong = {table.table: await table.count_wrong(tx) for table in derived()}
    assert set(wrong.values()) == {0}, "kept along with others, and no longer agrees"


def test_a_backup_of_the_former_version_is_restored(
    former_counts: dict[str, Counts], former_sqlite: object, tmp_path: Path
) -> None:
    copy, url = tmp_path / "copy", f"sqlite+aiosqlite:///{tmp_path / 'halqa.sqlite3'}"
    copy.write_bytes(stored("sqlite.sqlite3.gz"))
    restore(url, copy, MORNING)
    assert count_rows(url) == former_counts["sqlite"].after


async def test_what_waited_is_answered(upgraded: Upgraded) -> None:
    # Written while the former bot was no longer there.
    upgraded["هدى"].sees("قراءة في النتائج", "لقاء الشهر")
    upgraded["كريم"].sees("Vous faites partie de 1 équipe")
    upgraded["منى"].sees("خريطة المفاهيم")
    upgraded["بدر"].sees("أهلًا بك في «حلقة»")
    # Done, but the answer had not left.
    upgraded["جود"].sees("من 7:00 مساءً إلى 5:00 صباحًا", "توقيت الدار البيضاء")
    upgraded["نورة"].sees("أُغلق الفريق", "انضمت وفاء إلى مجتمع الرياضيات")
    # Fallen due: a team has ended, and somebody has joined another.
    upgraded["سلمى"].sees("انتهى عمل فريق النشاط، فلن يُعقد هذا الاجتماع")
    upgraded["وفاء"].sees("أهلًا بك في مجتمع الرياضيات!", "تدعوك نورة إلى اجتماع")
    states = Counter(await upgraded.column("SELECT state FROM updates"))
    assert (states["waiting"], states["set_aside"]) == (0, 1)
    assert states["skipped"] > 0
    assert await upgraded.column("SELECT id FROM outbox WHERE state IN ('queued', 'sending')") == []


async def test_what_the_platform_repeats_is_known(upgraded: Upgraded) -> None:
    """It never heard that the former bot had stored these."""
    town = upgraded.town
    number = await upgraded.value("SELECT count(*) FROM updates")
    for body in await upgraded.column(
        "SELECT body FROM updates WHERE state = 'done' AND body <> '' ORDER BY id DESC LIMIT 5"
    ):
        town.look()
        await town.simulator.push_raw(json.loads(body))
        await town.settles()
        assert [phone.news() for phone in town.phones.values() if phone.news()] == []
    assert await upgraded.value("SELECT count(*) FROM updates") == number


async def test_all_that_is_due_has_somebody_to_do_it(upgraded: Upgraded) -> None:
    kept = set(await upgraded.column("SELECT job FROM due WHERE job NOT LIKE 'repeat:%'"))
    former = set(former_names()["jobs"])
    assert former <= kept, "the stored version leaves one out"
    # What has happened is dealt out to its listeners by now: `event:slice`.
    assert {job.rpartition(":")[0] for job in kept - former} <= former
    assert kept <= set(due_work().jobs)
    assert await upgraded.column("SELECT job FROM due WHERE state = 'failed'") == []


async def test_an_announcement_on_its_way_arrives_once(upgraded: Upgraded) -> None:
    town, amal = upgraded.town, upgraded["أمل"]
    reached = {name: len(told(upgraded[name], TO_ALL)) for name in EVERYBODY}
    states = Counter(
        await upgraded.column("SELECT state FROM outbox WHERE topic = 'announcement:5'")
    )
    assert states == {"sent": 9, "unknown": 2, "unreachable": 1}
    # Of two nobody knows whether it arrived: one did, and one was cut off before.
    assert Counter(reached.values()) == {1: 10, 0: 2}
    assert reached[BLOCKED] == 0
    await town.moves_to_next()
    await town.moves(to=datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    shown = [readable(m.shown_text) for m in amal.messages()]
    assert any(TO_ALL in text and "أُرسل الإعلان إلى 9 أشخاص" in text for text in shown)
    await upgraded.hands.goes(amal, "/announcements", "announce.mine")
    await amal.taps(TO_ALL)
    amal.sees("وصل: 9", "ربما لم يصل: 2", "تعذّر الوصول: 1")
    await upgraded.hands.press(amal, "announce.again", 5)
    await upgraded.hands.press(amal, "announce.resent")
    again = {name: len(told(upgraded[name], TO_ALL)) for name in EVERYBODY}
    assert sum(again.values()) == sum(reached.values()) + 2
    assert [name for name, number in again.items() if not number] == [BLOCKED]


REMINDED: dict[tuple[str, str], set[str]] = {
    ("23T17:00", "تحضير المعرض"): {"إدريس", "زينب", "كريم"},
    ("24T05:00", "لقاء الزيارات"): {"سلمى"},
    ("24T06:00", "لقاء الزيارات"): {"جود", "نورة", "هدى", "وفاء"},
    ("24T06:50", "لقاء الزيارات"): {"نورة"},
    ("24T15:00", "خطة الفصل"): {"فهد"},
    ("24T16:00", "تحضير المعرض"): {"إدريس", "زينب", "كريم"},
    ("24T16:50", "تحضير المعرض"): {"إدريس", "زينب"},
    ("25T10:00", "معرض الربيع"): {"إدريس", "زينب", "كريم"},
    ("25T14:00", "قراءة في النتائج"): {"جود", "نورة", "وفاء"},
    ("25T14:00", "خطة الفصل"): {"فهد"},
    ("25T14:50", "خطة الفصل"): {"فهد"},
}
"""When (UTC, November 2026) which meeting is recalled to whom: a day, an hour, ten minutes before.
One has a morning card, one is blocked, two will not come to the last one, and ten minutes before it
concerns who has not declined and may be on the way."""


async def test_reminders_and_what_is_scheduled_come_at_their_time(upgraded: Upgraded) -> None:
    town = upgraded.town
    end = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    reminded, arrived = dict[tuple[str, str], set[str]](), dict[str, datetime]()
    titles = {title for _, title in REMINDED}
    while (due := await town.app.next_event()) and due < end:
        await town.moves(to=due)
        for name in upgraded.numbers:
            for shown in upgraded[name].news():
                for title in titles:
                    if title in shown:
                        reminded.setdefault((f"{due:%dT%H:%M}", title), set()).add(name)
                if f"📣 {OF_WEEK}" in shown and name != "أمل":
                    assert name not in arrived
                    arrived[name] = due
    assert reminded == REMINDED
    assert set(arrived) == EVERYBODY - {BLOCKED}
    assert set(arrived.values()) == {datetime(2026, 11, 24, 7, 0, tzinfo=UTC)}


EVIDENCE = (
    ("هدى", "practices.ours", "بطاقات المسائل", ("photo", "document", "")),
    ("سلمى", "practices.mine", "لوحة الأخطاء", ("voice",)),
    ("هدى", "practices.mine", "ركن الكتب", ("video",)),
    ("كريم", "practices.ours", "تجربة الضوء", ("audio",)),
    ("سلمى", "practices.ours", "حروف من طين", ("photo",)),
)


async def test_evidence_and_attachments_open(upgraded: Upgraded) -> None:
    hands, files = upgraded.hands, {f["file_id"]: f["kind"] for f in upgraded.kept["files"]}
    for name, way, title, kinds in EVIDENCE:
        phone = upgraded[name]
        number = await upgraded.value("SELECT id FROM practices WHERE title = ?", title)
        for position, kind in enumerate(kinds):
            await hands.goes(phone, "/practices", way)
            await hands.press(phone, "practices.open", number)
            await hands.press(phone, "practices.piece", number, position)
            media = phone.last().media
            assert (files[media.file_id] if media else "") == kind, f"{title}: {position}"
            if not kind:
                phone.sees("ملاحظة من الزميلة الزائرة")
    await hands.goes(upgraded["سلمى"], "/announcements", ("announce.page", ("1",)), "announce.file")
    assert upgraded["سلمى"].last().media


async def test_links_open_the_way_they_did(upgraded: Upgraded) -> None:
    hands, links = upgraded.hands, upgraded.kept["links"]
    teacher = upgraded.town.person("أسماء", number=5001)
    await hands.goes(teacher, f"/start {links['ليلى']}", "people.join")
    await hands.fills(teacher, ".o0", "أسماء", ".o0", ".o0")
    teacher.sees("مدرسة الندى")
    await hands.goes(teacher, f"/start {links['مجتمع الرياضيات']}", "teams.enter")
    teacher.sees("أهلًا بك في مجتمع الرياضيات!")
    await teacher.says(f"/start {links['فريق الخط']}")
    teacher.sees("أنهى هذا الفريق عمله")
    upgraded.town.look()
    other = upgraded.town.person("نهى", number=5002)
    # Nothing in the database tells a code of before any more; what was stored does.
    digests = await upgraded.column("SELECT digest FROM invitations WHERE state = 'used'")
    before = stored("sqlite.sqlite3.gz") + stored("postgresql.sql.gz")
    codes = {code.decode() for code in re.findall(rb"(?=(i[\w-]{12}))", before)}
    used = [code for code in codes - {links["ليلى"]} if digest_of(code) in digests]
    await other.says(f"/start {used[0]}")
    other.sees("استُعملت")

"""Forms that were half filled in a former version go on where they stood, and come to their end."""

from typing import Any

from bot.chat.conversation import conversations
from bot.chat.seal import Seal
from tests.data.upgrade.hands import FORM, KEY
from tests.reading import readable
from tests.town import Phone
from tests.upgraded import Button, Upgraded, former_names

# Whose, which, what is answered (`.word` is pressed, anything else is typed), and what is seen.
# The one that was being filled in comes first, as it stands on the phone.
# Files of before are asked about first: go on, and nobody is to be recognised.
ASKED = ".o0", ".o0"
ENDS: list[tuple[str, str, tuple[str, ...], str]] = [
    ("سلمى", "practices.share", (".o0", ".send", *ASKED, ".o0", ".send"),
     "نُشرت ممارستك «ساعة القراءة»"),
    ("سلمى", "practices.search", ("بطاقات",), "بطاقات المسائل"),
    ("سلمى", "practices.edit", ("صار 70", ".send", *ASKED, ".o0", ".send"),
     "بطاقات المسائل اللفظية"),
    ("سلمى", "meetings.why", ("عندي دورة",), "يصل سبب اعتذارك"),
    ("سلمى", "people.subject", (".o1",), "حُفظ"),
    ("هدى", "people.calendar", (".o1",), "حُفظ"),
    ("هدى", "people.numerals", (".o1",), "حُفظ"),
    ("هدى", "people.stage", (".o1",), "حُفظ"),
    ("هدى", "people.gender", (".o2",), "حُفظ"),
    ("هدى", "people.language", (".o1",), "Saved"),
    ("منى", "practices.share", (".send",), "نُشرت ممارستك «خريطة المفاهيم»"),
    ("منى", "teams.search", ("الرياضيات",), "مجتمع الرياضيات"),
    ("منى", "teams.ask", ("أود المشاركة",), "وصل طلبك"),
    ("نورة", "meetings.new", ("الأحد القادم الساعة 12 ظهرًا", ".o0", ".o2", "القاعة", ".send"),
     "لقاء التخطيط"),
    ("نورة", "practices.hide", (".send",), "أُخفيت"),
    ("نورة", "teams.card", (".o0",), "حُفظ"),
    ("نورة", "teams.decline", (".o0",), "سبب"),
    ("نورة", "teams.edit", (".send",), "هدف جديد نتفق عليه"),
    ("زينب", "meetings.move", (".o0", ".send"), "27 نونبر"),
    ("زينب", "meetings.place", (".send",), "قاعة المختبر"),
    ("زينب", "meetings.cancel", (".send",), "أُلغي"),
    ("زينب", "teams.create", ("الطلاقة", "هدف", ".o0", ".o0", ".o0", ".send"), "نادي القراءة"),
    ("فهد", "meetings.new", (".send",), "لقاء المدير"),
    ("أمل", "announce.new", (".send", *ASKED), "نزور فصول المدرسة"),
    ("أمل", "announce.later", ("الأربعاء القادم الساعة 10 صباحًا", ".send"), "موعد الإرسال"),
    ("أمل", "manners.add", ("الخميس 17 ديسمبر", ".send"), "اختبارات الفصل"),
    ("أمل", "people.invite", (".o0", ".o1"), "الرابط جاهز"),
    ("هند", "manners.file", (".o0",), "إجازة منتصف العام"),
    ("هند", "teams.colleague", ("سلمى",), "سلمى"),
    ("هند", "announce.new", ("نلتقي غدًا بعد الدوام", ".skip"), "نلتقي غدًا"),
    ("هند", "people.invite", (".o0",), "الرابط جاهز"),
    ("ريم", "people.name", ("نوره السالم",), "نوره السالم"),
    ("ريم", "people.hijri_shift", (".o0",), "حُفظ"),
    ("ريم", "people.timezone", (".o1",), "حُفظ"),
    ("ريم", "people.country", (".o1",), "حُفظ"),
    ("ريم", "people.unit", ("الأمل", ".o0"), "مدرسة الأمل"),
    ("ليلى", "people.register", (".o0", ".o0"), "أهلًا"),
    ("يوسف", "people.register", ("يوسف", ".o1", "الأطلس", ".o0", ".o0"), "وصل طلب انتسابك"),
    ("عمر", "people.register", (".send",), "وصل طلب انتسابك"),
]  # fmt: skip
ASKED_ANEW = {"meetings.new", "manners.add", "announce.later", "people.unit"}
"""Where a doubt was being settled, the question itself is asked again, as for everybody who goes on
with a form that has waited."""
REWORDED = {
    # What is asked only of some is no step of its own any more.
    "إعلان جديد (6 من 7)": "إعلان جديد (3 من 4)",
    "إعلان جديد (5 من 6)": "إعلان جديد (3 من 4)",
    "المرفق: شاهد واحد": "المرفق: ملف واحد",
    "هل تودّين كتابة كلمة لقيادة الفريق؟ مثلًا ما تودّين أن تضيفيه.": (
        "هل ترغبين في إرفاق رسالة قصيرة إلى قيادة الفريق؟"
    ),
    "ما مسؤولية هذا العضو؟ اختاري أو اكتبي، وزر «تخطٍّ» يترك البطاقة فارغة.": (
        "ما المهمة المسندة؟ اختاري أو اكتبي، وتخطّي السؤال يترك البطاقة فارغة."
    ),
    "على أي توقيت أذكر المواعيد؟": "بتوقيت أي مدينة أكتب لك المواعيد؟",
    "مصطلحات أي بلد أستعمل؟": "ما بلدك؟ سأستعمل مصطلحات مدارسه.",
    "ما دورهم هناك؟": "بأي دور؟",
    "وسيصل كما هو إلى صاحب الطلب": "وسيصل كما هو مع الرد",
    "رقم قبل وبعد يقول الكثير.": "رقم قبل التجربة وآخر بعدها خير دليل.",
}
"""What is called otherwise since."""


def paragraphs_of(text: str) -> list[str]:
    shown = readable(text)
    for former, words in REWORDED.items():
        shown = shown.replace(former, words)
    return [part for part in shown.split("\n\n") if part]


async def form_buttons(upgraded: Upgraded, phone: Phone, form_id: str) -> list[Button]:
    """The buttons of one form, those of its last question first."""
    steps = await upgraded.steps(phone)
    own = [each for each in steps if each[2][0] == FORM and each[2][1][0] == form_id]
    return sorted(own, key=lambda each: -int(each[2][1][1]))


async def go_on(upgraded: Upgraded, phone: Phone, kept: dict[str, Any]) -> None:
    """Go on with a form that waits, by the button that offers it; one of its own acts at once."""
    for message, data, (_, args) in await form_buttons(upgraded, phone, kept["id"]):
        if args[2] == "resume":
            return await phone.presses(message, data)
    person = await upgraded.town.person_id(phone)
    data = Seal(KEY).close(person, FORM, (kept["id"], "0", "resume"))
    phone.look()
    await upgraded.town.simulator.press(phone.id, phone.last().message_id, data, forged=True)
    return await upgraded.town.settles()


async def fill(upgraded: Upgraded, phone: Phone, kept: dict[str, Any], given: str) -> None:
    if not given.startswith("."):
        return await phone.says(given)
    for message, data, (_, args) in await form_buttons(upgraded, phone, kept["id"]):
        if args[2] == given[1:]:
            return await phone.presses(message, data)
    raise AssertionError(f"{kept['form']} has no button {given}:\n{phone.transcript()[-1500:]}")


async def states_of(upgraded: Upgraded, phone: Phone) -> dict[str, dict[str, Any]]:
    """The half-filled forms of one phone as they are saved, by id."""
    person = await upgraded.town.person_id(phone)
    rows = await upgraded.town.rows(conversations)
    own = await upgraded.column("SELECT id FROM addresses WHERE person_id = ?", person)
    return {state["id"]: state for row in rows if row.address_id in own for state in row.forms}


async def test_every_half_filled_form_is_there_with_its_answers(upgraded: Upgraded) -> None:
    forms = upgraded.kept["forms"]
    assert {kept["form"] for kept in forms} == set(former_names()["forms"]), "one is left out"
    for kept in forms:
        state = (await states_of(upgraded, upgraded.town.phones[kept["phone"]]))[kept["id"]]
        assert (state["form"], state["at"]) == (kept["form"], kept["at"])
        assert state["answers"] == kept["answers"]


async def test_every_half_filled_form_goes_on_to_its_end(upgraded: Upgraded) -> None:
    assert {(f["name"], f["form"]) for f in upgraded.kept["forms"]} == {end[:2] for end in ENDS}
    for name, form, given, seen in ENDS:
        phone = upgraded[name]
        (kept,) = (f for f in upgraded.kept["forms"] if (f["name"], f["form"]) == (name, form))
        if (await states_of(upgraded, phone))[kept["id"]]["paused"]:
            await go_on(upgraded, phone, kept)
            shown = readable("\n".join(phone.news()))
            missing = [part for part in paragraphs_of(kept["text"]) if part not in shown]
            assert form in ASKED_ANEW or not missing, f"{name} {form}: {missing} not in {shown}"
        for each in given:
            await fill(upgraded, phone, kept, each)
        phone.sees(seen)
        assert kept["id"] not in await states_of(upgraded, phone), f"{form} has not ended"
    assert await upgraded.set_aside() == 1

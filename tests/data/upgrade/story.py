"""What people of the installation do again and again, each thing as they do it on their phones."""

import re

from tests.data.upgrade.hands import Hands
from tests.town import Phone, Town

ADDRESS = {"f": ".o0", "m": ".o1", "neutral": ".o2"}
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 60
PDF = b"%PDF-1.4 evidence"
GOALS = "رفع مستوى القراءة\nتبادل الزيارات"
TEXT = "نلتقي يوم الخميس في قاعة المدرسة إن شاء الله."


def code_of(phone: Phone) -> str:
    """What the link on the newest message carries."""
    found = re.search(r"start=([\w-]+)", phone.last().shown_text)
    assert found, phone.last().shown_text
    return found[1]


class Story:
    """What has happened in this installation, from the first unit to the moment of the upgrade."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.hands = Hands(town)
        self.people = dict[str, Phone]()
        self.links = dict[str, str]()
        """Team → the code of its link."""

    def __getitem__(self, name: str) -> Phone:
        return self.people[name]

    async def registers(
        self, name: str, unit: str, gender: str = "f", *, number: int | None = None, start: str = ""
    ) -> Phone:
        phone = self.people[name] = self.town.person(name, number=number)
        await phone.says(f"/start {start}".strip())
        await self.hands.press(phone, "people.join")
        await self.hands.fills(phone, ".o0", ADDRESS[gender], name)
        if unit:
            await self.hands.fills(phone, unit, ".o0")
        await phone.taps("الرياضيات")
        await phone.taps("الابتدائي")
        await self.hands.word(phone, "send")
        return phone

    async def invites(self, by: Phone, unit: str, role: str, days: str = "أسبوع") -> str:
        """The code of a link by which somebody takes a role."""
        await self.hands.goes(by, "/profile", "people.invite")
        if unit:
            await self.hands.fills(by, unit, ".o0")
        await by.taps(role)
        await self.hands.word(by, "o1")
        return code_of(by)

    async def appoints(self, name: str, unit: str, role: str) -> None:
        code = await self.invites(self["أمينة"], unit, role)
        await self[name].says(f"/start {code}")
        await self.hands.press(self[name], "people.accept")

    async def found_team(self, lead: str, name: str, theme: str) -> None:
        """A team at the unit of its lead."""
        await self.hands.goes(self[lead], "/teams", "teams.create")
        await self.hands.fills(self[lead], name, theme, GOALS, ".o0", ".o0", ".o1", ".send")
        await self.hands.press(self[lead], "teams.lead")
        await self.hands.press(self[lead], "teams.invite")
        self.links[name] = code_of(self[lead])

    async def joins(self, name: str, team: str) -> None:
        await self[name].says(f"/start {self.links[team]}")
        await self.hands.press(self[name], "teams.enter")

    async def asks(self, name: str, team: str, word: str) -> None:
        await self[name].says("/teams")
        await self.hands.press(self[name], "teams.find")
        await self[name].taps(team)
        await self.hands.press(self[name], "teams.ask")
        await self[name].says(word)

    async def shares(self, name: str, title: str, whom: str, *files: str) -> None:
        await self[name].says("/share")
        if whom:
            await self[name].taps(whom)
        await self.hands.fills(
            self[name], title, "تتعثر الطالبات في قراءة الكلمات الطويلة",
            "قسمنا الفصل إلى مجموعات صغيرة تقرأ كل منها فقرة", "ارتفعت الطلاقة من 40 إلى 65 كلمة",
        )  # fmt: skip
        for kind in files:
            if kind == "text":
                await self[name].says("ملاحظة من الزميلة الزائرة")
            elif kind == "photo":
                await self[name].sends("photo", JPEG, caption="سبورة الحصة")
            else:
                await self[name].sends(kind, PDF, name=f"{title}.pdf")
        await self.hands.word(self[name], "o0" if files else "skip")
        await self.hands.word(self[name], "send")

    async def meets(self, lead: str, team: str, title: str, when: str) -> None:
        await self[lead].says("/teams")
        await self[lead].taps(team)
        await self.hands.press(self[lead], "meetings.new")
        await self.hands.fills(self[lead], title, "نتفق على خطوة", "عرض النتائج\nخطوة واحدة", when)
        await self.hands.fills(self[lead], ".o2", "غرفة المصادر https://meet.example.org/abc")
        await self.hands.word(self[lead], "send")

    async def writes(
        self, title: str, *, unit: str = "", file: bool = False, text: str = TEXT
    ) -> None:
        """An announcement of the supervisor, as far as its preview."""
        amal = self["أمل"]
        await self.hands.goes(amal, "/announcements", "announce.new")
        await self.hands.fills(amal, *([unit, ".o0"] if unit else [".o0"]), ".o0", ".o0", ".o0")
        await self.hands.fills(amal, title, text)
        if file:
            await amal.sends("document", PDF, name="برنامج اللقاء.pdf")
        else:
            await self.hands.word(amal, "skip")
        await self.hands.word(amal, "send")

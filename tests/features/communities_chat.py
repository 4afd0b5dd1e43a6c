"""What people do in the chat to found teams, ask for them and share their links."""

import pytest

from bot.packs.roles import Role
from bot.simulator import SimMessage
from tests.features.people_school import School
from tests.town import Phone, Town


@pytest.fixture
async def lead(town: Town, school: School) -> Phone:
    """Maryam, a lead teacher at Al-Nada."""
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await school.appoints(maryam, Role.LEAD, school.nada)
    return maryam


async def founds(phone: Phone, name: str = "حلقة الرياضيات") -> None:
    """Found a team from the menu."""
    await phone.says("فرقي")
    await phone.taps("تأسيس فريق")
    await phone.says(name)
    await phone.says("ضعف حل المسائل اللفظية عند الطالبات")
    await phone.says("1. تحليل أخطاء الطالبات\n• تبادل زيارات صفية")
    await phone.taps("اعتماد هذه القواعد")
    await phone.taps("بحث إجرائي")
    await phone.taps("حضوريًا وعن بُعد")
    await phone.taps("تأسيس الفريق")


async def asks(phone: Phone, team: str = "حلقة الرياضيات", word: str = "") -> None:
    await phone.says("فرقي")
    await phone.taps("استعراض الفرق")
    await phone.taps(team)
    await phone.taps("طلب الانضمام")
    if word:
        await phone.says(word)
    else:
        await phone.taps("تخطّي السؤال")


async def link_of(lead: Phone, team: str = "حلقة الرياضيات") -> str:
    await lead.says("فرقي")
    await lead.taps(team)
    await lead.taps("إدارة الفريق")
    await lead.taps("رابط الدعوة")
    return lead.link()


def button(message: SimMessage, label: str) -> str:
    """What the button with this label sends back."""
    return next(str(b["callback_data"]) for b in message.buttons() if label in b["text"])

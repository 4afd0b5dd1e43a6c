"""What somebody began and left is forgotten in time, and at once where they say so."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import tidying
from bot.chat.conversation import conversations
from bot.chat.intake.inbox import UpdateState, updates
from bot.chat.person import PersonState, addresses, people
from bot.core.settings import Settings
from tests.features.people_school import found_school
from tests.town import Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]

TERMS = Settings()
TIDIED = timedelta(hours=7)


async def _begins(town: Town, name: str) -> None:
    phone = town.person(name)
    await phone.says("/start")
    await phone.taps("السعودية")
    await phone.taps("المؤنث")
    await phone.says("خديجة الغريبة")


async def test_a_visitor_erases_the_form_that_they_began(town: Town) -> None:
    await found_school(town)
    await _begins(town, "خديجة")
    khadija = town.phones[1000]
    assert "الغريبة" in str([row.forms for row in await town.rows(conversations)])
    # What was handled is known again by its key, and keeps no word.
    assert {row.body for row in await town.rows(updates)} == {""}
    await khadija.says("/privacy")
    await khadija.taps("حذف بياناتي")
    khadija.sees("النموذج الذي بدأته")
    await khadija.taps("نعم، حذف كل شيء")
    khadija.sees("حُذفت بياناتك")
    assert [row.forms for row in await town.rows(conversations)] == [[]]
    assert [row.body for row in await town.rows(updates) if "الغريبة" in row.body] == []
    (row,) = await town.rows(people)
    assert row.state is PersonState.GONE
    await khadija.says("/start")
    khadija.sees("أهلًا بك في «حلقة»")
    assert len(await town.rows(people)) == 2


async def test_what_a_visitor_began_is_forgotten_after_a_month(town: Town) -> None:
    await found_school(town)
    await _begins(town, "خديجة")
    await town.moves(timedelta(days=TERMS.keep_visitor_forms_days, minutes=-5))
    assert "الغريبة" in str([row.forms for row in await town.rows(conversations)])
    await town.moves(TIDIED)
    assert [row.forms for row in await town.rows(conversations)] == [[]]
    khadija = town.phones[1000]
    await khadija.says("مرحبا")
    khadija.sees("أهلًا بك في «حلقة»")


async def test_who_never_registers_is_forgotten_after_a_year(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three came, and left: one begins anew shortly before, and stays for another year; one has
    registered. More than one transaction forgets go one after the other."""
    monkeypatch.setattr(tidying, "MOST", tidying.ROWS_OF_A_VISITOR)
    school = await found_school(town)
    huda = town.person("هدى")
    await school.registers(huda, "هدى", "الندى", "f")
    visitors = [town.person(name) for name in ("خديجة", "عابرة", "زائرة")]
    for phone in visitors:
        await phone.says("/start")
    await town.moves(timedelta(days=TERMS.keep_visitors_days - 1))
    _, _, back = visitors
    await back.says("/start")
    await back.taps("السعودية")
    await town.moves(timedelta(days=1))
    await town.moves(TIDIED)
    for _ in range(3):
        await town.moves(timedelta(seconds=1))
    states = [row.state for row in await town.rows(people)]
    assert sorted(states) == ["gone", "gone", "member", "visitor"]
    (left, *_) = [row for row in await town.rows(addresses) if row.external.startswith("gone")]
    assert left.external == f"gone-{left.id}"
    # Whoever comes back begins as somebody new.
    await visitors[0].says("مرحبا")
    visitors[0].sees("أهلًا بك في «حلقة»")
    assert len(await town.rows(people)) == 5
    await back.taps("المؤنث")
    back.sees("اسمك")


async def test_a_form_of_a_member_waits_for_half_a_year(town: Town) -> None:
    school = await found_school(town)
    huda = town.person("هدى")
    await school.registers(huda, "هدى", "الندى", "f")
    await huda.says("/profile")
    await huda.taps("الإعدادات")
    await huda.taps("الاسم")
    for days, begun in (
        (TERMS.keep_visitor_forms_days, True),
        (TERMS.keep_begun_forms_days, False),
    ):
        await town.moves(timedelta(days=days))
        await town.moves(TIDIED)
        (own,) = await town.rows(conversations)
        assert bool(own.forms) is begun


async def test_what_could_not_be_handled_is_kept_for_a_month(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("كلام يخصني وحدي")
    async with town.app.database.transaction() as tx:
        await tx.execute(update(updates).values(state=UpdateState.SET_ASIDE))
    town.expects_trouble = True
    await town.moves(timedelta(days=TERMS.keep_set_aside_days, minutes=-5))
    assert await town.rows(updates)
    await town.moves(TIDIED)
    assert await town.rows(updates) == []
    assert await town.rows(addresses)

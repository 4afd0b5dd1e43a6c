"""A picture of a circular is withdrawn, hidden and shown again: in the messages of its recipients
the words stay, with what they may still do."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery import copies as delivered_copies
from bot.delivery.files import Copy, note_copies
from bot.delivery.notice import NoticeRow
from bot.features.announcements.notices import SAID_ANEW
from bot.features.announcements.queries.notices import AnnouncementAnew
from bot.features.announcements.screens import announcements as announcement_screens
from bot.features.people.actions.files import conceal_unanswered, withdraw_file
from bot.features.people.actions.pictures import answer_for_picture
from bot.files.kinds import Consent
from bot.files.tables import copies, files
from bot.packs.roles import Role
from bot.simulator.chats import SimMessage
from tests.features.test_announcements import WORDS, Office, office
from tests.features.test_announcements_stopped import BELOW, supervisor
from tests.features.test_erased_authors import announces_with_photo, circular, is_blank
from tests.reading import readable
from tests.town import Phone

__all__ = ["office"]

WITHDRAWN = "📎 سُحب المرفق، ولن يُعرض بعد الآن على أحد."
MURJAN = "مدرسة المرجان"
HIDDEN = "📎 أُخفي المرفق حفظًا لخصوصية من يظهر فيه."


async def withdraws(office: Office) -> None:
    """As the head of the school does, who here has written it as well."""
    async with office.town.app.database.transaction() as tx:
        number = await tx.scalar(select(files.c.id))
        await withdraw_file(tx, office.people["أمل"], number)
    await office.town.settles()


async def conceals(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.NOT_ASKED, asked_at=tx.now))
        await conceal_unanswered(tx, office.people["أمل"].id)
    await office.town.settles()


async def shows_again(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        number = await tx.scalar(select(files.c.id))
        await answer_for_picture(tx, office.people["أمل"], number, Consent.GUARDIANS)
    await office.town.settles()


def words_of(phone: Phone) -> str:
    return readable(circular(phone).shown_text)


def labels(message: SimMessage) -> list[str]:
    return [button["text"].strip("\u200f") for row in message.keyboard or [] for button in row]


async def test_a_withdrawn_picture_leaves_the_words_and_the_button(office: Office) -> None:
    await announces_with_photo(office)
    await office.maryam.taps("✅ اطّلعت")
    await withdraws(office)
    for phone in (office.huda, office.maryam):
        assert is_blank(circular(phone))
        assert WORDS in words_of(phone)
        assert WITHDRAWN in words_of(phone)
    assert "✅ اطّلعت على هذا الإعلان." in words_of(office.maryam)
    await office.huda.taps("✅ اطّلعت")
    assert "✅ اطّلعت على هذا الإعلان." in words_of(office.huda)
    assert WORDS in words_of(office.huda)
    # Whoever wrote it is not asked to confirm it.
    shown = [each for each in office.amal.messages() if each.media and each.from_bot]
    assert all(is_blank(message) for message in shown)
    assert not any("✅ اطّلعت" in labels(message) for message in shown)
    assert await office.town.rows(copies) == []


async def test_a_hidden_picture_comes_back_beside_its_words(office: Office) -> None:
    await announces_with_photo(office)
    picture = circular(office.huda).media
    await office.maryam.taps("✅ اطّلعت")
    await conceals(office)
    for phone in (office.huda, office.maryam):
        assert is_blank(circular(phone))
        assert WORDS in words_of(phone)
        assert HIDDEN in words_of(phone)
    await shows_again(office)
    for phone in (office.huda, office.maryam):
        assert circular(phone).media == picture
        assert WORDS in words_of(phone)
        assert HIDDEN not in words_of(phone)
    assert "✅ اطّلعت على هذا الإعلان." in words_of(office.maryam)
    assert {row.hidden for row in await office.town.rows(copies)} == {0}
    await office.huda.taps("✅ اطّلعت")
    assert "✅ اطّلعت على هذا الإعلان." in words_of(office.huda)


async def test_what_is_noted_afterwards_loses_it_within_a_minute(office: Office) -> None:
    await announces_with_photo(office)
    town = office.town
    huda = circular(office.huda)
    (noted,) = [row for row in await town.rows(copies) if row.message == str(huda.message_id)]
    async with town.app.database.transaction() as tx:
        await tx.execute(copies.delete().where(copies.c.message == noted.message))
    await withdraws(office)
    assert not is_blank(circular(office.huda))
    async with town.app.database.transaction() as tx:
        await note_copies(tx, [Copy(noted.address_id, noted.message, noted.file_id)])
    await town.moves(timedelta(minutes=1))
    assert is_blank(circular(office.huda))
    assert WORDS in words_of(office.huda)
    assert WITHDRAWN in words_of(office.huda)


async def test_however_many_have_it_the_words_stay_with_each(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivered_copies, "AT_ONCE", 1)
    await announces_with_photo(office)
    await withdraws(office)
    for phone in (office.huda, office.maryam):
        assert is_blank(circular(phone))
        assert WORDS in words_of(phone)


async def test_whoever_answers_for_the_pupils_alone_is_not_told_the_words(office: Office) -> None:
    """Maryam teaches at Al-Nada and speaks to another school, for whose circulars the principal of
    Al-Nada is none."""
    town, maryam, amal = office.town, office.maryam, office.amal
    await office.holds("مريم", Role.PRINCIPAL, MURJAN)
    reader = town.person("سارة")
    await office.department.person("سارة", MURJAN, number=reader.id)
    await reader.says("/menu")
    await announces_with_photo(office, maryam, MURJAN)
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("الصور والتسجيلات")
    await amal.taps("مريم: الصورة")
    await amal.taps("سحب الملف")
    await amal.taps("نعم")
    await town.settles()
    assert is_blank(circular(reader))
    assert WORDS in words_of(reader)
    seen = [readable(each.shown_text) for each in amal.messages() if each.from_bot]
    assert not any(WORDS in text or "تعميم مهم" in text for text in seen)
    (shown,) = [each for each in amal.messages() if each.media and each.from_bot]
    assert is_blank(shown)
    assert WITHDRAWN in readable(shown.shown_text)


async def opens_its_page(phone: Phone, *taps: str) -> int:
    """The whole of it as its author opens it, or whoever stands above them: which message."""
    await phone.says("/announcements")
    for label in (*taps, "تعميم مهم"):
        await phone.taps(label)
    if phone.offers("النص كاملًا"):
        await phone.taps("النص كاملًا")
    shown = [each for each in phone.messages() if "📣 تعميم مهم" in readable(each.shown_text)]
    return shown[-1].message_id


def page_of(phone: Phone, number: int) -> SimMessage:
    return next(each for each in phone.messages() if each.message_id == number)


async def test_an_open_page_of_it_says_the_same_as_all_and_leads_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcement_screens, "SHOWN_CHARACTERS", 5)
    amal, maryam, sara = office.amal, office.maryam, await supervisor(office)
    await announces_with_photo(office)
    picture = circular(office.huda).media
    pages = [
        (amal, await opens_its_page(amal, "إعلاناتي")),
        (sara, await opens_its_page(sara, BELOW)),
        (maryam, await opens_its_page(maryam)),
    ]
    assert all(page_of(*each).media == picture for each in pages)
    await conceals(office)
    for each in pages:
        assert is_blank(page_of(*each))
        assert HIDDEN in readable(page_of(*each).shown_text)
        assert WORDS in readable(page_of(*each).shown_text)
    await shows_again(office)
    assert all(page_of(*each).media == picture for each in pages)
    await withdraws(office)
    assert all(is_blank(page_of(*each)) for each in pages)
    own, above, received = [labels(page_of(*each)) for each in pages]
    assert own == above == ["رجوع"]
    assert sorted(received) == sorted(["✅ اطّلعت", "الإعلانات"])
    await sara.taps("رجوع")
    sara.sees("أُرسل")


async def test_a_picture_that_was_exchanged_meanwhile_is_neither_hidden_nor_deleted(
    office: Office,
) -> None:
    """Its author takes it out of a draft while the message that shows it is about to change."""
    async with office.town.app.database.transaction() as tx:
        amal, number = office.people["أمل"], await office.writes(tx)
        row = NoticeRow(1, amal, {"announcement": number, "file": 7}, (), tx.now)
        facts = (await SAID_ANEW.facts(tx, [row]))[1]
        assert isinstance(facts, AnnouncementAnew)
        text = readable(SAID_ANEW.draw(amal.voice, facts, tx.now).text)
    assert text == "📎 لم يعد هذا المرفق جزءًا من الإعلان."

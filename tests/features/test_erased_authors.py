"""An author is erased: what was sent keeps its words, and loses their file in every message."""

from datetime import timedelta

import pytest

from bot.delivery import copies as delivered_copies
from bot.delivery.files import Copy, note_copies
from bot.features import personal
from bot.features.announcements.models import announcements
from bot.features.people.actions.erasure import erase_person
from bot.features.people.notices.files import BLANK
from bot.files.tables import copies, files
from bot.simulator.chats import SimMessage
from tests.features.test_announcements import NADA, WORDS, Office, fills_in, office
from tests.features.test_leaving import deletes
from tests.reading import readable
from tests.town import Phone

__all__ = ["office"]

GONE = "📎 حُذف المرفق مع بيانات مُرسِله."
MINUTE = timedelta(minutes=1)


async def announces_with_photo(
    office: Office, author: Phone | None = None, unit: str = NADA
) -> None:
    author = author or office.amal
    await fills_in(author, unit)
    await author.sends("photo")
    await author.taps("لدينا موافقة مكتوبة")
    await author.taps("إرسال الآن")
    await office.town.moves(MINUTE)


def circular(phone: Phone) -> SimMessage:
    (found,) = [each for each in phone.messages() if "📣 تعميم مهم" in readable(each.shown_text)]
    return found


def is_blank(message: SimMessage) -> bool:
    return message.media is not None and message.media.data == BLANK.read_bytes()


async def test_a_circular_keeps_its_words_and_its_button_and_loses_its_picture(
    office: Office,
) -> None:
    await announces_with_photo(office)
    await office.maryam.taps("✅ اطّلعت")
    assert not is_blank(circular(office.huda))
    await deletes(office.amal)
    await office.town.settles()
    for phone in (office.huda, office.maryam):
        shown = circular(phone)
        assert is_blank(shown)
        assert WORDS in readable(shown.shown_text)
        assert GONE in readable(shown.shown_text)
    assert "✅ اطّلعت على هذا الإعلان." in readable(circular(office.maryam).shown_text)
    await office.huda.taps("✅ اطّلعت")
    office.huda.sees("✅ اطّلعت على هذا الإعلان.")
    await office.huda.says("/announcements")
    await office.huda.taps("تعميم مهم")
    office.huda.sees(WORDS)
    assert office.huda.last().media is None
    (row,) = await office.town.rows(announcements)
    assert (row.title, row.file) == ("تعميم مهم", None)


@pytest.mark.parametrize("after", [timedelta(), timedelta(minutes=5)])
async def test_a_message_that_was_under_way_loses_it_as_well(
    office: Office, after: timedelta
) -> None:
    await announces_with_photo(office)
    town = office.town
    huda = circular(office.huda)
    (noted,) = [row for row in await town.rows(copies) if row.message == str(huda.message_id)]
    async with town.app.database.transaction() as tx:
        await tx.execute(copies.delete().where(copies.c.message == noted.message))
        await erase_person(tx, office.people["أمل"], personal())
    await town.moves(after)
    assert not is_blank(circular(office.huda))
    async with town.app.database.transaction() as tx:
        await note_copies(tx, [Copy(noted.address_id, noted.message, noted.file_id)])
    await town.moves(timedelta(minutes=11))
    assert is_blank(circular(office.huda))
    assert WORDS in readable(circular(office.huda).shown_text)
    for _ in range(3):
        await town.moves(timedelta(hours=1))
    assert await town.rows(files) == await town.rows(copies) == []


async def test_however_many_have_it_it_goes_in_pieces(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivered_copies, "AT_ONCE", 1)
    await announces_with_photo(office)
    async with office.town.app.database.transaction() as tx:
        await erase_person(tx, office.people["أمل"], personal())
    await office.town.settles()
    await office.town.starts_again()
    assert is_blank(circular(office.huda))
    assert is_blank(circular(office.maryam))

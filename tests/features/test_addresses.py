"""One person with several accounts: a code joins them, as chats."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.person import Person, PersonState, addresses, find_person, people
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.people.actions import addresses as address_actions
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.models import link_codes, link_tries
from bot.features.people.notices import people as notices
from bot.storage.transaction import Tx
from tests.features.addresses_chat import TOLD, at, opens_code, reminds, shown_code, two_phones
from tests.features.people_school import School
from tests.reading import readable
from tests.town import Town, town

__all__ = ["town"]

A_DAY = timedelta(hours=25)


async def test_a_code_typed_on_the_other_account_joins_both(town: Town, school: School) -> None:
    maryam, tablet = town.person("مريم"), town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    await maryam.taps("👤 ملفي الشخصي")
    await maryam.taps("الإعدادات")
    await maryam.taps("عناويني")
    maryam.sees("1. تيليجرام", "المفضّل", "هنا")
    await maryam.taps("ربط حساب آخر")
    maryam.sees("أرسلي إليّ هذا الرمز من الحساب الآخر:", "يصلح مرة واحدة خلال 10 دقائق")
    code = shown_code(maryam)
    # On the tablet she had begun to register anew.
    await tablet.says("/start")
    await tablet.taps("السعودية")
    await tablet.says(code)
    tablet.sees("ارتبط الحسابان: هذا الحساب لك أيضًا يا مريم العلي.", "لم يبق ما كنت بدأته هنا.")
    maryam.sees("ارتبط حساب آخر باسمك: تيليجرام")
    assert "👤 ملفي الشخصي" in tablet.menu()
    await tablet.says("/profile")
    tablet.sees("مدرسة الندى")
    assert await town.person_id(tablet) == await town.person_id(maryam)
    rows = await town.rows(people, state=PersonState.MEMBER)
    assert [row.name for row in rows] == ["مريم العلي"]
    # Once is once.
    third = town.person("ثالثة")
    await third.says(code)
    third.sees("الرمز غير صحيح أو انتهت صلاحيته. بقيت 4 محاولات")
    # A code of which a part was lost is no try, and is told so.
    await third.says(code[:6])
    third.sees("رمز ربط الحسابات من ثمانية أرقام، ويلزم إرساله كاملًا.", "أهلًا بك في «حلقة»")


async def test_notices_go_to_the_preferred_one_and_else_to_the_other(
    town: Town, school: School
) -> None:
    maryam, tablet = await two_phones(town, school)
    await reminds(town, maryam)
    maryam.sees(TOLD)
    tablet.sees_nothing()
    await tablet.says("/profile")
    await tablet.taps("الإعدادات")
    await tablet.taps("عناويني")
    await tablet.taps("العنوان 2")
    await tablet.taps("تفضيل هذا العنوان")
    tablet.sees("سأكتب إليك هناك من الآن.")
    await reminds(town, maryam)
    tablet.sees(TOLD)
    maryam.sees_nothing()
    await tablet.blocks()
    await reminds(town, maryam)
    maryam.sees(TOLD)
    await tablet.unblocks()
    # An answer comes where it was asked for.
    await maryam.says("/profile")
    maryam.sees("مدرسة الندى")
    tablet.sees_nothing()


async def test_each_account_has_its_own_half_filled_forms(town: Town, school: School) -> None:
    maryam, tablet = await two_phones(town, school)
    for phone in (maryam, tablet):
        await phone.says("/profile")
        await phone.taps("الإعدادات")
    await maryam.taps("الاسم")
    await tablet.taps("المادة")
    await maryam.says("مريم السالم")
    maryam.sees("مريم السالم")
    await tablet.taps("العلوم")
    tablet.sees("مريم السالم", "العلوم")


async def test_the_other_side_undoes_what_was_not_hers(town: Town, school: School) -> None:
    """Somebody saw the code and sent it first."""
    maryam, thief = town.person("مريم"), town.person("غريب")
    await school.registers(maryam, "مريم العلي", "الندى")
    await thief.says((await opens_code(maryam)).replace(" ", ""))
    maryam.sees("إن لم يكن لك فيلزم إلغاء ربطه فورًا")
    # The thief cannot be faster: whoever was there before stays for a day.
    await thief.says("/profile")
    await thief.taps("الإعدادات")
    await thief.taps("عناويني")
    await thief.taps("العنوان 1")
    await thief.taps("إلغاء الربط")
    thief.sees("ارتبط هذا الحساب منذ أقل من يوم")
    await maryam.taps("ليس حسابي")
    maryam.sees("هل ألغي ربط تيليجرام")
    await maryam.taps("نعم، إلغاء الربط")
    maryam.sees("انتهى ربط العنوان.")
    thief.sees("لم يعد هذا الحساب مرتبطًا بأحد")
    await thief.says("/profile")
    thief.sees_no_button("الإعدادات")
    await reminds(town, maryam)
    maryam.sees(TOLD)
    thief.sees_nothing()


async def test_a_button_of_the_former_person_opens_nothing(town: Town, school: School) -> None:
    maryam, tablet = await two_phones(town, school)
    await tablet.says("/profile")
    own = next(b["callback_data"] for b in tablet.last().buttons())
    card = tablet.last()
    await town.moves(A_DAY)
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("عناويني")
    await maryam.taps("العنوان 2")
    await maryam.taps("إلغاء الربط")
    await maryam.taps("نعم، إلغاء الربط")
    await tablet.presses(card, own)
    tablet.sees("هذا الزر")


async def test_who_unlinks_where_they_write_is_a_stranger_there(town: Town, school: School) -> None:
    maryam, tablet = await two_phones(town, school)
    await tablet.says("/profile")
    await tablet.taps("الإعدادات")
    await tablet.taps("عناويني")
    await tablet.taps("العنوان 2")
    await tablet.taps("إلغاء الربط")
    await tablet.taps("نعم، إلغاء الربط")
    tablet.sees("لم يعد هذا الحساب مرتبطًا بأحد")
    assert await town.person_id(tablet) != await town.person_id(maryam)
    await school.registers(tablet, "سلمى", "الندى")
    tablet.sees("أهلًا بك يا سلمى")


async def test_the_last_one_is_not_offered_to_be_unlinked(town: Town, school: School) -> None:
    maryam, tablet = await two_phones(town, school)
    await town.moves(A_DAY)
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("عناويني")
    await maryam.taps("العنوان 1")
    page = maryam.last()
    unlink = next(b for b in page.buttons() if "إلغاء الربط" in readable(b["text"]))
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("عناويني")
    await maryam.taps("العنوان 2")
    await maryam.taps("إلغاء الربط")
    await maryam.taps("نعم، إلغاء الربط")
    maryam.sees_no_button("العنوان 1")
    tablet.sees("لم يعد هذا الحساب مرتبطًا بأحد")
    await maryam.presses(page, unlink["callback_data"])
    maryam.sees("هذا عنوانك الوحيد، فيبقى.")


async def test_the_link_asks_first_and_then_does_the_same(town: Town, school: School) -> None:
    maryam, tablet = town.person("مريم"), town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    code = (await opens_code(maryam)).replace(" ", "")
    await tablet.says(f"/start l{code}")
    tablet.sees("المتابعة فقط إن كان الحسابان لك")
    await tablet.taps("نعم، ربط الحساب")
    tablet.sees("ارتبط الحسابان")


async def test_the_command_takes_the_code_and_says_how_without_one(
    town: Town, school: School
) -> None:
    maryam, tablet = town.person("مريم"), town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    code = await opens_code(maryam)
    await tablet.says("/link")
    tablet.sees("بعدها يكفي إرسال الرمز من هنا.")
    await maryam.says("/link")
    maryam.sees("عناويني")
    await tablet.says(f"/link {code.translate(str.maketrans('0123456789', '٠١٢٣٤٥٦٧٨٩'))}")
    tablet.sees("ارتبط الحسابان")


async def test_two_members_are_not_made_one(town: Town, school: School) -> None:
    maryam, huda = town.person("مريم"), town.person("هدى")
    await school.registers(maryam, "مريم العلي", "الندى")
    await school.registers(huda, "هدى سعد", "الندى")
    code = await opens_code(maryam)
    await huda.says(code)
    huda.sees("هذا الحساب مسجّل من قبل", "حذف بياناتك في أحدهما")
    await maryam.says(code)
    maryam.sees("هذا الحساب مسجّل من قبل")
    # The code is still good, for an account that is not registered.
    tablet = town.person("مريم")
    await tablet.says(code)
    tablet.sees("ارتبط الحسابان")


async def test_a_code_ends_with_its_time_and_with_the_next_one(town: Town, school: School) -> None:
    maryam, tablet = town.person("مريم"), town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    first = await opens_code(maryam)
    await maryam.taps("رمز جديد")
    second = shown_code(maryam)
    await tablet.says(first)
    tablet.sees("الرمز غير صحيح")
    await town.moves(timedelta(minutes=11))
    await tablet.says(second)
    tablet.sees("الرمز غير صحيح أو انتهت صلاحيته. بقيت 3 محاولات")
    await maryam.taps("رمز جديد")
    await tablet.says(shown_code(maryam))
    tablet.sees("ارتبط الحسابان")


async def test_guessing_is_bounded(
    town: Town, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    maryam, thief, other = town.person("مريم"), town.person("غريب"), town.person("آخر")
    await school.registers(maryam, "مريم العلي", "الندى")
    code = await opens_code(maryam)
    wrong = [f"{number:08}" for number in range(6) if f"{number:08}" != code.replace(" ", "")][:5]
    for guess in wrong:
        await thief.says(guess)
    thief.sees("وصلت من هنا رموز خاطئة كثيرة.")
    await thief.says(code)
    thief.sees("وصلت من هنا رموز خاطئة كثيرة.")
    monkeypatch.setattr(address_actions, "TRIES_OF_ALL", 5)
    await other.says(wrong[0])
    other.sees("كثرت الرموز الخاطئة الآن.")
    await town.moves(timedelta(minutes=61))
    await maryam.taps("رمز جديد")
    await thief.says(shown_code(maryam))
    thief.sees("ارتبط الحسابان")
    assert await town.rows(link_tries) == []


async def test_whoever_sends_a_number_while_they_register_goes_on_after_it(
    town: Town, school: School
) -> None:
    salma = town.person("سلمى")
    await salma.says("/start")
    await salma.taps("السعودية")
    await salma.taps("المؤنث")
    await salma.says("12345678")
    salma.sees("الرمز غير صحيح")
    await salma.taps("إكمال: التسجيل")
    salma.sees("ما اسمك")


async def test_no_code_is_stored(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    code = (await opens_code(maryam)).replace(" ", "")
    (row,) = await town.rows(link_codes)
    assert code not in str(tuple(row))
    assert len(row.digest) == 64


async def test_five_are_the_most(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    await opens_code(maryam)
    for _ in range(4):
        await town.person("مريم").says(shown_code(maryam))
        await maryam.taps("رمز جديد")
    maryam.sees("لديك 5 عناوين، وهذا هو الحد الأقصى")


async def test_a_warning_goes_where_it_was_to_go_whatever_is_preferred_then(
    town: Town, school: School
) -> None:
    """Whoever got hold of a code must not be the one who reads what was told of it."""
    maryam, thief = await two_phones(town, school)
    told = len(maryam.messages())
    read = len(thief.messages())
    async with town.app.database.transaction() as tx:
        old, person = await at(tx, maryam)
        new, _ = await at(tx, thief)
        await outbox.send_at(tx, notices.LINKED, old, {"address": new})
        await address_actions.prefer_address(tx, person, new)
    await town.settles()
    assert len(thief.messages()) == read
    assert len(maryam.messages()) == told + 1
    maryam.sees("ارتبط حساب آخر باسمك")


async def test_a_newcomer_does_nothing_that_its_owner_could_not_take_back(
    town: Town, school: School
) -> None:
    """Whoever got hold of a code has a day in which the owner, who was warned, undoes it."""
    maryam, thief = await two_phones(town, school)
    huda = town.person("هدى")
    await school.registers(huda, "هدى سعد", "الندى")
    await thief.says("/privacy")
    await thief.taps("حذف بياناتي")
    thief.sees("ارتبط هذا الحساب منذ أقل من يوم، فلا يمكن هذا من هنا قبل", "من حسابك الأقدم")
    thief.sees("تيليجرام (…")
    thief.sees_no_button("نعم، حذف كل شيء")
    await thief.says("/profile")
    await thief.taps("الإعدادات")
    await thief.taps("عناويني")
    await thief.taps("ربط حساب آخر")
    thief.sees("ارتبط هذا الحساب منذ أقل من يوم")
    async with town.app.database.transaction() as tx:
        here, person = await at(tx, thief)
        newcomer = replace(person, writes_from=here)
        with pytest.raises(Refused) as refused:
            await erasure_actions.erase_person(tx, newcomer, ())
        assert refused.value.code == "people.address_too_new"
        with pytest.raises(Refused) as refused:
            await leadership_actions.hand_over(tx, newcomer, 1)
        assert refused.value.code == "people.address_too_new"
    # The owner is not held up, neither is the newcomer once nobody was there before.
    await maryam.says("/privacy")
    await maryam.taps("حذف بياناتي")
    assert "نعم، حذف كل شيء" in maryam.buttons()
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("عناويني")
    await maryam.taps("العنوان 1")
    await maryam.taps("إلغاء الربط")
    await maryam.taps("نعم، إلغاء الربط")
    await thief.says("/privacy")
    await thief.taps("حذف بياناتي")
    assert "نعم، حذف كل شيء" in thief.buttons()


async def test_deletion_takes_all_of_them_and_tells_each(town: Town, school: School) -> None:
    maryam, tablet = await two_phones(town, school)
    await town.moves(A_DAY)
    await tablet.says("/privacy")
    await tablet.taps("حذف بياناتي")
    tablet.sees("يشمل هذا حسابيك الاثنين.")
    await tablet.taps("نعم، حذف كل شيء")
    for phone in (maryam, tablet):
        phone.sees("بياناتك")
        assert await town.rows(addresses, external=str(phone.id)) == []
    await maryam.says("/profile")
    maryam.sees_no_button("الإعدادات")


async def test_nobody_links_or_unlinks_for_somebody_else(town: Town, school: School) -> None:
    maryam, tablet = await two_phones(town, school)
    huda = town.person("هدى")
    await school.registers(huda, "هدى سعد", "الندى")

    async def tries(tx: Tx, act: str, actor: Person, number: int) -> str:
        try:
            if act == "prefer":
                await address_actions.prefer_address(tx, actor, number)
            else:
                await address_actions.unlink_address(tx, actor, number, number)
        except Refused as refusal:
            return refusal.code
        return "done"

    async with town.app.database.transaction() as tx:
        actor = await find_person(tx, await town.person_id(huda))
        assert actor is not None
        for phone in (maryam, tablet):
            query = select(addresses.c.id).where(addresses.c.external == str(phone.id))
            number = await tx.scalar(query)
            for act in ("prefer", "unlink"):
                assert await tries(tx, act, actor, number) == "people.not_your_address"

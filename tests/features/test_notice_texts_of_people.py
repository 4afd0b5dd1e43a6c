"""What notices about practices, roles and invitations say is what they said before they were drawn
when they are sent."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.features.people.notices import people as people_notices
from bot.features.people.queries.notices import NamesakeFacts, RoleNews
from bot.features.practices import notices as practice_notices
from bot.features.practices.queries.notices import (
    HiddenPractice,
    PracticeNews,
    RevealedPractice,
    SharedPractice,
)
from bot.packs.roles import Role
from tests.features.notice_records import BY, NOW, kinds_of, read, recorded, said

PRACTICE = (7, "القراءة الجهرية المتدرجة")


def practice_news(
    draw: Callable[[Voice, PracticeNews, datetime], Screen],
) -> Callable[[Voice, str], Screen]:
    return lambda voice, by: draw(voice, PracticeNews(*PRACTICE, BY[by]), NOW)


def role_news(
    draw: Callable[[Voice, RoleNews, datetime], Screen],
) -> Callable[[Voice, str, str], Screen]:
    return lambda voice, by, role: draw(voice, RoleNews(Role(role), "مدرسة الندى", BY[by]), NOW)


def namesake(voice: Voice, who: str, looks_after: str) -> Screen:
    officer = BY["m" if who == "f" else "f"]
    facts = NamesakeFacts(BY[who], officer, 1, "مدرسة الندى", looks_after == "True")
    return people_notices.namesake(voice, facts, NOW)


DRAWN: dict[str, Callable[..., Screen]] = {
    "shared": lambda v, by: practice_notices.shared(
        v, SharedPractice(*PRACTICE, BY[by], "فريق القراءة"), NOW
    ),
    "applied": practice_news(practice_notices.applied),
    "thanked": practice_news(practice_notices.thanked),
    "hidden": lambda v, by: practice_notices.hidden(
        v, HiddenPractice(*PRACTICE, BY[by], "فيها صورة طالبة"), NOW
    ),
    "revealed": lambda v: practice_notices.revealed(v, RevealedPractice(*PRACTICE), NOW),
    "improved": practice_news(practice_notices.improved),
    "accepted": role_news(people_notices.accepted),
    "granted": role_news(people_notices.granted),
    "ended": role_news(people_notices.ended),
    "namesake": namesake,
    "unread": lambda v, number: people_notices.unread(v, int(number), NOW),
}


PARTS = ("practices", "people")


@pytest.mark.parametrize(("name", "before"), recorded(*PARTS))
def test_a_notice_reads_as_before(name: str, before: dict[str, object]) -> None:
    kind, state, voice = read(name)
    assert said(DRAWN[kind](voice, *state)) == before


def test_every_kind_has_screens_of_before() -> None:
    assert kinds_of(*PARTS) == set(DRAWN)

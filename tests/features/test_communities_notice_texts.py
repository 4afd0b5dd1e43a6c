"""What is said about teams is what was said before notices were drawn when they are sent."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.person import Person, PersonState
from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.delivery.notice import NoticeKind
from bot.features.communities import NOTICES, notices
from bot.features.communities.models import MemberRole, MembershipState, TeamPart
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.notices import (
    DeclinedFacts,
    EditFacts,
    HeirFacts,
    LeadFacts,
    MemberFacts,
    RequestFacts,
    RoleCardFacts,
    ToldAs,
)
from bot.features.people.queries.people import Work
from tests.features.notice_records import BY, NOW, TEAM, UNIT, kinds_of, read, recorded, said

READER = Person(90, PersonState.MEMBER, "منال", Voice("ar_SA", "f"))


def request(by: str, work: str) -> RequestFacts:
    word = "أودّ أن أشارك" if work == "registered" else ""
    asked = Membership(
        8, 2, BY[by], MemberRole.MEMBER, MembershipState.ASKED, "", None, word, "", NOW
    )  # fmt: skip
    return RequestFacts(asked, TEAM, Work(UNIT, ("mathematics",)) if work == "registered" else None)


def new_lead(by: str, told_as: str) -> LeadFacts:
    """Of the two people spoken of, `by` is the one whom the reader is not."""
    if told_as == "new":
        return LeadFacts(TEAM, BY[by], READER, ToldAs.NEW)
    if told_as == "old":
        return LeadFacts(TEAM, READER, BY[by], ToldAs.FORMER)
    return LeadFacts(TEAM, BY["f"], BY[by], ToldAs.OTHER)


def chosen(by: str, told_as: str) -> LeadFacts:
    facts = new_lead(by, told_as)
    return replace(facts, by=BY[by], new=BY["f"]) if told_as == "old" else facts


def edits(by: str, parts: str) -> EditFacts:
    return EditFacts(TEAM, BY[by], tuple(TeamPart(part) for part in sorted(parts.split(","))))


DRAWN: dict[str, tuple[NoticeKind[Any], Callable[..., Any]]] = {
    "asked": (notices.ASKED, request),
    "accepted": (notices.ACCEPTED, lambda: TEAM),
    "declined": (notices.DECLINED, lambda: DeclinedFacts(TEAM, "اكتمل العدد هذا العام")),
    "joined": (notices.JOINED, lambda by: MemberFacts(BY[by], TEAM)),
    "left": (notices.LEFT, lambda by: MemberFacts(BY[by], TEAM)),
    "removed": (notices.REMOVED, lambda: TEAM),
    "handed_over": (notices.HANDED_OVER, new_lead),
    "appointed": (notices.APPOINTED, chosen),
    "lead_gone": (
        notices.LEAD_GONE,
        lambda by, told_as: HeirFacts(TEAM, BY[by], is_reader=told_as == "new"),
    ),
    "responsibility": (
        notices.ROLE_CARD,
        lambda by: RoleCardFacts(TEAM, BY[by], "ركن القراءة"),
    ),
    "edited": (notices.EDITED, edits),
    "closed": (notices.CLOSED, lambda: TEAM),
    "closed_before_answer": (notices.UNANSWERED, lambda: TEAM),
}


@pytest.mark.parametrize(("name", "before"), recorded("communities"))
def test_a_notice_about_a_team_reads_as_before(name: str, before: dict[str, object]) -> None:
    word, state, voice = read(name)
    kind, facts = DRAWN[word]
    now: Screen = kind.draw(voice, facts(*state), NOW)
    assert said(now) == before


def test_every_kind_about_teams_has_screens_of_before() -> None:
    assert {DRAWN[word][0].name for word in kinds_of("communities")} == {
        kind.name for kind in NOTICES if kind is not notices.UNHEARD
    }, "nobody said so before"

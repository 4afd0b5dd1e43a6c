"""What the messages about teams say, read for many at once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.chat.person import Person, find_people
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.communities.models import MemberRole, MembershipState, TeamPart
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import unreached as unreached_queries
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import Work
from bot.features.people.queries.roles import acting_in
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request that waits; `work` is None for somebody who works nowhere."""

    request: Membership
    team: Team
    work: Work | None


@dataclass(frozen=True, slots=True)
class DeclinedFacts:
    team: Team
    reason: str


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Who came or went."""

    who: Person
    team: Team


class ToldAs(StrEnum):
    """How a change of the lead concerns its reader."""

    NEW = "new"
    """They lead now."""
    FORMER = "former"
    """They no longer do."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """`by` has given the lead of a team to `new`, perhaps as a deputy in the place of `behalf`."""

    team: Team
    by: Person
    new: Person
    told_as: ToldAs
    behalf: Person | None = None


@dataclass(frozen=True, slots=True)
class HeirFacts:
    """Who leads a team since its only lead is gone; `is_reader` says it to themselves."""

    team: Team
    heir: Person
    is_reader: bool


@dataclass(frozen=True, slots=True)
class RoleCardFacts:
    team: Team
    by: Person
    text: str


@dataclass(frozen=True, slots=True)
class EditFacts:
    team: Team
    by: Person
    parts: tuple[TeamPart, ...]


@dataclass(frozen=True, slots=True)
class _TeamsNow:
    """How things stand with all that the rows speak of."""

    memberships: Mapping[int, Membership]
    teams: Mapping[int, Team]
    people: Mapping[int, Person]
    roles: Mapping[tuple[int, int], MemberRole]
    """Team and person → what an active member is there."""

    def membership(self, row: NoticeRow) -> Membership:
        return self.memberships[row.params["membership"]]

    def team(self, row: NoticeRow) -> Team:
        number = row.params.get("team")
        return self.teams[number or self.membership(row).team_id]

    def person(self, row: NoticeRow, name: str) -> Person:
        return self.people[row.params[name]]

    def belongs(self, row: NoticeRow, person_id: int | None = None) -> bool:
        """Whether the reader belongs to the team, or another person."""
        return (self.team(row).id, person_id or row.to.id) in self.roles

    def leads(self, row: NoticeRow, person_id: int | None = None) -> bool:
        """Whether the reader leads the team, or another person."""
        standing = self.team(row).id, person_id or row.to.id
        return self.roles.get(standing) is MemberRole.LEAD


F = TypeVar("F", bound=Hashable)


async def _each(
    tx: Tx,
    rows: Sequence[NoticeRow],
    found: Callable[[_TeamsNow, NoticeRow], F | Gone],
    *people: str,
) -> dict[int, Found[F]]:
    """What is found for each row, with everything read once before; `people` are the values that
    stand for somebody."""
    ids = {row.params["membership"] for row in rows if "membership" in row.params}
    memberships = await member_queries.memberships_by_id(tx, ids) if ids else {}
    team_ids = {each.team_id for each in memberships.values()}
    team_ids |= {row.params["team"] for row in rows if "team" in row.params}
    named = {row.params[name] for row in rows for name in people} | acting_in(rows)
    concerned = {row.to.id for row in rows} | {each.person.id for each in memberships.values()}
    standing = _TeamsNow(
        memberships,
        await team_batches.teams_by_id(tx, team_ids),
        await find_people(tx, named),
        await member_queries.roles_among(tx, team_ids, concerned | named),
    )
    return {row.id: found(standing, row) for row in rows}


async def asked(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[RequestFacts]]:
    """To leads: a request, as long as it waits for this reader's answer."""
    found = await _each(tx, rows, _asked)
    askers = {each.request.person.id for each in found.values() if isinstance(each, RequestFacts)}
    work = await people_queries.work_of(tx, askers)
    return {
        number: replace(each, work=work.get(each.request.person.id))
        if isinstance(each, RequestFacts)
        else each
        for number, each in found.items()
    }


def _asked(now: _TeamsNow, row: NoticeRow) -> RequestFacts | Gone:
    request = now.membership(row)
    if request.state is MembershipState.LEFT:
        return Gone("withdrawn")
    if request.state is not MembershipState.ASKED:
        return Gone("answered")
    if not now.leads(row):
        return Gone("not_lead")
    return RequestFacts(request, now.team(row), None)


async def accepted(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Team]]:
    """To askers: the team, as long as they belong to it and it works."""

    def found(now: _TeamsNow, row: NoticeRow) -> Team | Gone:
        if not now.belongs(row):
            return Gone("left")
        team = now.team(row)
        return team if team.is_active else Gone("closed")

    return await _each(tx, rows, found)


async def declined(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[DeclinedFacts]]:
    """To askers: why not; they wait for it even where the team has ended since."""

    def found(now: _TeamsNow, row: NoticeRow) -> DeclinedFacts | Gone:
        if now.belongs(row):
            return Gone("member")
        return DeclinedFacts(now.team(row), now.membership(row).reason)

    return await _each(tx, rows, found)


async def joined(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[MemberFacts]]:
    """To leads: who came, if they are still there."""

    def found(now: _TeamsNow, row: NoticeRow) -> MemberFacts | Gone:
        team, who = now.team(row), now.membership(row)
        if not who.is_active:
            return Gone("left")
        if not team.is_active:
            return Gone("closed")
        return MemberFacts(who.person, team) if now.leads(row) else Gone("not_lead")

    return await _each(tx, rows, found)


async def left(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[MemberFacts]]:
    """To leads: who went, also from a team that has ended, and without a name where they are
    gone."""

    def found(now: _TeamsNow, row: NoticeRow) -> MemberFacts | Gone:
        who = now.membership(row).person
        if now.belongs(row, who.id):
            return Gone("back")
        return MemberFacts(who, now.team(row)) if now.leads(row) else Gone("not_lead")

    return await _each(tx, rows, found)


async def removed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Team]]:
    """To whoever was removed, unless they belong to it again."""
    return await _each(
        tx, rows, lambda now, row: Gone("back") if now.belongs(row) else now.team(row)
    )


async def handed_over(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[LeadFacts]]:
    """To members: to whom the lead has been handed over."""

    def found(now: _TeamsNow, row: NoticeRow) -> LeadFacts | Gone:
        return _change_of_lead(now, row, has_led=row.to.id == row.params["by"])

    return await _each(tx, rows, found, "by", "new")


async def appointed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[LeadFacts]]:
    """To members: whom somebody above the team has made its lead."""

    def found(now: _TeamsNow, row: NoticeRow) -> LeadFacts | Gone:
        return _change_of_lead(now, row, has_led=row.to.id in row.params["former"])

    return await _each(tx, rows, found, "by", "new")


def _change_of_lead(now: _TeamsNow, row: NoticeRow, *, has_led: bool) -> LeadFacts | Gone:
    """Whoever has led is told even where the lead has been passed on since; to the others that is
    old news, and they are told of who leads now."""
    team, by, new = now.team(row), now.person(row, "by"), now.person(row, "new")
    behalf = now.people.get(row.params.get("for") or 0)
    if not team.is_active:
        return Gone("closed")
    if not now.belongs(row):
        return Gone("left")
    if has_led and row.to.id != new.id:
        if now.leads(row):
            return Gone("leads")
        return LeadFacts(team, by, new, ToldAs.FORMER, behalf)
    if not now.leads(row, new.id):
        return Gone("passed_on")
    told_as = ToldAs.NEW if row.to.id == new.id else ToldAs.OTHER
    return LeadFacts(team, by, new, told_as, behalf)


async def lead_gone(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[HeirFacts]]:
    """To those who are left in a team: who leads it in place of somebody who is gone."""

    def found(now: _TeamsNow, row: NoticeRow) -> HeirFacts | Gone:
        team, heir = now.team(row), now.person(row, "new")
        if not team.is_active:
            return Gone("closed")
        if not now.belongs(row):
            return Gone("left")
        if not now.leads(row, heir.id):
            return Gone("passed_on")
        return HeirFacts(team, heir, is_reader=row.to.id == heir.id)

    return await _each(tx, rows, found, "new")


async def role_card(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[RoleCardFacts]]:
    """To a member: what stands on their role card, unless it is empty again, or was written anew
    and has a message of its own."""

    def found(now: _TeamsNow, row: NoticeRow) -> RoleCardFacts | Gone:
        team, own = now.team(row), now.membership(row)
        if not team.is_active:
            return Gone("closed")
        if not own.is_active:
            return Gone("left")
        if not own.responsibility:
            return Gone("emptied")
        if own.responsibility_at and own.responsibility_at > row.queued_at:
            return Gone("rewritten")
        return RoleCardFacts(team, now.person(row, "by"), own.responsibility)

    return await _each(tx, rows, found, "by")


async def edited(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[EditFacts]]:
    """To members: what was changed in a team that is at work."""

    def found(now: _TeamsNow, row: NoticeRow) -> EditFacts | Gone:
        team = now.team(row)
        if not team.is_active:
            return Gone("closed")
        if not now.belongs(row):
            return Gone("left")
        parts = tuple(TeamPart(code) for code in row.params["parts"])
        return EditFacts(team, now.person(row, "by"), parts)

    return await _each(tx, rows, found, "by")


async def closed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Team]]:
    """To those who belonged to a team until its end, and have not left it since."""
    return await _each(
        tx, rows, lambda now, row: now.team(row) if now.belongs(row) else Gone("left")
    )


async def unanswered(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Team]]:
    """To those whose request was not answered before the end: they wait for it, whatever comes."""
    return await _each(tx, rows, lambda now, row: now.team(row))


async def unheard(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[Team]]:
    """To askers: the team, as long as their request waits there in vain."""
    ids = {row.params["membership"] for row in rows}
    requests = await member_queries.memberships_by_id(tx, ids)
    in_vain = await unreached_queries.unheard(tx, requests.values())

    def found(now: _TeamsNow, row: NoticeRow) -> Team | Gone:
        request = now.membership(row)
        if request.state is MembershipState.LEFT:
            return Gone("withdrawn")
        if request.state is not MembershipState.ASKED:
            return Gone("answered")
        return now.team(row) if request.id in in_vain else Gone("heard")

    return await _each(tx, rows, found)

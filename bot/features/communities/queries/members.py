"""Reads about the members of teams and those who ask to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.chat.person import PERSON_COLUMNS, Person, people, person_of
from bot.features.communities.models import (
    STANDING,
    MemberRole,
    MembershipState,
    TeamState,
    memberships,
    teams,
)
from bot.storage.lists import among, as_list, with_ids
from bot.storage.transaction import Tx

_UNANSWERED = (MembershipState.ASKED, MembershipState.DECLINED)


@dataclass(frozen=True, slots=True)
class Member:
    """An active member. `since` is when they joined."""

    membership_id: int
    person: Person
    role: MemberRole
    responsibility: str
    since: datetime

    @property
    def leads(self) -> bool:
        return self.role is MemberRole.LEAD


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's standing in one team, in any state."""

    id: int
    team_id: int
    person: Person
    role: MemberRole
    state: MembershipState
    responsibility: str
    responsibility_at: datetime | None
    word: str
    reason: str
    asked_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether the person belongs to the team."""
        return self.state is MembershipState.ACTIVE

    @property
    def topic(self) -> str:
        """What messages are about that tell of it: to the leads, and to the person themselves."""
        return f"membership:{self.id}"

    @property
    def leads(self) -> bool:
        return self.is_active and self.role is MemberRole.LEAD


async def members(tx: Tx, team_id: int) -> list[Member]:
    """The active members, leads first, then in the order in which they joined."""
    query = (
        select(
            *(people.c[name] for name in PERSON_COLUMNS),
            memberships.c.id.label("membership_id"),
            memberships.c.role,
            memberships.c.responsibility,
            memberships.c.asked_at,
            memberships.c.decided_at,
        )
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.team_id == team_id, memberships.c.state == MembershipState.ACTIVE)
        .order_by(memberships.c.decided_at, memberships.c.id)
    )
    width = len(PERSON_COLUMNS)
    found = [
        Member(
            row.membership_id,
            person_of(row[:width]),
            row.role,
            row.responsibility,
            row.decided_at or row.asked_at,
        )
        for row in await tx.all(query)
    ]
    return sorted(found, key=lambda member: not member.leads)


async def leads(tx: Tx, team_id: int) -> list[Person]:
    """The people who lead the team."""
    return [member.person for member in await members(tx, team_id) if member.leads]


async def member_ids(tx: Tx, team_id: int) -> list[int]:
    """Ids of the people who belong to the team, ascending."""
    query = select(memberships.c.person_id).where(
        memberships.c.team_id == team_id, memberships.c.state == MembershipState.ACTIVE
    )
    return list(await tx.scalars(query.order_by(memberships.c.person_id)))


async def roles_among(
    tx: Tx, team_ids: Iterable[int], person_ids: Iterable[int]
) -> dict[tuple[int, int], MemberRole]:
    """What these people are in these teams now, by the team's id and the person's; whoever does
    not belong to one is left out."""
    rows = await tx.fetch(
        with_ids(
            tx,
            "SELECT team_id, person_id, role FROM memberships WHERE team_id IN (ids)"
            " AND person_id IN (ids) AND state = 'active'",
        ),
        as_list(tx, team_ids),
        as_list(tx, person_ids),
    )
    return {(int(team_id), int(person_id)): MemberRole(role) for team_id, person_id, role in rows}


async def members_among(
    tx: Tx, team_ids: Iterable[int], person_ids: Iterable[int]
) -> set[tuple[int, int]]:
    """Who of these people belongs to which of these teams now, as (the team's id, the person's)."""
    return set(await roles_among(tx, team_ids, person_ids))


async def leads_among(
    tx: Tx, team_ids: Iterable[int], person_ids: Iterable[int]
) -> set[tuple[int, int]]:
    """The same for those who lead."""
    roles = await roles_among(tx, team_ids, person_ids)
    return {pair for pair, role in roles.items() if role is MemberRole.LEAD}


async def leads_by_team(tx: Tx, team_ids: Iterable[int]) -> dict[int, set[int]]:
    """The ids of those who lead, by the team's id."""
    rows = await tx.fetch(
        with_ids(
            tx,
            "SELECT team_id, person_id FROM memberships WHERE team_id IN (ids)"
            " AND state = 'active' AND role = 'lead'",
        ),
        as_list(tx, team_ids),
    )
    found: dict[int, set[int]] = {}
    for team_id, person_id in rows:
        found.setdefault(int(team_id), set()).add(int(person_id))
    return found


async def is_member(tx: Tx, team_id: int, person_id: int) -> bool:
    """Whether the person belongs to the team now."""
    found = await standing_of(tx, team_id, person_id)
    return found is not None and found.is_active


async def is_lead(tx: Tx, team_id: int, person_id: int) -> bool:
    """Whether the person leads the team now."""
    found = await standing_of(tx, team_id, person_id)
    return found is not None and found.leads


async def depends_on(tx: Tx, team_id: int, person_id: int) -> bool:
    """Whether the person is the only lead of a team that has other members."""
    everybody = await members(tx, team_id)
    led_by = [member.person.id for member in everybody if member.leads]
    return led_by == [person_id] and len(everybody) > 1


async def standing_of(tx: Tx, team_id: int, person_id: int) -> Membership | None:
    """The person's request or membership in the team, if it stands."""
    return await _membership(
        tx,
        memberships.c.team_id == team_id,
        memberships.c.person_id == person_id,
        memberships.c.state.in_(STANDING),
    )


async def declined_request(tx: Tx, team_id: int, person_id: int) -> Membership | None:
    """The person's last request to the team, if it was declined."""
    found = await _memberships(
        tx, memberships.c.team_id == team_id, memberships.c.person_id == person_id
    )
    return found[-1] if found and found[-1].state is MembershipState.DECLINED else None


async def was_removed(tx: Tx, team_id: int, person_id: int) -> bool:
    """Whether the person was taken out of the team, and has not come back since."""
    found = await _memberships(
        tx, memberships.c.team_id == team_id, memberships.c.person_id == person_id
    )
    held = [each for each in found if each.state not in _UNANSWERED]
    return bool(held) and held[-1].state is MembershipState.REMOVED


async def withdrawn_request(tx: Tx, team_id: int, person_id: int) -> Membership | None:
    """The person's last request to the team that they took back before it was answered."""
    found = await _memberships(
        tx,
        memberships.c.team_id == team_id,
        memberships.c.person_id == person_id,
        memberships.c.state == MembershipState.LEFT,
        memberships.c.decided_at.is_(None),
    )
    return found[-1] if found else None


async def membership(tx: Tx, membership_id: int) -> Membership | None:
    """A membership by its id, whatever became of it."""
    return await _membership(tx, memberships.c.id == membership_id)


async def memberships_by_id(tx: Tx, ids: Iterable[int]) -> dict[int, Membership]:
    """The same for up to a few hundred of them."""
    found = await _memberships(tx, among(memberships.c.id, ids))
    return {each.id: each for each in found}


async def requests(tx: Tx, team_id: int) -> list[Membership]:
    """Requests to join that wait for an answer, the oldest first."""
    conditions = (
        memberships.c.team_id == team_id,
        memberships.c.state == MembershipState.ASKED,
    )
    return await _memberships(tx, *conditions)


async def _membership(tx: Tx, *conditions: ColumnElement[bool]) -> Membership | None:
    return next(iter(await _memberships(tx, *conditions)), None)


async def _memberships(tx: Tx, *conditions: ColumnElement[bool]) -> list[Membership]:
    query = (
        select(
            *(people.c[name] for name in PERSON_COLUMNS),
            memberships.c.id.label("membership_id"),
            memberships.c.team_id,
            memberships.c.role,
            memberships.c.state.label("standing"),
            memberships.c.responsibility,
            memberships.c.responsibility_at,
            memberships.c.word,
            memberships.c.reason,
            memberships.c.asked_at,
        )
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(*conditions)
        .order_by(memberships.c.id)
    )
    width = len(PERSON_COLUMNS)
    return [
        Membership(
            row.membership_id,
            row.team_id,
            person_of(row[:width]),
            row.role,
            row.standing,
            row.responsibility,
            row.responsibility_at,
            row.word,
            row.reason,
            row.asked_at,
        )
        for row in await tx.all(query)
    ]


async def known_membership(tx: Tx, membership_id: int) -> Membership:
    found = await membership(tx, membership_id)
    assert found is not None
    return found


async def teammates_of(tx: Tx, person_id: int) -> list[int]:
    """Ids of the people who share an active team with the person, ascending."""
    own = (
        select(memberships.c.team_id)
        .join(teams, teams.c.id == memberships.c.team_id)
        .where(
            memberships.c.person_id == person_id,
            memberships.c.state == MembershipState.ACTIVE,
            teams.c.state == TeamState.ACTIVE,
        )
    )
    query = (
        select(memberships.c.person_id)
        .where(
            memberships.c.team_id.in_(own),
            memberships.c.state == MembershipState.ACTIVE,
            memberships.c.person_id != person_id,
        )
        .distinct()
    )
    return list(await tx.scalars(query.order_by(memberships.c.person_id)))

"""What follows in teams when somebody stands otherwise to a unit: suspended or removed they take no
part, and whoever left it leads nothing there."""

from sqlalchemy import select, update

from bot.chat.person import Person
from bot.features.communities.actions.membership import (
    change_membership,
    end_request,
    part,
    pass_on_lead,
)
from bot.features.communities.models import (
    STANDING,
    MemberRole,
    MembershipState,
    memberships,
)
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.storage import audit
from bot.storage.transaction import Tx


async def follow_standing(tx: Tx, placement_id: int) -> None:
    """Let somebody's part in teams follow how they stand to a unit now: in the teams at the unit
    and below it, and in every team for whoever belongs nowhere any more."""
    found = await placement_queries.placement(tx, placement_id)
    if found is None:
        return
    if found.belongs:
        await _take_up_again(tx, found)
        return
    for number in await _teams_with(tx, found.person.id, *STANDING):
        await tx.lock("team", number)
        team = await team_queries.team(tx, number)
        assert team is not None
        if not await _is_concerned(tx, found, team):
            continue
        await _follow_in(tx, found, team)


async def _is_concerned(tx: Tx, found: UnitPlacement, team: Team) -> bool:
    """Whether the team works where somebody was put out or left, and they do not belong to
    something nearer to it."""
    if not found.person.is_member:
        return True
    if not team.unit.path.startswith(found.unit.path):
        return False
    if not found.was_removed:
        return True
    return await placement_queries.put_out_of(tx, found.person.id, team.unit) is not None


async def _teams_with(tx: Tx, person_id: int, *states: MembershipState) -> list[int]:
    """Ids of the teams to which the person stands so, ascending: the order in which teams are
    locked."""
    query = select(memberships.c.team_id).where(
        memberships.c.person_id == person_id, memberships.c.state.in_(states)
    )
    return list(await tx.scalars(query.order_by(memberships.c.team_id)))


async def _follow_in(tx: Tx, found: UnitPlacement, team: Team) -> None:
    person = found.person
    own = await member_queries.standing_of(tx, team.id, person.id)
    if own is None:
        return
    stays = found.has_left and person.is_member
    if own.state is MembershipState.ASKED:
        if not stays:
            await end_request(tx, own)
        return
    members = await member_queries.members(tx, team.id)
    others = [member for member in members if member.person.id != person.id]
    if stays:
        if own.leads and others and not await _works_within(tx, person, team):
            await change_membership(tx, own.id, role=MemberRole.MEMBER)
            await pass_on_lead(tx, team, others)
        return
    if team.is_active:
        await pass_on_lead(tx, team, others)
    if found.is_suspended:
        # Whoever is the only one in a team leads it again when they come back.
        role = MemberRole.MEMBER if others else own.role
        await change_membership(tx, own.id, state=MembershipState.SUSPENDED, role=role)
        await audit.record(tx, None, "teams.suspend", team.id, membership=own.id)
        return
    to = MembershipState.REMOVED if found.was_removed else MembershipState.LEFT
    await part(tx, person, team, members, to)
    act = "teams.remove" if found.was_removed else "teams.leave"
    await audit.record(tx, None, act, team.id, membership=own.id)


async def _works_within(tx: Tx, person: Person, team: Team) -> bool:
    held = await placement_queries.placements_of(tx, person.id)
    return any(each.belongs and each.unit.path.startswith(team.unit.path) for each in held)


async def _take_up_again(tx: Tx, found: UnitPlacement) -> None:
    """Whoever is back from a suspension takes part again where nothing else keeps them out."""
    for number in await _teams_with(tx, found.person.id, MembershipState.SUSPENDED):
        await tx.lock("team", number)
        team = await team_queries.team(tx, number)
        assert team is not None
        if await placement_queries.put_out_of(tx, found.person.id, team.unit):
            continue
        own = (
            memberships.c.person_id == found.person.id,
            memberships.c.team_id == number,
            memberships.c.state == MembershipState.SUSPENDED,
        )
        standing = await member_queries.standing_of(tx, number, found.person.id)
        to = MembershipState.LEFT if standing else MembershipState.ACTIVE
        await tx.execute(update(memberships).where(*own).values(state=to))
        await audit.record(tx, None, "teams.take_up", number)

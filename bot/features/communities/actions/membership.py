"""Writes about who belongs to a team.

Every change of a team's people happens under the team's lock, so that two presses, or fifty
people at once, leave one row each.
"""

from datetime import timedelta

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.backlog import may_still_reach
from bot.delivery.folding import send_folded
from bot.features.communities import notices
from bot.features.communities.actions.closing import end_team
from bot.features.communities.models import MemberRole, MembershipState, memberships
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.members import Member, Membership, known_membership
from bot.features.communities.queries.teams import Team
from bot.features.communities.queries.unreached import is_unheard
from bot.features.communities.rights import members as member_rights
from bot.features.communities.rights import teams as team_rights
from bot.scheduling import due
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.transaction import Tx

MEMBER_JOINED = Event("teams.joined")
"""Somebody has joined a team: its id as `team`."""
UNHEARD_JOB = "teams.unheard"
SOON = timedelta(minutes=10)
"""After which it is usually known whether a request has reached a lead."""


async def ask_to_join(tx: Tx, actor: Person, team_id: int, word: str) -> Membership:
    """Ask the team's leads to be let in.

    :raises Refused: as `access_team_to_ask`.
    """
    await tx.lock("team", team_id)
    found = await team_rights.access_team_to_ask(tx, actor, team_id)
    number = await _ask(tx, actor, found, word)
    await audit.record(tx, actor.id, "teams.ask", team_id)
    leads = [lead.id for lead in await member_queries.leads(tx, team_id)]
    asked = await known_membership(tx, number)
    about = {"membership": number}
    told = await send_folded(tx, notices.ASKED, leads, about, topic=asked.topic)
    if told:
        await _look_later(tx, asked, SOON)
    return asked


async def _ask(tx: Tx, actor: Person, found: Team, word: str) -> int:
    """A request that was withdrawn without an answer and comes again is the same to its readers."""
    withdrawn = await member_queries.withdrawn_request(tx, found.id, actor.id)
    if withdrawn is None:
        return await _add(tx, actor, found, MembershipState.ASKED, word)
    await change_membership(
        tx, withdrawn.id,
        state=MembershipState.ASKED, word=word, asked_at=tx.now, ended_at=None,
    )  # fmt: skip
    return withdrawn.id


async def _look_later(tx: Tx, asked: Membership, pause: timedelta) -> None:
    """See after a while whether the request has reached anybody who leads the team."""
    told = {"membership": asked.id}
    await due.set_due(tx, UNHEARD_JOB, asked.topic, "unheard", anchor=tx.now + pause, payload=told)


async def tell_unheard(tx: Tx, membership_id: int) -> None:
    """Tell whoever asked, once, if their request waits in vain; look again where that is not known
    yet, ever more rarely."""
    asked = await member_queries.membership(tx, membership_id)
    if asked is None or asked.state is not MembershipState.ASKED:
        return
    if await is_unheard(tx, asked):
        await outbox.send(tx, notices.UNHEARD, asked.person.id, {"membership": asked.id})
    elif await may_still_reach(tx, asked.topic):
        await _look_later(tx, asked, max(SOON, (tx.now - asked.asked_at) / 4))


async def _add(tx: Tx, person: Person, found: Team, state: MembershipState, word: str) -> int:
    return await tx.insert(
        memberships,
        team_id=found.id,
        person_id=person.id,
        role=MemberRole.MEMBER,
        responsibility="",
        state=state,
        word=word,
        reason="",
        asked_at=tx.now,
        decided_at=tx.now if state is MembershipState.ACTIVE else None,
    )


async def change_membership(tx: Tx, membership_id: int, **values: object) -> None:
    await tx.execute(update(memberships).where(memberships.c.id == membership_id).values(**values))


async def _settle(tx: Tx, asked: Membership, **values: object) -> None:
    """Give a request that has waited its end."""
    await change_membership(tx, asked.id, **values)
    await due.cancel(tx, asked.topic)


async def accept_request(tx: Tx, actor: Person, membership_id: int) -> Membership:
    """Let somebody in who asked, and tell them.

    :raises Refused: as `access_request`.
    """
    asked, found = await member_rights.access_request(tx, actor, membership_id, lock=True)
    await _settle(tx, asked, state=MembershipState.ACTIVE, decided_at=tx.now)
    await audit.record(tx, actor.id, "teams.accept", found.id, membership=asked.id)
    told = {"membership": asked.id}
    await outbox.send(tx, notices.ACCEPTED, asked.person.id, told, topic=asked.topic)
    await publish(tx, MEMBER_JOINED, f"team:{found.id}", {"team": found.id})
    return await known_membership(tx, asked.id)


async def decline_request(tx: Tx, actor: Person, membership_id: int, reason: str) -> Membership:
    """Decline a request with a reason that the asker will read.

    :raises Refused: as for `accept_request`.
    """
    asked, found = await member_rights.access_request(tx, actor, membership_id, lock=True)
    await _settle(tx, asked, state=MembershipState.DECLINED, reason=reason, decided_at=tx.now)
    await audit.record(tx, actor.id, "teams.decline", found.id, membership=asked.id)
    told = {"membership": asked.id}
    await outbox.send(tx, notices.DECLINED, asked.person.id, told, topic=asked.topic)
    return await known_membership(tx, asked.id)


async def withdraw_request(tx: Tx, actor: Person, team_id: int) -> None:
    """Take one's own request back before it is answered.

    :raises Refused: "teams.no_request" when none waits.
    """
    await tx.lock("team", team_id)
    own = await team_rights.access_own_request(tx, actor, team_id)
    await end_request(tx, own)
    await audit.record(tx, actor.id, "teams.withdraw", team_id)


async def end_request(tx: Tx, own: Membership) -> None:
    """Take back a request that waits. The caller holds the team's lock."""
    await _settle(tx, own, state=MembershipState.LEFT, ended_at=tx.now)


async def join_by_link(tx: Tx, actor: Person, code: str) -> Team:
    """Join at once with a link that the lead has given out; a request that waits is granted.

    :raises Refused: as `access_linked_team`, and "teams.member".
    """
    if meant := await team_queries.team_by_link(tx, code):
        await tx.lock("team", meant.id)
    # Read under the lock: the team may just have been closed, or the link renewed.
    found = await team_rights.access_linked_team(tx, actor, code)
    standing = await member_queries.standing_of(tx, found.id, actor.id)
    if standing is None:
        own = await _add(tx, actor, found, MembershipState.ACTIVE, "")
    elif standing.state is MembershipState.ASKED:
        own = standing.id
        await _settle(tx, standing, state=MembershipState.ACTIVE, decided_at=tx.now)
    else:
        raise team_rights.belongs_already(actor)
    await audit.record(tx, actor.id, "teams.join", found.id)
    leads = [lead.id for lead in await member_queries.leads(tx, found.id)]
    topic = _coming_and_going(found, actor)
    await send_folded(tx, notices.JOINED, leads, {"membership": own}, topic=topic)
    await publish(tx, MEMBER_JOINED, f"team:{found.id}", {"team": found.id})
    return found


def _coming_and_going(team: Team, person: Person) -> str:
    return f"coming:{team.id}:{person.id}"


async def leave_team(tx: Tx, actor: Person, team_id: int) -> Team:
    """Leave; the leads are told. A lead who is the last person closes the team by leaving.

    :raises Refused: "teams.not_member"; "teams.last_lead" for the only lead of others, who has to
        hand over first.
    """
    await tx.lock("team", team_id)
    found = await team_rights.access_own_team(tx, actor, team_id)
    if found.is_active and await member_queries.depends_on(tx, team_id, actor.id):
        raise Refused(
            "teams.last_lead",
            actor.voice.say(
                "You are the only lead of {team}. Hand the lead over to a member first, then"
                " leave.",
                team=found.name,
            ),
        )
    await part(tx, actor, found, await member_queries.members(tx, team_id))
    await audit.record(tx, actor.id, "teams.leave", team_id)
    return found


async def pass_on_lead(tx: Tx, found: Team, others: list[Member]) -> None:
    """Let the longest-standing of those who are left lead the team where none of them does, and
    tell them. The caller holds the team's lock."""
    if not others or any(member.leads for member in others):
        return
    heir = others[0]
    await change_membership(tx, heir.membership_id, role=MemberRole.LEAD)
    readers = [member.person.id for member in others]
    told = {"team": found.id, "new": heir.person.id}
    await outbox.send(tx, notices.LEAD_GONE, readers, told, topic=found.lead_topic)


async def part(
    tx: Tx,
    person: Person,
    found: Team,
    members: list[Member],
    to: MembershipState = MembershipState.LEFT,
) -> None:
    """End somebody's membership, and tell the leads; the team ends with its last member. The
    caller holds the team's lock."""
    own = next(member for member in members if member.person.id == person.id)
    others = [member for member in members if member.person.id != person.id]
    if not others and found.is_active:
        await end_team(tx, person, found)
    await change_membership(tx, own.membership_id, state=to, ended_at=tx.now)
    leads = [member.person.id for member in others if member.leads]
    topic = _coming_and_going(found, person)
    await send_folded(tx, notices.LEFT, leads, {"membership": own.membership_id}, topic=topic)


async def leave_every_team(tx: Tx, actor: Person) -> None:
    """Leave all teams because the person deletes their data. Where they were the only lead, the
    longest-standing member takes over, and the team is told; requests are withdrawn. What was
    written by them or about them is erased: words, reasons, role cards."""
    for found in await team_queries.asked_teams_of(tx, actor.id):
        await tx.lock("team", found.id)
        standing = await member_queries.standing_of(tx, found.id, actor.id)
        # It may just have been answered.
        if standing is not None and standing.state is MembershipState.ASKED:
            await withdraw_request(tx, actor, found.id)
    for found in await team_queries.teams_of(tx, actor.id):
        await tx.lock("team", found.id)
        members = await member_queries.members(tx, found.id)
        others = [member for member in members if member.person.id != actor.id]
        if len(others) == len(members):
            # They may just have been removed, or erased by somebody else at the same moment.
            continue
        await pass_on_lead(tx, found, others)
        await part(tx, actor, found, members)
        await audit.record(tx, actor.id, "teams.leave", found.id)
    own = memberships.c.person_id == actor.id
    rests = memberships.c.state == MembershipState.SUSPENDED
    await tx.execute(update(memberships).where(own, rests).values(state=MembershipState.LEFT))
    await tx.execute(
        update(memberships)
        .where(own)
        .values(word="", reason="", responsibility="", responsibility_at=None)
    )


async def remove_member(tx: Tx, actor: Person, membership_id: int) -> Team:
    """Take somebody out of the team, and tell them.

    :raises Refused: as `access_removable_member`.
    """
    chosen, found = await member_rights.access_removable_member(tx, actor, membership_id, lock=True)
    await change_membership(tx, chosen.id, state=MembershipState.REMOVED, ended_at=tx.now)
    await audit.record(tx, actor.id, "teams.remove", found.id, membership=chosen.id)
    await outbox.send(tx, notices.REMOVED, chosen.person.id, {"membership": chosen.id})
    return found


async def set_responsibility(tx: Tx, actor: Person, membership_id: int, text: str) -> Membership:
    """Write on a member's role card what they look after, and tell them; empty takes it away.

    :raises Refused: as `access_member`.
    """
    chosen, found = await member_rights.access_member(tx, actor, membership_id, lock=True)
    await change_membership(tx, chosen.id, responsibility=text, responsibility_at=tx.now)
    await audit.record(tx, actor.id, "teams.responsibility", found.id, membership=chosen.id)
    if text and chosen.person.id != actor.id:
        told = {"membership": chosen.id, "by": actor.id}
        await send_folded(tx, notices.ROLE_CARD, chosen.person.id, told, topic=chosen.topic)
    return await known_membership(tx, chosen.id)

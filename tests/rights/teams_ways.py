"""How each way of the table of teams is taken."""

from sqlalchemy import update

from bot.chat.screen import Screen
from bot.delivery import outbox
from bot.delivery.message import MessageState
from bot.delivery.message import outbox as messages
from bot.features.communities import notices
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamChanges, TeamDraft
from bot.features.communities.models import Mode
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights import units as unit_rights
from bot.features.people.actions import search as people_index
from bot.features.people.queries import units as unit_queries
from tests.rights.engine import Live, Seen, Table, Ways, leads_to
from tests.rights.teams_rules import RULES

_OLD_LINK = "tLinkOfYesterday"


def _draft(live: Live, *subjects: str) -> TeamDraft:
    lines = ("هدف",), ("عهد",)
    return TeamDraft(live.unit, "حلقة جديدة", "م", *lines, "subject", Mode.ONLINE, subjects)


async def _subjects(live: Live) -> object:
    place = await unit_rights.access_unit_to_found(live.tx, live.me, live.unit)
    return await unit_rights.access_subjects(live.tx, live.me, place, ("science",))


async def _all_subjects(live: Live) -> object:
    team = await team_rights.access_led_team(live.tx, live.me, live.id)
    return await unit_rights.access_subjects(live.tx, live.me, team.unit, (), team.subjects)


async def _search(live: Live) -> int:
    """The id of a search for the thing by one word of its name."""
    return await people_index.remember_search(live.tx, live.me, _word(live))


def _word(live: Live) -> str:
    return live.thing.marker.split()[-1] if live.thing.marker else live.thing.place


async def _found(live: Live, route: str, *more: object) -> object:
    return await live.show(route, await _search(live), *more)


async def _fails(live: Live, topic: str) -> None:
    """Whatever was sent about it was refused for good."""
    about = messages.c.topic == topic
    await live.tx.execute(update(messages).where(about).values(state=MessageState.FAILED))


async def _unheard(live: Live) -> Screen:
    for asked in await member_queries.requests(live.tx, live.id):
        lead = (await member_queries.leads(live.tx, live.id))[0]
        told = {"membership": asked.id}
        await outbox.send(live.tx, notices.ASKED, lead.id, told, topic=asked.topic)
        await _fails(live, asked.topic)
    return await live.show("teams.page", live.id)


async def _unaware(live: Live) -> Screen:
    """The former lead has handed over to the one who leads now."""
    found = await team_queries.team(live.tx, live.id)
    assert found is not None
    by, (new,) = live.world.people["former lead"], await member_queries.leads(live.tx, live.id)
    told = {"team": found.id, "by": by.id, "new": new.id}
    await outbox.send(live.tx, notices.HANDED_OVER, new.id, told, topic=found.lead_topic)
    await _fails(live, found.lead_topic)
    return await live.show("teams.page", live.id)


async def _schools(live: Live) -> Seen:
    number = await people_index.remember_search(live.tx, live.me, live.thing.place)
    screen = await live.show("teams.schools", number)
    return leads_to(screen, "teams.at", live.unit, 0)


WAYS: Ways = {
    "action communities.create_team": lambda c: team_actions.create_team(c.tx, c.me, _draft(c)),
    "action communities.create_team#science": lambda c: team_actions.create_team(
        c.tx, c.me, _draft(c, "science")
    ),
    "action communities.access_subjects": _subjects,
    "action communities.access_subjects#team": _all_subjects,
    "action communities.edit_team#all": lambda c: team_actions.edit_team(
        c.tx, c.me, c.id, TeamChanges(subjects=())
    ),
    "action communities.access_founding_reach": lambda c: unit_rights.access_founding_reach(
        c.tx, c.me
    ),
    "action communities.edit_team": lambda c: team_actions.edit_team(
        c.tx, c.me, c.id, TeamChanges(theme="آخر")
    ),
    "action communities.renew_link": lambda c: team_actions.renew_link(c.tx, c.me, c.id),
    "action communities.close_team": lambda c: closing_actions.close_team(c.tx, c.me, c.id),
    "action communities.ask_to_join": lambda c: membership_actions.ask_to_join(
        c.tx, c.me, c.id, "أود الانضمام"
    ),
    "action communities.withdraw_request": lambda c: membership_actions.withdraw_request(
        c.tx, c.me, c.id
    ),
    "action communities.join_by_link": lambda c: membership_actions.join_by_link(
        c.tx, c.me, c.code
    ),
    "action communities.join_by_link#old": lambda c: membership_actions.join_by_link(
        c.tx, c.me, _OLD_LINK
    ),
    "action communities.access_linked_team": lambda c: team_rights.access_linked_team(
        c.tx, c.me, c.code
    ),
    "action communities.leave_team": lambda c: membership_actions.leave_team(c.tx, c.me, c.id),
    "action communities.leave_every_team": lambda c: membership_actions.leave_every_team(
        c.tx, c.me
    ),
    "action communities.accept_request": lambda c: membership_actions.accept_request(
        c.tx, c.me, c.id
    ),
    "action communities.decline_request": lambda c: membership_actions.decline_request(
        c.tx, c.me, c.id, "اكتمل"
    ),
    "action communities.remove_member": lambda c: membership_actions.remove_member(
        c.tx, c.me, c.id
    ),
    "action communities.hand_over": lambda c: leadership_actions.hand_over(c.tx, c.me, c.id),
    "action communities.set_responsibility": (
        lambda c: membership_actions.set_responsibility(c.tx, c.me, c.id, "المحضر")
    ),
    "action communities.appoint_lead": lambda c: leadership_actions.appoint_lead(c.tx, c.me, c.id),
    "action communities.access_led_team#locked": lambda c: team_rights.access_led_team(
        c.tx, c.me, c.id, lock=True
    ),
    "route teams.renewed": lambda c: c.show("teams.renewed", c.id, c.code[-4:]),
    "route teams.page#names": lambda c: c.show("teams.page", c.id),
    "route teams.page#unheard": _unheard,
    "route teams.page#unaware": _unaware,
    "route teams.mine": lambda c: c.show("teams.mine"),
    "route teams.past": lambda c: c.show("teams.past", 0),
    "route teams.find": lambda c: c.show("teams.find", 0),
    "route teams.welcome": lambda c: c.show("teams.welcome"),
    "route teams.below": lambda c: c.show("teams.below", c.unit),
    "route teams.at": lambda c: c.show("teams.at", c.unit, 0),
    "route teams.at#team": lambda c: c.show("teams.at", c.unit, 0),
    "route teams.members": lambda c: c.show("teams.members", c.id, 0),
    "route teams.leads": lambda c: c.show("teams.leads", c.id, 0),
    "route teams.enter": lambda c: c.show("teams.enter", c.code),
    "route teams.enter#old": lambda c: c.show("teams.enter", _OLD_LINK),
    "route teams.link": lambda c: c.show("teams.link", c.code),
    "route teams.link#old": lambda c: c.show("teams.link", _OLD_LINK),
    "route start#team": lambda c: c.show("start", c.code),
    "route teams.found": lambda c: _found(c, "teams.found"),
    "route teams.schools": _schools,
    "route teams.colleagues": lambda c: _found(c, "teams.colleagues"),
    "route teams.colleagues#unit": lambda c: _found(c, "teams.colleagues", 0, c.unit),
    "route teams.colleague#unit": lambda c: c.show("teams.colleague", c.unit),
}
UNASKED = {
    "job people.unit_moved": "its teams follow the unit",
    "job people.standing": "somebody's part in teams follows how they stand to the unit",
    "job people.unit_merged": "its teams follow the unit",
    "action communities.end_team": "how a team ends; whoever calls it has asked for the right",
    "job teams.unheard": "tells whoever asked how their own request stands",
}
TABLE = Table(
    "teams",
    RULES,
    WAYS,
    {
        "teams.create": (
            lambda c: {},
            lambda c: {
                "unit": c.unit, "name": "حلقة جديدة", "theme": "م", "goals": ["هدف"],
                "norms": ["عهد"], "form_of_work": "subject", "mode": "online",
            },
        ),
        "teams.edit": (lambda c: {"team": c.id}, lambda c: {"theme": "آخر"}),
        "teams.ask": (lambda c: {"team": c.id}, lambda c: {"word": "أود الانضمام"}),
        "teams.decline": (lambda c: {"membership": c.id}, lambda c: {"reason": "اكتمل الفريق"}),
        "teams.card": (lambda c: {"membership": c.id}, lambda c: {"responsibility": "المحضر"}),
        "teams.search": (lambda c: {}, lambda c: {"words": _word(c)}),
        "teams.colleague": (lambda c: {"unit": 0}, lambda c: {"words": _word(c)}),
        "teams.colleague#unit": (lambda c: {"unit": c.unit}, lambda c: {"words": _word(c)}),
    },
    UNASKED,
    {
        "communities.teams": lambda c: team_queries.team(c.tx, c.id),
        "communities.members": lambda c: member_queries.membership(c.tx, c.id),
        "communities.units": lambda c: unit_queries.unit(c.tx, c.id),
    },
)  # fmt: skip

"""What those who stand above a team may do there: appoint another lead; and how many teams lie at a
unit that is changed."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, told
from bot.chat.screen import Choice, Screen, choice
from bot.chat.turn import Turn
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import members as member_rights
from bot.features.communities.rights import teams as team_rights
from bot.features.people.queries.people import name_of
from bot.features.people.rights import units as people_unit_rights


async def choose(turn: Turn, team_id: str, page: str) -> Screen:
    """Which of the members shall lead from now on."""
    team = await team_rights.access_overseen_team(turn.tx, turn.person, int(team_id))
    others = [each for each in await member_queries.members(turn.tx, team.id) if not each.leads]
    title = turn.say("Appoint another lead")
    if not others:
        text = turn.say("Nobody else belongs to {team} who could lead it.", team=team.name)
        return Screen(title=title, text=text).with_actions(_back(turn, team))
    at = page_of(turn, page, len(others))
    text = turn.say("Who shall lead {team} from now on? The whole team is told.", team=team.name)
    candidates = (
        choice(name_of(turn.voice, each.person), "teams.appoint", each.membership_id)
        for each in at.of(others)
    )
    pages = turning(turn, at, "teams.leads", team.id, more=at.precedes(len(others)))
    screen = Screen(title=title, text=text).with_list(candidates, *pages)
    return screen.with_actions(_back(turn, team))


def _back(turn: Turn, team: Team) -> list[Choice]:
    return [choice(turn.say("Open the team"), "teams.page", team.id)]


async def appoint(turn: Turn, membership_id: str) -> Screen:
    """Ask once more before the lead passes on."""
    chosen, team = await member_rights.access_candidate(turn.tx, turn.person, int(membership_id))
    text = turn.say(
        "Shall {name} lead {team} from now on? Whoever leads it now stays a member.",
        about=chosen.person.voice.gender,
        name=name_of(turn.voice, chosen.person),
        team=team.name,
    )
    return ask_first(
        text,
        told(turn, await team_queries.count_others(turn.tx, team.id, turn.person.id)),
        act=choice(turn.say("Yes, appoint"), "teams.appointed", chosen.id),
        back=choice(turn.say("Back"), "teams.leads", team.id, 0),
    )


async def appointed(turn: Turn, membership_id: str) -> Screen:
    team = await leadership_actions.appoint_lead(turn.tx, turn.person, int(membership_id))
    chosen = await member_queries.membership(turn.tx, int(membership_id))
    assert chosen is not None
    text = turn.say(
        "{name} now leads {team}, and the team is told.",
        about=chosen.person.voice.gender,
        name=name_of(turn.voice, chosen.person),
        team=team.name,
    )
    return (await turn.show("teams.page", team.id)).with_notice(text)


async def below(turn: Turn, unit_id: str) -> Screen:
    """How many teams there are at a unit and below it, for whoever is about to change it."""
    place = await people_unit_rights.access_unit_to_change(turn.tx, turn.person, int(unit_id))
    number = await team_queries.count_within(turn.tx, place)
    return Screen(text=turn.count("{n} team", "{n} teams", number) if number else "")

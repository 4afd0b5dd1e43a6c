"""What every teacher sees of teams: their own, finding one, its page, joining and leaving."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, menu_choice
from bot.chat.person import Person
from bot.chat.screen import Choice, ListEntry, Screen, alternatives, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Gender, Phrase
from bot.core.text import isolate, shorten
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.forms.fields import FORMS_OF_WORK, MODES
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries import unreached as unreached_queries
from bot.features.communities.queries.members import Member
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights import units as unit_rights
from bot.features.communities.rights.teams import TeamAbility
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.units import Unit, spoken_of
from bot.packs.organisation import subject_labels
from bot.storage.transaction import Tx

MEMBERS_ON_CARD = 10
RESPONSIBILITY_ON_CARD = 80
LABEL_CHARACTERS = 24
THEME_CHARACTERS = 80


async def mine(turn: Turn, page: str = "0") -> Screen:
    """The person's teams, what waits in them, and the buttons to more."""
    own = await team_queries.own_teams(turn.tx, turn.person.id)
    joined = [team for team in own if not team.waits]
    # Each has a line, and so has what waits in it; those of this page alone are put into words.
    shown = [
        (team, asks) for team in own for asks in ((False, True) if team.requests else (False,))
    ]
    at = page_of(turn, page, len(shown))
    items = [_own(turn, team, asks=asks) for team, asks in at.of(shown)]
    pages = turning(turn, at, "teams.mine", more=at.precedes(len(shown)))
    if joined:
        text = turn.count("You belong to {n} team.", "You belong to {n} teams.", len(joined))
    else:
        text = turn.say(
            "You do not belong to a team yet. Find one near you and ask to join, or open a link"
            " that a colleague sent you."
        )
    choices = [choice(turn.say("Find a team"), "teams.find", 0)]
    if await unit_rights.founding_reach(turn.tx, turn.person):
        choices.append(choice(turn.say("Found a team"), "teams.create"))
    closed = await team_queries.count_closed(turn.tx, turn.person.id)
    past_ones = [choice(turn.say("Closed teams"), "teams.past", 0)] if closed else []
    screen = Screen(title=turn.say("My teams"), text=text).with_list(items, *pages)
    return screen.with_actions(choices, past_ones, menu_choice(turn))


def _own(turn: Turn, team: team_queries.OwnTeam, *, asks: bool) -> Choice:
    """A line of the list of one's own teams: the team, or what waits in it."""
    if asks:
        label = turn.count("{n} request waits", "{n} requests wait", team.requests)
        return choice(label, "teams.requests", team.id)
    label = team.name
    if team.leads:
        label = turn.say("{team} (you lead it)", team=team.name)
    elif team.waits:
        label = turn.say("{team} (waits for an answer)", team=team.name)
    return choice(label, "teams.page", team.id)


async def past(turn: Turn, page: str) -> Screen:
    """The teams to which the person belonged until they were closed."""
    total = await team_queries.count_closed(turn.tx, turn.person.id)
    at = page_of(turn, page, total)
    closed = await team_queries.closed_teams_of(
        turn.tx, turn.person.id, offset=at.offset, limit=at.size
    )
    text = turn.count(
        "{n} team of yours was closed. What was shared there stays readable.",
        "{n} teams of yours were closed. What was shared there stays readable.",
        total,
    )
    teams = (choice(team.name, "teams.page", team.id) for team in closed)
    pages = turning(turn, at, "teams.past", more=at.precedes(total))
    screen = Screen(title=turn.say("Closed teams"), text=text).with_list(teams, *pages)
    return screen.with_actions(choice(turn.say("My teams"), "teams.mine"), menu_choice(turn))


async def create(turn: Turn) -> Screen:
    return await turn.begin("teams.create")


async def find(turn: Turn, page: str) -> Screen:
    """The teams of one's own unit, and the way to those of further ones and to the search."""
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show(turn.router.gate)
    screen = await teams_of_unit(turn, profile.unit, int(page), "teams.find")
    others = [
        choice(shorten(place.name, LABEL_CHARACTERS), "teams.at", place.id, 0)
        for place in profile.units[1:]
    ]
    return screen.with_actions(others)


async def welcome(turn: Turn) -> Screen:
    """The teams of a newcomer's own units which they have not joined or asked, each to be asked at
    once; without any there is no list."""
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show(turn.router.gate)
    size, me = turn.traits.list_size, turn.person.id
    known = await team_queries.teams_of(turn.tx, me)
    known += await team_queries.asked_teams_of(turn.tx, me)
    found: list[Team] = []
    for place in profile.units:
        most = size + len(known)
        there, _ = await team_queries.teams_at(turn.tx, turn.person, place, offset=0, limit=most)
        found += [team for team in there if team not in known]
    found = found[:size]
    title = turn.say("Teams near you")
    if len({team.unit.id for team in found}) == 1:
        title = turn.say("Teams of {unit}", unit=found[0].unit.name)
    join = turn.say("Ask to join")
    asks = (
        ListEntry(
            team.name, shorten(team.theme, THEME_CHARACTERS), choice(join, "teams.ask", team.id)
        )
        for team in found
    )
    hint = turn.say("Choose a team to ask to join.") if found else ""
    screen = Screen(title=title, footer=hint, again=choice("", "teams.welcome"))
    return screen.with_entries(asks).with_actions(choice(turn.say("My teams"), "teams.mine"))


async def teams_of_unit(turn: Turn, place: Unit, number: int, route: str, *args: object) -> Screen:
    """A page of the teams of a unit that the reader may see; `route` with `args` and a page leads
    to the others."""
    at = page_of(turn, number)
    found, total = await team_queries.teams_at(
        turn.tx, turn.person, place, offset=at.offset, limit=at.size
    )
    if (before := at.before(found)) is not None:
        return await teams_of_unit(turn, place, before, route, *args)
    choices = [
        choice(turn.say("Search for a team"), "teams.search"),
        choice(turn.say("My teams"), "teams.mine"),
    ]
    title = turn.say("Teams of {unit}", unit=place.name)
    if not found:
        text = turn.say(
            "There is no team at your unit yet. Search in the units around you, or ask your"
            " principal to let one be founded."
        )
        return Screen(title=title, text=text).with_actions(choices)
    pages = turning(turn, at, route, *args, more=at.precedes(total))
    teams = (choice(team.name, "teams.page", team.id) for team in found)
    text = turn.count("{n} team. Open one to see it.", "{n} teams. Open one to see it.", total)
    return Screen(title=title, text=text).with_list(teams, *pages).with_actions(choices)


async def team_page(turn: Turn, team_id: str) -> Screen:
    """A team: what it stands for, who belongs to it, and what the reader may do there."""
    team = await team_queries.visible_team(turn.tx, turn.person, int(team_id))
    may = await team_rights.abilities(turn.tx, turn.person, team)
    members = await member_queries.members(turn.tx, team.id)
    inside = TeamAbility.SEE_MEMBERS in may
    state = "" if team.is_active else turn.say("This team has ended its work.")
    people = _members(turn, team, members) if inside else _outline(turn, team, members)
    screen = Screen(
        title=team.name,
        text=paragraphs(state, card(turn, team), people),
        again=choice("", "teams.page", team.id),
    )
    back = [choice(turn.say("My teams"), "teams.mine")]
    if not team.is_active and not inside:
        return screen.with_actions(back)
    lead = TeamAbility.LEAD in may
    # Whoever leads it as well hands over instead.
    above = TeamAbility.APPOINT in may and not lead
    appoint = [choice(turn.say("Appoint another lead"), "teams.leads", team.id, 0)] if above else []
    if news := await _unaware_lead(turn, team):
        screen = screen.with_notice(news)
    if TeamAbility.ASK in may:
        if answer := await _missed_answer(turn, team):
            screen = screen.with_notice(answer)
        ask = choice(turn.say("Ask to join"), "teams.ask", team.id)
        return screen.with_actions(ask, appoint, back)
    if TeamAbility.WITHDRAW in may:
        withdraw = choice(turn.say("Withdraw my request"), "teams.unask", team.id)
        screen = screen.with_notice(await _waits(turn, team))
        return screen.with_actions(withdraw, appoint, back)
    doors = turn.router.doors_on("teams.page", turn, team.id, abilities=may)
    to_members = choice(turn.say("Members"), "teams.members", team.id, 0)
    screen = screen.with_actions(doors, to_members, appoint)
    if not team.is_active:
        return screen.with_actions(back)
    if lead:
        waiting = len(await member_queries.requests(turn.tx, team.id))
        if waiting:
            label = turn.count("{n} request waits", "{n} requests wait", waiting)
            screen = screen.with_actions(choice(label, "teams.requests", team.id))
        screen = screen.with_actions(choice(turn.say("Lead the team"), "teams.lead", team.id))
    if TeamAbility.LEAVE in may:
        screen = screen.with_actions(choice(turn.say("Leave the team"), "teams.leave", team.id))
    return screen.with_actions(back)


async def _waits(turn: Turn, team: Team) -> str:
    """How the reader's request stands."""
    own = await member_queries.standing_of(turn.tx, team.id, turn.person.id)
    if own is None or not await unreached_queries.is_unheard(turn.tx, own):
        return turn.say("Your request waits for the lead's answer.")
    return turn.say(
        "Your request waits, but our message about it has not reached the team's lead. It is best"
        " to get in touch directly."
    )


async def _missed_answer(turn: Turn, team: Team) -> str:
    """What the reader's last request was answered, where no message could tell them."""
    declined = await member_queries.declined_request(turn.tx, team.id, turn.person.id)
    if declined is None or not await unreached_queries.is_unaware(turn.tx, declined):
        return ""
    text = turn.say(
        "Your request to join {team} was not accepted this time. The lead writes:", team=team.name
    )
    return lines(text, isolate(declined.reason))


async def _unaware_lead(turn: Turn, team: Team) -> str:
    """That the one to whom the reader gave the lead does not know it, unless somebody tells
    them."""
    lead = await unreached_queries.unaware_lead(turn.tx, team, turn.person)
    if lead is None:
        return ""
    return turn.say(
        "📵 Our message about leading the team has not reached {name}. It is best to get in touch"
        " directly.",
        name=people_queries.name_of(turn.voice, lead),
    )


def card(turn: Turn, team: Team) -> str:
    """What the team stands for."""
    work = FORMS_OF_WORK.get(team.form_of_work, FORMS_OF_WORK["subject"])
    subjects = ""
    if team.subjects:
        named = subject_labels(turn.voice, team.subjects)
        subjects = turn.say("Subject: {subjects}", subjects=named)
    return paragraphs(
        turn.say("Theme: {theme}", theme=team.theme),
        lines(turn.say("Goals:"), *(_bullet(goal) for goal in team.goals)),
        lines(turn.say("Norms:"), *(_bullet(norm) for norm in team.norms)),
        lines(
            turn.say("Unit: {unit}", unit=team.unit.name),
            subjects,
            turn.say("Kind of work: {work}", work=Phrase(turn.voice.text(work))),
            turn.say("Meets: {mode}", mode=Phrase(turn.voice.text(MODES[team.mode]))),
        ),
    )


def _bullet(text: str) -> str:
    return f"• {isolate(text)}"


def _members(turn: Turn, team: Team, members: list[Member]) -> str:
    shown = [member_line(turn, member) for member in members[:MEMBERS_ON_CARD]]
    if rest := members[MEMBERS_ON_CARD:]:
        about = _spoken_of(team, rest)
        shown.append(turn.count("and {n} more", "and {n} more people", len(rest), about=about))
    about = _spoken_of(team, members)
    return lines(turn.count("{n} member:", "{n} members:", len(members), about=about), *shown)


def _spoken_of(team: Team, members: list[Member]) -> Gender:
    return spoken_of((member.person.voice.gender for member in members), team.unit)


def member_line(turn: Turn, member: Member) -> str:
    """A member with what they look after."""
    name: str = people_queries.name_of(turn.voice, member.person)
    if member.leads:
        name = turn.say("{name} (leads the team)", about=member.person.voice.gender, name=name)
    if not member.responsibility:
        return turn.say("• {name}", name=name)
    task = shorten(member.responsibility, RESPONSIBILITY_ON_CARD)
    return turn.say("• {name}: {task}", name=name, task=task)


def member_entry(turn: Turn, member: Member, *, opens: bool) -> ListEntry:
    """The same in a list of all, where a lead opens each."""
    name: str = people_queries.name_of(turn.voice, member.person)
    if member.leads:
        name = turn.say("{name} (leads the team)", about=member.person.voice.gender, name=name)
    task = shorten(member.responsibility, RESPONSIBILITY_ON_CARD)
    opened = choice("", "teams.member", member.membership_id) if opens else None
    return ListEntry(name, Phrase(isolate(task)) if task else "", opened)


def _outline(turn: Turn, team: Team, members: list[Member]) -> str:
    leads = [people_queries.name_of(turn.voice, m.person) for m in members if m.leads]
    led = turn.say("Led by {names}", names=turn.voice.join(leads)) if leads else ""
    about = _spoken_of(team, members)
    return lines(led, turn.count("{n} member", "{n} members", len(members), about=about))


async def ask(turn: Turn, team_id: str) -> Screen:
    return await turn.begin("teams.ask", team=int(team_id))


async def withdraw_request(turn: Turn, team_id: str) -> Screen:
    await membership_actions.withdraw_request(turn.tx, turn.person, int(team_id))
    screen = await mine(turn)
    return screen.with_result(turn.say("Your request is withdrawn."))


async def open_link(turn: Turn, code: str) -> Screen:
    """What a team's join link leads to: its card with the norms, then one press to join."""
    team = await team_rights.access_linked_team(turn.tx, turn.person, code)
    if await member_queries.is_member(turn.tx, team.id, turn.person.id):
        return await team_page(turn, str(team.id))
    invitation = turn.say("You are invited to join this team. By joining you agree to its norms.")
    text = paragraphs(
        card(turn, team), _outline(turn, team, await member_queries.members(turn.tx, team.id))
    )
    return Screen(
        title=team.name,
        text=paragraphs(invitation, text),
        again=choice("", "teams.link", code),
    ).with_actions(
        alternatives(
            choice(turn.say("Join the team"), "teams.enter", code),
            choice(turn.say("Not now"), turn.router.home),
        )
    )


async def enter(turn: Turn, code: str) -> Screen:
    """Join by a link."""
    team = await membership_actions.join_by_link(turn.tx, turn.person, code)
    screen = await team_page(turn, str(team.id))
    return screen.with_notice(turn.say("Welcome to {team}!", team=team.name))


async def leave(turn: Turn, team_id: str) -> Screen:
    """Ask once more before leaving; whoever is the last one ends the team by it."""
    team = await team_rights.access_own_team(turn.tx, turn.person, int(team_id))
    text = turn.say(
        "Do you really want to leave {team}? Its lead is told. What you shared stays with the"
        " team.",
        team=team.name,
    )
    others = await team_queries.count_others(turn.tx, team.id, turn.person.id)
    if team.is_active and not others:
        text = turn.say(
            "You are the last one in {team}. If you leave, it ends its work for good: meetings to"
            " come are called off, and open requests are declined. What you shared stays"
            " readable.",
            team=team.name,
        )
    return ask_first(
        text,
        act=choice(turn.say("Yes, leave"), "teams.left", team.id),
        back=choice(turn.say("No, stay"), "teams.page", team.id),
    )


async def left(turn: Turn, team_id: str) -> Screen:
    team = await membership_actions.leave_team(turn.tx, turn.person, int(team_id))
    screen = await mine(turn)
    return screen.with_notice(turn.say("You have left {team}.", team=team.name))


async def tell_erasure(tx: Tx, person: Person) -> str:
    """What becomes of the teams of a person who deletes their data."""
    led = await team_queries.teams_led_by(tx, person.id)
    alone = [t.name for t in led if await member_queries.depends_on(tx, t.id, person.id)]
    left = person.voice.say("You leave all your teams.")
    if not alone:
        return left
    heirs = person.voice.say(
        "You are the only lead of {teams}: hand the lead over first, or it passes to the"
        " longest-standing member and the team is told.",
        teams=person.voice.join(alone),
    )
    return lines(left, heirs)


async def teams_at(turn: Turn, unit_id: str, page: str) -> Screen:
    """The teams of a unit that the reader sees by their district or by a role above it."""
    place = await unit_rights.access_unit_with_teams(turn.tx, turn.person, int(unit_id))
    return await teams_of_unit(turn, place, int(page), "teams.at", place.id)

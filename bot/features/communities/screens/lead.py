"""What a team's lead sees: requests, members, role cards, the link, handing over, closing."""

from dataclasses import replace

from bot.chat.lists import entry, page_of, page_of_entries, turning
from bot.chat.navigation import ask_first, no_choice, told
from bot.chat.screen import Choice, Screen, alternatives, choice, lines, paragraphs, sharing
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate, isolate_ltr, unlinked
from bot.features.communities import notices
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries import unreached as unreached_queries
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.notices import RequestFacts
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import members as member_rights
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights.members import MembershipAbility
from bot.features.communities.rights.teams import TeamAbility
from bot.features.communities.screens.team import member_entry
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import name_of

ACCEPT = "teams.accept"


async def _led(turn: Turn, team_id: int) -> Team:
    return await team_rights.access_led_team(turn.tx, turn.person, team_id)


async def lead_page(turn: Turn, team_id: str) -> Screen:
    """What a lead may do."""
    team = await _led(turn, int(team_id))
    waiting = len(await member_queries.requests(turn.tx, team.id))
    text = turn.count("{n} request waits", "{n} requests wait", waiting)
    return Screen(title=team.name, text=text).with_actions(
        choice(turn.say("Invitation link"), "teams.invite", team.id),
        choice(turn.say("Requests"), "teams.requests", team.id),
        choice(turn.say("Members and role cards"), "teams.members", team.id, 0),
        choice(turn.say("Edit the team"), "teams.edit", team.id),
        choice(turn.say("Close the team"), "teams.close", team.id),
        _back(turn, team.id),
    )


def _back(turn: Turn, team_id: int) -> list[Choice]:
    return [choice(turn.say("Open the team"), "teams.page", team_id)]


async def edit(turn: Turn, team_id: str) -> Screen:
    return await turn.begin("teams.edit", team=int(team_id))


async def invite(turn: Turn, team_id: str) -> Screen:
    """The join link."""
    team = await _led(turn, int(team_id))
    return _link(turn, team)


def _link(turn: Turn, team: Team) -> Screen:
    text = turn.say(
        "Whoever opens this link may join {team} at once, and you are told. Send it to your"
        " colleagues only.",
        team=team.name,
    )
    if team.link_code:
        address = turn.link(team.link_code)
        words = turn.say("Invitation to the team {team} in Halqa", team=team.name)
        link: str = Phrase(isolate_ltr(address))
        sends = [sharing(turn.say("Send the link"), address, words)]
    else:
        sends = []
        link = turn.say(
            "The link that there is was made before codes were sealed: it works for whoever has it,"
            " and cannot be shown again. Make a new one when you need it."
        )
    return Screen(title=turn.say("Invitation link"), text=paragraphs(text, link)).with_actions(
        sends,
        choice(turn.say("Make a new link, end this one"), "teams.renew", team.id),
        _back(turn, team.id),
    )


async def renew(turn: Turn, team_id: str) -> Screen:
    """Ask before the link ends that others may hold."""
    team = await _led(turn, int(team_id))
    return ask_first(
        turn.say(
            "Shall I make a new link for {team}? The present one stops working at once, for"
            " everybody who has it.",
            team=team.name,
        ),
        act=choice(
            turn.say("Yes, make a new link"),
            "teams.renewed",
            team.id,
            team.link_digest[-team_actions.LINK_END :],
        ),
        back=no_choice(turn, "teams.invite", team.id),
    )


async def renewed(turn: Turn, team_id: str, seen: str) -> Screen:
    """A new link in place of the one that ends as `seen`; where that has been done before, the
    link that there is by now."""
    team = await team_actions.renew_link(turn.tx, turn.person, int(team_id), seen)
    return _link(turn, team).with_result(turn.say("The old link no longer works."))


async def requests(turn: Turn, team_id: str, page: str = "0") -> Screen:
    """Who waits for an answer, with what they wrote."""
    team = await _led(turn, int(team_id))
    found = await member_queries.requests(turn.tx, team.id)
    title = turn.say("Requests for {team}", team=team.name)
    if not found:
        text = turn.say("Nobody waits for an answer. Share the link to win more colleagues.")
        link = choice(turn.say("Invitation link"), "teams.invite", team.id)
        return Screen(title=title, text=text).with_actions(link, _back(turn, team.id))
    if len(found) == 1:
        return _request(turn, found[0], team)
    at = page_of_entries(turn, page, len(found))
    cards = (
        entry(
            name_of(turn.voice, asked.person),
            Phrase(isolate(unlinked(asked.word))),
            "teams.request",
            asked.id,
        )
        for asked in at.of(found)
    )
    pages = turning(turn, at, "teams.requests", team.id, more=at.precedes(len(found)))
    screen = Screen(title=title).with_entries(cards, *pages, first=at.offset + 1)
    return screen.with_actions(_back(turn, team.id))


async def request(turn: Turn, membership_id: str) -> Screen:
    """One of several who wait, with what they wrote."""
    asked, team = await member_rights.access_request(turn.tx, turn.person, int(membership_id))
    return _request(turn, asked, team, choice(turn.say("Requests"), "teams.requests", team.id))


def _request(turn: Turn, asked: Membership, team: Team, *others: Choice) -> Screen:
    """A request with its answers."""
    text = turn.say(
        "{name} asks to join {team}.",
        name=name_of(turn.voice, asked.person),
        team=team.name,
        about=asked.person.voice.gender,
    )
    return Screen(text=text, quote=unlinked(asked.word)).with_actions(
        alternatives(
            choice(turn.say("Accept"), ACCEPT, asked.id),
            choice(turn.say("Decline"), "teams.decline", asked.id),
        ),
        others,
        _back(turn, team.id),
    )


async def accept(turn: Turn, membership_id: str) -> Screen:
    done = await membership_actions.accept_request(turn.tx, turn.person, int(membership_id))
    name = name_of(turn.voice, done.person)
    gender = done.person.voice.gender
    text = turn.say("{name} now belongs to the team and is told.", about=gender, name=name)
    if missed := await _unaware(turn, done):
        belongs = turn.say("{name} now belongs to the team.", about=gender, name=name)
        text = lines(belongs, missed)
    rows = [[choice(turn.say("Write a role card"), "teams.card", done.id)]]
    if await member_queries.requests(turn.tx, done.team_id):
        rows.append([choice(turn.say("Requests"), "teams.requests", done.team_id)])
    rows.append(_back(turn, done.team_id))
    asks = [each for each in turn.pressed_on or () if each.route == ACCEPT]
    if len(asks) != 1:
        return Screen(text=text).with_actions(*rows)
    # The lead's notice of this one request keeps the words of whoever asked.
    team = await team_queries.team(turn.tx, done.team_id)
    assert team is not None
    work = (await people_queries.work_of(turn.tx, [done.person.id])).get(done.person.id)
    told_of = notices.asked(turn.voice, RequestFacts(done, team, work), turn.tx.now)
    return (
        replace(told_of, actions=(), marks=True)
        .with_actions(*rows)
        .with_result(turn.say("✅ {done}", done=text))
    )


async def decline(turn: Turn, membership_id: str) -> Screen:
    return await turn.begin("teams.decline", membership=int(membership_id))


async def members(turn: Turn, team_id: str, page: str) -> Screen:
    """Everybody in the team; a lead opens each member."""
    team = await team_rights.access_team_with_members(turn.tx, turn.person, int(team_id))
    lead = TeamAbility.LEAD in await team_rights.abilities(turn.tx, turn.person, team)
    everybody = await member_queries.members(turn.tx, team.id)
    at = page_of(turn, page, len(everybody))
    people = (member_entry(turn, each, opens=lead) for each in at.of(everybody))
    pages = turning(turn, at, "teams.members", team.id, more=at.precedes(len(everybody)))
    title = turn.say("Members of {team}", team=team.name)
    hint = turn.say("Choose a name to write a role card or to hand over.") if lead else ""
    screen = Screen(title=title, footer=hint).with_entries(people, *pages, first=at.offset + 1)
    return screen.with_actions(_back(turn, team.id))


async def member(turn: Turn, membership_id: str) -> Screen:
    """One member with their role card."""
    chosen, team = await _chosen(turn, membership_id)
    card = chosen.responsibility or turn.say("The role card is still empty.")
    about = turn.say("Role card in {team}: {card}", team=team.name, card=card)
    screen = Screen(
        title=chosen.person.name, text=paragraphs(about, await _unaware(turn, chosen))
    ).with_actions(choice(turn.say("Write a role card"), "teams.card", chosen.id))
    may = await member_rights.abilities(turn.tx, turn.person, chosen)
    if MembershipAbility.HAND_OVER in may:
        hand = choice(turn.say("Hand over the lead"), "teams.hand", chosen.id)
        screen = screen.with_actions(hand)
    if MembershipAbility.REMOVE in may:
        remove = choice(turn.say("Remove from the team"), "teams.remove", chosen.id)
        screen = screen.with_actions(remove)
    return screen.with_actions(choice(turn.say("Back"), "teams.members", team.id, 0))


async def _unaware(turn: Turn, chosen: Membership) -> str:
    """That a member does not know what they were told last, unless somebody tells them."""
    if not await unreached_queries.is_unaware(turn.tx, chosen):
        return ""
    name = name_of(turn.voice, chosen.person)
    return turn.say("📵 Our last message about the team has not reached {name}.", name=name)


async def _chosen(turn: Turn, membership_id: str) -> tuple[Membership, Team]:
    return await member_rights.access_member(turn.tx, turn.person, int(membership_id))


async def card(turn: Turn, membership_id: str) -> Screen:
    return await turn.begin("teams.card", membership=int(membership_id))


async def hand(turn: Turn, membership_id: str) -> Screen:
    """Ask once more before the lead is handed over."""
    chosen, team = await _chosen(turn, membership_id)
    text = turn.say(
        "Hand the lead of {team} over to {name}? You stay as a member.",
        team=team.name,
        name=chosen.person.name,
    )
    return ask_first(
        text,
        told(turn, await team_queries.count_others(turn.tx, team.id, turn.person.id)),
        act=choice(turn.say("Yes, hand over"), "teams.handed", chosen.id),
        back=choice(turn.say("Back"), "teams.member", chosen.id),
    )


async def handed(turn: Turn, membership_id: str) -> Screen:
    team = await leadership_actions.hand_over(turn.tx, turn.person, int(membership_id))
    return await turn.show("teams.page", team.id)


async def remove(turn: Turn, membership_id: str) -> Screen:
    """Ask once more before somebody is removed."""
    chosen, team = await _chosen(turn, membership_id)
    text = turn.say(
        "Remove {name} from {team}? I will say so politely; what they shared stays.",
        about=chosen.person.voice.gender,
        name=chosen.person.name,
        team=team.name,
    )
    return ask_first(
        text,
        act=choice(turn.say("Yes, remove"), "teams.removed", chosen.id),
        back=choice(turn.say("Back"), "teams.member", chosen.id),
    )


async def removed(turn: Turn, membership_id: str) -> Screen:
    team = await membership_actions.remove_member(turn.tx, turn.person, int(membership_id))
    gone = await member_queries.known_membership(turn.tx, int(membership_id))
    screen = await members(turn, str(team.id), "0")
    return screen.with_result(
        turn.say(
            "{name} no longer belongs to the team.",
            about=gone.person.voice.gender,
            name=name_of(turn.voice, gone.person),
        )
    )


async def close(turn: Turn, team_id: str) -> Screen:
    """Ask once more before the team is closed."""
    team = await _led(turn, int(team_id))
    text = turn.say(
        "Close {team} for good? Meetings to come are called off, and open requests are declined."
        " What was shared stays readable.",
        team=team.name,
    )
    others = await team_queries.count_others(turn.tx, team.id, turn.person.id)
    waiting = await member_queries.requests(turn.tx, team.id)
    return ask_first(
        text,
        told(turn, others + len(waiting)),
        act=choice(turn.say("Yes, close the team"), "teams.closed", team.id),
        back=choice(turn.say("No, keep it"), "teams.page", team.id),
    )


async def closed(turn: Turn, team_id: str) -> Screen:
    await closing_actions.close_team(turn.tx, turn.person, int(team_id))
    screen = await turn.show("teams.mine")
    return screen.with_notice(turn.say("The team is closed, and its members are told."))

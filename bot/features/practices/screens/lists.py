"""The ways to find practices: the start, and the lists."""

from bot.chat.lists import View, page_of, turning
from bot.chat.navigation import menu_choice
from bot.chat.screen import Screen, choice
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.practices.queries import lists as practice_lists
from bot.features.practices.queries.lists import Selection
from bot.features.practices.rights import teams as team_rights
from bot.features.practices.rights.teams import TeamPracticesAbility
from bot.features.practices.screens.cards import AUTHOR, SUBJECT, show_list
from bot.features.practices.screens.navigation import HOME, topic_origin
from bot.packs import organisation

EMPTY_NEW = N_("Nothing has been shared here yet. The first practice could be yours 🌱")
EMPTY_OURS = N_("Your teams have not shared anything yet. The first practice could be yours 🌱")
EMPTY_MINE = N_("You have not shared a practice yet. Whatever worked in your class is worth it.")
EMPTY_TEAM = N_("This team has not shared anything yet. The first practice could be yours 🌱")
EMPTY_TOPIC = N_("There is nothing about this subject any more. Others may have something.")
FOR_MEMBERS = N_("What a team shares is for its members. You can ask to join from its page.")


async def home(turn: Turn) -> Screen:
    """Where everything about practices begins."""
    teams = await team_queries.readable_teams_of(turn.tx, turn.person.id)
    first = [choice(turn.say("From my teams"), "practices.ours", 1)] if teams else []
    return Screen(
        title=turn.say("Practices"),
        text=turn.say("What has worked in the classes of your colleagues, in their own words."),
    ).with_actions(
        choice(turn.say("✏️ Share a practice"), "practices.share", primary=True),
        *first,
        choice(turn.say("Newest"), "practices.new", 1),
        choice(turn.say("🔎 Search"), "practices.search"),
        choice(turn.say("By subject"), "practices.topics"),
        choice(turn.say("My practices"), "practices.mine", 1),
        menu_choice(turn),
    )


async def share(turn: Turn, team_id: str = "") -> Screen:
    """The form, for a team when it is opened from the team's page."""
    if team_id:
        return await turn.begin("practices.share", origin=int(team_id))
    return await turn.begin("practices.share")


async def newest(turn: Turn, number: str = "1") -> Screen:
    view = View(turn.say("Newest practices"), EMPTY_NEW, "practices.new")
    return await _show(turn, Selection(), int(number), view, kind="n")


async def ours(turn: Turn, number: str = "1") -> Screen:
    view = View(turn.say("From my teams"), EMPTY_OURS, "practices.ours")
    return await _show(turn, Selection(own_teams=True), int(number), view, kind="o")


async def mine(turn: Turn, number: str = "1") -> Screen:
    view = View(turn.say("My practices"), EMPTY_MINE, "practices.mine")
    return await _show(turn, Selection(mine=True), int(number), view, kind="m")


async def of_team(turn: Turn, team_id: str, number: str = "1") -> Screen:
    """What a team shared, for its members and those above it."""
    team = await team_queries.visible_team(turn.tx, turn.person, int(team_id))
    member = await member_queries.is_member(turn.tx, team.id, turn.person.id)
    title = turn.say("Practices of {team}", team=team.name)
    empty = EMPTY_TEAM if member else FOR_MEMBERS
    view = View(title, empty, "practices.team", (team_id,), f"t{team_id}")
    page = await practice_lists.list_practices(
        turn.tx, turn.person, Selection(team_id=team.id), int(number), turn.traits.entries_size
    )
    screen = show_list(turn, page, view)
    if TeamPracticesAbility.SHARE in await team_rights.abilities(turn.tx, turn.person, team):
        label = turn.say("✏️ Share with the team")
        screen = screen.with_actions(choice(label, "practices.share", team.id))
    return screen.with_actions(choice(turn.say("Back"), "teams.page", team.id))


async def topics(turn: Turn, number: str = "0") -> Screen:
    """The subjects there is something about."""
    found = await practice_lists.subjects_with_practices(turn.tx, turn.person)
    at = page_of(turn, number, len(found))
    subjects = [
        choice(_topic_label(turn, code, count), "practices.topic", code)
        for code, count in at.of(list(found.items()))
    ]
    text = turn.say("Which subject?") if found else turn.voice.text(EMPTY_NEW)
    pages = turning(turn, at, "practices.topics", more=at.precedes(len(found)))
    screen = Screen(title=turn.say("Practices by subject"), text=text).with_list(subjects, *pages)
    return screen.with_actions(choice(turn.say("Back"), HOME))


def _topic_label(turn: Turn, code: str, count: int) -> str:
    subject = organisation.subject_label(turn.voice, code)
    if count > practice_lists.COUNTED:
        return turn.say(
            "{subject} (more than {count})", subject=subject, count=practice_lists.COUNTED
        )
    return turn.say("{subject} ({count})", subject=subject, count=count)


async def topic(turn: Turn, subject: str, number: str = "1") -> Screen:
    title = organisation.subject_label(turn.voice, subject)
    view = View(title, EMPTY_TOPIC, "practices.topic", (subject,), topic_origin(subject))
    page = await practice_lists.list_practices(
        turn.tx, turn.person, Selection(subject=subject), int(number), turn.traits.entries_size
    )
    back = choice(turn.say("Back"), "practices.topics")
    return show_list(turn, page, view, SUBJECT).with_actions(back)


async def _show(turn: Turn, shelf: Selection, number: int, view: View, *, kind: str) -> Screen:
    page = await practice_lists.list_practices(
        turn.tx, turn.person, shelf, number, turn.traits.entries_size
    )
    here = View(view.title, view.empty, view.route, view.args, f"{kind}{page.number}")
    screen = show_list(turn, page, here, AUTHOR if shelf.mine else "")
    rows = [choice(turn.say("Back"), HOME)]
    if not page.total:
        rows = [choice(turn.say("✏️ Share a practice"), "practices.share"), *rows]
    return screen.with_actions(rows)

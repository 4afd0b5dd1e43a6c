"""What opens the form that calls a meeting: a button, or a line that seems to speak of one."""

from bot.arabic.meeting_line import read_meeting_line
from bot.chat.lists import page_of, turning
from bot.chat.screen import Choice, Screen, choice
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.rights import teams as team_rights

NEW, LINE, LINE_FOR = "meetings.new", "meetings.line", "meetings.linefor"
LONGEST_LINE = 150
"""Characters of a text that is offered to be a meeting."""


async def start(turn: Turn, page: str = "0") -> Screen:
    """Calling a meeting without a team at hand: the person's own, or a choice among them."""
    return await _for_team(turn, page, NEW, "meetings.start")


async def new(turn: Turn, team_id: str) -> Screen:
    return await turn.begin(NEW, team_id=int(team_id))


async def line(turn: Turn, text: str, page: str = "0") -> Screen:
    """The same with all of it in one line."""
    return await _for_team(turn, page, LINE_FOR, LINE, text)


async def line_for(turn: Turn, text: str, team_id: str) -> Screen:
    return await turn.tell(NEW, text, team_id=int(team_id))


async def _for_team(turn: Turn, page: str, leads_to: str, route: str, *args: str) -> Screen:
    """Lead on with the only team of the person, or ask for which of them."""
    led = await team_queries.teams_led_by(turn.tx, turn.person.id)
    if len(led) == 1:
        return await turn.show(leads_to, *args, led[0].id)
    if not led:
        text = team_rights.not_lead(turn.person).text
        return Screen(text=text).with_actions(choice(turn.say("My meetings"), "meetings.mine"))
    at = page_of(turn, page, len(led))
    teams = (choice(Phrase(isolate(team.name)), leads_to, *args, team.id) for team in at.of(led))
    pages = turning(turn, at, route, *args, more=at.precedes(len(led)))
    screen = Screen(text=turn.say("Which team shall meet?")).with_list(teams, *pages)
    return screen.with_actions(choice(turn.say("Back"), "meetings.mine"))


async def offer_line(turn: Turn, text: str) -> Choice | None:
    """The button that calls the meeting of which a text seems to speak, for whoever leads a
    team."""
    voice = turn.voice
    if len(text) > LONGEST_LINE:
        return None
    now = voice.local(turn.now)
    line = read_meeting_line(text, now, voice.country, voice.hijri_days)
    if line is None or not line.sure:
        return None
    if not await team_queries.teams_led_by(turn.tx, turn.person.id):
        return None
    starts = (each.start for each in line.readings)
    begins = next((start for start in starts if start and start > now), None)
    if begins is None:
        return choice(turn.say("Is it a meeting?"), LINE, text)
    label = turn.say("Meeting: {when}?", when=voice.weekday(begins.date()))
    return choice(label, LINE, text, hint=turn.say("Meeting: {when}?", when=voice.brief(begins)))

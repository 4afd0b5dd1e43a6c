"""The screens of meetings: lists, the page of one, answers, and what opens the forms."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.lists import Page, entry, page_of, page_of_entries, turning
from bot.chat.navigation import menu_choice
from bot.chat.person import Person
from bot.chat.screen import Choice, ListEntry, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate, shorten
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.actions import counting as counting_actions
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import MeetingState, Rsvp
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import (
    ListedMeeting,
    Meeting,
    MemberRsvp,
    RsvpSummary,
)
from bot.features.meetings.rights import meetings as meeting_rights
from bot.features.meetings.rights import teams as team_rights
from bot.features.meetings.rights.meetings import MeetingAbility
from bot.features.meetings.rights.teams import TeamMeetingsAbility
from bot.features.people.queries.people import name_of
from bot.storage.transaction import Tx

TITLE_CHARACTERS = 40
REASON_CHARACTERS = 120
ANSWER, WHY = "meetings.rsvp", "meetings.why"
CALLED, CANCELLED = "called", "cancelled"
"""What was just done, for the page that tells it already."""


# Lists


async def mine(turn: Turn, page: str = "0") -> Screen:
    """The person's meetings to come, with their answers."""
    at = page_of_entries(turn, page)
    found = await meeting_queries.upcoming(
        turn.tx, turn.person.id, offset=at.offset, limit=at.ahead
    )
    if (before := at.before(found)) is not None:
        return await mine(turn, str(before))
    screen = _meeting_list(turn, turn.say("My meetings"), found, at, "meetings.mine", team=True)
    if not found:
        screen = replace(screen, text=turn.say("No meetings ahead. Invitations will arrive here."))
    leads = await team_queries.teams_led_by(turn.tx, turn.person.id)
    return screen.with_actions(
        [choice(turn.say("Schedule a meeting"), "meetings.start")] if leads else [],
        choice(turn.say("Past meetings"), "meetings.past"),
        menu_choice(turn),
    )


async def past(turn: Turn, page: str = "0") -> Screen:
    """Meetings of the person's teams, also the closed ones, that were held or cancelled."""
    at = page_of_entries(turn, page)
    found = await meeting_queries.past(turn.tx, turn.person.id, offset=at.offset, limit=at.ahead)
    if (before := at.before(found)) is not None:
        return await past(turn, str(before))
    screen = _meeting_list(turn, turn.say("Past meetings"), found, at, "meetings.past", team=True)
    if not found:
        screen = replace(screen, text=turn.say("There are no past meetings yet."))
    return screen.with_actions(choice(turn.say("My meetings"), "meetings.mine"), menu_choice(turn))


async def of_team(turn: Turn, team_id: str, page: str = "0") -> Screen:
    """The team's meetings to come, for its members."""
    return await _of_team(turn, int(team_id), int(page), past=False)


async def past_of_team(turn: Turn, team_id: str, page: str = "0") -> Screen:
    return await _of_team(turn, int(team_id), int(page), past=True)


async def _of_team(turn: Turn, team_id: int, number: int, *, past: bool) -> Screen:
    team = await team_rights.access_team_with_meetings(turn.tx, turn.person, team_id)
    past = past or not team.is_active
    at = page_of_entries(turn, number)
    found = await meeting_queries.team_meetings(
        turn.tx, team, turn.person.id, past=past, offset=at.offset, limit=at.ahead
    )
    if (before := at.before(found)) is not None:
        return await _of_team(turn, team_id, before, past=past)
    calls = TeamMeetingsAbility.CALL in await team_rights.abilities(turn.tx, turn.person, team)
    if past:
        title = turn.say("Past meetings of {team}", team=team.name)
        none = turn.say("There are no past meetings yet.")
        route = "meetings.teampast"
        ahead = choice(turn.say("Meetings to come"), "meetings.team", team.id)
        other = [ahead] if team.is_active else []
    else:
        title = turn.say("Meetings of {team}", team=team.name)
        none = turn.say("No meetings ahead.")
        route = "meetings.team"
        other = [choice(turn.say("Past meetings"), "meetings.teampast", team.id)]
    if calls and not past:
        none = turn.say("No meetings ahead. You can call one with the button below.")
    screen = _meeting_list(turn, title, found, at, route, team.id)
    if not found:
        screen = replace(screen, text=none)
    return screen.with_actions(
        [choice(turn.say("Schedule a meeting"), "meetings.new", team.id)]
        if calls and not past
        else [],
        *other,
        _team_choice(turn, team),
    )


def _meeting_list(
    turn: Turn,
    title: str,
    found: Sequence[ListedMeeting],
    at: Page,
    route: str,
    *args: object,
    team: bool = False,
) -> Screen:
    """One page of meetings, of which one more than stands on it was read."""
    items = (_listed(turn, each, team=team) for each in found[: at.size])
    pages = turning(turn, at, route, *args, more=len(found) > at.size)
    return Screen(title=title).with_entries(items, *pages, first=at.offset + 1)


def _listed(turn: Turn, each: ListedMeeting, *, team: bool) -> ListEntry:
    about = lines(
        turn.say("📅 {moment}", moment=turn.voice.brief(each.meeting.starts_at)),
        turn.say("👥 {team}", team=each.team.name) if team else "",
        _standing(turn, each),
    )
    return entry(each.meeting.title, about, "meetings.page", each.meeting.id)


def _standing(turn: Turn, each: ListedMeeting) -> str:
    """What stands to be said of a meeting in a list: how it ended, or one's own answer."""
    state = each.meeting.state_at(turn.now)
    if state is MeetingState.CANCELLED:
        return turn.say("❌ Cancelled")
    answer = meeting_card.short_answer(turn.voice, each.answer)
    return turn.say("{label}: {value}", label=turn.say("Your answer"), value=answer)


def _team_choice(turn: Turn, team: Team) -> Choice:
    return choice(turn.say("Team page"), "teams.page", team.id)


# One meeting


async def page(turn: Turn, meeting_id: str, just: str = "") -> Screen:
    """Everything about a meeting, with the buttons that its reader may use. What was `just` done
    stands above it, and is not said twice: `CALLED` (nobody has answered yet), or `CANCELLED`."""
    found, team = await meeting_queries.visible_meeting(turn.tx, turn.person, int(meeting_id))
    attendance = await meeting_queries.attendance(turn.tx, found)
    own = next(
        (r for r in attendance.replies if r.person.id == turn.person.id), MemberRsvp(turn.person)
    )
    may = await meeting_rights.abilities(turn.tx, turn.person, (found, team))
    answers = MeetingAbility.ANSWER in may
    reads_answers = MeetingAbility.READ_ANSWERS in may
    text = paragraphs(
        _state(turn, found, team, said=just == CANCELLED),
        meeting_card.details(turn.voice, found, team),
        ""
        if just == CALLED
        else meeting_card.counts(
            turn.voice, found, team, attendance, turn.now, named=reads_answers
        ),
        await _unreached(turn, found, team, attendance) if reads_answers else "",
        meeting_card.own_answer(turn.voice, own.answer) if answers else "",
    )
    screen = Screen(
        title=Phrase(isolate(found.title)),
        text=text,
        again=choice("", "meetings.page", found.id),
    )
    if answers:
        screen = screen.with_actions(
            meeting_card.answer_choices(turn.voice, found, own.answer),
            _why(turn, found, own),
            meeting_card.link_choice(turn.voice, found),
        )
    if reads_answers:
        screen = screen.with_actions(choice(turn.say("Who attends?"), "meetings.answers", found.id))
    if MeetingAbility.CHANGE in may:
        screen = screen.with_actions(
            choice(turn.say("Move"), "meetings.move", found.id),
            choice(turn.say("Change place or link"), "meetings.place", found.id),
            choice(turn.say("Cancel the meeting"), "meetings.cancel", found.id),
        )
        # With all of these there is no room for the way that the menu has as well.
        return screen.with_actions(_team_choice(turn, team))
    return screen.with_actions(
        _team_choice(turn, team), choice(turn.say("My meetings"), "meetings.mine")
    )


def _state(turn: Turn, found: Meeting, team: Team, *, said: bool = False) -> str:
    """What has become of the meeting, where that is not simply to come; without what was `said`
    above it."""
    reason = turn.say("Reason: {reason}", reason=found.reason) if found.reason else ""
    state = found.state_at(turn.now)
    if state is MeetingState.CANCELLED:
        ended = "" if team.is_active else turn.say("Its team has ended its work.")
        return lines("" if said else turn.say("❌ This meeting was cancelled."), reason, ended)
    if state is MeetingState.HELD:
        return turn.say("This meeting has ended.")
    if found.starts_at <= turn.now:
        return turn.say("🔔 The meeting is going on now.")
    return lines(turn.say("🔁 The time was changed."), reason) if found.moved_count else ""


async def _unreached(turn: Turn, found: Meeting, team: Team, attendance: RsvpSummary) -> str:
    """Who does not know of the meeting, or how it stands, unless somebody tells them."""
    if not found.is_on(turn.now):
        return ""
    missed = await meeting_queries.unreached(turn.tx, found, attendance)
    if not missed:
        return ""
    names = meeting_card.names(turn.voice, missed, team)
    return turn.say("📵 Our last message did not reach: {names}", names=names)


def _why(turn: Turn, found: Meeting, own: MemberRsvp) -> list[Choice]:
    if own.answer is not Rsvp.NO:
        return []
    label = turn.say("Change my reason") if own.reason else turn.say("Add a reason")
    return [choice(label, WHY, found.id)]


async def answers(turn: Turn, meeting_id: str, page: str = "0") -> Screen:
    """Names and reasons by answer, page by page, for a lead of the team."""
    found, team = await meeting_rights.access_answers(turn.tx, turn.person, int(meeting_id))
    attendance = await meeting_queries.attendance(turn.tx, found)
    at = page_of(turn, page, len(attendance.replies))
    rest, groups = at.offset, []
    room, over = at.size, not found.is_on(turn.now)
    for answer in (Rsvp.YES, Rsvp.MAYBE, Rsvp.NO, None):
        replies = attendance.those(answer)
        shown = replies[rest : rest + room]
        rest = max(0, rest - len(replies))
        room -= len(shown)
        if shown:
            counted = meeting_card.counted(turn.voice, answer, replies, team, over=over)
            groups.append(lines(counted, *(_named(turn, reply) for reply in shown)))
    more = at.precedes(len(attendance.replies))
    text = paragraphs(turn.say("📅 {moment}", moment=found.starts_at), *groups)
    pages = turning(turn, at, "meetings.answers", found.id, more=more)
    screen = Screen(title=Phrase(isolate(found.title)), text=text).with_list([], *pages)
    follow = choice(turn.say("Count along"), "meetings.count", found.id)
    return screen.with_actions(
        [follow] if found.is_on(turn.now) and turn.traits.edits else [],
        choice(turn.say("Back"), "meetings.page", found.id),
    )


async def count(turn: Turn, meeting_id: str) -> Screen:
    """Have the answers counted along in a message of its own."""
    counts = await counting_actions.count_along(turn.tx, turn.person, int(meeting_id))
    screen = await answers(turn, meeting_id)
    if not counts:
        return screen.with_result(turn.say("This meeting is over or cancelled."))
    return screen.with_result(turn.say("The next message counts along."))


def _named(turn: Turn, reply: MemberRsvp) -> str:
    name = name_of(turn.voice, reply.person)
    if reply.reason:
        reason = shorten(reply.reason, REASON_CHARACTERS)
        return turn.say("• {name}: {reason}", name=name, reason=reason)
    if reply.answer is None and reply.earlier:
        earlier = meeting_card.short_answer(turn.voice, reply.earlier)
        return turn.say("• {name} (for the old time: {answer})", name=name, answer=earlier)
    return turn.say("• {name}", name=name)


async def rsvp(turn: Turn, meeting_id: str, answer: str, moved_count: str) -> Screen:
    """Take an answer where the invitation stands. A button under an old time, or of a meeting
    that is over, shows how the meeting stands instead."""
    found, team = await meeting_queries.visible_meeting(turn.tx, turn.person, int(meeting_id))
    if not found.is_on(turn.now):
        screen = await page(turn, meeting_id)
        if not team.is_active and found.state is MeetingState.CANCELLED:
            text = turn.say("The team has ended its work, so this meeting no longer takes place.")
            return screen.with_toast(text, alert=True)
        return screen.with_toast(turn.say("This meeting is over or cancelled."))
    if int(moved_count) != found.moved_count:
        screen = await page(turn, meeting_id)
        return screen.with_result(meeting_rights.moved(turn.person).text, alert=True)
    given = Rsvp(answer)
    await meeting_actions.answer_meeting(
        turn.tx, turn.person, found.id, given, moved_count=found.moved_count
    )
    if turn.pressed_on is not None:
        return await _answered(turn, turn.pressed_on, found, given)
    return (await page(turn, meeting_id)).with_toast(_thanks(turn, given))


async def _answered(turn: Turn, delivered: Sequence[Choice], found: Meeting, given: Rsvp) -> Screen:
    """The invitation or reminder itself: its words stay, and its buttons show the answer."""
    own = await meeting_queries.answer_of(turn.tx, found, turn.person)
    answered = [
        *meeting_card.answer_choices(turn.voice, found, given),
        *_why(turn, found, own),
    ]
    places = [i for i, each in enumerate(delivered) if each.route == ANSWER]
    others = [each for each in delivered if each.route not in (ANSWER, WHY)]
    if places:
        others[places[0] : places[0]] = answered
    elif not others:
        others = [*answered, meeting_card.page_choice(turn.voice, found)]
    thanks = _thanks(turn, given)
    screen = Screen(text=thanks, marks=True, words_stay=True).with_toast(thanks)
    return screen.with_actions(others)


def _thanks(turn: Turn, answer: Rsvp) -> str:
    if answer is Rsvp.YES:
        return turn.say("Noted: you will attend. See you there!")
    if answer is Rsvp.MAYBE:
        return turn.say("Noted: perhaps. You can settle it later.")
    return turn.say("Noted: you apologised. You may add a reason.")


# Into the forms


async def move(turn: Turn, meeting_id: str) -> Screen:
    found, _ = await meeting_queries.visible_meeting(turn.tx, turn.person, int(meeting_id))
    return await turn.begin(
        "meetings.move", meeting_id=found.id, team_id=found.team_id, minutes=found.minutes
    )


async def cancel(turn: Turn, meeting_id: str) -> Screen:
    return await turn.begin("meetings.cancel", meeting_id=int(meeting_id))


async def place(turn: Turn, meeting_id: str) -> Screen:
    found, _ = await meeting_queries.visible_meeting(turn.tx, turn.person, int(meeting_id))
    return await turn.begin("meetings.place", meeting_id=found.id, team_id=found.team_id)


async def why(turn: Turn, meeting_id: str) -> Screen:
    found, _ = await meeting_queries.visible_meeting(turn.tx, turn.person, int(meeting_id))
    own = await meeting_queries.answer_of(turn.tx, found, turn.person)
    if own.answer is not Rsvp.NO or not found.is_on(turn.now):
        return await page(turn, meeting_id)
    return await turn.begin("meetings.why", meeting_id=found.id, moved_count=found.moved_count)


async def tell_erasure(tx: Tx, person: Person) -> str:
    """What becomes of the answers of a person who deletes their data."""
    return person.voice.say("The reasons of your apologies are erased.")

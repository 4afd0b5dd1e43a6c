"""Why a reminder came, and how it is changed."""

from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.notices.reminders import CAUSES
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries import reminders as reminder_queries
from bot.scheduling.quiet import Timing

WHEN = {
    "1d": N_("A day before, I remind everybody who has not apologised."),
    "1h": N_("An hour before, I remind everybody who has not apologised."),
    "10m": N_("Ten minutes before, I remind those who said yes or maybe."),
}


async def reminded(turn: Turn, meeting_id: str, slot: str) -> Screen:
    """Whose member they are, what they answered, which rule brought it now, and how to change
    that."""
    found, team = await meeting_queries.visible_meeting(turn.tx, turn.person, int(meeting_id))
    own = await meeting_queries.answer_of(turn.tx, found, turn.person)
    text = paragraphs(
        lines(
            turn.say("You are a member of {team}, which meets:", team=team.name),
            Phrase(isolate(found.title)),
            turn.say("📅 {moment}", moment=found.starts_at),
            meeting_card.own_answer(turn.voice, own.answer),
        ),
        lines(
            turn.voice.text(WHEN[slot]) if slot in WHEN else "",
            await _moved(turn, found.id, slot),
        ),
        turn.say(
            "Who apologises is not reminded. Your quiet hours, the pauses for prayer and the"
            " morning card are yours to choose."
        ),
    )
    return Screen(title=turn.say("Why did this reach me?"), text=text).with_actions(
        choice(turn.say("Meeting page"), "meetings.page", found.id),
        choice(turn.say("Quiet hours and reminders"), "manners.mine"),
    )


async def _moved(turn: Turn, meeting_id: int, slot: str) -> str:
    """What the reminder had to avoid."""
    given = await reminder_queries.reminder_of(turn.tx, meeting_id, turn.person.id, slot)
    if given is None or given.cause is None:
        return ""
    cause = turn.voice.text(CAUSES[given.cause])
    if given.timing is Timing.EARLIER:
        return turn.say("It came earlier, since its time would have met {cause}.", cause=cause)
    if given.timing is Timing.LATER:
        return turn.say("It came later, since its time would have met {cause}.", cause=cause)
    return turn.say(
        "It came although it met {cause}: the meeting was near, and you had answered its"
        " invitation.",
        cause=cause,
    )


async def gathered(turn: Turn) -> Screen:
    """Why a morning digest came."""
    text = paragraphs(
        turn.say(
            "You asked for one card in the morning instead of single reminders. It holds the"
            " meetings that I would remind you of today."
        ),
        turn.say("The last word, ten minutes before a meeting, still comes by itself."),
    )
    return Screen(title=turn.say("Why did this reach me?"), text=text).with_actions(
        choice(turn.say("My meetings"), "meetings.mine"),
        choice(turn.say("Quiet hours and reminders"), "manners.mine"),
    )

"""What others send below the reader, and letting it go on after a stop."""

from bot.chat.lists import entry, page_of, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Screen, choice, lines
from bot.chat.turn import Turn
from bot.features.announcements import notices, rights
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.queries import oversight as oversight_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.screens.announcements import STATES, audience_line, report
from bot.features.announcements.screens.resting import rest_line


async def below(turn: Turn, page: str = "0") -> Screen:
    """What others have begun to send, for whoever stands above them."""
    at = page_of(turn, page)
    found = await oversight_queries.overseen_by(turn.tx, turn.person, at.offset, at.ahead)
    if (before := at.before(found)) is not None:
        return await below(turn, str(before))
    items = [
        entry(
            one.title,
            turn.say("State: {state}", state=turn.voice.text(STATES[one.state])),
            "announce.report",
            one.id,
        )
        for one in found[: at.size]
    ]
    text = turn.say("Nothing is sent below you.")
    if items:
        text = turn.say("What others send below you, the newest first. You can stop it on its way.")
    pages = turning(turn, at, "announce.below", more=len(found) > at.size)
    back = choice(turn.say("Back"), "announce.inbox")
    screen = Screen(title=turn.say("By others below me"), text=text)
    return screen.with_entries(items, *pages, first=at.offset + 1).with_actions(back)


async def let_on(turn: Turn, number: str) -> Screen:
    """Ask before a stopped one goes out to the rest."""
    found = await rights.access_announcement_to_let_go_on(turn.tx, turn.person, int(number))
    figures = await report_queries.report(turn.tx, found.id)
    return ask_first(
        lines(
            await audience_line(turn, found),
            notices.has_reached(turn.voice, figures),
            turn.count(
                "{n} person has not got it.",
                "{n} people have not got it.",
                figures.missed(found.total),
            ),
            await rest_line(turn, found),
        ),
        turn.say("Shall it go on to them? From then on it goes by your right."),
        title=turn.say("📣 {title}", title=found.title),
        act=choice(turn.say("Yes, let it go on"), "announce.wenton", found.id, found.rounds),
        back=no_choice(turn, "announce.report", found.id),
    )


async def went_on(turn: Turn, number: str, seen: str = "") -> Screen:
    """Let it go on, if it was stopped no other time since it was asked about, `seen` so often."""
    found = await rights.access_announcement_to_let_go_on(
        turn.tx, turn.person, int(number), lock=True
    )
    if seen != str(found.rounds):
        return await let_on(turn, number)
    ahead = await stopping_actions.let_go_on(turn.tx, turn.person, found.id)
    screen = await report(turn, number)
    return screen.with_result(
        turn.count("It goes on to {n} person.", "It goes on to {n} people.", ahead)
    )

"""When a person may be written to: their quiet hours, prayers and morning digest."""

from dataclasses import replace
from datetime import date, datetime, time

from bot.arabic.calendar.places import place_of
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase, Voice
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.models import AtRest, Pause
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.scheduling.quiet import Hours

STARTS = (18, 19, 20, 21, 22, 23, 0, 13)
ENDS = (4, 5, 6, 7, 8, 9, 10, 16)
CARDS = (300, 360, 390, 420, 450, 480, 540, 600)
"""Offered hours of the morning digest, in minutes after midnight."""

PAUSES: dict[Pause, str] = {
    Pause.ALL: N_("At every prayer"),
    Pause.FRIDAY: N_("At the Friday prayer only"),
    Pause.NONE: N_("No pause for prayers"),
}

AT_REST: dict[AtRest, str] = {
    AtRest.WAIT: N_("what does not hurry waits for the morning"),
    AtRest.SILENT: N_("what does not hurry comes without a sound"),
}
OTHERWISE: dict[AtRest, str] = {
    AtRest.WAIT: N_("At night, silently"),
    AtRest.SILENT: N_("Waiting for the morning"),
}
"""The button that changes it to the other one."""


# One's own settings


async def mine(turn: Turn, _person: str = "0") -> Screen:
    """When I may write to the person, each with a button to change it."""
    chosen = await settings_queries.settings_of(turn.tx, turn.person.id)
    text = paragraphs(
        lines(
            _fact(turn, turn.say("🌙 Quiet hours"), _hours(turn.voice, chosen.hours)),
            _fact(turn, turn.say("🕌 Prayers"), turn.voice.text(PAUSES[chosen.pause])),
            _fact(turn, turn.say("☀️ Morning card"), _card(turn.voice, chosen.card_at)),
            _fact(turn, turn.say("💬 At night"), turn.voice.text(AT_REST[chosen.at_rest])),
        ),
        turn.say(
            "A reminder that would fall into such a time comes before it where that is early"
            " enough, else after it, and never after its meeting has begun. Weekends, holidays"
            " and examinations are kept clear as well."
        ),
        turn.say(
            "Of all other messages only what is urgent rings then, such as a meeting that is off"
            " within hours."
        ),
    )
    screen = Screen(title=turn.say("When may I write to you?"), text=text).with_actions(
        choice(turn.say("Quiet hours"), "manners.from"),
        choice(turn.say("Prayers"), "manners.pauses"),
        choice(turn.say("Morning card"), "manners.cards"),
    )
    if turn.traits.silence:
        other = turn.voice.text(OTHERWISE[chosen.at_rest])
        screen = screen.with_actions(choice(other, "manners.rest", chosen.at_rest.value))
    return screen.with_actions(
        choice(turn.say("Days of my unit"), "manners.days"),
        choice(turn.say("Back"), "people.settings"),
    )


def _fact(turn: Turn, label: str, value: Phrase) -> str:
    return turn.say("{label}: {value}", label=Phrase(label), value=value)


def clock(voice: Voice, hour: time) -> Phrase:
    """An hour of the day, whatever the day."""
    return voice.time(datetime.combine(date(2026, 1, 4), hour, voice.zone))


def _hours(voice: Voice, hours: Hours | None) -> Phrase:
    if hours is None:
        return voice.say("none")
    return voice.say(
        "from {start} to {end}", start=clock(voice, hours.start), end=clock(voice, hours.end)
    )


def _card(voice: Voice, hour: time | None) -> Phrase:
    return voice.say("none") if hour is None else clock(voice, hour)


async def _saved(turn: Turn, chosen: NotificationSettings) -> Screen:
    await settings_actions.choose_settings(turn.tx, turn.person, chosen)
    return (await mine(turn)).with_notice(turn.say("Saved."))


async def choose_start(turn: Turn) -> Screen:
    """When the quiet hours begin, or that there are to be none."""
    buttons = [choice(clock(turn.voice, time(n)), "manners.until", n) for n in STARTS]
    text = turn.say("From which hour on shall I be silent?")
    screen = Screen(title=turn.say("Quiet hours"), text=text).with_list(buttons)
    return screen.with_actions(
        choice(turn.say("No quiet hours"), "manners.loud"),
        choice(turn.say("Back"), "manners.mine"),
    )


async def choose_end(turn: Turn, start: str) -> Screen:
    """When they end."""
    first = _hour(start)
    buttons = [choice(clock(turn.voice, time(n)), "manners.quiet", first.hour, n) for n in ENDS]
    text = turn.say("Silent from {start}. Until when?", start=clock(turn.voice, first))
    screen = Screen(title=turn.say("Quiet hours"), text=text).with_list(buttons)
    return screen.with_actions(choice(turn.say("Back"), "manners.from"))


async def set_hours(turn: Turn, start: str, end: str) -> Screen:
    """Keep the hours; an end before the start is one of the next day."""
    chosen = await settings_queries.settings_of(turn.tx, turn.person.id)
    return await _saved(turn, replace(chosen, hours=Hours(_hour(start), _hour(end))))


async def drop_hours(turn: Turn) -> Screen:
    chosen = await settings_queries.settings_of(turn.tx, turn.person.id)
    return await _saved(turn, replace(chosen, hours=None))


def _hour(text: str) -> time:
    return time(int(text) % 24)


async def choose_pause(turn: Turn) -> Screen:
    """Around which prayers I am silent."""
    own = (await settings_queries.availability_of(turn.tx, [turn.person]))[turn.person.id]
    town = place_of(own.place)
    text = paragraphs(
        turn.say("Shall I keep silent while you pray?"),
        turn.say("The times are by the clock of {place}.", place=town.name(turn.voice.language))
        if town
        else turn.say(
            "The town of your unit is not known to me, so the times are those of the capital."
        ),
        turn.say("In Ramadan I keep silent at iftar as well, unless you want no pause at all."),
    )
    pauses = [
        choice(turn.voice.text(label), "manners.pause", pause.value)
        for pause, label in PAUSES.items()
    ]
    return Screen(title=turn.say("Prayers"), text=text).with_actions(
        pauses, choice(turn.say("Back"), "manners.mine")
    )


async def set_pause(turn: Turn, pause: str) -> Screen:
    chosen = await settings_queries.settings_of(turn.tx, turn.person.id)
    return await _saved(turn, replace(chosen, pause=Pause(pause)))


async def change_rest(turn: Turn, seen: str) -> Screen:
    """Have what does not hurry come at rest without a sound, or wait; the other than was `seen`."""
    chosen = await settings_queries.settings_of(turn.tx, turn.person.id)
    wanted = AtRest.WAIT if seen == AtRest.SILENT else AtRest.SILENT
    return await _saved(turn, replace(chosen, at_rest=wanted))


async def choose_card(turn: Turn) -> Screen:
    """Whether the day's reminders come together, and when."""
    text = turn.say(
        "I can gather the reminders of a day in one card in the morning. Only the last one, ten"
        " minutes before a meeting, then still comes by itself. At what time?"
    )
    buttons = [choice(clock(turn.voice, time(n // 60, n % 60)), "manners.card", n) for n in CARDS]
    screen = Screen(title=turn.say("Morning card"), text=text).with_list(buttons)
    return screen.with_actions(
        choice(turn.say("No morning card"), "manners.card", "none"),
        choice(turn.say("Back"), "manners.mine"),
    )


async def set_card(turn: Turn, minutes: str) -> Screen:
    chosen = await settings_queries.settings_of(turn.tx, turn.person.id)
    number = int(minutes) % 1440 if minutes.isdigit() else None
    hour = None if number is None else time(number // 60, number % 60)
    return await _saved(turn, replace(chosen, card_at=hour))

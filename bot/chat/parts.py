"""A screen in as many parts as its channel needs: a text that is longer than a message, and more
actions than a message has room for. Nothing is cut off: each part says which it is, and leads on.

What is read on is drawn anew from the rows of that moment, so a screen that may be long says where
it is drawn (`Screen.again`); one that does not is cut by the channel, which tells the log.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.chat.kept_choices import keep_long_choices
from bot.chat.screen import Choice, Listing, Screen, choice, paragraphs
from bot.chat.traits import Traits
from bot.chat.turn import Turn
from bot.core.i18n import Voice
from bot.core.text import count_units

ROUTE = "part"
"""Leads, with the number of a part, to that part of what the further arguments lead to."""
SPARE = 24
"""Units of a message that are left for what the channel adds to a text, and for the line that says
which part it is."""


async def fitted(turn: Turn, screen: Screen) -> Screen:
    """An answer as it stands in one message of the channel by which it goes."""
    rtl = turn.voice.language == "ar"
    if not (screen.text or screen.title or screen.attachment):
        return replace(screen, rtl=rtl)
    if screen.marks:
        screen = fit_delivered(screen, turn.traits, turn.voice)
    else:
        screen = fit(screen, turn.traits, turn.voice, turn.part)
    kept = await keep_long_choices(turn.tx, turn.person.id, screen, turn.traits.token)
    return replace(kept, rtl=rtl, of_conversation=not screen.marks)


def fit(screen: Screen, traits: Traits, voice: Voice, part: int = 1) -> Screen:
    """The part of the screen with this number, counted from 1; all of it where there is room."""
    screen = _without_what_fails(screen, traits)
    room = _room(screen, traits)
    if (_units(screen) <= room and len(screen.choices) <= traits.choices) or not screen.again:
        return screen
    return _part(screen, traits, voice, part)


def fit_delivered(screen: Screen, traits: Traits, voice: Voice) -> Screen:
    """A message that nobody asked for as it stands in one: its beginning, and a button that opens
    what it is about, where it says what that is."""
    screen = _without_what_fails(screen, traits)
    is_long, room = _units(screen) > _room(screen, traits), traits.choices
    if screen.again is None or not (is_long or len(screen.choices) > room):
        return screen
    opens = replace(screen.again, label=voice.say("Read on"))
    steps = {(each.route, each.args) for each in screen.actions}
    actions = screen.actions if (opens.route, opens.args) in steps else (opens, *screen.actions)
    listing = screen.listing
    if listing and len(listing.choices) + len(actions) > room:
        listing = Listing(listing.items[: max(0, room - len(actions))])
    if is_long:
        said = next(_texts(replace(screen, actions=actions), traits))
        screen = replace(screen, text=said, quote="")
    return replace(screen, actions=actions[:room], listing=listing)


def _without_what_fails(screen: Screen, traits: Traits) -> Screen:
    """The menu as actions where the channel has none, and the file as one where it does not stand
    beside the words."""
    if screen.menu and not traits.menu:
        screen = replace(screen, actions=screen.actions + screen.menu, menu=())
    if screen.attachment and _units(screen) > traits.caption and screen.attachment.opens:
        opens = screen.attachment.opens
        screen = replace(screen, attachment=None, actions=(opens, *screen.actions))
    return screen


def _room(screen: Screen, traits: Traits) -> int:
    if screen.attachment:
        return traits.caption
    return traits.text_with_choices if screen.choices else traits.text


def _part(screen: Screen, traits: Traits, voice: Voice, part: int) -> Screen:
    assert screen.again is not None
    texts = list(_texts(screen, traits)) if _units(screen) > _room(screen, traits) else []
    reading = max(1, len(texts))
    leading = 2 if len(texts) > 1 else 0
    shelves = list(_shelves(screen, traits.choices - leading))
    parts = reading + len(shelves) - 1
    number = max(1, min(part, parts))
    shown = screen
    if texts or number > 1:
        said = texts[number - 1] if texts and number <= reading else ""
        shown = replace(shown, text=said, quote="")
    if number > 1:
        shown = replace(shown, attachment=None, footer="")
    on = shelves[number - reading] if number > reading else shelves[0]
    listing = screen.listing if number <= reading else None
    if number > reading:
        on = (*on, _leading(screen.again, number - 1, voice.say("Previous page")))
    else:
        if len(shelves) > 1:
            on = (*on, _leading(screen.again, reading + 1, voice.say("More actions")))
        if number > 1:
            on = (*on, _leading(screen.again, number - 1, voice.say("Previous page")))
        if number < reading:
            on = (_leading(screen.again, number + 1, voice.say("Read on")), *on)
    if texts and number <= reading:
        place = voice.say("Page {page} of {pages}", page=number, pages=reading)
        shown = replace(shown, footer=paragraphs(shown.footer, place))
    return replace(shown, actions=on, listing=listing)


def _leading(again: Choice, part: int, label: str) -> Choice:
    return choice(label, ROUTE, part, again.route, *again.args)


def _shelves(screen: Screen, room: int) -> Iterator[tuple[Choice, ...]]:
    """The actions, by the messages in which they stand; the first has the list as well."""
    rest = screen.actions
    taken = len(screen.listing.choices) if screen.listing else 0
    if taken + len(rest) <= room:
        yield rest
        return
    first = max(0, room - taken - 1)
    yield rest[:first]
    rest = rest[first:]
    while rest:
        # One place is for the way back.
        yield rest[: room - 1]
        rest = rest[room - 1 :]


def _texts(screen: Screen, traits: Traits) -> Iterator[str]:
    """What the screen says between its title and its footer, by the messages in which it stands."""
    room = min(traits.text_with_choices, traits.text)
    if screen.attachment:
        room = min(room, traits.caption)
    room -= _written(screen.title) + _written(screen.footer) + SPARE
    said = paragraphs(screen.text, screen.quote)
    while said:
        piece, said = _first(said, max(room, 100))
        yield piece


def _first(text: str, room: int) -> tuple[str, str]:
    """What of a text stands in one message, and what is left: it breaks between paragraphs, or
    lines, or words, where there is one that is near."""
    if _written(text) <= room:
        return text, ""
    end = room
    while _written(text[:end]) > room:
        end -= max(1, (_written(text[:end]) - room) // 2)
    for between, least in (("\n\n", end // 2), ("\n", end // 2), (" ", end * 2 // 3)):
        place = text.rfind(between, 0, end + 1)
        if place > least:
            return text[:place].rstrip(), text[place:].lstrip()
    return text[:end], text[end:]


def _units(screen: Screen) -> int:
    """Units of the message, with what the channel may add to each line for its direction."""
    filled = [x for x in (screen.title, screen.text, screen.quote, screen.footer) if x]
    return sum(map(_written, filled)) + 2 * max(0, len(filled) - 1)


def _written(text: str) -> int:
    return count_units(text) + text.count("\n") + 1

"""A screen in as many parts as its channel needs: a text that is longer than a message, and more
actions than a message has room for. Nothing is cut off: each part says which it is, and leads on.

What is read on is drawn anew from the rows of that moment, so a screen that may be long says where
it is drawn (`Screen.again`); one that does not is cut by the channel, which tells the log.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.chat.entries import say_once
from bot.chat.kept_choices import keep_long_choices
from bot.chat.screen import Choice, Listing, Screen, choice, paragraphs
from bot.chat.traits import Traits
from bot.chat.turn import Turn
from bot.core.graphemes import begin
from bot.core.i18n import Voice
from bot.core.text import count_units, lay_out, shorten

ROUTE = "part"
"""Leads, with the number of a part, to that part of what the further arguments lead to."""
SPARE = 40
"""Units of a message that are left for what the channel puts between its parts, and for the line
that says which part it is."""
MARK = 200
"""Characters of what a press has recorded that stay beside the beginning of a long message."""
GROWTH = 3
"""At most so many times as long is a text with its marks of direction."""


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
    screen = say_once(_without_what_fails(screen, traits, voice), traits, voice)
    is_long = _is_long(screen, traits, voice)
    if screen.again is None or not (is_long or len(screen.choices) > traits.choices):
        return screen
    return _part(screen, traits, voice, part, is_long)


def fit_delivered(screen: Screen, traits: Traits, voice: Voice) -> Screen:
    """A message that nobody asked for as it stands in one: its beginning, and a button that opens
    what it is about, where it says what that is."""
    screen = _without_what_fails(screen, traits, voice)
    said, room = say_once(screen, traits, voice), traits.choices
    is_long = _is_long(said, traits, voice)
    if screen.again is None or not (is_long or len(screen.choices) > room):
        return said
    opens = replace(screen.again, label=voice.say("Read on"))
    steps = {(each.route, each.args) for each in screen.actions}
    actions = screen.actions if (opens.route, opens.args) in steps else (opens, *screen.actions)
    if (listing := screen.listing) and len(listing.choices) + len(actions) > room:
        # What has no choice of its own any more is named in the text.
        screen = replace(screen, listing=listing.opening(max(0, room - len(actions))))
    said = say_once(screen, traits, voice)
    while (listing := screen.listing) and listing.entries and _is_long(said, traits, voice):
        # What is not named any more has no choice either: it is read on.
        screen = replace(screen, listing=listing.without_last())
        said = say_once(screen, traits, voice)
    screen, is_long = said, _is_long(said, traits, voice)
    if is_long:
        # What a press has recorded is the last thing below the text, and is read at once.
        mark = shorten(screen.footer.rpartition("\n\n")[2], MARK)
        screen, texts = _in_texts(screen, traits, voice, below=mark)
        screen = replace(screen, text=texts[0], quote="")
    return replace(screen, actions=actions[:room])


def _without_what_fails(screen: Screen, traits: Traits, voice: Voice) -> Screen:
    """The menu as actions where the channel has none, addresses in the text where no choice leads
    to one, and the file as an action where it does not stand beside the words."""
    if screen.menu and not traits.menu:
        screen = replace(screen, actions=screen.actions + screen.menu, menu=())
    if not traits.links and any(each.url for each in screen.choices):
        screen = screen.without_buttons(lambda each: not each.url)
    file = screen.attachment
    if file and file.opens and not _has_room(screen, traits.caption, voice):
        screen = replace(screen, attachment=None, actions=(file.opens, *screen.actions))
    return screen


def needs_parts(screen: Screen, turn: Turn) -> bool:
    """Whether the words of the screen are more than one message of the channel holds."""
    return _is_long(screen, turn.traits, turn.voice)


def messages_of(text: str, turn: Turn) -> Iterator[Screen]:
    """A text of any length in as many messages without choices as it takes."""
    while text:
        piece, text = _first(text, turn.traits.text - SPARE, turn.voice)
        yield Screen(text=piece, rtl=turn.voice.language == "ar")


def _is_long(screen: Screen, traits: Traits, voice: Voice) -> bool:
    if screen.attachment or screen.beside_file:
        return not _has_room(screen, traits.caption, voice)
    room = traits.text_with_choices if screen.choices else traits.text
    return not _has_room(screen, room, voice)


def _part(screen: Screen, traits: Traits, voice: Voice, part: int, is_long: bool) -> Screen:
    again = screen.again
    assert again is not None
    texts: list[str] = []
    if is_long:
        screen, texts = _in_texts(screen, traits, voice)
    reading = max(1, len(texts))
    shelves = list(_shelves(screen, traits.choices - (2 if len(texts) > 1 else 0)))
    number = max(1, min(part, reading + len(shelves) - 1))
    listing, on = shelves[max(0, number - reading)]
    shown = screen
    if texts or number > 1:
        said = texts[number - 1] if texts and number <= reading else ""
        shown = replace(shown, text=said, quote="")
    if number > 1:
        shown = replace(shown, attachment=None, footer="")
    if number > reading and not shown.title:
        shown = replace(shown, text=voice.say("More actions"))
    if number < reading:
        on = (_leading(again, number + 1, voice.say("Read on")), *on)
    if max(number, reading) < reading + len(shelves) - 1:
        on = (*on, _leading(again, max(number, reading) + 1, voice.say("More actions")))
    if number > 1:
        on = (*on, _leading(again, number - 1, voice.say("Previous page")))
    if texts and number <= reading:
        place = voice.say("Page {page} of {pages}", page=number, pages=reading)
        shown = replace(shown, footer=paragraphs(shown.footer, place))
    return replace(shown, actions=on, listing=listing)


def _leading(again: Choice, part: int, label: str) -> Choice:
    return choice(label, ROUTE, part, again.route, *again.args)


_Shelf = tuple[Listing | None, tuple[Choice, ...]]


def _shelves(screen: Screen, room: int) -> Iterator[_Shelf]:
    """The list and the actions, by the messages in which they stand."""
    listing, actions = screen.listing, screen.actions
    items = listing.choices if listing else ()
    if len(items) + len(actions) <= room:
        yield listing, actions
        return
    # A place is for what leads on, and one for the way back.
    most = room - 1
    while items or actions:
        shown, items = items[:most], items[most:]
        done, actions = actions[: most - len(shown)], actions[most - len(shown) :]
        whole = listing is not None and shown == listing.choices
        yield (listing if whole else Listing(shown) if shown else None), done
        listing = None
        most = room - 1 if len(items) + len(actions) <= room - 1 else room - 2


def _in_texts(
    screen: Screen, traits: Traits, voice: Voice, below: str = ""
) -> tuple[Screen, list[str]]:
    """What the screen says between its title and its footer, by the messages in which it stands;
    where these are long themselves, they are read with the rest, but for what stays `below`."""
    room = min(traits.text_with_choices, traits.text)
    if screen.attachment or screen.beside_file:
        room = min(room, traits.caption)
    around = _written(screen.title, voice) + _written(screen.footer, voice)
    if around > room // 2:
        text = paragraphs(screen.title, screen.text)
        quote = paragraphs(screen.quote, screen.footer)
        screen = replace(screen, title="", text=text, quote=quote, footer=below)
        around = _written(below, voice)
    said, texts = paragraphs(screen.text, screen.quote), []
    while said:
        piece, said = _first(said, room - around - SPARE, voice)
        texts.append(piece)
    return screen, texts


def _first(text: str, room: int, voice: Voice) -> tuple[str, str]:
    """What of a text stands in one message, and what is left: it breaks between paragraphs, or
    lines, or words, where there is one that is near."""
    end = min(len(text), room)
    while (units := _written(text[:end], voice)) > room:
        end -= max(1, (units - room) // 2)
    if end == len(text):
        return text, ""
    for between, least in (("\n\n", end // 2), ("\n", end // 2), (" ", end * 2 // 3)):
        place = text.rfind(between, 0, end + 1)
        if place > least:
            return text[:place].rstrip(), text[place:].lstrip()
    end = len(begin(text, end)) or end
    return text[:end], text[end:]


def _has_room(screen: Screen, room: int, voice: Voice) -> bool:
    """Whether the words of the screen stand in so many units, with their marks of direction; those
    of most are far from it, and are not laid out to find out."""
    filled = [x for x in (screen.title, screen.text, screen.quote, screen.footer) if x]
    room -= 2 * len(filled)
    if GROWTH * sum(map(count_units, filled)) <= room:
        return True
    return sum(_written(each, voice) for each in filled) <= room


def _written(text: str, voice: Voice) -> int:
    return count_units(lay_out(text, rtl=voice.language == "ar")) if text else 0

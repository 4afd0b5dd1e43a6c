"""A list in words: each title once, in the text or on a button.

Where many short buttons stand side by side, the text names the items by their numbers, with what
matters about each, and the buttons carry the numbers; the button of a single one says what it does.
Where a choice is a row with room for a
title, the title stands there, and the text says only what else there is. An item about which there
is nothing else to say stands on its button alone, wherever that shows the title whole.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.screen import ListEntry, Listing, Screen, lines, paragraphs
from bot.chat.traits import Traits
from bot.core.i18n import Voice
from bot.core.text import unmarked


def say_once(screen: Screen, traits: Traits, voice: Voice) -> Screen:
    """The same screen with its entries in words, as the channel has room for them."""
    listing = screen.listing
    if listing is None or not listing.entries:
        return screen
    placed = list(enumerate(listing.entries, listing.first))
    opens = [each.opens for each in listing.entries]
    labels = [each.title for each in listing.entries]
    texts = [""] * len(placed)
    if not any(opens):
        texts = [_unnumbered(voice, each) for each in listing.entries]
    elif is_numbered(listing, traits):
        if traits.numbers:
            labels = [voice.number(place) for place, _ in placed]
            if _is_single(listing):
                labels = [opens[0].label if opens[0] and opens[0].label else voice.say("Open")]
            texts = [_numbered(voice, place, each) for place, each in placed]
        else:
            labels = [_row(voice, place, each) for place, each in placed]
            texts = [_beside_row(voice, place, each, traits) for place, each in placed]
    items = tuple(
        replace(step, label=label, hint="")
        for step, label in zip(opens, labels, strict=True)
        if step
    )
    said = replace(listing, items=items, entries=())
    text = paragraphs(screen.text, _joined(texts))
    return replace(screen, text=text, listing=said if said.choices else None)


def is_numbered(listing: Listing, traits: Traits) -> bool:
    """Whether the items are told apart by their numbers: their titles alone do not say it all."""
    some_open = any(each.opens for each in listing.entries)
    return some_open and not all(_is_title(each, traits) for each in listing.entries)


def _is_single(listing: Listing) -> bool:
    """Whether there is but one item, so that no number has to tell it from others."""
    return len(listing.entries) == 1 and not (listing.earlier or listing.later)


def _is_title(entry: ListEntry, traits: Traits) -> bool:
    """Whether a button says everything about it."""
    whole = len(unmarked(entry.title)) <= traits.title
    return entry.opens is not None and not entry.about and whole


def _numbered(voice: Voice, place: int, entry: ListEntry) -> str:
    return lines(_row(voice, place, entry), entry.about)


def _row(voice: Voice, place: int, entry: ListEntry) -> str:
    return voice.say("{number}. {title}", number=place, title=entry.title)


def _beside_row(voice: Voice, place: int, entry: ListEntry, traits: Traits) -> str:
    if entry.opens is None or len(unmarked(entry.title)) > traits.title:
        return _numbered(voice, place, entry)
    if not entry.about:
        return ""
    first, _, rest = entry.about.partition("\n")
    return lines(voice.say("{number}. {title}", number=place, title=first), rest)


def _unnumbered(voice: Voice, entry: ListEntry) -> str:
    return lines(voice.say("• {name}", name=entry.title), entry.about)


def _joined(texts: Sequence[str]) -> str:
    """One below the other; with an empty line between them where one has several lines."""
    join = paragraphs if any("\n" in text for text in texts) else lines
    return join(*texts)

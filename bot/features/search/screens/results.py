"""How a search shows what it found, whatever it looked for."""

from collections.abc import Sequence

from bot.chat.screen import Choice, Screen, choice, lines
from bot.chat.turn import Turn
from bot.features.people.actions.search import remember_search

MOST_SHOWN = 4
"""Matched words that are shown of one entry."""


def found_words(turn: Turn, words: Sequence[str]) -> str:
    """Why something was found: the words that matched, as they are written there."""
    if not words:
        return ""
    return turn.say("Found: {words}", words=turn.voice.join(list(words[:MOST_SHOWN])))


async def offer_nearest(
    turn: Turn, text: str, offer: str, route: str, choices: Sequence[Choice]
) -> Screen:
    """Nothing was found: the nearest spelling that would find something is one press away.
    `route` shows what a search found, by its id."""
    if not offer:
        advice = turn.say("Try another word, or a shorter one.")
        return Screen(text=lines(text, advice)).with_actions(choices)
    offered = await remember_search(turn.tx, turn.person, offer)
    text = lines(text, turn.say("Did you mean {offer}?", offer=offer))
    label = turn.say("🔎 Search for {offer}", offer=offer)
    return Screen(text=text).with_actions(choice(label, route, offered), choices)

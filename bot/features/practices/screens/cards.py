"""How lists of practices are drawn."""

from bot.chat.lists import Page, View, draw_list, entry
from bot.chat.person import Person
from bot.chat.screen import ListEntry, Screen, lines
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.features.people.queries import people as people_queries
from bot.features.practices.models import PracticeState
from bot.features.practices.queries.lists import PracticeCard, PracticePage
from bot.features.practices.screens.navigation import OPEN
from bot.packs import organisation

AUTHOR, SUBJECT = "author", "subject"


def show_list(turn: Turn, page: PracticePage, view: View, shared: str = "") -> Screen:
    """A page of a list, or what to do when the list is empty. `shared` is what its title says for
    all of them, and none of them says again: `AUTHOR` or `SUBJECT`."""
    if not page.cards:
        return Screen(title=view.title, text=turn.voice.text(view.empty))
    items = [_item(turn, card, view, shared) for card in page.cards]
    at = Page(page.number - 1, page.size)
    return draw_list(turn, view, items, page=at, pages=page.pages, endless=page.endless)


def author_of(turn: Turn, author: Person) -> Phrase:
    """Who wrote it; their name is for those who belong somewhere."""
    if turn.person.is_member:
        return people_queries.name_of(turn.voice, author)
    return turn.voice.say("a colleague")


def _item(turn: Turn, card: PracticeCard, view: View, shared: str) -> ListEntry:
    """A practice in a list: its title, and below it author, subject and readers."""
    said = {
        AUTHOR: author_of(turn, card.author),
        SUBJECT: organisation.subject_label(turn.voice, card.subject),
        "readers": turn.count("{n} reader", "{n} readers", card.readers),
    }
    below = Phrase(" · ".join(text for what, text in said.items() if what != shared))
    about = lines(below, _standing(turn, card))
    return entry(card.title, about, OPEN, card.id, 1, origin=view.origin)


def _standing(turn: Turn, card: PracticeCard) -> str:
    if card.state is PracticeState.WITHDRAWN:
        return turn.say("⏸ withdrawn")
    if card.state is PracticeState.HIDDEN:
        return turn.say("⏸ hidden")
    return ""

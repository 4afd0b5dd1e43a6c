"""What typed words are for: a command, the menu, an answer, a reply to an earlier message, or the
words that the last screen asked for. Nothing is left without an answer."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.arabic import courtesy
from bot.chat import albums, greetings, kept_choices, menu, spoken
from bot.chat.entries import is_numbered
from bot.chat.forms import earlier, engine, sessions
from bot.chat.forms.reading import ContentWanted, Given
from bot.chat.navigation import menu_choice
from bot.chat.router import Router
from bot.chat.screen import Choice, Screen, choice
from bot.chat.seal import Seal
from bot.chat.turn import Turn
from bot.core.text import clean_line, shorten
from bot.storage.columns import to_millis

EXPECTED_FOR = timedelta(hours=1)
"""How long the words that a screen offers to take are expected after it."""
OFFERED = 8
"""Buttons of an earlier message that are offered again, at most."""
NUMBERS = "numbers"
"""Under what `Contact.expects` holds the items of the last list: where each number leads to, and
until when."""
_NUMBER = re.compile(r"0*(\d{1,6})")
_MARK = "x"
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST_SEARCH = 80
"""Characters of a text that are offered to be searched for."""


async def read(turn: Turn, router: Router, seal: Seal, text: str) -> Screen | ContentWanted:
    """Take a text for what it is."""
    if parts_of := spoken.command_parts(text):
        word, rest = parts_of
        command = router.command(word)
        if command is None:
            return await lost(turn, menu.unknown_command)
        if command.route != "cancel":
            sessions.pause(turn)
        args = (rest,) if command.takes_text and rest else ()
        return await router.show(turn, command.route, args)
    if opened := _opened(turn, text):
        sessions.pause(turn)
        return await router.show(turn, router.gate, (opened,))
    if turn.person.is_member and (route := router.menu_route(text)):
        sessions.pause(turn)
        return await router.show(turn, route, ())
    if answered := await _replied(turn, router, seal, text):
        return answered
    busy = sessions.current(turn)
    if not (busy and turn.person.is_member) and (meant := router.command_of(text)):
        sessions.pause(turn)
        return await router.show(turn, meant.route, (text,))
    greeting = greetings.answer_to(turn, text)
    if busy and greetings.is_greeting(text):
        return await engine.resume(turn, busy.id, greeting)
    if busy:
        return await engine.answer(turn, Given(text=text))
    return await _without_form(turn, router, text, greeting)


async def _without_form(
    turn: Turn, router: Router, text: str, greeting: str
) -> Screen | ContentWanted:
    """Words of whoever fills in no form. Courtesy takes nothing back of what is expected."""
    if greeting and turn.person.is_member:
        screen = await _greeted(turn, greeting)
        if courtesy.may_be_name(text) and _expected(turn, router):
            return replace(screen, actions=(*_searches(turn, router, text), *screen.actions))
        return screen
    if step := _numbered(turn, router, text):
        return await router.show(turn, *step)
    if expected := _expected(turn, router):
        return await _take(turn, router, *expected, text)
    return await _unasked(turn, router, text, greeting)


def _opened(turn: Turn, text: str) -> str:
    """What a link that opens the bot would tell it, where the text is one, or where one stands in a
    text that nobody asked for, such as an invitation that was handed on; "" for any other text."""
    if "/" not in text:
        return ""
    try:
        address = turn.link(_MARK).partition("://")[2].removesuffix(_MARK)
    except RuntimeError:
        # The channel does not know its own address yet.
        return ""
    begins = text.casefold().find(address.casefold())
    found = _PAYLOAD.match(text, begins + len(address)) if begins >= 0 else None
    if not found:
        return ""
    around = spoken.without_gaps(text[:begins] + text[found.end() :])
    alone = around.casefold() in ("", "https://", "http://")
    return found[0] if alone or not sessions.current(turn) else ""


async def lost(turn: Turn, say: Callable[[Turn], Screen]) -> Screen:
    """Say what does not fit; the form being filled in is shown again, a visitor is taken to
    the gate."""
    screen = say(turn)
    if state := sessions.current(turn):
        return await engine.resume(turn, state.id, screen.text)
    if not turn.person.is_member:
        return await turn.show(turn.router.gate)
    return screen


def expect(turn: Turn, router: Router, screen: Screen) -> None:
    """Remember which button of the answer the next words are for, where it has such a one and no
    form is open, and what the numbers of its list lead to."""
    if turn.awaits:
        return
    contact = turn.contact
    contact.expects = None
    if turn.album:
        # Of a time that is over: a process of a former version sees that nothing is expected.
        contact.expects = {"step": [], "until": 0, albums.ALBUM: turn.album}
    if sessions.current(turn) or not turn.person.is_member:
        return
    until = to_millis(turn.tx.now + EXPECTED_FOR)
    if numbers := _numbers_of(turn, screen):
        contact.expects = (contact.expects or {"step": [], "until": 0}) | {
            NUMBERS: {"steps": numbers, "until": until}
        }
    for button in screen.choices:
        route = router.routes.get(button.route)
        # A button that has its words already waits for none.
        if route is not None and route.takes_words and not _is_search(router, button):
            step = {"step": [button.route, *button.args], "until": until}
            contact.expects = (contact.expects or {}) | step
            return


def _numbers_of(turn: Turn, screen: Screen) -> dict[str, list[str]]:
    """Where the items of a list lead to that are told apart by their numbers."""
    listing = screen.listing
    if listing is None or not is_numbered(listing, turn.traits):
        return {}
    placed = enumerate(listing.entries, listing.first)
    steps = {str(place): entry.opens for place, entry in placed}
    return {place: [opens.route, *opens.args] for place, opens in steps.items() if opens}


def _numbered(turn: Turn, router: Router, text: str) -> tuple[str, tuple[str, ...]] | None:
    """What the text leads to, where it is the number of an item of the last list, in any digits."""
    numbers = (turn.contact.expects or {}).get(NUMBERS)
    if not numbers or numbers["until"] < to_millis(turn.tx.now):
        return None
    said = _NUMBER.fullmatch(spoken.key(text))
    route, *args = numbers["steps"].get(said[1] if said else "", [""])
    found = router.routes.get(route)
    return (route, tuple(args)) if found and found.admits(turn.person) else None


def _is_search(router: Router, button: Choice) -> bool:
    search = router.searching()
    return bool(button.args) and search is not None and button.route == search.route


def _expected(turn: Turn, router: Router) -> tuple[str, tuple[str, ...]] | None:
    expects = turn.contact.expects
    if not expects or expects["until"] < to_millis(turn.tx.now):
        return None
    route, *args = expects["step"] or [""]
    return (route, tuple(args)) if route in router.routes else None


async def _replied(
    turn: Turn, router: Router, seal: Seal, text: str
) -> Screen | ContentWanted | None:
    """A reply to a message of ours: to a question, by the words of one of its buttons, or to what
    has a button that takes words. Where it is none of these, the buttons are offered again."""
    offered: list[Choice] = []
    for button in turn.incoming.replied:
        step = seal.open(turn.person.id, button.choice) if button.choice else None
        if step and step[0] == kept_choices.ROUTE:
            step = await kept_choices.kept_choice(turn.tx, turn.person.id, *step[1])
        if step is None:
            continue
        route, args = step
        if route == sessions.ROUTE and len(args) > 1:
            answered = await earlier.answer(turn, args[0], args[1], Given(text=text))
            if answered is not None:
                return answered
        elif (found := router.routes.get(route)) and found.admits(turn.person):
            offered.append(Choice(button.label, route, args))
    return await _offered(turn, router, offered, text) if offered else None


async def _offered(
    turn: Turn, router: Router, offered: list[Choice], text: str
) -> Screen | ContentWanted | None:
    """The same, where the message has these buttons."""
    said = spoken.button_word(spoken.key(text), {str(n): c.label for n, c in enumerate(offered)})
    if said:
        pressed = offered[int(said)]
        return await router.show(turn, pressed.route, pressed.args)
    greeting = greetings.answer_to(turn, text)
    if greeting and turn.person.is_member:
        return await _greeted(turn, greeting)
    for each in offered:
        if router.routes[each.route].takes_words:
            return await _take(turn, router, each.route, each.args, text)
    if sessions.current(turn) or not turn.person.is_member:
        return None
    screen = replace(menu.not_understood(turn), actions=())
    return screen.with_actions(*offered[:OFFERED], menu_choice(turn))


async def _greeted(turn: Turn, greeting: str) -> Screen:
    """Courtesy is answered, and what is expected, or asked, stays so."""
    turn.awaits = True
    if state := sessions.current(turn):
        return await engine.resume(turn, state.id, greeting)
    return menu.welcome(turn).with_notice(greeting)


async def _take(
    turn: Turn, router: Router, route: str, args: tuple[str, ...], text: str
) -> Screen | ContentWanted:
    """Give the words to the form that the route opens, as if its button had been pressed first."""
    sessions.pause(turn)
    before = sessions.newest(turn)
    screen = await router.show(turn, route, args)
    opened = sessions.current(turn)
    if opened is None or (before is not None and opened.id == before.id):
        return screen
    return await engine.answer(turn, Given(text=text))


async def _at_the_gate(turn: Turn, router: Router, text: str) -> Screen:
    """Where a visitor is taken, or what the button there does whose words they wrote."""
    screen = await lost(turn, menu.not_understood)
    labels = {str(n): button.label for n, button in enumerate(screen.choices)}
    said = spoken.button_word(spoken.key(text), labels)
    if not said or len(text) > spoken.LONGEST:
        return screen
    pressed = screen.choices[int(said)]
    return await router.show(turn, pressed.route, pressed.args)


async def _unasked(turn: Turn, router: Router, text: str, greeting: str) -> Screen:
    """Words that nobody asked for: a greeting is greeted, and what may be an answer to a form that
    waits, or something to look for, is one tap away from that."""
    if spoken.key(text) in spoken.keys_of("Cancel"):
        return await turn.show("cancel")
    if greeting:
        screen = await lost(turn, menu.welcome)
        return screen.with_notice(greeting)
    if not turn.person.is_member:
        return await _at_the_gate(turn, router, text)
    choices = []
    if waiting := sessions.paused(turn):
        choices = [earlier.hold(turn, waiting, text), sessions.resume_choice(turn, waiting)]
    choices += _searches(turn, router, text)
    meant = [await route.offers(turn, text) for route in router.offering() if route.offers]
    screen = menu.maybe_meant(turn) if any(meant) else menu.not_understood(turn)
    offered = filter(None, (*meant, *choices))
    return replace(screen, actions=()).with_actions(*offered, menu_choice(turn))


def _searches(turn: Turn, router: Router, text: str) -> list[Choice]:
    """That a text is looked for, where there is something to look in."""
    search = router.searching()
    if search is None:
        return []
    words = shorten(clean_line(text), LONGEST_SEARCH)
    hint = turn.say("Search for: {words}", words=words)
    return [choice(turn.say("Search for it"), search.route, words, hint=hint)]

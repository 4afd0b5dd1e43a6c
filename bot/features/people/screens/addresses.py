"""One's own addresses: which is preferred, linking another by a code, unlinking one."""

from bot.chat.forms import sessions
from bot.chat.navigation import ask_first, no_choice
from bot.chat.person import Person, Reach
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.text import isolate_ltr, western
from bot.features.people.actions import addresses as address_actions
from bot.features.people.actions.addresses import CODE_DIGITS, CODE_LIFE, Linking, LinkResult
from bot.features.people.queries import addresses as address_queries
from bot.features.people.queries.addresses import OwnAddress, address_label
from bot.features.people.rights import addresses as address_rights
from bot.features.people.rights.addresses import AddressAbility
from bot.storage.transaction import Tx

LINK_PREFIX = "l"
"""Tells a code in a link from the payloads of other links."""
_NOTHING = dict.fromkeys(map(ord, " \u00a0-\u2010\u2011\u2013\u200e\u200f\u2066\u2067\u2068\u2069"))
"""What may stand between digits, and around them."""
LEAST_DIGITS, MOST_DIGITS = 4, 12
"""Of what somebody may have meant for a code."""


def code_in(text: str) -> str:
    """The code that a text is, in any numerals, with or without a gap; "" for any other text."""
    digits = western(text.translate(_NOTHING).strip())
    is_code = len(digits) == CODE_DIGITS and digits.isascii() and digits.isdecimal()
    return digits if is_code else ""


def is_code(text: str) -> bool:
    return bool(code_in(text))


def reads_like_code(text: str) -> bool:
    """Whether a text is digits alone, of a number near that of a code, which it is not."""
    digits = western(text.translate(_NOTHING).strip())
    is_near = LEAST_DIGITS <= len(digits) <= MOST_DIGITS and len(digits) != CODE_DIGITS
    return is_near and digits.isascii() and digits.isdecimal()


async def addresses(turn: Turn) -> Screen:
    """All of them, each to be opened."""
    found = await address_queries.addresses_of(turn.tx, turn.person.id)
    told = [_line(turn, number, each) for number, each in enumerate(found, 1)]
    use = turn.say("Write to me from any of your accounts. I write to the preferred one first.")
    opens = [
        choice(turn.say("Address no. {number}", number=number), "people.address", each.id)
        for number, each in enumerate(found, 1)
    ]
    screen = Screen(title=turn.say("My addresses"), text=paragraphs(lines(*told), use))
    return screen.with_list(opens if len(opens) > 1 else []).with_actions(
        choice(turn.say("Link another"), "people.code"),
        choice(turn.say("Back"), "people.settings"),
    )


def _line(turn: Turn, number: int, found: OwnAddress) -> str:
    label = address_label(turn.voice, found)
    said = turn.say("{number}. {address}", number=number, address=label)
    return str(said) + "".join(f" · {mark}" for mark in _marks(turn, found))


def _marks(turn: Turn, found: OwnAddress) -> list[str]:
    marks = []
    if found.preferred:
        marks.append(turn.say("preferred"))
    if found.id == turn.contact.address_id:
        marks.append(turn.say("here"))
    if found.reach is Reach.UNREACHABLE:
        marks.append(turn.say("cannot be reached"))
    return [str(mark) for mark in marks]


async def tell_erasure(tx: Tx, person: Person) -> str:
    """How many accounts it concerns when a person deletes their data, where it is not this one
    alone."""
    found = await address_queries.addresses_of(tx, person.id)
    if len(found) == 1:
        return ""
    return person.voice.count(
        "This concerns your {n} account.", "This concerns all your {n} accounts.", len(found)
    )


async def address(turn: Turn, number: str) -> Screen:
    """One of them, with what can be done."""
    found = await address_rights.access_own_address(turn.tx, turn.person, int(number))
    able = await address_rights.abilities(turn.tx, turn.person, found)
    acts = []
    if AddressAbility.PREFER in able and not found.preferred:
        acts.append(choice(turn.say("Write to me here"), "people.prefer", found.id))
    if AddressAbility.UNLINK in able:
        acts.append(choice(turn.say("Unlink"), "people.unlink", found.id))
    linked = ""
    if found.linked_at is not None:
        linked = str(turn.say("Linked: {moment}", moment=found.linked_at))
    shown = lines(linked, *_marks(turn, found))
    return Screen(title=address_label(turn.voice, found), text=shown).with_actions(
        acts, choice(turn.say("Back"), "people.addresses")
    )


async def prefer(turn: Turn, number: str) -> Screen:
    await address_actions.prefer_address(turn.tx, turn.person, int(number))
    return (await addresses(turn)).with_result(turn.say("I write to you there from now on."))


async def unlink(turn: Turn, number: str) -> Screen:
    """Asks first."""
    here = turn.contact.address_id
    found = await address_rights.access_unlinking(turn.tx, turn.person, int(number), here)
    ask = turn.say(
        "Shall I unlink {address}? I no longer write to you there, and whoever writes to me from"
        " it is a stranger.",
        address=address_label(turn.voice, found),
    )
    return ask_first(
        ask,
        act=choice(turn.say("Yes, unlink"), "people.unlinked", found.id),
        back=no_choice(turn, "people.addresses"),
    )


async def unlinked(turn: Turn, number: str) -> Screen:
    """What they confirmed; one that is unlinked here ends this conversation."""
    here = turn.contact.address_id
    voice, one = turn.voice, int(number)
    stranger = await address_actions.unlink_address(turn.tx, turn.person, one, here)
    if one != here:
        return (await addresses(turn)).with_result(turn.say("The address is unlinked."))
    turn.contact.forms.clear()
    turn.person = stranger
    text = voice.say(
        "This account is no longer linked, and I do not know it any more. To begin anew, write"
        " /start."
    )
    return Screen(text=text)


async def code(turn: Turn) -> Screen:
    """A new code, and where to type it."""
    digits = await address_actions.make_code(turn.tx, turn.person, turn.installation.digest)
    # Without a gap: who reads from the right would begin with the second half.
    shown = turn.voice.digits(digits)
    links = [link(LINK_PREFIX + digits) for link in turn.installation.links.values()]
    text = paragraphs(
        turn.say("Send me this code from the other account:"),
        isolate_ltr(shown),
        lines(turn.say("Or open this link there:"), *map(isolate_ltr, links)),
        turn.count(
            "It is valid once, for {n} minute. Show it to nobody: whoever sends it uses your"
            " account.",
            "It is valid once, for {n} minutes. Show it to nobody: whoever sends it uses your"
            " account.",
            CODE_LIFE.seconds // 60,
        ),
    )
    return Screen(title=turn.say("Link another"), text=text).with_actions(
        choice(turn.say("A new code"), "people.code"),
        choice(turn.say("Back"), "people.addresses"),
    )


async def link_here(turn: Turn, payload: str) -> Screen:
    """Somebody opened the link with a code: whoever only followed it is asked first."""
    digits = code_in(payload.removeprefix(LINK_PREFIX))
    if not digits or turn.person.is_registered:
        return await link(turn, digits)
    ask = turn.say(
        "Shall I link this account with the one in which you made the link? Go on only if both are"
        " yours. What you have begun here is dropped."
    )
    return ask_first(
        ask,
        act=choice(turn.say("Yes, link it"), "people.link", digits),
        back=no_choice(turn, turn.router.gate),
    )


async def link(turn: Turn, typed: str = "") -> Screen:
    """The code that somebody sent from the address that is to be linked."""
    digits = code_in(typed)
    if not digits:
        return await addresses(turn) if turn.person.is_member else _how(turn)
    begun = bool(turn.contact.forms)
    done = await address_actions.use_code(
        turn.tx, turn.person, turn.contact.address_id, digits, turn.installation.digest
    )
    if done.person is None:
        return _failed(turn, done)
    turn.contact.forms.clear()
    turn.person = done.person
    welcome = turn.say("Linked: this account is yours too, {name}.", name=done.person.name)
    dropped = turn.say("What you had begun here is dropped.") if begun else ""
    where = turn.say(
        "I still write to you where I did before. You choose it in the settings, under My"
        " addresses."
    )
    menu = await turn.router.menu_choices(turn)
    return Screen(text=paragraphs(welcome, dropped, where), menu=menu)


def _how(turn: Turn) -> Screen:
    text = turn.say(
        "Are you registered with another account? Open there: My profile, Settings, My addresses,"
        " Link another. Then send me the code from here."
    )
    return Screen(text=text).with_actions(choice(turn.say("Back"), turn.router.gate))


def _failed(turn: Turn, done: Linking) -> Screen:
    if done.result is LinkResult.WRONG:
        text = turn.count(
            "This code is wrong or no longer valid. You have {n} more try; make a new code in the"
            " other account.",
            "This code is wrong or no longer valid. You have {n} more tries; make a new code in"
            " the other account.",
            done.left,
        )
    elif done.result is LinkResult.TOO_MANY:
        text = turn.say("Too many wrong codes came from here. Try again in an hour.")
    else:
        text = turn.say("Too many wrong codes were sent lately. Please try again in an hour.")
    waiting = sessions.paused(turn)
    resume = [sessions.resume_choice(turn, waiting)] if waiting else []
    back = choice(turn.say("Back"), turn.router.gate)
    return Screen(text=text).with_actions(resume, back)

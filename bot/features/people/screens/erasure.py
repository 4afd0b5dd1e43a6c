"""The deletion of one's own data."""

from bot.chat.conversation import contacts_of
from bot.chat.navigation import ask_first, no_choice
from bot.chat.person import Reach
from bot.chat.screen import Screen, choice
from bot.chat.turn import Turn
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.rights import addresses as address_rights

ORIGINS = {"d": "people.data", "p": "people.privacy"}
"""Where the question may be asked besides the settings, as a button carries it."""


async def delete_data(turn: Turn, origin: str = "", link: str = "") -> Screen:
    """What a deletion takes away and what it leaves; the second press does it, and no leads back to
    where it was asked, with the link that a visitor came by."""
    came_by = [link] if link else []
    if not turn.person.is_registered:
        return _ask_visitor(turn, came_by)
    await address_rights.access_lasting_act(turn.tx, turn.person)
    gone = turn.say(
        "Erased at once: your name, form of address, place of work, subject, roles, half-filled"
        " forms and the messages I sent you."
    )
    stays = turn.say(
        "Kept without your name: what you shared or sent, such as practices and announcements,"
        " since others build on it."
    )
    told = [await part.tells(turn.tx, turn.person) for part in turn.router.personal if part.tells]
    final = turn.say("This cannot be undone. You may register anew at any time.")
    return ask_first(
        gone,
        stays,
        *told,
        final,
        title=turn.say("Delete my data"),
        act=choice(turn.say("Yes, delete everything"), "people.deleted"),
        back=no_choice(turn, ORIGINS.get(origin, "people.settings"), *came_by),
    )


def _ask_visitor(turn: Turn, came_by: list[str]) -> Screen:
    """The same for whoever has not registered: little is kept of them, and all of it goes."""
    gone = turn.say(
        "Erased at once: the form that you have begun, what you wrote to me, and by what I know"
        " this account."
    )
    return ask_first(
        gone,
        turn.say("This cannot be undone. You may register anew at any time."),
        title=turn.say("Delete my data"),
        act=choice(turn.say("Yes, delete everything"), "people.deleted"),
        back=no_choice(turn, "people.privacy", *came_by),
    )


async def deleted(turn: Turn) -> Screen:
    """Delete, and say farewell at each of their addresses, in the voice that the person knows."""
    everywhere = await contacts_of(turn.tx, turn.person.id)
    voice = turn.voice
    await erasure_actions.erase_person(turn.tx, turn.person, turn.router.personal)
    turn.contact.forms.clear()
    goodbye = Screen(
        text=voice.say(
            "Your data is deleted. Thank you for the time we had; if you ever want to return,"
            " write /start."
        ),
        rtl=voice.language == "ar",
        menu_ends=True,
    )
    turn.besides += [
        (each, goodbye)
        for each in everywhere
        if each.address_id != turn.contact.address_id and each.reach is Reach.REACHABLE
    ]
    return goodbye

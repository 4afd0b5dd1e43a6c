"""The deletion of one's own data."""

from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Screen, choice
from bot.chat.turn import Turn
from bot.features.people.actions import erasure as erasure_actions

LEAVING = "people.delete"
"""Slices put a door on this page to part from a person who deletes their data: the door's route
takes a word, `tell` to say what will happen, `do` to let it happen."""


async def delete_data(turn: Turn) -> Screen:
    """What a deletion takes away and what it leaves; the second press does it."""
    gone = turn.say(
        "Erased at once: your name, form of address, place of work, subject, roles, half-filled"
        " forms and the messages I sent you."
    )
    stays = turn.say(
        "Kept without your name: what you shared with your teams, such as practices and minutes,"
        " since others build on it."
    )
    partings = [
        (await turn.show(door.route, "tell")).text for door in turn.router.doors.get(LEAVING, ())
    ]
    final = turn.say("This cannot be undone. You may register anew at any time.")
    return ask_first(
        gone,
        stays,
        *partings,
        final,
        title=turn.say("Delete my data"),
        act=choice(turn.say("Yes, delete everything"), "people.deleted"),
        back=no_choice(turn, "people.settings"),
    )


async def deleted(turn: Turn) -> Screen:
    """Delete, and say farewell in the voice that the person knows."""
    voice = turn.voice
    for door in turn.router.doors.get(LEAVING, ()):
        await turn.show(door.route, "do")
    await erasure_actions.delete_own_data(turn.tx, turn.person)
    turn.contact.forms.clear()
    return Screen(
        text=voice.say(
            "Your data is deleted. Thank you for the time we had; if you ever want to return,"
            " write /start."
        )
    )

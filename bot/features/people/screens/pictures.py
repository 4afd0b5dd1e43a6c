"""Old pictures: what their owner says of the pupils in them, one after the other."""

from bot.chat.navigation import menu_choice
from bot.chat.screen import Attachment, Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.features.people.actions import files as file_actions
from bot.features.people.actions import pictures as picture_actions
from bot.features.people.queries import files as file_queries
from bot.files.kinds import Consent

SAID = {"n": Consent.NOBODY, "g": Consent.GUARDIANS}
"""The answers, as a button carries them."""


async def unanswered(turn: Turn) -> Screen:
    """The next one that its owner has said nothing about."""
    left = await file_queries.unanswered(turn.tx, turn.person.id)
    if not left:
        text = turn.say("Nothing is left to answer for. Thank you!")
        return Screen(text=text).with_actions(menu_choice(turn))
    file = left[0]
    text = paragraphs(
        turn.count("{n} of your files is left.", "{n} of your files are left.", len(left)),
        turn.say("Can a pupil be recognised in this file, by face or by voice?"),
        turn.say(
            "That the school holds the guardians' written consent is your word: it is kept with"
            " your name, and your principal can see it."
        ),
    )
    shown = Attachment(file.kind, name=file.name, file=file.id) if file.blob else None
    return Screen(text=text, attachment=shown).with_actions(
        choice(turn.say("No pupil"), "people.answered", file.id, "n"),
        choice(turn.say("Guardians agreed"), "people.answered", file.id, "g"),
        choice(turn.say("Take it away"), "people.answered", file.id, "a"),
        menu_choice(turn),
    )


async def answered(turn: Turn, number: str, said: str) -> Screen:
    """Keep the answer, and go on to the next."""
    if said in SAID:
        await picture_actions.answer_for_picture(turn.tx, turn.person, int(number), SAID[said])
        result = turn.say("Noted, thank you.")
    else:
        await file_actions.withdraw_file(turn.tx, turn.person, int(number))
        result = turn.say("It is taken away.")
    return (await unanswered(turn)).with_result(result)

"""Asking those who registered under an older privacy notice whether they agree to today's."""

from bot.chat.screen import Choice, Screen, alternatives, choice, paragraphs
from bot.chat.turn import Turn
from bot.features.people.actions.consent import agree_to_notice, note_told, put_off_notice
from bot.features.people.queries import consent as consent_queries


def agreement(turn: Turn) -> Choice:
    return choice(turn.say("I agree"), "people.agree")


async def news(turn: Turn) -> str:
    """What is new in the notice, told once; empty where there is nothing to tell."""
    if not await consent_queries.is_to_be_told(turn.tx, turn.person.id):
        return ""
    await note_told(turn.tx, turn.person)
    return turn.say(
        "The privacy notice has been renewed: how long things are kept, the log, and who looked at"
        " your data. It stands under /privacy, and your data under «My data» in the settings."
    )


def offer(turn: Turn, greeting: str) -> Screen:
    """What is new in the notice, after a greeting; the answer is free."""
    news = turn.say(
        "A question about your data: if you agree, colleagues in your school can find you by your"
        " name and see your subject and place of work. If not, everything stays as it is. More:"
        " /privacy"
    )
    screen = Screen(text=paragraphs(greeting, news, turn.say("Do you agree?")))
    return screen.with_actions(
        alternatives(agreement(turn), choice(turn.say("Not now"), "people.later"))
    )


async def agree(turn: Turn) -> Screen:
    await agree_to_notice(turn.tx, turn.person)
    thanks = turn.say("Thank you! From now on your colleagues in your school can find you.")
    return Screen(text=thanks, menu=await turn.router.menu_choices(turn))


async def later(turn: Turn) -> Screen:
    await put_off_notice(turn.tx, turn.person)
    return await turn.show(turn.router.home)

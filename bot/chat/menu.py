"""The screens that every conversation has: menu, help, cancel, and what is said to whoever is
lost."""

from bot.chat.conversation import contacts_of
from bot.chat.forms import engine, sessions
from bot.chat.incoming import IncomingKind
from bot.chat.navigation import menu_choice
from bot.chat.person import Reach
from bot.chat.router import Slice
from bot.chat.routes import Command, Route
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import LANGUAGES, N_, Phrase, Voice
from bot.core.text import isolate_ltr

PLAIN = "plain"
"""The argument of the menu's route for the menu alone, whatever waits."""


async def menu(turn: Turn, what: str = "") -> Screen:
    """The persistent menu, or first the form that waits, if one does: one message cannot bring
    the menu and buttons."""
    if not turn.person.is_member:
        return await turn.show(turn.router.gate)
    if what != PLAIN and (waiting := sessions.paused(turn)):
        text = turn.say(
            "You have an unfinished form: {form}. Everything you wrote is kept.",
            form=sessions.title_of(turn, waiting),
        )
        return Screen(text=text).with_actions(
            sessions.resume_choice(turn, waiting),
            sessions.leave_choice(turn, waiting),
            choice(turn.say("Main menu"), "menu", PLAIN),
        )
    return Screen(
        text=turn.say("What would you like to do?"), menu=await turn.router.menu_choices(turn)
    )


async def menu_anew(turn: Turn, text: str) -> Screen:
    """The menu in the words that have just changed, with what is said of it: here, and at the
    person's other addresses of this channel, where it stands below the chat as well."""
    screen = Screen(
        text=text, menu=await turn.router.menu_choices(turn), rtl=turn.voice.language == "ar"
    )
    turn.besides += [
        (each, screen)
        for each in await contacts_of(turn.tx, turn.person.id)
        if turn.traits.menu
        and each.address_id != turn.contact.address_id
        and each.address.channel == turn.contact.address.channel
        and each.reach is Reach.REACHABLE
    ]
    return screen


async def resume(turn: Turn) -> Screen:
    """The newest form, from a message that was sent while it was filled in."""
    state = sessions.newest(turn)
    if state is None:
        screen = await turn.show(turn.router.home)
        return screen.with_result(turn.say("This form has ended already."))
    return await engine.resume(turn, state.id)


async def help_page(turn: Turn) -> Screen:
    """Every command with what it does, and how forms are left."""
    commands = [
        turn.say(
            "{command} – {description}",
            command=Phrase(isolate_ltr(f"/{command.name}")),
            description=Phrase(turn.voice.text(command.description)),
        )
        for command in turn.router.commands.values()
    ]
    begin = turn.say("Write one of these commands:")
    if turn.traits.menu:
        begin = turn.say("Choose from the menu below the chat, or write one of these commands:")
    return Screen(
        title=turn.say("How can I help you?"),
        text=paragraphs(
            begin,
            lines(*commands),
            turn.say("While you fill in a form you may go back, skip or cancel at any step."),
        ),
        menu=await turn.router.menu_choices(turn) if turn.person.is_member else (),
    )


async def cancel(turn: Turn) -> Screen:
    """Drop the newest form."""
    if turn.incoming.kind is IncomingKind.CHOICE:
        # A button of an earlier version, which does not say which form it stood for.
        return await menu(turn)
    if not engine.cancel(turn):
        screen = Screen(text=turn.say("There is nothing to cancel."))
    else:
        screen = Screen(text=turn.say("Cancelled. Nothing was saved."))
    if waiting := sessions.paused(turn):
        return screen.with_actions(sessions.resume_choice(turn, waiting))
    return screen.with_actions(menu_choice(turn))


def unknown_command(turn: Turn) -> Screen:
    text = turn.say("I do not know this command. /help shows all that I understand.")
    return _lost(turn, text)


def welcome(turn: Turn) -> Screen:
    return _lost(turn, turn.say("How can I help you?"))


def not_understood(turn: Turn) -> Screen:
    return _lost(turn, turn.say("I did not understand that. The menu shows what I can do."))


def maybe_meant(turn: Turn) -> Screen:
    return _lost(turn, turn.say("Is it this that you mean?"))


def unreadable(turn: Turn) -> Screen:
    text = turn.say("I cannot read this kind of message. Please write, or send a photo or file.")
    return _lost(turn, text)


def unexpected_file(turn: Turn) -> Screen:
    text = turn.say(
        "Thank you. I cannot tell what this file belongs to. To share it, open a practice from"
        " the menu and attach it there."
    )
    return _lost(turn, text)


def thanked(turn: Turn) -> Screen:
    return _lost(turn, turn.say("Thank you for the gift. Everything here is free of charge."))


def edited(turn: Turn) -> Screen:
    """A message was changed that is no answer any more. Nobody who fills in a form is asked to send
    it anew: it would be taken for the answer to the next question."""
    if sessions.current(turn):
        text = turn.say(
            "I saw that you edited an earlier message. Nothing is changed by that here."
        )
        return Screen(text=text)
    text = turn.say(
        "I saw that you edited a message, but I read each message once. Please send the new"
        " wording as a new message."
    )
    return _lost(turn, text)


def introduction(language: str, country: str, link: str) -> Screen:
    """What is said to several people at once, in the language of whoever put us there and the words
    of the country: the address at which each of them can talk to us."""
    code = language[:2] if language[:2] in LANGUAGES else "ar"
    voice = Voice(locale=f"ar_{country}" if code == "ar" else code)
    text = voice.say(
        "I am Halqa, for teachers who learn together. I talk to each of you alone, and read nothing"
        " that is said here."
    )
    talk = Choice(voice.say("Talk to me"), url=link)
    return Screen(text=text, rtl=voice.language == "ar").with_actions(talk)


def _lost(turn: Turn, text: str) -> Screen:
    if waiting := sessions.paused(turn):
        going_on = sessions.resume_choice(turn, waiting)
        return Screen(text=text).with_actions(going_on, menu_choice(turn))
    return Screen(text=text).with_actions(menu_choice(turn))


MENU_SLICE = Slice(
    name="every conversation",
    screens=(
        Route("menu", menu, open=True),
        Route("resume", resume, open=True),
        Route("help", help_page, open=True),
        Route("cancel", cancel, open=True),
    ),
    commands=(
        Command("menu", "menu", N_("the main menu")),
        Command("help", "help", N_("what I can do")),
        Command("cancel", "cancel", N_("leave the form you are in")),
    ),
)

"""The other forms in which a message goes out when the platform refuses it as it is.

Each is tried once, in a fixed order, so there are at most as many requests as forms. They are kept
with the message in memory: after a restart it begins anew as it was written, and since a refusal
shows nobody anything, nothing comes twice.
"""

from dataclasses import replace
from enum import StrEnum
from functools import partial

from bot.chat.apologies import unshown_answer, without_buttons, without_file
from bot.chat.screen import Screen
from bot.core import metrics
from bot.core.errors import new_reference
from bot.core.i18n import Voice
from bot.core.redaction import describe
from bot.core.text import shorten
from bot.delivery.channel import RefusedForm, RefusedPart
from bot.delivery.hooks import SenderHooks
from bot.delivery.logbook import log_failure, log_other_form
from bot.delivery.message import Message, MessageKind


class Fallback(StrEnum):
    """What a message gives up."""

    FILE = "file"
    LINK = "link"
    """The button whose address was refused; the address stands in the text."""
    LINKS = "links"
    """All buttons with an address."""
    BUTTONS = "buttons"
    FORMAT = "format"
    LENGTH = "length"
    """Half of its text and of what it quotes."""
    ANSWER = "answer"
    """An answer gives way to an apology with the reference that stands in the log."""


_ANY = (Fallback.FILE, Fallback.LINKS, Fallback.BUTTONS, Fallback.FORMAT)
_FIRST: dict[RefusedPart | None, tuple[Fallback, ...]] = {
    RefusedPart.FILE: (Fallback.FILE,),
    RefusedPart.RECORDING: (Fallback.FILE,),
    RefusedPart.BUTTONS: (Fallback.LINK, Fallback.LINKS, Fallback.BUTTONS),
    RefusedPart.FORMAT: (Fallback.FORMAT,),
    RefusedPart.LENGTH: (Fallback.LENGTH,),
    None: (),
}


async def find_other_form(message: Message, error: Exception, hooks: SenderHooks) -> bool:
    """Give a message that was refused its next form; False: there is none any more.

    :raises Exception: of the database, which knows how its reader is spoken to.
    """
    if not isinstance(error, RefusedForm) and message.kind is not MessageKind.REPLY:
        return False
    voice = await hooks.voice_of(message.person_id)
    if isinstance(error, RefusedForm) and (step := _next(message, error, voice)):
        log_other_form(message, error, step.value)
    elif message.kind is MessageKind.REPLY and not message.failure:
        reference = new_reference()
        log_failure(message, error, reference)
        message.failure = f"{reference} {describe(error)}"
        message.screen, message.edit_message = unshown_answer(voice, reference), ""
        step = Fallback.ANSWER
    else:
        return False
    metrics.OTHER_FORMS[step.value,].inc()
    return True


def give_up_again(message: Message) -> None:
    """A message that was drawn anew does without what it has given up."""
    for give_up in message.given_up.values():
        message.screen = give_up(message.screen)


def _next(message: Message, error: RefusedForm, voice: Voice) -> Fallback | None:
    if message.failure:
        return None
    for step in (*_FIRST[error.part], *_ANY):
        if step.value in message.given_up:
            continue
        give_up = partial(_without, step, error, voice)
        screen = give_up(message.screen)
        if screen != message.screen:
            message.screen, message.given_up[step.value] = screen, give_up
            return step
    return None


def _without(step: Fallback, error: RefusedForm, voice: Voice, screen: Screen) -> Screen:
    match step:
        case Fallback.FILE if screen.attachment:
            return without_file(screen, voice, unwanted=error.part is RefusedPart.RECORDING)
        case Fallback.LINK if error.url:
            return screen.without_buttons(lambda choice: choice.url != error.url)
        case Fallback.LINKS:
            return screen.without_buttons(lambda choice: not choice.url)
        case Fallback.BUTTONS if screen.choices:
            return without_buttons(screen, voice)
        case Fallback.BUTTONS:
            return replace(screen, menu=())
        case Fallback.FORMAT:
            return replace(screen, plain=True)
        case Fallback.LENGTH:
            return replace(screen, text=_half(screen.text), quote=_half(screen.quote))
        case _:
            return screen


def _half(text: str) -> str:
    return shorten(text, len(text) // 2) if len(text) > 1 else text

"""How a form ends before its time, and what stands below the last screen of any."""

from dataclasses import replace
from typing import Any

from bot.chat import parts
from bot.chat.forms import sessions
from bot.chat.forms.answers import Answers
from bot.chat.forms.form import Form, FormState
from bot.chat.forms.sessions import known_of, resume_choice
from bot.chat.navigation import menu_choice
from bot.chat.screen import Screen, paragraphs
from bot.chat.turn import Turn
from bot.core.errors import Refused
from bot.core.i18n import Phrase


async def ended_by_permit(
    turn: Turn, form: Form[Any], state: FormState, typed: str = "", before: str = ""
) -> Screen | None:
    """The end of a form that is no longer permitted, which may come in the midst of it: the right
    has ended. What was given so far and just now is said back, so that nothing typed is lost."""
    if form.permit is None:
        return None
    try:
        await form.permit(turn, Answers(known_of(state)))
    except Refused as refusal:
        given = await _given_so_far(turn, form, state)
        screen = end(turn, form, state, refusal.text, before)
        if not given and not typed:
            return screen
        kept = turn.say("What you had written, so that it is not lost:")
        whole = replace(screen, text=paragraphs(screen.text, kept, *given, typed))
        if not parts.needs_parts(whole, turn):
            return whole
        told = parts.messages_of(paragraphs(*given, typed), turn)
        turn.besides += [(turn.contact, each) for each in told]
        return replace(screen, text=paragraphs(screen.text, kept))
    return None


async def _given_so_far(turn: Turn, form: Form[Any], state: FormState) -> list[str]:
    """The person's own answers, each with its label."""
    given = []
    for field in form.fields:
        value = state.told.of(field) if field.name in state.answers else None
        if value is None or field.name in state.filled or not field.reviewed:
            continue
        given.append(
            turn.say(
                "{label}: {value}",
                label=turn.voice.text(field.label),
                value=Phrase(await field.show(turn, state.told, value)),
            )
        )
    return given


def end(turn: Turn, form: Form[Any], state: FormState, reason: str, notice: str = "") -> Screen:
    """A form that can no longer be finished: why, and where to go from there."""
    sessions.drop(turn, state.id)
    title = turn.voice.text(form.title)
    ended = turn.say("So this form ends here, and nothing of it was saved: {form}.", form=title)
    before = notice if notice != reason else ""
    return after(turn, Screen(text=paragraphs(before, reason, ended)))


def after(turn: Turn, screen: Screen) -> Screen:
    """The last screen of a form, with a way back to the form that waits behind it, unless the
    screen brings the persistent menu, which cannot stand beside buttons."""
    if screen.menu:
        return screen
    if waiting := sessions.paused(turn):
        return screen.with_actions(resume_choice(turn, waiting))
    return screen if screen.choices else screen.with_actions(menu_choice(turn))

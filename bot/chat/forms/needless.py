"""What nobody needs to answer: how several such questions are passed over by one tap, and what
somebody answers who writes at the review."""

from itertools import takewhile
from typing import Any

from bot.arabic import courtesy
from bot.chat import spoken
from bot.chat.forms.form import REVIEW, Field, Form, FormState
from bot.chat.forms.reading import Given
from bot.chat.turn import Turn

LEAP = "leap"
"""The word of the button that leaves out all that is passed over."""


def passed_over(form: Form[Any], state: FormState) -> list[Field[Any]]:
    """The questions from this one on that nobody needs to answer, up to the next that somebody
    does, or to the review; none where this one is answered, or is needed itself."""
    if state.editing or state.answers.get(state.at) or not form.review:
        return []
    return list(takewhile(_is_needless, _left(form, state)))


def next_asked(form: Form[Any], state: FormState) -> Field[Any] | None:
    """The first question behind what is passed over; None where that is the review."""
    return next((field for field in _left(form, state) if not _is_needless(field)), None)


def _is_needless(field: Field[Any]) -> bool:
    return field.optional and field.preset is None


def _left(form: Form[Any], state: FormState) -> list[Field[Any]]:
    """The question at which the form stands, and those after it that have no answer yet."""
    names = [field.name for field in form.fields]
    return [
        field
        for field in form.fields[names.index(state.at) :]
        if field.name == state.at
        or (field.name not in state.answers and field.applies(state.told) and not field.unasked)
    ]


async def answered_in_review(
    turn: Turn, form: Form[Any], state: FormState, given: Given
) -> Field[Any] | None:
    """What words answer that are written at the review: the one answer in whose place they can only
    stand, or else the first question that waits for some there. A yes, a no and a word of courtesy
    answer nothing but the review itself, and the word of a step that is not offered there is no
    answer anywhere."""
    word = spoken.key(given.text)
    if state.at != REVIEW or given.file or not word:
        return None
    if courtesy.is_yes(word) or courtesy.is_no(word) or courtesy.courtesy_of(given.text):
        return None
    if len(given.text) <= spoken.LONGEST and spoken.step_word(word):
        return None
    fields = [f for f in form.applicable(state.told) if f.name not in state.known]
    meant = [f for f in fields if f.is_corrected_by(turn, state.told, given.text)]
    if len(meant) == 1:
        return meant[0]
    waits = (f for f in fields if f.unasked and not state.answers.get(f.name))
    return next(waits, None)

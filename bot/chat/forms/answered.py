"""Which message answered which question, so that a message that its writer changes afterwards
changes its own answer: while the form is open, and for a time after it was sent."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from bot.chat.forms.form import FormState
from bot.chat.incoming import Incoming, IncomingKind
from bot.chat.turn import Made, Turn
from bot.storage.columns import to_millis

KEPT_FOR = timedelta(hours=48)
"""As long as messages can be changed."""
KEPT = 5
"""Sent forms that are remembered for one address."""
_MADE = "made"


def note(incoming: Incoming, state: FormState) -> None:
    """Remember that the message is the answer to the question at which the form stands, and how it
    reads."""
    if incoming.kind is IncomingKind.TEXT and incoming.message:
        state.said[incoming.message] = state.at
    if incoming.message in state.said:
        state.read[incoming.message] = _digest(incoming.text)


def is_unchanged(state: FormState, message: str, text: str) -> bool:
    """Whether the message reads as it did when it was taken."""
    return state.read.get(message) == _digest(text)


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """A message that answered a question of a form which was sent, and what the form has made."""

    field: str
    digest: str
    made: Made

    def reads(self, text: str) -> bool:
        """Whether the message still reads as it did."""
        return self.digest == _digest(text)


def keep(turn: Turn, state: FormState, made: Made) -> None:
    """Remember the answers of a form that is sent, without their words."""
    answers = {
        message: [field, state.read.get(message, "")] for message, field in state.said.items()
    }
    if not answers:
        return
    by = {name: [form, dict(known)] for name, (form, known) in made.corrections.items()}
    until = to_millis(turn.tx.now + KEPT_FOR)
    entry = {"said": answers, _MADE: [list(made.page), by], "until": until}
    turn.contact.sent = [entry, *_valid(turn)][:KEPT]


def _valid(turn: Turn) -> list[dict[str, Any]]:
    now = to_millis(turn.tx.now)
    return [entry for entry in turn.contact.sent if entry["until"] > now]


def sent_answer(turn: Turn, message: str) -> SentAnswer | None:
    """What the message answered; None where that was long ago, or none of what was sent."""
    for entry in _valid(turn):
        if found := entry["said"].get(message):
            page, by = entry[_MADE]
            corrections = {name: (form, known) for name, (form, known) in by.items()}
            field, digest = found
            return SentAnswer(field, digest, Made(tuple(page), corrections))
    return None


def note_correction(turn: Turn, message: str, text: str) -> None:
    """Remember how the message reads that is being corrected."""
    for entry in turn.contact.sent:
        if found := entry["said"].get(message):
            found[1] = _digest(text)

"""Evidence that others will see: each picture, film and recording asks about the pupils in it, in
the field itself. Nothing is fetched before the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import EvidenceField, EvidencePiece
from bot.chat.forms.reading import (
    Accepted,
    AskAgain,
    Collected,
    Given,
    Option,
    Question,
    Reading,
)
from bot.chat.incoming import IncomingFile
from bot.chat.screen import Attachment, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.files import consent
from bot.files.arrivals import put_back
from bot.files.consent import PARTS, UNANSWERED, is_picture, may_show_pupils
from bot.files.faces import can_hide_faces
from bot.files.kinds import Consent, FileState
from bot.files.owned import OwnedFile, find_files

Pieces = tuple[EvidencePiece, ...]
NOBODY, GUARDIANS, HIDE, EACH = "nobody", "guardians", "hide", "each"
CROP, LOOK, FINE, AWAY, WITHOUT = "crop", "look", "fine", "away", "without"
PART_LABELS = {
    "top": N_("The upper half"),
    "bottom": N_("The lower half"),
    "right": N_("The right half"),
    "left": N_("The left half"),
    "middle": N_("The middle"),
}
COMING = (FileState.WANTED, FileState.CONCEALED)
"""The states in which something of a picture is left to look at."""


@dataclass(frozen=True, kw_only=True)
class ShownEvidenceField(EvidenceField):
    """Evidence that others will see. A picture, film or recording is taken with one of three
    answers: no pupil can be recognised; the faces are hidden, or a part kept, which its sender
    looks at first; or the school holds the guardians' written consent. Pictures that come together
    are asked about once."""

    def first_consent(self, file: IncomingFile) -> Consent:
        shows = may_show_pupils(file.kind, file.mime, file.name)
        return Consent.WAITING if shows else Consent.NEEDLESS

    async def pieces(self, turn: Turn, answers: Answers) -> Pieces:
        given = await super().pieces(turn, answers)
        there = {file.id for file in await _held(turn, given)}
        return tuple(piece for piece in given if not piece.file or piece.file in there)

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        pieces = await self.pieces(turn, answers)
        held = await _held(turn, pieces)
        if waiting := _waiting(held):
            return _about_pupils(turn, waiting)
        if unseen := _unseen(held):
            return _check(turn, unseen[0])
        question = await super().ask(turn, answers)
        if pieces == await super().pieces(turn, answers):
            return question
        forgotten = turn.say(
            "This form has waited for more than a month, so I do not have every file of it any"
            " more. You can send them again."
        )
        options = question.options or [Option([WITHOUT], turn.say("Skip"))]
        return replace(question, text=paragraphs(forgotten, question.text), options=options)

    async def is_settled(self, turn: Turn, answers: Answers) -> bool:
        pieces = await self.pieces(turn, answers)
        if pieces != await super().pieces(turn, answers):
            return False
        held = await _held(turn, pieces)
        return not _waiting(held) and not _unseen(held)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[Pieces]:
        pieces = await self.pieces(turn, answers)
        if given.chosen and isinstance(given.value, list):
            word, *rest = given.value
            return await self._follow(turn, pieces, str(word), rest)
        if given.chosen and not pieces and await super().pieces(turn, answers):
            # The button is of a time when there was something: that it is gone is said first.
            return AskAgain(await self.ask(turn, answers))
        reading = await super().read(turn, answers, given)
        if not isinstance(reading, (Accepted, Collected)):
            return reading
        held = await _held(turn, reading.value)
        if isinstance(reading, Collected):
            # What is asked about first is not received yet.
            asked = bool(given.file) and reading.value[-1].file in {f.id for f in _waiting(held)}
            return Collected(reading.value, "") if asked else reading
        if _waiting(held) or _unseen(held):
            # It is no answer yet: what it shows has to be settled first.
            return Collected(reading.value, "")
        return reading

    async def _follow(
        self, turn: Turn, pieces: Pieces, word: str, rest: list[Any]
    ) -> Reading[Pieces]:
        """What a press says of the files whose ids stand in `rest`."""
        held = await _held(turn, pieces)
        waiting = [file for file in _waiting(held) if file.id in rest]
        unseen = [file for file in _unseen(held) if file.id in rest]
        numbers = [file.id for file in (*waiting, *unseen)]
        owner = turn.person.id
        match word:
            case "without" if not pieces:
                return Accepted(())
            case "each" if waiting:
                return AskAgain(_about_pupils(turn, waiting[:1], first_of=len(waiting)))
            case "nobody" | "guardians" if waiting:
                await consent.answer(turn.tx, owner, waiting, Consent(word))
                return await self._settled(turn, pieces, turn.say("Received, thank you."))
            case "hide" if waiting:
                await consent.answer(turn.tx, owner, waiting, Consent.HIDING)
            case "crop" if numbers:
                return AskAgain(_parts(turn, numbers[0]))
            case "part" if numbers and rest[-1] in PARTS:
                await consent.keep_part(turn.tx, owner, numbers[0], rest[-1])
            case "fine" if unseen:
                await consent.confirm(turn.tx, owner, numbers[0])
                return await self._settled(turn, pieces, turn.say("Received, thank you."))
            case "away" if numbers:
                gone = [await put_back(turn.tx, owner, number) for number in numbers]
                left = tuple(piece for piece in pieces if piece.file not in numbers)
                # One that colleagues see goes when the form is saved.
                return Collected(left, _taken_away(turn, len(gone)) if all(gone) else "")
        return Collected(pieces, "")

    async def _settled(self, turn: Turn, pieces: Pieces, notice: str) -> Reading[Pieces]:
        """Where there is one piece alone and nothing to ask of it any more, that is the answer."""
        held = await _held(turn, pieces)
        if self.most == 1 and not _waiting(held) and not _unseen(held):
            return Accepted(pieces)
        return Collected(pieces, notice)


async def _held(turn: Turn, pieces: Pieces) -> list[OwnedFile]:
    """The files of these pieces, in their order."""
    found = await find_files(turn.tx, [piece.file for piece in pieces if piece.file])
    return [found[piece.file] for piece in pieces if piece.file in found]


def _waiting(held: Sequence[OwnedFile]) -> list[OwnedFile]:
    there = (FileState.WANTED, FileState.KEPT, FileState.CONCEALED)
    return [file for file in held if file.consent in UNANSWERED and file.state in there]


def _unseen(held: Sequence[OwnedFile]) -> list[OwnedFile]:
    return [file for file in held if file.consent is Consent.HIDING and file.state in COMING]


def _about_pupils(turn: Turn, waiting: Sequence[OwnedFile], first_of: int = 1) -> Question:
    """One question for all that wait, with what fits each of them; or for the first of several."""
    are_pictures = all(is_picture(file.kind, file.mime, file.name) for file in waiting)
    numbers = [file.id for file in waiting]
    if first_of > 1:
        asked = turn.say("The first one: can a pupil be recognised in it?")
    elif are_pictures:
        asked = turn.count(
            "Can a pupil be recognised in the picture?",
            "Can a pupil be recognised in any of the {n} pictures?",
            len(waiting),
        )
    else:
        asked = turn.count(
            "Can a pupil be recognised in it, by face or by voice?",
            "Can a pupil be recognised in any of these {n} files, by face or by voice?",
            len(waiting),
        )
    options = [Option([NOBODY, *numbers], turn.say("No pupil"))]
    if are_pictures and can_hide_faces():
        options.append(Option([HIDE, *numbers], turn.say("Hide the faces")))
    elif are_pictures and len(waiting) == 1:
        options.append(Option([CROP, *numbers], turn.say("Keep only a part")))
    options.append(Option([GUARDIANS, *numbers], turn.say("Guardians agreed in writing")))
    if len(waiting) > 1:
        options.append(Option([EACH, *numbers], turn.say("One by one")))
        options.append(Option([AWAY, *numbers], turn.say("Take them all away")))
    else:
        options.append(Option([AWAY, *numbers], turn.say("Take it away")))
    promise = turn.say(
        "I take it only after your answer. That the school holds the guardians' consent is your"
        " word: it is kept with your name, and your principal can see it."
    )
    return Question(paragraphs(asked, promise), options)


def _taken_away(turn: Turn, count: int) -> str:
    if count > 1:
        return turn.say("All taken away: nobody has seen them.")
    return turn.say("Taken away: nobody has seen it.")


def _check(turn: Turn, file: OwnedFile) -> Question:
    """The picture as others would see it, to be looked at first."""
    away = Option([AWAY, file.id], turn.say("Take it away"))
    if file.is_coming:
        text = turn.say("I am preparing the picture. That takes a few seconds.")
        return Question(text, [Option([LOOK, file.id], turn.say("Show it to me")), away])
    text = turn.say(
        "Please check before you share it: is anybody still to be recognised? I may have missed a"
        " face."
    )
    options = [
        Option([FINE, file.id], turn.say("It is fine")),
        Option([CROP, file.id], turn.say("Keep only a part")),
        away,
    ]
    return Question(text, options, attachment=Attachment(file.kind, name=file.name, file=file.id))


def _parts(turn: Turn, file_id: int) -> Question:
    options = [
        Option(["part", file_id, part], turn.voice.text(label))
        for part, label in PART_LABELS.items()
    ]
    text = turn.say("Which part of the picture shall stay? You see it before anybody else.")
    return Question(text, options)

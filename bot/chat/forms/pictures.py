"""Evidence that others will see: each picture, film and recording asks about the pupils in it, in
the field itself. Nothing is fetched before the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.arabic import courtesy
from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import TEXT_PIECE, EvidenceField, EvidencePiece
from bot.chat.forms.reading import (
    Accepted,
    AskAgain,
    Collected,
    Given,
    NotAccepted,
    Option,
    Question,
    Reading,
)
from bot.chat.forms.taking import take_file
from bot.chat.incoming import IncomingFile
from bot.chat.screen import Attachment, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import clean_line, isolate, shorten
from bot.files import consent
from bot.files.arrivals import put_back
from bot.files.consent import PARTS, UNANSWERED, is_film, is_picture, may_show_pupils
from bot.files.faces import can_hide_faces
from bot.files.kinds import Consent, FileKind, FileState
from bot.files.owned import OwnedFile, find_files

Pieces = tuple[EvidencePiece, ...]
NOBODY, GUARDIANS, HIDE, EACH = "nobody", "guardians", "hide", "each"
TOGETHER = "together"
CROP, LOOK, FINE, AWAY, WITHOUT = "crop", "look", "fine", "away", "without"
ADOPT = "adopt"
PART_LABELS = {
    "top": N_("The upper half"),
    "bottom": N_("The lower half"),
    "right": N_("The right half"),
    "left": N_("The left half"),
    "middle": N_("The middle"),
}
COMING = (FileState.WANTED, FileState.CONCEALED)
"""The states in which something of a picture is left to look at."""
NOT_TAKEN = (FileState.REFUSED, FileState.VANISHED)
"""Those of a file of which nothing came, as its sender was told."""
SOUNDS = (FileKind.VOICE, FileKind.AUDIO)
WORDS = 40
"""Characters of the words by which a file is known in its question."""


@dataclass(frozen=True, kw_only=True)
class ShownEvidenceField(EvidenceField):
    """Evidence that others will see. A picture, film or recording is taken with one of three
    answers: no pupil can be recognised; the faces are hidden, or a part kept, which its sender
    looks at first; or the school holds the guardians' written consent. Pictures that come together
    are asked about once, or one by one."""

    def first_consent(self, file: IncomingFile) -> Consent:
        shows = may_show_pupils(file.kind, file.mime, file.name)
        return Consent.WAITING if shows else Consent.NEEDLESS

    async def pieces(self, turn: Turn, answers: Answers) -> Pieces:
        return (await self._found(turn, await super().pieces(turn, answers)))[0]

    async def _found(self, turn: Turn, given: Pieces) -> tuple[Pieces, bool]:
        """What is there of these pieces, and whether the files of some have been forgotten. Of one
        that was not taken, as its sender was told, the words stay."""
        there = {file.id: file for file in await _held(turn, given)}
        forgotten = any(piece.file and piece.file not in there for piece in given)
        pieces = tuple(
            piece
            for piece in given
            if not piece.file
            or ((file := there.get(piece.file)) and (piece.text or file.state not in NOT_TAKEN))
        )
        return pieces, forgotten

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        pieces = await self.pieces(turn, answers)
        if _of_before(pieces):
            return _about_before(turn)
        held = await _held(turn, pieces)
        if waiting := _waiting(held):
            return _about_pupils(turn, waiting)
        if unseen := _unseen(held):
            return _check(turn, unseen[0])
        question = await super().ask(turn, answers)
        if not await self._is_forgotten(turn, answers):
            return question
        forgotten = turn.say(
            "This form has waited for more than a month, so I do not have every file of it any"
            " more. You can send them again."
        )
        options = question.options or [Option([WITHOUT], turn.say("Skip"))]
        return replace(question, text=paragraphs(forgotten, question.text), options=options)

    async def _is_forgotten(self, turn: Turn, answers: Answers) -> bool:
        return (await self._found(turn, await super().pieces(turn, answers)))[1]

    async def is_settled(self, turn: Turn, answers: Answers) -> bool:
        if await self._is_forgotten(turn, answers):
            return False
        pieces = await self.pieces(turn, answers)
        held = await _held(turn, pieces)
        return not (_of_before(pieces) or _waiting(held) or _unseen(held))

    async def show(self, turn: Turn, answers: Answers, value: Pieces) -> str:
        pieces, _ = await self._found(turn, value)
        if pieces and self.most == 1:
            return pieces[0].name or turn.say("One file")
        return await super().show(turn, answers, pieces) if pieces else "—"

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[Pieces]:
        pieces = await self.pieces(turn, answers)
        if given.chosen and isinstance(given.value, list):
            word, *rest = given.value
            return await self._follow(turn, pieces, str(word), rest)
        if given.chosen and not pieces and await self._is_forgotten(turn, answers):
            # The button is of a time when there was something: that it is gone is said first.
            return AskAgain(await self.ask(turn, answers))
        if not given.file and not given.chosen and courtesy.denies_or_agrees(given.text):
            held = await _held(turn, pieces)
            if _waiting(held) or _unseen(held):
                # It answers what is asked about the picture, and is nothing that others may read.
                return NotAccepted(turn.say("Please choose one of the buttons below."))
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
        """What a press says of the files whose ids stand in `rest`; `EACH` among them goes on one
        by one."""
        held = await _held(turn, pieces)
        waiting = [file for file in _waiting(held) if file.id in rest]
        unseen = [file for file in _unseen(held) if file.id in rest]
        numbers = [file.id for file in (*waiting, *unseen)]
        owner, mode = turn.person.id, [EACH] if EACH in rest else []
        match word:
            case "adopt" if _of_before(pieces):
                return await self._adopt(turn, pieces)
            case "without" if not pieces:
                return Accepted(())
            case "look" | "together":
                return Collected(pieces, "")
            case "each" if waiting:
                return AskAgain(_about_one(turn, pieces, held, waiting[0]))
            case "nobody" | "guardians" if waiting:
                await consent.answer(turn.tx, owner, waiting, Consent(word))
                return await self._next(turn, pieces, turn.say("Received, thank you."), mode)
            case "hide" if waiting:
                await consent.answer(turn.tx, owner, waiting, Consent.HIDING)
                return await self._next(turn, pieces, "", mode)
            case "crop" if numbers:
                return AskAgain(_parts(turn, numbers[0], mode))
            case "part" if numbers and (part := next((p for p in rest if p in PARTS), "")):
                await consent.keep_part(turn.tx, owner, numbers[0], part)
                return await self._next(turn, pieces, "", mode)
            case "fine" if unseen and not unseen[0].is_coming:
                await consent.confirm(turn.tx, owner, unseen[0].id)
                return await self._next(turn, pieces, turn.say("Received, thank you."), mode)
            case "fine" if unseen:
                # Another part was chosen elsewhere since this one was shown.
                changed = turn.say("The picture has changed since then. Look at it again first.")
                return Collected(pieces, changed)
            case "away" if numbers:
                gone = [await put_back(turn.tx, owner, number) for number in numbers]
                left = tuple(piece for piece in pieces if piece.file not in numbers)
                # One that colleagues see goes when the form is saved.
                taken = _taken_away(turn, len(gone)) if all(gone) else ""
                return Collected(left, taken, await _one_of(turn, left, mode))
        return Collected(pieces, turn.say("That has been settled already."))

    async def _adopt(self, turn: Turn, pieces: Pieces) -> Reading[Pieces]:
        """Files that a former version knew by the channel's reference become ours, and are asked
        about like any other. Of one that is not taken the words stay, and its sender reads which
        it is."""
        adopted: list[EvidencePiece] = []
        notices: list[str] = []
        for piece in pieces:
            if not _of_before([piece]):
                adopted.append(piece)
                continue
            kind = FileKind(piece.kind)
            file = IncomingFile(kind, piece.ref, piece.name, piece.mime, piece.size or None)
            consent_ = self.first_consent(file)
            taken = await take_file(turn, file, self.purpose, consent_, came_in="")
            if not isinstance(taken, NotAccepted):
                adopted.append(replace(piece, ref="", file=taken))
                continue
            named = piece.name and turn.say("{label}: {value}", label=piece.name, value=taken.text)
            notices.append(named or taken.text)
            if piece.text and not self.files_only:
                adopted.append(EvidencePiece(TEXT_PIECE, piece.text))
        if notices:
            return Collected(tuple(adopted), lines(*dict.fromkeys(notices)))
        return await self._next(turn, tuple(adopted), "", [])

    async def _next(
        self, turn: Turn, pieces: Pieces, notice: str, mode: list[str]
    ) -> Reading[Pieces]:
        """On to what is left to ask about, one by one where they wanted that. Where there is one
        piece alone and nothing to ask of it any more, that is the answer."""
        held = await _held(turn, pieces)
        if self.most == 1 and not _waiting(held) and not _unseen(held):
            return Accepted(pieces)
        return Collected(pieces, notice, await _one_of(turn, pieces, mode))


async def _one_of(turn: Turn, pieces: Pieces, mode: list[str]) -> Question | None:
    """The question about the next of these files, where they are asked about one by one."""
    held = await _held(turn, pieces)
    waiting = _waiting(held)
    return _about_one(turn, pieces, held, waiting[0]) if mode and waiting else None


async def _held(turn: Turn, pieces: Pieces) -> list[OwnedFile]:
    """The files of these pieces, in their order."""
    found = await find_files(turn.tx, [piece.file for piece in pieces if piece.file])
    return [found[piece.file] for piece in pieces if piece.file in found]


def _of_before(pieces: Sequence[EvidencePiece]) -> bool:
    """Whether a file among them is known by the channel's reference alone."""
    return any(piece.ref and not piece.file for piece in pieces)


def _about_before(turn: Turn) -> Question:
    text = turn.say(
        "This came before I asked who can be seen in files. One short question, then we go on."
    )
    return Question(text, [Option([ADOPT], turn.say("Go on"), primary=True)])


def _waiting(held: Sequence[OwnedFile]) -> list[OwnedFile]:
    there = (FileState.WANTED, FileState.KEPT, FileState.CONCEALED)
    return [file for file in held if file.consent in UNANSWERED and file.state in there]


def _unseen(held: Sequence[OwnedFile]) -> list[OwnedFile]:
    return [file for file in held if file.consent is Consent.HIDING and file.state in COMING]


def _about_pupils(turn: Turn, waiting: Sequence[OwnedFile]) -> Question:
    """One question for all that wait, with what fits each of them."""
    are_pictures = all(map(_is_picture, waiting))
    if are_pictures:
        asked = turn.count(
            "Can a pupil be recognised in the picture?",
            "Can a pupil be recognised in any of the {n} pictures?",
            len(waiting),
        )
    elif len(waiting) == 1 and is_film(waiting[0].kind, waiting[0].mime, waiting[0].name):
        asked = turn.say("Can a pupil be recognised in the film, by face or by voice?")
    elif len(waiting) == 1 and waiting[0].kind in SOUNDS:
        asked = turn.say("Can a pupil be recognised in the recording, by voice?")
    else:
        asked = turn.count(
            "Can a pupil be recognised in it, by face or by voice?",
            "Can a pupil be recognised in any of these {n} files, by face or by voice?",
            len(waiting),
        )
    numbers = [file.id for file in waiting]
    options = _answers(turn, waiting, numbers)
    if len(waiting) > 1:
        each = turn.say("One by one") if are_pictures else turn.say("Each file by itself")
        options.append(Option([EACH, *numbers], each))
        options.append(Option([AWAY, *numbers], turn.say("Take them all away")))
    else:
        options.append(Option([AWAY, *numbers], turn.say("Take it away")))
    return Question(paragraphs(asked, _promise(turn)), options)


def _about_one(turn: Turn, pieces: Pieces, held: Sequence[OwnedFile], file: OwnedFile) -> Question:
    """The same about one of several, by its place among those that may show pupils and by the words
    that came along; the others follow, by themselves or together."""
    asked_of = [each for each in held if may_show_pupils(each.kind, each.mime, each.name)]
    place: dict[str, object] = {"number": asked_of.index(file) + 1, "total": len(asked_of)}
    if all(map(_is_picture, asked_of)):
        asked = turn.say("Picture {number} of {total}: can a pupil be recognised in it?", **place)
    else:
        asked = turn.say(
            "File {number} of {total}: can a pupil be recognised in it, by face or by voice?",
            **place,
        )
    words = next((piece.text for piece in pieces if piece.file == file.id), "") or file.name
    shown = f"«{isolate(shorten(clean_line(words), WORDS))}»" if words else ""
    options = _answers(turn, [file], [file.id, EACH])
    left = [each.id for each in _waiting(held)]
    if len(left) > 1:
        options.append(Option([TOGETHER, *left], turn.say("The others together")))
    options.append(Option([AWAY, file.id, EACH], turn.say("Take it away")))
    return Question(paragraphs(lines(asked, shown), _promise(turn)), options)


def _answers(turn: Turn, waiting: Sequence[OwnedFile], rest: Sequence[int | str]) -> list[Option]:
    """What may be said of these files; `rest` goes along with each answer."""
    options = [Option([NOBODY, *rest], turn.say("No pupil"))]
    if all(map(_is_picture, waiting)):
        if can_hide_faces():
            options.append(Option([HIDE, *rest], turn.say("Hide the faces")))
        elif len(waiting) == 1:
            options.append(Option([CROP, *rest], turn.say("Keep only a part")))
    return [*options, Option([GUARDIANS, *rest], turn.say("Guardians agreed in writing"))]


def _promise(turn: Turn) -> str:
    return turn.say(
        "I take it only after your answer. That the school holds the guardians' consent is your"
        " word: it is kept with your name, and your principal can see it."
    )


def _is_picture(file: OwnedFile) -> bool:
    return is_picture(file.kind, file.mime, file.name)


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


def _parts(turn: Turn, file_id: int, mode: list[str]) -> Question:
    options = [
        Option(["part", file_id, part, *mode], turn.voice.text(label))
        for part, label in PART_LABELS.items()
    ]
    text = turn.say("Which part of the picture shall stay? You see it before anybody else.")
    return Question(text, options)

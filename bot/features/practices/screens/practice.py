"""The page of a practice, its evidence, and what a reader or the author does there."""

from collections.abc import Iterator, Set
from dataclasses import replace

from bot.chat.navigation import choice_from
from bot.chat.person import Person
from bot.chat.screen import (
    Attachment,
    Choice,
    Screen,
    alternatives,
    choice,
    lines,
    paragraphs,
)
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate
from bot.features.people.queries import people as people_queries
from bot.features.people.rights import files as file_rights
from bot.features.people.rights.files import FileAbility
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.features.practices.models import EvidenceKind, PracticeState
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice, ResponseCounts, StoredEvidence
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.rights.practices import PracticeAbility
from bot.features.practices.screens.cards import author_of
from bot.features.practices.screens.navigation import OPEN, back
from bot.files.kinds import FileKind
from bot.packs import organisation
from bot.storage.transaction import Tx

PIECE_LABELS: dict[EvidenceKind, str] = {
    EvidenceKind.TEXT: N_("💬 Text {number}"),
    EvidenceKind.PHOTO: N_("📷 Photo {number}"),
    EvidenceKind.DOCUMENT: N_("📄 Document {number}"),
    EvidenceKind.VOICE: N_("🎙 Voice note {number}"),
    EvidenceKind.AUDIO: N_("🎧 Recording {number}"),
    EvidenceKind.VIDEO: N_("🎬 Video {number}"),
}
LONGEST_FILE_NAME = 30


async def show_practice(
    turn: Turn, practice_id: str, number: str = "1", origin: str = ""
) -> Screen:
    """A practice; reading it is counted once. `number` was its page in a former version, and
    stands in sealed buttons."""
    practice = await response_actions.read_practice(turn.tx, turn.person, int(practice_id))
    return await _page(turn, practice, origin)


async def show_piece(turn: Turn, practice_id: str, position: str, origin: str = "") -> Screen:
    """One piece of evidence, with buttons to the next one and back."""
    practice = await practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))
    place = int(position)
    if place >= len(practice.evidence):
        screen = await _page(turn, practice, origin)
        return screen.with_result(turn.say("This piece of evidence is no longer there."))
    piece, total = practice.evidence[place], len(practice.evidence)
    text = turn.say("Evidence {number} of {total}", number=place + 1, total=total)
    again = choice_from("", "practices.piece", practice.id, place, origin=origin)
    screen = Screen(text=text, quote=piece.text, again=again)
    if piece.kind is not EvidenceKind.TEXT and turn.person.is_member:
        screen = _with_file(turn, screen, piece)
    elif piece.kind is not EvidenceKind.TEXT:
        screen = replace(screen, footer=turn.say("Files are for members of a unit."), quote="")
    steps = []
    if place > 0:
        label = turn.say("Previous")
        steps.append(choice_from(label, "practices.piece", practice.id, place - 1, origin=origin))
    if place + 1 < total:
        label = turn.say("Next")
        steps.append(choice_from(label, "practices.piece", practice.id, place + 1, origin=origin))
    label = turn.say("Back to the practice")
    last = choice_from(label, OPEN, practice.id, 1, origin=origin)
    return screen.with_actions(steps, await _withdrawal(turn, piece), last)


async def _withdrawal(turn: Turn, piece: StoredEvidence) -> list[Choice]:
    """What a head does after a guardian's no, or whoever shared it."""
    file = piece.file
    if file is None or not file.is_kept:
        return []
    if file.owner_id == turn.person.id:
        return [choice(turn.say("Withdraw this file"), "people.take_back", file.id)]
    if FileAbility.WITHDRAW not in await file_rights.abilities(turn.tx, turn.person, file):
        return []
    return [choice(turn.say("Withdraw it for a pupil's sake"), "people.take_back", file.id)]


def _with_file(turn: Turn, screen: Screen, piece: StoredEvidence) -> Screen:
    """The piece with its file, or with a line on why it is not there."""
    kind, file = FileKind(piece.kind.value), piece.file
    if file is not None and file.is_shown_to(turn.person.id):
        return replace(screen, attachment=Attachment(kind, name=piece.name, file=file.id))
    if piece.ref and (file is None or file.is_shown_as_before):
        return replace(screen, attachment=Attachment(kind, piece.ref, name=piece.name))
    if file is not None and file.is_coming:
        footer = turn.say("⏳ The file is just arriving. Open it again in a moment.")
    else:
        footer = turn.say("The file itself is not there.")
    return replace(screen, footer=footer)


async def apply(turn: Turn, practice_id: str, origin: str = "", wish: str = "") -> Screen:
    """Say that one applied the practice, or take it back. A button of a former version has no wish:
    it changes what is."""
    applied = await response_actions.toggle_application(
        turn.tx, turn.person, int(practice_id), wish == "1" if wish else None
    )
    practice = await practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, origin)
    if not applied:
        return screen.with_result(turn.say("Taken back: you have not tried it."))
    return screen.with_toast(
        turn.say("Wonderful! {name} will be glad to hear it.", name=_author(turn, practice))
        if practice.author.is_member
        else turn.say("Wonderful! It is noted.")
    )


async def thank(turn: Turn, practice_id: str, origin: str = "") -> Screen:
    """Thank the author once."""
    new = await response_actions.thank_author(turn.tx, turn.person, int(practice_id))
    practice = await practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, origin)
    return screen.with_result(
        turn.say("Your thanks are on their way 💐")
        if new
        else turn.say("Your thanks have arrived already.")
    )


async def edit(turn: Turn, practice_id: str) -> Screen:
    return await turn.begin("practices.edit", practice=int(practice_id))


async def hide(turn: Turn, practice_id: str) -> Screen:
    return await turn.begin("practices.hide", practice=int(practice_id))


async def withdraw(turn: Turn, practice_id: str) -> Screen:
    """Withdraw one's own practice; its page offers to share it again."""
    practice = await practice_actions.withdraw_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, "")
    return screen.with_toast(turn.say("Withdrawn. Only you see it now."))


async def share_again(turn: Turn, practice_id: str) -> Screen:
    practice = await practice_actions.share_again(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, "")
    if practice.is_shared:
        return screen.with_result(turn.say("Your colleagues can read it again."))
    return screen


async def reveal(turn: Turn, practice_id: str) -> Screen:
    practice = await practice_actions.reveal_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, "")
    return screen.with_result(turn.say("The practice can be read again, and its author is told."))


async def tell_erasure(tx: Tx, person: Person) -> str:
    """What becomes of the practices of a person who deletes their data."""
    return person.voice.say(
        "The practices you shared stay with your colleagues without your name; their files,"
        " and whatever you had withdrawn, are erased."
    )


def _author(turn: Turn, practice: Practice) -> Phrase:
    return author_of(turn, practice.author)


async def _page(turn: Turn, practice: Practice, origin: str) -> Screen:
    found = await practice_queries.response_counts(turn.tx, practice.id, turn.person.id)
    may = await practice_rights.abilities(turn.tx, turn.person, practice)
    screen = Screen(
        title=practice.title,
        text=paragraphs(await _news(turn, practice), _written(turn, practice)),
        footer=lines(await _about(turn, practice), _counts(turn, found)),
        again=choice_from("", OPEN, practice.id, 1, origin=origin),
    )
    return screen.with_list(_evidence(turn, practice, origin)).with_actions(
        alternatives(*_answers(turn, practice, found, origin))
        if PracticeAbility.RESPOND in may
        else [],
        _powers(turn, practice, may),
        back(turn, origin),
    )


def _written(turn: Turn, practice: Practice) -> str:
    """What the author wrote, under a heading each: no quotation, which would be folded."""
    parts = [
        (turn.say("The difficulty:"), practice.difficulty),
        (turn.say("What we did:"), practice.actions_taken),
        (turn.say("The result:"), practice.result),
    ]
    return paragraphs(*(f"{heading}\n{isolate(text)}" for heading, text in parts if text))


async def _news(turn: Turn, practice: Practice) -> str:
    """What is special about it."""
    return lines(_standing(turn, practice), await _unaware(turn, practice))


async def _about(turn: Turn, practice: Practice) -> str:
    """Who, where, what about, for whom and since when."""
    voice = turn.voice
    written = turn.say("By {name}, {unit}", name=_author(turn, practice), unit=practice.unit.name)
    about = turn.say(
        "{subject} · {stage}",
        subject=organisation.subject_label(voice, practice.subject),
        stage=organisation.stage_label(voice, practice.stage),
    )
    if practice.team is not None:
        readers = turn.say("For the team {team}", team=practice.team.name)
    else:
        district = await practice_queries.audience_unit(turn.tx, practice.unit)
        readers = turn.say("For everybody at {unit}", unit=district.name)
    since = voice.date(voice.local(practice.shared_at).date())
    return lines(written, about, readers, since)


def _standing(turn: Turn, practice: Practice) -> str:
    """A line on a practice that is not shared now."""
    if practice.state is PracticeState.WITHDRAWN:
        return turn.say("⏸ You withdrew this practice; only you see it.")
    if practice.state is PracticeState.HIDDEN:
        return turn.say("⏸ Hidden from the others, because: {reason}", reason=practice.reason)
    return ""


async def _unaware(turn: Turn, practice: Practice) -> str:
    """That the other one does not know how a hidden practice stands, unless somebody tells them."""
    other = await practice_queries.unaware_of_news(turn.tx, practice, turn.person)
    if other is None:
        return ""
    return turn.say(
        "📵 Our message about this has not reached {name}. It is best to get in touch directly.",
        name=people_queries.name_of(turn.voice, other),
    )


def _counts(turn: Turn, found: ResponseCounts) -> str:
    parts = [turn.count("{n} reader", "{n} readers", found.readers)]
    if found.applied:
        parts.append(turn.count("applied by {n} person", "applied by {n} people", found.applied))
    if found.thanked:
        parts.append(turn.count("thanked by {n} person", "thanked by {n} people", found.thanked))
    return " · ".join(parts)


def _evidence(turn: Turn, practice: Practice, origin: str) -> Iterator[Choice]:
    for place, piece in enumerate(practice.evidence):
        if piece.kind is not EvidenceKind.TEXT and not turn.person.is_member:
            continue  # words alone are for everybody
        label = _piece_label(turn, piece)
        yield choice_from(label, "practices.piece", practice.id, place, origin=origin)


def _piece_label(turn: Turn, piece: StoredEvidence) -> str:
    if piece.kind is EvidenceKind.DOCUMENT and 0 < len(piece.name) <= LONGEST_FILE_NAME:
        return turn.say("📄 {name}", name=piece.name)
    return turn.voice.text(PIECE_LABELS[piece.kind], number=piece.position + 1)


def _answers(turn: Turn, practice: Practice, found: ResponseCounts, origin: str) -> list[Choice]:
    if not practice.is_shared:
        return []
    label = turn.say("✅ I applied it") if found.reader_applied else turn.say("I applied it")
    # Pressed twice, or on an older page, it says the same again.
    wish = int(not found.reader_applied)
    row = [choice(label, "practices.apply", practice.id, origin, wish)]
    if not found.reader_thanked and practice.author.is_member:
        row.append(
            choice_from(turn.say("💐 Thanks"), "practices.thank", practice.id, origin=origin)
        )
    return row


def _powers(turn: Turn, practice: Practice, may: Set[PracticeAbility]) -> list[Choice]:
    if PracticeAbility.CHANGE in may:
        row = [choice_from(turn.say("Edit the practice"), "practices.edit", practice.id)]
        if practice.state is PracticeState.WITHDRAWN:
            return [*row, choice_from(turn.say("Share again"), "practices.again", practice.id)]
        return [*row, choice_from(turn.say("Withdraw"), "practices.draw", practice.id)]
    if PracticeAbility.MODERATE not in may:
        return []
    if practice.is_shared:
        return [choice_from(turn.say("Hide from the others"), "practices.hide", practice.id)]
    return [choice_from(turn.say("Show again"), "practices.reveal", practice.id)]

"""The page of a practice, its evidence, and what a reader or the author does there."""

from collections.abc import Iterator, Set

from bot.chat.incoming import FileKind
from bot.chat.navigation import choice_from, page_choices
from bot.chat.person import Person
from bot.chat.screen import Attachment, Choice, Screen, lines
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.features.people.queries import people as people_queries
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.features.practices.models import EvidenceKind, PracticeState
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice, ResponseCounts, StoredEvidence
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.rights.practices import PracticeAbility
from bot.features.practices.screens.navigation import OPEN, back
from bot.features.practices.screens.text_pages import split_pages
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
    """A practice, on several pages when it is long. Reading it is counted once."""
    practice = await response_actions.read_practice(turn.tx, turn.person, int(practice_id))
    return await _page(turn, practice, int(number), origin)


async def show_piece(turn: Turn, practice_id: str, position: str, origin: str = "") -> Screen:
    """One piece of evidence, with buttons to the next one and back."""
    practice = await practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))
    place = int(position)
    if place >= len(practice.evidence):
        screen = await _page(turn, practice, 1, origin)
        return screen.with_result(turn.say("This piece of evidence is no longer there."))
    piece, total = practice.evidence[place], len(practice.evidence)
    text = turn.say("Evidence {number} of {total}", number=place + 1, total=total)
    attachment = None
    if piece.kind is not EvidenceKind.TEXT:
        attachment = Attachment(FileKind(piece.kind.value), piece.ref, name=piece.name)
    screen = Screen(text=text, quote=piece.text, attachment=attachment)
    steps = []
    if place > 0:
        label = turn.say("Previous")
        steps.append(choice_from(label, "practices.piece", practice.id, place - 1, origin=origin))
    if place + 1 < total:
        label = turn.say("Next")
        steps.append(choice_from(label, "practices.piece", practice.id, place + 1, origin=origin))
    label = turn.say("Back to the practice")
    return screen.with_rows(steps, [choice_from(label, OPEN, practice.id, 1, origin=origin)])


async def apply(turn: Turn, practice_id: str, origin: str = "") -> Screen:
    """Say that one applied the practice, or take it back."""
    applied = await response_actions.toggle_application(turn.tx, turn.person, int(practice_id))
    practice = await practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, 1, origin)
    if not applied:
        return screen.with_result(turn.say("Taken back."))
    return screen.with_toast(
        turn.say("Wonderful! {name} will be glad to hear it.", name=_author(turn, practice))
        if practice.author.is_member
        else turn.say("Wonderful! It is noted.")
    )


async def thank(turn: Turn, practice_id: str, origin: str = "") -> Screen:
    """Thank the author once."""
    new = await response_actions.thank_author(turn.tx, turn.person, int(practice_id))
    practice = await practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, 1, origin)
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
    screen = await _page(turn, practice, 1, "")
    return screen.with_toast(turn.say("Withdrawn. Only you see it now."))


async def share_again(turn: Turn, practice_id: str) -> Screen:
    practice = await practice_actions.share_again(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, 1, "")
    if practice.is_shared:
        return screen.with_result(turn.say("Your colleagues can read it again."))
    return screen


async def reveal(turn: Turn, practice_id: str) -> Screen:
    practice = await practice_actions.reveal_practice(turn.tx, turn.person, int(practice_id))
    screen = await _page(turn, practice, 1, "")
    return screen.with_result(turn.say("The practice can be read again, and its author is told."))


async def tell_erasure(tx: Tx, person: Person) -> str:
    """What becomes of the practices of a person who deletes their data."""
    return person.voice.say(
        "The practices you shared stay with your colleagues without your name; their files,"
        " and whatever you had withdrawn, are erased."
    )


def _author(turn: Turn, practice: Practice) -> Phrase:
    return people_queries.name_of(turn.voice, practice.author)


async def _page(turn: Turn, practice: Practice, number: int, origin: str) -> Screen:
    pages = split_pages(_written(turn, practice))
    number = max(1, min(number, len(pages)))
    found = await practice_queries.response_counts(turn.tx, practice.id, turn.person.id)
    may = await practice_rights.abilities(turn.tx, turn.person, practice)
    screen = Screen(
        title=practice.title,
        text=await _head(turn, practice) if number == 1 else "",
        quote=pages[number - 1],
        footer=lines(_counts(turn, found), _position(turn, number, len(pages))),
    )
    return screen.with_rows(
        _steps(turn, practice, number, len(pages), origin),
        *_evidence_rows(turn, practice, origin),
        _answers(turn, practice, found, origin) if PracticeAbility.RESPOND in may else [],
        _powers(turn, practice, may),
        [back(turn, origin)],
    )


def _position(turn: Turn, number: int, pages: int) -> str:
    return turn.say("Page {page} of {pages}", page=number, pages=pages) if pages > 1 else ""


def _written(turn: Turn, practice: Practice) -> str:
    """What the author wrote, under a heading each."""
    parts = [
        (turn.say("The difficulty:"), practice.difficulty),
        (turn.say("What we did:"), practice.actions_taken),
        (turn.say("The result:"), practice.result),
    ]
    return "\n\n".join(f"{heading}\n{text}" for heading, text in parts if text)


async def _head(turn: Turn, practice: Practice) -> str:
    """Who, where, what about, for whom and since when; above it what is special about it."""
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
    missed = await _unaware(turn, practice)
    return lines(_standing(turn, practice), missed, written, about, readers, since)


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


def _steps(turn: Turn, practice: Practice, number: int, pages: int, origin: str) -> list[Choice]:
    steps = page_choices(turn, OPEN, practice.id, page=number, more=number < pages, first=1)
    return [choice_from(step.label, step.route, *step.args, origin=origin) for step in steps]


def _evidence_rows(turn: Turn, practice: Practice, origin: str) -> Iterator[list[Choice]]:
    buttons = [
        choice_from(_piece_label(turn, piece), "practices.piece", practice.id, place, origin=origin)
        for place, piece in enumerate(practice.evidence)
    ]
    for start in range(0, len(buttons), 2):
        yield buttons[start : start + 2]


def _piece_label(turn: Turn, piece: StoredEvidence) -> str:
    if piece.kind is EvidenceKind.DOCUMENT and 0 < len(piece.name) <= LONGEST_FILE_NAME:
        return turn.say("📄 {name}", name=piece.name)
    return turn.voice.text(PIECE_LABELS[piece.kind], number=piece.position + 1)


def _answers(turn: Turn, practice: Practice, found: ResponseCounts, origin: str) -> list[Choice]:
    if not practice.is_shared:
        return []
    label = turn.say("✅ I applied it") if found.reader_applied else turn.say("I applied it")
    row = [choice_from(label, "practices.apply", practice.id, origin=origin)]
    if not found.reader_thanked and practice.author.is_member:
        row.append(
            choice_from(turn.say("💐 Thanks"), "practices.thank", practice.id, origin=origin)
        )
    return row


def _powers(turn: Turn, practice: Practice, may: Set[PracticeAbility]) -> list[Choice]:
    if PracticeAbility.CHANGE in may:
        row = [choice_from(turn.say("Edit"), "practices.edit", practice.id)]
        if practice.state is PracticeState.WITHDRAWN:
            return [*row, choice_from(turn.say("Share again"), "practices.again", practice.id)]
        return [*row, choice_from(turn.say("Withdraw"), "practices.draw", practice.id)]
    if PracticeAbility.MODERATE not in may:
        return []
    if practice.is_shared:
        return [choice_from(turn.say("Hide from the others"), "practices.hide", practice.id)]
    return [choice_from(turn.say("Show again"), "practices.reveal", practice.id)]

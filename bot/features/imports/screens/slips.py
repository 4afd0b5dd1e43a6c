"""The slips of those who have not joined, printed: a sheet to cut apart and hand over."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from bot.arabic.order import order_key
from bot.chat.navigation import ask_first
from bot.chat.screen import Attachment, Choice, Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Voice
from bot.core.text import shorten
from bot.documents.press import (
    FromLeft,
    PageSetting,
    PressTrouble,
    Square,
    UnprintableDocument,
    print_pdf,
)
from bot.documents.slips import PrintedSlip, SlipPile, SlipSheet
from bot.features.imports.actions import slips
from bot.features.imports.actions.slips import PREFIX, SlipDraft, draft_slip
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.listed import WaitingScope
from bot.features.imports.rights import lists as list_rights
from bot.features.imports.rights import places as rights
from bot.features.people.queries.units import staff_of
from bot.files.kinds import FileKind
from bot.files.made import make_file
from bot.packs.organisation import role_label, subject_label
from bot.storage.database import Database

MOST = 1_000
"""Slips of one sheet; the next part has a button of its own."""
MANY = 100
"""Above so many it takes seconds, and is asked first."""
PDF = "application/pdf"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SheetMade:
    """`pdf` is None where it could not be printed; `last` is whom the next part follows."""

    drafts: Sequence[SlipDraft]
    last: tuple[int, int] | None
    pdf: bytes | None


async def print_unit(
    turn: Turn, unit_id: str, after_unit: str = "0", after: str = "0", sure: str = ""
) -> Screen:
    """The slips of those who wait at a unit."""
    place = await rights.access_waiting(turn.tx, turn.person, int(unit_id))
    scope = WaitingScope(unit_id=place.id, after=(int(after_unit), int(after)))
    return await _sheet(turn, scope, place.name, sure=bool(sure))


async def print_list(
    turn: Turn, import_id: str, after_unit: str = "0", after: str = "0", sure: str = ""
) -> Screen:
    """The slips of those of a list who wait, unit by unit."""
    found = await list_rights.access_import(turn.tx, turn.person, int(import_id))
    scope = WaitingScope(import_id=found.id, after=(int(after_unit), int(after)))
    title = found.title.rpartition(".")[0] or found.title
    return await _sheet(turn, scope, title, sure=bool(sure))


async def _sheet(turn: Turn, scope: WaitingScope, title: str, *, sure: bool) -> Screen:
    count = await listed_queries.count_in(turn.tx, scope)
    if count > MANY and not sure:
        return _question(turn, scope, title, count)
    made = turn.apart(partial(make_sheet, turn=turn, scope=scope, title=title))
    if not made.drafts:
        return Screen(text=turn.say("There is no slip to print.")).with_actions(_back(turn, scope))
    if made.pdf is None:
        text = turn.say(
            "The sheet cannot be printed just now. Each code stands on the page of its name."
        )
        return Screen(text=text).with_actions(_back(turn, scope))
    digest = turn.installation.digest
    if not await slips.keep_slips(turn.tx, turn.person, made.drafts, digest):
        text = turn.say(
            "While it was being printed somebody joined, or their name or code changed, so the"
            " sheet is not handed out. Print it once more: then every slip holds."
        )
        again = _to(turn.say("Print the slips"), scope, sure=sure)
        return Screen(text=text).with_actions(again, _back(turn, scope))
    return await _handed_out(turn, scope, title, made)


def _question(turn: Turn, scope: WaitingScope, title: str, count: int) -> Screen:
    """What many slips come to, before they are printed."""
    parts = -(-count // MOST)
    said = turn.say("It takes up to half a minute.")
    if parts > 1:
        said = turn.count(
            "It comes in {n} file, which takes up to half a minute.",
            "They come in {n} files, one after the other; each takes up to half a minute.",
            parts,
        )
    return ask_first(
        turn.count("Shall I print {n} slip?", "Shall I print {n} slips?", count),
        said,
        act=_to(turn.say("Print the slips"), scope, sure=True),
        back=_back(turn, scope),
        title=title,
    )


async def _handed_out(turn: Turn, scope: WaitingScope, title: str, made: SheetMade) -> Screen:
    assert made.pdf is not None
    name = f"{shorten(title, 60)}.pdf"
    file = await make_file(
        turn.tx, turn.installation.files, turn.person.id, "imports", name, PDF, made.pdf
    )
    text = paragraphs(
        _by_hand(turn.voice, len(made.drafts)),
        turn.say("Whoever has a slip has the place: no photograph of the sheet, and no copy."),
    )
    later = []
    if made.last is not None:
        rest = replace(scope, after=made.last)
        later = [_to(turn.say("Print the next ones"), rest, sure=True)]
    attachment = Attachment(FileKind.DOCUMENT, name=name, file=file)
    return Screen(text=text, attachment=attachment).with_actions(later, _back(turn, scope))


def _to(label: str, scope: WaitingScope, *, sure: bool) -> Choice:
    route, number = "imports.print_unit", scope.unit_id
    if scope.import_id:
        route, number = "imports.print_list", scope.import_id
    return choice(label, route, number, *scope.after, "1" if sure else "")


def _back(turn: Turn, scope: WaitingScope) -> Choice:
    label = turn.say("Back")
    if scope.import_id:
        return choice(label, "imports.places", scope.import_id)
    return choice(label, "imports.waiting", scope.unit_id, 0)


async def make_sheet(database: Database, turn: Turn, scope: WaitingScope, title: str) -> SheetMade:
    """A part of the slips, made while no transaction is held. Of `turn` only what no transaction
    is needed for is asked."""
    async with database.reading() as tx:
        found = await listed_queries.waiting_in(tx, scope, MOST + 1)
        part = found[:MOST]
        theirs = await rights.hands_over(tx, turn.person, part)
        now = tx.now
    last = (part[-1].unit.id, part[-1].id) if len(found) > MOST else None
    drafts = [draft_slip(each, now, turn.installation.digest) for each in theirs]
    if not drafts:
        return SheetMade(drafts, last, None)
    drafts.sort(key=lambda each: (each.listed.unit.id, order_key(each.listed.name)))
    sheet = await asyncio.to_thread(_laid_out, drafts, turn.voice, turn.link, title)
    try:
        return SheetMade(drafts, last, await print_pdf(sheet))
    except (PressTrouble, UnprintableDocument):
        logger.exception("slips not printed", extra={"action": "imports.print"})
        return SheetMade(drafts, last, None)


def _laid_out(
    drafts: Sequence[SlipDraft], voice: Voice, link: Callable[[str], str], title: str
) -> SlipSheet:
    """The sheet of these slips, each unit's by themselves."""
    piles = [
        _pile(list(each), voice, link)
        for _, each in groupby(drafts, key=lambda draft: draft.listed.unit.id)
    ]
    return SlipSheet(PageSetting.of(voice, title), piles)


def _pile(drafts: Sequence[SlipDraft], voice: Voice, link: Callable[[str], str]) -> SlipPile:
    """A unit's slips, in the words and by the clock of its country; nobody's form of address is
    known yet."""
    unit = drafts[0].listed.unit
    if unit.country != voice.country:
        voice = voice.living_in(unit.country)
    voice = replace(voice, gender="neutral")
    note = _by_hand(voice, len(drafts))
    return SlipPile(unit.name, note, [_slip(each, voice, link) for each in drafts])


def _by_hand(voice: Voice, count: int) -> str:
    return voice.count(
        "{n} slip: cut it out, and hand it over in person.",
        "{n} slips: cut them apart, and hand each over in person.",
        count,
    )


def _slip(draft: SlipDraft, voice: Voice, link: Callable[[str], str]) -> PrintedSlip:
    listed, code = draft.listed, draft.slip.code
    about = [role_label(voice, listed.role, staff_of(listed.unit))]
    about += [subject_label(voice, subject) for subject in listed.subjects]
    groups = [FromLeft(voice.digits(part)) for part in (code[:3], code[3:6], code[6:])]
    address = link(PREFIX + code)
    how = voice.say(
        "Scan the square to open Halqa, or write this code to it. Then the family name is asked, as"
        " it stands on the list. The code opens once, until {until}, for whose name stands above.",
        until=draft.slip.until,
    )
    return PrintedSlip(
        listed.name, " · ".join(map(str, about)), groups, how, FromLeft(address), Square(address)
    )

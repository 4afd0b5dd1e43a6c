"""Lists for whoever brings them: sending one, its report, adding it, taking it back."""

from functools import partial

from bot.chat.forms.reading import ContentWanted
from bot.chat.incoming import IncomingFile, Unfetched
from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, menu_choice, no_choice
from bot.chat.screen import Attachment, Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import shorten
from bot.documents.sheets.table import MOST_BYTES, TableFault, UnreadableTable
from bot.features.imports import notices
from bot.features.imports.actions import staging, working
from bot.features.imports.actions.staging import SMALL
from bot.features.imports.models import ImportKind, ImportState
from bot.features.imports.queries import exports
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.faults import RowState
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.reading import AT_ONCE, Brought, read_any
from bot.features.imports.queries.staged import NoColumns
from bot.features.imports.rights import lists as rights
from bot.features.imports.screens.remarks import (
    changed_text,
    columns_text,
    report_workbook,
    row_text,
    trouble_text,
)
from bot.features.people.actions.views import Seen, note_views
from bot.files.kinds import FileKind
from bot.files.made import make_file

SHOWN = 6
"""Rows that the report names; the others stand in the table."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PURPOSE = "imports"


async def bring(turn: Turn, unit_id: str = "0", page: str = "0") -> Screen:
    """How a list is sent, and those that were brought; `unit_id` is where they came from."""
    await rights.access_importing(turn.tx, turn.person)
    at = page_of(turn, page)
    found = await import_queries.imports_of(
        turn.tx, turn.person.id, limit=at.ahead, offset=at.offset
    )
    if (before := at.before(found)) is not None:
        return await bring(turn, unit_id, str(before))
    text = turn.say(
        "Send me a list as a file (.xlsx or .csv). People: name, school, role, subject, stage,"
        " staff number. Units: name, kind, the unit above, country, girls or boys. I show first"
        " what it comes to; nothing is added before you confirm."
    )
    labels = [_label(turn, each) for each in found[: at.size]]
    opens = [
        choice(
            label if labels.count(label) < 2 else _numbered(turn, label, each),
            "imports.one",
            each.id,
        )
        for label, each in zip(labels, found, strict=False)
    ]
    more = turning(turn, at, "imports.bring", unit_id, more=len(found) > at.size)
    screen = Screen(title=turn.say("Lists"), text=text).with_list(opens, *more)
    return screen.with_actions(menu_choice(turn))


def _label(turn: Turn, found: Import) -> str:
    title = shorten(found.title, 40)
    return turn.say("{title} – {moment}", title=title, moment=turn.voice.brief(found.created_at))


def _numbered(turn: Turn, label: str, found: Import) -> str:
    """Of lists that came in one minute under one name."""
    return turn.say("{label} (no. {number})", label=Phrase(label), number=found.id)


def may_be_table(file: IncomingFile) -> bool:
    """Whether a file may be meant as a table: what it is goes by its bytes, never by its name."""
    others = file.mime.startswith(("image/", "video/", "audio/"))
    return file.kind is FileKind.DOCUMENT and not others


async def receive(turn: Turn) -> object:
    """A table that somebody sends while no form is open: a `Screen`, `ContentWanted`, or None where
    they bring no lists."""
    file = turn.incoming.file
    if file is None or not may_be_table(file):
        return None
    if not await rights.brings_lists(turn.tx, turn.person):
        return None
    if file.size is not None and file.size > MOST_BYTES:
        return _not_taken(turn, UnreadableTable(TableFault.LARGE))
    if file.content is None:
        read = partial(read_any, digest=turn.installation.digest, country=turn.voice.country)
        return ContentWanted(MOST_BYTES, read)
    match file.content:
        case Unfetched() as failure if not failure.too_large:
            text = turn.say("I could not fetch the file just now. Please send it again.")
            return Screen(text=text).with_actions(menu_choice(turn))
        case Unfetched():
            return _not_taken(turn, UnreadableTable(TableFault.LARGE))
        case UnreadableTable() | NoColumns() as trouble:
            return _not_taken(turn, trouble)
        case Brought(kind, table):
            staged = await staging.stage(turn.tx, turn.person, kind, file.name, table)
            return await _work(turn, staged)
    raise TypeError(f"nobody reads {file.content!r}")


def _not_taken(turn: Turn, trouble: UnreadableTable | NoColumns) -> Screen:
    said = turn.say("I cannot take this list.")
    text = paragraphs(said, trouble_text(turn.voice, trouble))
    return Screen(text=text).with_actions(
        choice(turn.say("How to send one"), "imports.bring"), menu_choice(turn)
    )


async def _work(turn: Turn, found: Import, notice: str = "") -> Screen:
    """Do what is under way, or have it done where it takes longer than a turn may."""
    if found.rows <= SMALL[found.kind]:
        await working.settle(turn.tx, found.id)
    elif not found.rests:
        await staging.go_on_later(turn.tx, found.id)
    screen = await one(turn, str(found.id))
    return screen.with_result(notice) if notice else screen


async def one(turn: Turn, import_id: str) -> Screen:
    """A list and how it stands: the report of what it comes to, or what came of it."""
    found = await rights.access_import(turn.tx, turn.person, int(import_id))
    again = choice("", "imports.one", found.id)
    screen = Screen(title=found.title or turn.say("A list"), again=again)
    match found.state:
        case ImportState.CHECKED:
            return await _report(turn, found, screen)
        case ImportState.DONE:
            return await _done(turn, found, screen)
        case ImportState.UNDONE | ImportState.DROPPED:
            return await _over(turn, found, screen)
    done = min(found.rows, found.parts_done * AT_ONCE[found.kind])
    rows = turn.count("{n} row", "{n} rows", found.rows)
    said = {
        ImportState.CHECKING: turn.say(
            "I am looking through it: {rows}, {done} so far.", rows=rows, done=done
        ),
        ImportState.ADDING: turn.say(
            "I am adding it: {rows}, {done} so far.", rows=rows, done=done
        ),
    }.get(found.state, turn.say("I am taking it back."))
    acts = [choice(turn.say("Look again"), "imports.one", found.id)]
    if turn.now - found.worked_at > rights.ABANDONED_AFTER:
        acts.insert(0, choice(turn.say("Go on with it"), "imports.go_on", found.id))
    told = turn.say("I tell you when it is done.")
    return _with_text(screen, paragraphs(said, told)).with_actions(acts, _back(turn))


def _with_text(screen: Screen, text: str) -> Screen:
    return screen.with_notice(text)


def _back(turn: Turn) -> Choice:
    return choice(turn.say("Back"), "imports.bring")


async def _report(turn: Turn, found: Import, screen: Screen) -> Screen:
    rows = await import_queries.rows_to_say(turn.tx, found.id, SHOWN + 1, of_their_own=True)
    wrong = sum(row.state is RowState.WRONG for row in rows)
    more = len(rows) > SHOWN or found.wrong > wrong
    rest = turn.say("The other rows stand in the table.") if more else ""
    text = paragraphs(
        lines(*columns_text(turn.voice, found)),
        notices.counts(turn.voice, found),
        changed_text(turn.voice, found) if found.changed else "",
        *(row_text(turn.voice, row) for row in rows[:SHOWN]),
        rest,
        turn.say("Nothing is added yet.")
        if found.fresh or found.changed
        else turn.say("There is nothing to add."),
    )
    acts: list[Choice] = []
    if found.fresh:
        label = turn.count("Add {n}", "Add {n}", found.fresh)
        acts.append(choice(label, "imports.add", found.id, primary=True))
    if found.changed:
        label = turn.count("Change {n}", "Change {n}", found.changed)
        if found.fresh:
            label = turn.say("Add and change")
        acts.append(choice(label, "imports.add", found.id, "changes", primary=not found.fresh))
    if rows:
        acts.append(choice(turn.say("As a table"), "imports.report", found.id))
    acts.append(choice(turn.say("Drop the list"), "imports.drop", found.id))
    return _with_text(screen, text).with_actions(acts, _back(turn))


async def _done(turn: Turn, found: Import, screen: Screen) -> Screen:
    text = [notices.added(turn.voice, found.kind, found.added), notices.altered(turn.voice, found)]
    acts: list[Choice] = []
    if found.kind is ImportKind.PEOPLE:
        waiting, claimed = await import_queries.counts_of(turn.tx, found.id)
        if claimed:
            text.append(turn.count("{n} has joined.", "{n} have joined.", claimed))
        if waiting:
            text.append(turn.say("They are asked nothing and addressed by nobody until they join."))
            acts.append(choice(turn.say("Not joined yet"), "imports.places", found.id, 0))
        acts.append(choice(turn.say("As a table"), "imports.export", found.id))
    if found.wrong:
        text.append(notices.not_taken(turn.voice, found.wrong))
        acts.append(choice(turn.say("To be mended"), "imports.report", found.id))
    acts.append(choice(turn.say("Take it back"), "imports.undo", found.id))
    return _with_text(screen, lines(*text)).with_actions(acts, _back(turn))


async def _over(turn: Turn, found: Import, screen: Screen) -> Screen:
    text = [turn.say("This list was dropped: nothing of it was added.")]
    if found.state is ImportState.UNDONE:
        _, claimed = await import_queries.counts_of(turn.tx, found.id)
        stays = await import_queries.units_stayed(turn.tx, found.id)
        text = [turn.say("This list was taken back.")]
        if claimed:
            text.append(notices.stayed(turn.voice, claimed))
        if stays:
            text.append(
                turn.count(
                    "{n} unit is used by now and stays.", "{n} units are used by now and stay.",
                    stays,
                )
            )  # fmt: skip
    return _with_text(screen, lines(*text)).with_actions(_back(turn))


async def add(turn: Turn, import_id: str, changes: str = "") -> Screen:
    """Add what the report has told, and apply what has changed where that was chosen."""
    found = await staging.confirm(turn.tx, turn.person, int(import_id), changes=bool(changes))
    return await _work(turn, found)


async def go_on(turn: Turn, import_id: str) -> Screen:
    """Go on with a list at which the work has stopped."""
    found = await rights.access_import(turn.tx, turn.person, int(import_id))
    return await _work(turn, found)


async def drop(turn: Turn, import_id: str) -> Screen:
    """Forget a list of which nothing was added."""
    if not await staging.drop(turn.tx, turn.person, int(import_id)):
        return await one(turn, import_id)
    return (await bring(turn)).with_result(turn.say("The list is dropped."))


async def undo(turn: Turn, import_id: str) -> Screen:
    """Asks first."""
    found = await rights.access_import(turn.tx, turn.person, int(import_id))
    rights.allowed_state(turn.person, found, {ImportState.DONE, ImportState.ADDING})
    _, claimed = await import_queries.counts_of(turn.tx, found.id)
    stays = notices.stayed(turn.voice, claimed) if claimed else ""
    used = ""
    if found.kind is ImportKind.UNITS:
        used = turn.say("A unit in which somebody works, or anything has happened, stays.")
    return ask_first(
        turn.say("Shall I take the list {title} back?", title=found.title),
        notices.added(turn.voice, found.kind, found.added),
        stays,
        used,
        act=choice(turn.say("Yes, take it back"), "imports.undone", found.id),
        back=no_choice(turn, "imports.one", found.id),
    )


async def undone(turn: Turn, import_id: str) -> Screen:
    """Take back what a list added."""
    found = await staging.undo(turn.tx, turn.person, int(import_id))
    return await _work(turn, found)


async def report(turn: Turn, import_id: str) -> Screen:
    """The rows to be mended, as a table with their cells marked."""
    found = await rights.access_import(turn.tx, turn.person, int(import_id))
    if not await import_queries.rows_to_say(turn.tx, found.id, 1):
        screen = await one(turn, import_id)
        return screen.with_result(turn.say("The rows of this list are no longer kept."))
    data = turn.apart(partial(report_workbook, found=found, voice=turn.voice))
    text = turn.say(
        "The marked cells are to be mended; the last column says how. Send the table back when it"
        " is done. Telephone numbers are not in it."
    )
    return await _with_table(turn, found, data, text)


async def export(turn: Turn, import_id: str) -> Screen:
    """Those whom a list added, in the form in which they are brought."""
    found = await rights.access_import(turn.tx, turn.person, int(import_id))
    data = turn.apart(partial(exports.import_workbook, import_id=found.id, voice=turn.voice))
    claimed = await listed_queries.claimers_of(turn.tx, found.id)
    await note_views(turn.tx, turn.person, claimed, Seen.EXPORTED)
    text = turn.say("Those whom this list added. Telephone numbers are not in it.")
    return await _with_table(turn, found, data, text)


async def _with_table(turn: Turn, found: Import, data: bytes, text: str) -> Screen:
    name = f"{shorten(found.title.rpartition('.')[0] or 'halqa', 60)}.xlsx"
    store = turn.installation.files
    file = await make_file(turn.tx, store, turn.person.id, _PURPOSE, name, XLSX, data)
    attachment = Attachment(FileKind.DOCUMENT, name=name, file=file)
    return Screen(text=text, attachment=attachment).with_actions(
        choice(turn.say("Back"), "imports.one", found.id)
    )


async def places(turn: Turn, import_id: str, page: str = "0") -> Screen:
    """The units in which somebody of a list has not joined."""
    found = await rights.access_import(turn.tx, turn.person, int(import_id))
    at = page_of(turn, page)
    waiting = await listed_queries.units_waiting(
        turn.tx, found.id, offset=at.offset, limit=at.ahead
    )
    if (before := at.before(waiting)) is not None:
        return await places(turn, import_id, str(before))
    opens = [
        choice(
            turn.say("{unit}: {n}", unit=shorten(place.name, 36), n=number),
            "imports.waiting",
            place.id,
            0,
        )
        for place, number in waiting[: at.size]
    ]
    more = turning(turn, at, "imports.places", found.id, more=len(waiting) > at.size)
    text = turn.say("Where somebody of the list has not joined yet:")
    if not waiting:
        text = turn.say("Everybody of this list has joined.")
    screen = Screen(title=found.title, text=text).with_list(opens, *more)
    prints = [choice(turn.say("Print the slips"), "imports.print_list", found.id)]
    return screen.with_actions(
        prints if waiting else [], choice(turn.say("Back"), "imports.one", found.id)
    )

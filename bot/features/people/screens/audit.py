"""The log: who did what and when, of a unit for its head, or of oneself."""

import csv
import io
from collections.abc import Iterable, Sequence

from bot.chat.acts import Act, by_name
from bot.chat.lists import page_of, page_of_entries, turning
from bot.chat.person import Person, find_people
from bot.chat.screen import Attachment, Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.features.people.actions import views as view_actions
from bot.features.people.actions.views import Seen
from bot.features.people.queries import audit as audit_queries
from bot.features.people.queries.audit import MOST_EXPORTED, AuditEntry, Filter, Scope
from bot.features.people.queries.people import name_acting, name_of
from bot.features.people.rights import addresses as address_rights
from bot.features.people.rights import audit as audit_rights
from bot.files.kinds import FileKind
from bot.files.made import make_file

KINDS = {
    "people": N_("People and roles"),
    "teams": N_("Teams"),
    "meetings": N_("Meetings"),
    "practices": N_("Practices"),
    "announcements": N_("Announcements"),
    "files": N_("Files"),
    "imports": N_("Lists"),
    "manners": N_("Calendar and settings"),
}
"""The first words of the acts."""
DAYS = {
    0: N_("At any time"),
    7: N_("The last week"),
    30: N_("The last month"),
    90: N_("The last three months"),
}


async def log(
    turn: Turn, name: str, what: str = "", who: str = "0", days: str = "0", page: str = "0"
) -> Screen:
    """The acts that are wanted, the newest first, and the ways to narrow them."""
    scope = await audit_rights.access_log(turn.tx, turn.person, name)
    wanted = _filter(what, who, days)
    at = page_of_entries(turn, page)
    acts = _acts(turn)
    found = await audit_queries.entries(
        turn.tx, scope, wanted, acts, offset=at.offset, limit=at.ahead
    )
    if (before := at.before(found)) is not None:
        return await log(turn, name, what, who, days, str(before))
    shown = found[: at.size]
    told = await _told(turn, scope, shown)
    text = lines(*told) if told else turn.say("Nothing like this has been done.")
    args = (name, wanted.what, wanted.who, wanted.days)
    pages = turning(turn, at, "people.log", *args, more=len(found) > at.size)
    title = turn.say("{unit}: log", unit=scope.place.name) if scope.place else turn.say("My log")
    narrowed = await _narrowed(turn, wanted)
    screen = Screen(
        title=title,
        text=paragraphs(narrowed, text),
        again=choice("", "people.log", *args, at.number),
    )
    return screen.with_list((), *pages).with_actions(
        choice(turn.say("What"), "people.log_what", *args),
        *([choice(turn.say("Who"), "people.log_who", *args, 0)] if scope.place else []),
        choice(turn.say("When"), "people.log_when", *args),
        choice(turn.say("As a file"), "people.log_file", *args),
        _back(turn, scope),
    )


def _filter(what: str, who: str, days: str) -> Filter:
    """What buttons carry, also those of another version."""
    return Filter(what if what in KINDS else "", int(who), int(days) if int(days) in DAYS else 0)


def _back(turn: Turn, scope: Scope) -> Choice:
    if scope.place:
        return choice(turn.say("Back"), "people.staff", scope.place.id, 0)
    return choice(turn.say("Back"), "people.data")


def _acts(turn: Turn) -> list[Act]:
    return [act for part in turn.router.personal for act in part.acts]


async def _told(turn: Turn, scope: Scope, shown: Sequence[AuditEntry]) -> list[str]:
    known = by_name(_acts(turn))
    people = await find_people(turn.tx, {number for each in shown for number in each.people})
    await _note(turn, people.values(), Seen.LISTED)
    return [_line(turn, scope, each, known, people) for each in shown]


def _line(
    turn: Turn,
    scope: Scope,
    entry: AuditEntry,
    known: dict[str, Act],
    people: dict[int, Person],
) -> str:
    act = _label(turn, entry, known)
    if scope.place is None:
        own = turn.say("• {at}: {act}", at=entry.at, act=act)
        behalf = people.get(entry.behalf_id or 0)
        if behalf is None:
            return own
        return turn.say(
            "{act}, on behalf of {holder}", act=Phrase(own), holder=name_of(turn.voice, behalf)
        )
    return turn.say("• {at}: {act} – {name}", at=entry.at, act=act, name=_name(turn, entry, people))


def _label(turn: Turn, entry: AuditEntry, known: dict[str, Act]) -> str:
    act = known.get(entry.action)
    return turn.voice.text(act.label) if act else entry.action


def _name(turn: Turn, entry: AuditEntry, people: dict[int, Person]) -> str:
    if entry.actor_id is None:
        return turn.say("the server")
    person = people.get(entry.actor_id)
    if person is None:
        return turn.say("somebody who has left")
    return name_acting(turn.voice, person, people.get(entry.behalf_id or 0))


async def _narrowed(turn: Turn, wanted: Filter) -> str:
    """What the list is narrowed to, a line each; empty where it is not."""
    said = []
    if wanted.what:
        said.append(turn.say("What: {what}", what=turn.voice.text(KINDS[wanted.what])))
    if wanted.who:
        people = await find_people(turn.tx, [wanted.who])
        named = [name_of(turn.voice, person) for person in people.values()]
        said += [turn.say("Who: {name}", name=name) for name in named]
    if wanted.days:
        said.append(turn.voice.text(DAYS[wanted.days]))
    return lines(*said)


async def what(turn: Turn, name: str, _: str, who: str, days: str) -> Screen:
    """Choose which kind of acts is shown."""
    await audit_rights.access_log(turn.tx, turn.person, name)
    kinds = [choice(turn.say("Everything"), "people.log", name, "", who, days, 0)]
    kinds += [
        choice(turn.voice.text(label), "people.log", name, kind, who, days, 0)
        for kind, label in KINDS.items()
    ]
    return Screen(text=turn.say("What would you like to see?")).with_list(kinds)


async def when(turn: Turn, name: str, kind: str, who: str, _: str) -> Screen:
    """Choose of how many days acts are shown."""
    await audit_rights.access_log(turn.tx, turn.person, name)
    spans = [
        choice(turn.voice.text(label), "people.log", name, kind, who, days, 0)
        for days, label in DAYS.items()
    ]
    return Screen(text=turn.say("Of which days?")).with_list(spans)


async def who(turn: Turn, name: str, kind: str, _: str, days: str, page: str) -> Screen:
    """Choose whose acts are shown, among those who did something."""
    scope = await audit_rights.access_log(turn.tx, turn.person, name)
    at = page_of(turn, page)
    wanted = _filter(kind, "0", days)
    found = await audit_queries.actors(
        turn.tx, scope, wanted, _acts(turn), offset=at.offset, limit=at.ahead
    )
    if (before := at.before(found)) is not None:
        return await who(turn, name, kind, _, days, str(before))
    people = [
        choice(name_of(turn.voice, person), "people.log", name, kind, person.id, days, 0)
        for person in found[: at.size]
    ]
    more = len(found) > at.size
    pages = turning(turn, at, "people.log_who", name, kind, 0, days, more=more)
    return (
        Screen(text=turn.say("Whose acts would you like to see?"))
        .with_list(people, *pages)
        .with_actions(choice(turn.say("Everybody"), "people.log", name, kind, 0, days, 0))
    )


async def as_file(turn: Turn, name: str, kind: str, whose: str, days: str) -> Screen:
    """What is wanted of the log as a table, which opens in any spreadsheet."""
    scope = await audit_rights.access_log(turn.tx, turn.person, name)
    await address_rights.access_lasting_act(turn.tx, turn.person)
    wanted = _filter(kind, whose, days)
    found = await audit_queries.entries(
        turn.tx, scope, wanted, _acts(turn), offset=0, limit=MOST_EXPORTED
    )
    known = by_name(_acts(turn))
    people = await find_people(turn.tx, {number for each in found for number in each.people})
    await _note(turn, people.values(), Seen.EXPORTED)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([turn.say("When"), turn.say("Who"), turn.say("What")])
    for each in found:
        at = each.at.isoformat(timespec="seconds")
        writer.writerow([at, _cell(_name(turn, each, people)), _label(turn, each, known)])
    # With the mark by which spreadsheets know that it is UTF-8.
    data = table.getvalue().encode("utf-8-sig")
    label = turn.say("log")
    file = await make_file(
        turn.tx, turn.installation.files, turn.person.id, "log", f"{label}.csv", "text/csv", data
    )
    text = turn.count("{n} entry, as a table.", "{n} entries, as a table.", len(found))
    shown = Attachment(FileKind.DOCUMENT, name=f"{label}.csv", file=file)
    back = choice(turn.say("Back"), "people.log", name, wanted.what, wanted.who, wanted.days, 0)
    return Screen(text=text, attachment=shown).with_actions(back)


async def _note(turn: Turn, people: Iterable[Person], seen: Seen) -> None:
    """Whoever reads the log of others has looked at them."""
    members = [person.id for person in people if person.is_member]
    await view_actions.note_views(turn.tx, turn.person, members, seen)


def _cell(text: str) -> str:
    """No cell begins as a formula does."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text

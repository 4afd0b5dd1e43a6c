"""Who stands on a list and has not joined: for the head, who hands over the code."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate, isolate_ltr, shorten
from bot.features.imports.actions import claims, slips
from bot.features.imports.actions.slips import PREFIX
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.listed import Listed
from bot.features.imports.rights import places as rights
from bot.features.people.actions.views import Seen, note_views
from bot.features.people.queries.units import staff_of
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import (
    role_label,
    subject_label,
)
from bot.packs.roles import Role


async def waiting(turn: Turn, unit_id: str, page: str = "0") -> Screen:
    """Those of a unit who have not joined, each with their code."""
    place = await rights.access_waiting(turn.tx, turn.person, int(unit_id))
    at = page_of(turn, page)
    found, total = await listed_queries.waiting_at(
        turn.tx, place.id, offset=at.offset, limit=at.size
    )
    if (before := at.before(found)) is not None:
        return await waiting(turn, unit_id, str(before))
    text = turn.say("Everybody of the list has joined.")
    if total:
        count = turn.count(
            "{n} colleague stands on the list and has not joined.",
            "{n} colleagues stand on the list and have not joined.",
            total,
        )
        how = turn.say("Choose a name for the code, and hand it over in person.")
        text = paragraphs(count, how)
    opens = [choice(shorten(each.name, 45), "imports.slip", each.id) for each in found]
    more = turning(turn, at, "imports.waiting", place.id, more=at.precedes(total))
    screen = Screen(title=turn.say("{unit}: not joined", unit=place.name), text=text)
    recent = await listed_queries.claimed_at(turn.tx, place.id, turn.now - rights.UNDONE_FOR)
    prints = [choice(turn.say("Print the slips"), "imports.print_unit", place.id)]
    if not await rights.hands_over(turn.tx, turn.person, found):
        prints = []
    joined = [choice(turn.say("Joined this week"), "imports.joined", place.id)] if recent else []
    return screen.with_list(opens, *more).with_actions(
        prints, joined, choice(turn.say("Back"), "people.staff", place.id, 0)
    )


async def joined(turn: Turn, unit_id: str, page: str = "0") -> Screen:
    """Those of a unit who have joined by a list lately: it can be undone."""
    place = await rights.access_waiting(turn.tx, turn.person, int(unit_id))
    found = await listed_queries.claimed_at(turn.tx, place.id, turn.now - rights.UNDONE_FOR)
    at = page_of(turn, page, len(found))
    people = [each.claimed_by for each in at.of(found) if each.claimed_by]
    await note_views(turn.tx, turn.person, people, Seen.LISTED)
    opens = [choice(shorten(each.name, 45), "imports.unclaim", each.id) for each in at.of(found)]
    text = turn.say("Joined by the list within seven days. Choose whom you do not know.")
    more = turning(turn, at, "imports.joined", place.id, more=at.precedes(len(found)))
    screen = Screen(title=place.name, text=text).with_list(opens, *more)
    return screen.with_actions(choice(turn.say("Back"), "imports.waiting", place.id, 0))


def _about(turn: Turn, listed: Listed) -> str:
    said = [str(role_label(turn.voice, listed.role, staff_of(listed.unit)))]
    said += [str(subject_label(turn.voice, code)) for code in listed.subjects]
    return " · ".join(said)


async def slip(turn: Turn, listed_id: str) -> Screen:
    """The code of somebody who has not joined."""
    return await _slip(turn, int(listed_id), anew=False)


async def slip_anew(turn: Turn, listed_id: str) -> Screen:
    """Another code, in place of the one before."""
    return await _slip(turn, int(listed_id), anew=True)


async def _slip(turn: Turn, listed_id: int, *, anew: bool) -> Screen:
    listed = await rights.access_listed(turn.tx, turn.person, listed_id)
    made = await slips.make_slip(
        turn.tx, turn.person, listed_id, turn.installation.digest, anew=anew
    )
    link = turn.link(PREFIX + made.code)
    text = paragraphs(
        _about(turn, listed),
        lines(
            turn.say("Code to hand over in person:"),
            Phrase(isolate_ltr(turn.voice.digits(made.code))),
            Phrase(isolate_ltr(link)),
        ),
        turn.say(
            "It opens once, until {until}. Then the family name is asked. Who cannot give it as the"
            " list has it needs this second code from you:",
            until=made.until,
        ),
        Phrase(isolate_ltr(turn.voice.digits(made.head_code))),
    )
    return Screen(title=isolate(listed.name), text=text).with_actions(
        choice(turn.say("A new code"), "imports.slip_anew", listed_id),
        choice(turn.say("Back"), "imports.waiting", listed.unit.id, 0),
    )


async def unclaim(turn: Turn, listed_id: str) -> Screen:
    """Asks before a claim is undone."""
    listed = await rights.access_claim(turn.tx, turn.person, int(listed_id))
    ends = turn.say("They no longer belong to {unit}, and are told.", unit=listed.unit.name)
    role = ""
    if listed.gave_role not in (None, Role.TEACHER):
        label = role_label(turn.voice, listed.role, staff_of(listed.unit))
        role = turn.say("Their role ends with it: {role}", role=label)
    return ask_first(
        turn.say("Shall I undo that somebody has joined as {name}?", name=listed.name),
        ends,
        role,
        act=choice(turn.say("Yes, undo it"), "imports.unclaimed", listed.id),
        back=no_choice(turn, "imports.waiting", listed.unit.id, 0),
    )


async def unclaimed(turn: Turn, listed_id: str) -> Screen:
    """Undo a claim."""
    undone = await claims.undo_claim(turn.tx, turn.person, int(listed_id))
    screen = await waiting(turn, str(undone.listed.unit.id))
    if not undone.waits:
        return screen.with_result(turn.say("Undone. The list keeps no place for them any more."))
    return screen.with_result(turn.say("Undone. The place waits for its owner."))


async def listed(turn: Turn, unit_id: str) -> Screen:
    """How many stand on a list at a unit itself, for whoever looks after its people."""
    place = await unit_rights.access_unit_with_people(turn.tx, turn.person, int(unit_id))
    return _count(turn, await listed_queries.count_at(turn.tx, place.id))


async def below(turn: Turn, unit_id: str) -> Screen:
    """How many stand on a list at a unit and below it, for whoever is about to change it."""
    place = await unit_rights.access_unit_to_change(turn.tx, turn.person, int(unit_id))
    return _count(turn, await listed_queries.count_within(turn.tx, place))


def _count(turn: Turn, number: int) -> Screen:
    """A line of figures; nothing where there is nobody."""
    if not number:
        return Screen()
    return Screen(
        text=turn.count(
            "{n} colleague stands on a list and has not joined",
            "{n} colleagues stand on a list and have not joined",
            number,
        )
    )

"""Screens for those who answer for a unit: who waits there, who is not confirmed, who is suspended,
and each of them."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.person import find_people
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_, Gender, Phrase
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions.views import Seen, note_views
from bot.features.people.models import CameBy, UnitStanding
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries.people import name_acting, name_of
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit, spoken_of
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights import units as unit_rights
from bot.features.people.rights.placements import PlacementAbility
from bot.packs.organisation import subject_labels

CAME_BY: dict[CameBy, str] = {
    CameBy.INVITATION: N_("by an invitation"),
    CameBy.LIST: N_("by a list"),
    CameBy.ASKING: N_("by asking"),
    CameBy.TRANSFER: N_("by a transfer"),
    CameBy.UPGRADE: N_("before anybody was asked"),
    CameBy.SERVER: N_("by whoever runs the bot"),
}
STANDINGS: dict[UnitStanding, str] = {
    UnitStanding.WAITING: N_("waits to be let in"),
    UnitStanding.UNCONFIRMED: N_("belongs, not confirmed yet"),
    UnitStanding.MEMBER: N_("belongs"),
    UnitStanding.SUSPENDED: N_("suspended"),
    UnitStanding.DECLINED: N_("declined"),
    UnitStanding.REMOVED: N_("removed"),
    UnitStanding.LEFT: N_("left"),
}


async def choices_at(turn: Turn, place: Unit) -> list[Choice]:
    """What leads to the lists of a unit that hold somebody, for whoever answers there: to the one,
    or to where they are chosen from."""
    lists = await _lists(turn, place)
    if len(lists) < 2:
        return [leads for _, leads in lists]
    total = sum(number for number, _ in lists)
    many = turn.say("{label} ({n})", label=Phrase(turn.say("Membership")), n=total)
    return [choice(many, "people.standings", place.id)]


async def standings(turn: Turn, unit_id: str) -> Screen:
    """The lists of those who wait at a unit, are not confirmed, or suspended."""
    place = await unit_rights.access_unit_to_admit(turn.tx, turn.person, int(unit_id))
    lists = await _lists(turn, place)
    text = turn.say("Which list?") if lists else turn.say("Nobody is here.")
    back = choice(turn.say("Back"), "people.staff", place.id, 0)
    return Screen(title=place.name, text=text).with_actions((leads for _, leads in lists), back)


async def _lists(turn: Turn, place: Unit) -> list[tuple[int, Choice]]:
    """The lists that hold somebody, each with how many."""
    if not await unit_rights.admits(turn.tx, turn.person, place):
        return []
    found = await placement_queries.count_standings(turn.tx, place.id, turn.person.id)
    offered = (
        (UnitStanding.WAITING, N_("Waiting"), "people.asking"),
        (UnitStanding.UNCONFIRMED, N_("Not confirmed"), "people.unconfirmed"),
        (UnitStanding.SUSPENDED, N_("Suspended"), "people.suspended"),
    )
    lists = []
    for each, title, route in offered:
        if number := found.get(each):
            label = turn.voice.text(title, about=await _spoken_of(turn, place, each))
            said = turn.say("{label} ({n})", label=Phrase(label), n=number)
            lists.append((number, choice(said, route, place.id, 0)))
    return lists


async def _spoken_of(turn: Turn, place: Unit, standing: UnitStanding) -> Gender:
    """How those who stand so at a unit are spoken of together."""
    said = await placement_queries.genders_at(turn.tx, place.id, standing, turn.person.id)
    return spoken_of(said, place)


async def asking(turn: Turn, unit_id: str, page: str) -> Screen:
    """Who waits at a unit, the longest first."""
    return await _listed(turn, unit_id, page, UnitStanding.WAITING, "people.asking")


async def unconfirmed(turn: Turn, unit_id: str, page: str) -> Screen:
    """Who came before anybody was asked, and nobody has confirmed."""
    screen = await _listed(turn, unit_id, page, UnitStanding.UNCONFIRMED, "people.unconfirmed")
    if screen.listing is None:
        return screen
    return screen.with_actions(
        choice(turn.say("Confirm all of these"), "people.confirm_all", unit_id, page)
    )


async def suspended(turn: Turn, unit_id: str, page: str) -> Screen:
    return await _listed(turn, unit_id, page, UnitStanding.SUSPENDED, "people.suspended")


async def _listed(
    turn: Turn, unit_id: str, page: str, standing: UnitStanding, route: str
) -> Screen:
    place = await unit_rights.access_unit_to_admit(turn.tx, turn.person, int(unit_id))
    at = page_of(turn, page)
    found, total = await placement_queries.placements_at(
        turn.tx, place.id, standing, offset=at.offset, limit=at.size, besides=turn.person.id
    )
    if (before := at.before(found)) is not None:
        return await _listed(turn, unit_id, str(before), standing, route)
    await note_views(turn.tx, turn.person, [each.person.id for each in found], Seen.LISTED)
    about = await _spoken_of(turn, place, standing)
    text = {
        UnitStanding.WAITING: turn.count(
            "{n} person waits.", "{n} people wait.", total, about=about
        ),
        UnitStanding.UNCONFIRMED: turn.count(
            "{n} person is not confirmed yet.",
            "{n} people are not confirmed yet.",
            total,
            about=about,
        ),
        UnitStanding.SUSPENDED: turn.count(
            "{n} person is suspended.", "{n} people are suspended.", total
        ),
    }[standing]
    some = [choice(each.person.name, "people.placement", each.id) for each in found]
    screen = Screen(title=place.name, text=text if found else turn.say("Nobody is here."))
    if some:
        pages = turning(turn, at, route, place.id, more=at.precedes(total))
        screen = screen.with_list(some, *pages)
    return screen.with_actions(choice(turn.say("Back"), "people.staff", place.id, 0))


async def placement(turn: Turn, placement_id: str) -> Screen:
    """Somebody, and by what they came: no more than it takes to decide."""
    found = await placement_rights.access_placement(
        turn.tx, turn.person, int(placement_id), PlacementAbility.SEE
    )
    await note_views(turn.tx, turn.person, [found.person.id], Seen.PAGE)
    may = await placement_rights.abilities(turn.tx, turn.person, found)
    offered = (
        (PlacementAbility.ANSWER, turn.say("Let in"), "people.admit"),
        (PlacementAbility.ANSWER, turn.say("Decline"), "people.decline"),
        (PlacementAbility.CONFIRM, turn.say("Confirm"), "people.confirm"),
        (PlacementAbility.RESTORE, turn.say("End the suspension"), "people.restore"),
        (PlacementAbility.SUSPEND, turn.say("Suspend"), "people.suspend"),
        (PlacementAbility.REMOVE, turn.say("End the membership"), "people.remove"),
    )
    acts = [choice(label, route, found.id) for ability, label, route in offered if ability in may]
    back = choice(turn.say("Back"), "people.staff", found.unit.id, 0)
    screen = Screen(title=found.person.name, text=await _facts(turn, found))
    return screen.with_actions(acts, back)


async def _facts(turn: Turn, found: UnitPlacement) -> str:
    about = found.person.voice.gender
    subjects = await people_queries.subjects_of(turn.tx, found.person.id)
    facts: list[tuple[str, object]] = [
        (turn.say("Place of work"), found.unit.name),
        (turn.say("Subject"), subject_labels(turn.voice, subjects)),
        (turn.say("How they came"), turn.voice.text(CAME_BY[found.came_by], about=about)),
        (turn.say("How they stand"), turn.voice.text(STANDINGS[found.standing], about=about)),
    ]
    if found.standing is UnitStanding.WAITING:
        wanted = await request_queries.open_of(turn.tx, found.person.id)
        if wanted is not None and wanted.below.id == found.unit.id:
            facts.append((turn.say("School, not listed yet"), Phrase(wanted.name)))
        facts += await _elsewhere(turn, found)
    if found.until is not None:
        facts.append((turn.say("Until"), found.until))
    if found.voucher_name and found.vouched_at:
        facts.append((turn.say("Known to"), Phrase(found.voucher_name)))
    elif found.voucher_name:
        facts.append((turn.say("Says to be known to"), Phrase(found.voucher_name)))
    said = [turn.voice.fact(label, value) for label, value in facts]
    reason = turn.say("The reason: {reason}", reason=found.reason) if found.reason else ""
    decided = ""
    if found.decided_by:
        by = await find_people(turn.tx, [found.decided_by, found.decided_for or 0])
        each = by[found.decided_by]
        decided = turn.say(
            "Decided by {name}.",
            about=each.voice.gender,
            name=name_acting(turn.voice, each, by.get(found.decided_for or 0)),
        )
    return paragraphs(lines(*said), lines(reason, decided))


async def _elsewhere(turn: Turn, found: UnitPlacement) -> list[tuple[str, object]]:
    """What becomes of another place of work of somebody who waits, and who moves them."""
    facts: list[tuple[str, object]] = []
    if found.asked_by:
        by = await find_people(turn.tx, [found.asked_by, found.asked_for or 0])
        mover = name_acting(turn.voice, by[found.asked_by], by.get(found.asked_for or 0))
        facts.append((turn.say("Moved by"), mover))
    left = await placement_queries.placement(turn.tx, found.replaces or 0)
    if left is not None:
        facts.append((turn.say("Comes from"), left.unit.name))
    elif found.besides:
        facts.append((turn.say("The other place of work"), turn.say("stays as well")))
    return facts


async def admit(turn: Turn, placement_id: str) -> Screen:
    done = await admission_actions.admit(turn.tx, turn.person, int(placement_id))
    name = name_of(turn.voice, done.person)
    if not done.belongs:
        left = await placement_queries.known_placement(turn.tx, done.replaces or 0)
        held = turn.say(
            "The move of {name} waits for those who look after {left}: whoever asked for it may no"
            " longer decide it. They are told.",
            about=done.person.voice.gender,
            name=name,
            left=left.unit.name,
        )
        return (await placement(turn, placement_id)).with_result(held)
    text = turn.say(
        "{name} belongs to {unit} now, and is told.",
        about=done.person.voice.gender,
        name=name,
        unit=done.unit.name,
    )
    return (await _next(turn, done, "people.asking")).with_result(text)


async def _next(turn: Turn, done: UnitPlacement, route: str) -> Screen:
    return await turn.show(route, done.unit.id, 0)


async def decline(turn: Turn, placement_id: str) -> Screen:
    return await turn.begin("people.decline", placement=int(placement_id))


async def confirm(turn: Turn, placement_id: str) -> Screen:
    done = await standing_actions.confirm(turn.tx, turn.person, int(placement_id))
    return (await _next(turn, done, "people.unconfirmed")).with_result(turn.say("Confirmed."))


async def confirm_all(turn: Turn, unit_id: str, page: str) -> Screen:
    """Ask before everybody on a page is confirmed."""
    found = await _on_page(turn, unit_id, page)
    return ask_first(
        turn.count("Confirm that {n} person belongs?", "Confirm that {n} people belong?",
                   len(found)),
        lines(*(each.person.name for each in found)),
        act=choice(turn.say("Yes, confirm"), "people.confirmed_all", unit_id, page),
        back=no_choice(turn, "people.unconfirmed", unit_id, page),
    )  # fmt: skip


async def confirmed_all(turn: Turn, unit_id: str, page: str) -> Screen:
    found = await _on_page(turn, unit_id, page)
    numbers = [each.id for each in found]
    done = await standing_actions.confirm_each(turn.tx, turn.person, numbers)
    text = turn.count("{n} person is confirmed.", "{n} people are confirmed.", done)
    return (await unconfirmed(turn, unit_id, "0")).with_result(text)


async def _on_page(turn: Turn, unit_id: str, page: str) -> list[UnitPlacement]:
    place = await unit_rights.access_unit_to_admit(turn.tx, turn.person, int(unit_id))
    at = page_of(turn, page)
    found, _ = await placement_queries.placements_at(
        turn.tx, place.id, UnitStanding.UNCONFIRMED, offset=at.offset, limit=at.size,
        besides=turn.person.id,
    )  # fmt: skip
    return found


async def suspend(turn: Turn, placement_id: str) -> Screen:
    return await turn.begin("people.suspend", placement=int(placement_id))


async def remove(turn: Turn, placement_id: str) -> Screen:
    return await turn.begin("people.remove", placement=int(placement_id))


async def restore(turn: Turn, placement_id: str) -> Screen:
    done = await standing_actions.restore(turn.tx, turn.person, int(placement_id))
    return (await placement(turn, str(done.id))).with_result(turn.say("The suspension has ended."))

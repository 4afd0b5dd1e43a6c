"""Screens for those who look after others: who works where and holds which role."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Gender, Phrase
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import transfers as transfer_actions
from bot.features.people.actions import views as view_actions
from bot.features.people.actions.views import Seen
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Profile, name_of
from bot.features.people.queries.roles import HeldRole
from bot.features.people.queries.unit_choice import unit_options
from bot.features.people.queries.units import Unit, staff_of
from bot.features.people.rights import audit as audit_rights
from bot.features.people.rights import files as file_rights
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights import roles as role_rights
from bot.features.people.rights import transfers as transfer_rights
from bot.features.people.rights import units as unit_rights
from bot.features.people.rights.placements import PlacementAbility
from bot.features.people.rights.units import UnitAbility
from bot.features.people.screens import admission as admission_screens
from bot.packs.organisation import (
    role_label,
    subject_labels,
)
from bot.packs.roles import Role

FIGURES = "people.staff_figures"
"""Where other slices say how many of a unit are still to come."""


async def reach(turn: Turn, page: str = "0") -> Screen:
    """The units whose people somebody looks after, where these are several."""
    tops = await unit_rights.access_reach(turn.tx, turn.person)
    if len(tops) == 1:
        return await staff(turn, str(tops[0].id), "0")
    at = page_of(turn, page, len(tops))
    shown = await unit_options(turn, at.of(tops), at.size)
    places = [choice(option.label, "people.staff", option.value, 0) for option in shown]
    screen = Screen(
        title=turn.say("People and roles"), text=turn.say("Whose people would you like to see?")
    ).with_list(places, *turning(turn, at, "people.reach", more=at.precedes(len(tops))))
    return screen.with_actions(choice(turn.say("Back"), "people.me"))


async def staff(turn: Turn, unit_id: str, page: str) -> Screen:
    """Who works at a unit; those who may give roles open each person."""
    place = await _overseen(turn, int(unit_id))
    at = page_of(turn, page)
    found, total = await people_queries.people_at(
        turn.tx, place.id, offset=at.offset, limit=at.size
    )
    if (before := at.before(found)) is not None:
        return await staff(turn, unit_id, str(before))
    title = turn.say("{unit}: people", unit=place.name)
    shown = [await turn.show(route, place.id) for route in turn.router.routes_on(FIGURES)]
    expected = lines(*(screen.text for screen in shown if screen.text))
    if found:
        text = turn.count("{n} person", "{n} people", total)
    elif expected:
        text = turn.say("Nobody has joined yet.", about=staff_of(place))
    else:
        text = turn.say("Nobody has registered here yet. Send your colleagues an invitation link.")
    await view_actions.note_views(
        turn.tx, turn.person, [person.id for person in found], Seen.LISTED
    )
    people = [choice(person.name, "people.one", person.id, place.id) for person in found]
    pages = turning(turn, at, "people.staff", place.id, more=at.precedes(total))
    able = await unit_rights.abilities(turn.tx, turn.person, place)
    choices = [choice(turn.say("Invite colleagues"), "people.invite")]
    if (await unit_queries.children_of(turn.tx, place.id, offset=0, limit=1))[1]:
        choices.append(choice(turn.say("Units below"), "people.units", place.id, 0))
    elif UnitAbility.ADD_UNITS in able:
        choices.append(choice(turn.say("Change the unit"), "people.units", place.id, 0))
    if await file_rights.heads(turn.tx, turn.person, place):
        choices.append(choice(turn.say("Pictures of pupils"), "people.pictures", place.id, 0))
    if await audit_rights.reads(turn.tx, turn.person, place):
        choices.append(choice(turn.say("Log"), "people.log", place.id, "", 0, 0, 0))
    choices += await admission_screens.choices_at(turn, place)
    doors = turn.router.doors_on("people.staff", turn, place.id, abilities=able)
    back = choice(turn.say("Back"), "people.me")
    screen = Screen(title=title, text=lines(text, expected)).with_list(people, *pages)
    return screen.with_actions(choices, doors, back)


async def _overseen(turn: Turn, unit_id: int) -> Unit:
    return await unit_rights.access_unit_with_people(turn.tx, turn.person, unit_id)


def role_line(turn: Turn, held: HeldRole, gender: Gender) -> str:
    """A role that somebody holds, with its end and for whom it is held, if there are any."""
    role = role_label(turn.voice, held.role, gender)
    text = turn.say("• {role} – {unit}", role=role, unit=held.unit.name)
    if held.instead_of is not None:
        text = turn.say("{role} (deputy)", role=Phrase(text))
    if held.until is None:
        return text
    last = turn.voice.date(term_queries.last_day(held.until, held.unit), hijri=False)
    return turn.say("{role}, last day {last}", role=Phrase(text), last=last)


async def one(turn: Turn, person_id: str, unit_id: str = "0") -> Screen:
    """A colleague at a unit with their roles, and the roles that may be given or ended there; and
    the way to the other units at which the reader looks after them."""
    profile = await _overseen_person(turn, person_id, unit_id)
    await view_actions.note_views(turn.tx, turn.person, [profile.person.id], Seen.PAGE)
    gender = profile.person.voice.gender
    held = [role_line(turn, each, gender) for each in profile.roles]
    subject = turn.say(
        "{label}: {value}",
        label=turn.say("Subject"),
        value=subject_labels(turn.voice, profile.subjects),
    )
    held_here = _held_here(profile)
    powers = []
    given = await role_rights.abilities(turn.tx, turn.person, profile.unit)
    own = profile.person.id == turn.person.id
    for role in [each for each in Role if each in given and each is not Role.TEACHER]:
        label = role_label(turn.voice, role, gender)
        if role in held_here:
            end = turn.say("End the role: {role}", role=label)
            powers.append(choice(end, "people.dismiss", *_at(profile, role)))
        elif not own:
            appoint = turn.say("Appoint as {role}", role=label)
            powers.append(choice(appoint, "people.appoint", *_at(profile, role)))
    others = [each for each in profile.units if each.id != profile.unit.id]
    powers += [choice(each.name, "people.one", profile.person.id, each.id) for each in others]
    here = turn.say("{label}: {value}", label=turn.say("Place of work"), value=profile.unit.name)
    log = choice(turn.say("History of roles"), "people.role_log", profile.person.id, 0)
    back = choice(turn.say("Back"), "people.staff", profile.unit.id, 0)
    about = lines(here, subject) if others else subject
    moving, recalling = await _moving(turn, profile)
    text = paragraphs(about, lines(*held), moving, await _unaware(turn, profile))
    again = choice("", "people.one", profile.person.id, profile.unit.id)
    screen = Screen(title=profile.person.name, text=text, again=again).with_list(powers)
    return screen.with_actions(log, recalling, await _standing(turn, profile), back)


def _held_here(profile: Profile) -> set[Role]:
    """What somebody holds at their unit in their own name."""
    return {
        each.role
        for each in profile.roles
        if each.unit.id == profile.unit.id and each.instead_of is None
    }


async def _standing(turn: Turn, profile: Profile) -> list[Choice]:
    """The way to suspend or remove somebody, for those who answer for the unit."""
    found = await placement_queries.placement_at(turn.tx, profile.person.id, profile.unit.id)
    answers = await unit_rights.admits(turn.tx, turn.person, profile.unit)
    if found is None or not answers or profile.person.id == turn.person.id:
        return []
    acts = [choice(turn.say("Suspend or remove"), "people.placement", found.id)]
    if await placement_queries.transfer_of(turn.tx, found) is None:
        may = await placement_rights.abilities(turn.tx, turn.person, found)
        move = choice(turn.say("Move the person"), "people.transfer", found.id)
        return [*acts, *([move] if PlacementAbility.TRANSFER in may else [])]
    return acts


async def _moving(turn: Turn, profile: Profile) -> tuple[str, list[Choice]]:
    """That somebody is to move, as long as the other unit has not answered; and the way back."""
    found = await placement_queries.placement_at(turn.tx, profile.person.id, profile.unit.id)
    waits = found and await placement_queries.transfer_of(turn.tx, found)
    if not waits:
        return "", []
    text = turn.say("The move to {unit} waits for an answer there.", unit=waits.unit.name)
    may = await placement_rights.abilities(turn.tx, turn.person, waits)
    recall = choice(turn.say("Call off the move"), "people.recall", waits.id)
    acts = [recall] if PlacementAbility.RECALL in may else []
    if found and not await transfer_rights.goes_on(turn.tx, waits):
        text = turn.say(
            "The move to {unit} is held: whoever asked for it may no longer decide it.",
            unit=waits.unit.name,
        )
        able = await placement_rights.abilities(turn.tx, turn.person, found)
        if PlacementAbility.TRANSFER in able:
            acts.insert(0, choice(turn.say("Agree"), "people.agree_transfer", waits.id))
    return text, acts


async def transfer(turn: Turn, placement_id: str) -> Screen:
    """Move somebody to another unit."""
    return await turn.begin("people.transfer", placement=int(placement_id))


async def agree(turn: Turn, placement_id: str) -> Screen:
    """Let a move that is held go on by the reader's word."""
    held = await placement_rights.access_placement(
        turn.tx, turn.person, int(placement_id), PlacementAbility.RECALL
    )
    done = await transfer_actions.transfer_person(
        turn.tx, turn.person, held.replaces or 0, held.unit.id
    )
    name = name_of(turn.voice, done.person)
    if done.belongs:
        about, unit = done.person.voice.gender, done.unit.name
        text = turn.say("{name} works at {unit} now.", about=about, name=name, unit=unit)
    else:
        text = turn.say("Agreed. The move waits for {unit} again.", unit=done.unit.name)
    return (await turn.show("people.reach")).with_result(text)


async def recall(turn: Turn, placement_id: str) -> Screen:
    """Call off a move that has not been answered."""
    done = await transfer_actions.recall_transfer(turn.tx, turn.person, int(placement_id))
    left = await placement_queries.known_placement(turn.tx, done.replaces or 0)
    screen = await one(turn, str(done.person.id), str(left.unit.id))
    return screen.with_result(turn.say("Called off, and told."))


async def _unaware(turn: Turn, profile: Profile) -> str:
    """That a colleague does not know the role that the reader gave them, unless somebody tells
    them."""
    if not await role_queries.is_unaware(turn.tx, profile.person.id, turn.person):
        return ""
    return turn.say(
        "📵 Our message about the new role has not reached {name}. It is best to get in touch"
        " directly.",
        name=name_of(turn.voice, profile.person),
    )


def _role_of(word: str) -> Role:
    """The role with this code, of which buttons of a former version carry the beginning."""
    return next(role for role in Role if role.value.startswith(word))


async def _overseen_person(turn: Turn, person_id: str, unit_id: str) -> Profile:
    return await people_rights.access_person(turn.tx, turn.person, int(person_id), int(unit_id))


def _at(profile: Profile, role: str) -> tuple[int, str, int]:
    """Whom, which role and where, as the routes here carry it."""
    return profile.person.id, role, profile.unit.id


async def appoint(turn: Turn, person_id: str, role: str, unit_id: str = "0") -> Screen:
    """Ask before a colleague is given a role, which they are told."""
    profile, held = await _colleague(turn, person_id, role, unit_id)
    if held:
        return await _settled(turn, profile, turn.say("They hold it already."))
    question = turn.say(
        "Shall I give {name} this role: {role} – {unit}? They are told.",
        about=profile.person.voice.gender,
        name=name_of(turn.voice, profile.person),
        role=role_label(turn.voice, _role_of(role), profile.person.voice.gender),
        unit=profile.unit.name,
    )
    code = _role_of(role).value
    return ask_first(
        question,
        act=choice(turn.say("Yes, give the role"), "people.given", *_at(profile, role)),
        back=no_choice(turn, "people.one", profile.person.id, profile.unit.id),
    ).with_actions(choice(turn.say("Up to a day"), "people.until", *_at(profile, code)))


async def given(turn: Turn, person_id: str, role: str, unit_id: str = "0") -> Screen:
    """Give a colleague a role at their unit."""
    profile = await _overseen_person(turn, person_id, unit_id)
    fresh = await role_actions.grant_role(
        turn.tx, turn.person, profile.person.id, _role_of(role), profile.unit.id
    )
    if fresh and await role_queries.is_unaware(turn.tx, profile.person.id, turn.person):
        return await _settled(turn, profile, turn.say("The role is given."))
    word = turn.say("Done; they are told.") if fresh else turn.say("They hold it already.")
    return await _settled(turn, profile, word)


async def _colleague(turn: Turn, person_id: str, role: str, unit_id: str) -> tuple[Profile, bool]:
    """Somebody at whose unit the reader may give the role, and whether they hold it there.

    :raises Refused: "people.gone", "people.not_yours", "people.may_not_grant".
    """
    profile = await _overseen_person(turn, person_id, unit_id)
    await role_rights.access_unit_for_role(turn.tx, turn.person, profile.unit.id, _role_of(role))
    return profile, _role_of(role) in _held_here(profile)


async def _settled(turn: Turn, profile: Profile, word: str) -> Screen:
    screen = await one(turn, str(profile.person.id), str(profile.unit.id))
    return screen.with_result(word)


async def dismiss(turn: Turn, person_id: str, role: str, unit_id: str = "0") -> Screen:
    """Ask before a colleague's role ends, and with it what they may do."""
    profile, held = await _colleague(turn, person_id, role, unit_id)
    if not held:
        return await _settled(turn, profile, turn.say("They do not hold it."))
    label = role_label(turn.voice, _role_of(role), profile.person.voice.gender)
    question = turn.say(
        "Shall I end this role of {name}: {role} – {unit}? What it allows ends at once, and they"
        " are told.",
        about=profile.person.voice.gender,
        name=name_of(turn.voice, profile.person),
        role=label,
        unit=profile.unit.name,
    )
    if profile.person.id == turn.person.id:
        question = turn.say(
            "Shall I end your own role: {role} – {unit}? What it allows ends at once.",
            role=label,
            unit=profile.unit.name,
        )
    return ask_first(
        question,
        act=choice(turn.say("Yes, end the role"), "people.ended", *_at(profile, role)),
        back=no_choice(turn, "people.one", profile.person.id, profile.unit.id),
    )


async def ended(turn: Turn, person_id: str, role: str, unit_id: str = "0") -> Screen:
    """End a colleague's role at their unit, or one of their own: with it may go the right to see
    the unit's people."""
    profile = await _overseen_person(turn, person_id, unit_id)
    fresh = await role_actions.end_role(
        turn.tx, turn.person, profile.person.id, _role_of(role), profile.unit.id
    )
    if fresh and profile.person.id == turn.person.id:
        return (await turn.show("people.me")).with_result(turn.say("Your role has ended."))
    word = turn.say("Done; they are told.") if fresh else turn.say("They do not hold it.")
    return await _settled(turn, profile, word)

"""What other people are told about roles and invitations, each in their own voice."""

from bot.chat.person import Person
from bot.chat.screen import Screen, choice
from bot.features.people.queries.units import Unit
from bot.packs.organisation import Role, role_label


def invitation_accepted(to: Person, who: Person, role: Role, unit: str) -> Screen:
    """To the inviter: somebody took the role."""
    text = to.voice.say(
        "{name} has accepted your invitation and is now {role} at {unit}.",
        about=who.voice.gender,
        name=who.name,
        role=role_label(to.voice, role, who.voice.gender),
        unit=unit,
    )
    return Screen(text=text)


def role_granted(to: Person, by: Person, role: Role, unit: str) -> Screen:
    """To the person themselves."""
    text = to.voice.say(
        "You are now {role} at {unit}, appointed by {name}. Congratulations!",
        role=role_label(to.voice, role, to.voice.gender),
        unit=unit,
        name=by.name,
    )
    return Screen(text=text).with_rows([choice(to.voice.say("My profile"), "people.me")])


def role_ended(to: Person, by: Person, role: Role, unit: str) -> Screen:
    text = to.voice.say(
        "{name} has ended your role as {role} at {unit}. Thank you for your work.",
        role=role_label(to.voice, role, to.voice.gender),
        unit=unit,
        name=by.name,
    )
    return Screen(text=text).with_rows([choice(to.voice.say("My profile"), "people.me")])


def namesake(to: Person, who: Person, officer: Person, place: Unit) -> Screen:
    """To whoever answers for the unit: somebody there bears a name that resembles an officer's."""
    text = to.voice.say(
        "{name} now bears at {unit} a name that resembles that of {officer}. It may well be right;"
        " please make sure that you know this person.",
        about=who.voice.gender,
        name=who.name,
        unit=place.name,
        officer=officer.name,
    )
    return Screen(text=text)


def with_people(to: Person, notice: Screen, place: Unit) -> Screen:
    """The notice with a button to the unit's people, for whoever looks after them."""
    people = choice(to.voice.say("People and roles"), "people.staff", place.id, 0)
    return notice.with_rows([people])

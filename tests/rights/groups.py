"""Who is meant by a line of the table: groups of people, each as it stands to the thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.core.i18n import Voice
from bot.packs.organisation import (
    UnitGender,
    role_label,
)
from bot.packs.roles import Role
from tests.rights.cast import PLACES, Someone, lineage
from tests.rights.things import Thing

Test = Callable[[Someone, Thing], bool]


@dataclass(frozen=True)
class Who:
    """A group: its words in a sentence, and who belongs to it; `means` explains them where they
    do not speak for themselves."""

    words: str
    meets: Test
    means: str = ""
    parts: tuple["Who", ...] = ()

    def __or__(self, other: "Who") -> "Who":
        words = f"{self.words} or {other.words}"
        meets = lambda one, thing: self.meets(one, thing) or other.meets(one, thing)  # noqa: E731
        return Who(words, meets, parts=(self, other))

    def __and__(self, other: "Who") -> "Who":
        words = f"{self.words}, if {other.words}"
        meets = lambda one, thing: self.meets(one, thing) and other.meets(one, thing)  # noqa: E731
        return Who(words, meets, parts=(self, other))


ANYBODY = Who("anybody else", lambda one, thing: True)
OUTSIDER = Who("who belongs to no unit", lambda one, thing: not one.is_member)
"""A visitor, somebody who has deleted their data, who waits to be let in, or is suspended."""
STRANGER = Who("who is not registered", lambda one, thing: not one.is_registered)
"""A visitor, or somebody who has deleted their data."""
EVERYBODY = Who("whoever belongs to a unit", lambda one, thing: one.is_member)


def relation(name: str, words: str, means: str = "") -> Who:
    """Who stands so to the thing."""
    return Who(words, lambda one, thing: one.key in thing.people.get(name, ()), means)


LEAD = relation(
    "lead", "its lead", "leads the team, or the team whose request, practice or meeting it is"
)
MEMBER = LEAD | relation("member", "a member", "belongs to that team")
ASKED = relation("asked", "who has asked to join")
AUTHOR = relation("author", "its author")
RECIPIENT = relation("recipient", "who got it")
ONESELF = relation("self", "it is they themselves", "the person who acts is the one it is about")


def holding(wanted: Iterable[Role], words: str, *, place: str = "") -> Who:
    """Who holds one of the roles at the thing's unit or above it; or at `place`."""
    roles = frozenset(wanted)

    def meets(one: Someone, thing: Thing) -> bool:
        above = lineage(place or thing.place)
        return not one.gone and any(
            h.stands and h.role in roles and h.place in above for h in one.held
        )

    where = "there or above" if place else "at the unit or above it"
    return Who(words, meets, f"{roles_in_words(wanted)} {where}")


def in_words(role: Role) -> str:
    """The role as people call it: `lead` is no team's lead, and `developer` no programmer."""
    said = role_label(Voice("en"), role, "neutral")
    shorter = said.removeprefix("school ").removeprefix("educational ")
    return shorter.removesuffix(" of the bot")


def roles_in_words(wanted: Iterable[Role]) -> str:
    """The roles in the order in which they are known, in words."""
    names = [in_words(role) for role in Role if role in set(wanted)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def answering(wanted: Mapping[Role, bool], words: str, means: str = "") -> Who:
    """Who holds one of the roles for all subjects: at the unit itself where it says True, else at
    it or above."""

    def meets(one: Someone, thing: Thing) -> bool:
        above = lineage(thing.place)
        return not one.gone and any(
            h.stands
            and h.subject is None
            and h.role in wanted
            and (h.place == thing.place if wanted[h.role] else h.place in above)
            for h in one.held
        )

    return Who(words, meets, means)


def holding_anywhere(wanted: Iterable[Role], words: str) -> Who:
    roles = frozenset(wanted)
    return Who(
        words,
        lambda one, thing: not one.gone and any(h.stands and h.role in roles for h in one.held),
        f"{roles_in_words(wanted)} of any unit",
    )


def _district(place: str) -> str:
    above = lineage(place)
    kinds = ("department", "academy")
    return next((p for p in reversed(above) if PLACES[p].kind in kinds), above[0])


def sees(place: str, one: Someone) -> bool:
    """Whether the unit lies in the district where they work, and is for all or for theirs."""
    if not one.is_member:
        return False
    gender = PLACES[place].gender
    fits = gender in (PLACES[one.works].gender, UnitGender.MIXED)
    return fits and _district(one.works) in lineage(place)


NEARBY = Who(
    "a colleague of the district",
    lambda one, thing: sees(thing.place, one),
    "works in the district of the unit, which is for everybody or of the same gender as theirs",
)
COLLEAGUE = Who(
    "a colleague there",
    lambda one, thing: one.is_member and one.works == thing.place,
    "works at the unit itself",
)
BELONGS = COLLEAGUE | Who(
    "who came by an invitation",
    lambda one, thing: one.key == "principal by link for arabic" and thing.place == "nada",
)


def _heads(one: Someone, thing: Thing) -> bool:
    return not one.gone and any(
        held.stands and held.role is Role.PRINCIPAL and held.place == thing.place
        for held in one.held
    )


HEAD_HERE = Who("the head of the unit", _heads, "principal of this very unit, not of one above it")

_PRINCIPAL, _SUPERVISOR = Role.PRINCIPAL, Role.SUPERVISOR
_DEVELOPER, _ADMINISTRATOR = Role.DEVELOPER, Role.ADMINISTRATOR
FOUNDERS = (Role.LEAD, _PRINCIPAL, _SUPERVISOR)
OVERSEERS = (_PRINCIPAL, _SUPERVISOR, _DEVELOPER, Role.COORDINATOR)
GRANTERS = (_PRINCIPAL, _SUPERVISOR, _DEVELOPER, _ADMINISTRATOR)
MODERATORS = (_PRINCIPAL, _SUPERVISOR)

OVERSEER = holding(OVERSEERS, "who oversees the unit")
TEAM_OVERSEER = Who(
    "who oversees the team",
    lambda one, thing: (
        not one.gone
        and any(
            h.stands
            and h.role in OVERSEERS
            and h.place in lineage(thing.place)
            and h.subject in (None, thing.more.get("subject"))
            for h in one.held
        )
    ),
    f"{roles_in_words(OVERSEERS)} at the unit or above it, for all subjects or for those of the"
    " team",
)
GRANTER = holding(GRANTERS, "who looks after the unit's people")
MODERATOR = holding(MODERATORS, "a principal or supervisor of the unit")
KEEPER = holding(GRANTERS, "who keeps the unit's calendar")
ADMINISTRATOR = holding((_ADMINISTRATOR,), "an administrator of the unit")
HEAD_THERE = answering(
    {_PRINCIPAL: True}, "the head of the unit", "principal of the unit itself, for all subjects"
)
ANSWERER = answering(
    {_PRINCIPAL: True, _SUPERVISOR: False, _ADMINISTRATOR: False},
    "who answers for the people there",
    "principal of the unit itself; supervisor or administrator at the unit or above it; each for"
    " all subjects",
)
APART = Who(
    "who works at a school of the other gender",
    lambda one, thing: (
        one.is_member
        and {PLACES[one.works].gender, PLACES[thing.place].gender}
        == {UnitGender.BOYS, UnitGender.GIRLS}
    ),
)

"""The people and units of the table of rights, as data: whoever a rule can tell apart is here once.

Whoever holds a role works far away, so that nothing but the role lets them in; whoever belongs to
a team works in another department, so that nothing but the team does; and whoever works nearby
has neither.
"""

from dataclasses import dataclass

from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A unit. `above` is the key of the unit above it."""

    key: str
    kind: str
    above: str = ""
    gender: UnitGender = UnitGender.MIXED
    closed: bool = False


PLACES = {
    place.key: place
    for place in (
        Place("ministry", "ministry"),
        Place("valley", "department", "ministry"),
        Place("nada", "school", "valley", UnitGender.GIRLS),
        Place("amal", "school", "valley", UnitGender.GIRLS),
        Place("falah", "school", "valley", UnitGender.BOYS),
        Place("rawd", "school", "valley"),
        Place("hijr", "school", "valley", UnitGender.GIRLS, closed=True),
        Place("coast", "department", "ministry"),
        Place("murjan", "school", "coast", UnitGender.GIRLS),
        Place("academy", "academy"),
        Place("atlas", "institution", "academy"),
    )
}
FAR = "atlas"
"""Workplaces of those whom only a role lets in."""
ELSEWHERE = "murjan"
"""Workplaces of those whom only a team lets in."""


def lineage(place: str) -> list[str]:
    """The unit and those above it, from the top."""
    found: list[str] = []
    while place:
        found.insert(0, place)
        place = PLACES[place].above
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A role at a unit, perhaps for one subject. `via` says how they came by it: `granted` by an
    administrator, `accepted` or `registered` by an invitation; `ended` or `moved` away from it."""

    role: Role
    place: str
    subject: str | None = None
    via: str = ""

    @property
    def stands(self) -> bool:
        return self.via not in ("ended", "moved")


@dataclass(frozen=True, slots=True)
class Someone:
    """One person: where they work (nowhere: a visitor) and what they hold."""

    key: str
    works: str = ""
    held: tuple[Held, ...] = ()
    name: str = ""
    gone: bool = False
    agreed: bool = True
    """To the privacy notice by which their school finds them."""
    stands: str = "member"
    """How they stand to where they work: `waiting` and `suspended` belong nowhere."""

    @property
    def is_member(self) -> bool:
        return self.is_registered and self.stands not in ("waiting", "suspended")

    @property
    def is_registered(self) -> bool:
        return bool(self.works) and not self.gone


_LOOK_AFTER = (Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR)
_OFFICES: dict[str, tuple[Role, ...]] = {
    "nada": tuple(Role),
    "valley": tuple(Role),
    "ministry": (Role.SUPERVISOR, Role.ADMINISTRATOR),
    "amal": (Role.LEAD, *_LOOK_AFTER),
    "coast": _LOOK_AFTER,
}
_OFFICES_FOR_ARABIC: dict[str, tuple[Role, ...]] = {
    "nada": (Role.LEAD, Role.PRINCIPAL, Role.SUPERVISOR),
    "valley": (*_LOOK_AFTER, Role.COORDINATOR),
}
"""Which roles are held where: at the school of most things, above it, above that, beside it, and
in another department."""


def _officers() -> list[Someone]:
    found = []
    for place, some in _OFFICES.items():
        found += [Someone(f"{role} of {place}", FAR, (Held(role, place),)) for role in some]
    for place, some in _OFFICES_FOR_ARABIC.items():
        for role in some:
            held = Held(role, place, "arabic")
            found.append(Someone(f"{role} of {place} for arabic", FAR, (held,)))
    return found


OFFICERS = {each.key: each for each in _officers()}
_ARABIC = "arabic"
OTHERS = {
    each.key: each
    for each in (
        Someone("visitor"),
        Someone("gone", ELSEWHERE, name="سارة العمري", gone=True),
        Someone("teacher at nada", "nada", name="ليلى الغامدي"),
        Someone("old-timer at nada", "nada", name="سلوى القرني", agreed=False),
        Someone("teacher at amal", "amal"),
        Someone("teacher at falah", "falah", name="بدر الشمري"),
        Someone("teacher at rawd", "rawd"),
        Someone("teacher at valley", "valley"),
        Someone("teacher at murjan", "murjan"),
        Someone("teacher at atlas", "atlas"),
        Someone("lead", ELSEWHERE),
        Someone("member", ELSEWHERE, name="هند الدوسري"),
        Someone("former lead", ELSEWHERE),
        Someone("asker", ELSEWHERE),
        Someone("declined", ELSEWHERE),
        Someone("left", ELSEWHERE),
        Someone("removed", ELSEWHERE),
        Someone("waiting at nada", "nada", name="غادة المطيري", stands="waiting"),
        Someone("suspended at nada", "nada", name="ريما السالم", stands="suspended"),
        Someone("unconfirmed at nada", "nada", name="لمى الجهني", stands="unconfirmed"),
        Someone("boys lead", "falah"),
        Someone("hall lead", ELSEWHERE),
        Someone("lonely lead", ELSEWHERE),
        Someone("head at amal", "amal", (Held(Role.PRINCIPAL, "amal"),)),
        Someone("principal who was", FAR, (Held(Role.PRINCIPAL, "nada", via="ended"),)),
        Someone("principal who moved", FAR, (Held(Role.PRINCIPAL, "nada", via="moved"),)),
        Someone(
            "supervisor granted for arabic",
            FAR,
            (Held(Role.SUPERVISOR, "valley", _ARABIC, "granted"),),
        ),
        Someone(
            "principal by link for arabic",
            FAR,
            (Held(Role.PRINCIPAL, "nada", _ARABIC, "accepted"),),
        ),
        Someone(
            "principal by registering for arabic",
            FAR,
            (Held(Role.PRINCIPAL, "nada", _ARABIC, "registered"),),
        ),
    )
}
CAST = OTHERS | OFFICERS
assert len(CAST) == len(OTHERS) + len(OFFICERS)
FEW = (
    "visitor", "gone", "waiting at nada", "suspended at nada",
    "teacher at nada", "teacher at falah", "teacher at valley",
    "teacher at murjan", "lead", "member", "removed", "principal who was", "principal of nada",
    "lead of nada", "supervisor of valley", "coordinator of valley", "administrator of valley",
    "supervisor of coast", "supervisor of valley for arabic",
)  # fmt: skip
"""Who meets the rarer states of a thing, beside those who stand to it in some way: with everybody
there would be very many cells that tell nothing new."""

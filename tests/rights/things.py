"""The things that rights are about, as data: each in every state, with the people around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.packs.roles import Role
from tests.rights.cast import PLACES

People = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Thing:
    """Something with a state, lying at a unit. `people` says who stands how to it: `lead`,
    `member`, `asked`, `author`, `recipient` …, by their keys; `marker` is what a screen that shows
    it holds; `more` is what else building or doing needs."""

    key: str
    state: str = ""
    place: str = ""
    people: People = field(default_factory=dict)
    marker: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


NOTHING = Thing("nothing")
"""What has no thing: one's own lists and settings."""


# Units, and roles at units

UNITS = {key: Thing(f"unit {key}", "closed" if p.closed else "active", key, more={"unit": key})
         for key, p in PLACES.items()}  # fmt: skip
WANTED = tuple(
    Thing(f"wanted at valley by {asks}", "asked", "valley", {"self": (asks,)},
          marker=name, more={"person": asks})
    for asks, name in (
        ("teacher at rawd", "مدرسة الزهور"), ("administrator of valley", "مدرسة النور"),
    )
)  # fmt: skip
"""Units that somebody asks to be added there."""
POSTS = tuple(
    Thing(f"{role} at {place}", "closed" if PLACES[place].closed else "active", place,
          more={"role": role, "unit": place})
    for place in ("nada", "valley", "hijr")
    for role in Role
)  # fmt: skip
"""A role that somebody may have at a unit."""
APPOINTMENTS = tuple(
    Thing(f"{role} for the teacher at nada", "registered", "nada",
          more={"role": role, "person": "teacher at nada"})
    for role in Role
)  # fmt: skip

ROLES_HELD = (
    Thing(
        "role of the principal of nada",
        "active",
        "nada",
        {
            "holder": ("principal of nada",),
            "candidate": ("teacher at nada",),
            "elsewhere": ("teacher at falah",),
        },
        more={"role": Role.PRINCIPAL, "person": "principal of nada"},
    ),
    Thing(
        "role of the head at amal",
        "active",
        "amal",
        {"holder": ("head at amal",)},
        more={"role": Role.PRINCIPAL, "person": "head at amal"},
    ),
    Thing(
        "role of the deputy at amal",
        "planned",
        "amal",
        {"holder": ("teacher at amal",), "away": ("head at amal",)},
        more={"role": Role.PRINCIPAL, "person": "teacher at amal"},
    ),
    Thing(
        "role of the administrator of valley",
        "active",
        "valley",
        {"holder": ("administrator of valley",)},
        more={"role": Role.ADMINISTRATOR, "person": "administrator of valley"},
    ),
    Thing(
        "role of the lead of nada",
        "no deputies",
        "nada",
        {"holder": ("lead of nada",)},
        more={"role": Role.LEAD, "person": "lead of nada"},
    ),
    Thing(
        "role of the principal who was",
        "ended",
        "nada",
        {"holder": ("principal who was",)},
        more={"role": Role.PRINCIPAL, "person": "principal who was"},
    ),
)
COLLEAGUES = {
    key: Thing(f"person {key}", state, place, {"self": (key,), "team-mates": mates}, marker,
               {"person": key})
    for key, place, state, marker, mates in (
        ("teacher at nada", "nada", "registered", "ليلى الغامدي", ()),
        ("old-timer at nada", "nada", "has not agreed", "سلوى القرني", ()),
        ("teacher at falah", "falah", "registered", "بدر الشمري", ()),
        ("member", "murjan", "registered", "هند الدوسري", ("lead", "former lead")),
        ("gone", "murjan", "gone", "سارة العمري", ()),
    )
}  # fmt: skip


def _placement(state: str, key: str, **people: tuple[str, ...]) -> Thing:
    return Thing(f"placement of {key}", state, "nada", {"self": (key,), **people},
                 more={"person": key})  # fmt: skip


PLACEMENTS = (
    _placement("waiting", "waiting at nada", voucher=("teacher at nada",)),
    _placement("unconfirmed", "unconfirmed at nada"),
    _placement("member", "teacher at nada"),
    _placement("suspended", "suspended at nada", voucher=("teacher at falah",)),
    _placement("declined", "teacher at rawd"),
)
"""How somebody stands to the school; the last one was declined by its head."""
ADDRESSES = tuple(
    Thing(f"address {key}", state, people={"self": (who,)}, more={"person": who, "new": new})
    for key, state, who, new in (
        ("one of two", "one of several", "teacher at nada", False),
        ("joined just now", "one of several", "teacher at nada", True),
        ("the only one", "the only one", "teacher at falah", False),
        ("of a visitor", "of a visitor", "visitor", False),
    )
)  # fmt: skip
"""Where somebody is written to."""


# Teams and who belongs to them

_IN_READING: People = {
    "lead": ("lead",), "member": ("member", "former lead"), "asked": ("asker",),
    "declined": ("declined",), "left": ("left",), "removed": ("removed",),
}  # fmt: skip
_IN_CLOSED: People = {
    "lead": ("lead",), "member": ("member",), "declined": ("declined", "asker"),
    "left": ("left",), "removed": ("removed",),
}  # fmt: skip
READING = Thing("team reading", "active", "nada", _IN_READING, "حلقة القراءة",
                {"subject": "arabic"})  # fmt: skip
ENDED = Thing("team ended", "closed", "nada", _IN_CLOSED, "حلقة الخط")
BOYS = Thing("team of boys", "active", "falah", {"lead": ("boys lead",)}, "حلقة الفيزياء")
HALL = Thing(
    "team of the department", "active", "valley",
    {"lead": ("hall lead",), "member": ("left",)}, "حلقة القيادات",
)  # fmt: skip
ALONE = Thing("team of one", "active", "coast", {"lead": ("lonely lead",)}, "حلقة التفكير")
TEAMS = (READING, ENDED, BOYS, HALL, ALONE)


def _membership(team: Thing, relation: str, key: str) -> Thing:
    state = f"{relation} of a closed team" if team.state == "closed" else relation
    people = dict(team.people) | {"self": (key,)}
    return Thing(f"{key} in {team.key}", state, team.place, people, team.marker,
                 {"team": team.key, "person": key, **team.more})  # fmt: skip


MEMBERSHIPS = (
    *(
        _membership(team, relation, keys[0])
        for team in (READING, ENDED)
        for relation, keys in team.people.items()
    ),
    _membership(BOYS, "lead", "boys lead"),
)


# Invitations


def _invitation(key: str, state: str, by: str, role: Role, **more: Any) -> Thing:
    people = {"author": (by,)} if by else {}
    return Thing(f"invitation {key}", state, "nada", people, "مدرسة nada",
                 {"role": role, "unit": "nada", **more})  # fmt: skip


INVITATIONS = {
    each.key.removeprefix("invitation "): each
    for each in (
        _invitation("for teachers", "open", "principal of nada", Role.TEACHER),
        _invitation("for a coordinator", "open", "supervisor of valley", Role.COORDINATOR),
        _invitation("by the server", "open", "", Role.SUPERVISOR),
        _invitation("of who was", "inviter without the right", "principal who was", Role.LEAD),
        _invitation("that was used", "used", "principal of nada", Role.LEAD),
        _invitation("taken back", "withdrawn", "principal of nada", Role.TEACHER),
        _invitation("of last week", "over", "principal of nada", Role.TEACHER),
    )
}


# Lists, and who stands on them

_BRINGER = "administrator of valley"


def _list(key: str, state: str, by: str = _BRINGER) -> Thing:
    return Thing(f"list {key}", state, "nada", {"author": (by,)}, f"{key}.csv")


LISTS = (
    _list("brought", "checked"),
    _list("for the school", "added"),
    _list("that was wrong", "taken back"),
    _list("of who was", "added", "principal who was"),
)


def _listed(key: str, state: str, who: str = "", role: Role = Role.TEACHER, **more: Any) -> Thing:
    by = str(more.pop("by", _BRINGER))
    people = {"author": (by,)} | ({"self": (who,)} if who else {})
    return Thing(f"listed {key}", state, "nada", people, key, {"role": role, **more})


LISTED = (
    _listed("ريم الحربي", "waiting"),
    _listed("لمى السبيعي", "claimed", "teacher at nada"),
    _listed("جود العنزي", "claimed long ago", "old-timer at nada"),
    _listed("سحر المطيري", "proven", "teacher at falah"),
    _listed("عهود الرشيدي", "proven by its bringer", _BRINGER, Role.PRINCIPAL),
    _listed("دلال البقمي", "of a bringer without the right", "teacher at amal", Role.LEAD,
            by="principal who was"),
)  # fmt: skip
UNITS_WAITING = tuple(
    Thing(f"unit {key}", "active", key, {"author": authors}, more={"unit": key})
    for key, authors in (("nada", (_BRINGER,)), ("valley", ()), ("amal", ()))
)


# Meetings


def _meeting(key: str, team: Thing, state: str, hours: int, marker: str) -> Thing:
    return Thing(f"meeting {key}", state, team.place, team.people, marker,
                 {"team": team.key, "hours": hours})  # fmt: skip


MEETINGS = (
    _meeting("to come", READING, "ahead", 48, "لقاء الفهم القرائي"),
    _meeting("that was", READING, "held", -48, "لقاء الإملاء"),
    _meeting("called off", READING, "cancelled", 72, "لقاء القصة"),
    _meeting("of the ended team", ENDED, "called off with its team", 96, "لقاء خط الرقعة"),
)


# Practices


def _practice(key: str, state: str, place: str, team: Thing | None, marker: str,
              author: str) -> Thing:  # fmt: skip
    people = (dict(team.people) if team else {}) | {"author": (author,)}
    return Thing(f"practice {key}", state, place, people, marker,
                 {"team": team.key if team else ""})  # fmt: skip


PRACTICES = (
    _practice("of the team", "shared", "nada", READING, "خرائط المفاهيم", "member"),
    _practice("for everybody", "shared", "nada", None, "ركن المطالعة", "teacher at nada"),
    _practice("of boys", "shared", "falah", None, "مختبر الضوء", "teacher at falah"),
    _practice("of the ended team", "shared", "nada", ENDED, "دفتر الخط", "member"),
    _practice("hidden in the team", "hidden", "nada", READING, "لوحة الأسماء", "member"),
    _practice("hidden", "hidden", "nada", None, "صور الفصل", "teacher at nada"),
    _practice("withdrawn", "withdrawn", "nada", READING, "أوراق العمل", "member"),
    _practice("of the lead", "shared", "nada", READING, "جدول القراءة", "lead"),
    _practice("hidden of the lead", "hidden", "nada", READING, "سبورة الأسماء", "lead"),
    _practice("of the head", "shared", "amal", None, "إذاعة الصباح", "head at amal"),
    _practice("hidden of the head", "hidden", "amal", None, "حائط الصور", "head at amal"),
    _practice("of who was removed", "shared", "nada", READING, "بطاقات النطق", "removed"),
    _practice("withdrawn by whoever was removed", "withdrawn", "nada", READING, "سلم القراءة",
              "removed"),
    _practice("withdrawn from the ended team", "withdrawn", "nada", ENDED, "ميزان الخط", "member"),
)  # fmt: skip


# Files that are shown to others


def _picture(key: str, state: str, place: str, owner: str) -> Thing:
    return Thing(f"picture {key}", state, place, {"author": (owner,)}, more={"unit": place})


PICTURES = (
    _picture("of a lesson", "shown", "nada", "teacher at nada"),
    _picture("of the boys", "shown", "falah", "teacher at falah"),
    _picture("of the head", "shown", "amal", "head at amal"),
    _picture("taken back", "withdrawn", "nada", "teacher at nada"),
)


# Announcements


def _said(key: str, state: str, author: str, subject: str | None, marker: str) -> Thing:
    people = {"author": (author,)}
    if state in ("sent", "sending", "stopped", "halted"):
        people["recipient"] = ("teacher at nada",)
    spoken_from = "valley" if author == _LIMITED else "nada"
    more = {"subject": subject, "from": spoken_from}
    return Thing(f"announcement {key}", state, "nada", people, marker, more)


_WAS = "principal who was"
_LIMITED = "supervisor of valley for arabic"
ANNOUNCEMENTS = (
    _said("written", "draft", "principal of nada", None, "تعميم الرحلات"),
    _said("planned", "scheduled", "principal of nada", None, "تعميم المكتبة"),
    _said("on its way", "sending", "principal of nada", None, "تعميم الاصطفاف"),
    _said("sent", "sent", "principal of nada", None, "تعميم الإجازة"),
    _said("stopped", "stopped", "principal of nada", None, "تعميم المقصف"),
    _said("stopped from above", "halted", "principal of nada", None, "تعميم المواقف"),
    _said("stopped beyond arabic", "halted", _LIMITED, "science", "تعميم المختبر"),
    _said("discarded", "discarded", "principal of nada", None, "تعميم قديم"),
    _said("written by whoever was", "draft", _WAS, None, "تعميم سابق"),
    _said("planned by whoever was", "scheduled", _WAS, None, "تعميم مؤجل"),
    _said("sent by whoever was", "sent", _WAS, None, "تعميم الأمس"),
    _said("planned for arabic", "scheduled", _LIMITED, "arabic", "تعميم العربية"),
    _said("planned beyond arabic", "scheduled", _LIMITED, None, "تعميم الجميع"),
    _said("sent beyond arabic", "sent", _LIMITED, "science", "تعميم العلوم"),
)
AUDIENCES = tuple(
    Thing(f"{subject or 'everybody'} at {place}", subject or "everybody", place,
          more={"unit": place, "subject": subject})
    for place in ("nada", "valley", "falah", "murjan")
    for subject in (None, "arabic", "science")
)  # fmt: skip


# The days of a unit

DAYS = (
    Thing("days of nada", "entered", "nada", marker="إجازة الخريف"),
    Thing("days of the department", "entered", "valley", marker="اختبارات الفصل"),
)

"""Reads about how long roles last: their ends, their deputies, and who held what until when."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from bot.chat.person import Person, find_people
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.people.models import RoleState, role_terms, roles
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.roles import GRANTERS
from bot.features.people.queries.units import Unit, unit_ids_within_any, units_by_id
from bot.packs.roles import Role
from bot.storage.lists import among
from bot.storage.transaction import Tx

_A_MOMENT = timedelta(milliseconds=1)
DEPUTISED = frozenset(
    {Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.COORDINATOR, Role.ADMINISTRATOR}
)
"""Roles in which somebody else may act while their holder is away."""
LASTING = (RoleState.PLANNED, RoleState.ACTIVE, RoleState.SUSPENDED)


def first_moment(day: date, place: Unit) -> datetime:
    """When the day begins where the unit is."""
    return datetime.combine(day, time(), ZoneInfo(place.timezone))


def end_of(day: date, place: Unit) -> datetime:
    """When a role is over of which this is the last day, where the unit is."""
    return first_moment(day + timedelta(days=1), place)


def day_of(moment: datetime, place: Unit) -> date:
    """The day of a moment where the unit is."""
    return moment.astimezone(ZoneInfo(place.timezone)).date()


def last_day(until: datetime, place: Unit) -> date:
    """The last day of a role that is over at `until`."""
    return last_day_in(place.timezone, until)


def last_day_in(zone: str, until: datetime) -> date:
    return (until - _A_MOMENT).astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True)
class Term:
    """The end of a role, as somebody set it anew; without one it is open-ended. `set_for` is the
    one in whose place they acted, if they were a deputy."""

    until: datetime | None
    set_by: int
    set_for: int | None
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """A role of a person from the moment it was given to its end, whatever became of it. People
    are their ids; `instead_of` is whoever a deputy acts for."""

    id: int
    person_id: int
    role: Role
    unit: Unit
    subjects: tuple[str, ...]
    state: RoleState
    granted_by: int | None
    granted_for: int | None
    granted_at: datetime
    since: datetime | None
    until: datetime | None
    deputy_of: int | None
    instead_of: int | None
    ended_at: datetime | None
    ended_by: int | None
    ended_for: int | None

    @property
    def lasts(self) -> bool:
        return self.state in LASTING

    @property
    def begins(self) -> datetime:
        return self.since or self.granted_at


_replaced = roles.alias("replaced")
_RECORDS = select(
    roles.c.id,
    roles.c.person_id,
    roles.c.role,
    roles.c.unit_id,
    roles.c.subject,
    roles.c.state,
    roles.c.granted_by,
    roles.c.granted_for,
    roles.c.granted_at,
    roles.c.starts_at,
    roles.c.expires_at,
    roles.c.deputy_of,
    _replaced.c.person_id.label("instead_of"),
    roles.c.ended_at,
    roles.c.ended_by,
    roles.c.ended_for,
).select_from(roles.outerjoin(_replaced, _replaced.c.id == roles.c.deputy_of))


async def _read(tx: Tx, query: Select[Any]) -> list[RoleRecord]:
    rows: Sequence[Row[Any]] = await tx.all(query)
    places = await units_by_id(tx, {row.unit_id for row in rows})
    found = []
    for row in rows:
        number, person_id, role, _, *rest = tuple(row)
        found.append(RoleRecord(number, person_id, role, places[row.unit_id], *rest))
    return found


async def role_record(tx: Tx, role_id: int) -> RoleRecord | None:
    """The role of an id, also one that has ended."""
    return next(iter(await _read(tx, _RECORDS.where(roles.c.id == role_id))), None)


async def role_records(tx: Tx, ids: Iterable[int]) -> dict[int, RoleRecord]:
    """The roles of these ids, by id."""
    found = await _read(tx, _RECORDS.where(among(roles.c.id, sorted(set(ids)))))
    return {each.id: each for each in found}


async def record_held(tx: Tx, person_id: int, role: Role, unit_id: int) -> RoleRecord | None:
    """This role of the person at the unit, planned or active."""
    query = _RECORDS.where(
        roles.c.person_id == person_id,
        roles.c.role == role,
        roles.c.unit_id == unit_id,
        roles.c.state.in_(LASTING),
    )
    return next(iter(await _read(tx, query)), None)


async def lasting_of(tx: Tx, person_id: int) -> list[RoleRecord]:
    """The roles of the person that give a right, are idle, or are to begin; the oldest first."""
    query = _RECORDS.where(
        roles.c.person_id == person_id,
        roles.c.state.in_(LASTING),
        or_(roles.c.expires_at.is_(None), roles.c.expires_at > tx.now),
    )
    return await _read(tx, query.order_by(roles.c.id))


async def deputies_of(tx: Tx, role_ids: Iterable[int]) -> list[RoleRecord]:
    """Who acts in the place of the holders of these roles, now or from a day to come; in the order
    of their ids, in which they are locked."""
    asked = sorted(set(role_ids))
    if not asked:
        return []
    query = _RECORDS.where(among(roles.c.deputy_of, asked), roles.c.state.in_(LASTING))
    return await _read(tx, query.order_by(roles.c.person_id, roles.c.id))


async def role_history(
    tx: Tx, person_id: int, *, offset: int, limit: int, besides: Iterable[Unit] = ()
) -> tuple[list[RoleRecord], int]:
    """A page of everything that the person holds or held, what lasts first, then the newest; and
    how many there are. What is held at the units `besides` and below them is left out."""
    own: ColumnElement[bool] = roles.c.person_id == person_id
    hidden = list(besides)
    if hidden:
        own &= roles.c.unit_id.not_in(unit_ids_within_any(hidden))
    total = int(await tx.scalar(select(func.count()).select_from(roles).where(own)))
    query = _RECORDS.where(own).order_by(roles.c.state == RoleState.ENDED, roles.c.id.desc())
    return await _read(tx, query.offset(offset).limit(limit)), total


async def terms_of(tx: Tx, role_ids: Iterable[int]) -> dict[int, list[Term]]:
    """How often the ends of these roles were set anew, by the role, the oldest first."""
    found: dict[int, list[Term]] = {}
    query = select(role_terms).where(among(role_terms.c.role_id, sorted(set(role_ids))))
    for row in await tx.all(query.order_by(role_terms.c.id)):
        term = Term(row.expires_at, row.set_by, row.set_for, row.set_at)
        found.setdefault(row.role_id, []).append(term)
    return found


class TermReader(StrEnum):
    """Who reads of a role's time."""

    HOLDER = "holder"
    """Whose role it is; of a deputy's, the deputy."""
    GIVER = "giver"
    """Who gave it, and can give it further time; of a deputy's, whoever is away."""


@dataclass(frozen=True, slots=True)
class TermNews:
    """A role's time. `first` and `last` are its days where its unit is; `away` is in whose place a
    deputy acts, `by` who has set or ended it."""

    id: int
    role: Role
    unit: str
    holder: Person
    reader: TermReader
    first: date
    last: date | None
    away: Person | None
    by: Person | None
    renews: bool
    """Whether the reader may set its end anew."""


def _news(
    tells: Callable[[RoleRecord], bool],
) -> Callable[[Tx, Sequence[NoticeRow]], Awaitable[Mapping[int, Found[TermNews]]]]:
    """What is so of roles of which something is told as long as `tells` says so."""

    async def facts(tx: Tx, rows: Sequence[NoticeRow]) -> Mapping[int, Found[TermNews]]:
        known = await role_records(tx, {row.params["role"] for row in rows})
        involved = {row.params.get("by") for row in rows}
        for each in known.values():
            involved |= {each.person_id, each.instead_of}
        people = await find_people(tx, sorted(number for number in involved if number))
        asked = [(row.to.id, known[row.params["role"]].unit) for row in rows]
        giving = await role_queries.reaching(tx, asked, GRANTERS)
        found: dict[int, Found[TermNews]] = {}
        for row in rows:
            role = known[row.params["role"]]
            own = row.to.id == role.person_id
            if not tells(role) or not people[role.person_id].name:
                found[row.id] = Gone("changed")
                continue
            found[row.id] = TermNews(
                role.id,
                role.role,
                role.unit.name,
                people[role.person_id],
                TermReader.HOLDER if own else TermReader.GIVER,
                day_of(role.begins, role.unit),
                None if role.until is None else last_day(role.until, role.unit),
                people.get(role.instead_of or 0),
                people.get(row.params.get("by") or 0),
                not own and role.deputy_of is None and (row.to.id, role.unit.id) in giving,
            )
        return found

    return facts


set_anew = _news(lambda role: role.state is RoleState.ACTIVE)
ends_soon = _news(lambda role: role.state is RoleState.ACTIVE and role.until is not None)
over = _news(lambda role: role.state is RoleState.ENDED)
deputy_named = _news(lambda role: role.lasts)
deputy_begins = _news(lambda role: role.state is RoleState.ACTIVE)

"""Reads of the audit trail: who did what at a unit and when, or what one person did themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from bot.chat.acts import Act
from bot.chat.person import Person, find_people
from bot.core.i18n import N_
from bot.features.people.models import units
from bot.features.people.queries.units import Unit, below
from bot.storage.audit import audit_trail
from bot.storage.transaction import Tx

ACTS = (
    Act("people.register", N_("Registering"), of_person=True),
    Act("people.change", N_("Changing the own profile"), own=True, of_person=True),
    Act("people.delete", N_("Deleting all data of a person"), of_person=True),
    Act("people.create_unit", N_("Adding a unit")),
    Act("people.remove_unit", N_("Removing a unit")),
    Act("people.rename_unit", N_("Renaming a unit")),
    Act("people.place_unit", N_("Setting the place of a unit")),
    Act("people.move_unit", N_("Moving a unit")),
    Act("people.merge_unit", N_("Merging a unit into another")),
    Act("people.close_unit", N_("Closing a unit")),
    Act("people.ask_for_unit", N_("Asking that a unit be added")),
    Act("people.take_back_unit", N_("Taking back a request for a unit")),
    Act("people.decline_unit", N_("Declining to add a unit")),
    Act("people.invite", N_("Making an invitation")),
    Act("people.accept", N_("Accepting an invitation")),
    Act("people.withdraw", N_("Withdrawing an invitation")),
    Act("people.namesake", N_("A name like that of an officer"), of_person=True),
    Act("people.grant", N_("Giving a role"), of_person=True),
    Act("people.end_role", N_("Ending a role"), of_person=True),
    Act("people.set_term", N_("Giving a role until a day"), of_person=True),
    Act("people.role_over", N_("The end of a role at its time"), of_person=True),
    Act("people.name_deputy", N_("Naming a deputy"), of_person=True),
    Act("people.end_deputy", N_("Ending a deputyship"), of_person=True),
    Act("people.ask", N_("Asking to be let in")),
    Act("people.withdraw_request", N_("Taking back a request to be let in")),
    Act("people.admit", N_("Letting somebody in")),
    Act("people.decline", N_("Declining to let somebody in")),
    Act("people.appeal", N_("Having the next above look at a request")),
    Act("people.go_on", N_("Passing on a request that nobody answered")),
    Act("people.name_voucher", N_("Naming a colleague who vouches"), own=True),
    Act("people.vouch", N_("Saying whether one knows somebody"), own=True),
    Act("people.confirm", N_("Confirming that somebody belongs")),
    Act("people.suspend", N_("Suspending somebody")),
    Act("people.restore", N_("Ending a suspension")),
    Act("people.remove", N_("Ending that somebody belongs")),
    Act("people.transfer", N_("Moving a person to another unit")),
    Act("people.ask_transfer", N_("Asking that a person moves")),
    Act("people.recall", N_("Calling off a move")),
    Act("people.make_main", N_("Choosing the main place of work"), own=True),
    Act("people.leave", N_("Leaving a place of work"), own=True),
    Act("people.agree", N_("Agreeing to the privacy notice"), own=True, of_person=True),
    Act("people.told_notice", N_("News of the privacy notice"), own=True, of_person=True),
    Act("people.put_off_notice", N_("Putting off the privacy notice"), own=True, of_person=True),
    Act("people.link_code", N_("A code to link an account"), own=True, of_person=True),
    Act("people.link", N_("Linking an account"), own=True),
    Act("people.prefer_address", N_("Preferring an account"), own=True),
    Act("people.unlink", N_("Unlinking an account"), own=True),
    Act("people.export", N_("Taking along the own data"), own=True, of_person=True),
    Act("files.withdraw", N_("Withdrawing a file")),
    Act("files.consent", N_("A word on the pupils in a file"), own=True),
)
"""What this slice writes into the audit trail."""


MOST_EXPORTED = 5000
"""Entries in one file."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose log it is: that of a person, of themselves alone, or of a unit with all below it."""

    person_id: int = 0
    place: Unit | None = None

    @property
    def name(self) -> str:
        """As routes carry it."""
        return str(self.place.id) if self.place else "me"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted of it: what (the first word of the acts), who (a person's id) and of how many
    days; empty and 0 mean all."""

    what: str = ""
    who: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class AuditEntry:
    id: int
    at: datetime
    actor_id: int | None
    action: str
    subject_id: int | None
    behalf_id: int | None = None
    """In whose place it was done, if by a deputy."""

    @property
    def people(self) -> set[int]:
        """The ids of those whom it names."""
        return {number for number in (self.actor_id, self.behalf_id) if number is not None}


_READ = tuple(audit_trail.c[name] for name in ("id", "at", "actor_id", "action", "subject_id"))


async def entries(
    tx: Tx, scope: Scope, wanted: Filter, acts: Collection[Act], *, offset: int, limit: int
) -> list[AuditEntry]:
    """The entries that are wanted, the newest first."""
    query = (
        select(*_READ, audit_trail.c.details)
        .where(_in_scope(scope, acts), _wanted(tx, wanted))
        .order_by(audit_trail.c.id.desc())
    )
    rows = await tx.all(query.offset(offset).limit(limit))
    return [
        AuditEntry(row.id, row.at, row.actor_id, row.action, row.subject_id, row.details.get("for"))
        for row in rows
    ]


async def actors(
    tx: Tx, scope: Scope, wanted: Filter, acts: Collection[Act], *, offset: int, limit: int
) -> list[Person]:
    """Whoever did something of it, and has not gone since, whoever did last first."""
    last = func.max(audit_trail.c.id)
    query = (
        select(audit_trail.c.actor_id)
        .where(_in_scope(scope, acts), _wanted(tx, wanted), audit_trail.c.actor_id.is_not(None))
        .group_by(audit_trail.c.actor_id)
        .order_by(last.desc())
    )
    ids = list(await tx.scalars(query.offset(offset).limit(limit)))
    found = await find_people(tx, ids)
    return [found[number] for number in ids if number in found]


def _in_scope(scope: Scope, acts: Collection[Act]) -> ColumnElement[bool]:
    if scope.place is None:
        return audit_trail.c.actor_id == scope.person_id
    hidden = sorted(act.name for act in acts if act.own)
    here: ColumnElement[bool] = audit_trail.c.unit_id.in_(
        select(units.c.id).where(below(scope.place.path))
    )
    if scope.place.parent_id is None:
        # What the server itself did, and what was done nowhere.
        here = or_(here, audit_trail.c.unit_id.is_(None))
    return and_(here, audit_trail.c.action.not_in(hidden))


def _wanted(tx: Tx, wanted: Filter) -> ColumnElement[bool]:
    every: list[ColumnElement[bool]] = [true()]
    if wanted.what:
        every.append(audit_trail.c.action.startswith(f"{wanted.what}.", autoescape=True))
    if wanted.who:
        every.append(audit_trail.c.actor_id == wanted.who)
    if wanted.days:
        every.append(audit_trail.c.at >= tx.now - timedelta(days=wanted.days))
    return and_(*every)

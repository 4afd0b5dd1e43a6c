"""Reads about invitations."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from bot.features.people.models import InvitationState, invitations, units
from bot.features.people.queries.units import UNIT_COLUMNS, Unit, unit_of
from bot.packs.roles import Role
from bot.storage.secret_codes import digest_of
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Invitation:
    id: int
    code: str
    """What the link carries; "" where it cannot be shown again."""
    unit: Unit
    role: Role
    subjects: tuple[str, ...]
    expires_at: datetime
    state: InvitationState
    created_by: int | None
    uses: int

    @property
    def for_many(self) -> bool:
        """Teachers may come by one link together; every other role is for one person."""
        return self.role is Role.TEACHER

    def is_usable(self, now: datetime) -> bool:
        return self.state is InvitationState.OPEN and now < self.expires_at


async def invitation(tx: Tx, code: str) -> Invitation | None:
    """The invitation of a code, whatever became of it."""
    query = select(*UNIT_COLUMNS, invitations).join(
        invitations, invitations.c.unit_id == units.c.id
    )
    row = await tx.first(query.where(invitations.c.digest == digest_of(code)))
    return replace(_invitation_of(tx, row), code=code) if row else None


async def invitation_by_id(tx: Tx, invitation_id: int) -> Invitation | None:
    query = (
        select(*UNIT_COLUMNS, invitations)
        .join(invitations, invitations.c.unit_id == units.c.id)
        .where(invitations.c.id == invitation_id)
    )
    row = await tx.first(query)
    return _invitation_of(tx, row) if row else None


async def open_invitations(tx: Tx, person_id: int) -> list[Invitation]:
    """The invitations that the person made and that can still be used, soonest to end first."""
    query = (
        select(*UNIT_COLUMNS, invitations)
        .join(invitations, invitations.c.unit_id == units.c.id)
        .where(
            invitations.c.created_by == person_id,
            invitations.c.state == InvitationState.OPEN,
            invitations.c.expires_at > tx.now,
        )
        .order_by(invitations.c.expires_at)
    )
    return [_invitation_of(tx, row) for row in await tx.all(query)]


def _invitation_of(tx: Tx, row: Row[Any]) -> Invitation:
    values = row._mapping
    return Invitation(
        values[invitations.c.id],
        tx.secret_codes.open(values[invitations.c.sealed]),
        unit_of(row),
        values[invitations.c.role],
        values[invitations.c.subject],
        values[invitations.c.expires_at],
        values[invitations.c.state],
        values[invitations.c.created_by],
        values[invitations.c.uses],
    )

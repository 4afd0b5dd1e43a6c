"""Which privacy notice holds, and who has agreed to it."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.features.people.models import profiles
from bot.storage.audit import audit_trail
from bot.storage.transaction import Tx

PUT_OFF = "people.put_off_notice"

CONSENT_VERSION = "2026-11-22"
"""Version of what is agreed to; it changes whenever the notice asks for something else."""
INFORMED = "2026-11-21"
"""Of whoever read how their data is treated when they registered, and has not been asked yet
whether colleagues of their school may find them."""
NOTICE_SINCE = datetime(2026, 12, 3, tzinfo=UTC)
"""Version of what the notice tells besides; whoever came before it is told once."""
TOLD = "people.told_notice"


async def is_to_be_told(tx: Tx, person_id: int) -> bool:
    """Whether somebody who registered under an older notice has not been told of today's yet."""
    if tx.now < NOTICE_SINCE:
        return False
    since = select(profiles.c.consented_at).where(profiles.c.person_id == person_id)
    told = select(func.max(audit_trail.c.at)).where(
        audit_trail.c.action == TOLD, audit_trail.c.subject_id == person_id
    )
    known = [moment for query in (since, told) if (moment := await tx.scalar(query))]
    return bool(known) and max(known) < NOTICE_SINCE


async def has_agreed(tx: Tx, person_id: int) -> bool:
    """Whether the person agreed to today's notice; nobody else has anything to agree to."""
    version = select(profiles.c.consent_version).where(profiles.c.person_id == person_id)
    return (await tx.scalar(version) or CONSENT_VERSION) >= CONSENT_VERSION


async def is_to_be_asked(tx: Tx, person_id: int) -> bool:
    """Whether the notice has not been offered yet to somebody who agreed to an older one."""
    if await has_agreed(tx, person_id):
        return False
    put_off = select(audit_trail.c.details).where(
        audit_trail.c.action == PUT_OFF, audit_trail.c.subject_id == person_id
    )
    answered = await tx.scalars(put_off)
    return all(details.get("version") != CONSENT_VERSION for details in answered)

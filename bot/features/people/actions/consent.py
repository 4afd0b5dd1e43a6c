"""Agreeing to today's privacy notice."""

from sqlalchemy import update

from bot.chat.person import Person
from bot.features.people.actions import search as people_index
from bot.features.people.models import profiles
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries.consent import PUT_OFF
from bot.features.people.rights import people as people_rights
from bot.storage import audit
from bot.storage.transaction import Tx


async def agree_to_notice(tx: Tx, person: Person) -> None:
    """From now on the person's school finds them by their name.

    :raises Refused: "people.not_registered" for whoever has no data to agree about.
    """
    await tx.lock("person", person.id)
    await people_rights.access_own_membership(tx, person)
    await tx.execute(
        update(profiles)
        .where(profiles.c.person_id == person.id)
        .values(consent_version=consent_queries.CONSENT_VERSION, consented_at=tx.now)
    )
    await audit.record(
        tx, person.id, "people.agree", person.id, version=consent_queries.CONSENT_VERSION
    )
    await people_index.index_person(tx, person.id)


async def note_told(tx: Tx, person: Person) -> None:
    """The person has just been told of today's notice, and is not told again."""
    version = f"{consent_queries.NOTICE_SINCE:%Y-%m-%d}"
    await audit.record(tx, person.id, consent_queries.TOLD, person.id, version=version)


async def put_off_notice(tx: Tx, person: Person) -> None:
    """Not to be asked again about this notice; /privacy still offers to agree."""
    await audit.record(tx, person.id, PUT_OFF, person.id, version=consent_queries.CONSENT_VERSION)

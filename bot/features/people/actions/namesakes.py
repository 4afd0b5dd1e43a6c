"""What becomes known where somebody bears a name that could be taken for an officer's."""

from bot.chat.person import Person
from bot.delivery import outbox
from bot.features.people.notices import people as notices
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.people import find_namesakes
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.transaction import Tx


async def report_namesake(tx: Tx, person: Person, place: Unit) -> None:
    """Where a person's name resembles an officer's, note it in the audit trail and tell the
    principal of the unit, or the officer where there is none."""
    namesakes = await find_namesakes(tx, person.name, place.id, person.id)
    if not namesakes:
        return
    officers = [each.id for each in namesakes]
    await audit.record(tx, person.id, "people.namesake", person.id, officers=officers)
    principals = await role_queries.holders_of(tx, [Role.PRINCIPAL], place.id)
    told = [each.id for each in principals if each.id != person.id] or officers
    about = {"person": person.id, "officer": officers[0], "unit": place.id}
    await outbox.send(tx, notices.NAMESAKE, told, about)

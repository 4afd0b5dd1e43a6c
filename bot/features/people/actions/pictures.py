"""Writes about pictures, films and recordings that were taken before anybody was asked about the
pupils in them."""

from datetime import timedelta

from bot.chat.person import Person
from bot.delivery import outbox
from bot.features.people.notices import files as notices
from bot.features.people.queries import files as file_queries
from bot.features.people.rights import files as file_rights
from bot.files import consent as consents
from bot.files import owned
from bot.files.kinds import Consent
from bot.scheduling import due
from bot.storage.transaction import Tx

CONCEAL = "people.conceal"
"""The job that hides what its owner has said nothing about."""
HIDDEN_AFTER = timedelta(days=60)


async def ask_owners(tx: Tx, most: int) -> int:
    """Ask owners of old pictures, at most so many, about the pupils in them, each once; returns how
    many. Sixty days later what they have not answered for is hidden."""
    asked = await file_queries.owners_to_ask(tx, most)
    await owned.note_asked(tx, asked)
    for person_id in asked:
        await outbox.send(tx, notices.OLD_PICTURES, person_id, {})
        await due.set_due(
            tx, CONCEAL, f"pictures:{person_id}", "60d", anchor=tx.now + HIDDEN_AFTER,
            payload={"person": person_id},
        )  # fmt: skip
    return len(asked)


async def answer_for_picture(tx: Tx, actor: Person, file_id: int, said: Consent) -> None:
    """Keep what the actor says of the pupils in an old picture of theirs; what was hidden for want
    of it is shown again. A second answer changes nothing.

    :raises Refused: "people.not_head"
    """
    found = await file_rights.access_unanswered_file(tx, actor, file_id)
    if found is not None:
        await consents.answer(tx, actor.id, [found], said)

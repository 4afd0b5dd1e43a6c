"""Writes about the files that people send."""

from datetime import timedelta

from bot.chat.person import Person
from bot.delivery import copies, outbox
from bot.delivery.copies import take_back
from bot.features.people.notices import files as notices
from bot.features.people.rights import files as file_rights
from bot.files import consent, owned
from bot.files.kinds import FileState
from bot.files.owned import OwnedFile, origin_of
from bot.files.wanted import Wanted
from bot.scheduling import due
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

REPORT = "people.taken_back"
"""The job that tells where a file could not be taken back."""
REPORTED_AFTER = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=1)
"""When what was on its way to a reader as a file was withdrawn is known to have arrived."""


async def tell_not_taken(tx: Tx, wanted: Wanted) -> None:
    """Tell the owner of a file that it was not taken, and why."""
    await outbox.send(tx, notices.FILE_NOT_TAKEN, wanted.owner_id, {"file": wanted.id})


async def hide_copies(tx: Tx, wanted: Wanted) -> None:
    """Of a picture whose faces are to go, or of which only a part is kept, take what was shown
    before out of the messages that show it; its owner learns where that could not be."""
    await _hide(tx, wanted.owner_id, [wanted.id], f"hidden:{wanted.id}")


async def conceal_unanswered(tx: Tx, owner_id: int) -> None:
    """Hide what its owner was asked about and has said nothing of, in the messages that show it as
    well."""
    concealed = await owned.conceal_unanswered(tx, owner_id)
    await _hide(tx, owner_id, concealed, f"concealed:{owner_id}")


async def _hide(tx: Tx, owner_id: int, file_ids: list[int], topic: str) -> None:
    shown = await copies.shown_still(tx, file_ids)
    if not shown:
        return
    await take_back(tx, notices.FILE_HIDDEN, shown)
    await due.set_due(
        tx, REPORT, topic, f"report{to_millis(tx.now)}", anchor=tx.now + REPORTED_AFTER,
        payload={"files": shown, "to": owner_id},
    )  # fmt: skip


async def delete_original(tx: Tx, actor: Person, file_id: int) -> bool:
    """Take the actor's own message with the original of a withdrawn file out of their chat. False:
    nobody knows which it is.

    :raises Refused: "people.not_head"
    """
    file = await file_rights.access_file(tx, actor, file_id)
    came = await origin_of(tx, file.id)
    if file.owner_id != actor.id or came is None:
        return False
    kind = notices.ORIGINAL_DELETED
    return await copies.delete_original(tx, kind, file.id, file.owner_id, *came)


async def take_back_late(tx: Tx, file_ids: list[int]) -> None:
    """Take withdrawn files out of the messages too that were under way when it was done."""
    await take_back(tx, notices.FILE_TAKEN_BACK, await copies.shown_still(tx, file_ids))


async def withdraw_file(tx: Tx, actor: Person, file_id: int) -> OwnedFile:
    """Take a picture, film or recording back everywhere: its owner's other uses of the same one go
    with it, nobody is shown it any more, and it is taken out of the messages that show it. Its
    owner is told. Twice does no harm.

    :raises Refused: "people.not_head"
    """
    file = await file_rights.access_file(tx, actor, file_id)
    if file.state is FileState.WITHDRAWN:
        return file
    gone = await consent.withdraw(tx, file)
    await audit.record(tx, actor.id, "files.withdraw", file.id, purpose=file.purpose)
    await take_back(tx, notices.FILE_TAKEN_BACK, gone)
    for slot, after in (("late", LATE_AFTER), ("report", REPORTED_AFTER)):
        await due.set_due(
            tx, REPORT, f"taken back:{file.id}", slot, anchor=tx.now + after,
            payload={"files": gone, "to": actor.id},
        )  # fmt: skip
    if file.owner_id != actor.id:
        about = {"file": file.id, "by": actor.id}
        await outbox.send(tx, notices.FILE_WITHDRAWN, file.owner_id, about)
    return await file_rights.access_file(tx, actor, file_id)

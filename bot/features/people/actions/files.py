"""Writes about the files that people send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.chat.person import Person
from bot.delivery import copies, outbox
from bot.delivery.notice import NoticeKind
from bot.features.people.notices import files as notices
from bot.features.people.rights import files as file_rights
from bot.files import arrivals, consent, owned
from bot.files.kinds import Anew, FileState
from bot.files.owned import OwnedFile, origin_of
from bot.files.wanted import Wanted
from bot.scheduling import due
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.transaction import Tx

REPORT = "people.taken_back"
"""The job that goes on taking files back, and tells where that could not be."""
REPORTED_AFTER = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=1)
"""When what was on its way to a reader as a file was withdrawn is known to have arrived."""

FILE_CHANGED = Event("people.file_changed")
"""A file of one of the purposes `WITHIN_WORDS` may be seen no longer, or again: its id as `file`;
`late` where its owner may be looking already at what is left of it, which stays. The slice that
shows it has the messages that do say so."""
WITHIN_WORDS = frozenset({"announcement"})
"""What files are for that stand beside words which stay as they are. In the place of any other
file only what has become of it is said."""


class Taken(StrEnum):
    """Why a file is taken out of the messages that show it."""

    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    """It may be shown again."""
    GONE = "gone"
    """Its owner shows it with nothing any more."""


async def tell_not_taken(tx: Tx, wanted: Wanted) -> None:
    """Tell the owner of a file that it was not taken, and why."""
    await outbox.send(tx, notices.FILE_NOT_TAKEN, wanted.owner_id, {"file": wanted.id})


async def hide_copies(tx: Tx, wanted: Wanted) -> None:
    """Of a picture whose faces are to go, or of which only a part is kept, take what was shown
    before out of the messages that show it; its owner learns where that could not be, and that
    what is left of it can be looked at, once nothing more of theirs is being prepared."""
    await _hide(tx, wanted.owner_id, [wanted.id], f"hidden:{wanted.id}")
    if not await owned.count_preparing(tx, wanted.owner_id):
        await outbox.send(tx, notices.READY_TO_LOOK, wanted.owner_id, {"file": wanted.id})


async def conceal_unanswered(tx: Tx, owner_id: int) -> None:
    """Hide what its owner was asked about and has said nothing of, in the messages that show it as
    well."""
    concealed = await owned.conceal_unanswered(tx, owner_id)
    await _hide(tx, owner_id, concealed, f"concealed:{owner_id}")


async def _hide(tx: Tx, owner_id: int, file_ids: list[int], topic: str) -> None:
    unused = await owned.find_unused(tx, file_ids)
    if used := [number for number in file_ids if number not in unused]:
        was_shown = bool(await copies.shown_still(tx, used))
        await _take_out(tx, Taken.HIDDEN, used, owner_id, topic, tell=was_shown)


async def bring_in_line(tx: Tx) -> bool:
    """Have the next messages that do not show their file as it is by now do so, whatever has become
    of it: drawn again, hidden, withdrawn or erased. False: there are none."""
    found = await owned.next_anew(tx)
    if found is None:
        return False
    file, anew = found
    if file.is_kept and anew is Anew.ALL:
        # Marked first, since those that show it by now cannot be told from the others.
        if not await copies.mark_some(tx, file.id, besides=file.owner_id):
            await owned.note_marked(tx, file.id)
        return True
    if file.purpose in WITHIN_WORDS:
        await _publish(tx, file.id, late=True)
    elif await say_some(tx, file, IN_ITS_PLACE, late=True):
        return True
    await owned.note_in_line(tx, file.id)
    return True


async def _publish(tx: Tx, file_id: int, *, late: bool) -> None:
    await publish(tx, FILE_CHANGED, f"file:{file_id}", {"file": file_id, "late": late})


@dataclass(frozen=True, slots=True)
class SaidAnew:
    """What the messages say that show a file, by what has become of it."""

    taken_back: NoticeKind[Any]
    hidden: NoticeKind[Any]
    shown: NoticeKind[Any]


IN_ITS_PLACE = SaidAnew(notices.FILE_TAKEN_BACK, notices.FILE_HIDDEN, notices.FILE_SHOWN_ANEW)


async def say_some(tx: Tx, file: OwnedFile, kinds: SaidAnew, *, late: bool, **about: Any) -> int:
    """Have the next messages that do not show a file as it is say so, by a notice that is told the
    file's id and what it is `about`. Where it is hidden and that is `late`, its owner's messages
    stay, since they may show what is left of it. Returns how many they were; 0: there are none."""
    if file.state is FileState.WITHDRAWN:
        return await copies.take_back_some(tx, kinds.taken_back, file.id, **about)
    if file.is_kept:
        return await copies.show_some(tx, kinds.shown, file.id, **about)
    besides = file.owner_id if late else None
    return await copies.hide_some(tx, kinds.hidden, file.id, besides=besides, **about)


async def let_go(tx: Tx, owner: Person, file_ids: list[int]) -> None:
    """Nothing of the owner's shows these files any more: they are taken out of the messages that
    do, and are gone once that is done."""
    if file_ids:
        await owned.retire(tx, owner.id, file_ids)
        topic = f"let go:{file_ids[0]}"
        await _take_out(tx, Taken.GONE, file_ids, owner.id, topic, tell=False)


async def _take_out(
    tx: Tx, how: Taken, file_ids: list[int], to: int, topic: str, *, tell: bool
) -> None:
    """Take files out of the messages that show them, and a moment later out of those that were
    under way; where that could not be, it is told `to` somebody, if at all."""
    told = {"files": file_ids, "to": to, "how": how.value}
    await go_on(tx, topic, told)
    for slot, after in (("late", LATE_AFTER), ("report", REPORTED_AFTER)):
        if slot == "late" or tell:
            at = tx.now + after
            await due.set_due(tx, REPORT, topic, slot, anchor=at, payload=told)


async def go_on(tx: Tx, topic: str, told: Mapping[str, Any], *, late: bool = False) -> None:
    """Do the next piece for the files that `told` names, and have the rest done after this
    transaction. It is `late` where it looks for what has arrived since."""
    how, late = Taken(told.get("how", Taken.WITHDRAWN)), late or bool(told.get("late"))
    besides = told["to"] if late else None
    found = await owned.find_files(tx, told["files"])
    left, room = [], copies.AT_ONCE
    for number in told["files"]:
        if not room:
            left.append(number)
            continue
        if number in found and found[number].purpose in WITHIN_WORDS:
            await _publish(tx, number, late=late)
            continue
        if how is not Taken.HIDDEN:
            done = await copies.take_back_some(tx, notices.FILE_TAKEN_BACK, number, room)
        elif number in found and not found[number].is_kept:
            # Its owner looks at what is left of it meanwhile.
            done = await copies.hide_some(tx, notices.FILE_HIDDEN, number, room, besides=besides)
        else:
            done = 0
        room -= done
        if not room:
            left.append(number)
    if left:
        rest = dict(told) | {"late": late}
        await due.set_due(tx, REPORT, topic, "rest", anchor=tx.now, payload=rest)
    elif late and how is Taken.GONE:
        await arrivals.let_go(tx, told["to"], told["files"])


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
    behalf = await file_rights.heads_for(tx, actor, file)
    await audit.record(tx, actor.id, "files.withdraw", file.id, purpose=file.purpose, **behalf)
    await _take_out(tx, Taken.WITHDRAWN, gone, actor.id, f"taken back:{file.id}", tell=True)
    if file.owner_id != actor.id:
        about = {"file": file.id, "by": actor.id, **behalf}
        await outbox.send(tx, notices.FILE_WITHDRAWN, file.owner_id, about)
    return await file_rights.access_file(tx, actor, file_id)

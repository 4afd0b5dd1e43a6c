"""What somebody may do with an announcement, and whom they may address at all."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from bot.chat.person import Person, PersonState, Refusal
from bot.core.errors import Refused
from bot.features.announcements import notices
from bot.features.announcements.models import UNDER_WAY, UNSENT, AnnouncementState, Stopped
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement, AttachedFile
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.units import Unit
from bot.storage.transaction import Tx


class AnnouncementAbility(StrEnum):
    """What somebody may do with an announcement. Its author may all but let it go on; whoever
    oversees them may read, follow and stop it once it has begun, and let it go on."""

    READ = "read"
    FOLLOW = "follow"
    """See how far it has come."""
    HOLD = "hold"
    """Have it in hand, whatever has become of it."""
    CHANGE = "change"
    """Its words, its file, its audience, and whether it asks to be confirmed, until it goes."""
    SEND = "send"
    """Now or later, as long as it is not under way and their role reaches the audience."""
    STOP = "stop"
    """Discard it, call it off, or stop it."""
    LET_GO_ON = "let_go_on"
    """After somebody above its author has stopped it, or its author's right had ended."""
    RESEND = "resend"
    """Once more to those whom it may have missed."""
    NAME_READERS = "name_readers"
    """See who has not read it."""


def _not_yours(actor: Person) -> Refused:
    return Refused(
        "announcements.not_yours",
        actor.voice.say("Only who wrote this announcement can see to it."),
    )


def _not_above(actor: Person) -> Refused:
    return Refused(
        "announcements.not_above",
        actor.voice.say("Only whoever stands above its author can let it go on."),
    )


def _stopping(actor: Person) -> Refused:
    return Refused(
        "announcements.stopping",
        actor.voice.say("It is just coming to rest. Please press again in a moment."),
    )


def _out_of_reach(actor: Person) -> Refused:
    return Refused(
        "announcements.out_of_reach",
        actor.voice.say("Your roles do not reach this audience. Choose one within your own reach."),
    )


def _names_out_of_reach(actor: Person) -> Refused:
    return Refused(
        "announcements.out_of_reach",
        actor.voice.say(
            "Your roles no longer reach this audience, so its names stay with those who look"
            " after it. The numbers remain yours to see."
        ),
    )


def _no_reach(actor: Person) -> Refused:
    return Refused(
        "announcements.no_reach",
        actor.voice.say(
            "Announcements are written by principals and supervisors. To tell your team"
            " something, schedule a meeting or share a practice."
        ),
    )


def _under_way(actor: Person, found: Announcement) -> Refused:
    return Refused("announcements.under_way", notices.under_way(actor.voice, found))


def _still_being_sent(actor: Person) -> Refused:
    return Refused(
        "announcements.under_way",
        actor.voice.say(
            "It is still being sent. When that is done, you can send it once more to those it"
            " may have missed."
        ),
    )


def _over(actor: Person) -> Refused:
    return Refused(
        "announcements.over",
        actor.voice.say("This announcement was withdrawn. Please write a new one."),
    )


def _sent(actor: Person) -> Refused:
    return Refused(
        "announcements.sent",
        actor.voice.say("It has been sent and can no longer be stopped or called back."),
    )


def _no_file(actor: Person) -> Refused:
    return Refused("announcements.no_file", actor.voice.say("This announcement has no attachment."))


async def _reaches(tx: Tx, actor: Person, found: Announcement) -> bool:
    return await announcement_queries.may_address(tx, actor.id, found.audience)


async def _oversees(tx: Tx, actor: Person, found: Announcement) -> bool:
    return await announcement_queries.oversees(tx, actor.id, found)


async def _nothing(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    return None


async def _why_not_send(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    if found.state in UNDER_WAY:
        return lambda to: _under_way(to, found)
    if found.state not in UNSENT:
        return _over
    return None if await _reaches(tx, actor, found) else _out_of_reach


async def _why_not_stop(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    return _sent if found.state is AnnouncementState.SENT else None


async def _why_not_change(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    if found.state in UNDER_WAY:
        return lambda to: _under_way(to, found)
    return None if found.state in UNSENT else _over


async def _why_not_let_go_on(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    if found.author.id == actor.id:
        return _not_above
    if found.state in UNDER_WAY:
        return lambda to: _under_way(to, found)
    if found.stopped not in RESUMABLE or found.author.state is PersonState.GONE:
        return _over
    if found.stopped_at is None or tx.now - found.stopped_at > MAY_GO_ON:
        return _over
    # What was on its way at the stop is dropped or has left by then: nobody is forgotten.
    waiting = (await report_queries.report(tx, found.id)).waiting
    return _stopping if waiting else None


async def _why_not_resend(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    if found.state is AnnouncementState.SENDING:
        return _still_being_sent
    if found.state is not AnnouncementState.SENT:
        return _over
    return None if await _reaches(tx, actor, found) else _out_of_reach


async def _why_not_name_readers(tx: Tx, actor: Person, found: Announcement) -> Refusal | None:
    return None if await _reaches(tx, actor, found) else _names_out_of_reach


_RULES: Mapping[
    AnnouncementAbility, Callable[[Tx, Person, Announcement], Awaitable[Refusal | None]]
] = {
    AnnouncementAbility.FOLLOW: _nothing,
    AnnouncementAbility.HOLD: _nothing,
    AnnouncementAbility.CHANGE: _why_not_change,
    AnnouncementAbility.SEND: _why_not_send,
    AnnouncementAbility.STOP: _why_not_stop,
    AnnouncementAbility.LET_GO_ON: _why_not_let_go_on,
    AnnouncementAbility.RESEND: _why_not_resend,
    AnnouncementAbility.NAME_READERS: _why_not_name_readers,
}
"""What else is asked of an author, and of those above them."""
_OF_OVERSEERS = frozenset(
    {AnnouncementAbility.FOLLOW, AnnouncementAbility.STOP, AnnouncementAbility.LET_GO_ON}
)
"""What others than its author may do with it, if they oversee it."""
RESUMABLE = (Stopped.OVERSEER, Stopped.RIGHT)
"""Why it was stopped, where it may go on; what its author has stopped stays so."""
MAY_GO_ON = timedelta(days=7)
"""For so long after the stop: later its words belong to another week."""


async def _why_not(
    tx: Tx, actor: Person, found: Announcement, ability: AnnouncementAbility
) -> Refusal | None:
    if found.author.id != actor.id and not (
        ability in _OF_OVERSEERS and await _oversees(tx, actor, found)
    ):
        return _not_yours
    return await _RULES[ability](tx, actor, found)


async def abilities(tx: Tx, actor: Person, found: Announcement) -> frozenset[AnnouncementAbility]:
    """What the actor may do with the announcement."""
    may = {each for each in _RULES if await _why_not(tx, actor, found, each) is None}
    if await announcement_queries.sees_announcement(tx, actor, found):
        may.add(AnnouncementAbility.READ)
    return frozenset(may)


async def _access(
    tx: Tx, actor: Person, announcement_id: int, ability: AnnouncementAbility, *, lock: bool = False
) -> Announcement:
    if lock:
        await tx.lock("announcement", announcement_id)
    found = await announcement_queries.announcement(tx, announcement_id)
    if found is None:
        raise _not_yours(actor)
    if refuse := await _why_not(tx, actor, found, ability):
        raise refuse(actor)
    return found


async def access_own_announcement(
    tx: Tx, actor: Person, announcement_id: int, *, lock: bool = False
) -> Announcement:
    """An announcement of the actor's; with `lock`, here and below, its state stays as it is until
    the end of the transaction.

    :raises Refused: "announcements.not_yours", also for an id that does not exist.
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.HOLD, lock=lock)


async def access_announcement_to_follow(
    tx: Tx, actor: Person, announcement_id: int
) -> Announcement:
    """The actor's own announcement, or one that has begun and that they oversee.

    :raises Refused: "announcements.not_yours", also for an id that does not exist.
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.FOLLOW)


async def access_announcement_to_change(
    tx: Tx, actor: Person, announcement_id: int, *, lock: bool = False
) -> Announcement:
    """An announcement of the actor's that has not begun.

    :raises Refused: "announcements.not_yours"; "announcements.under_way", "announcements.over" for
        one that was withdrawn.
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.CHANGE, lock=lock)


async def access_announcement_to_let_go_on(
    tx: Tx, actor: Person, announcement_id: int, *, lock: bool = False
) -> Announcement:
    """A stopped announcement of somebody whom the actor oversees, that has come to rest.

    :raises Refused: "announcements.not_yours", "announcements.not_above" for its author,
        "announcements.under_way", "announcements.over" for one that stays stopped,
        "announcements.stopping" while something is still on its way.
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.LET_GO_ON, lock=lock)


async def access_announcement_to_send(tx: Tx, actor: Person, announcement_id: int) -> Announcement:
    """An announcement of the actor's that they may send, now or later.

    :raises Refused: "announcements.not_yours"; "announcements.under_way", "announcements.over" for
        one that was withdrawn; "announcements.out_of_reach".
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.SEND)


async def access_announcement_to_stop(
    tx: Tx, actor: Person, announcement_id: int, *, lock: bool = False
) -> Announcement:
    """An announcement of the actor's, or one under way that they oversee, that has not gone out to
    everybody.

    :raises Refused: "announcements.not_yours", "announcements.sent".
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.STOP, lock=lock)


async def access_announcement_to_resend(
    tx: Tx, actor: Person, announcement_id: int, *, lock: bool = False
) -> Announcement:
    """An announcement of the actor's that was sent, and may go once more to those it missed.

    :raises Refused: "announcements.not_yours", "announcements.out_of_reach", "announcements.over"
        for one that was stopped, "announcements.under_way" for one that is still being sent.
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.RESEND, lock=lock)


async def access_readers(tx: Tx, actor: Person, announcement_id: int) -> Announcement:
    """An announcement of the actor's whose recipients are named to them.

    :raises Refused: "announcements.not_yours", "announcements.out_of_reach".
    """
    return await _access(tx, actor, announcement_id, AnnouncementAbility.NAME_READERS)


async def access_attachment(
    tx: Tx, actor: Person, announcement_id: int
) -> tuple[Announcement, AttachedFile]:
    """An announcement that the actor reads, and its file.

    :raises Refused: "announcements.not_visible", "announcements.no_file".
    """
    found = await announcement_queries.visible_announcement(tx, actor, announcement_id)
    if not found.file or not found.file.is_there:
        raise _no_file(actor)
    return found, found.file


async def access_audience(tx: Tx, actor: Person, audience: Audience) -> Audience:
    """The audience, if a role of the actor reaches it.

    :raises Refused: "announcements.out_of_reach".
    """
    if not await announcement_queries.may_address(tx, actor.id, audience):
        raise _out_of_reach(actor)
    return audience


async def reach(tx: Tx, person: Person) -> list[Unit]:
    """The top units whose people the person may address; empty for whoever may address nobody."""
    return await role_queries.reach_of(tx, person.id, announcement_queries.SENDERS)


async def access_reach(tx: Tx, actor: Person) -> list[Unit]:
    """The same, for whoever may address somebody.

    :raises Refused: "announcements.no_reach".
    """
    if tops := await reach(tx, actor):
        return tops
    raise _no_reach(actor)


async def sees_reading_of(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer may write to the person, and so reads by name whether they have
    confirmed what the officer wrote."""
    profile = await people_queries.profile(tx, person.id)
    if profile is None:
        return None
    return await role_queries.reaches(tx, officer.id, announcement_queries.SENDERS, profile.unit.id)

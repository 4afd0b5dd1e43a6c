"""What somebody may do with a practice: change their own, respond to a colleague's, moderate."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice
from bot.storage.transaction import Tx


class PracticeAbility(StrEnum):
    """What somebody may do with a practice."""

    CHANGE = "change"
    """Edit and withdraw it, and share it again where its team allows it: as its author."""
    RESPOND = "respond"
    """Apply it, and thank for it: as a reader."""
    MODERATE = "moderate"
    """Hide it, and show it again."""


def _not_author(actor: Person) -> Refused:
    return Refused(
        "practices.not_author",
        actor.voice.say("Only the colleague who shared a practice can change it."),
    )


def _own(actor: Person) -> Refused:
    return Refused("practices.own", actor.voice.say("This is your own practice."))


def _not_moderator(actor: Person) -> Refused:
    return Refused(
        "practices.not_moderator",
        actor.voice.say("Only the lead of the team can hide a practice or show it again."),
    )


def _for_members(actor: Person) -> Refused:
    return Refused(
        "practices.for_members",
        actor.voice.say("You can read it; answering it is for members of a unit."),
    )


def _is_author(actor: Person, found: Practice) -> bool:
    return found.author.id == actor.id


async def abilities(tx: Tx, actor: Person, found: Practice) -> frozenset[PracticeAbility]:
    """What the actor may do with the practice; nothing where they do not see it."""
    if _is_author(actor, found):
        return frozenset({PracticeAbility.CHANGE})
    if not await practice_queries.sees_practice(tx, actor, found):
        return frozenset()
    if not actor.is_member:
        return frozenset()
    may = {PracticeAbility.RESPOND}
    if await practice_queries.may_moderate(tx, actor, found):
        may.add(PracticeAbility.MODERATE)
    return frozenset(may)


async def access_own_practice(tx: Tx, actor: Person, practice_id: int) -> Practice:
    """A practice of the actor's own, in any state.

    :raises Refused: "practices.not_author", also for an id that does not exist.
    """
    found = await practice_queries.practice_of(tx, practice_id)
    if found is None or not _is_author(actor, found):
        raise _not_author(actor)
    return found


async def access_colleagues_practice(tx: Tx, actor: Person, practice_id: int) -> Practice:
    """A practice of somebody else's that the actor reads.

    :raises Refused: "practices.not_visible", "practices.own"; "practices.for_members" for whoever
        is not let in anywhere.
    """
    found = await practice_queries.visible_practice(tx, actor, practice_id)
    if not actor.is_member:
        raise _for_members(actor)
    if _is_author(actor, found):
        raise _own(actor)
    return found


async def access_moderated_practice(tx: Tx, actor: Person, practice_id: int) -> Practice:
    """A practice that the actor may hide, or show again.

    :raises Refused: "practices.not_visible", "practices.not_moderator".
    """
    found = await practice_queries.visible_practice(tx, actor, practice_id)
    if not await practice_queries.may_moderate(tx, actor, found):
        raise _not_moderator(actor)
    return found


async def sees_practices_of(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer reads what the person has shared last; None: nothing is shared."""
    found = await practice_queries.latest_of(tx, person.id)
    return None if found is None else bool(await abilities(tx, officer, found))

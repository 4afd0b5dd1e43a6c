"""What somebody may do with the way in which a person stands to a unit: let them in, suspend them,
remove them; and with their own."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from bot.chat.person import Person, Refusal
from bot.core.errors import Refused
from bot.features.people.models import Answerer, UnitStanding
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.people import name_of, units_of
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.rights.units import does_not_answer
from bot.packs.roles import Role
from bot.storage.transaction import Tx


class PlacementAbility(StrEnum):
    """What somebody may do with a placement."""

    SEE = "see"
    """Read who it is and by what they came, since it is theirs to decide, or their own."""
    ANSWER = "answer"
    """Let in who waits, or decline."""
    CONFIRM = "confirm"
    """Say that somebody belongs who came before anybody was asked."""
    SUSPEND = "suspend"
    RESTORE = "restore"
    """End a suspension before its time."""
    REMOVE = "remove"
    WITHDRAW = "withdraw"
    """Take back one's own request."""
    APPEAL = "appeal"
    """Have the next above look at one's own request that was declined."""
    NAME = "name"
    """Name a colleague who vouches for one."""
    VOUCH = "vouch"
    """Say whether one knows who has named one."""
    TRANSFER = "transfer"
    """Move somebody who belongs to another unit."""
    RECALL = "recall"
    """Take back a transfer that the other unit has not answered yet."""
    MAKE_MAIN = "make_main"
    """Have one's own further place of work be the main one."""
    LEAVE = "leave"
    """Leave one of one's own places of work."""


def _not_own(actor: Person) -> Refused:
    return Refused("people.no_request", actor.voice.say("No request of yours is waiting there."))


def _not_colleague(actor: Person) -> Refused:
    return Refused(
        "people.not_a_colleague",
        actor.voice.say("Only a colleague of the unit vouches, and you do not belong to it now."),
    )


def _not_own_place(actor: Person) -> Refused:
    return Refused(
        "people.not_own_place", actor.voice.say("You do not belong there besides another place.")
    )


def _is_main(actor: Person) -> Refused:
    return Refused("people.is_main", actor.voice.say("This is your main place of work already."))


def _yourself(actor: Person) -> Refused:
    return Refused(
        "people.yourself", actor.voice.say("Nobody decides this for themselves. Ask those above.")
    )


def _out_of_reach(actor: Person) -> Refused:
    return Refused(
        "people.out_of_reach",
        actor.voice.say("They hold a role that you cannot end. Ask those above you."),
    )


def _only_administrator(actor: Person) -> Refused:
    return last_administrator(actor)


def last_administrator(actor: Person) -> Refused:
    """To whoever would leave the installation without anybody who runs it."""
    return Refused(
        "people.last_administrator",
        actor.voice.say("Nobody else administers the bot. Appoint somebody first."),
    )


def settled(actor: Person, found: UnitPlacement) -> Refused:
    return Refused("people.settled", _what_became(actor, found))


def _what_became(actor: Person, found: UnitPlacement) -> str:
    """How it stands, for somebody who wanted to decide it otherwise, or a second time."""
    voice, about = actor.voice, found.person.voice.gender
    name, unit = name_of(voice, found.person), found.unit.name
    match found.standing:
        case UnitStanding.MEMBER | UnitStanding.UNCONFIRMED:
            return voice.say("{name} belongs to {unit}.", about=about, name=name, unit=unit)
        case UnitStanding.DECLINED:
            return voice.say("The request of {name} was declined already.", about=about, name=name)
        case UnitStanding.SUSPENDED:
            return voice.say("{name} is suspended from {unit}.", about=about, name=name, unit=unit)
        case UnitStanding.WAITING:
            return voice.say("{name} waits to be let in.", about=about, name=name)
        case _:
            return voice.say(
                "{name} does not belong to {unit} any more.", about=about, name=name, unit=unit
            )


class _Ask:
    """How somebody stands to a placement, read only as far as a rule asks."""

    def __init__(self, tx: Tx, actor: Person, found: UnitPlacement) -> None:
        self.tx, self.actor, self.found = tx, actor, found

    @property
    def is_own(self) -> bool:
        return self.actor.id == self.found.person.id

    async def answers(self) -> frozenset[Answerer]:
        """What they are to the unit."""
        if not self.actor.is_member:
            return frozenset()
        at = await admission_queries.answering_at(self.tx, self.found.unit)
        return at.of(self.actor.id)

    async def reaches_roles(self) -> bool:
        """Whether they could end every role of the person, also one that is idle or to come, but
        for those at further places of work, which are not concerned."""
        here, person_id = self.found.unit, self.found.person.id
        others = [each for each in await units_of(self.tx, person_id) if each.id != here.id]
        for held in await term_queries.lasting_of(self.tx, person_id):
            elsewhere = any(held.unit.is_within(each) for each in others)
            if elsewhere and not held.unit.is_within(here):
                continue
            if held.instead_of == self.actor.id:
                continue
            given = await role_queries.grantable(self.tx, self.actor.id, held.unit.id)
            if held.role is not Role.TEACHER and held.role not in given:
                return False
        return True


async def _why_not_decide(ask: _Ask) -> Refusal | None:
    """What keeps the actor from deciding about the person at all."""
    if not await ask.answers():
        return does_not_answer
    return _yourself if ask.is_own else None


async def _why_not_answer(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_decide(ask):
        return refuse
    found = ask.found
    if found.standing is not UnitStanding.WAITING:
        return lambda to: settled(to, found)
    held, lies = await ask.answers(), found.lies_with
    order = list(Answerer)
    reached = [each for each in held if lies and order.index(each) <= order.index(lies)]
    appealed = found.decided_by is not None
    if not reached or (appealed and (lies not in held or found.decided_by == ask.actor.id)):
        return does_not_answer
    return None


async def _why_not_confirm(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_decide(ask):
        return refuse
    found = ask.found
    if found.standing is not UnitStanding.UNCONFIRMED:
        return lambda to: settled(to, found)
    return None


async def _why_not_put_out(ask: _Ask, standings: tuple[UnitStanding, ...]) -> Refusal | None:
    if refuse := await _why_not_decide(ask):
        return refuse
    found = ask.found
    if found.standing not in standings:
        return lambda to: settled(to, found)
    if not await ask.reaches_roles():
        return _out_of_reach
    if await admission_queries.is_only_administrator(ask.tx, found.person.id):
        return _only_administrator
    return None


async def _why_not_suspend(ask: _Ask) -> Refusal | None:
    return await _why_not_put_out(ask, (UnitStanding.UNCONFIRMED, UnitStanding.MEMBER))


async def _why_not_remove(ask: _Ask) -> Refusal | None:
    standings = (UnitStanding.UNCONFIRMED, UnitStanding.MEMBER, UnitStanding.SUSPENDED)
    return await _why_not_put_out(ask, standings)


async def _why_not_restore(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_decide(ask):
        return refuse
    found = ask.found
    return None if found.standing is UnitStanding.SUSPENDED else lambda to: settled(to, found)


async def _why_not_withdraw(ask: _Ask) -> Refusal | None:
    waits = ask.is_own and ask.found.standing is UnitStanding.WAITING
    return None if waits and ask.found.asked_by is None else _not_own


async def _why_not_appeal(ask: _Ask) -> Refusal | None:
    found = ask.found
    own = ask.is_own and found.asked_by is None
    if not own or found.standing is not UnitStanding.DECLINED:
        return _not_own
    at = await admission_queries.answering_at(ask.tx, found.unit)
    if at.next(found.lies_with, found.decided_by) is None:
        return _not_own
    later = await placement_queries.placement_at(ask.tx, found.person.id, found.unit.id)
    return None if later is None else _not_own


async def _why_not_name(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_withdraw(ask):
        return refuse
    return _named_already if ask.found.voucher_name else None


def _named_already(actor: Person) -> Refused:
    return Refused(
        "people.named_already", actor.voice.say("You have named somebody already; one is enough.")
    )


async def _why_not_vouch(ask: _Ask) -> Refusal | None:
    found = ask.found
    if found.voucher_id != ask.actor.id or not ask.actor.is_member:
        return _not_own
    if not await placement_queries.belongs_to(ask.tx, ask.actor.id, [found.unit.id]):
        return _not_colleague
    waits = found.standing is UnitStanding.WAITING and found.vouched_at is None
    return None if waits else lambda to: settled(to, found)


async def _why_not_see(ask: _Ask) -> Refusal | None:
    return None if ask.is_own or await ask.answers() else does_not_answer


async def _why_not_transfer(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_decide(ask):
        return refuse
    found = ask.found
    if not found.belongs:
        return lambda to: settled(to, found)
    return None if await ask.reaches_roles() else _out_of_reach


async def _why_not_recall(ask: _Ask) -> Refusal | None:
    found = ask.found
    left = await placement_queries.placement(ask.tx, found.replaces or 0)
    if left is None or not await _Ask(ask.tx, ask.actor, left).answers():
        return does_not_answer
    if ask.is_own:
        return _yourself
    return None if found.standing is UnitStanding.WAITING else lambda to: settled(to, found)


async def _why_not_leave(ask: _Ask) -> Refusal | None:
    found = ask.found
    if not ask.is_own or not found.belongs:
        return _not_own_place
    others = await placement_queries.placements_of(ask.tx, found.person.id)
    return None if any(each.belongs and each.id != found.id for each in others) else _not_own_place


async def _why_not_make_main(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_leave(ask):
        return refuse
    return _is_main if ask.found.is_main else None


_RULES: Mapping[PlacementAbility, Callable[[_Ask], Awaitable[Refusal | None]]] = {
    PlacementAbility.SEE: _why_not_see,
    PlacementAbility.ANSWER: _why_not_answer,
    PlacementAbility.CONFIRM: _why_not_confirm,
    PlacementAbility.SUSPEND: _why_not_suspend,
    PlacementAbility.RESTORE: _why_not_restore,
    PlacementAbility.REMOVE: _why_not_remove,
    PlacementAbility.WITHDRAW: _why_not_withdraw,
    PlacementAbility.APPEAL: _why_not_appeal,
    PlacementAbility.NAME: _why_not_name,
    PlacementAbility.VOUCH: _why_not_vouch,
    PlacementAbility.TRANSFER: _why_not_transfer,
    PlacementAbility.RECALL: _why_not_recall,
    PlacementAbility.MAKE_MAIN: _why_not_make_main,
    PlacementAbility.LEAVE: _why_not_leave,
}


async def abilities(tx: Tx, actor: Person, found: UnitPlacement) -> frozenset[PlacementAbility]:
    """What the actor may do with the placement."""
    ask = _Ask(tx, actor, found)
    return frozenset([each for each, why_not in _RULES.items() if await why_not(ask) is None])


async def access_placement(
    tx: Tx, actor: Person, placement_id: int, ability: PlacementAbility, *, lock: bool = False
) -> UnitPlacement:
    """The placement, if the actor may do this with it; with `lock` its person is locked until the
    end of the transaction, so that of two who decide at once one is told what became of it.

    :raises Refused: "people.not_yours_to_admit" or "people.no_request", also for an id that does
        not exist; "people.yourself", "people.settled", "people.out_of_reach",
        "people.last_administrator", "people.named_already", "people.not_own_place",
        "people.is_main", "people.not_a_colleague".
    """
    found = await placement_queries.placement(tx, placement_id)
    if found is not None and lock:
        await tx.lock("person", found.person.id)
        found = await placement_queries.known_placement(tx, placement_id)
    if found is None:
        raise does_not_answer(actor)
    if refuse := await _RULES[ability](_Ask(tx, actor, found)):
        raise refuse(actor)
    return found

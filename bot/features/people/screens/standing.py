"""What somebody sees who is registered and belongs nowhere: how they stand, and what to do."""

from bot.chat.navigation import ask_first, menu_choice, no_choice
from bot.chat.person import find_people
from bot.chat.screen import Choice, Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import isolate
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import unit_requests
from bot.features.people.models import Answerer, UnitStanding
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries.people import name_acting, name_of
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.unit_requests import UnitRequest
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights.placements import PlacementAbility

MOST_NAMES = 3
OPEN = (UnitStanding.WAITING, UnitStanding.SUSPENDED, UnitStanding.DECLINED, UnitStanding.REMOVED)
LIES_WITH: dict[Answerer, str] = {
    Answerer.HEAD: N_("It lies with the head of the unit: {names}."),
    Answerer.ABOVE: N_("It lies with those above the unit: {names}."),
    Answerer.ADMINISTRATOR: N_("It lies with those who run the bot: {names}."),
}


async def standing(turn: Turn) -> Screen:
    """How one stands to the unit that one asked last, or was put out of."""
    found = await latest(turn)
    if found is None:
        return await _without(turn)
    may = await placement_rights.abilities(turn.tx, turn.person, found)
    offered = [
        (PlacementAbility.NAME, turn.say("Who knows me there"), "people.name_voucher"),
        (PlacementAbility.APPEAL, turn.say("Ask the next above"), "people.appeal"),
        (PlacementAbility.WITHDRAW, turn.say("Withdraw my request"), "people.withdraw_request"),
    ]
    own = [choice(label, route, found.id) for ability, label, route in offered if ability in may]
    if found.standing is not UnitStanding.WAITING and await _wanted(turn):
        own.append(choice(turn.say("Withdraw my request"), "people.wanted_taken_back"))
    return Screen(title=found.unit.name, text=await _told(turn, found)).with_actions(
        own, await _others(turn)
    )


async def _without(turn: Turn) -> Screen:
    """For whoever waits nowhere: what they have asked to be added, if anything."""
    if (asked := await _asked_to_add(turn)) == "":
        return await turn.show(turn.router.gate if turn.person.is_member else "people.nowhere")
    return Screen(title=turn.say("My request"), text=asked).with_actions(
        choice(turn.say("Withdraw my request"), "people.wanted_taken_back"), await _others(turn)
    )


async def has_asked(turn: Turn) -> bool:
    """Whether something that one has asked waits for an answer, or was answered last."""
    return await latest(turn) is not None or await _wanted(turn) is not None


async def _wanted(turn: Turn) -> UnitRequest | None:
    return await request_queries.open_of(turn.tx, turn.person.id)


async def take_back(turn: Turn) -> Screen:
    """Take back what one has asked to be added."""
    await unit_requests.take_back(turn.tx, turn.person)
    route = "people.me" if turn.person.is_member else "people.standing"
    return (await turn.show(route)).with_result(turn.say("Taken back."))


async def latest(turn: Turn) -> UnitPlacement | None:
    """What somebody asked last who belongs nowhere, or how they came to; of a member, what they
    have asked elsewhere."""
    found = await placement_queries.placements_of(turn.tx, turn.person.id)
    wanted = (UnitStanding.WAITING,) if turn.person.is_member else OPEN
    standing_ones = [each for each in found if each.standing in wanted]
    return standing_ones[-1] if standing_ones else None


async def nowhere(turn: Turn) -> Screen:
    """For whoever belongs nowhere and asks nowhere."""
    text = turn.say(
        "You do not belong to a unit yet. Ask at yours, or open the invitation that you are given."
    )
    return Screen(text=text).with_actions(await _others(turn))


async def _others(turn: Turn) -> list[Choice]:
    """What else can be done meanwhile."""
    if turn.person.is_member:
        return [menu_choice(turn)]
    return [
        choice(turn.say("Ask at another unit"), "people.edit", "unit"),
        *turn.router.doors_on("people.standing", turn),
        choice(turn.say("My data"), "people.me"),
        choice(turn.say("How I can help"), "help"),
    ]


async def _told(turn: Turn, found: UnitPlacement) -> str:
    reason = turn.say("The reason: {reason}", reason=found.reason) if found.reason else ""
    unit = found.unit.name
    match found.standing:
        case UnitStanding.SUSPENDED:
            word = turn.say(
                "You are suspended from {unit} until {until}; then it ends by itself. Until then"
                " you take no part there.",
                unit=unit,
                until=found.until,
            )
            return paragraphs(word, reason, await _whom(turn, found))
        case UnitStanding.DECLINED:
            word = turn.say("Your request to {unit} was declined.", unit=unit)
            return paragraphs(word, reason, await _asked_to_add(turn))
        case UnitStanding.REMOVED:
            word = turn.say(
                "You do not belong to {unit} any more, and take no part there. What you wrote"
                " stays yours.",
                unit=unit,
            )
            return paragraphs(word, reason, await _whom(turn, found))
    asked = turn.say("You have asked {unit}. I tell you the answer.", unit=unit)
    meanwhile = turn.say(
        "Until then you can read what colleagues have shared with everybody, and see and change"
        " your own data."
    )
    named = ""
    if found.voucher_name:
        named = turn.say("You have named {name}.", name=found.voucher_name)
    if turn.person.is_member:
        meanwhile = turn.say("Until then everything stays as it is.")
    kept = ""
    if found.link:
        kept = turn.say("I keep the invitation with which you came, and open it for you then.")
    with_whom = await _with_whom(turn, found)
    wanted = await _asked_to_add(turn, besides=with_whom)
    return paragraphs(asked, with_whom, named, wanted, kept, meanwhile)


async def _asked_to_add(turn: Turn, besides: str = "") -> str:
    """Which place of work somebody has asked to be added, and with whom that lies, unless the
    text `besides`, below which this stands, has said so."""
    found = await _wanted(turn)
    if found is None:
        return ""
    adders = await request_queries.adders_at(turn.tx, found.below, turn.person.id)
    asked = turn.say(
        "You have asked that {unit} be added below {below}; then your request waits there.",
        unit=found.name,
        below=found.below.name,
    )
    if not adders:
        nobody = turn.say("Nobody looks after the list there at the moment; I keep your request.")
        return paragraphs(asked, nobody)
    names = [name_of(turn.voice, each) for each in adders[:MOST_NAMES]]
    with_whom = turn.voice.text(LIES_WITH[Answerer.ADMINISTRATOR], names=turn.voice.join(names))
    return paragraphs(asked, "" if with_whom == besides else with_whom)


async def _with_whom(turn: Turn, found: UnitPlacement) -> str:
    at = await admission_queries.answering_at(turn.tx, found.unit)
    lies_with = found.lies_with or Answerer.HEAD
    people = await find_people(turn.tx, at.people.get(lies_with, ()))
    names = [name_of(turn.voice, each) for each in people.values()]
    if not names:
        return turn.say("Nobody answers there at the moment; it goes on to those above.")
    return turn.voice.text(LIES_WITH[lies_with], names=turn.voice.join(names))


async def _whom(turn: Turn, found: UnitPlacement) -> str:
    by = await find_people(turn.tx, [found.decided_by or 0, found.decided_for or 0])
    each = by.get(found.decided_by or 0)
    if each is None or not each.name:
        return ""
    return turn.say(
        "If you have a question, ask {name}.",
        about=each.voice.gender,
        name=name_acting(turn.voice, each, by.get(found.decided_for or 0)),
    )


async def withdraw(turn: Turn, placement_id: str) -> Screen:
    """Ask before a request is taken back."""
    found = await placement_rights.access_placement(
        turn.tx, turn.person, int(placement_id), PlacementAbility.WITHDRAW
    )
    return ask_first(
        turn.say("Shall I take back your request to {unit}?", unit=found.unit.name),
        act=choice(turn.say("Yes, withdraw my request"), "people.request_withdrawn", found.id),
        back=no_choice(turn, "people.standing"),
    )


async def withdrawn(turn: Turn, placement_id: str) -> Screen:
    await admission_actions.withdraw(turn.tx, turn.person, int(placement_id))
    route = "people.me" if turn.person.is_member else "people.standing"
    return (await turn.show(route)).with_result(turn.say("Taken back."))


async def appeal(turn: Turn, placement_id: str) -> Screen:
    """The next above looks at it as well."""
    await admission_actions.appeal(turn.tx, turn.person, int(placement_id))
    return (await standing(turn)).with_result(turn.say("It is passed on."))


async def name_voucher(turn: Turn, placement_id: str) -> Screen:
    return await turn.begin("people.name_voucher", placement=int(placement_id))


async def vouch(turn: Turn, placement_id: str, knows: str) -> Screen:
    """A colleague's answer, on the very message that asked for it."""
    found = await admission_actions.vouch(
        turn.tx, turn.person, int(placement_id), knows=knows == "1"
    )
    name = isolate(found.person.name)
    if knows == "1":
        text = turn.say("Thank you. Whoever decides reads that you know {name}.", name=name)
    else:
        text = turn.say("Thank you. {name} does not hear of your answer.", name=name)
    return Screen(text=text).with_actions(menu_choice(turn))

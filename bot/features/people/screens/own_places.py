"""One's own places of work: which is the main one, a further one, leaving one."""

from bot.chat.lists import entry
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Screen, choice
from bot.chat.turn import Turn
from bot.features.people.actions import own_places as place_actions
from bot.features.people.queries import placements as placement_queries
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights.placements import PlacementAbility


async def places(turn: Turn) -> Screen:
    """All places of work, the main one first, each with what can be done about it."""
    stands = await placement_queries.placements_of(turn.tx, turn.person.id)
    found = sorted((each for each in stands if each.belongs), key=lambda each: not each.is_main)
    if len(found) < 2:
        return await further(turn)
    shown = [
        entry(
            turn.say("{unit} (main)", unit=each.unit.name) if each.is_main else each.unit.name,
            "",
            "people.place",
            each.id,
        )
        for each in found
    ]
    about = turn.say(
        "Your main place of work gives you its calendar, and what you share with everybody lies"
        " there. You belong to the others as well."
    )
    screen = Screen(
        title=turn.say("My places of work"),
        text=about,
        again=choice("", "people.places"),
    ).with_entries(shown)
    return screen.with_actions(
        choice(turn.say("One more place"), "people.further_unit"),
        choice(turn.say("Back"), "people.settings"),
    )


async def further(turn: Turn) -> Screen:
    """Ask to belong to one more unit."""
    return await turn.begin("people.further_unit")


async def place(turn: Turn, placement_id: str) -> Screen:
    """One of several places of work."""
    found = await placement_rights.access_placement(
        turn.tx, turn.person, int(placement_id), PlacementAbility.LEAVE
    )
    may = await placement_rights.abilities(turn.tx, turn.person, found)
    acts = []
    if PlacementAbility.MAKE_MAIN in may:
        acts.append(choice(turn.say("Make it the main one"), "people.make_main", found.id))
    acts.append(choice(turn.say("Leave this place"), "people.leave_place", found.id))
    text = ""
    if found.is_main:
        text = turn.say("This is your main place of work.")
    screen = Screen(title=found.unit.name, text=text or turn.say("You work here as well."))
    return screen.with_actions(*acts, choice(turn.say("Back"), "people.places"))


async def make_main(turn: Turn, placement_id: str) -> Screen:
    done = await place_actions.make_main(turn.tx, turn.person, int(placement_id))
    word = turn.say("{unit} is your main place of work now.", unit=done.unit.name)
    return (await places(turn)).with_result(word)


async def leave(turn: Turn, placement_id: str) -> Screen:
    """Ask before somebody leaves a place of work."""
    found = await placement_rights.access_placement(
        turn.tx, turn.person, int(placement_id), PlacementAbility.LEAVE
    )
    return ask_first(
        turn.say(
            "Shall I end it that you belong to {unit}? Your roles there end, and teams that you"
            " lead there pass on. What you wrote stays yours.",
            unit=found.unit.name,
        ),
        act=choice(turn.say("Yes, leave it"), "people.left_place", found.id),
        back=no_choice(turn, "people.place", found.id),
    )


async def left(turn: Turn, placement_id: str) -> Screen:
    done = await place_actions.leave(turn.tx, turn.person, int(placement_id))
    word = turn.say("You do not belong to {unit} any more.", unit=done.unit.name)
    return (await turn.show("people.me")).with_result(word)

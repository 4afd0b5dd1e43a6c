"""What the people slice does when something falls due."""

from bot.arabic.search import index as search_index
from bot.chat.conversation import find_contact
from bot.chat.intake import inbox
from bot.delivery import outbox
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import files as file_actions
from bot.features.people.actions import placements as placement_actions
from bot.features.people.actions import search as people_index
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions import terms as term_actions
from bot.features.people.actions import unit_followers, unit_requests, waiting
from bot.features.people.actions.search import index_units_after
from bot.features.people.models import Answerer
from bot.features.people.notices import files as notices
from bot.features.people.notices import people as people_notices
from bot.features.people.queries import files as file_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import terms as term_queries
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

INDEX_ANEW = "people.index_anew"
"""Set by a migration after which the search reads words differently."""
AT_ONCE = 10
"""Entries indexed in one transaction: whoever waits to write waits no longer than for these."""
_STEPS = {
    "texts": search_index.reindex,
    "units": index_units_after,
    "people": people_index.index_people_after,
}


async def index_anew(tx: Tx, row: DueRow) -> None:
    """Index the next entries, then the next units and people, and go on with those after them;
    the payload is `{"after": id}`, the slot one of `texts`, `units`, `people`."""
    last = await _STEPS[row.slot](tx, row.payload["after"], AT_ONCE)
    steps = list(_STEPS)
    slot = row.slot if last else next(iter(steps[steps.index(row.slot) + 1 :]), "")
    if slot:
        payload = {"after": last}
        await due.set_due(tx, INDEX_ANEW, row.topic, slot, anchor=tx.now, payload=payload)


async def clear_index(tx: Tx, row: DueRow) -> None:
    """Somebody was erased a while ago: nothing of their words stays in the search."""
    await people_index.clear_index(tx, row.slot)


async def tell_left_copies(tx: Tx, row: DueRow) -> None:
    """Files were withdrawn or hidden a while ago: take them out of the `rest` of the messages, and
    out of what has arrived since, then tell whoever did it where that was not possible."""
    numbers = [int(number) for number in row.payload["files"]]
    if row.slot in ("rest", "late"):
        await file_actions.go_on(tx, row.topic, row.payload, late=row.slot == "late")
    elif (await file_queries.copies_left(tx, numbers)).left:
        await outbox.send(tx, notices.NOT_TAKEN_BACK, row.payload["to"], {"files": numbers})


async def hold_holder(tx: Tx, row: DueRow) -> tuple[str, int] | None:
    """What is locked before the times of somebody's role are planned or called off."""
    found = await term_queries.role_record(tx, int(row.payload))
    return ("person", found.person_id) if found else None


async def hold_placed(tx: Tx, row: DueRow) -> tuple[str, int] | None:
    """What is locked before somebody stands otherwise to a unit."""
    found = await placement_queries.placement(tx, row.payload["placement"])
    return ("person", found.person.id) if found else None


async def hold_tree(tx: Tx, row: DueRow) -> tuple[str, int]:
    """What is locked before units come, go, or are asked for."""
    return "units", 0


async def keep_time_of_role(tx: Tx, row: DueRow) -> None:
    """A role begins, ends soon, or has ended."""
    await term_actions.keep_time(tx, int(row.payload), row.slot)


async def carry_on_with_unit(tx: Tx, row: DueRow) -> None:
    """What belongs to a unit that is merged or closed follows."""
    await unit_followers.carry_on(tx, row)


async def index_moved_unit(tx: Tx, row: DueRow) -> None:
    """What lies below a unit is found where it lies now."""
    await unit_followers.index_some(tx, row)


async def conceal_pictures(tx: Tx, row: DueRow) -> None:
    """Their owner was asked long ago."""
    await file_actions.conceal_unanswered(tx, row.payload["person"])


async def tell_flood_is_over(tx: Tx, row: DueRow) -> None:
    """The flood is over."""
    contact = await find_contact(tx, row.payload["address"])
    if contact is None:
        return
    sender = contact.address
    count = await inbox.note_told(tx, sender.channel, sender.id, row.payload["first"])
    if not count:
        return
    await outbox.send_at(tx, people_notices.UNREAD, contact.address_id, {"unread": count})


async def go_on(tx: Tx, row: DueRow) -> None:
    """Nobody has answered a request for some working days."""
    await admission_actions.go_on(tx, row.payload["placement"])


async def tell_waiting(tx: Tx, row: DueRow) -> None:
    """Others have come since those who answer at a unit were told last."""
    about = row.payload
    if "lies_with" in about:
        await waiting.tell_waiting(tx, about["unit"], Answerer(about["lies_with"]))
    else:  # planned by a former version
        await waiting.tell_untold(tx, about["unit"])


async def tell_wanted(tx: Tx, row: DueRow) -> None:
    """Other places of work were asked for since those who add them were told."""
    await unit_requests.tell_wanted(tx, row.payload["unit"])


async def lead_on(tx: Tx, row: DueRow) -> None:
    """A unit that somebody asked for is in the tree."""
    about = row.payload
    await unit_requests.lead_on(tx, about["unit"], about["name"], about["by"])


async def end_link(tx: Tx, row: DueRow) -> None:
    await placement_actions.end_link(tx, row.payload["placement"])


async def end_suspension(tx: Tx, row: DueRow) -> None:
    await standing_actions.end_suspension(tx, row.payload["placement"])

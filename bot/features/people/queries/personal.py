"""What the conversation, the delivery, the clockwork and the search keep of people. They are below
the slices and know nobody; this slice erases it, and answers for it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, tuple_

from bot.chat.conversation import conversations
from bot.chat.intake.inbox import updates
from bot.chat.kept_choices import kept_choices
from bot.chat.person import address_aliases, addresses, people
from bot.chat.personal import ExportedRow, Personal, PersonalTable, owned_by
from bot.delivery.cooldowns import cooldowns
from bot.delivery.message import bodies, notices, outbox
from bot.delivery.shared_rate import shared_rates
from bot.delivery.statuses import delivery_statuses
from bot.files.tables import blobs, copies, files, folders, references
from bot.scheduling.due import due
from bot.storage.audit import audit_trail, person_views
from bot.storage.leader_election import leader_leases
from bot.storage.transaction import Tx


def _wrote_them(person_id: int) -> ColumnElement[bool]:
    """The updates that came from an address of the person."""
    own = select(addresses.c.channel, addresses.c.external).where(
        addresses.c.person_id == person_id
    )
    return tuple_(updates.c.channel, updates.c.sender).in_(own)


def _were_sent_them(person_id: int) -> ColumnElement[bool]:
    own = select(outbox.c.id).where(outbox.c.person_id == person_id)
    return delivery_statuses.c.outbox_id.in_(own)


def _were_sent_them_with_a_file(person_id: int) -> ColumnElement[bool]:
    own = select(addresses.c.id).where(addresses.c.person_id == person_id)
    return copies.c.address_id.in_(own)


def _are_of_theirs(person_id: int) -> ColumnElement[bool]:
    own = select(addresses.c.id).where(addresses.c.person_id == person_id)
    return address_aliases.c.address_id.in_(own)


def _filled_them_in(person_id: int) -> ColumnElement[bool]:
    own = select(addresses.c.id).where(addresses.c.person_id == person_id)
    return conversations.c.address_id.in_(own)


PROCESSES = "of the bot's processes"
FOUND = "what was shared, teams and units are found by others"

PERSONAL_TABLES = (
    PersonalTable(
        people,
        owned_by(people.c.id),
        exported="id state name gender language country timezone numerals calendar hijri_shift"
        " created_at registered_at",
        withheld={"digits_chosen": "only whether the digits were chosen or came by themselves"},
        erased="state name gender registered_at",
        kept={
            "language country timezone numerals digits_chosen calendar hijri_shift created_at": (
                "how a number was written to, which names nobody"
            )
        },
    ),
    PersonalTable(
        addresses,
        owned_by(addresses.c.person_id),
        exported="channel external reach changed_at heard_at preferred linked_at",
        withheld={"person_id": "it is the person themselves"},
        erased="external reach changed_at heard_at",
        kept={
            "person_id channel preferred linked_at": "that a number had addresses on some channels"
        },
    ),
    PersonalTable(
        address_aliases,
        _are_of_theirs,
        exported="channel external left_at",
        withheld={"address_id": "a number of their address"},
        erased="channel external address_id left_at",
    ),
    PersonalTable(
        conversations,
        _filled_them_in,
        exported="forms changed_at",
        withheld={
            "address_id": "a number of their address",
            "expects": "the button that their next words would press, for an hour",
            "sent": "numbers of the messages that answered their last forms, without words",
        },
        erased="address_id forms expects sent changed_at",
    ),
    PersonalTable(
        kept_choices,
        owned_by(kept_choices.c.person_id),
        exported="route args made_at",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id route args made_at",
    ),
    PersonalTable(
        updates,
        _wrote_them,
        exported="channel body state received_at done_at",
        withheld={
            "key sender": "numbers of the channel, which stand in the body as well",
            "attempts error claimed_by lease_until": "how the bot fared with it",
        },
        erased="body error sender",
        kept={
            "channel key state attempts received_at done_at claimed_by lease_until": "that"
            " something came, of nobody",
            "body error sender": "of what waits: it is handled first, and for a stranger",
        },
    ),
    PersonalTable(
        outbox,
        owned_by(outbox.c.person_id),
        exported="kind state topic not_before expires_at queued_at finished_at",
        withheld={
            "screen body_id notice_id args": "it stands in their chat, with the words of others",
            "person_id address_id": "the person themselves, and their address",
            "urgency edit_message edit_parcel press attempts message error claimed_by"
            " lease_until waits_for": "how the bot fared with it",
        },
        erased="address_id screen message error",
        kept={
            "address_id screen message error": "of what is just being sent, such as the last"
            " answer, and of what others were sent about them, until it is tidied away",
            "person_id kind urgency state body_id notice_id args edit_message edit_parcel press"
            " topic not_before expires_at attempts claimed_by lease_until queued_at"
            " finished_at waits_for": "that a number was sent something, so that it can be counted",
        },
    ),
    PersonalTable(
        delivery_statuses,
        _were_sent_them,
        exported="channel topic state reason at",
        withheld={
            "message outbox_id": "numbers of the message",
            "closes": "what the bot makes of the reason",
        },
        erased="channel message outbox_id topic state reason closes at",
        kept={
            "channel message outbox_id state at": "of the last answer, which is sent when"
            " everything else is gone, until it is tidied away"
        },
    ),
    PersonalTable(
        notices,
        kept={"kind params": "numbers and codes alone: the words are in the rows that they name"},
    ),
    PersonalTable(
        bodies,
        kept={"screen file_refs": "what was said to many, who keep it"},
    ),
    PersonalTable(
        audit_trail,
        owned_by(audit_trail.c.actor_id),
        exported="at action subject_id unit_id details",
        withheld={
            "actor_id": "it is the person themselves",
            "seq salt digest link": "what proves the log, and says nothing",
        },
        erased="details salt",
        kept={
            "at actor_id action subject_id unit_id seq digest link": "that something was done, as"
            " numbers without a name or a word, so that the log can be proved"
        },
    ),
    PersonalTable(
        person_views,
        owned_by(person_views.c.person_id),
        exported="viewer_id day what",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id viewer_id day what",
    ),
    PersonalTable(
        due,
        kept={
            "job topic slot offset_seconds payload": "what is to be done about which number",
            "error": "where the work failed, without what was worked on",
        },
    ),
    PersonalTable(
        files,
        owned_by(files.c.owner_id),
        exported="id purpose kind name mime size consent part consented_at asked_at state reason"
        " made_at used_at",
        withheld={
            "owner_id": "it is the person themselves",
            "blob channel account reference message due_at attempts claimed_by lease_until"
            " anew": "where its bytes lie, and how the bot fared with them",
        },
        kept={
            "owner_id kind state anew due_at used_at made_at": "of what others were shown a number"
            " stays until it is out of their messages, without anything that it was"
        },
        erased="owner_id purpose kind name mime size consent part consented_at asked_at state"
        " reason blob channel account reference message made_at used_at due_at attempts claimed_by"
        " lease_until anew",
    ),
    PersonalTable(
        blobs,
        erased="sha256 size mime",
        kept={
            "sha256 size mime": "bytes that are somebody else's file as well; all others go a day"
            " later, when no backup reads them any more"
        },
    ),
    PersonalTable(
        references,
        erased="blob channel account reference worker",
        kept={"blob channel account reference worker": "what a channel calls the same bytes"},
    ),
    PersonalTable(
        copies,
        _were_sent_them_with_a_file,
        exported="file_id",
        withheld={
            "address_id message hidden": "numbers of a message that stands in their chat, and what"
            " it shows"
        },
        erased="address_id message file_id hidden",
    ),
    PersonalTable(folders, kept={"mark": PROCESSES}),
    PersonalTable(leader_leases, kept={"task worker": PROCESSES}),
    PersonalTable(cooldowns, kept={"channel": PROCESSES}),
    PersonalTable(shared_rates, kept={"channel places": PROCESSES}),
    PersonalTable(
        "search_entries",
        erased="kind ref scope title words tokens",
        kept={"kind ref scope title words tokens": FOUND},
    ),
    PersonalTable("search_tokens", erased="tokens", kept={"tokens": FOUND}),
    PersonalTable(
        "search_spellings",
        erased="kind spelling word shown",
        kept={"kind spelling word shown": FOUND},
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""


async def export_person(
    tx: Tx, person_id: int, parts: Sequence[Personal]
) -> dict[str, list[ExportedRow]]:
    """Everything that is exported of a person, by table; a table in which there is nothing of
    theirs is there without rows."""
    return {
        each.name: await each.export(tx, person_id)
        for part in parts
        for each in part.tables
        if each.owned is not None
    }

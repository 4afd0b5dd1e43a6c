"""Who may do what with what belongs to one account: its addresses, and the files it shares."""

from bot.packs.roles import Role
from tests.rights.engine import YES, Rule, when
from tests.rights.groups import (
    ANYBODY,
    AUTHOR,
    EVERYBODY,
    ONESELF,
    Who,
    holding,
)
from tests.rights.things import ADDRESSES, PICTURES, UNITS

HEAD = holding((Role.PRINCIPAL,), "the principal of the school")
VISITOR = Who("a visitor", lambda one, thing: not one.works)
PLACES_SEEN = tuple(UNITS[key] for key in ("nada", "valley", "hijr", "murjan"))

ACCOUNT_RULES: tuple[Rule, ...] = (
    # Files that are shown to others
    Rule(
        "Whoever shared a picture, film or recording, and the principal of their school, see what"
        " was said of the pupils in it, and are asked before it is withdrawn.",
        (
            "route people.picture",
            "route people.take_back",
            "action people.access_file",
            "ability people.files.withdraw",
        ),
        (when(AUTHOR | HEAD, YES), when(ANYBODY, "people.not_head")),
        on=PICTURES,
        everybody_meets=2,
    ),
    Rule(
        "What they confirm is withdrawn everywhere, with the same right.",
        ("route people.taken_back", "action people.withdraw_file"),
        (when(AUTHOR | HEAD, "withdrawn"), when(ANYBODY, "people.not_head")),
        on=PICTURES,
        everybody_meets=2,
    ),
    Rule(
        "Of the owner's message with the original they may speak; only the owner's own goes.",
        ("action people.delete_original", "route people.own_message"),
        (when(AUTHOR | HEAD, YES), when(ANYBODY, "people.not_head")),
        on=PICTURES,
        everybody_meets=2,
    ),
    Rule(
        "What the people of a school show to others is listed for its principal.",
        ("route people.pictures", "action people.access_files_at"),
        (when(HEAD, YES), when(ANYBODY, "people.not_head")),
        on=PLACES_SEEN,
    ),
    # Addresses
    Rule(
        "An address is opened and preferred by whose it is, and by nobody else.",
        (
            "route people.address",
            "route people.prefer",
            "action people.prefer_address",
            "action people.access_own_address",
            "ability people.addresses.prefer",
        ),
        (when(ONESELF & EVERYBODY, YES), when(ANYBODY, "people.not_your_address")),
        on=ADDRESSES,
        everybody_meets=2,
    ),
    Rule(
        "An address is unlinked by whose it is, as long as they have another.",
        (
            "route people.unlink",
            "route people.unlinked",
            "action people.unlink_address",
            "action people.access_unlinking",
            "ability people.addresses.unlink",
        ),
        (
            when(ONESELF & EVERYBODY, YES, "one of several"),
            when(ONESELF & EVERYBODY, "people.last_address", "the only one"),
            when(ANYBODY, "people.not_your_address"),
        ),
        on=ADDRESSES,
        everybody_meets=2,
    ),
    Rule(
        "From an address that was joined just now nobody takes away an older one.",
        (
            "action people.unlink_address#new",
            "action people.access_unlinking#new",
        ),
        (
            when(ONESELF & EVERYBODY, "people.address_too_new"),
            when(ANYBODY, "people.not_your_address"),
        ),
        on=ADDRESSES[:1],
    ),
    Rule(
        "From an address that was joined just now nobody does what its owner could not take back.",
        ("action people.access_lasting_act#new",),
        (when(ONESELF & EVERYBODY, "people.address_too_new"), when(ANYBODY, YES)),
        on=ADDRESSES[:1],
    ),
    Rule(
        "From any other everybody does.",
        ("action people.access_lasting_act",),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "Whoever is registered makes a code for themselves, and sees their own addresses.",
        ("action people.make_code", "action people.access_linking", "route people.code"),
        (when(EVERYBODY, YES), when(ANYBODY, "people.not_registered")),
    ),
    Rule(
        "Everybody sees their own addresses.",
        ("route people.addresses",),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "A code is used by a visitor; whoever is registered stays who they are.",
        (
            "action people.use_code",
            "action people.access_joining",
            "route people.link#code",
            "route people.link_here",
        ),
        (when(VISITOR, YES), when(ANYBODY, "people.address_taken")),
    ),
    Rule(
        "How accounts are linked is told to everybody.",
        ("route people.link",),
        (when(ANYBODY, YES),),
    ),
)

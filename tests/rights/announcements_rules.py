"""Who writes and sends announcements to whom, and who reads what of them."""

from bot.features.people.models import Role
from tests.rights.cast import Someone, lineage
from tests.rights.engine import SHOWN, WITHOUT, YES, Rule, when
from tests.rights.groups import ANYBODY, AUTHOR, RECIPIENT, Who, holding_anywhere
from tests.rights.things import ANNOUNCEMENTS, AUDIENCES, Thing

SENDERS = (Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR)


def _reaches(one: Someone, thing: Thing) -> bool:
    """By a role there or above; one for a subject reaches only those of that subject."""
    above, subject = lineage(thing.place), thing.more["subject"]
    return not one.gone and any(
        h.stands and h.role in SENDERS and h.place in above and h.subject in (None, subject)
        for h in one.held
    )


REACHES = Who("whose role reaches the audience", _reaches)
WITH_RIGHT = Who("its author, while their role reaches the audience", (AUTHOR & REACHES).meets)
SENDER_SOMEWHERE = holding_anywhere(SENDERS, "who may address people somewhere")

UNSENT = ("draft", "scheduled")
ENDED = ("stopped", "discarded")


def _first(state: str) -> tuple[Thing, ...]:
    return tuple(sorted(ANNOUNCEMENTS, key=lambda each: each.state != state))


RULES = (
    Rule(
        "An audience is addressed by who is principal, supervisor, of the development unit or"
        " administrator there or above; by a role for one subject, only that subject's people.",
        ("action announcements.write_draft", "finish announce.new"),
        (when(REACHES, YES), when(ANYBODY, "announcements.out_of_reach")),
        on=AUDIENCES,
        everybody_meets=6,
    ),
    Rule(
        "Whoever may address people somewhere begins to write.",
        ("begin announce.new", "route announce.new"),
        (when(SENDER_SOMEWHERE, YES), when(ANYBODY, "announcements.no_reach")),
    ),
    Rule(
        "Its author sends it, now or later, while their role reaches the audience; what is sent"
        " already stays so.",
        (
            "action announcements.send",
            "action announcements.require_sendable",
            "route announce.send",
            "begin announce.later",
            "finish announce.later",
            "route announce.later",
        ),
        (
            when(AUTHOR, YES, "sending", "sent"),
            when(AUTHOR, "announcements.over", *ENDED),
            when(WITH_RIGHT, YES, *UNSENT),
            when(AUTHOR, "announcements.out_of_reach", *UNSENT),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "When its time comes, the author's right is asked again; where it has ended, nobody gets"
        " it.",
        ("job announcements.send",),
        (when(WITH_RIGHT, "sending", "scheduled"), when(AUTHOR, "cancelled", "scheduled")),
        on=tuple(each for each in ANNOUNCEMENTS if each.state == "scheduled"),
    ),
    Rule(
        "Its author discards it, calls it off or stops it, until everybody has got it.",
        ("action announcements.stop", "route announce.stop"),
        (
            when(AUTHOR, "announcements.sent", "sent"),
            when(AUTHOR, YES),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What was sent goes once more to those whom it may have missed, while the author's role"
        " reaches them.",
        ("action announcements.resend_unknown", "route announce.again"),
        (
            when(AUTHOR, "announcements.under_way", "sending"),
            when(AUTHOR, "announcements.over", *UNSENT, *ENDED),
            when(WITH_RIGHT, YES, "sent"),
            when(AUTHOR, "announcements.out_of_reach", "sent"),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=_first("sent"),
        everybody_meets=3,
    ),
    Rule(
        "Who has not read it is named to its author while their role reaches the audience.",
        ("route announce.silent",),
        (
            when(WITH_RIGHT, YES),
            when(AUTHOR, "announcements.out_of_reach"),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=_first("sent"),
        everybody_meets=3,
    ),
    Rule(
        "How far it has come is told to its author.",
        ("route announce.report", "route announce.preview"),
        (when(AUTHOR, SHOWN), when(ANYBODY, "announcements.not_yours")),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "It is read by those who got it, and by its author.",
        ("route announce.page", "route announce.file", "route announce.ack"),
        (when(AUTHOR | RECIPIENT, SHOWN), when(ANYBODY, "announcements.not_visible")),
        on=_first("sent"),
        everybody_meets=2,
    ),
    Rule(
        "Those who got it say that they have read it.",
        ("action announcements.acknowledge",),
        (when(AUTHOR | RECIPIENT, YES), when(ANYBODY, "announcements.not_visible")),
        on=_first("sent"),
    ),
    Rule(
        "One's inbox holds what one got.",
        ("route announce.inbox",),
        (when(RECIPIENT, SHOWN), when(ANYBODY, WITHOUT)),
        on=_first("sent"),
    ),
    Rule(
        "One's own announcements are listed until they are discarded.",
        ("route announce.mine",),
        (
            when(AUTHOR, WITHOUT, "discarded"),
            when(AUTHOR, SHOWN),
            when(ANYBODY, WITHOUT),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "Whoever deletes their data parts from what they wrote and never sent.",
        ("route announce.farewell", "route announce.farewell#do"),
        (when(ANYBODY, YES),),
    ),
)

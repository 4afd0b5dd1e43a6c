"""Who writes and sends announcements to whom, and who reads what of them."""

from bot.packs.roles import Role
from tests.rights.cast import Someone, lineage
from tests.rights.engine import SHOWN, WITHOUT, YES, Line, Rule, when
from tests.rights.groups import (
    ANYBODY,
    AUTHOR,
    RECIPIENT,
    Who,
    holding_anywhere,
    roles_in_words,
)
from tests.rights.things import ANNOUNCEMENTS, AUDIENCES, Thing

SENDERS = (Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR)


def _reaches(one: Someone, thing: Thing) -> bool:
    """By a role there or above; one for a subject reaches only those of that subject."""
    above, subject = lineage(thing.place), thing.more["subject"]
    return not one.gone and any(
        h.stands and h.role in SENDERS and h.place in above and h.subject in (None, subject)
        for h in one.held
    )


REACHES = Who(
    "whose role reaches the audience",
    _reaches,
    f"{roles_in_words(SENDERS)} at its unit or above it; by a role for one subject that subject"
    " alone",
)


def _stands_above(one: Someone, thing: Thing) -> bool:
    """By a role at the unit from which it is spoken or above it; never its author."""
    above, subject = lineage(thing.more["from"]), thing.more["subject"]
    return (
        not one.gone
        and one.key not in thing.people["author"]
        and any(
            h.stands and h.role in OVERSEERS and h.place in above and h.subject in (None, subject)
            for h in one.held
        )
    )


OVERSEERS = (Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER)
ABOVE = Who(
    "who stands above its author",
    _stands_above,
    f"{roles_in_words(OVERSEERS)} at the unit from which it is spoken, or above it; by a role for"
    " one subject that subject alone",
)
WITH_RIGHT = Who(
    "its author, while their role reaches the audience", (AUTHOR & REACHES).meets, REACHES.means
)
SENDER_SOMEWHERE = holding_anywhere(SENDERS, "who may address people somewhere")

UNSENT = ("draft", "scheduled")
UNDER_WAY = ("sending", "sent")
ENDED = ("stopped", "halted", "discarded")
BEGUN = (*UNDER_WAY, "stopped", "halted")


def _first(state: str) -> tuple[Thing, ...]:
    return tuple(sorted(ANNOUNCEMENTS, key=lambda each: each.state != state))


def _to_send(outcome: str) -> tuple[Line, ...]:
    """Who sends what is not under way, and what comes of it."""
    return (
        when(AUTHOR, "announcements.over", *ENDED),
        when(WITH_RIGHT, outcome, *UNSENT),
        when(AUTHOR, "announcements.out_of_reach", *UNSENT),
        when(ANYBODY, "announcements.not_yours"),
    )


RULES = (
    Rule(
        "An audience is addressed by whoever is principal, supervisor, of the development unit or"
        " administrator there or above; by a role for one subject, only that subject's people.",
        (
            "action announcements.write_draft",
            "finish announce.new",
            "action announcements.access_audience",
        ),
        (when(REACHES, YES), when(ANYBODY, "announcements.out_of_reach")),
        on=AUDIENCES,
        everybody_meets=6,
    ),
    Rule(
        "Whoever may address people somewhere begins to write.",
        ("begin announce.new", "route announce.new", "action announcements.access_reach"),
        (when(SENDER_SOMEWHERE, YES), when(ANYBODY, "announcements.no_reach")),
    ),
    Rule(
        "Its author sends it, now or later, while their role reaches the audience; what is sent"
        " already stays so.",
        ("action announcements.send", "route announce.send", "finish announce.later"),
        (when(AUTHOR, YES, *UNDER_WAY), *_to_send(YES)),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "For whom it would be and when it goes is asked of its author until it is under way, while"
        " their role reaches the audience.",
        (
            "action announcements.count_ready",
            "begin announce.later",
            "route announce.later",
            "action announcements.access_announcement_to_send",
            "ability announcements.send",
        ),
        (when(AUTHOR, "announcements.under_way", *UNDER_WAY), *_to_send(YES)),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What its author confirms goes out, while their role reaches the audience; what is under"
        " way goes out no second time.",
        ("route announce.sent",),
        (
            when(AUTHOR, "sending", "sending"),
            when(AUTHOR, "sent", "sent"),
            *_to_send("sending"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What is confirmed as it no longer stands, or for fewer people than it would reach, is"
        " asked anew, and stays as it is.",
        ("route announce.sent#changed", "route announce.sent#grown"),
        (
            *(when(AUTHOR, state, state) for state in UNDER_WAY),
            when(AUTHOR, "announcements.over", *ENDED),
            *(when(WITH_RIGHT, state, state) for state in UNSENT),
            when(AUTHOR, "announcements.out_of_reach", *UNSENT),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "Only its author has it in hand.",
        (
            "action announcements.access_own_announcement",
            "action announcements.access_own_announcement#locked",
            "ability announcements.hold",
        ),
        (when(AUTHOR, YES), when(ANYBODY, "announcements.not_yours")),
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
        "Its author discards it, calls it off or stops it, until everybody has got it; whoever"
        " stands above them stops it once it has begun.",
        (
            "action announcements.stop",
            "route announce.stop",
            "action announcements.access_announcement_to_stop",
            "ability announcements.stop",
        ),
        (
            when(AUTHOR | ABOVE, "announcements.sent", "sent"),
            when(AUTHOR, YES),
            when(ABOVE, YES, "sending", "stopped", "halted"),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What its author confirms is discarded, called off or stopped, and what whoever stands"
        " above them confirms is stopped; what has ended stays so.",
        ("route announce.stopped",),
        (
            when(AUTHOR | ABOVE, "announcements.sent", "sent"),
            when(AUTHOR, "discarded", "draft", "discarded"),
            when(AUTHOR, "cancelled", "scheduled"),
            when(AUTHOR | ABOVE, "cancelled", "sending", "stopped", "halted"),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What is to be discarded, called off or stopped as it no longer stands is asked about"
        " anew, and stays as it is.",
        ("route announce.stopped#changed",),
        (
            when(AUTHOR | ABOVE, "announcements.sent", "sent"),
            when(AUTHOR | ABOVE, "cancelled", "stopped", "halted"),
            when(AUTHOR | ABOVE, "sending", "sending"),
            *(when(AUTHOR, each, each) for each in (*UNSENT, "discarded")),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What was sent goes once more to those whom it may have missed, while the author's role"
        " reaches them.",
        (
            "action announcements.resend_unknown",
            "action announcements.access_announcement_to_resend",
            "ability announcements.resend",
            "route announce.again",
            "route announce.resent",
        ),
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
        (
            "route announce.silent",
            "action announcements.access_readers",
            "ability announcements.name_readers",
        ),
        (
            when(WITH_RIGHT, YES),
            when(AUTHOR, "announcements.out_of_reach"),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=_first("sent"),
        everybody_meets=3,
    ),
    Rule(
        "Its author sees it before it goes, and what has become of it.",
        ("route announce.preview",),
        (when(AUTHOR, SHOWN), when(ANYBODY, "announcements.not_yours")),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "How far it has come is told to its author, and to whoever stands above them.",
        (
            "route announce.report",
            "action announcements.access_announcement_to_follow",
            "ability announcements.follow",
        ),
        (
            when(AUTHOR, SHOWN),
            when(ABOVE, SHOWN, *BEGUN),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What others send is listed to whoever stands above them.",
        ("route announce.below",),
        (when(ABOVE, SHOWN, *BEGUN), when(ANYBODY, WITHOUT)),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "Until it goes its author changes it.",
        (
            "action announcements.access_announcement_to_change",
            "ability announcements.change",
            "begin announce.edit",
            "route announce.edit",
            "route announce.wider",
        ),
        (
            when(AUTHOR, "announcements.under_way", *UNDER_WAY),
            when(AUTHOR, "announcements.over", *ENDED),
            when(AUTHOR, YES),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What is changed is kept while the author's role reaches the audience that it has then.",
        ("action announcements.change", "finish announce.edit"),
        (when(AUTHOR, "announcements.under_way", *UNDER_WAY), *_to_send(YES)),
        on=ANNOUNCEMENTS,
    ),
    Rule(
        "What was stopped from above its author, or since their role had ended, is let go on by"
        " whoever stands above them; what its author has stopped stays so.",
        (
            "action announcements.let_go_on",
            "action announcements.access_announcement_to_let_go_on",
            "ability announcements.let_go_on",
            "route announce.letgo",
            "route announce.wenton",
        ),
        (
            when(AUTHOR, "announcements.not_above"),
            when(ABOVE, "announcements.under_way", *UNDER_WAY),
            when(ABOVE, "announcements.over", "stopped"),
            when(ABOVE, YES, "halted"),
            when(ANYBODY, "announcements.not_yours"),
        ),
        on=_first("halted"),
        everybody_meets=3,
    ),
    Rule(
        "It is read by those who got it, by its author, and by whoever stands above them once it"
        " has begun.",
        (
            "route announce.page",
            "route announce.file",
            "route announce.ack",
            "action announcements.access_attachment",
            "ability announcements.read",
        ),
        (
            when(AUTHOR | RECIPIENT, SHOWN),
            when(ABOVE, SHOWN, *BEGUN),
            when(ANYBODY, "announcements.not_visible"),
        ),
        on=_first("sent"),
        everybody_meets=2,
    ),
    Rule(
        "Those who got it say that they have read it.",
        ("action announcements.acknowledge",),
        (
            when(AUTHOR | RECIPIENT, YES),
            when(ABOVE, YES, *BEGUN),
            when(ANYBODY, "announcements.not_visible"),
        ),
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
        "Whoever deletes their data deletes what they wrote and nobody was sent.",
        ("action announcements.forget_person",),
        (when(ANYBODY, YES),),
    ),
)

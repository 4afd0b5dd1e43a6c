"""Who may do what with practices, and who sees what of them."""

from dataclasses import replace

from tests.rights.engine import SHOWN, WITHOUT, YES, Rule, when
from tests.rights.groups import (
    ANYBODY,
    ASKED,
    AUTHOR,
    COLLEAGUE,
    EVERYBODY,
    LEAD,
    MEMBER,
    MODERATOR,
    NEARBY,
    OVERSEER,
    TEAM_OVERSEER,
    Who,
    sees,
)
from tests.rights.things import BOYS, ENDED, HALL, PRACTICES, READING, UNITS

FOR_ALL = Who("it is for everybody", lambda one, thing: not thing.more["team"])
READER = MEMBER | OVERSEER | (NEARBY & FOR_ALL)
MODERATES = LEAD | MODERATOR
WORKS_THERE = COLLEAGUE | Who(
    "who came there besides",
    lambda one, thing: any(h.via == "accepted" and h.place == thing.place for h in one.held),
    "has come to a further place of work by its invitation",
)
TEAM_WORKS = Who("its team works", lambda one, thing: thing.more["team"] != ENDED.key)
OF_TEAMS = tuple(each for each in PRACTICES if each.more["team"])
_TEAMS = {each.key: each for each in (READING, ENDED, BOYS, HALL)}
OVERSEES_ITS_TEAM = Who(
    TEAM_OVERSEER.words,
    lambda one, thing: TEAM_OVERSEER.meets(one, _TEAMS[thing.more["team"]]),
    TEAM_OVERSEER.means,
)

WAITER = Who(
    "who waits to be let in at a unit of the district",
    lambda one, thing: one.stands == "waiting" and sees(thing.place, replace(one, stands="member")),
)
BEFORE = WAITER & FOR_ALL
_SEEN = (
    when(AUTHOR, SHOWN),
    when(READER | BEFORE, SHOWN, "shared"),
    when(MODERATES, SHOWN, "hidden"),
    when(ANYBODY, "practices.not_visible"),
)

_LISTED = (when(AUTHOR | READER | BEFORE, SHOWN, "shared"), when(ANYBODY, WITHOUT))

RULES = (
    Rule(
        "A practice is read by its author; while it is shared by its team, or where it is for"
        " everybody by the district whose schools go with its own, and by whoever oversees the"
        " unit; hidden, by whoever may show it again.",
        ("route practices.open", "route practices.piece", "action practices.read_practice"),
        tuple(when(line.who, YES if line.outcome == SHOWN else line.outcome, *line.states)
              for line in _SEEN),
        on=PRACTICES,
        everybody_meets=6,
    ),
    Rule(
        "Whoever reads a colleague's practice applies it and gives thanks.",
        (
            "action practices.toggle_application", "route practices.apply",
            "action practices.thank_author", "route practices.thank",
            "action practices.access_colleagues_practice", "ability practices.practices.respond",
        ),
        (
            when(AUTHOR, "practices.own"),
            when(BEFORE, "practices.for_members", "shared"),
            when(READER, YES, "shared"),
            when(MODERATES, YES, "hidden"),
            when(ANYBODY, "practices.not_visible"),
        ),
        on=PRACTICES,
    ),
    Rule(
        "Only its author changes or withdraws a practice, whatever its state.",
        (
            "action practices.change_practice", "begin practices.edit", "finish practices.edit",
            "route practices.edit", "action practices.withdraw_practice", "route practices.draw",
            "action practices.access_own_practice", "ability practices.practices.change",
        ),
        (when(AUTHOR, YES), when(ANYBODY, "practices.not_author")),
        on=PRACTICES,
    ),
    Rule(
        "Nobody moves their practice into a team that they do not belong to.",
        ("action practices.change_practice#team", "finish practices.edit#team"),
        (when(AUTHOR, "practices.not_in_team"), when(ANYBODY, "practices.not_author")),
        on=PRACTICES,
    ),
    Rule(
        "Its author shares a withdrawn practice again while they belong to its team and it works.",
        ("action practices.share_again", "route practices.again"),
        (
            when(AUTHOR & MEMBER & TEAM_WORKS, YES, "withdrawn"),
            when(AUTHOR, "practices.not_in_team", "withdrawn"),
            when(AUTHOR, YES),
            when(ANYBODY, "practices.not_author"),
        ),
        on=tuple(sorted(PRACTICES, key=lambda each: each.state != "withdrawn")),
        everybody_meets=3,
    ),
    Rule(
        "The lead of its team, and a principal, supervisor or administrator above it, hide a"
        " practice and show it again; nobody their own.",
        (
            "action practices.hide_practice", "begin practices.hide", "finish practices.hide",
            "route practices.hide", "action practices.reveal_practice", "route practices.reveal",
            "action practices.access_moderated_practice", "ability practices.practices.moderate",
        ),
        (
            when(AUTHOR, "practices.not_moderator"),
            when(MODERATES, YES, "shared", "hidden"),
            when(READER | BEFORE, "practices.not_moderator", "shared"),
            when(ANYBODY, "practices.not_visible"),
        ),
        on=PRACTICES,
        everybody_meets=2,
    ),
    Rule(
        "A practice is shared with active teams that one belongs to.",
        (
            "action practices.share_practice", "finish practices.share",
            "action practices.access_team_to_share", "ability practices.teams.share",
        ),
        (when(MEMBER, YES, "active"), when(ANYBODY, "practices.not_in_team")),
        on=(READING, ENDED, BOYS, HALL),
    ),
    Rule(
        "Whoever is registered shares with everybody of their district.",
        (
            "action practices.share_practice#everybody", "begin practices.share",
            "finish practices.share#everybody", "route practices.share",
            "action practices.access_author",
        ),
        (when(EVERYBODY, YES), when(ANYBODY, "practices.not_registered")),
    ),
    Rule(
        "Whoever works at several places shares from each of them, and from no other.",
        (
            "action practices.share_practice#place", "finish practices.share#place",
            "action practices.access_place_to_share",
        ),
        (
            when(WORKS_THERE, YES, "active"),
            when(EVERYBODY, "practices.not_your_place"),
            when(ANYBODY, "practices.not_registered"),
        ),
        on=(UNITS["nada"], UNITS["falah"], UNITS["valley"]),
        everybody_meets=1,
    ),
    # Lists and searching
    Rule(
        "Lists hold what the reader may read of what is shared, and their own.",
        ("route practices.new", "route practices.topic"),
        _LISTED,
        on=PRACTICES,
        everybody_meets=3,
    ),
    Rule(
        "Searches find what the reader may read of what is shared, and their own.",
        ("route practices.found",),
        _LISTED,
        on=PRACTICES,
        everybody_meets=1,
    ),
    Rule(
        "Whichever way words are given, the same is found.",
        ("route practices.search", "finish practices.search"),
        _LISTED,
        on=PRACTICES[:5],
        everybody_meets=0,
    ),
    Rule(
        "«From my teams» holds what was shared in teams that one belongs to, or did to the end.",
        ("route practices.ours",),
        (when(MEMBER, SHOWN, "shared"), when(ANYBODY, WITHOUT)),
        on=PRACTICES,
    ),
    Rule(
        "«My practices» holds one's own in every state, and nobody else's.",
        ("route practices.mine",),
        (when(AUTHOR, SHOWN), when(ANYBODY, WITHOUT)),
        on=PRACTICES,
    ),
    Rule(
        "A team's list is for whoever sees the team: its members and overseers read what is shared,"
        " its lead also what is hidden, others nothing but their own.",
        ("route practices.team",),
        (
            when(LEAD, SHOWN, "hidden"),
            when(MEMBER | OVERSEES_ITS_TEAM, SHOWN, "shared"),
            when(MEMBER | OVERSEES_ITS_TEAM | ASKED, WITHOUT),
            when(NEARBY & TEAM_WORKS, WITHOUT),
            when(ANYBODY, "teams.not_visible"),
        ),
        on=OF_TEAMS,
        everybody_meets=3,
    ),
    Rule(
        "Everybody looks for practices.",
        (
            "route practices.home", "route practices.topics", "begin practices.search",
            "route practices.search#asked", "action practices.forget_author",
        ),
        (when(ANYBODY, YES),),
    ),
)  # fmt: skip

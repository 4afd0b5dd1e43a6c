"""Who may do what with meetings, and who sees what of them."""

from dataclasses import replace

from tests.rights.engine import SHOWN, WITHOUT, YES, Rule, when
from tests.rights.groups import ANYBODY, LEAD, MEMBER
from tests.rights.things import BOYS, ENDED, MEETINGS, READING

TEAMS = (READING, ENDED, BOYS)
OVER = ("held", "cancelled")
FELL = "called off with its team"
WITH_NAMES = replace(MEETINGS[0], marker="هند الدوسري")
"""A meeting to come, by the name of a member who has not answered."""

RULES = (
    Rule(
        "The lead of an active team calls its meetings.",
        (
            "action meetings.schedule_meeting",
            "action meetings.access_team_to_call",
            "ability meetings.teams.call",
            "begin meetings.new",
            "finish meetings.new",
            "route meetings.new",
            "route meetings.linefor",
        ),
        (
            when(LEAD, YES, "active"),
            when(LEAD, "meetings.team_closed", "closed"),
            when(ANYBODY, "meetings.not_lead"),
        ),
        on=TEAMS,
    ),
    Rule(
        "The lead moves, cancels and relocates a meeting until it has ended.",
        (
            "action meetings.move_meeting",
            "action meetings.cancel_meeting",
            "action meetings.relocate_meeting",
            "action meetings.access_meeting_to_change",
            "ability meetings.meetings.change",
            "begin meetings.move",
            "finish meetings.move",
            "route meetings.move",
            "begin meetings.cancel",
            "finish meetings.cancel",
            "route meetings.cancel",
            "begin meetings.place",
            "finish meetings.place",
            "route meetings.place",
        ),
        (
            when(LEAD, YES, "ahead"),
            when(LEAD, "meetings.over", *OVER),
            when(LEAD, "meetings.team_closed", FELL),
            when(MEMBER, "meetings.not_lead"),
            when(ANYBODY, "meetings.not_visible"),
        ),
        on=MEETINGS,
    ),
    Rule(
        "The members open their team's meetings, whatever became of them, and read why they were"
        " reminded.",
        ("route meetings.page", "route meetings.whynow"),
        (when(MEMBER, SHOWN), when(ANYBODY, "meetings.not_visible")),
        on=MEETINGS,
        everybody_meets=2,
    ),
    Rule(
        "Who has not answered is named to the lead only.",
        ("route meetings.page#names",),
        (when(LEAD, SHOWN), when(MEMBER, WITHOUT), when(ANYBODY, "meetings.not_visible")),
        on=(WITH_NAMES,),
    ),
    Rule(
        "Answers with their names and reasons are read by the lead of an active team.",
        (
            "route meetings.answers",
            "route meetings.count",
            "action meetings.count_along",
            "action meetings.access_answers",
            "ability meetings.meetings.read_answers",
        ),
        (
            when(LEAD, "meetings.team_closed", FELL),
            when(LEAD, SHOWN),
            when(MEMBER, "meetings.not_lead"),
            when(ANYBODY, "meetings.not_visible"),
        ),
        on=(WITH_NAMES, *(replace(each, marker="هند الدوسري") for each in MEETINGS[1:])),
    ),
    Rule(
        "Members answer until the meeting has ended, and say why they cannot come.",
        (
            "action meetings.answer_meeting",
            "action meetings.access_meeting_to_answer",
            "ability meetings.meetings.answer",
            "begin meetings.why",
            "finish meetings.why",
        ),
        (
            when(MEMBER, YES, "ahead"),
            when(MEMBER, "meetings.over"),
            when(ANYBODY, "meetings.not_visible"),
        ),
        on=MEETINGS,
    ),
    Rule(
        "An answer for a time that has changed is not taken.",
        ("action meetings.answer_meeting#moved", "finish meetings.why#moved"),
        (when(MEMBER, "meetings.moved"), when(ANYBODY, "meetings.not_visible")),
        on=MEETINGS[:1],
    ),
    Rule(
        "Where an answer is no longer taken, members read how the meeting stands.",
        ("route meetings.rsvp", "route meetings.why"),
        (when(MEMBER, SHOWN), when(ANYBODY, "meetings.not_visible")),
        on=MEETINGS,
    ),
    Rule(
        "The list of meetings to come holds those of one's own teams.",
        ("route meetings.mine",),
        (when(MEMBER, SHOWN, "ahead"), when(ANYBODY, WITHOUT)),
        on=MEETINGS,
    ),
    Rule(
        "The list of past meetings holds those of one's own teams.",
        ("route meetings.past",),
        (when(MEMBER, SHOWN, *OVER), when(ANYBODY, WITHOUT)),
        on=(MEETINGS[1], MEETINGS[0], *MEETINGS[2:]),
    ),
    Rule(
        "A team's meetings are listed for its members.",
        (
            "route meetings.team",
            "route meetings.teampast",
            "action meetings.access_team_with_meetings",
            "ability meetings.teams.see",
        ),
        (when(MEMBER, SHOWN), when(ANYBODY, "meetings.not_visible")),
        on=TEAMS,
    ),
    Rule(
        "Everybody finds the way to their own meetings.",
        (
            "route meetings.start",
            "route meetings.line",
            "route meetings.whycard",
            "action meetings.forget_person",
        ),
        (when(ANYBODY, YES),),
    ),
)

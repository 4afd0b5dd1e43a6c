"""How each way of the table of meetings is taken."""

from datetime import datetime, timedelta
from typing import Any

from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions import counting as counting_actions
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.meetings import MeetingDraft
from bot.features.meetings.models import Rsvp, Venue
from bot.features.meetings.queries import meetings as meeting_queries
from tests.rights.engine import Live, Table, Ways
from tests.rights.meetings_rules import RULES

LINE = "الخميس ١٠ في معمل العلوم"


def _later(live: Live) -> datetime:
    return live.turn.now + timedelta(days=5)


def _draft(live: Live) -> MeetingDraft:
    starts = _later(live)
    return MeetingDraft("لقاء جديد", "", (), starts, starts + timedelta(hours=1), Venue("المكتبة"))


def _answer(live: Live, moved: int = 0) -> Any:
    return meeting_actions.answer_meeting(live.tx, live.me, live.id, Rsvp.NO, moved_count=moved)


WAYS: Ways = {
    "action meetings.schedule_meeting": (
        lambda c: meeting_actions.schedule_meeting(c.tx, c.me, c.id, _draft(c))
    ),
    "action meetings.move_meeting": lambda c: meeting_actions.move_meeting(
        c.tx, c.me, c.id, _later(c)
    ),
    "action meetings.cancel_meeting": lambda c: meeting_actions.cancel_meeting(c.tx, c.me, c.id),
    "action meetings.relocate_meeting": (
        lambda c: meeting_actions.relocate_meeting(c.tx, c.me, c.id, Venue("المختبر"))
    ),
    "action meetings.answer_meeting": _answer,
    "action meetings.count_along": lambda c: counting_actions.count_along(c.tx, c.me, c.id),
    "action meetings.forget_person": lambda c: meeting_actions.forget_person(c.tx, c.me),
    "action meetings.answer_meeting#moved": lambda c: _answer(c, 7),
    "route meetings.page#names": lambda c: c.show("meetings.page", c.id),
    "route meetings.whynow": lambda c: c.show("meetings.whynow", c.id, "1d"),
    "route meetings.rsvp": lambda c: c.show("meetings.rsvp", c.id, "no", 0),
    "route meetings.line": lambda c: c.show("meetings.line", LINE),
    "route meetings.linefor": lambda c: c.show("meetings.linefor", LINE, c.id),
    "route meetings.mine": lambda c: c.show("meetings.mine"),
    "route meetings.past": lambda c: c.show("meetings.past"),
}
UNASKED = {
    "action meetings.invite_newcomers": "the job's, for whoever has joined",
    "action meetings.note_change": "of whoever has just answered or changed the meeting",
    "action meetings.count": "the job's: its message is drawn under the right of its reader",
    "job plan:meetings.count": "brings messages up to date that leads have asked for",
    "job meetings.nudge": "reminds whoever is a member at that moment",
    "job plan:meetings": "plans reminders",
    "job meetings.morning": "sends people their own meetings",
    "job manners.changed": "plans reminders anew",
    "job people.unit_moved": "plans reminders anew",
    "job people.unit_placed": "plans reminders anew",
    "job people.moved": "plans reminders anew",
    "job teams.joined": "invites whoever has joined",
    "job teams.ended": "calls off what a closed team had ahead",
}


def _known(live: Live) -> dict[str, Any]:
    return {"meeting_id": live.id, "team_id": live.more("team"), "minutes": 60}


def _moment(live: Live) -> str:
    return _later(live).isoformat()


TABLE = Table(
    "meetings",
    RULES,
    WAYS,
    {
        "meetings.new": (
            lambda c: {"team_id": c.id},
            lambda c: {
                "title": "لقاء جديد", "starts": _moment(c), "minutes": 60,
                "where": {"place": "المكتبة", "link": ""},
            },
        ),
        "meetings.move": (_known, lambda c: {"starts": _moment(c)}),
        "meetings.cancel": (_known, lambda c: {"reason": "ظرف طارئ"}),
        "meetings.place": (_known, lambda c: {"where": {"place": "المختبر", "link": ""}}),
        "meetings.why": (
            lambda c: {"meeting_id": c.id, "moved_count": 0},
            lambda c: {"reason": "ظرف طارئ"},
        ),
        "meetings.why#moved": (
            lambda c: {"meeting_id": c.id, "moved_count": 7},
            lambda c: {"reason": "ظرف طارئ"},
        ),
    },
    UNASKED,
    {
        "meetings.meetings": lambda c: meeting_queries.meeting_with_team(c.tx, c.id),
        "meetings.teams": lambda c: team_queries.team(c.tx, c.id),
    },
)  # fmt: skip

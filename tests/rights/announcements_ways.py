"""How each way of the table of announcements is taken."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements import rights as announcement_rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import erasure as erasure_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import (
    SEND_JOB,
    AnnouncementChanges,
    AnnouncementDraft,
)
from bot.features.announcements.models import announcements
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.people.queries.audiences import Audience
from bot.scheduling.due import DueRow
from bot.storage.columns import codes_of
from tests.rights.announcements_rules import RULES
from tests.rights.engine import Became, Came, Live, Table, Ways


def _draft(live: Live) -> AnnouncementDraft:
    audience = Audience(live.unit, subjects=codes_of(live.thing.more["subject"]))
    return AnnouncementDraft(audience, "تعميم جديد", "نلتقي يوم الأحد")


async def _falls_due(live: Live) -> Came:
    """Its time has come; what state it is in then."""
    row = DueRow(
        1, SEND_JOB, f"announcement:{live.id}", "after0", live.tx.now, live.tx.now, None,
        {"after": 0}, 0,
    )  # fmt: skip
    await announcement_jobs.send_piece(live.tx, row)
    return Came(await _state(live))


async def _state(live: Live) -> str:
    query = select(announcements.c.state).where(announcements.c.id == live.id)
    return str((await live.tx.scalar(query)).value)


_MARKS = {"draft": "d", "scheduled": "p", "sending": "s"}
"""What a button that confirms says of the announcement's state."""
_OTHER_MARKS = {"draft": "p", "scheduled": "d", "sending": "p"}
"""The same of a button from another time."""
_MANY = 99
"""More people than any announcement of the table is for."""
_BEFORE = "d"
"""Once it has ended or gone out: what every announcement was at first."""


async def _confirms(
    live: Live, route: str, marks: Mapping[str, str], people: int | str = ""
) -> Became:
    """The answer to a question that named the state and, where it goes out, how many people."""
    seen = f"{marks.get(live.thing.state, _BEFORE)}{people}"
    screen = await live.show(route, live.id, seen)
    return Became(screen, await _state(live))


WAYS: Ways = {
    "action announcements.write_draft": lambda c: announcement_actions.write_draft(
        c.tx, c.me, _draft(c)
    ),
    "action announcements.send": lambda c: announcement_actions.send(c.tx, c.me, c.id),
    "action announcements.access_own_announcement#locked": (
        lambda c: announcement_rights.access_own_announcement(c.tx, c.me, c.id, lock=True)
    ),
    "action announcements.count_ready": lambda c: announcement_actions.count_ready(
        c.tx, c.me, c.id
    ),
    "action announcements.access_audience": lambda c: announcement_rights.access_audience(
        c.tx, c.me, _draft(c).audience
    ),
    "action announcements.access_reach": lambda c: announcement_rights.access_reach(c.tx, c.me),
    "action announcements.stop": lambda c: stopping_actions.stop(c.tx, c.me, c.id),
    "action announcements.change": lambda c: announcement_actions.change(
        c.tx, c.me, c.id, AnnouncementChanges(title="عنوان جديد")
    ),
    "action announcements.let_go_on": lambda c: stopping_actions.let_go_on(c.tx, c.me, c.id),
    "route announce.wider": lambda c: c.show("announce.wider", c.id, "1"),
    "route announce.wenton": lambda c: c.show("announce.wenton", c.id, "0"),
    "route announce.below": lambda c: c.show("announce.below"),
    "action announcements.resend_unknown": lambda c: announcement_actions.resend_unknown(
        c.tx, c.me, c.id
    ),
    "action announcements.acknowledge": lambda c: announcement_actions.acknowledge(
        c.tx, c.me, c.id
    ),
    "job announcements.send": _falls_due,
    "route announce.sent": lambda c: _confirms(c, "announce.sent", _MARKS, _MANY),
    "route announce.sent#changed": (lambda c: _confirms(c, "announce.sent", _OTHER_MARKS, _MANY)),
    "route announce.sent#grown": lambda c: _confirms(c, "announce.sent", _MARKS, 0),
    "route announce.stopped": lambda c: _confirms(c, "announce.stopped", _MARKS),
    "route announce.stopped#changed": lambda c: _confirms(c, "announce.stopped", _OTHER_MARKS),
    "route announce.inbox": lambda c: c.show("announce.inbox"),
    "route announce.mine": lambda c: c.show("announce.mine"),
    "action announcements.forget_person": lambda c: erasure_actions.forget_person(c.tx, c.me),
}
UNASKED = {
    "job people.unit_merged": "what was not sent follows the unit",
    "job people.file_changed": "keeps the words of messages whose file is shown no more, or again",
    "action announcements.break_off": "stops what is being sent when its author's right has ended",
    "action announcements.forget_untold": "forgets whom a stopped announcement did not reach",
    "action announcements.forget_words": "erases what nobody was sent, of an author who is gone",
    "action announcements.watch_later": "plans to count again",
    "job announcements.without_file": "takes the file of whoever is gone out of messages",
    "job plan:announcements.watch": "tells the author how far it has come",
}


def _nothing_known(live: Live) -> dict[str, Any]:
    return {}


def _written(live: Live) -> dict[str, Any]:
    subject = live.thing.more["subject"] or "all"
    return {
        "unit": live.unit, "role": "all", "subject": subject, "stage": "all",
        "title": "تعميم جديد", "text": "نلتقي يوم الأحد", "count": 1,
    }  # fmt: skip


TABLE = Table(
    "announcements",
    RULES,
    WAYS,
    {
        "announce.new": (_nothing_known, _written),
        "announce.edit": (
            lambda c: {"announcement": c.id},
            lambda c: {"title": "عنوان جديد"},
        ),
        "announce.later": (
            lambda c: {"announcement": c.id},
            lambda c: {"when": (c.turn.now + timedelta(days=1)).isoformat()},
        ),
    },
    UNASKED,
    {"announcements": lambda c: announcement_queries.announcement(c.tx, c.id)},
)

"""How each way of the table of notification settings and calendars is taken."""

from datetime import timedelta
from typing import Any

from bot.arabic.calendar.school_days import DayKind
from bot.documents.calendar_entries import CalendarEntry
from bot.features.calendars import actions as calendar_actions
from bot.features.calendars.actions import DaysDraft
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.queries import units as unit_queries
from tests.rights.engine import Live, Table, Ways
from tests.rights.manners_rules import RULES

_NO_DAYS = 987_654


def _draft(live: Live) -> DaysDraft:
    day = live.turn.now.date() + timedelta(days=20)
    return DaysDraft(DayKind.HOLIDAY, day, day, "إجازة قصيرة")


def _entry(live: Live) -> CalendarEntry:
    draft = _draft(live)
    return CalendarEntry("uid-1", draft.first, draft.last, draft.kind, draft.title)


WAYS: Ways = {
    "action notification_settings.choose_settings": lambda c: settings_actions.choose_settings(
        c.tx, c.me, NotificationSettings()
    ),
    "action calendars.add_days": lambda c: calendar_actions.add_days(c.tx, c.me, c.id, _draft(c)),
    "action calendars.import_days": lambda c: calendar_actions.import_days(
        c.tx, c.me, c.id, [_entry(c)]
    ),
    "action calendars.remove_days": lambda c: calendar_actions.remove_days(c.tx, c.me, c.id),
    "action calendars.remove_days#gone": lambda c: calendar_actions.remove_days(
        c.tx, c.me, _NO_DAYS
    ),
    "route manners.until": lambda c: c.show("manners.until", 20),
    "route manners.quiet": lambda c: c.show("manners.quiet", 20, 5),
    "route manners.pause": lambda c: c.show("manners.pause", "all"),
    "route manners.rest": lambda c: c.show("manners.rest", "wait"),
    "route manners.card": lambda c: c.show("manners.card", 420),
    "route manners.days": lambda c: c.show("manners.days"),
    "route manners.drop#gone": lambda c: c.show("manners.drop", _NO_DAYS),
    "route manners.dropped#gone": lambda c: c.show("manners.dropped", _NO_DAYS),
    "action notification_settings.forget_settings": (
        lambda c: settings_actions.forget_settings(c.tx, c.me)
    ),
}


def _known(live: Live) -> dict[str, Any]:
    return {"unit_id": live.id}


def _given(live: Live) -> dict[str, Any]:
    draft = _draft(live)
    days = {"first": draft.first.isoformat(), "last": draft.last.isoformat()}
    return {"kind": draft.kind.value, "title": draft.title} | days


def _file(live: Live) -> dict[str, Any]:
    entry = {"uid": "uid-1", "withdrawn": False} | _given(live)
    return {"file": {"name": "", "entries": [entry], "left_out": [], "skipped": 0}, "agreed": True}


TABLE = Table(
    "manners",
    RULES,
    WAYS,
    {"manners.add": (_known, _given), "manners.file": (_known, _file)},
    things={"calendars": lambda c: unit_queries.unit(c.tx, c.id)},
)

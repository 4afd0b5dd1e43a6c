"""The shape of `department.json`: who is there, and what happened when."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.core.country import country
from bot.core.i18n import Gender
from bot.core.zones import zone
from bot.features.communities.models import Mode
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role

SOURCE = Path(__file__).with_name("department.json")
WEEK = 7


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Dated(_Entry):
    """Something that happens `days` from the present; before it where they are negative."""

    days: float
    at: tuple[time, ...] = ()
    """Times of the day, local to the country, that it may fall on; without them any moment."""

    def moment(self, present: datetime, code: str) -> datetime:
        """The moment nearest to `days` from the present, and not between it and the present, that
        falls on one of the times of a working day of the country."""
        target = present + timedelta(days=self.days)
        if not self.at:
            return target
        pack = country(code)
        here = target.astimezone(zone(pack.timezone))
        step = 1 if self.days > 0 else -1
        days = [here.date() + timedelta(days=step * n) for n in range(WEEK + 1)]
        moments = [
            datetime.combine(day, at, here.tzinfo).astimezone(UTC)
            for day in days
            if day.weekday() not in pack.weekend
            for at in self.at
        ]
        if step > 0:
            return min(moment for moment in moments if moment >= target)
        return max(moment for moment in moments if moment <= target)


class UnitEntry(_Entry):
    key: str
    kind: str
    name: str
    country: str
    gender: UnitGender
    parent: str = ""


class PhoneEntry(_Entry):
    """A person as their phone shows them; `phone` is their id at the channel."""

    key: str
    phone: int
    first: str
    last: str
    username: str = ""
    language: str = "ar"
    note: str


class ColleagueEntry(PhoneEntry, _Dated):
    """A registered person. Every role but that of a teacher comes by an invitation, except the
    first administrator's."""

    gender: Gender
    unit: str
    subject: str
    """One or several, with commas between."""
    stage: str
    role: Role = Role.TEACHER
    invited_by: str = ""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


class InvitationEntry(_Entry):
    """An invitation that waits; `code` is short, so that a newcomer can type it."""

    code: str
    by: str
    unit: str
    role: Role
    subject: str | None = None


class VisitorEntry(PhoneEntry):
    """Somebody who has not written to the bot yet."""

    invitation: InvitationEntry | None = None


class RequestEntry(_Entry):
    by: str
    word: str


class TeamEntry(_Dated):
    """A team; `members` are keys of people with what they look after."""

    key: str
    unit: str
    by: str
    name: str
    theme: str
    goals: tuple[str, ...]
    norms: tuple[str, ...]
    form_of_work: str
    mode: Mode
    members: dict[str, str]
    request: RequestEntry | None = None


class PracticeEntry(_Dated):
    by: str
    team: str = ""
    subject: str
    stage: str
    title: str
    difficulty: str
    actions_taken: str
    result: str
    evidence: tuple[str, ...]
    read: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    thanked: tuple[str, ...] = ()


class MeetingEntry(_Dated):
    """A meeting; `called` is when it was called, in days from the present."""

    team: str
    by: str
    called: float
    minutes: int
    title: str
    purpose: str
    agenda: tuple[str, ...]
    place: str
    link: str = ""
    answers: dict[str, Literal["yes", "maybe", "no"]]
    apology: str = ""


class AnnouncementEntry(_Dated):
    """An announcement, written `written` days from the present and sent at its time, unless it is
    still a draft."""

    written: float
    draft: bool = False
    by: str
    unit: str
    subject: str | None = None
    role: Role | None = None
    title: str
    text: str
    acknowledged: tuple[str, ...] = ()


class Department(_Entry):
    units: tuple[UnitEntry, ...]
    people: tuple[ColleagueEntry, ...]
    visitors: tuple[VisitorEntry, ...]
    teams: tuple[TeamEntry, ...]
    practices: tuple[PracticeEntry, ...]
    meetings: tuple[MeetingEntry, ...]
    announcements: tuple[AnnouncementEntry, ...]


@cache
def load_department() -> Department:
    """The department as it is written down."""
    return Department.model_validate_json(SOURCE.read_bytes())
